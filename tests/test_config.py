"""The configuration: everything wrong with it is said at once, with its place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import Config, load
from bot.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "123456789:AAaaBBbbCCccDDddEEeeFFffGGggHHhhIIi"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine reaches the tests."""
    import os

    for name in list(os.environ):
        if name.startswith("XEBERDAR_"):
            monkeypatch.delenv(name)


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [str(problem) for problem in caught.value.problems]


def test_the_example_loads_as_it_is() -> None:
    """A newcomer copies the example and starts."""
    config = load(ROOT / "config.example.toml")

    assert len(config.source) == len({source.key for source in config.source})
    assert config.web.port != config.metrics.port


def test_the_example_shows_every_setting() -> None:
    """What can be set is found in the example; secrets are named by their file settings."""
    shown = (ROOT / "config.example.toml").read_text(encoding="utf-8")

    def settings(model: type[BaseModel]) -> set[str]:
        found: set[str] = set()
        for name, field in model.model_fields.items():
            inner = field.annotation
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found |= settings(inner)
            elif not field.exclude:
                found.add(name)
        return found

    missing = {name for name in settings(Config) if f"{name} =" not in shown and f"[{name}]" not in shown}

    assert set() == missing


def test_every_problem_is_reported_at_once_with_its_line(tmp_path: Path) -> None:
    """Somebody who made five mistakes reads five sentences, not one after the other."""
    path = written(
        tmp_path,
        'zone = "Asia/Bakuu"\n'
        "[web]\n"
        "port = 99999\n"
        "prot = 1\n"
        "[[source]]\n"
        'key = "Bad Key"\n'
        'title = "T"\n'
        'url = "https://example.org/feed"\n'
        "[[source]]\n"
        'key = "b"\n'
        'title = "T"\n',
    )

    problems = problems_of(path)

    assert any(problem.startswith("line 3, web.port: ") for problem in problems)
    assert any(problem.startswith("line 4, web.prot: there is no such setting") for problem in problems)
    assert any(problem.startswith("line 6, source.1.key: ") and "azadliq" in problem for problem in problems)
    assert any(problem.startswith("line 9, source.2.url: is missing") for problem in problems)


def test_doubtful_combinations_are_reported(tmp_path: Path) -> None:
    """Settings that are right alone and wrong together."""
    path = written(
        tmp_path,
        'zone = "Asia/Bakuu"\n'
        '[[source]]\nkey = "a"\ntitle = "T"\nurl = "ftp://example.org"\n'
        '[[source]]\nkey = "a"\ntitle = "T"\nurl = "https://example.org"\n',
    )

    problems = problems_of(path)

    assert 3 == len(problems)
    assert problems[0].startswith("line 1, zone: there is no such time zone")
    assert problems[1].startswith("line 5, source.1.url: is not an http(s) address")
    assert problems[2].startswith("line 7, source.2.key: source 1 has this key already")


def test_a_token_in_the_file_is_an_error_that_does_not_repeat_it(tmp_path: Path) -> None:
    """Configuration files are shown around; tokens must not be in them."""
    path = written(tmp_path, f'[telegram]\ntoken = "{TOKEN}"\n')

    (problem,) = problems_of(path)

    assert problem.startswith("line 2, telegram.token: a token does not belong")
    assert "XEBERDAR_TELEGRAM__TOKEN" in problem
    assert TOKEN not in problem


def test_tokens_come_from_files_beside_the_configuration(tmp_path: Path) -> None:
    """Relative paths start in the folder of the configuration file."""
    (tmp_path / "telegram.token").write_text(TOKEN + "\n", encoding="utf-8")
    path = written(tmp_path, '[telegram]\ntoken_file = "telegram.token"\n')

    config = load(path)

    assert config.telegram.token is not None
    assert TOKEN == config.telegram.token.get_secret_value()
    assert TOKEN not in repr(config)
    assert tmp_path / "var" == config.data_dir


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Operators override single settings without touching the file."""
    monkeypatch.setenv("XEBERDAR_WEB__PORT", "8400")
    monkeypatch.setenv("XEBERDAR_TELEGRAM__TOKEN", TOKEN)
    path = written(tmp_path, "[web]\nport = 8500\n")

    config = load(path)

    assert 8400 == config.web.port
    assert config.telegram.token is not None


def test_a_token_of_the_wrong_shape_is_named_not_shown(tmp_path: Path) -> None:
    """A truncated paste is noticed before the platform refuses it."""
    (tmp_path / "token").write_text("12345:abc", encoding="utf-8")
    path = written(tmp_path, '[telegram]\ntoken_file = "token"\n')

    (problem,) = problems_of(path)

    assert problem.startswith("line 2, telegram.token_file: does not look like such a token")
    assert "12345:abc" not in problem


def test_slack_needs_both_tokens(tmp_path: Path) -> None:
    """One of the two alone cannot work."""
    (tmp_path / "bot").write_text("xoxb-1234567890-abcdefghij", encoding="utf-8")
    path = written(tmp_path, '[slack]\nbot_token_file = "bot"\n')

    (problem,) = problems_of(path)

    assert "slack.app_token_file" in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [("[web\n", "is not TOML"), ("a = 'b\n", "is not TOML")],
)
def test_a_file_that_is_no_toml_says_where(tmp_path: Path, text: str, said: str) -> None:
    """The place of a syntax error is given."""
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)

    (problem,) = problems_of(written(tmp_path, text))

    assert said in problem
    assert "line 1" in problem


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    """The first thing every newcomer meets."""
    (problem,) = problems_of(tmp_path / "config.toml")

    assert "there is no such file" in problem
    assert "cp config.example.toml" in problem

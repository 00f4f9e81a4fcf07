"""The configuration: one TOML file, secrets from files or the environment, frozen once read.

`load` reads everything and reports every mistake at once (`ConfigError.problems`), each with its
key, its line and an example that works. Nothing else in the program reads the environment.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import ConfigError, Problem
from bot.model import Language
from bot.roles import ALL_ROLES, Role


class Section(BaseModel):
    """A table of the file: immutable, and closed against misspelt keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StoreConfig(Section):
    """`[store]`: where everything is kept."""

    url: str = ""  #: redis://, rediss:// or unix://; empty: the embedded Valkey in `data_dir`
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    archive_days: Annotated[int, Field(ge=1, le=3650)] = 90
    receipt_days: Annotated[int, Field(ge=1, le=90)] = 7


class FeedsConfig(Section):
    """`[feeds]`: how we ask publishers."""

    interval_minutes: Annotated[float, Field(gt=0, le=1440)] = 10.0
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 50
    per_host: Annotated[int, Field(ge=1, le=50)] = 2
    parsers: Annotated[int, Field(ge=1, le=32)] = 2  #: killable parser processes
    user_agent: str = "Xeberdar/0.1 (human-rights alert service)"


class SourceConfig(Section):
    """`[[source]]`: one feed."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    url: str
    lang: Language | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    rights: bool = False
    fetch_page: bool = True
    allow_private: bool = False
    interval_minutes: Annotated[float, Field(gt=0, le=1440)] | None = None


class DeliveryConfig(Section):
    """`[delivery]`: what is told together, on every platform."""

    late_hours: Annotated[float, Field(gt=0, le=720)] = 24.0
    together_after: Annotated[int, Field(ge=1, le=1000)] = 3


class TelegramConfig(Section):
    """`[telegram]`: on when a token is given."""

    token_file: Path | None = None
    base_url: str = "https://api.telegram.org"
    token: SecretStr | None = Field(default=None, exclude=True)  #: from the file or the environment only


class SlackConfig(Section):
    """`[slack]`: on when both tokens are given."""

    bot_token_file: Path | None = None
    app_token_file: Path | None = None
    base_url: str = "https://slack.com/api/"
    bot_token: SecretStr | None = Field(default=None, exclude=True)
    app_token: SecretStr | None = Field(default=None, exclude=True)


class WebConfig(Section):
    """`[web]`: the web chat."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8321
    sign_in: bool = True  #: ask for a code printed by `xeberdar web-login`; `demo` turns it off
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")


class MetricsConfig(Section):
    """`[metrics]`: `/metrics` and `/healthz`, on a listener of their own."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8322


class LogConfig(Section):
    """`[log]`"""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"


class Config(BaseSettings):
    """The whole file. Every setting can also come from the environment: `XEBERDAR_WEB__PORT=8400`."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="XEBERDAR_", env_nested_delimiter="__"
    )

    data_dir: Path = Path("var")
    master_key_file: Path = Path("secrets/master.key")
    roles: tuple[Role, ...] = ALL_ROLES  #: what this process does; others share `store.url` and do the rest
    zone: str = "Asia/Baku"  #: IANA zone of a chat that has not said otherwise
    store: StoreConfig = StoreConfig()
    feeds: FeedsConfig = FeedsConfig()
    telegram: TelegramConfig = TelegramConfig()
    slack: SlackConfig = SlackConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    web: WebConfig = WebConfig()
    metrics: MetricsConfig = MetricsConfig()
    log: LogConfig = LogConfig()
    source: tuple[SourceConfig, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which is what we are constructed from."""
        return env_settings, init_settings

    def interval_of(self, source: SourceConfig) -> timedelta:
        """How often to ask this source."""
        minutes = source.interval_minutes or self.feeds.interval_minutes
        return timedelta(minutes=minutes)


# --- reading it ---------------------------------------------------------------------------------

#: Where secrets may come from: (section, setting of the value, setting of the file, shape, example).
SECRETS = (
    ("telegram", "token", "token_file", re.compile(r"\d{5,16}:[A-Za-z0-9_-]{30,64}"), "123456:ABC…"),
    ("slack", "bot_token", "bot_token_file", re.compile(r"xoxb-[A-Za-z0-9-]{10,}"), "xoxb-…"),
    ("slack", "app_token", "app_token_file", re.compile(r"xapp-[A-Za-z0-9-]{10,}"), "xapp-…"),
)

#: What pydantic calls a mistake -> how we say it.
WORDING = {
    "extra_forbidden": "there is no such setting",
    "missing": "is missing",
    "string_pattern_mismatch": "has a form that is not allowed here",
}

#: Settings whose mistakes are best answered by an example.
EXAMPLES = {
    "key": 'key = "azadliq"',
    "url": 'url = "https://www.example.org/feed"',
    "title": 'title = "Example News"',
    "country": 'country = "AZ"',
    "lang": 'lang = "az"',
    "zone": 'zone = "Asia/Baku"',
    "port": "port = 8321",
}


def load(path: Path) -> Config:
    """Read the file at `path` and the environment.

    Relative paths in the file are taken from the file's own folder.

    Raises:
        ConfigError: with every problem there is.
    """
    text = _text_of(path)
    data = _parsed(text, path)
    lines = dict(_lines_of_keys(text))
    problems = list(_secrets_in_the_open(data, lines))
    config = _validated(data, lines, problems)
    if config is not None:
        config = _anchored(config, path.resolve().parent)
        config = _with_secrets(config, lines, problems)
        problems += _doubtful(config, lines)
    if problems or config is None:
        raise ConfigError(tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    return config


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        hint = f"cp config.example.toml {path.name}"
        raise ConfigError((Problem(key=str(path), message="there is no such file", example=hint),)) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
        raise ConfigError((Problem(key=str(path), message=reason),)) from None


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else len(text.splitlines())  # "at end of document"
        raise ConfigError((Problem(key=str(path), message=f"is not TOML: {error}", line=line),)) from None


def _lines_of_keys(text: str) -> Iterator[tuple[str, int]]:
    """Dotted key -> line, for tables, arrays of tables and plain settings."""
    prefix, counts = "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[\[\s*([\w.-]+)\s*\]\]", line):
            index = counts.get(found[1], 0)
            counts[found[1]] = index + 1
            prefix = f"{found[1]}.{index}."
            yield prefix.rstrip("."), number
        elif found := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            prefix = f"{found[1]}."
            yield found[1], number
        elif found := re.match(r"\s*([\w.-]+)\s*=", line):
            yield prefix + found[1], number


def _secrets_in_the_open(data: dict[str, Any], lines: Mapping[str, int]) -> Iterator[Problem]:
    """A token in the file itself is a mistake that must not pass; it is taken out before validation."""
    for section, setting, file_setting, _, _ in SECRETS:
        table = data.get(section)
        if isinstance(table, dict) and setting in table:
            del table[setting]
            key = f"{section}.{setting}"
            yield Problem(
                key=key,
                line=lines.get(key),
                message="a token does not belong into this file, which is copied and shown around; put it "
                f"into a file of its own or into the environment ({_variable(section, setting)})",
                example=f'{file_setting} = "secrets/{key}"',
            )


def _variable(section: str, setting: str) -> str:
    return f"XEBERDAR_{section}__{setting}".upper()


def _validated(data: dict[str, Any], lines: Mapping[str, int], problems: list[Problem]) -> Config | None:
    try:
        return Config(**data)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            key = ".".join(str(part) for part in detail["loc"])
            message = WORDING.get(detail["type"]) or detail["msg"][:1].lower() + detail["msg"][1:]
            problems.append(
                Problem(
                    key=_from_one(key),
                    message=message,
                    line=_nearest_line(key, lines),
                    example=EXAMPLES.get(key.rsplit(".", 1)[-1]),
                )
            )
        return None


def _nearest_line(key: str, lines: Mapping[str, int]) -> int | None:
    """The line of the setting, or of the table that should have held it."""
    while key:
        if key in lines:
            return lines[key]
        key = key.rpartition(".")[0]
    return None


def _from_one(key: str) -> str:
    """People count tables from one: `source.0.url` is the url of source 1."""
    return re.sub(r"^source\.(\d+)", lambda found: f"source.{int(found[1]) + 1}", key)


def _anchored(config: Config, folder: Path) -> Config:
    def anchored(path: Path | None) -> Path | None:
        return None if path is None else folder / path.expanduser()

    return config.model_copy(
        update={
            "data_dir": anchored(config.data_dir),
            "master_key_file": anchored(config.master_key_file),
            "telegram": config.telegram.model_copy(
                update={"token_file": anchored(config.telegram.token_file)}
            ),
            "slack": config.slack.model_copy(
                update={
                    "bot_token_file": anchored(config.slack.bot_token_file),
                    "app_token_file": anchored(config.slack.app_token_file),
                }
            ),
        }
    )


def _with_secrets(config: Config, lines: Mapping[str, int], problems: list[Problem]) -> Config:
    """Fill the tokens from their files, where the environment has not given them already."""
    for section, setting, file_setting, shape, example in SECRETS:
        table = getattr(config, section)
        path: Path | None = getattr(table, file_setting)
        value: SecretStr | None = getattr(table, setting)
        key = f"{section}.{file_setting}"
        if value is None and path is not None:
            try:
                value = SecretStr(path.read_text(encoding="utf-8").strip())
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "is not text"
                problems.append(
                    Problem(key=key, line=lines.get(key), message=f"cannot read {path}: {reason}")
                )
                continue
        if value is not None and not shape.fullmatch(value.get_secret_value()):
            place = key if path is not None else _variable(section, setting)
            problems.append(
                Problem(
                    key=place, line=lines.get(key), message="does not look like such a token", example=example
                )
            )
            continue
        config = config.model_copy(update={section: table.model_copy(update={setting: value})})
    return config


def _doubtful(config: Config, lines: Mapping[str, int]) -> Iterator[Problem]:
    """What each setting allows by itself, but not together or not on this machine."""
    if (config.slack.bot_token is None) != (config.slack.app_token is None):
        missing = "bot_token_file" if config.slack.bot_token is None else "app_token_file"
        yield Problem(
            key=f"slack.{missing}",
            line=lines.get("slack"),
            message="Slack needs both its bot token (xoxb-) and its app-level token (xapp-)",
            example=f'{missing} = "secrets/slack.{missing.removesuffix("_file")}"',
        )
    try:
        ZoneInfo(config.zone)
    except (KeyError, ValueError, OSError):
        yield Problem(
            key="zone", line=lines.get("zone"), message="there is no such time zone", example=EXAMPLES["zone"]
        )
    for section, setting in (("telegram", "base_url"), ("slack", "base_url")):
        if urlsplit(getattr(getattr(config, section), setting)).scheme not in {"http", "https"}:
            key = f"{section}.{setting}"
            yield Problem(key=key, line=lines.get(key), message="is not an http(s) address")
    seen: dict[str, int] = {}
    for index, source in enumerate(config.source):
        key = f"source.{index}"
        parts = urlsplit(source.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            yield Problem(
                key=f"source.{index + 1}.url",
                line=lines.get(f"{key}.url"),
                message="is not an http(s) address",
                example=EXAMPLES["url"],
            )
        if source.key in seen:
            yield Problem(
                key=f"source.{index + 1}.key",
                line=lines.get(f"{key}.key"),
                message=f"source {seen[source.key] + 1} has this key already",
                example=f'key = "{source.key}-2"',
            )
        seen.setdefault(source.key, index)

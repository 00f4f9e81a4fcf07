"""Which language a text is in."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.language.detect import detect
from bot.model import Language

_DATA = tomllib.loads(Path(__file__).with_name("data").joinpath("titles.toml").read_text("utf-8"))
_ROWS = [(language, title) for language, titles in _DATA.items() if language != "second" for title in titles]
_SHORT = [(Language(language), title) for language, titles in _DATA["second"].items() for title in titles]
_ALONE = """
import json, sys
sys.modules["pycld2"] = None  # as on a platform without its wheel
from bot.language.detect import detect
print(json.dumps([detect(title).value for title in json.load(sys.stdin)]))
"""


@pytest.mark.parametrize(("language", "title"), _ROWS)
def test_a_title_alone_tells_its_language(language: str, title: str) -> None:
    """Short titles, capitals, spelling without diacritics and old Cyrillic are told apart."""
    assert Language(language) is detect(title)


def test_two_to_six_words_are_enough_nearly_always() -> None:
    """Of 462 short titles, half of them in languages that look alike, 97 of 100 are told without a prior."""
    right = [language is detect(title) for language, title in _SHORT]
    assert len(right) > 450
    assert sum(right) / len(right) >= 0.97


def test_short_titles_are_safe_under_the_language_of_their_feed() -> None:
    """With the declared language as a prior, 99 of 100 titles in it are told."""
    ours = [(language, title) for language, title in _SHORT if language is not Language.OTHER]
    right = [language is detect(title, prior=language) for language, title in ours]
    assert sum(right) / len(right) >= 0.99


def test_a_detector_without_a_wheel_is_not_needed() -> None:
    """Without pycld2 the same titles are told nearly as well."""
    titles = json.dumps([title for _, title in _SHORT])
    ran = subprocess.run(
        [sys.executable, "-c", _ALONE], input=titles, capture_output=True, text=True, check=True, timeout=60
    )
    right = [
        language.value == found for (language, _), found in zip(_SHORT, json.loads(ran.stdout), strict=True)
    ]
    assert sum(right) / len(right) >= 0.97


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Baku court jails editor", "Məhkəmə redaktoru həbs edib. Vəkil qərardan şikayət verəcək.", "az"),
        ("Meydan TV: Redaktor saxlanılıb", "", "az"),
        ("Human Rights Watch-dan yeni hesabat", "", "az"),
        ("Дело Meydan TV", "", "ru"),
        (
            "Editor freed",
            "The editor left prison on Monday, her family said.\n"
            + "She had served two years of a nine-year sentence. Her lawyer met her at the gate. " * 3
            + "\nРедактор вышла на свободу в понедельник, сообщила семья. " * 8,
            "en",
        ),
    ],
)
def test_mixed_texts_have_the_language_of_their_beginning_and_bulk(
    title: str, text: str, expected: str
) -> None:
    """A longer text outvotes its title; names of outlets and an appended translation do not count."""
    assert Language(expected) is detect(title, text)


@pytest.mark.parametrize(
    "nothing", ["", " \n\t", "2024 — 15:30", "…", "🔴🔴", "https://example.org/az/xeber"]
)
def test_nothing_to_tell_by_is_said_so(nothing: str) -> None:
    """Without letters there is no language, whatever the feed declares."""
    assert Language.UND is detect(nothing, prior=Language.AZ)


@pytest.mark.parametrize(
    "text",
    ["\x00\x01\x02", "\ud800\udfff", "a" * 5_000_000, "ə" * 5_000_000, "\u202eab", "\ufeff", "<b>" * 100_000],
)
def test_any_input_gets_an_answer(text: str) -> None:
    """Control characters, lone surrogates and megabytes do not raise."""
    assert detect(text, text) in Language


def test_the_declared_language_decides_only_what_is_open() -> None:
    """A prior tips the scales for a bare name and does not overrule the words."""
    assert Language.AZ is detect("Aliyev", prior=Language.AZ)
    assert Language.EN is detect("Aliyev", prior=Language.EN)
    assert Language.EN is detect("Police detain journalists after the protest", prior=Language.AZ)
    assert Language.AZ is detect("Polis etirazdan sonra jurnalistləri saxlayıb", prior=Language.EN)


def test_an_azerbaijani_name_does_not_make_a_text_azerbaijani() -> None:
    """ə in the names of an English text is no evidence against its words."""
    text = "The court in Baku has extended the detention of Səbuhi Ələkbərli and Pərvanə Ağayeva for a month."
    assert Language.EN is detect("Səbuhi Ələkbərli stays in custody", text)

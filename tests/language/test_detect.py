"""Which language a text is in."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.language.detect import detect
from bot.model import Language

_DATA = tomllib.loads(Path(__file__).with_name("data").joinpath("titles.toml").read_text("utf-8"))
_ROWS = [(language, title) for language, titles in _DATA.items() for title in titles]


@pytest.mark.parametrize(("language", "title"), _ROWS)
def test_a_title_alone_tells_its_language(language: str, title: str) -> None:
    """Short titles, capitals, spelling without diacritics and old Cyrillic are told apart."""
    assert Language(language) is detect(title)


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

"""What sort of document an article is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Kind, Language
from bot.reading.kind import find_kind

_LINES = Path(__file__).with_name("data").joinpath("kinds.txt").read_text("utf-8").splitlines()
_ROWS = [[part.strip() for part in line.split("|")] for line in _LINES if not line.startswith("#")]


def test_the_kind_of_a_headline_is_right_nearly_always() -> None:
    """Of 200 headlines, a fifth of which only look like documents, 97 of 100 are told."""
    right = [Kind(kind) is find_kind(title, text, Language(lang)).kind for kind, lang, title, text in _ROWS]
    assert len(right) == 200
    assert sum(right) / len(right) >= 0.97


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Samplev v. Azerbaijan", Kind.JUDGMENT),
        ("№12/34 NÜMUNƏYEV AZƏRBAYCANA QARŞI – 3 MAY 2020", Kind.JUDGMENT),
        ("Nümunəyeva Azərbaycana qarşı", Kind.JUDGMENT),
        ("Azərbaycana qarşı təxribat hazırlanır", Kind.NEWS),
        ("Turkey: Drop the case against the teachers", Kind.STATEMENT),
        ("Iran: Writer at risk of flogging: Sample Person", Kind.URGENT_ACTION),
        ("“Həbslər dayandırılmayıb” – AŞPA məruzəçisi", Kind.STATEMENT),
        ("“Həbslər dayandırılmayıb” – məhbusun anası", Kind.NEWS),
    ],
)
def test_the_form_of_a_headline_tells_its_kind(title: str, kind: Kind) -> None:
    """A case has parties, a demand an addressee, an appeal a place and a name."""
    lang = Language.EN if title.isascii() else Language.AZ
    assert kind is find_kind(title, "", lang).kind


def test_the_words_that_told_the_kind_stand_in_the_text() -> None:
    """`/why` shows them, with their place."""
    title = "Supreme Court overturns conviction of a Sample editor"
    found = find_kind(title, "", Language.EN)
    assert (Kind.JUDGMENT, "title") == (found.kind, found.field)
    assert title.startswith(found.words, found.at)
    assert "overturns" in found.words


@pytest.mark.parametrize(
    "text", ["", "\x00", "v. " * 200_000, "a: " * 200_000, "№ 1/11" * 100_000, "“" * 9_999]
)
def test_any_input_has_a_kind(text: str) -> None:
    """Megabytes of anything are read in an instant."""
    assert find_kind(text, text, Language.EN).kind in Kind
    assert find_kind(text, text, Language.AZ).kind in Kind

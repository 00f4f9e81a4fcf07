"""The glossary: what words are in the other language, and that it stays one that can be trusted."""

from __future__ import annotations

from itertools import product

import pytest

from bot.language import glossary
from bot.language.concepts import book, concepts
from bot.language.glossary import Known, base_of, counterparts, pairs, words
from bot.language.keywords import Keyword, Passage, find
from bot.language.phrases import scan

ENOUGH = 350
#: Alternatives of one word: more would be a subject, not a word.
MOST = 6


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("işgəncə", Known("işgəncə", ("torture",))),
        ("ISGENCE", Known("işgəncə", ("torture",))),
        ("Political prisoner", Known("political prisoner", ("siyasi məhbus",))),
        ("bmt", Known("BMT", ("UN", "united nations"))),
        ("deportation", Known("deportation", ("deportasiya",))),
        ("qwerty", None),
        ("!!!", None),
    ],
)
def test_a_word_has_its_counterparts(word: str, known: Known | None) -> None:
    """By search key: case and dots do not matter, and the answer is spelt properly."""
    assert known == counterparts(word)


@pytest.mark.parametrize(
    ("form", "base"),
    [("məhbuslara", "məhbus"), ("journalists", "journalist"), ("qwerty", None), ("a b", None), ("", None)],
)
def test_a_form_leads_to_its_word(form: str, base: str | None) -> None:
    """So that a mistake can name what would work."""
    assert base == base_of(form)


def test_the_glossary_is_large_and_its_entries_small() -> None:
    """Several hundred pairs; no word has so many counterparts that it becomes a subject."""
    assert len(pairs()) >= ENOUGH
    assert len(words()) >= 2 * ENOUGH
    assert MOST >= max(len(known.others) for known in words().values())


def test_no_entry_is_there_twice() -> None:
    """The same pair of words stands in one line only."""
    couples = [couple for pair in pairs() for couple in product(pair.az, pair.en)]
    assert [] == [couple for couple in couples if couples.count(couple) > 1]


def test_every_word_finds_itself() -> None:
    """It can be compiled, and a text that consists of it is found."""
    lost = [
        word
        for pair in pairs()
        for word in (*pair.az, *pair.en)
        if find(Keyword.of(word), Passage.of(word)) is None
    ]
    assert [] == lost


def test_a_line_that_is_no_pair_is_refused() -> None:
    """A slip in the data is noticed when it is read."""
    with pytest.raises(ValueError, match="no pair"):
        glossary._pair("işgəncə = ")


def _meanings(word: str, lang: str) -> set[str]:
    """The concepts of the reader that are nothing but this word, and those that they stand for."""
    tokens = scan(word)
    found = {hit.what for hit in book(lang).find(tokens) if hit.last - hit.first + 1 == len(tokens)}
    return found | {wider for name in found for wider in concepts()[name].wider}


def test_the_reader_agrees_with_the_glossary() -> None:
    """Where the reader knows both words of a pair, they mean one thing to it, but for a few."""
    known = [
        (az, en)
        for pair in pairs()
        for az, en in product(pair.az, pair.en)
        if _meanings(az, "az") and _meanings(en, "en")
    ]
    differ = [(az, en) for az, en in known if _meanings(az, "az").isdisjoint(_meanings(en, "en"))]
    assert len(known) >= 150
    assert len(differ) <= len(known) // 5, differ

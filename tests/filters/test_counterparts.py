"""`~word`: a word or what it is called in the other language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.filters.grammar import parse
from bot.filters.index import FilterIndex
from bot.filters.match import evaluate
from bot.model import Language, Match, Miss, MissReason
from tests.filters.articles import read


@pytest.mark.parametrize(
    ("query", "title", "lang", "found"),
    [
        ("~torture", "Həbsxanada işgəncəyə son", Language.AZ, "işgəncəyə"),
        ("~işgəncə", "He was tortured", Language.EN, "tortured"),
        ('~"siyasi məhbus"', "Political prisoners freed", Language.EN, "Political prisoners"),
        ("~political prisoner", "Siyasi məhbuslara əfv", Language.AZ, "Siyasi məhbuslara"),
        ("~BMT", "UN experts alarmed", Language.EN, "UN"),
        ("title:~uşaq", "Children in custody", Language.EN, "Children"),
    ],
)
def test_either_language_is_found_and_told_as_one_term(
    query: str, title: str, lang: Language, found: str
) -> None:
    """The evidence names the term as it is spelt in the filter, and the words of the report."""
    wanted = parse(query, default_rights="any")
    decision = evaluate(wanted, read(title, lang=lang))
    assert isinstance(decision, Match)
    term = wanted.query.removesuffix(" rights:any")
    assert [(term, found, title.index(found))] == [(one.term, one.found, one.at) for one in decision.why]


def test_what_is_in_neither_language_is_a_miss_of_the_term() -> None:
    """One term, one reason."""
    wanted = parse("~torture", default_rights="any")
    assert Miss(reason=MissReason.WORDS, term="~torture") == evaluate(wanted, read("Sərgi açıldı"))


def test_the_other_place_does_not_count() -> None:
    """`title:~` looks into the title, in both languages."""
    wanted = parse("title:~torture", default_rights="any")
    assert isinstance(evaluate(wanted, read("Sərgi", "işgəncə")), Miss)


_QUERIES = [
    "~torture",
    "-~torture country:AZ",
    "title:~journalist həbs",
    '~"siyasi məhbus" OR ~protest',
    "(~arrest polis) OR -~torture country:AZ",
]
_WORDS = [
    "torture",
    "işgəncə",
    "jurnalist",
    "reporter",
    "həbs",
    "arrested",
    "siyasi",
    "məhbus",
    "polis",
    "etiraz",
]


@given(
    st.lists(st.sampled_from(_WORDS), max_size=4).map(" ".join),
    st.lists(st.sampled_from(_WORDS), max_size=6).map(" ".join),
    st.sampled_from([Language.AZ, Language.EN]),
)
def test_the_index_agrees_with_asking_every_filter(title: str, text: str, lang: Language) -> None:
    """Also when it reads the canonical spelling by itself."""
    filters = {query: parse(query, default_rights="any") for query in _QUERIES}
    article = read(title, text, lang=lang, countries=("AZ",))
    index, spelt = FilterIndex(), FilterIndex()
    for query, wanted in filters.items():
        index.add(query, wanted)
        spelt.add(query, wanted.query)
    plain = sorted(query for query, one in filters.items() if isinstance(evaluate(one, article), Match))
    assert plain == sorted(index.matching(article))
    assert plain == sorted(spelt.matching(article))

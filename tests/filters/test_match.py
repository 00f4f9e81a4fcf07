"""What a filter finds, and what it says about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.filters.grammar import parse
from bot.filters.match import evaluate
from bot.model import Match, Miss, MissReason, Source, Topic
from tests.cost import MARGIN, growth
from tests.filters.articles import read


@pytest.mark.parametrize(
    ("query", "title", "found"),
    [
        ('"siyasi məhbus"', "Bakıda siyasi məhbusların siyahısı", "siyasi məhbusların"),
        ('"siyasi məhbus"', "SİYASİ MƏHBUSLARA azadlıq", "SİYASİ MƏHBUSLARA"),
        ("hebs", "O, həbsdən buraxılıb", "həbsdən"),
        ("DİN", "DİN-in açıqlaması", "DİN-in"),
        ('="DİN"', "DİN-in açıqlaması", "DİN-in"),
        ("məhb*", "Məhbusluq illəri", "Məhbusluq"),
        ("turan", "“Turan”a təzyiq", "Turan"),
    ],
)
def test_a_match_shows_the_words_and_their_place(query: str, title: str, found: str) -> None:
    """Evidence is the original's own words, at their offset."""
    decision = evaluate(parse(query, default_rights="any"), read(title))
    assert isinstance(decision, Match)
    (why,) = decision.why
    assert (found, "title", title.index(found)) == (why.found, why.field, why.at)


@pytest.mark.parametrize(
    ("query", "reason", "term"),
    [
        ("məhkəmə", MissReason.RIGHTS, "rights:yes"),
        ("məhkəmə rights:any country:GE", MissReason.COUNTRY, "country:GE"),
        ("məhkəmə rights:any mentions:TR", MissReason.MENTIONS, "mentions:TR"),
        ("məhkəmə rights:any lang:en", MissReason.LANGUAGE, "lang:en"),
        ("məhkəmə rights:any topic:media_f", MissReason.TOPIC, "topic:media_freedom"),
        ("məhkəmə rights:any kind:report", MissReason.KIND, "kind:report"),
        ("məhkəmə rights:any source:other", MissReason.SOURCE, "source:other"),
        ("futbol rights:any", MissReason.WORDS, "futbol"),
        ("məhkəmə -qərar rights:any", MissReason.EXCLUDED, "-qərar"),
        ("text:məhkəmə rights:any", MissReason.WORDS, "text:məhkəmə"),
    ],
)
def test_a_miss_names_the_term_that_decided(query: str, reason: MissReason, term: str) -> None:
    """Every way to miss has its own reason."""
    article = read("Məhkəmənin qərarı", countries=("AZ",), mentions=("GE",))
    assert Miss(reason=reason, term=term) == evaluate(parse(query), article)


def test_labels_are_evidence_without_a_place() -> None:
    """Countries, mentions and the rights term show the value that met them."""
    article = read("Xəbər", countries=("AZ",), mentions=("GE",), human_rights=True, topics=(Topic.RELIGION,))
    decision = evaluate(parse("country:AZ mentions:GE topic:religion"), article)
    assert isinstance(decision, Match)
    assert [
        ("country", "AZ", None),
        ("country", "GE", None),
        ("topic", "religion", None),
        ("rights", "yes", None),
    ] == [(why.field, why.found, why.at) for why in decision.why]


def test_a_source_marked_rights_meets_the_rights_term() -> None:
    """Everything from such a source is human-rights news; `from:` asks for its country."""
    source = Source(key="numune", title="Nümunə", url="https://example.org/feed", rights=True, country="AZ")
    assert isinstance(evaluate(parse("xəbər from:AZ"), read("Xəbərlər", source=source)), Match)
    assert isinstance(evaluate(parse("xəbər"), read("Xəbərlər")), Miss)


@pytest.mark.parametrize(
    "query",
    [
        "-(a OR b) " * 20 + "country:AZ",
        "(" * 10 + "həbs" + ")" * 10,
        " OR ".join(f"hə{n}b*" for n in range(40)),
    ],
)
@pytest.mark.parametrize("word", ["həb" * 4000, "həbs" + "lar" * 3000, "hə\u0301" * 5000, "həbs " * 2000])
def test_hostile_filters_and_texts_stay_cheap(query: str, word: str) -> None:
    """The cost of an adversary's filter grows no faster than the adversary's text."""
    wanted = parse(query)

    def asking(times: int) -> Callable[[], object]:
        article = read("x", word * times, countries=("AZ",), human_rights=True)
        evaluate(wanted, article)
        return lambda: evaluate(wanted, article)

    assert growth(asking, 1) < MARGIN

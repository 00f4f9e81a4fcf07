"""Packs: what a filter with packs stands for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.errors import BadFilter, BadPack, FilterMistake
from bot.filters.grammar import Filter, parse, parse_pack
from bot.filters.match import evaluate
from bot.filters.packs import MOST_DEPTH, MOST_TERMS, expand, packs_of
from bot.model import Match, Miss
from tests.cost import MARGIN, growth
from tests.filters.articles import read

PRESS = {
    "press": parse_pack("jurnalist OR bloger"),
    "jailed-press": parse_pack("pack:press həbs"),
    "sport": parse_pack("futbol OR güləş"),
}


@pytest.mark.parametrize(
    ("typed", "expanded"),
    [
        ("pack:press", "(bloger OR jurnalist) rights:yes"),
        ("paket:PRESS lang:az", "(bloger OR jurnalist) lang:az rights:yes"),
        ("pack:jailed-press", "həbs (bloger OR jurnalist) rights:yes"),
        ("pack:press OR vəkil", "(bloger OR jurnalist OR vəkil) rights:yes"),
        ("pack:press -pack:sport", "(bloger OR jurnalist) -(futbol OR güləş) rights:yes"),
        ("pack:press,sport", "(bloger OR futbol OR güləş OR jurnalist) rights:yes"),
        ("pack:press rights:any", "(bloger OR jurnalist) rights:any"),
        ("həbs", "həbs rights:yes"),
    ],
)
def test_a_pack_is_replaced_by_what_it_asks_for(typed: str, expanded: str) -> None:
    """Combined by the filter's own words; the rights term of the filter holds for all of it."""
    wanted = expand(parse(typed, packs=PRESS), PRESS)
    assert parse(expanded) == wanted
    assert parse(wanted.query) == wanted


def test_a_filter_keeps_the_names_of_its_packs() -> None:
    """Its own, however deep they stand; not those inside them."""
    wanted = parse("həbs (pack:jailed-press OR -pack:sport country:AZ)")
    assert "pack:jailed-press" in wanted.query
    assert frozenset({"jailed-press", "sport"}) == packs_of(wanted)
    assert frozenset() == packs_of(parse("həbs"))


def test_evidence_names_the_terms_of_the_pack() -> None:
    """Whoever asks why sees the word that was found, not the pack."""
    wanted = expand(parse("pack:jailed-press", default_rights="any"), PRESS)
    found = evaluate(wanted, read("Bloger həbs edildi"))
    assert isinstance(found, Match)
    assert {("həbs", "həbs"), ("bloger", "Bloger")} == {(why.term, why.found) for why in found.why}
    missed = evaluate(wanted, read("Bloger danışdı"))
    assert isinstance(missed, Miss)
    assert "həbs" == missed.term


def test_a_filter_is_not_matched_before_its_packs_are_there() -> None:
    """A forgotten step is noticed, not taken for a miss."""
    with pytest.raises(TypeError):
        evaluate(parse("pack:press", default_rights="any"), read("Bloger"))


@pytest.mark.parametrize(
    ("packs", "mistake", "path", "suggestion"),
    [
        ({"pres": "a1"}, FilterMistake.UNKNOWN_PACK, ("press",), "pack:pres"),
        ({"press": "pack:gone"}, FilterMistake.UNKNOWN_PACK, ("press", "gone"), None),
        ({"press": "pack:press"}, FilterMistake.PACK_CYCLE, ("press", "press"), None),
        ({"press": "b1 -pack:b", "b": "pack:press"}, FilterMistake.PACK_CYCLE, ("press", "b", "press"), None),
    ],
)
def test_a_pack_that_cannot_be_put_in_is_named(
    packs: dict[str, str], mistake: FilterMistake, path: tuple[str, ...], suggestion: str | None
) -> None:
    """Missing or turning in a circle: the way there, at the filter's own term."""
    wanted = parse("həbs pack:press")
    with pytest.raises(BadPack) as caught:
        expand(wanted, {name: parse_pack(query) for name, query in packs.items()})
    problem = caught.value
    assert (mistake, path, suggestion) == (problem.mistake, problem.path, problem.suggestion)
    assert "pack:press" == problem.token == wanted.query[problem.at :][: len(problem.token)]


def _tower(height: int, query: str) -> dict[str, Filter]:
    """Packs of which each includes the one below, as `query` says; `{}` is its name."""
    packs = {"p0": parse_pack("a0 OR b0")}
    for level in range(1, height):
        packs[f"p{level}"] = parse_pack(query.format(f"p{level - 1}", level=level))
    return packs


def _times(query: str) -> str:
    return f"{query} x{{level}} OR {query} y{{level}}"


@pytest.mark.parametrize(
    "packs",
    [
        _tower(30, _times("pack:{0}")),
        _tower(MOST_DEPTH + 1, "pack:{} x{level}"),
        _tower(5_000, "pack:{} x{level}"),
    ],
)
def test_a_filter_that_explodes_is_refused(packs: dict[str, Filter]) -> None:
    """Packs that double what is in them, or stand in each other without end, are never built."""
    with pytest.raises(BadPack) as caught:
        expand(parse(f"pack:p{len(packs) - 1}"), packs)
    assert FilterMistake.PACK_TOO_LARGE is caught.value.mistake


def test_the_terms_of_all_packs_count() -> None:
    """Many packs of many terms are as large as one of them all."""
    words = [" OR ".join(f"w{pack}x{at}" for at in range(50)) for pack in range(11)]
    packs = {f"p{at}": parse_pack(query) for at, query in enumerate(words)}
    some = parse("pack:" + ",".join(list(packs)[: MOST_TERMS // 50 - 1]))
    assert 450 == expand(some, packs).query.count("w")
    with pytest.raises(BadPack):
        expand(parse("pack:" + ",".join(packs)), packs)


def test_looking_through_packs_takes_no_longer_than_they_are_long() -> None:
    """Each pack is measured once, however many ways lead to it."""

    def refusing(times: int) -> Callable[[], object]:
        packs = _tower(10 * times, _times("pack:{0}"))
        wanted = parse(f"pack:p{len(packs) - 1}")

        def work() -> None:
            with pytest.raises(BadPack):
                expand(wanted, packs)

        return work

    assert growth(refusing, 3) < MARGIN


@pytest.mark.parametrize("typed", ["jurnalist rights:any", "jurnalist OR (bloger rights:yes)"])
def test_a_pack_has_no_rights_term(typed: str) -> None:
    """It is the filter that says so."""
    with pytest.raises(BadFilter) as caught:
        parse_pack(typed)
    assert FilterMistake.RIGHTS_IN_PACK is caught.value.mistake
    assert typed[caught.value.at :].startswith(caught.value.token)


def test_an_unknown_pack_is_refused_with_the_nearest() -> None:
    """At the door, where the names of the packs are known."""
    with pytest.raises(BadFilter) as caught:
        parse("həbs pack:pres-freedom", packs={"press-freedom"})
    problem = caught.value
    assert FilterMistake.UNKNOWN_PACK is problem.mistake
    assert (10, "pres-freedom", "press-freedom") == (problem.at, problem.token, problem.suggestion)
    assert parse(problem.example, packs={"press-freedom"})

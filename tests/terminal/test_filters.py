"""`xeberdar filters explain`: what a filter means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.filters.examples import forms_of
from bot.filters.grammar import parse
from bot.filters.match import evaluate
from bot.filters.terms import WordTerm, terms_of
from bot.model import Language, Match
from handlers.terminal.filters import explain_filter
from tests.filters.articles import read
from tests.terminal.test_tools import shell


def explained(capsys: pytest.CaptureFixture[str], query: str, *packs: str, lang: str = "en") -> Any:
    assert 0 == explain_filter(query, list(packs), Language(lang))
    return json.loads(capsys.readouterr().out)


def test_a_filter_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Spelling, words, terms with what they find, and whether it makes sense: one object."""
    row = explained(capsys, "Həbs, ölkə:AZ -~torture")
    assert "həbs country:AZ -~torture rights:yes" == row["query"]
    assert row["meaning"].startswith("reports about Azerbaijan that mention “həbs”")
    assert (True, False) == (row["can_match"], row["everything"])
    assert ["həbs", "country:AZ", "rights:yes"] == row["required"]
    words, both = row["terms"][0], row["terms"][2]
    assert ["həbs", "həbsi", "həbsə"] == words["finds"]["az"][:3]
    assert ("~torture", False, ["torture", "işgəncə"]) == (both["term"], both["wanted"], both["either"])
    assert "tortured" in both["finds"]["en"]


def test_the_meaning_is_told_in_azerbaijani(capsys: pytest.CaptureFixture[str]) -> None:
    """As the chat would say it."""
    row = explained(capsys, "dil:az həbs", lang="az")
    assert "Azərbaycan dilində, «həbs» keçən xəbərlər" == row["meaning"]


@pytest.mark.parametrize(
    ("query", "can_match", "everything"),
    [("country:AZ -country:AZ", False, False), ("lang:az,en", True, True), ("həbs", True, False)],
)
def test_a_filter_without_sense_is_said_to_be_so(
    query: str, can_match: bool, everything: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is explained like any other, so that its author sees why."""
    row = explained(capsys, query)
    assert (can_match, everything) == (row["can_match"], row["everything"])
    assert can_match == ("contradiction" not in row)


def test_packs_are_put_in(capsys: pytest.CaptureFixture[str]) -> None:
    """Where they are given, what the whole means is told beside the names."""
    row = explained(capsys, "pack:press lang:az", "press=jurnalist OR bloger")
    assert ["press"] == row["packs"]
    assert "lang:az (bloger OR jurnalist) rights:yes" == row["expanded"]
    assert "found by the pack press" in row["meaning"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["torture contry:AZ"], ["torture contry:AZ", "\n  " + " " * 8 + "^", "country"]),
        (["həbs ~məhbuslara", "--lang", "az"], ["Lüğətdə", "\n  " + " " * 5 + "^", "~məhbus"]),
        (["pack:a", "--pack", "a=pack:a"], ["includes itself"]),
        (["torture\u202e " * 30 + "country:XY"], ["… ", "country:XY", "^"]),
        (["həbs", "--lang", "fr"], ["az or en"]),
        ([" " * 2_000], ["too long"]),
    ],
)
def test_a_mistake_is_shown_with_its_place(arguments: list[str], told: list[str]) -> None:
    """On standard error, with status 2 and nothing on standard output; nothing turns the line around."""
    status, out, err = shell("filters", "explain", *arguments)
    assert (2, "") == (status, out)
    assert [] == [one for one in told if one not in err]
    assert "\u202e" not in err


@pytest.mark.parametrize(
    "query",
    [
        "həbs",
        "azadlıq",
        "etmək",
        "DİN",
        '"siyasi məhbus"',
        "child",
        "torture",
        "şikayət",
        "prison*",
        "=DİN",
        "su",
    ],
)
def test_every_form_that_is_shown_is_found(query: str) -> None:
    """By the matcher, in a text of that language; and each word has more than itself, unless it is exact."""
    wanted = parse(query, default_rights="any")
    (term,) = (term for term in terms_of(wanted.root) if isinstance(term, WordTerm))
    shown = forms_of(term)
    for lang, forms in shown.items():
        found = [isinstance(evaluate(wanted, read(form, lang=Language(lang))), Match) for form in forms]
        assert all(found), forms
    assert query.startswith("=") or max(map(len, shown.values())) > 1


@pytest.mark.parametrize(
    ("query", "lang", "form"),
    [
        ("azadlıq", "az", "azadlığı"),
        ("etmək", "az", "edib"),
        ("qanun", "az", "qanunları"),
        ("DİN", "az", "DİN-in"),
        ("child", "en", "children"),
        ("torture", "en", "torturing"),
        ("country", "en", "countries"),
    ],
)
def test_the_forms_are_those_that_people_write(query: str, lang: str, form: str) -> None:
    """Vowel harmony, softened consonants, irregular plurals."""
    (term,) = (term for term in terms_of(parse(query).root) if isinstance(term, WordTerm))
    assert form in forms_of(term)[lang]

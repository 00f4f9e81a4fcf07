"""Which version of a report a reader sees, with which links."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Alert, AlertKind, Article, Language, Past, Settings, Story, Versions
from handlers.text.card import card
from handlers.text.hygiene import clean, odd_host, web_address
from handlers.text.message import Card
from tests.text.samples import article

AZ, EN = Language.AZ, Language.EN


def shown(
    *articles: Article,
    versions: Versions = Versions.BOTH,
    lang: Language = EN,
    kind: AlertKind = AlertKind.NEW,
) -> Card:
    settings = Settings(interface=lang, versions=versions)
    return card(Alert(kind=kind, story=Story(id="s1", articles=articles), settings=settings))


@pytest.mark.parametrize(("lang", "note"), [(AZ, "Davamı: Title az"), (EN, "Continues: Title en")])
def test_a_development_names_the_report_that_it_continues(lang: Language, note: str) -> None:
    """By its headline, in the language that the reader reads first."""
    before = Story(id="s0", articles=(article("az", AZ), article("en", EN)))
    after = Story(id="s1", articles=(article("next", lang),), continues="s0")
    settings = Settings(interface=lang)

    told = card(Alert(kind=AlertKind.NEW, story=after, settings=settings, past=Past(story=before)))

    assert note == told.note


@pytest.mark.parametrize(
    ("versions", "lang", "title"),
    [
        (Versions.AZ, EN, "Title az"),
        (Versions.EN, AZ, "Title en"),
        (Versions.BOTH, AZ, "Title az"),
        (Versions.BOTH, EN, "Title en"),
    ],
)
def test_two_versions(versions: Versions, lang: Language, title: str) -> None:
    """The title follows the choice; both links are there in either order of arrival."""
    for articles in permutations((article("az", AZ), article("en", EN, minutes=3))):
        seen = shown(*articles, versions=versions, lang=lang)
        assert (seen.title, [link.label for link in seen.versions], seen.note) == (title, ["AZ", "EN"], "")


def test_the_earlier_version_is_the_original() -> None:
    """One outlet: original and other version."""
    seen = shown(article("az", AZ), article("en", EN, minutes=3))
    assert [link.note for link in seen.versions] == ["original", "other version"]


def test_another_outlet_is_named_so() -> None:
    """Two outlets: neither is a version of the other's text."""
    seen = shown(article("az", AZ, "Alpha"), article("en", EN, "Beta"), lang=EN)
    assert [(link.outlet, link.note) for link in seen.versions] == [("Alpha", "other outlet"), ("Beta", "")]


@pytest.mark.parametrize(
    ("versions", "held", "lang", "note"),
    [
        (Versions.AZ, EN, AZ, "hələlik yalnız ingilis dilində"),
        (Versions.EN, AZ, EN, "only in Azerbaijani so far"),
        (Versions.AZ, AZ, AZ, ""),
        (Versions.BOTH, EN, AZ, ""),
    ],
)
def test_one_version(versions: Versions, held: Language, lang: Language, note: str) -> None:
    """A report without the wanted version comes in the other one and says so."""
    seen = shown(article("x", held), versions=versions, lang=lang)
    assert (seen.note, [link.lang for link in seen.versions], seen.more) == (note, [held], ())


def test_further_coverage_goes_to_more() -> None:
    """Three articles: two versions, and one more link."""
    seen = shown(article("az", AZ), article("en", EN), article("ru", Language.RU, "Gamma"))
    assert [link.label for link in seen.versions] == ["AZ", "EN"]
    assert [(link.label, link.outlet) for link in seen.more] == [("RU", "Gamma")]


def test_time_state_and_buttons() -> None:
    """Words are in the reader's language, the time in the reader's zone."""
    seen = shown(article("az", AZ), article("en", EN), lang=AZ, kind=AlertKind.EDIT)
    assert (seen.state, seen.time) == ("Yeniləndi", "14:05, 23 noyabr, Bakı")
    assert [[button.label for button in row] for row in seen.rows] == [
        ["AZ", "EN", "Niyə?"],
        ["Səssiz et…"],
    ]
    assert seen.rows[0][-1].command == "/why s1"
    assert seen.rows[1][-1].command == "/mute s1"


def test_a_hostile_title_is_harmless() -> None:
    """Bidi controls, invisible characters, surrogates and heaps of marks are gone."""
    hostile = "A\u202eB\u200b\ufeff\x00\x1b[31m\ud800 \n e" + "\u0301" * 40 + "\U000e0041"
    assert shown(article("x", EN, title=hostile)).title == "AB[31m é" + "\u0301" * 4


def test_a_title_of_nothing_is_untitled() -> None:
    """There is always something to read."""
    assert shown(article("x", AZ, title="\u200b\u202e"), lang=AZ).title == "(başlıqsız)"


def test_a_script_address_is_no_link() -> None:
    """http and https only, also in buttons."""
    seen = shown(replace(article("x", EN), url="javascript:alert(1)"))
    assert (seen.url, seen.versions, [button.url for button in seen.rows[0]]) == (None, (), [None])


def test_a_foreign_host_is_spelt_out() -> None:
    """A host that only looks familiar shows its punycode."""
    assert odd_host("https://аpple.example/x") == "xn--pple-43d.example"
    assert web_address("https://user@host.example/") is None


def test_a_family_stays_together() -> None:
    """Joiners inside emoji are kept, between letters they are not."""
    assert clean("\U0001f468\u200d\U0001f469 a\u200db") == "\U0001f468\u200d\U0001f469 ab"


@given(st.text(st.characters(), max_size=80))
def test_clean_is_stable_and_one_line(text: str) -> None:
    """Cleaning twice changes nothing, and no control is left."""
    once = clean(text)
    assert clean(once) == once
    assert once.isprintable() or "\u200d" in once or not once.isascii()
    assert not set(once) & set("\u202e\u2066\u200b\ufeff\x00\n")


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_card_can_be_made_of_any_text(title: str, outlet: str) -> None:
    """No title or outlet breaks a card or leaves it without a title."""
    odd = replace(article("x", EN), title=title, outlet=outlet, url=f"https://{outlet}/")
    assert shown(odd).title != ""


def test_much_further_coverage_is_behind_a_button() -> None:
    """Two links stand in the card; of three none does, and a button counts them and shows them all."""
    further = [
        replace(article(f"f{n}", EN, f"Outlet {n}", minutes=n), url=f"https://outlet-{n}.example/1")
        for n in range(1, 4)
    ]
    two = shown(article("en", EN), *further[:2])
    three = shown(article("en", EN), *further)

    assert (2, ["Mute…"]) == (len(two.more), [b.label for b in two.rows[1]])
    assert () == three.more
    assert [("+3 sources", f"/more {three.story}")] == [(b.label, b.command) for b in three.rows[1][:1]]

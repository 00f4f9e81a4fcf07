"""What is left of an article when its words are taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Article, Language
from bot.stories.fingerprint import Fingerprint, Person, fingerprint, pack, same, unpack

NOW = datetime(2026, 7, 9, 9, 0, tzinfo=UTC)
AZ = "Məhkəmə jurnalist Orxan Qədirlini 206.3.2-ci maddə ilə doqquz il müddətinə məhkum edib."
EN = "On July 9 a court sentenced journalist Orkhan Gadirli to nine years under Article 206.3.2."


def article(title: str, text: str = "", lang: Language = Language.AZ, url: str | None = None) -> Article:
    return Article(
        id="1",
        source="s",
        outlet="S",
        url=url,
        title=title,
        text=text,
        lang=lang,
        published=NOW,
        seen=NOW,
    )


def words_of(one: Fingerprint) -> set[str]:
    return {name.word for name in one.names}


def surnames(persons: tuple[Person, ...]) -> set[str]:
    return {person.words for person in persons}


def test_two_languages_leave_the_same() -> None:
    """Names, the term, the article of the code and what happened are equal; no word is."""
    az = fingerprint(article("Orxan Qədirliyə 9 il verildi", AZ))
    en = fingerprint(article("Nine years for Orkhan Gadirli", EN, Language.EN))

    assert {"206.3.2"} == az.codes == en.codes
    assert "9year" in az.numbers & en.numbers
    assert "sentenced" in az.near_stages & en.near_stages
    assert {date(2026, 7, 9)} == en.days
    assert any(same(a.surname, b.surname) for a in az.persons for b in en.persons)


def test_capitals_make_no_names_of_ordinary_words() -> None:
    """A headline in title case, the first word of a sentence, a court, a country and its people, a month."""
    one = fingerprint(
        article(
            "Azerbaijani Court Extends Detention of Journalist Sevinj Gadirova in June",
            "Police say nothing. Officials in Azerbaijan declined to comment.",
            Language.EN,
        )
    )

    assert {"Sevinj", "Gadirova"} == words_of(one)


def test_inflected_forms_are_one_name() -> None:
    """`Cəfərov`, `Cəfərovun` and `Cəfərova` in one text are one man."""
    one = fingerprint(
        article("Elçin Cəfərov saxlanılıb", "Cəfərovun vəkili onu görüb. Cəfərova zəng edilib.")
    )

    assert {"Elçin", "Cəfərov"} == words_of(one)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("7 nəfər saxlanılıb", "7people"),
        ("Seven people detained", "7people"),
        ("500 manat cərimələndi", "500money"),
        ("Həbs müddəti 3 ay uzadıldı", "3month"),
        ("İki aylıq həbs qərarı", "2month"),
        ("Seçici fəallığı 47,3 faiz olub", "47.3percent"),
        ("Turnout was 47.3 percent", "47.3percent"),
        ("She was jailed for eight and a half years", "8.5year"),
    ],
)
def test_numbers_know_what_they_count(title: str, expected: str) -> None:
    """In digits and in words, with suffixes and without."""
    lang = Language.EN if title.isascii() else Language.AZ

    assert expected in fingerprint(article(title, lang=lang)).numbers


def test_a_calendar_year_counts_no_years() -> None:
    """`2025-ci il` is no term of two thousand years; a mine that goes off is no thousand."""
    one = fingerprint(article("2025-ci ildə Ağdamda traktor minaya düşüb"))

    assert {"2025"} == one.numbers


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("https://n.example/az/siyaset/184213", {184213}),
        ("https://n.example/2026/07/09/qerar-55120.html", {55120}),
        ("https://n.example/2026/07/09/", set()),
        ("https://n.example/az/20260709/hebs", set()),
        ("https://n.example/az/7", set()),
    ],
)
def test_numbers_of_addresses(url: str, ids: set[int]) -> None:
    """What may count articles; dates do not."""
    assert ids == fingerprint(article("Sample", url=url)).ids


def test_subdomains_of_languages_are_one_outlet() -> None:
    """`az.` and `en.` of one site publish the two versions."""
    az = fingerprint(article("Sample", url="https://az.n.example/1"))
    en = fingerprint(article("Sample", url="https://www.en.n.example/2"))

    assert "n.example" == az.outlet == en.outlet


def test_packed_and_unpacked_are_equal() -> None:
    """What the store keeps is what was filed."""
    one = fingerprint(article("Orxan Qədirliyə 9 il verildi", AZ, url="https://n.example/az/184213"))

    assert one == unpack(pack(one))


@given(title=st.text(max_size=200), text=st.text(max_size=400), lang=st.sampled_from(list(Language)))
def test_any_text_has_a_fingerprint_that_can_be_kept(title: str, text: str, lang: Language) -> None:
    """Control characters, other scripts, lone surrogates: it never raises, and comes back as it was."""
    one = fingerprint(article(title, text, lang))

    assert one == unpack(pack(one))


@pytest.mark.parametrize("packed", [b"", b"nothing", pack(fingerprint(article("Sample")))[:-5]])
def test_what_is_no_fingerprint_is_refused(packed: bytes) -> None:
    """One error for all of them."""
    with pytest.raises(ValueError, match="no fingerprint"):
        unpack(packed)


def test_a_picture_counts_by_its_address() -> None:
    """Tracking parameters and `www.` do not make another picture."""
    plain = replace(article("Sample"), image="https://n.example/p/1.jpg")
    tracked = replace(article("Sample"), image="http://www.n.example/p/1.jpg?utm_source=feed")

    assert fingerprint(plain).image == fingerprint(tracked).image != None  # noqa: E711 - both are there

"""Azerbaijani persons, and what they presume."""

from __future__ import annotations

import pytest

from bot.language.countries import find_countries
from bot.language.persons import azerbaijanis
from bot.language.phrases import scan
from bot.model import Language


def named(text: str) -> list[str]:
    tokens = scan(text)
    return [
        " ".join(token.form.text for token in tokens[one.first : one.last + 1])
        for one in azerbaijanis(tokens)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bloqçu Elvin Nümunəzadə saxlanılıb", ["Elvin Nümunəzadə"]),
        ("Fərid Nümunəzadənin məhkəməsi", ["Fərid Nümunəzadənin"]),
        ("Jurnalist Aytən Sınaqovaya cərimə", ["Aytən Sınaqovaya"]),
        ("VƏKİL LALƏ SINAQLI ÇIXIŞ ETDİ", ["LALƏ SINAQLI"]),
        ("Sınaqov Cahid Mikayıl oğluna hökm oxunub", ["Sınaqov Cahid"]),
        ("jurnalist ferid numunezade hebs edilib", []),
        ("Nizami küçəsində Fərid. Sınaqlı kəndi", []),
        ("İlham verən hekayə", []),
        ("Maykl Cordan və Con Smit", []),
        ("Sınaqov Cahid dedi", []),
        ("Vəkil Fəridovla görüşə bilməyib", ["Fəridovla"]),
        ("E.Fəridzadənin anası", ["Fəridzadənin"]),
        ("Ümidli xəbər, Ulduzlu gecə", []),
    ],
)
def test_a_given_name_beside_a_surname_is_a_person(text: str, found: list[str]) -> None:
    """In any case and in either order of documents, or a surname made of a given name.

    A given name alone, another surname alone, small letters and foreigners are none.
    """
    assert found == named(text)


@pytest.mark.parametrize(
    ("title", "about"),
    [
        ("Bloqçu Elvin Nümunəzadə saxlanılıb", ("AZ",)),
        ("Elvin Nümunəzadə Tbilisidə saxlanılıb", ("GE",)),
        ("Elvin adlı fəal saxlanılıb", ()),
        ("Ölkəmizdə jurnalistlər təqib olunur", ("AZ",)),
        ("Ölkədə jurnalistlər təqib olunur", ()),
    ],
)
def test_a_person_speaks_for_the_country_where_no_other_is_named(title: str, about: tuple[str, ...]) -> None:
    """As an institution without its country does; a given name alone is no evidence."""
    assert about == find_countries(title, "", Language.AZ).about


def test_an_english_text_presumes_nothing_from_names() -> None:
    """There such a name may be anybody's, from Baku to Tashkent."""
    assert () == find_countries("Blogger Elvin Numunazada detained", "", Language.EN).about

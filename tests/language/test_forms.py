"""Keywords on words of the field: forms that must be found, look-alikes that must not."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.language.keywords import Keyword, Passage, find
from bot.model import Language

_DATA: dict[str, dict[str, list[str]]] = tomllib.loads(
    (Path(__file__).parent / "data" / "forms.toml").read_text("utf-8")
)
_PLAIN = str.maketrans("əıöüğşçƏİÖÜĞŞÇ", "eiougsceIOUGSC")


def _pairs(section: str) -> list[tuple[str, str]]:
    return [(keyword, form) for keyword, forms in _DATA[section].items() for form in forms]


def _missed(section: str, lang: Language) -> Iterator[tuple[str, str]]:
    for keyword, form in _pairs(section):
        if find(Keyword.of(keyword), Passage.of(f"bu {form} oldu", lang)) is None:
            yield keyword, form


@pytest.mark.parametrize("lang", [Language.AZ, Language.UND])
def test_azerbaijani_forms_are_found(lang: Language) -> None:
    """Nouns, names, phrases, verbs and acronyms in all their forms, whether or not the language is known."""
    assert [] == list(_missed("az", lang))


@pytest.mark.parametrize("lang", [Language.EN, Language.UND])
def test_english_forms_are_found(lang: Language) -> None:
    """Plurals, possessives and verb forms, irregular ones included."""
    assert [] == list(_missed("en", lang))


def test_old_cyrillic_is_found() -> None:
    """A text in the Cyrillic of 1958-1991 is found by today's spelling, even where no letter is peculiar."""
    assert [] == list(_missed("old_cyrillic", Language.AZ))


def test_decomposed_text_is_found() -> None:
    """Letters in canonical decomposition make no difference, not even inside acronyms."""
    assert [] == [
        (keyword, form)
        for keyword, form in _pairs("az")
        if find(Keyword.of(keyword), Passage.of(unicodedata.normalize("NFD", form), Language.AZ)) is None
    ]


@pytest.mark.parametrize(("section", "lang"), [("not_az", Language.AZ), ("not_en", Language.EN)])
def test_other_words_are_not_found(section: str, lang: Language) -> None:
    """A different word is no form, however much it looks like one."""
    assert [] == [
        (keyword, word)
        for keyword, word in _pairs(section)
        if find(Keyword.of(keyword), Passage.of(word, lang)) is not None
    ]


def test_other_words_are_not_found_without_diacritics() -> None:
    """Look-alikes are told apart in unaccented text as well."""
    assert [] == [
        (keyword, word)
        for keyword, word in _pairs("not_az")
        if not keyword.isupper()
        and find(Keyword.of(keyword), Passage.of(word.translate(_PLAIN), Language.AZ)) is not None
    ]


@pytest.mark.parametrize("keyword", ["can", "qaz", "insan", "mal"])
def test_letters_of_the_text_decide_between_two_words(keyword: str) -> None:
    """`insanı` is the person and `insani` is humanitarian: with its own letters a text says which."""
    assert find(Keyword.of(keyword), Passage.of(keyword + "ı", Language.AZ)) is not None
    assert find(Keyword.of(keyword), Passage.of(keyword + "i", Language.AZ)) is None


def test_a_keyword_in_old_cyrillic_finds_the_spelling_of_today() -> None:
    """A reader may type in either alphabet."""
    assert find(Keyword.of("мәһбус"), Passage.of("məhbusların", Language.AZ)) is not None

"""Phrases met in a text."""

from __future__ import annotations

import pytest

from bot.language.phrases import Book, scan, well_spelt


def met(text: str, *phrases: str) -> list[str]:
    """The phrases of an Azerbaijani book that are met in a text."""
    book: Book[str] = Book(azerbaijani=True)
    for phrase in phrases:
        book.add(phrase, phrase)
    return [hit.what for hit in book.find(scan(text))]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Bu şəhərdə yaşayan və işdə olan adam", "öl+"),
        ("Nəsimi rayon məhkəməsində iclas", "nəşi"),
        ("Yeni qanun məclisdə qəbul edilib", "yəni"),
        ("Şair məclisdə şeir oxudu, gəncə baxdı", "sair"),
    ],
)
def test_words_of_a_well_spelt_text_must_be_spelt_alike(text: str, phrase: str) -> None:
    """`olan` is not `ölən` where the text has its own letters."""
    assert well_spelt(scan(text))
    assert [] == met(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("seherde olen var", "öl+"),
        ("Polis nəzarətə götürülənlərə İŞGƏNCƏ verib", "işgəncə"),
        ("Həbsdən AZADLIĞA çıxdı, vəkil dedi", "azadlıq"),
        ("Məhkəmə ICTIMAI və ictimaı birliyi ləğv edib", "ictimai birlik"),
        ("Məhkəmədə DİN-in əməkdaşı", "^^DİN"),
        ("Məhkəmə uzadılan həbsə görə", "uzat+"),
    ],
)
def test_spelling_forgives_what_readers_forgive(text: str, phrase: str) -> None:
    """No diacritics at all, capitals, the dots of i, softened and inflected forms."""
    assert [phrase] == met(text, phrase)

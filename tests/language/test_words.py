"""Words: what is one, and which suffix is only glued to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.words import slug_words, tokenise
from tests.cost import MARGIN, growth


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“Abzas Media”nın", [("Abzas", ""), ("Media", "nin")]),
        ('"Turan"a', [("Turan", "a")]),
        ("ATƏT-in BMTnin", [("ATƏT", "in"), ("BMT", "nin")]),
        ("2023-cü 206.3.2-ci 15%", [("2023", "cu"), ("206.3.2", "ci"), ("15%", "")]),
        ("LGBTQİ+ların", [("LGBTQİ", "larin")]),
        ("H.Babalının", [("H", ""), ("Babalının", "")]),
        ("mə'lumat Qəmbər’in", [("mə'lumat", ""), ("Qəmbər", "in")]),
        ("Nyu-Yorkda həbs-qətimkan", [("Nyu", ""), ("Yorkda", ""), ("həbs", ""), ("qətimkan", "")]),
        ("Azerbaijan's U.S. 5G", [("Azerbaijan", "s"), ("U.S.", ""), ("5G", "")]),
        ("a@b.com #Məhbus", [("a@b.com", ""), ("Məhbus", "")]),
    ],
)
def test_glued_suffixes_are_cut(text: str, words: list[tuple[str, str]]) -> None:
    """Suffixes after quotes, hyphens, digits and capitals are kept apart from the word."""
    assert words == [(token.form.text, token.form.suffix) for token in tokenise(text)]


@given(st.text(max_size=120))
def test_tokens_stand_where_they_say(text: str) -> None:
    """Every token and its tail is found at its offset, in order, without overlap."""
    end = 0
    for token in tokenise(text):
        assert token.start >= end
        assert text.startswith(token.form.text + token.form.tail, token.start)
        end = token.end + len(token.form.tail)


@pytest.mark.parametrize("piece", ["a", "'", "“", "a.b.", "a'b", "1.1a", "a@", "A-", "a\u0301", "AB "])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    """Ten times the text takes nowhere near a hundred times as long."""
    assert growth(lambda size: lambda: tokenise(piece * size), 3_000, factor=10) < MARGIN


def test_slugs_have_words() -> None:
    """A path's words are search keys."""
    assert ("az", "siyasi", "mehbus", "2") == slug_words("https://example.org/az/siyasi-mehbus_2.html")

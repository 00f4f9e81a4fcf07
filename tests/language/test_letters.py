"""Letters: lower case, the search key, old Cyrillic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.letters import az_lower, fold, fold_with_offsets, from_az_cyrillic, is_az_cyrillic


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("SİYASİ MƏHBUSLARA", "siyasi mehbuslara"),
        ("I\u0307ran", "iran"),
        ("Xәbər", "xeber"),
        ("ǝliyev", "eliyev"),
        ("s\u0327əhər", "seher"),
        ("QIZ", "qiz"),
        ("МƏHBUS", "mehbus"),
        ("Əliyev", "eliyev"),
        ("суд", "суд"),
    ],
)
def test_the_search_key_joins_spellings(text: str, key: str) -> None:
    """Capitals, missing diacritics, combining marks and lookalikes all have one key."""
    assert key == fold(text)


@pytest.mark.parametrize(("text", "lower"), [("QIZ", "qız"), ("İran", "iran"), ("I\u0307RAN", "iran")])
def test_lower_case_keeps_the_two_letters_i(text: str, lower: str) -> None:
    """I is ı and İ is i, with no stray dot."""
    assert lower == az_lower(text)


def test_old_cyrillic_is_read() -> None:
    """The alphabet of 1958-1991 is told from Kazakh and written in Latin."""
    assert "Cəfərov" == from_az_cyrillic("Ҹәфәров")
    assert is_az_cyrillic("Әли һәбс олунуб")
    assert not is_az_cyrillic("Қазақ тілі әлем")


@given(st.text(max_size=80))
def test_every_place_in_the_key_has_a_place_in_the_original(text: str) -> None:
    """The key with offsets is the key, and offsets never run backwards."""
    folded = fold_with_offsets(text)
    assert fold(text) == folded.text
    assert sorted(folded.offsets) == list(folded.offsets)
    assert len(folded.text) + 1 == len(folded.offsets)

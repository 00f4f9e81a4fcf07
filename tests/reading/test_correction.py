"""Corrections, and what only looks like one."""

from __future__ import annotations

import pytest

from bot.reading.correction import is_correction, notice


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Düzəliş: jurnalist 7 deyil, 5 il həbs alıb", ""),
        ("Jurnalist 5 il həbs alıb", "Xəbər. Redaksiyadan: əvvəlki variantda müddət səhv yazılmışdı."),
        ("Xəbər geri götürülüb", ""),
        ("Correction: journalist jailed for five years", ""),
        ("Journalist jailed for five years", "An earlier version of this article gave another term."),
        ("Journalist jailed", "This story has been corrected to say that the term is five years."),
        ("RETRACTED: report on the camp", ""),
    ],
)
def test_a_notice_is_found(title: str, text: str) -> None:
    """At the head of the headline or somewhere in the text."""
    assert notice(title, text)
    assert is_correction(("Journalist jailed", "He was held."), (title, text))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Department of Corrections denies beatings", "The prison service said nothing."),
        ("Konstitusiyaya düzəlişlər qəbul edildi", "Parlament səs verib."),
        ("Court refuses to retract its ruling", "A judge said so."),
        ("Editors jailed", "Two editors were noted."),
    ],
)
def test_ordinary_news_is_no_correction(title: str, text: str) -> None:
    """The prison service, amendments of a law, a court that will not take back a word."""
    assert not notice(title, text)


def test_a_notice_that_was_there_is_no_news() -> None:
    """A corrected text that goes on being written is told once."""
    corrected = ("Journalist jailed", "Correction: the term is five years.")

    assert is_correction(("Journalist jailed", "The term is seven years."), corrected)
    assert not is_correction(corrected, (corrected[0], f"{corrected[1]} More details."))

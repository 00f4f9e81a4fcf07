"""Where a text may be cut without tearing a visible letter: a rule that every platform's limit needs."""

from __future__ import annotations

import unicodedata


def is_boundary(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` leaves every visible letter whole (after Unicode's UAX 29)."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if _extends(after) or before == "\u200d" or (before == "\r" and after == "\n"):
        return False
    if _flag(before) and _flag(after):
        run = at
        while run > 0 and _flag(text[run - 1]):
            run -= 1
        return (at - run) % 2 == 0
    return not (_hangul(before) and "\u1100" <= after <= "\u11ff")


def _extends(letter: str) -> bool:
    return (
        letter in {"\u200d", "\u2060"}
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0000" <= letter <= "\U000e007f"
        or unicodedata.category(letter) in {"Mn", "Me", "Mc"}
    )


def _flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _hangul(letter: str) -> bool:
    return "\u1100" <= letter <= "\u11ff" or "\uac00" <= letter <= "\ud7a3"

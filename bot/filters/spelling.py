"""How a word is spelt in the canonical form of a filter."""

from __future__ import annotations

import re

from bot.filters.operators import is_operator
from bot.language.keywords import is_acronym
from bot.language.letters import az_lower
from bot.language.words import nfc


def spell(word: str, *, keep: bool) -> str:
    """Small letters; an acronym as it is, where `keep` says so."""
    word = nfc(word)
    if keep and is_acronym(word):
        return word
    return word.lower() if word.isascii() else az_lower(word)


def quoted(spelled: str, star: str = "") -> str:
    """The words, in quotation marks where they would be read otherwise without."""
    plain = re.fullmatch(r"[\w.'’%]+", spelled) and not is_operator(spelled)
    return spelled + star if plain else f'"{spelled}{star}"'

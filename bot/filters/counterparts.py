"""`~işgəncə`: a word or what it is called in the other language, as one term of a filter."""

from __future__ import annotations

from functools import lru_cache

from bot.filters import names
from bot.filters.spelling import quoted, spell
from bot.filters.terms import Or, WordTerm
from bot.language import glossary
from bot.language.keywords import Keyword
from bot.language.words import tokenise


@lru_cache(maxsize=2_048)
def in_both_languages(field: str, word: str) -> Or | None:
    """The term for `word` in `field` ("" for anywhere); None when the glossary does not have it."""
    known = glossary.counterparts(word)
    if known is None:
        return None
    spelled = [_spelled(one) for one in (known.spelling, *known.others)]
    where = f"{field}:" if field else ""
    parts = tuple(WordTerm(f"{where}{quoted(one)}", field, Keyword.of(one)) for one in spelled)
    return Or(f"{where}~{quoted(spelled[0])}", parts, one_term=True)


def nearest(typed: str) -> str | None:
    """The word of the glossary that was probably meant: `typed` is a form of it, or a slip away."""
    base = glossary.base_of(typed)
    if base is not None:
        return base
    key = names.nearest_of(typed, glossary.words())
    return glossary.words()[key].spelling if key else None


def _spelled(word: str) -> str:
    return " ".join(spell(token.form.text, keep=True) for token in tokenise(word))

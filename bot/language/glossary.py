"""Words of human-rights news in the other language: işgəncə and torture, qaçqın and refugee.

    counterparts("işgəncə")  ->  Known("işgəncə", ("torture",))
    counterparts("political prisoner")  ->  Known("political prisoner", ("siyasi məhbus",))

The pairs are curated in `data/glossary.toml` rather than taken from the reader's concepts: a concept
gathers whatever speaks for one meaning (that of arrests has "swept up" in it), which is right for weighing
a text and far too much for somebody who asks for one word. A test holds both against each other. Pure.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.language.keywords import Keyword
from bot.language.words import tokenise
from bot.model import Language


class Known(NamedTuple):
    """A word of the glossary."""

    spelling: str
    others: tuple[str, ...]  #: its counterparts in the other language; of a word of both, those in either


class Pair(NamedTuple):
    """One meaning."""

    az: tuple[str, ...]
    en: tuple[str, ...]


@cache
def pairs() -> tuple[Pair, ...]:
    """Every entry of the data file. Raises ValueError at a line that is none."""
    data = tomllib.loads((files("bot.language") / "data" / "glossary.toml").read_text("utf-8"))
    return tuple(_pair(line) for lines in data.values() for line in lines)


def _pair(line: str) -> Pair:
    sides = [tuple(word.strip() for word in side.split(",")) for side in line.split(" = ")]
    if len(sides) != 2 or not all(word for side in sides for word in side):
        raise ValueError(f"no pair of the glossary: {line!r}")
    return Pair(*sides)


@cache
def words() -> dict[str, Known]:
    """Every word of both languages by its search key."""
    found: dict[str, Known] = {}
    for pair in pairs():
        for mine, its in ((pair.az, pair.en), (pair.en, pair.az)):
            for word in mine:
                known = found.get(_key(word), Known(word, ()))
                found[_key(word)] = Known(known.spelling, tuple(dict.fromkeys((*known.others, *its))))
    return {key: _without_itself(key, known) for key, known in found.items()}


def _without_itself(key: str, known: Known) -> Known:
    return Known(known.spelling, tuple(word for word in known.others if _key(word) != key))


def counterparts(word: str) -> Known | None:
    """What `word` is in the other language; None when the glossary does not have it."""
    return words().get(_key(word))


def base_of(form: str) -> str | None:
    """The word of the glossary of which `form` is an inflected form: məhbus for məhbuslara."""
    tokens = tokenise(form)
    if len(tokens) != 1:
        return None
    token = tokens[0]
    for key, known in words().items():
        if key[:2] != token.folded[:2] or " " in key or key.startswith(token.folded):
            continue
        word = Keyword.of(known.spelling).words[0]
        if word.accepts(token.form, token.shouted, Language.UND):
            return known.spelling
    return None


def _key(word: str) -> str:
    return " ".join(token.folded for token in tokenise(word))

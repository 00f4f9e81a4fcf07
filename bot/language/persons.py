"""Azerbaijani persons in an Azerbaijani text: a given name beside a surname of the country's making.

Most domestic news names people and no country: "Jurnalist Fərid Mehralızadə həbs edilib". Such a name is
what an institution without its country is: it speaks for the reader's own, where no other is named. Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from bot.language.letters import fold
from bot.language.phrases import LOWER, Token
from bot.language.suffixes import BACK, FRONT, begins, is_noun_chain

#: How surnames end, as search keys; Soviet forms, the national ones, and patronymics of their own.
_SURNAME = re.compile(r"\w{2,}?(?:[oe]va?|zade|beyli|l[iu]|soy)")
#: And those that a given name with such an ending makes; -lı alone makes adjectives too.
_FAMILY = re.compile(r"^(?P<stem>(?P<given>\w{3,}?)(?:ova?|yeva?|zade|beyli))(?P<chain>\w{0,6})$")
_LONGEST_CHAIN = 6  # letters of a case after a surname
_PATRONYMIC = frozenset({"oglu", "qizi"})


class Person(NamedTuple):
    """A name in a text: tokens `first` to `last`, both included."""

    first: int
    last: int


@cache
def _given_names() -> frozenset[str]:
    data = tomllib.loads(files("bot.language").joinpath("data/given_names.toml").read_text("utf-8"))
    return frozenset(fold(name) for name in data["az"])


def is_given_name(folded: str) -> bool:
    """Whether a search key is a given name as it stands."""
    return folded in _given_names()


def azerbaijanis(tokens: tuple[Token, ...]) -> Iterator[Person]:
    """Persons in full, "Fərid Mehralızadə", "Novruzov Cahid Mikayıl oğlu", or only as "Fəridov"."""
    at = 0
    while at < len(tokens):
        if at + 1 < len(tokens) and _is_person(tokens, at):
            yield Person(at, at + 1)
            at += 1
        elif tokens[at].case != LOWER and _is_family(tokens[at].folded):
            yield Person(at, at)
        at += 1


def _is_person(tokens: tuple[Token, ...], at: int) -> bool:
    one, two = tokens[at], tokens[at + 1]
    if LOWER in (one.case, two.case) or two.apart:
        return False
    if one.folded in _given_names():
        return is_surname(two.folded)
    return two.folded in _given_names() and is_surname(one.folded) and _is_patronymic(tokens, at + 2)


def _is_patronymic(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a father's name with `oğlu` or `qızı` stands there, as documents name people."""
    return at + 1 < len(tokens) and tokens[at].case != LOWER and tokens[at + 1].folded[:4] in _PATRONYMIC


@lru_cache(maxsize=16_384)
def _is_family(folded: str) -> bool:
    """Whether a search key is a surname that is made of a given name: `feridov`, `feridzadenin`."""
    return any(
        one.group("given") in _given_names()
        and (not one.group("chain") or _is_case(one.group("stem"), one.group("chain")))
        for one in _FAMILY.finditer(folded)
    )


@lru_cache(maxsize=16_384)
def is_surname(folded: str) -> bool:
    """Whether a search key is a surname with any legal case: `mehralizadenin`."""
    for length in range(min(_LONGEST_CHAIN, len(folded) - 3) + 1):
        stem, chain = folded[: len(folded) - length], folded[len(folded) - length :]
        if _SURNAME.fullmatch(stem) and (not chain or _is_case(stem, chain)):
            return True
    return False


def _is_case(stem: str, chain: str) -> bool:
    """In either harmony: a search key does not tell ı from i."""
    return any(is_noun_chain(chain, begins(stem), harmony) for harmony in (FRONT, BACK))

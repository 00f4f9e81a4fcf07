"""Reads canonical spellings, without the parser: a million filters must be read again at every start.

`grammar.parse` explains mistakes, knows many spellings and compiles every word: 100 to 290 µs a filter, five
minutes for a million of them. What it has spelt once needs no more than to be cut at spaces, parentheses and
OR; words are compiled once for all filters, by who asks. Whatever is not certain to be spelt so is left to
the parser (`None`), which alone decides what is a filter.

    read('"siyasi məhbus" (həbs OR azad) -idman rights:yes')
        ->  ['"siyasi məhbus"', Either(['həbs', 'azad']), Without('idman'), 'rights:yes']
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from bot.filters import names
from bot.filters.counterparts import in_both_languages
from bot.language.keywords import Keyword, Manner
from bot.language.words import tokenise

#: Field -> whose values it takes.
_TABLES = {
    "country": "country",
    "mentions": "country",
    "from": "country",
    "lang": "lang",
    "topic": "topic",
    "kind": "kind",
    "rights": "rights",
}


@dataclass(frozen=True, slots=True)
class Every:
    """All parts must be met."""

    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Either:
    """One part must be met."""

    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Without:
    """The part must not be met."""

    part: Part


Part = str | Every | Either | Without
"""A term is its own spelling."""


class Spelt(NamedTuple):
    """A word term, taken apart: `title:="DİN"` is `Spelt("title", "DİN", Manner.EXACT)`."""

    field: str
    words: str
    manner: Manner


_PIECE = re.compile(r'-?\(|\)|-?(?:[a-z]+:)?[=~]?(?:"[^"]*"|[^\s()"]+)')
_IN_ROW = re.compile(r"\([^()]*\)|[^\s()]+")
_WORDS = re.compile(r'(?:(title|text):)?(=?)(?:"([^"]+?)(\*?)"|([\w.\'’%]+)(\*?))')
_LABEL = re.compile(r"([a-z]+):([^\s()\":=]+)")
_SOURCE = re.compile(r"[a-z0-9-]{1,40}")
#: Letters whose words need no cutting; of others (digits, dots, apostrophes) `tokenise` must be asked.
_PLAIN = re.compile(r"[a-zəöüğşçı]+(?: [a-zəöüğşçı]+)*")
_SHORTEST_PREFIX = 3
_MOST_DEPTH = 100
#: Operators in the languages that are typed; as words they are spelt in quotes.
_NOT_BARE = frozenset({"or", "and", "not", "və", "ya", "deyil"})


def row(query: str) -> list[str]:
    """The terms of a canonical query that is a row of them, and of lists of alternatives; [] when it is not.

    ['"siyasi məhbus"', 'country:AZ', '(azad OR həbs)', '-idman', 'rights:yes']
    """
    if '"' in query:
        return _pieces(query) if "(" not in query and " OR " not in query else []
    if "(" not in query:
        return query.split() if " OR " not in query else []
    parts = _IN_ROW.findall(query)
    return parts if "-(" not in query and " ".join(parts) == query and "OR" not in parts else []


def _pieces(query: str) -> list[str]:
    """What the query consists of; [] when something of it would be left over."""
    pieces = _PIECE.findall(query)
    if '"' in query and "".join(pieces).replace(" ", "") != query.replace(" ", ""):
        return []
    return pieces


def read(query: str) -> list[Part] | None:
    """The parts of a canonical query, all of which must be met; None when the parser must read it."""
    reader = _Reader(_pieces(query))
    whole = reader.either()
    if whole is None or reader.left():
        return None
    return whole.parts if isinstance(whole, Every) else [whole]


class _Reader:
    """Recursive descent over the pieces; None: not canonical, or deeper than any filter with its packs."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._pieces = pieces
        self._at = 0
        self._depth = 0

    def left(self) -> bool:
        return self._at < len(self._pieces)

    def either(self) -> Part | None:
        parts = [self._every()]
        while self.left() and self._pieces[self._at] == "OR":
            self._at += 1
            parts.append(self._every())
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return known[0] if len(known) == 1 else Either(known)

    def _every(self) -> Part | None:
        parts: list[Part] = []
        while self.left() and self._pieces[self._at] not in ("OR", ")"):
            part = self._one()
            if part is None:
                return None
            parts.append(part)
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else Every(parts)

    def _one(self) -> Part | None:
        piece = self._pieces[self._at]
        self._at += 1
        if piece.endswith("(") and piece in ("(", "-("):
            self._depth += 1
            inner = self.either() if self._depth <= _MOST_DEPTH else None
            self._depth -= 1
            if inner is None or not self.left() or self._pieces[self._at] != ")":
                return None
            self._at += 1
            return Without(inner) if piece == "-(" else inner
        term = piece.removeprefix("-")
        if "~" in term:
            both = _in_both_languages(term)
            return Without(both) if both is not None and piece != term else both
        if not known_term(term):
            return None
        return Without(term) if piece != term else term


def _in_both_languages(term: str) -> Either | None:
    """The words that `~word` stands for."""
    field, tilde, word = term.rpartition("~")
    known = in_both_languages(field.removesuffix(":"), word.strip('"')) if tilde else None
    return Either([part.query for part in known.parts]) if known and known.query == term else None


def known_term(term: str) -> bool:
    """Whether `term` is certainly the canonical spelling of one term."""
    return _known(term) if '"' not in term else _check(term)


def _check(term: str) -> bool:
    found = _WORDS.fullmatch(term)
    if found is None:
        label = _LABEL.fullmatch(term)
        return label is not None and all(_is_value(label[1], value) for value in label[2].split(","))
    _field, exact, quoted, star, bare, bare_star = found.groups()
    words, prefix = quoted or bare, star or bare_star
    if prefix and (exact or len(words) < _SHORTEST_PREFIX):
        return False
    if bare is not None and bare.lower() in _NOT_BARE:
        return False
    return _PLAIN.fullmatch(words) is not None or bool(tokenise(words))


#: Words come again and again; of phrases there are too many to remember.
_known = lru_cache(maxsize=65_536)(_check)


@cache
def _values(field: str) -> frozenset[str]:
    return frozenset(names.names_of(_TABLES[field]).values())


def _is_value(field: str, value: str) -> bool:
    if field == "source":
        return _SOURCE.fullmatch(value) is not None
    return field in _TABLES and value in _values(field)


def label(term: str) -> tuple[str, list[str]] | None:
    """Field and values of a term that `known_term` knows; None when it is a word term."""
    field, colon, values = term.partition(":")
    if not colon or (field not in _TABLES and field != "source"):
        return None
    return field, values.split(",")


def spelt(term: str) -> Spelt:
    """A word term, taken apart."""
    found = _WORDS.fullmatch(term)
    if found is None:
        raise ValueError("not the spelling of a word term")
    field, exact, quoted, star, bare, bare_star = found.groups()
    manner = Manner.EXACT if exact else Manner.PREFIX if star or bare_star else Manner.FORMS
    return Spelt(field or "", quoted or bare, manner)


def words_of(term: Spelt) -> list[tuple[str, Manner]]:
    """The words of `Keyword.of(term.words, term.manner)`, as it spells them, mostly without compiling it."""
    if not _PLAIN.fullmatch(term.words) or term.manner is Manner.EXACT:
        return [(word.typed, word.manner) for word in keyword_of(term).words]
    words = [(word, Manner.FORMS) for word in term.words.split(" ")]
    words[-1] = (words[-1][0], term.manner)
    return words


@lru_cache(maxsize=16_384)
def keyword_of(term: Spelt) -> Keyword:
    """The compiled keyword; 60 µs a word, so those asked last are remembered (20 MB at most)."""
    return Keyword.of(term.words, term.manner)

"""The values that a field of a filter takes, under every name that a moderator may type.

Countries have their ISO 3166-1 codes and their CLDR names in Azerbaijani, English and Russian (through Babel,
Unicode licence); our own names stand in `data/names.toml`. All names are compared by search key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from rapidfuzz.distance import OSA

from bot.language.letters import fold

#: Two-letter codes of CLDR that are no countries of ISO 3166-1: regions, groups, test values.
_NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})

#: A suggestion is for a slip of the finger. Short words, such as codes of countries, are all near each other.
_SHORTEST_SLIP = 4
_LONG = 8  #: letters from which on a word may have two slips


def key_of(name: str) -> str:
    """How names are compared: search key, with one space between words."""
    return " ".join(re.findall(r"[^\W_]+", fold(name)))


@cache
def names_of(field: str) -> Mapping[str, str]:
    """Every accepted name -> its value, for `country`, `topic`, `kind`, `lang` or `rights`."""
    table = {
        "country": "countries",
        "topic": "topics",
        "kind": "kinds",
        "lang": "languages",
        "rights": "rights",
    }
    data: dict[str, Any] = tomllib.loads((files("bot.filters") / "data" / "names.toml").read_text("utf-8"))
    found: dict[str, str] = _cldr_names() if field == "country" else {}
    for value, names in data[table[field]].items():
        found[key_of(value)] = value
        found.update({key_of(name): value for name in names})
    return found


def _cldr_names() -> dict[str, str]:
    names: dict[str, str] = {}
    codes: list[str] = []
    for language in ("ru", "az", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY:
                names[key_of(name)] = code
                names.setdefault(key_of(re.sub(r"\s*\(.*\)", "", name)), code)
                codes.append(code)
    names.update({code.lower(): code for code in codes})
    return names


def resolve(field: str, typed: str) -> str | None:
    """The value that `typed` means, or None. A topic may be shortened to a prefix that no other has."""
    names, key = names_of(field), key_of(typed)
    if not key:
        return None
    if key in names:
        return names[key]
    if field != "topic" or len(key) < 3:
        return None
    values = {value for name, value in names.items() if name.startswith(key)}
    return values.pop() if len(values) == 1 else None


def nearest(field: str, typed: str) -> str | None:
    """The value that was probably meant, if a slip or two lead to it and to no other."""
    names = names_of(field)
    return _only({names[name] for name in _slips(key_of(typed), names)})


def nearest_of(typed: str, choices: Collection[str]) -> str | None:
    """The choice that was probably meant: misspelt a little, or the first of those that begin so."""
    key = fold(typed)
    longer = sorted(choice for choice in choices if len(key) >= _SHORTEST_SLIP and choice.startswith(key))
    return longer[0] if longer else _only(set(_slips(key, choices)))


def _slips(key: str, names: Iterable[str]) -> list[str]:
    """The names that are one slip away (two for a long word), the fewest that there are.

    A slip is a letter too many, too few, wrong, or changed with its neighbour.
    """
    if len(key) < _SHORTEST_SLIP:
        return []
    most = 2 if len(key) >= _LONG else 1
    slips = {name: OSA.distance(key, name, score_cutoff=most) for name in names}
    fewest = min(slips.values(), default=most + 1)
    return [name for name, count in slips.items() if count == fewest <= most]


def _only(values: set[str]) -> str | None:
    return values.pop() if len(values) == 1 else None

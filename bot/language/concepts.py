"""The vocabulary that topics are told by: concepts with their words in both languages, and rules over them.

Everything is data in `data/vocabulary`: `concepts/*.toml` has what several topics share (people, detention,
harm, measures), `topics/*.toml` has one file for each topic with its concepts and rules, `rights.toml` and
`other.toml` beside them speak for and against human-rights news, and `groups.toml` names concepts that belong
together. Its `README.md` describes the format. The reader tells topics by them, the linker what two texts in
different languages have in common. Read once, checked when read. Pure.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from bot.language.phrases import Book

SHARED = "concepts"  #: folder of what several topics share
LABELLED = "topics"  #: folder of one file for each label, named as it


class Concept(NamedTuple):
    """Words that mean the same, in both languages. Notation of the words: `bot/language/phrases.py`."""

    az: tuple[str, ...]
    en: tuple[str, ...]
    wider: tuple[str, ...]  #: concepts that its words stand for too
    points: tuple[tuple[str, float], ...]  #: (label, weight) that it brings by itself
    unless: tuple[str, ...]  #: concepts or groups that silence it in the same sentence


class Rule(NamedTuple):
    """Concepts that make a label when they meet in one sentence."""

    label: str  #: a topic's key, "rights" or "other"
    weight: float
    rights: float  #: what it says for human-rights news
    groups: tuple[frozenset[str], ...]  #: one of each must be there
    barred: frozenset[str]  #: and none of these


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by its name; ValueError when a name is there twice or is referred to and not there."""
    found: dict[str, Concept] = {}
    for label, tables in _files():
        for name, entry in tables.items():
            if name == "rules":
                continue
            if name in found:
                raise ValueError(f"two concepts {name!r}")
            found[name] = _concept(label, name, entry)
    for name, concept in found.items():
        missing = set(concept.wider) - found.keys()
        if missing:
            raise ValueError(f"{name} stands for {sorted(missing)}, which are not there")
    return found


@cache
def rules() -> tuple[Rule, ...]:
    """All rules; ValueError names the first that cannot be read."""
    groups = _groups()
    read = [_rule(label, line, groups) for label, tables in _files() for line in tables.get("rules", ())]
    for name, concept in concepts().items():
        barred = _members(concept.unless, f"{name}.unless", groups)
        read += [
            Rule(label, weight, weight, (frozenset({name}),), barred) for label, weight in concept.points
        ]
    return tuple(read)


@cache
def book(lang: str) -> Book[str]:
    """The phrases of one language ("az" or "en"), each standing for the names of concepts."""
    phrases: Book[str] = Book(azerbaijani=lang == "az")
    for name, concept in concepts().items():
        for phrase in concept.az if lang == "az" else concept.en:
            for stands_for in (name, *concept.wider):
                phrases.add(phrase, stands_for)
    return phrases


@cache
def _files() -> tuple[tuple[str, dict[str, Any]], ...]:
    """(label or "", contents) of every file, in a fixed order."""
    data = files("bot.language").joinpath("data/vocabulary")
    read = []
    for folder in (SHARED, LABELLED):
        for file in sorted(data.joinpath(folder).iterdir(), key=lambda file: file.name):
            label = file.name.removesuffix(".toml") if folder == LABELLED else ""
            read.append((label, _toml(file)))
    return tuple(read)


def _toml(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise ValueError(f"{file.name}: {wrong}") from wrong


_FIELDS = {"az", "en", "as", "weight", "also", "unless"}


def _concept(label: str, name: str, entry: dict[str, Any]) -> Concept:
    unknown = entry.keys() - _FIELDS
    if unknown:
        raise ValueError(f"{name}: no field {sorted(unknown)}; there are {sorted(_FIELDS)}")
    points: dict[str, float] = {label: entry["weight"]} if "weight" in entry else {}
    points |= entry.get("also", {})
    return Concept(
        tuple(entry.get("az", ())),
        tuple(entry.get("en", ())),
        tuple(entry.get("as", ())),
        tuple((key, float(weight)) for key, weight in points.items()),
        tuple(entry.get("unless", ())),
    )


def _groups() -> dict[str, frozenset[str]]:
    written: dict[str, list[str]] = _toml(files("bot.language").joinpath("data/vocabulary/groups.toml"))

    def members(name: str) -> frozenset[str]:
        parts = [members(part) if part in written else frozenset({part}) for part in written[name]]
        return frozenset().union(*parts)

    return {name: members(name) for name in written}


_RULE = re.compile(r"^(?P<weight>[\d.]+)(?:/(?P<rights>-?[\d.]+))?:(?P<all>[^-]*)(?:-(?P<none>.*))?$")


def _rule(label: str, line: str, groups: dict[str, frozenset[str]]) -> Rule:
    read = _RULE.match(line.replace(" ", ""))
    if read is None:
        raise ValueError(f"rule of {label}: {line!r} is not like '2.4: police + beating - sport'")
    weight = float(read["weight"])
    wanted = tuple(_members(part.split("|"), line, groups) for part in read["all"].split("+"))
    barred = _members(read["none"].split("|"), line, groups) if read["none"] else frozenset()
    return Rule(label, weight, float(read["rights"] or weight), wanted, barred)


def _members(
    names: list[str] | tuple[str, ...], where: str, groups: dict[str, frozenset[str]]
) -> frozenset[str]:
    members: set[str] = set()
    for name in names:
        if name not in groups and name not in concepts():
            raise ValueError(f"{where}: no concept or group {name!r}")
        members |= groups.get(name, {name})
    return frozenset(members)

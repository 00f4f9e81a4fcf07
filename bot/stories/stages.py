"""What has happened, as one of the stages that reports are told apart by. Pure; the data says which."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.language.concepts import book as concept_book
from bot.language.concepts import concepts
from bot.language.phrases import Book, Token


class Stage(NamedTuple):
    """One stage of the data file."""

    concepts: frozenset[str]
    az: tuple[str, ...]
    en: tuple[str, ...]
    over: frozenset[str]


@cache
def stages() -> dict[str, Stage]:
    """Every stage by its name. Raises ValueError where one refers to what is not there."""
    written = tomllib.loads((files("bot.stories") / "data" / "stages.toml").read_text("utf-8"))
    found = {
        name: Stage(
            frozenset(entry.get("concepts", ())),
            tuple(entry.get("az", ())),
            tuple(entry.get("en", ())),
            frozenset(entry.get("over", ())),
        )
        for name, entry in written.items()
    }
    for name, stage in found.items():
        missing = (stage.concepts - concepts().keys()) | (stage.over - found.keys())
        if missing:
            raise ValueError(f"stage {name} refers to {sorted(missing)}, which are not there")
    return found


def stages_of(tokens: tuple[Token, ...], lang: str) -> frozenset[str]:
    """The stages that a piece of text in `lang` tells; none in languages that the data does not have."""
    if lang not in ("az", "en") or not tokens:
        return frozenset()
    told = {hit.what for hit in _book(lang).find(tokens)}
    for hit in concept_book(lang).find(tokens):
        told |= _by_concept().get(hit.what, frozenset())
    return frozenset(told - {over for name in told for over in stages()[name].over})


@cache
def _book(lang: str) -> Book[str]:
    learnt: Book[str] = Book(azerbaijani=lang == "az")
    for name, stage in stages().items():
        for phrase in stage.az if lang == "az" else stage.en:
            learnt.add(phrase, name)
    return learnt


@cache
def _by_concept() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, stage in stages().items():
        for concept in stage.concepts:
            found.setdefault(concept, set()).add(name)
    return {concept: frozenset(names) for concept, names in found.items()}

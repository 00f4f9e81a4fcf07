"""Who speaks in a report: organisations, states and their bodies. Pure; the data says which."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from bot.language.phrases import Book, Token

_Entry = dict[str, list[str]]


@cache
def _speakers() -> dict[str, _Entry]:
    found: dict[str, _Entry] = tomllib.loads(
        (files("bot.stories") / "data" / "speakers.toml").read_text("utf-8")
    )
    return found


def speakers_of(tokens: tuple[Token, ...], lang: str, host: str | None) -> frozenset[str]:
    """Who is named in a piece of text in `lang`, and whose page it is."""
    named = {hit.what for hit in _book(lang).find(tokens)} if lang in ("az", "en") and tokens else set()
    if host is not None:
        labels = host.split(".")
        ends = {".".join(labels[at:]) for at in range(len(labels) - 1)}
        named |= {name for name, entry in _speakers().items() if ends & set(entry.get("hosts", ()))}
    return frozenset(named)


@cache
def _book(lang: str) -> Book[str]:
    learnt: Book[str] = Book(azerbaijani=lang == "az")
    for name, entry in _speakers().items():
        for phrase in entry.get(lang, ()):
            learnt.add(phrase, name)
    return learnt

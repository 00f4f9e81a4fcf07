"""What sort of document an article is: report, urgent action, judgment, statement, or news.

Decided by the headline first and the lead second, from `data/kinds.toml`. Pure.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.language.phrases import Book, longest, scan
from bot.model import Kind, Language

_LEAD = 400  # code points of the text that can decide
_ORDER = (Kind.URGENT_ACTION, Kind.JUDGMENT, Kind.REPORT, Kind.STATEMENT)


class KindFound(NamedTuple):
    """The kind, and the words that told it ("" for news, which is the rest)."""

    kind: Kind
    words: str = ""
    field: str = "title"
    at: int = 0


@cache
def _book(lang: str) -> Book[tuple[Kind, str]]:
    data = tomllib.loads(files("bot.reading").joinpath("data/kinds.toml").read_text("utf-8"))
    book: Book[tuple[Kind, str]] = Book(azerbaijani=lang == "az")
    for kind in _ORDER:
        for where in ("title", "lead"):
            for phrase in data[kind.value][where].get(lang, "").split(";"):
                if phrase.strip():
                    book.add(phrase.strip(), (kind, where))
    return book


def find_kind(title: str, text: str, lang: Language) -> KindFound:
    """The kind of document; a lead decides only by words that say so themselves."""
    if lang is Language.RU:
        return KindFound(Kind.NEWS)
    book = _book("az" if lang in (Language.AZ, Language.TR) else "en")
    found: dict[Kind, KindFound] = {}
    for field, part in (("title", title[:1_000]), ("text", text[:_LEAD])):
        tokens = scan(part)
        for hit in longest(book.find(tokens)):
            kind, where = hit.what
            if field == "title" or where == "lead":
                start = tokens[hit.first].start
                found.setdefault(kind, KindFound(kind, part[start : tokens[hit.last].end], field, start))
        for kind in _ORDER:
            if kind in found:
                return found[kind]
    return KindFound(Kind.NEWS)

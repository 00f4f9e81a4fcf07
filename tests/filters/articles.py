"""Invented articles for the tests of filters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.filters.match import ReadArticle, prepare
from bot.model import Article, Language, Source

_AT = datetime(2026, 11, 1, tzinfo=UTC)


def article(title: str, text: str = "", *, lang: Language = Language.AZ, **more: Any) -> Article:
    """An article of the sample outlet."""
    known: dict[str, Any] = {"id": "1", "source": "numune", "outlet": "Nümunə", "url": None}
    return Article(
        **{**known, "title": title, "text": text, "lang": lang, "published": _AT, "seen": _AT, **more}
    )


def read(title: str, text: str = "", *, source: Source | None = None, **more: Any) -> ReadArticle:
    """The same, prepared."""
    return prepare(article(title, text, **more), source)

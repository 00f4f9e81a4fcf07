"""Articles as the tools take them: checked once, here, into types that cannot be wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.model import Article, Kind, Language, Topic
from handlers.terminal.jsonl import BadLine, Row, kind_of

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def text_field(row: Row, name: str, default: str | None = None) -> str:
    """A text of the row. Raises `BadLine` when it is missing without default, or no text."""
    value = row.get(name, default)
    if value is None and default is not None:
        return default
    if value is None:
        raise BadLine(f'"{name}" is missing; an article needs "id" and "title"')
    if not isinstance(value, str):
        raise BadLine(f'"{name}" is {kind_of(value)}, not a text')
    return value


def id_field(row: Row) -> str:
    """The id, as a text; numbers are taken too."""
    value = row.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        raise BadLine('"id" is a fraction; it should be a text or a whole number')
    return text_field(row, "id")


def date_field(row: Row, name: str) -> datetime | None:
    """An ISO 8601 date of the row, as aware UTC; None when absent. Dates without a zone are UTC."""
    value = row.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadLine(f'"{name}" is {kind_of(value)}, not an ISO 8601 date like "2026-03-02T09:00:00Z"')
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLine(f'"{name}" is no ISO 8601 date like "2026-03-02T09:00:00Z": {value[:40]!r}') from None


def language_field(row: Row, name: str = "lang") -> Language | None:
    """A declared language; one that we do not tell apart is `other`."""
    value = text_field(row, name, "")
    if not value:
        return None
    code = value.lower().replace("_", "-").partition("-")[0]
    known = {language.value: language for language in Language}
    return known.get(code, Language.OTHER)


def pairs_field(row: Row, name: str) -> tuple[tuple[str, str], ...]:
    """`alternates`: {"az": address}, or a list of {"lang", "url"} or of [lang, address]."""
    value = row.get(name)
    if value is None:
        return ()
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [_pair(each, name) for each in value]
    else:
        raise BadLine(f'"{name}" is {kind_of(value)}, not an object like {{"az": "https://…"}}')
    for pair in pairs:
        if not all(isinstance(part, str) for part in pair):
            raise BadLine(
                f'"{name}" holds something that is no text; it should be like {{"az": "https://…"}}'
            )
    return tuple((lang, url) for lang, url in pairs)


def _pair(value: Any, name: str) -> tuple[Any, Any]:
    if isinstance(value, dict):
        language = value.get("lang", value.get("hreflang"))
        return language, value.get("url", value.get("href"))
    if isinstance(value, list) and len(value) == 2:
        return value[0], value[1]
    raise BadLine(f'"{name}" should be like {{"az": "https://…"}} or [{{"lang": "az", "url": "https://…"}}]')


def summary_field(row: Row) -> tuple[str, ...]:
    """Sentences, or one text."""
    value = row.get("summary")
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise BadLine('"summary" should be a list of sentences')


def codes_field(row: Row, name: str) -> tuple[str, ...]:
    """A list of short texts."""
    value = row.get(name)
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise BadLine(f'"{name}" should be a list of texts')


def described(row: Row, *, number: int = 0, undated: datetime = LONG_AGO) -> Article:
    """An article whose labels the row itself carries. Only the title is needed.

    Without a date it is from when it was first seen (`seen`), and without that from `undated`.
    """
    topics = {topic.value: topic for topic in Topic}
    kinds = {kind.value: kind for kind in Kind}
    published = date_field(row, "published") or date_field(row, "seen") or undated
    return Article(
        id=str(row.get("id", number)),
        source=text_field(row, "source", ""),
        outlet=text_field(row, "outlet", "") or text_field(row, "source", ""),
        url=text_field(row, "url", "") or None,
        title=text_field(row, "title"),
        text=text_field(row, "text", ""),
        lang=language_field(row) or Language.UND,
        countries=tuple(code.upper() for code in codes_field(row, "countries")),
        mentions=tuple(code.upper() for code in codes_field(row, "mentions")),
        human_rights=bool(row.get("human_rights", True)),
        topics=tuple(topics[key] for key in codes_field(row, "topics") if key in topics),
        kind=kinds.get(text_field(row, "kind", "news"), Kind.NEWS),
        summary=summary_field(row),
        published=published,
        seen=date_field(row, "seen") or published,
        alternates=pairs_field(row, "alternates"),
        canonical=text_field(row, "canonical", "") or None,
        image=text_field(row, "image", "") or None,
    )

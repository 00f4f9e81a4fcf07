"""What comes out of the parser, and its plain-data form for the pipe between worker and pool.

The worker has read hostile bytes and may have been taken over by them; so its answers are JSON, and
every field is checked here before the rest of the program sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bot.errors import FeedError, FeedTrouble
from bot.feeds.guard import Allowed, check_url
from bot.model import Entry, Page

MOST_ENTRIES = 500
LONGEST_TITLE = 512
LONGEST_TEXT = 100_000
LONGEST_FIELD = 2048
MOST_ALTERNATES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed as it was understood."""

    title: str
    lang: str | None  #: as the feed declares it
    entries: tuple[Entry, ...]


def utc_text(moment: datetime | None) -> str | None:
    """ISO 8601 with a Z, to the second."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry_record(entry: Entry) -> dict[str, Any]:
    """An entry as JSON-ready data, as `xeberdar parse` prints it."""
    return {
        "id": entry.id,
        "link": entry.link,
        "title": entry.title,
        "published": utc_text(entry.published),
        "updated": utc_text(entry.updated),
        "lang": entry.lang,
        "text": entry.text,
        "guid": entry.guid,
        "alternates": [list(pair) for pair in entry.alternates],
        "image": entry.image,
    }


def feed_record(feed: ParsedFeed) -> dict[str, Any]:
    return {
        "title": feed.title,
        "lang": feed.lang,
        "entries": [entry_record(entry) for entry in feed.entries],
    }


def page_record(page: Page) -> dict[str, Any]:
    return {
        "url": page.url,
        "lang": page.lang,
        "canonical": page.canonical,
        "alternates": [list(pair) for pair in page.alternates],
        "image": page.image,
        "previous": page.previous,
        "next": page.next,
        "text": page.text,
    }


# --- and back, trusting nothing -----------------------------------------------------------------


def feed_from(record: Mapping[str, Any], source: str) -> ParsedFeed:
    """Raises FeedError(PARSER_FAILED) when the worker's answer does not have the agreed shape."""
    entries = _list(record.get("entries"), MOST_ENTRIES)
    return ParsedFeed(
        title=_text(record.get("title"), LONGEST_TITLE),
        lang=_maybe(record.get("lang"), 40),
        entries=tuple(_entry_from(_mapping(entry), source) for entry in entries),
    )


def page_from(record: Mapping[str, Any], url: str) -> Page:
    """As `feed_from`. `url` is where the request ended, which the worker is not asked."""
    return Page(
        url=url,
        lang=_maybe(record.get("lang"), 40),
        canonical=_link(record.get("canonical")),
        alternates=_pairs(record.get("alternates")),
        image=_link(record.get("image")),
        previous=_link(record.get("previous")),
        next=_link(record.get("next")),
        text=_text(record.get("text"), LONGEST_TEXT),
    )


def _entry_from(record: Mapping[str, Any], source: str) -> Entry:
    identity = _text(record.get("id"), 32)
    if len(identity) != 32 or not identity.isalnum():
        raise _unfit("id")
    return Entry(
        source=source,
        id=identity,
        link=_link(record.get("link")),
        guid=_maybe(record.get("guid"), LONGEST_FIELD),
        title=_text(record.get("title"), LONGEST_TITLE),
        text=_text(record.get("text"), LONGEST_TEXT),
        published=_moment(record.get("published")),
        updated=_moment(record.get("updated")),
        lang=_maybe(record.get("lang"), 40),
        alternates=_pairs(record.get("alternates")),
        image=_link(record.get("image")),
    )


def _unfit(what: str) -> FeedError:
    return FeedError(FeedTrouble.PARSER_FAILED, f"the parser's answer is not of the agreed shape: {what}")


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _unfit("not an object")
    return value


def _list(value: object, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise _unfit("not a list, or too long")
    return value


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise _unfit("not a text, or too long")
    return value


def _maybe(value: object, longest: int) -> str | None:
    return None if value is None else _text(value, longest)


def _link(value: object) -> str | None:
    text = _maybe(value, LONGEST_FIELD)
    if text is not None and not text.startswith(("http://", "https://")):
        raise _unfit("a link that is not http(s)")
    return text


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    pairs = []
    for pair in _list(value, MOST_ALTERNATES):
        language, address = _list(pair, 2)
        link = _link(address)
        if link is not None:
            pairs.append((_text(language, 40), link))
    return tuple(pairs)


def _moment(value: object) -> datetime | None:
    text = _maybe(value, 20)
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _unfit("not a date") from None


def followable(link: str | None, url: str) -> str | None:
    """The link when our own guard would let us ask it as far as its text goes; else None.

    A link to the place where the request for `url` ended is good as well: a source that the configuration
    allows to live on a private address may speak of its own pages.
    """
    if link is None:
        return None
    return link if isinstance(check_url(link), Allowed) or _origin(link) == _origin(url) else None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc

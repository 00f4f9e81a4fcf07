"""Feed bytes -> entries: one normal form, whatever the feed does. Pure; runs inside the worker.

RSS 0.9x to 2.0, RDF, Atom and CDF are read by feedparser (`bot.feeds.library`), JSON Feed by
`bot.feeds.jsonfeed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.errors import FeedError, FeedTrouble
from bot.feeds import jsonfeed, library
from bot.feeds.dates import read_date
from bot.feeds.encoding import decoded
from bot.feeds.identity import entry_id
from bot.feeds.links import normalise
from bot.feeds.parsed import (
    LONGEST_FIELD,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_ALTERNATES,
    MOST_ENTRIES,
    ParsedFeed,
    followable,
)
from bot.feeds.prescan import prepare
from bot.feeds.text import body_text, one_line, paragraphs, title_text
from bot.model import Entry

MOST_TEXT = 3_000_000  #: code points of all bodies of one feed together
# Possessive: comments upon comments must not be tried in every grouping.
_PAGE = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+|<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body|script)\b", re.I | re.S
)
_FEED_ELEMENT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|RDF|channel)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}\Z")


def read_feed(body: bytes, headers: Mapping[str, str], url: str, source: str) -> ParsedFeed:
    """Raises FeedError EMPTY, NOT_A_FEED or BOMB. A feed without entries is a feed."""
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise FeedError(FeedTrouble.EMPTY, "an empty body")
    found = jsonfeed.read(body) if jsonfeed.looks_like_json(body) else _read_xml(body, headers)
    feed = found["feed"]
    base = normalise(_text(feed.get("link")), url) or url or None
    lang = _language(feed.get("language")) or _language(_detail(feed, "title").get("language"))
    return ParsedFeed(
        title=title_text(_text(feed.get("title")), LONGEST_TITLE),
        lang=lang,
        entries=tuple(
            _followed(entry, url) for entry in _distinct(_entries(found["entries"], source, base, lang))
        ),
    )


def _followed(entry: Entry, url: str) -> Entry:
    """Without addresses that our guard would refuse. `url` is where the request ended, whatever it says."""
    return replace(
        entry,
        alternates=tuple(pair for pair in entry.alternates if followable(pair[1], url)),
        image=followable(entry.image, url),
    )


def _read_xml(body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
    text = decoded(body, headers.get("content-type", ""))
    start = text[:4096]
    if _PAGE.match(start) and not _FEED_ELEMENT.search(start):
        raise FeedError(FeedTrouble.NOT_A_FEED, "a web page")
    found = library.parse(
        prepare(text.encode("utf-8", "replace")), _language(headers.get("content-language"))
    )
    known = found["version"] or _FEED_ELEMENT.search(start)
    if not known and not any(_is_item(entry) for entry in found["entries"]):
        raise FeedError(FeedTrouble.NOT_A_FEED, "no feed format recognised")
    return found


def _is_item(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("title") or entry.get("link") or entry.get("summary"))


def _entries(
    raw: Iterable[Mapping[str, Any]], source: str, base: str | None, lang: str | None
) -> Iterator[Entry]:
    left = MOST_TEXT
    for number, item in enumerate(raw):
        if number >= MOST_ENTRIES:
            return
        entry = _entry(item, source, base, lang, min(left, LONGEST_TEXT))
        if entry is not None:
            left -= len(entry.text)
            yield entry


def _distinct(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each identity once, in the feed's order.

    Some outlets give every item the same guid. Without links the oldest item keeps the identity, which it had
    when it was alone, and the others' titles count as well: nothing new is taken for something known.
    """
    listed = list(entries)
    oldest: dict[str, Entry] = {}
    for entry in listed:
        known = oldest.get(entry.id)
        if known is None or not (known.published and entry.published and known.published < entry.published):
            oldest[entry.id] = entry
    seen: set[str] = set()
    for entry in listed:
        shared = entry.title != oldest[entry.id].title and entry.id == _by_guid(entry, entry.guid)
        identity = _by_guid(entry, f"{entry.guid}\n{entry.title}") if shared else entry.id
        if identity not in seen:
            seen.add(identity)
            yield replace(entry, id=identity)


def _by_guid(entry: Entry, guid: str | None) -> str:
    return entry_id(entry.source, link=None, guid=guid, title=entry.title, published=entry.published)


def _entry(
    item: Mapping[str, Any], source: str, base: str | None, lang: str | None, room: int
) -> Entry | None:
    guid = one_line(_text(item.get("id")), LONGEST_FIELD) or None
    links = [link for link in _list(item.get("links")) if isinstance(link, Mapping)]
    link = _own_link(item, links, guid, base)
    title = title_text(_text(item.get("title")), LONGEST_TITLE)
    text = _body(item, room)
    published = _date(item, "published") or _date(item, "created")
    updated = _date(item, "updated")
    if not (title or text or link):
        return None
    return Entry(
        source=source,
        id=entry_id(
            source, link=link, guid=guid, title=title or text[:LONGEST_TITLE], published=published or updated
        ),
        link=link,
        guid=guid,
        title=title,
        text=text,
        published=published or updated,
        updated=updated,
        lang=_entry_language(item, links) or lang,
        alternates=_alternates(links, base),
        image=_image(item, links, link or base),
    )


# --- links --------------------------------------------------------------------------------------


def _own_link(
    item: Mapping[str, Any], links: list[Mapping[str, Any]], guid: str | None, base: str | None
) -> str | None:
    """The entry's page: what the publisher had before a link shortener, its link, or a guid that is one."""
    base = _base_of(item, base)
    plain = [
        _text(link.get("href")) for link in links if link.get("rel") == "alternate" and "hreflang" not in link
    ]
    candidates = [_text(item.get("feedburner_origlink")), *plain, _text(item.get("link"))]
    if guid and not guid.startswith(
        ("http://", "https://", "/")
    ):  # the library lends a bare guid as the link
        candidates = [candidate for candidate in candidates if candidate.strip() != guid]
    for candidate in candidates:
        if candidate and (link := normalise(candidate, base)):
            return link
    if guid and guid.startswith(("http://", "https://")):
        return normalise(guid)
    return None


def _base_of(item: Mapping[str, Any], base: str | None) -> str | None:
    """The address that relative links of an entry are relative to: its own `xml:base` above the feed's."""
    for name in ("title", "summary"):
        own = _text(_detail(item, name).get("base"))
        if own.startswith(("http://", "https://")):
            return own
    return base


def _alternates(links: list[Mapping[str, Any]], base: str | None) -> tuple[tuple[str, str], ...]:
    found = []
    for link in links:
        language = _language(link.get("hreflang"))
        if link.get("rel") == "alternate" and language:
            address = normalise(_text(link.get("href")), base)
            if address is not None:
                found.append((language, address))
    return tuple(dict.fromkeys(found))[:MOST_ALTERNATES]


def _image(item: Mapping[str, Any], links: list[Mapping[str, Any]], base: str | None) -> str | None:
    for candidate in _image_candidates(item, links):
        address = normalise(candidate, base) if candidate else None
        if address is not None:
            return address
    return None


def _image_candidates(item: Mapping[str, Any], links: list[Mapping[str, Any]]) -> Iterator[str]:
    for media in _list(item.get("media_content")):
        if media.get("medium") == "image" or _text(media.get("type")).startswith("image/"):
            yield _text(media.get("url"))
    for thumbnail in _list(item.get("media_thumbnail")):
        yield _text(thumbnail.get("url"))
    for link in links:
        if link.get("rel") == "enclosure" and _text(link.get("type")).startswith("image/"):
            yield _text(link.get("href"))
    image = item.get("image")
    yield _text(image.get("href")) if isinstance(image, Mapping) else _text(image)


# --- text, dates, languages ---------------------------------------------------------------------


def _body(item: Mapping[str, Any], room: int) -> str:
    """The fullest body: the longest that still says something once its markup is gone."""
    bodies = [(_text(body.get("value")), _text(body.get("type"))) for body in _list(item.get("content"))]
    bodies.append((_text(item.get("summary")), _text(_detail(item, "summary").get("type"))))
    for value, kind in sorted(bodies, key=lambda body: len(body[0]), reverse=True):
        text = _plain(value, kind, room)
        if text:
            return text
    return ""


def _plain(value: str, kind: str, room: int) -> str:
    if kind == "text/plain" and "</" not in value and "/>" not in value:
        return paragraphs(value, room)
    return body_text(value, room)


def _date(item: Mapping[str, Any], name: str) -> Any:
    raw = _text(item.get(name)) if name in item else ""  # `get` would lend `published` to `updated`
    return read_date(raw, item.get(f"{name}_parsed")) if raw else None


def _entry_language(item: Mapping[str, Any], links: list[Mapping[str, Any]]) -> str | None:
    own = _language(item.get("language"))
    if own is not None:
        return own
    for body in _list(item.get("content")):
        if (language := _language(body.get("language"))) is not None:
            return language
    return _language(_detail(item, "title").get("language"))


def _language(value: object) -> str | None:
    text = _text(value).strip()
    return text if _LANGUAGE.match(text) else None


# --- whatever feedparser hands over -------------------------------------------------------------


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _list(value: object) -> list[Any]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _detail(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    detail = item.get(f"{name}_detail")
    return detail if isinstance(detail, Mapping) else {}

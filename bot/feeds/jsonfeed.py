"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), which feedparser 6.0 does not read. Pure.

The result has the field names that feedparser uses, so that one reader serves both.
"""

from __future__ import annotations

import json
from typing import Any

from bot.errors import FeedError, FeedTrouble


def looks_like_json(body: bytes) -> bool:
    return body[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read(body: bytes) -> dict[str, Any]:
    """feedparser's shape: {"feed": {...}, "entries": [{...}], "version": "json1"}."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise FeedError(FeedTrouble.NOT_A_FEED, "JSON that cannot be read") from None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise FeedError(FeedTrouble.NOT_A_FEED, "JSON without items")
    if "jsonfeed.org/version/" not in _text(document.get("version")):
        raise FeedError(FeedTrouble.NOT_A_FEED, "JSON, but not a JSON Feed")
    feed = {
        "title": _text(document.get("title")),
        "language": _text(document.get("language")),
        "link": _text(document.get("home_page_url")),
    }
    entries = [_entry(item) for item in document["items"] if isinstance(item, dict)]
    return {"feed": feed, "entries": entries, "version": "json1", "namespaces": {}}


def _entry(item: dict[str, Any]) -> dict[str, Any]:
    entry = {
        "id": _text(item.get("id")),
        "link": _text(item.get("url")) or _text(item.get("external_url")),
        "title": _text(item.get("title")),
        "language": _text(item.get("language")),
        "published": _text(item.get("date_published")),
        "updated": _text(item.get("date_modified")),
        "image": _text(item.get("image")) or _text(item.get("banner_image")),
        "summary": _text(item.get("summary")),
    }
    bodies = [(_text(item.get("content_html")), "text/html"), (_text(item.get("content_text")), "text/plain")]
    return entry | {"content": [{"value": value, "type": kind} for value, kind in bodies if value]}


def _text(value: object) -> str:
    """JSON Feed asks readers to take a number where a string belongs, for ids above all."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""

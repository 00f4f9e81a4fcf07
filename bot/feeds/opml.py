"""Lists of feeds as other feed readers write and read them: OPML 2.0 (opml.org/spec2.opml). Pure.

A list comes from anybody. Its document type, and with it every entity, is refused before anything is
expanded; size, depth and number are bounded; what its addresses lead to is for the guard to decide when they
are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from bot.errors import FeedError, FeedTrouble
from bot.feeds.prescan import prepare
from bot.model import Language, Source

LARGEST = 1024 * 1024  #: bytes; 500 feeds are 100 KB
MOST_OUTLINES = 2000  #: folders included
LONGEST_TITLE = 80
LONGEST_URL = 2048

_SPOKEN = {"az": Language.AZ, "en": Language.EN, "tr": Language.TR, "ru": Language.RU}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list."""

    url: str
    title: str = ""
    lang: Language | None = None


def written(sources: Sequence[Source]) -> str:
    """The list as a document, a feed a line."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "<head><title>Xəbərdar</title></head>",
        "<body>",
        *(_line(source) for source in sources),
        "</body>",
        "</opml>",
    ]
    return "\n".join(lines) + "\n"


def _line(source: Source) -> str:
    named = {"type": "rss", "text": source.title, "xmlUrl": source.url}
    if source.lang is not None:
        named["language"] = source.lang.value
    return f"<outline {' '.join(f'{name}={quoteattr(value)}' for name, value in named.items())}/>"


def outlines(document: bytes) -> tuple[Outline, ...]:
    """The feeds of a list, folders left out, each address once, in their order.

    Raises:
        FeedError: it is no such list (NOT_A_FEED), too large, or built to do harm (BOMB).
    """
    if len(document) > LARGEST:
        raise FeedError(FeedTrouble.TOO_LARGE, f"more than {LARGEST} bytes")
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    try:
        parser.Parse(prepare(document), True)
    except expat.ExpatError as error:
        raise FeedError(FeedTrouble.NOT_A_FEED, f"no OPML: {expat.ErrorString(error.code)}") from None
    except (ValueError, LookupError):  # an encoding that expat does not know, or cannot read
        raise FeedError(FeedTrouble.NOT_A_FEED, "no OPML: unknown encoding") from None
    return tuple(reader.found.values())


def _refuse_doctype(*_: object) -> None:
    raise FeedError(FeedTrouble.BOMB, "a document type is not accepted")


class _Reader:
    """Collects the outlines that name a feed."""

    def __init__(self) -> None:
        self.found: dict[str, Outline] = {}
        self._seen = 0
        self._rooted = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._rooted and name.lower() != "opml":
            raise FeedError(FeedTrouble.NOT_A_FEED, "no OPML: another kind of document")
        self._rooted = True
        if name.lower() != "outline":
            return
        self._seen += 1
        if self._seen > MOST_OUTLINES:
            raise FeedError(FeedTrouble.TOO_LARGE, f"more than {MOST_OUTLINES} entries")
        given = {key.lower(): value.strip() for key, value in attributes.items()}
        url = given.get("xmlurl", "")
        if url and len(url) <= LONGEST_URL:
            title = (given.get("title") or given.get("text") or "")[:LONGEST_TITLE]
            lang = _SPOKEN.get(given.get("language", "").lower()[:2])
            self.found.setdefault(url, Outline(url=url, title=title, lang=lang))

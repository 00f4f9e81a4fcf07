"""What is said, before any platform gives it a shape: typed spans, never markup.

A renderer escapes or encodes each span by its type, so a headline cannot forge a link or a mention.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model import Language


class Style(StrEnum):
    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"  #: something to type or a name of the machine


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; with `url`, a link."""

    text: str
    style: Style = Style.PLAIN
    url: str | None = None


Line = tuple[Span, ...]  #: an empty line separates paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Pressing it types `command` for the person, or opens `url`. Exactly one of the two is set.

    Commands are at most 60 bytes long, so that they fit Telegram's 64-byte callback data.
    """

    label: str
    command: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLink:
    """A link to one version of a report."""

    label: str  #: "AZ", "EN", or the language's code
    lang: Language
    url: str
    outlet: str
    note: str  #: "original", "other version", "other outlet" in the reader's language; may be empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One report as one reader sees it; all words are in the reader's language already."""

    story: str
    title: str
    title_lang: Language
    url: str | None  #: where the title leads
    state: str  #: "" or a word such as "Updated"
    source: str
    countries: tuple[str, ...]  #: names
    topics: tuple[str, ...]
    kind: str  #: "" for plain news
    time: str  #: local, with the place: "14:05, 23 November, Baku"
    published: str  #: ISO 8601 UTC, for machines
    summary: tuple[str, ...]
    note: str  #: "" or e.g. "only in English so far"
    versions: tuple[VersionLink, ...]
    more: tuple[VersionLink, ...]  #: further coverage
    rows: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One answer: lines, then cards, then buttons."""

    lines: tuple[Line, ...]
    cards: tuple[Card, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()

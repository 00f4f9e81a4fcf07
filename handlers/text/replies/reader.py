"""To whom a reply is said: the language, the settings, and the moment if it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model import Settings, Subscription
from handlers.text.catalogue import Translator
from handlers.text.message import Line, Message
from handlers.text.say import EMPTY, bold, code, say

#: Long lists end with "and 12 more".
MOST_LINES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Everything that wording depends on besides the reply itself."""

    t: Translator
    settings: Settings
    now: datetime | None  #: None: moments are told by the clock instead of "12 minutes ago"


def sentences(*lines: Line) -> Message:
    """A message without buttons."""
    return Message(lines=lines)


def subscription(one: Subscription) -> Line:
    """ "2. torture country:AZ", and "2. media: torture country:AZ" where it has a name."""
    if one.name:
        return say("{number}. {name}: {query}", number=one.number, name=bold(one.name), query=code(one.query))
    return say("{number}. {query}", number=one.number, query=code(one.query))


def bounded(lines: list[Line], reader: Reader, limit: int = MOST_LINES) -> list[Line]:
    """At most `limit` lines; the last one says how many were left out."""
    if len(lines) <= limit:
        return lines
    left = len(lines) - limit
    return [*lines[:limit], say(reader.t.n_("and {n} more", "and {n} more", left), n=left)]


def paragraphs(*groups: list[Line]) -> tuple[Line, ...]:
    """The groups that are not empty, with an empty line between them."""
    lines: list[Line] = []
    for group in groups:
        if group:
            lines += [EMPTY, *group] if lines else group
    return tuple(lines)

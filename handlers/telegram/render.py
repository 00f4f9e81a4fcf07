"""Typed spans -> Telegram text with entities. Pure, and never `parse_mode`: nothing can be mis-parsed.

Telegram counts the text in code points (4,096 after parsing), the entities' places in UTF-16 units, and
takes 100 entities (platforms.md, section 2.1). It also makes links of whatever looks like one; in words
that are not ours an invisible word joiner (U+2060) keeps it from doing so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    TelegramObject,
)

from bot.model import AlertKind
from handlers.text.graphemes import is_boundary
from handlers.text.hygiene import clean, is_link
from handlers.text.message import Button, Card, Line, Message, Span, Style, VersionLink

MOST_TEXT = 4096  #: code points
MOST_ENTITIES = 100
MOST_IN_ROW = 8
MOST_BUTTONS = 100
MOST_DATA = 64  #: bytes
MOST_URL = 2048

#: Room for each part of a card, in code points, so that whatever a feed does one message holds it all.
TITLE_ROOM, META_ROOM, NOTE_ROOM, LABEL_ROOM = 600, 400, 200, 80
MOST_VERSIONS, MOST_MORE = 8, 20
PLAIN_ROOM = 2000  #: of the plain text that is sent when Telegram refuses the shaped one

DATA_PREFIX = "v1:"
JOINER = "\u2060"

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TelegramText:
    """One message, ready to be sent."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def card_message(card: Card) -> TelegramText:
    """A report as one message: headline, facts, as much of the summary as fits, links, buttons."""
    tail = _Text()
    if card.note:
        tail.add("\n")
        tail.add(_words(card.note, NOTE_ROOM), Style.ITALIC)
    _add_links(tail, card)
    head = _Text()
    head.add(_headline(card), Style.BOLD, card.url)
    if meta := _meta(card):
        head.add("\n" + meta)
    summary = _fitting(card.summary, MOST_TEXT - len(head.text) - len(tail.text) - 2)
    if summary:
        head.add("\n\n" + summary)
    head.extend(tail)
    return TelegramText(text=head.text, entities=head.entities(), keyboard=keyboard(card.rows))


def params_of(message: TelegramText) -> dict[str, Any]:
    """What is said about the message itself, as arguments of the library's calls; whereto is not in it."""
    return {
        "text": message.text,
        "entities": message.entities or None,
        "reply_markup": message.keyboard,
        "link_preview_options": NO_PREVIEW,
    }


def card_requests(card: Card, kind: AlertKind) -> list[dict[str, Any]]:
    """The Bot API calls that tell a report; chat, topic and the message to edit are left open."""
    params = {name: _as_json(value) for name, value in params_of(card_message(card)).items() if value}
    return [{"method": "sendMessage" if kind is AlertKind.NEW else "editMessageText", "params": params}]


def _as_json(value: Any) -> Any:
    if isinstance(value, TelegramObject):
        return value.to_dict()
    return [_as_json(each) for each in value] if isinstance(value, tuple) else value


def plain_card(card: Card) -> TelegramText:
    """The same report without any shape, and short: for the day on which Telegram refuses ours."""
    versions = [link for link in card.versions[:2] if is_link(link.url, MOST_URL)]
    links = [f"{_words(link.label, LABEL_ROOM)} {link.url}" for link in versions]
    if not links and card.url and is_link(card.url, MOST_URL):
        links = [card.url]
    parts = ["\n".join(filter(None, (_headline(card), _meta(card)))), "\n".join(links)]
    room = PLAIN_ROOM - sum(map(len, parts)) - 4
    text = "\n\n".join(filter(None, (parts[0], _fitting(card.summary, room), parts[1])))
    return TelegramText(text=_cut(text, MOST_TEXT))


def reply_messages(message: Message) -> list[TelegramText]:
    """An answer as one message or several; the buttons are under the last."""
    pieces = [*_split(_paragraphs(message.lines)), *(card_message(card) for card in message.cards)]
    if not pieces:
        return []
    last = pieces[-1]
    rows = [*(message.cards[-1].rows if message.cards else ()), *message.rows]
    pieces[-1] = TelegramText(text=last.text, entities=last.entities, keyboard=keyboard(rows))
    return pieces


def keyboard(rows: Iterable[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Buttons in rows of at most eight; those that Telegram would refuse are left out."""
    made: list[list[InlineKeyboardButton]] = []
    left = MOST_BUTTONS
    for row in rows:
        good = [shown for button in row if (shown := _button(button)) is not None][:left]
        left -= len(good)
        made += [good[start : start + MOST_IN_ROW] for start in range(0, len(good), MOST_IN_ROW)]
    return InlineKeyboardMarkup(made) if made else None


def _button(button: Button) -> InlineKeyboardButton | None:
    label = _cut(clean(button.label), LABEL_ROOM)
    if not label:
        return None
    if button.url is not None:
        return InlineKeyboardButton(label, url=button.url) if is_link(button.url, MOST_URL) else None
    data = DATA_PREFIX + (button.command or "")
    fits = len(DATA_PREFIX) < len(data.encode()) <= MOST_DATA
    return InlineKeyboardButton(label, callback_data=data) if fits else None


# --- parts of a card ----------------------------------------------------------------------------


def _headline(card: Card) -> str:
    """A message must begin with something visible, also when a feed gave its entry no title."""
    return _words(card.title, TITLE_ROOM) or _words(card.source, TITLE_ROOM) or "…"


def _meta(card: Card) -> str:
    facts = (card.state, card.source, ", ".join(card.countries), ", ".join(card.topics), card.kind, card.time)
    return _words(" · ".join(filter(None, facts)), META_ROOM)


def _add_links(text: _Text, card: Card) -> None:
    for link in card.versions[:MOST_VERSIONS]:
        text.add("\n")
        _add_link(text, _words(link.label, LABEL_ROOM), link)
        if about := ", ".join(filter(None, (link.outlet, link.note))):
            text.add(" · " + _words(about, LABEL_ROOM))
    for index, link in enumerate(card.more[:MOST_MORE]):
        text.add(" · " if index else "\n+ ")
        _add_link(text, _words(link.outlet or link.label, LABEL_ROOM), link)


def _add_link(text: _Text, label: str, link: VersionLink) -> None:
    text.add(label or _words(link.lang.value, LABEL_ROOM), url=link.url)


def _fitting(sentences: Iterable[str], room: int) -> str:
    """Whole sentences as far as they fit; the first one cut if even it does not."""
    text = ""
    for sentence in sentences:
        words = _words(sentence, MOST_TEXT)
        longer = f"{text} {words}".strip()
        if len(longer) > room:
            return text or _cut(words, max(room, 0))
        text = longer
    return text


# --- text and its marks -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mark:
    """A style or a link over `text[start:end]`, in code points."""

    start: int
    end: int
    kind: str
    url: str | None = None


class _Text:
    """Text that is being put together, with its marks."""

    def __init__(self, text: str = "", marks: Iterable[_Mark] = ()) -> None:
        self.text = text
        self.marks = list(marks)

    def add(self, text: str, style: Style = Style.PLAIN, url: str | None = None) -> None:
        """Append; an address that is no good leaves plain words."""
        start, end = len(self.text), len(self.text) + len(text)
        self.text += text
        if not text.strip():
            return
        if url is not None and is_link(url, MOST_URL):
            self.marks.append(_Mark(start, end, MessageEntity.TEXT_LINK, url))
            if style is Style.CODE:  # Telegram lets no other entity overlap code
                return
        if style is not Style.PLAIN:
            self.marks.append(_Mark(start, end, style.value))

    def extend(self, other: _Text) -> None:
        shift = len(self.text)
        self.text += other.text
        self.marks += [_Mark(m.start + shift, m.end + shift, m.kind, m.url) for m in other.marks]

    def entities(self) -> tuple[MessageEntity, ...]:
        """The marks in UTF-16 units."""
        places = _utf16_places(self.text)
        return tuple(
            MessageEntity(
                type=mark.kind,
                offset=places[mark.start],
                length=places[mark.end] - places[mark.start],
                url=mark.url,
            )
            for mark in sorted(self.marks, key=lambda mark: (mark.start, -mark.end))
        )


def _utf16_places(text: str) -> list[int]:
    places, at = [0], 0
    for letter in text:
        at += 2 if letter > "\uffff" else 1
        places.append(at)
    return places


def _paragraphs(lines: Iterable[Line]) -> _Text:
    text = _Text()
    for index, line in enumerate(lines):
        if index:
            text.add("\n")
        for span in line:
            text.add(_shown(span), span.style, span.url)
    return text


def _shown(span: Span) -> str:
    """The span's visible words; a space at its edges separates it from its neighbours and stays."""
    words = clean(span.text)
    if span.style is not Style.CODE:
        words = neutral(words)
    before = " " if span.text[:1].isspace() else ""
    after = " " if words and span.text[-1:].isspace() else ""
    return before + words + after


# --- splitting ----------------------------------------------------------------------------------


def _split(whole: _Text) -> Iterator[TelegramText]:
    """Pieces that Telegram takes, cut at the best edge there is."""
    text, start = whole.text, 0
    marks = sorted(whole.marks, key=lambda mark: (mark.start, -mark.end))
    while start < len(text):
        if text[start].isspace():
            start += 1
            continue
        end = _end_of_piece(text, marks, start)
        piece = text[start:end].rstrip()
        stop = start + len(piece)
        parts = [(max(mark.start, start), min(mark.end, stop), mark) for mark in marks]
        kept = [
            _Mark(first - start, last - start, mark.kind, mark.url)
            for first, last, mark in parts
            if first < last and text[first:last].strip()
        ]
        yield TelegramText(text=piece, entities=_Text(piece, kept).entities())
        start = end


def _end_of_piece(text: str, marks: Sequence[_Mark], start: int) -> int:
    most = min(start + MOST_TEXT, len(text))
    here = [mark for mark in marks if start < mark.end and mark.start < most]
    if len(here) > MOST_ENTITIES:
        most = min(most, max(here[MOST_ENTITIES].start, start + 1))
    if most == len(text):
        return most
    for edge in ("\n\n", "\n", " "):
        at = text.rfind(edge, start + 1, most)
        while at > start:
            if not _inside(marks, at) and is_boundary(text, at):
                return at
            at = text.rfind(edge, start + 1, at)
    outside = (at for at in range(most, start, -1) if not _inside(marks, at) and is_boundary(text, at))
    anywhere = (at for at in range(most, start, -1) if is_boundary(text, at))
    return next(outside, None) or next(anywhere, most)


def _inside(marks: Sequence[_Mark], at: int) -> bool:
    return any(mark.start < at < mark.end for mark in marks)


def _cut(text: str, room: int) -> str:
    """At most `room` code points, ending in an ellipsis when something was left out."""
    if len(text) <= room:
        return text
    if room <= 0:
        return ""
    at = next((at for at in range(room - 1, 0, -1) if is_boundary(text, at)), 0)
    return text[:at].rstrip() + "…"


# --- words that are not ours --------------------------------------------------------------------

#: What Telegram makes a link of: the joiner goes after the first group.
LINKING = (
    re.compile(r"([@#$＃])(?=\w)"),
    re.compile(r"(/)(?=[A-Za-z0-9_])"),
    re.compile(r"(:)(?=//)"),
    re.compile(r"(?<=\w)([.。．｡])(?=\w)"),
)
PHONE = re.compile(r"(?<!\w)\+?\d(?:[ ().\-\u2060\u00a0\u2010-\u2015]{0,3}\d){6,}")


def neutral(text: str) -> str:
    """The same visible text, in which Telegram finds no mention, command, hashtag, host or number to call."""
    for pattern in LINKING:
        text = pattern.sub(r"\1" + JOINER, text)
    return PHONE.sub(lambda found: re.sub(r"(\d\D{0,3}\d)(?=\D{0,3}\d)", r"\1" + JOINER, found[0]), text)


def _words(text: str, room: int) -> str:
    """Somebody else's words on one line, harmless, within `room`."""
    return _cut(neutral(clean(text)), room)

"""Typed spans -> Block Kit. Pure.

Words from outside stand only in `plain_text` objects and rich_text elements, where Slack reads no markup;
the notification text, where it does, is escaped. Limits: platforms.md, section 2.2. The sum of all blocks
stays below 12,000 characters, because Slack refuses messages from about 13,200 on without documenting it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.desk.requests import ALIASES, Verb
from bot.model import AlertKind
from handlers.text.graphemes import is_boundary
from handlers.text.hygiene import clean, inert, is_link
from handlers.text.message import Button, Card, Line, Message, Span, Style, VersionLink

Block = dict[str, Any]

COMMAND = "/xeberdar"  #: as deploy/slack-manifest.yaml names it

MOST_BLOCKS = 50
MOST_CHARACTERS = 11_500  #: of all blocks of a message as JSON
MOST_SECTION, MOST_HEADER, MOST_TEXT = 3000, 150, 3000
MOST_BUTTONS, MOST_LABEL, MOST_URL, MOST_VALUE = 25, 75, 3000, 2000

#: Room for each part of a card, in code points.
TITLE_ROOM, META_ROOM, NOTE_ROOM, LABEL_ROOM = 600, 400, 200, 80
MOST_VERSIONS, MOST_MORE = 8, 20
PLAIN_ROOM = 2000  #: of the plain text that is sent when Slack refuses the blocks

#: What every message carries: nothing is unfurled, nothing is read as a mention or a link.
CALM = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}

VERBS = "|".join(sorted({*(verb.value for verb in Verb), *ALIASES}, key=len, reverse=True))
SLASHED = re.compile(rf"(?<![\w/:.])/(?=(?:{VERBS})(?![\w/-]|\.\w))")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SlackText:
    """One message, ready to be sent: `text` is what notifications and screen readers get."""

    text: str
    blocks: tuple[Block, ...] = ()

    def posted(self) -> dict[str, Any]:
        """Arguments of chat.postMessage."""
        return {"text": self.text, "blocks": list(self.blocks), "mrkdwn": False, **CALM}

    def changed(self) -> dict[str, Any]:
        """Arguments of chat.update, which has no `mrkdwn` and unfurls nothing; no blocks removes the old."""
        return {"text": self.text, "blocks": list(self.blocks), "parse": "none", "link_names": False}


# --- cards --------------------------------------------------------------------------------------


def card_message(card: Card) -> SlackText:
    """A report as one message: headline, facts, as much of the summary as fits, links, buttons."""
    blocks = card_blocks(card)
    return SlackText(text=_fallback(card), blocks=tuple(blocks))


def card_requests(card: Card, kind: AlertKind) -> list[dict[str, Any]]:
    """The requests for one chat, without `channel` and, for a changed report, `ts`."""
    message = card_message(card)
    if kind is AlertKind.NEW:
        return [{"method": "chat.postMessage", "params": message.posted()}]
    return [{"method": "chat.update", "params": message.changed()}]


def plain_card(card: Card) -> SlackText:
    """The same report without any blocks, and short: for the day on which Slack refuses ours."""
    urls = [link.url for link in card.versions[:2] if is_link(link.url, MOST_URL)]
    if not urls and card.url and is_link(card.url, MOST_URL):
        urls = [card.url]
    links = "\n".join(_escaped(url) for url in urls)
    head = "\n".join(filter(None, (_headline(card), _meta(card))))
    summary = _fitting(card.summary, max(0, PLAIN_ROOM - len(head)))
    words = "\n\n".join(_escaped(inert(part)) for part in (head, summary) if part)
    return SlackText(text="\n\n".join(filter(None, (words, links))))


def card_blocks(card: Card, room: int = MOST_CHARACTERS) -> list[Block]:
    """The card within `room` characters: further coverage goes first when it does not fit, then links."""
    head: list[Block] = [_title_block(card)]
    if meta := _meta(card):
        head.append(_context(meta))
    note = [_context(words)] if (words := _one_line(card.note, NOTE_ROOM)) else []
    actions = _actions(card.rows, room=room // 3)
    spent = _cost([*head, *note, *actions])
    links = _links(card, room=min(room // 2, room - spent - MOST_SECTION // 2))
    spent += _cost(links)
    summary = _summary(card, min(MOST_SECTION, room - spent))
    return [*head, *summary, *note, *links, *actions]


def _title_block(card: Card) -> Block:
    title = _headline(card)
    if _length(title) <= MOST_HEADER:
        return {"type": "header", "text": _plain(title)}
    element = {"type": "text", "text": title, "style": {"bold": True}}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}


def _summary(card: Card, room: int) -> list[Block]:
    """As many whole sentences as fit: JSON may need two characters where a reader sees one."""
    words = _fitting(card.summary, max(0, room // 2 if room < MOST_SECTION else room - 100))
    while words and _cost([{"type": "section", "text": _plain(words)}]) > max(room, 0) + 100:
        words = _cut(words, len(words) // 2)
        if len(words) < 40:
            return []
    return [{"type": "section", "text": _plain(words)}] if words else []


def _links(card: Card, room: int) -> list[Block]:
    """The versions, each on its line, then further coverage; those that do not fit are left out."""
    elements: list[Block] = []
    spent = 200
    shown = [(link, True) for link in card.versions[:MOST_VERSIONS]]
    shown += [(link, False) for link in card.more[:MOST_MORE]]
    for link, version in shown:
        parts = _version(link) if version else _further(link, first=not _has_more(elements))
        cost = _cost(parts)
        if parts and spent + cost <= room:
            elements += ([_text("\n")] if elements and version else []) + parts
            spent += cost + 30
    if not elements:
        return []
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]


def _has_more(elements: Sequence[Block]) -> bool:
    return any(element.get("text") == "\n+ " for element in elements)


def _version(link: VersionLink) -> list[Block]:
    if not is_link(link.url, MOST_URL):
        return []
    label = _one_line(link.label, LABEL_ROOM) or link.lang.value
    about = ", ".join(filter(None, (_one_line(link.outlet, LABEL_ROOM), _one_line(link.note, LABEL_ROOM))))
    return [_link(link.url, label), *([_text(f" · {about}")] if about else [])]


def _further(link: VersionLink, *, first: bool) -> list[Block]:
    if not is_link(link.url, MOST_URL):
        return []
    label = _one_line(link.outlet or link.label, LABEL_ROOM) or link.lang.value
    return [_text("\n+ " if first else " · "), _link(link.url, label)]


def _headline(card: Card) -> str:
    """A message must begin with something visible, also when a feed gave its entry no title."""
    return _one_line(card.title, TITLE_ROOM) or _one_line(card.source, TITLE_ROOM) or "…"


def _meta(card: Card) -> str:
    facts = (card.state, card.source, ", ".join(card.countries), ", ".join(card.topics), card.kind, card.time)
    return _one_line(" · ".join(filter(None, facts)), META_ROOM)


def _fallback(card: Card) -> str:
    return "\n".join(_escaped(inert(part)) for part in (_headline(card), _meta(card)) if part)


def _fitting(sentences: Iterable[str], room: int) -> str:
    """Whole sentences as far as they fit; the first one cut if even it does not."""
    text = ""
    for sentence in sentences:
        words = clean(sentence)
        longer = f"{text} {words}".strip()
        if _length(longer) > room:
            return text or _cut(words, room)
        text = longer
    return text


# --- buttons ------------------------------------------------------------------------------------


def _actions(rows: Iterable[Sequence[Button]], room: int) -> list[Block]:
    """The buttons, each row a block; those that Slack would refuse, or that do not fit, are left out."""
    blocks: list[Block] = []
    number, left = 0, room
    for row in rows:
        elements: list[Block] = []
        for button in row:
            made = _button(button, number)
            if made is not None and (cost := _cost([made])) <= left and len(elements) < MOST_BUTTONS:
                number, left = number + 1, left - cost
                elements.append(made)
        if elements:
            blocks.append({"type": "actions", "elements": elements})
    return blocks


def _button(button: Button, number: int) -> Block | None:
    label = _cut(clean(button.label), MOST_LABEL)
    made: Block = {"type": "button", "text": _plain(label), "action_id": f"v1:{number}"}
    if not label:
        return None
    if button.url is not None:
        return made | {"url": button.url} if is_link(button.url, MOST_URL) else None
    value = button.command or ""
    return made | {"value": value} if 0 < _length(value) <= MOST_VALUE else None


# --- answers ------------------------------------------------------------------------------------


def reply_messages(message: Message) -> list[SlackText]:
    """An answer as one message or several, its buttons at the end."""
    groups = [[block] for block in _paragraphs(message.lines)]
    groups += [card_blocks(card, MOST_CHARACTERS - 200) for card in message.cards]
    groups += [[block] for block in _actions(message.rows, MOST_CHARACTERS // 2)]
    pieces = [SlackText(text=_spoken(blocks), blocks=tuple(blocks)) for blocks in _packed(groups)]
    return [piece for piece in pieces if piece.blocks]


def _packed(groups: Iterable[list[Block]]) -> Iterator[list[Block]]:
    """As few messages as Slack's limits allow; what belongs together stays together."""
    blocks: list[Block] = []
    for group in groups:
        if blocks and (
            len(blocks) + len(group) > MOST_BLOCKS or _cost(blocks) + _cost(group) > MOST_CHARACTERS
        ):
            yield _renumbered(blocks)
            blocks = []
        blocks += group
    if blocks:
        yield _renumbered(blocks)


def _renumbered(blocks: list[Block]) -> list[Block]:
    """Buttons of several cards in one message need ids of their own within their blocks only."""
    return [
        {**block, "block_id": f"b{index}"} if block["type"] == "actions" else block
        for index, block in enumerate(blocks)
    ]


def _paragraphs(lines: Sequence[Line]) -> Iterator[Block]:
    """Rich text of at most 3,000 characters a block."""
    elements: list[Block] = []
    spent = 0
    for index, line in enumerate(lines):
        parts = [part for span in line for part in _span(span)]
        if index and elements:
            elements.append(_text("\n"))
        for part in parts:
            cost = _cost([part])
            if elements and spent + cost > MOST_SECTION:
                yield from _rich(elements)
                elements, spent = [], 0
            elements.append(part)
            spent += cost
    yield from _rich(elements)


def _rich(elements: list[Block]) -> Iterator[Block]:
    """The elements as a block, if there is anything to see in them."""
    while elements and elements[-1] == _text("\n"):
        elements = elements[:-1]
    merged: list[Block] = []
    for element in elements:
        plain = merged and {"type", "text"} == set(merged[-1]) == set(element)
        if plain and element["type"] == merged[-1]["type"] == "text":
            merged[-1] = _text(merged[-1]["text"] + element["text"])
        else:
            merged.append(element)
    if any(element["text"].strip() for element in merged):
        yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": merged}]}


def _span(span: Span) -> Iterator[Block]:
    """One run of text; a space at its edges separates it from its neighbours and stays."""
    words = clean(span.text)
    if span.url is None:
        words = typed_here(words)
    before = " " if span.text[:1].isspace() else ""
    after = " " if words and span.text[-1:].isspace() else ""
    style: Block = {} if span.style is Style.PLAIN else {"style": {span.style.value: True}}
    for piece in _pieces(before + words + after, MOST_SECTION // 3):
        if span.url is not None and is_link(span.url, MOST_URL):
            yield _link(span.url, piece) | style
        else:
            yield _text(piece) | style


def typed_here(words: str) -> str:
    """`/list` as it has to be typed in Slack, which keeps every other slash command from us."""
    return SLASHED.sub(f"{COMMAND} ", words)


def _spoken(blocks: Iterable[Block]) -> str:
    """What a notification shows: the words of the blocks."""
    said: list[str] = []
    for block in blocks:
        if block["type"] in {"header", "section"}:
            said.append(block["text"]["text"])
        elif block["type"] in {"rich_text", "context"}:
            parts = block["elements"]
            parts = parts[0]["elements"] if block["type"] == "rich_text" else parts
            said.append("".join(part["text"] for part in parts))
    return _escaped(inert(_cut("\n".join(said), MOST_TEXT // 2))) or "…"


# --- small parts --------------------------------------------------------------------------------


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_plain(text)]}


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _link(url: str, label: str) -> Block:
    return {"type": "link", "url": url, "text": label}


def _cost(blocks: Sequence[Block]) -> int:
    """Characters of the blocks as they travel."""
    return len(json.dumps(blocks, ensure_ascii=False)) if blocks else 0


def _escaped(text: str) -> str:
    """Harmless where Slack reads its own markup: exactly these three characters, says its documentation."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _one_line(text: str, room: int) -> str:
    return _cut(clean(text), room)


def _length(text: str) -> int:
    """In UTF-16 units, the larger of the two ways in which a limit may be meant."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def _pieces(text: str, room: int) -> Iterator[str]:
    while _length(text) > room:
        at = _edge(text, room)
        yield text[:at]
        text = text[at:]
    if text:
        yield text


def _cut(text: str, room: int) -> str:
    """At most `room` UTF-16 units, ending in an ellipsis when something was left out."""
    if _length(text) <= room:
        return text
    if room <= 0:
        return ""
    at = _edge(text, room - 1, least=0)
    return text[:at].rstrip() + "…"


def _edge(text: str, room: int, *, least: int = 1) -> int:
    """The last place within `room` UTF-16 units at which no visible letter is torn."""
    units = at = 0
    while at < len(text) and (units := units + (2 if text[at] > "\uffff" else 1)) <= room:
        at += 1
    hard = max(at, least)
    while at > 0 and not is_boundary(text, at):
        at -= 1
    return at if at >= max(least, 1) else hard if least else 0

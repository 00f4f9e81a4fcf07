"""Cards as they come: server-sent events from the chats' bells to the open pages.

A page tells by a token which cards it has, in which form; a stream that begins sends what differs. So a lost
connection, a restart of the server, a dropped slow reader and a missed bell all heal in the same way.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from bot.clock import Clock
from bot.errors import StoreAway, XeberdarError
from bot.model import Address, Alert
from handlers.text.card import card as card_of
from handlers.web import render
from handlers.web.desk import WebDesk

log = structlog.get_logger("xeberdar.web")

#: How many cards a page shows.
WINDOW = 50

BEAT_SECONDS = 5.0
HEARTBEAT_EVERY = 3  #: beats: keeps proxies from closing a silent stream
SYNC_EVERY = 12  #: beats: heals a bell that was lost on the way

PER_CHAT = 4  #: open pages of one chat; browsers allow six connections to one host
PER_PROCESS = 2_000
BACKLOG = 64  #: bells that wait for one slow page before it is dropped; it catches up when it returns


@dataclass(frozen=True, slots=True)
class Ring:
    """This item is new or changed."""

    item: str


@dataclass(frozen=True, slots=True)
class Beat:
    """Time passes."""

    count: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Anything may have changed."""


Signal = Ring | Beat | Sync


class TooManyPages(XeberdarError):
    """This chat, or this process, has as many open streams as it may have."""


class Page:
    """One open page: what waits for it, and whether it is to be let go."""

    def __init__(self) -> None:
        self.signals: asyncio.Queue[Signal] = asyncio.Queue(BACKLOG)
        self.let_go = asyncio.Event()

    def tell(self, signal: Signal) -> None:
        """Never waits: a page that does not keep up is let go."""
        try:
            self.signals.put_nowait(signal)
        except asyncio.QueueFull:
            self.let_go.set()


class Hub:
    """Hears every bell once and passes it on to the pages of that chat."""

    def __init__(
        self, desk: WebDesk, clock: Clock, *, per_chat: int = PER_CHAT, total: int = PER_PROCESS
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._per_chat = per_chat
        self._total = total
        self._pages: dict[str, set[Page]] = {}
        self._closed = False

    @property
    def open_pages(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._pages.values()))

    @contextmanager
    def page(self, chat: str) -> Iterator[Page]:
        """A page of the chat with this key, for as long as it is open.

        Raises:
            TooManyPages: there is no room for it.
        """
        mine = self._pages.get(chat, set())
        if self._closed or len(mine) >= self._per_chat or self.open_pages >= self._total:
            raise TooManyPages
        page = Page()
        self._pages.setdefault(chat, set()).add(page)
        try:
            yield page
        finally:
            self._pages[chat].discard(page)
            if not self._pages[chat]:
                del self._pages[chat]

    def sync(self, chat: str) -> None:
        """Have the chat's pages look at all their cards again."""
        for page in self._pages.get(chat, ()):
            page.tell(Sync())

    def close(self) -> None:
        """Let every page go, and take no more."""
        self._closed = True
        for page in self._everybody():
            page.let_go.set()

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._beat())

    async def _listen(self) -> None:
        while True:
            try:
                async for chat, bell in self._desk.bells():
                    for page in self._pages.get(chat, ()):
                        page.tell(Ring(bell.id))
            except StoreAway:
                log.warning("web.bells_lost")
            await self._clock.sleep(1)
            for page in self._everybody():
                page.tell(Sync())

    async def _beat(self) -> None:
        count = 0
        while True:
            await self._clock.sleep(BEAT_SECONDS)
            count += 1
            for page in self._everybody():
                page.tell(Beat(count))

    def _everybody(self) -> list[Page]:
        return [page for pages in self._pages.values() for page in pages]


# --- what a page has ----------------------------------------------------------------------------


class Shown:
    """The cards that a page has, item -> version, oldest first, at most `WINDOW`."""

    def __init__(self) -> None:
        self._versions: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._versions)

    @property
    def token(self) -> str:
        """A short name for exactly these cards in exactly this form."""
        text = ",".join(f"{item}={version}" for item, version in self._versions.items())
        return hashlib.blake2s(text.encode(), digest_size=12).hexdigest()

    def take(self, item: str, version: str) -> bool:
        """Remember a card; whether this is news."""
        if self._versions.get(item) == version:
            return False
        self._versions[item] = version
        while len(self._versions) > WINDOW:
            del self._versions[next(iter(self._versions))]
        return True

    def clear(self) -> None:
        self._versions.clear()


def card_fragment(alert: Alert, item: str) -> tuple[render.Html, str]:
    """The card and its title in plain words."""
    card = card_of(alert)
    return render.card(card, item), card.title


def timeline_of(cards: list[tuple[str, Alert]]) -> tuple[render.Html, str]:
    """Cards for a page that opens, and the token that says which they are."""
    shown, fragments = Shown(), []
    for item, alert in cards[-WINDOW:]:
        fragment, _ = card_fragment(alert, item)
        shown.take(item, render.version_of(fragment))
        fragments.append(fragment)
    return render.joined(fragments), shown.token


# --- the stream ---------------------------------------------------------------------------------


def event(name: str, data: object, token: str = "") -> bytes:
    """One event as it goes over the wire. JSON keeps every line break inside its string."""
    head = f"id: {token}\n" if token else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class Teller:
    """Turns signals into the bytes for one page."""

    def __init__(self, desk: WebDesk, address: Address, token: str) -> None:
        self._desk = desk
        self._address = address
        self._token = token  #: what the page says it has
        self._shown = Shown()
        self._started = False
        self._behind = False  #: the store was away: the next beat looks at everything again

    async def start(self) -> bytes:
        """What the page lacks."""
        return b"retry: 2000\n\n" + await self.tell(Sync())

    async def tell(self, signal: Signal) -> bytes:
        """What to send for this signal; may be nothing."""
        try:
            match signal:
                case Ring(item) if not self._behind:
                    alert = await self._desk.card(self._address, item)
                    return b"" if alert is None else self._one(item, alert, live=True)
                case Beat(count) if not self._behind and count % SYNC_EVERY:
                    return b"" if count % HEARTBEAT_EVERY else b": \n\n"
                case _:
                    return await self._everything()
        except StoreAway:
            first, self._behind = not self._behind, True
            return event("away", {}) if first else b""

    def _one(self, item: str, alert: Alert, *, live: bool) -> bytes:
        fragment, title = card_fragment(alert, item)
        if not self._shown.take(item, render.version_of(fragment)):
            return b""
        return event("card", {"id": item, "title": title, "html": fragment, "live": live}, self._shown.token)

    async def _everything(self) -> bytes:
        cards = (await self._desk.cards(self._address, WINDOW))[-WINDOW:]
        told = [event("back", {})] if self._behind else []
        self._behind = False
        if not self._started:
            self._started = True
            if timeline_of(cards)[1] == self._token:
                self._know(cards)
                return b"".join([*told, event("ready", {}, self._token)])
        if not cards and (self._shown or self._token):
            self._shown.clear()
            told.append(event("cleared", {}, self._shown.token))
        told += [self._one(item, alert, live=False) for item, alert in cards]
        told.append(event("ready", {}, self._shown.token))
        return b"".join(told)

    def _know(self, cards: list[tuple[str, Alert]]) -> None:
        for item, alert in cards:
            self._shown.take(item, render.version_of(card_fragment(alert, item)[0]))


class EventStream:
    """The response: lasts until the browser leaves, or the page is let go."""

    def __init__(self, hub: Hub, chat: str, teller: Teller, headers: list[tuple[bytes, bytes]]) -> None:
        self._hub = hub
        self._chat = chat
        self._teller = teller
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with self._hub.page(self._chat) as page:
                await self._stream(page, receive, send)
        except TooManyPages:
            headers = {name.decode(): value.decode() for name, value in self._headers}
            await Response(status_code=429, headers={**headers, "retry-after": "30"})(scope, receive, send)

    async def _stream(self, page: Page, receive: Receive, send: Send) -> None:
        head = [(b"content-type", b"text/event-stream; charset=utf-8"), *self._headers]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        pump = asyncio.create_task(self._pump(page, send))
        left = asyncio.create_task(_left(receive))
        let_go = asyncio.create_task(page.let_go.wait())
        tasks = (pump, left, let_go)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(tasks)
        if not left.done() or left.cancelled():
            await _finish(send)
        if not pump.cancelled() and (error := pump.exception()) and not isinstance(error, OSError):
            raise error

    async def _pump(self, page: Page, send: Send) -> None:
        told = await self._teller.start()
        while True:
            if told:
                await send({"type": "http.response.body", "body": told, "more_body": True})
            told = await self._teller.tell(await page.signals.get())


async def _left(receive: Receive) -> None:
    """Returns when the browser has gone."""
    message: Message = {"type": "http.request"}
    while message["type"] != "http.disconnect":
        message = await receive()


async def _end(tasks: tuple[asyncio.Task[object], ...]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _finish(send: Send) -> None:
    """Close the response properly, unless the browser has stopped reading."""
    try:
        async with asyncio.timeout(0.5):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except (TimeoutError, OSError):
        log.debug("web.slow_page_dropped")

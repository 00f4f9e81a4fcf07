"""Our own getUpdates loop: an update is confirmed only after its effect is in the store.

The library's loop confirms what it has merely fetched, so that a crash loses a `/forget`. Here an update
stays with Telegram, which keeps it for 24 hours, until its handler has returned; whatever is handed out
again after a crash is recognised by its id at the desk. Confirming is done by the offset, and only by it:
the offset is sent when there is something to confirm and left out otherwise, because the ids start anew
at random after a quiet week. No update is written anywhere, and none is logged.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.clock import Clock
from bot.errors import StoreAway
from handlers.telegram.request import NeverConnected, PlatformTrouble, ReplyLost, TooManyRequests
from handlers.telegram.sender import wait_of

log = structlog.get_logger("xeberdar.telegram")

#: Named in every call: left out, Telegram keeps whatever an earlier program asked for.
ALLOWED = ("message", "callback_query", "my_chat_member")

LONGEST_POLL = 50  #: seconds; Telegram clamps what is longer
ASK_AGAIN_SECONDS = 3.0  #: while something is unfinished; sooner would be slowed down by Telegram
REMEMBERED_SECONDS = 3600.0

#: What passes by itself: the effect has not happened, so that the update is tried again a few times.
MOMENTARY = (NeverConnected, ReplyLost, PlatformTrouble, TooManyRequests)
MOST_TRIES = 5

#: Trouble -> first and longest wait in seconds.
WAITS = {"conflict": (3.0, 60.0), "token_refused": (60.0, 300.0), "unreachable": (1.0, 60.0)}


class RawUpdates(Protocol):
    """`getUpdates` without the library's reading, in which one bad update spoils the whole batch."""

    async def raw_updates(
        self, *, offset: int | None, poll_seconds: int, allowed: tuple[str, ...]
    ) -> list[dict[str, Any]]: ...


class Updates:
    """Fetches updates and hands each to `process`: one chat's in order, different chats at once.

    `ready` is done before the first fetch, and again until it succeeds. `jitter` gives 0 to 1.
    """

    def __init__(
        self,
        source: RawUpdates,
        bot: Bot,
        process: Callable[[Update], Awaitable[None]],
        *,
        ready: Callable[[], Awaitable[None]],
        clock: Clock,
        jitter: Callable[[], float],
        poll_seconds: int = LONGEST_POLL,
        at_once: int = 16,
    ) -> None:
        self._source = source
        self._bot = bot
        self._process = process
        self._ready = ready
        self._clock = clock
        self._jitter = jitter
        self._poll_seconds = min(poll_seconds, LONGEST_POLL)
        self._room = asyncio.Semaphore(at_once)
        self._lanes: dict[str, deque[dict[str, Any]]] = {}
        self._unfinished: set[int] = set()
        self._unconfirmed: set[int] = set()
        self._finished: dict[int, float] = {}
        self._idle = asyncio.Event()
        self._trouble: str | None = None
        self._failures = 0
        self._paused = False

    async def run(self) -> None:
        """Until it is cancelled; what is unfinished then is handed out again by Telegram, to any next run."""
        self._lanes, self._unfinished, self._unconfirmed = {}, set(), set()
        self._paused = False
        await self._persist(self._ready)
        async with asyncio.TaskGroup() as tasks:
            while True:
                for raw in await self._persist(self._fetch):
                    self._accept(raw, tasks)
                await self._until_worth_asking()

    # --- fetching -------------------------------------------------------------------------------

    async def _fetch(self) -> list[dict[str, Any]]:
        offset = self._offset()
        batch = await self._source.raw_updates(
            offset=offset, poll_seconds=self._poll_seconds, allowed=ALLOWED
        )
        if offset is not None:
            self._unconfirmed = {number for number in self._unconfirmed if number >= offset}
        return batch

    def _offset(self) -> int | None:
        """The lowest unfinished update, if that confirms anything."""
        if not self._unconfirmed:
            return None
        if not self._unfinished:
            return max(self._unconfirmed) + 1
        lowest = min(self._unfinished)
        return lowest if min(self._unconfirmed) < lowest else None

    async def _persist(self, attempt: Callable[[], Awaitable[Any]]) -> Any:
        """Try until it works; one event when trouble begins or changes, one when it is over."""
        while True:
            try:
                result = await attempt()
            except TelegramError as error:
                await self._wait_out(error)
                continue
            if self._trouble is not None:
                log.info("telegram.reachable", after=self._trouble)
            self._trouble, self._failures = None, 0
            return result

    async def _wait_out(self, error: TelegramError) -> None:
        kind = _trouble_of(error)
        if kind != self._trouble:
            log.warning("telegram.unreachable", why=kind, error=type(error).__name__)
            self._trouble, self._failures = kind, 0
        wish = wait_of(error, timedelta()).total_seconds()
        await self._clock.sleep(max(wish, self._back_off(self._failures, *WAITS[kind])))
        self._failures += 1

    def _back_off(self, failures: int, first: float, longest: float) -> float:
        return min(longest, first * 2.0 ** min(failures, 20)) * (0.5 + self._jitter() / 2)

    async def _until_worth_asking(self) -> None:
        """Until everything fetched is done, so that the next call confirms it, or a moment has passed."""
        if not self._unfinished:
            return
        self._idle.clear()
        waits = {
            asyncio.ensure_future(self._idle.wait()),
            asyncio.ensure_future(self._clock.sleep(ASK_AGAIN_SECONDS)),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    # --- handling -------------------------------------------------------------------------------

    def _accept(self, raw: dict[str, Any], tasks: asyncio.TaskGroup) -> None:
        number = raw.get("update_id")
        if not isinstance(number, int):
            log.error("telegram.update_skipped", kind="unnumbered", error="no update_id")
            return
        if number in self._unfinished:
            return
        if number in self._finished:  # the platform gave it out again: confirm it again
            self._unconfirmed.add(number)
            return
        self._unfinished.add(number)
        key = chat_of(raw)
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append(raw)
            return
        self._lanes[key] = deque([raw])
        tasks.create_task(self._drain(key))

    async def _drain(self, key: str) -> None:
        """One chat's updates, one after the other."""
        lane = self._lanes[key]
        while lane:
            async with self._room:
                await self._settle(lane[0])
            self._finish(lane.popleft()["update_id"])
        del self._lanes[key]

    def _finish(self, number: int) -> None:
        now = self._clock.monotonic()
        self._unfinished.discard(number)
        self._unconfirmed.add(number)
        self._finished[number] = now
        for old in [one for one, at in self._finished.items() if at < now - REMEMBERED_SECONDS]:
            del self._finished[old]
        if not self._unfinished:
            self._idle.set()

    async def _settle(self, raw: dict[str, Any]) -> None:
        """Handle one update to its end: done, or given up with one event that names its type only."""
        tries = 0
        while True:
            try:
                await self._process(Update.de_json(raw, self._bot))
            except StoreAway:
                self._pause()
                await self._clock.sleep(self._back_off(tries, 0.5, 15.0))
            except MOMENTARY as error:
                if tries >= MOST_TRIES:
                    log.error("telegram.update_skipped", kind=kind_of(raw), error=type(error).__name__)  # noqa: TRY400
                    return
                wish = wait_of(error, timedelta()).total_seconds()
                await self._clock.sleep(max(wish, self._back_off(tries, 1.0, 15.0)))
            except Exception as error:  # one poisonous update must not hold up the rest
                log.error("telegram.update_skipped", kind=kind_of(raw), error=type(error).__name__)  # noqa: TRY400
                return
            else:
                self._resume()
                return
            tries += 1

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            log.warning("telegram.paused", why="store_away")

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            log.info("telegram.resumed")


def kind_of(raw: dict[str, Any]) -> str:
    """Which type of update it is; never anything that it says."""
    return next((kind for kind in ALLOWED if kind in raw), "other")


def chat_of(raw: dict[str, Any]) -> str:
    """What is handled in order: the updates of one chat; those that name none share a place."""
    body = raw.get(kind_of(raw))
    while isinstance(body, dict):
        chat = body.get("chat")
        if isinstance(chat, dict):
            return str(chat.get("id"))
        if not isinstance(body.get("message"), dict):
            person = body.get("from")
            return str(person.get("id")) if isinstance(person, dict) else ""
        body = body["message"]
    return ""


def _trouble_of(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return "conflict"
    return "token_refused" if isinstance(error, InvalidToken) else "unreachable"

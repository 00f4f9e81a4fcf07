"""Rings bells: due sources, clean-up. What is due lives in the store; APScheduler only knocks.

One job a bell, `max_instances=1, coalesce=True, misfire_grace_time=None`: a late bell rings late
instead of not at all (the library's default drops a job that is one second late).
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import StoreAway
from bot.feeds.places import PATIENCE, SLOW_PER_PLACE
from bot.pipeline import Ports, poll_safely
from bot.store.protocols import SourceState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

log = structlog.get_logger("xeberdar.schedule")

#: Renewed at every tick while a turn lasts; a dead poller's sources come again when it has run out.
POLL_LEASE = timedelta(seconds=10)

#: So long nobody has asked any source before it is called a gap.
LEAST_GAP = timedelta(minutes=5)

#: Longer than a clean-up takes, shorter than the hour until the next.
CLEAN_UP_LEASE = timedelta(minutes=30)

#: How long a chat that the platform calls gone is kept, in case the block was a mistake.
GRACE = timedelta(days=7)


class Poller:
    """Takes due sources and polls them, at most `concurrency` at once and `per_host` at one publisher.

    A poll that takes longer than `patience` seconds steps aside, as in `bot.feeds.places`: publishers that
    hang must not keep the others waiting.
    """

    def __init__(self, ports: Ports, *, concurrency: int, per_host: int, patience: float = PATIENCE) -> None:
        self._ports = ports
        self._concurrency = concurrency
        self._per_host = per_host
        self._patience = patience
        self._aside: set[asyncio.Task[None]] = set()
        self._running: dict[asyncio.Task[None], SourceState] = {}
        self._waiting: list[SourceState] = []  # claimed; those whose turn the store cut short come again
        self._away = False
        self.last_tick: datetime | None = None  #: when the store was last asked for due sources, and answered

    async def tick(self) -> None:
        """Start what is due and fits. Never waits for a publisher."""
        try:
            if self._away:
                await self._ports.store.ping()
            await self._renew()
            free = self._concurrency - self._counted() - len(self._waiting)
            if free > 0:
                now = self._ports.clock.now()
                self._take(await self._ports.store.sources.claim_due(now, free, POLL_LEASE))
                self.last_tick = now
            await self._watch()
        except StoreAway:
            self._say_away()
            return
        self._say_back()
        self._start()

    async def _watch(self) -> None:
        """Remember the times in which nobody asked: afterwards moderators see what was found late."""
        lasted = await self._ports.store.sources.watched(self._ports.clock.now(), LEAST_GAP)
        if lasted:
            log.warning("polling.gap", seconds=round(lasted.total_seconds()))

    async def _renew(self) -> None:
        """Keep the sources in hand from other pollers: a turn may take longer than the lease."""
        held = [state.source.key for state in (*self._running.values(), *self._waiting)]
        if held:
            await self._ports.store.sources.hold(held, self._ports.clock.now() + POLL_LEASE)

    def _take(self, claimed: list[SourceState]) -> None:
        """Let the claimed sources wait for their turn, without those whose turn it is already."""
        running = {state.source.key for state in self._running.values()}
        fresh = {state.source.key for state in claimed}
        self._waiting = [state for state in self._waiting if state.source.key not in fresh]
        self._waiting += [state for state in claimed if state.source.key not in running]

    def _start(self) -> None:
        busy = Counter(map(_host, self._running.values()))
        still_waiting = []
        for state in self._waiting:
            host = _host(state)
            if busy[host] >= self._per_host or self._counted() >= self._concurrency:
                still_waiting.append(state)
                continue
            busy[host] += 1
            task = asyncio.create_task(self._poll(state))
            self._running[task] = state
            asyncio.get_running_loop().call_later(self._patience, self._step_aside, task)
            task.add_done_callback(self._ended)
        self._waiting = still_waiting

    def _counted(self) -> int:
        return len(self._running) - len(self._aside)

    def _step_aside(self, task: asyncio.Task[None]) -> None:
        if task in self._running and len(self._aside) < SLOW_PER_PLACE * self._concurrency:
            self._aside.add(task)
            if self._waiting and not self._away:
                self._start()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._aside.discard(task)
        if self._waiting and not self._away:
            self._start()

    async def _poll(self, state: SourceState) -> None:
        try:
            await poll_safely(state, self._ports)
        except StoreAway:
            self._say_away()
            self._waiting.append(state)

    def _say_away(self) -> None:
        if not self._away:
            self._away = True
            log.error("polling.paused", why="the store does not answer")

    def _say_back(self) -> None:
        if self._away:
            self._away = False
            log.info("polling.resumed")

    async def drain(self) -> None:
        """Poll everything that is due now, to the end. The door for tests and for `xeberdar sources poll`."""
        await self.tick()
        while self._running:
            await asyncio.wait(list(self._running))

    async def stop(self) -> None:
        """End the polls that are under way; their sources are due again when their lease is over."""
        self._waiting = []
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def _host(state: SourceState) -> str:
    return urlsplit(state.source.url).hostname or ""


def clean_up(ports: Ports, holder: str = "alone") -> Callable[[], Awaitable[None]]:
    """The hourly job: drop what is older than the archive period, erase chats that stayed away."""

    async def job() -> None:
        now = ports.clock.now()
        try:
            if not await ports.store.outbox.lease("clean-up", holder, CLEAN_UP_LEASE):
                return  # another process does it
            dropped = await ports.store.archive.prune(now)
            erased = await ports.store.chats.erase_silent(now - GRACE)
        except StoreAway:
            return  # the poller has said so already; the next hour does the work
        if dropped or erased:
            log.info("store.cleaned", articles=dropped, silent_chats=erased)

    return job


def bells(
    ports: Ports, poller: Poller, *, holder: str = "alone", polls: bool = True, cleans: bool = True
) -> AbstractAsyncContextManager[None]:
    """Ring while the context is open: for due sources (`polls`), for the clean-up (`cleans`)."""

    @asynccontextmanager
    async def ringing() -> AsyncIterator[None]:
        # "Skipped: still running", once a second, is what it says of a store that hangs; we say it once.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        if polls:
            scheduler.add_job(poller.tick, "interval", seconds=1, next_run_time=ports.clock.now())
        if cleans:
            scheduler.add_job(clean_up(ports, holder), "interval", hours=1)
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            await poller.stop()

    return ringing()

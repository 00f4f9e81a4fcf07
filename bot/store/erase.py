"""Erased data leaves the append-only file too.

Deleting a key only appends the deletion. A rewrite of the file, started by the server in a child of its own,
drops what is gone; it costs a copy of everything, so forgetting many chats shares one.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.errors import StoreError
from bot.store import keys
from bot.store.wire import Refusal, Wire

log = structlog.get_logger("xeberdar.store")

APART = timedelta(minutes=10)  # at least, between two rewrites
AGAIN = timedelta(seconds=5)  # when the server is busy with another rewrite


class Eraser:
    """Rewrites the append-only file soon after something was erased, at most every ten minutes."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._last: float | None = None
        self._task: asyncio.Task[None] | None = None

    def request(self) -> None:
        """Something was erased. The mark in the store survives us: `resume` finds it after a crash."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def resume(self) -> None:
        """Finish what an earlier process began."""
        if await self._wire.call("EXISTS", keys.REWRITE):
            self.request()

    async def close(self) -> None:
        """Stop waiting; a rewrite that is still owed is started now."""
        if self._task is None or self._task.done():
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._rewrite()
        except StoreError:
            log.warning("store.rewrite_owed")  # the mark stays; the next start makes good for it

    async def _work(self) -> None:
        if self._last is not None:
            wait = self._last + APART.total_seconds() - self._clock.monotonic()
            await self._clock.sleep(max(0.0, wait))
        while not await self._try():
            await self._clock.sleep(AGAIN.total_seconds())

    async def _try(self) -> bool:
        try:
            return await self._rewrite()
        except Refusal as refusal:  # a hosted Redis may not allow it
            log.warning("store.rewrite_refused", why=refusal.word)
            return True
        except StoreError:
            return False

    async def _rewrite(self) -> bool:
        """Start one. False while another is going on: it may have begun before the erasure."""
        # First the mark, then the rewrite: what is erased in between sets the mark again.
        mark = await self._wire.call("GET", keys.REWRITE)
        if mark is None:
            return True
        try:
            await self._wire.call("BGREWRITEAOF")
        except Refusal as refusal:
            if "in progress" in str(refusal) or "scheduled" in str(refusal):
                return False
            raise
        self._last = self._clock.monotonic()
        if await self._wire.call("GET", keys.REWRITE) == mark:
            await self._wire.call("DEL", keys.REWRITE)
            return True
        return False

"""A clock that moves when a test says so."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ManualClock:
    """Stands still until `forward` is called; whoever sleeps on it wakes when its time has come."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._elapsed = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), future))
        await future

    async def forward(self, seconds: float = 0, **duration: float) -> None:
        """Move on by `seconds` and/or a timedelta's keywords, waking sleepers in their order."""
        target = self._elapsed + seconds + timedelta(**duration).total_seconds()
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, future = heapq.heappop(self._sleepers)
            self._set(due)
            if not future.done():
                future.set_result(None)
                await asyncio.sleep(0)
        self._set(target)

    async def to_next(self) -> bool:
        """Move on to the moment when the next sleeper wakes; False when nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():  # whoever was cancelled waits for nothing
            heapq.heappop(self._sleepers)
        if not self._sleepers:
            return False
        await self.forward(max(0.0, self._sleepers[0][0] - self._elapsed))
        return True

    def _set(self, elapsed: float) -> None:
        self._now += timedelta(seconds=elapsed - self._elapsed)
        self._elapsed = elapsed

"""Places for requests on their way, which the slow cannot keep from the quick."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

PATIENCE = 2.0  #: seconds; nearly every feed of our catalogue's kind answers in less than one
SLOW_PER_PLACE = 6  #: with 50 places 350 connections at most: a third of the usual limit of open files


@dataclass(slots=True)
class _Seat:
    aside: bool = False


class Places:
    """At most `size` at once; who takes longer than `patience` steps aside, `SLOW_PER_PLACE * size` at most.

    A publisher that hangs may take 30 s. Fifty of them would hold every place, and all others would wait.
    """

    def __init__(self, size: int, *, patience: float = PATIENCE) -> None:
        self._free = asyncio.Semaphore(size)
        self._most_slow = size * SLOW_PER_PLACE
        self._patience = patience
        self._slow = 0

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it or step aside from it while the context is open."""
        await self._free.acquire()
        seat = _Seat()
        timer = asyncio.get_running_loop().call_later(self._patience, self._step_aside, seat)
        try:
            yield
        finally:
            timer.cancel()
            if seat.aside:
                self._slow -= 1
            else:
                self._free.release()

    def _step_aside(self, seat: _Seat) -> None:
        if self._slow < self._most_slow:
            self._slow += 1
            seat.aside = True
            self._free.release()

"""Waiting for a store that went away: said once when it goes, once when it is back.

A store can answer one question and refuse another (it is full, or takes no writes). So it is back when
nothing that it refused is waiting any more, not as soon as anything succeeds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.errors import StoreAway

log = structlog.get_logger("xeberdar.delivery")

FIRST_PAUSE = 0.2  #: seconds
LONGEST_PAUSE = 5.0

T = TypeVar("T")


class Patience:
    """Asks the store until it answers. Shared by everything that one worker does at the same time."""

    def __init__(self, clock: Clock, role: str) -> None:
        self._clock = clock
        self._role = role
        self._since: float | None = None
        self._waiting = 0

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """The answer, however long it takes. Only for what may safely be asked twice."""
        try:
            return await question()
        except StoreAway:
            self.broke()
        try:
            answer = await self._again(question)
        except BaseException:  # stopped, or refused for another reason: nothing is known of the store
            self._waiting -= 1
            raise
        self.healed()
        return answer

    async def _again(self, question: Callable[[], Awaitable[T]]) -> T:
        pause = FIRST_PAUSE
        while True:
            await self._clock.sleep(pause)
            try:
                return await question()
            except StoreAway:
                pause = min(2 * pause, LONGEST_PAUSE)

    def broke(self) -> None:
        """A question was refused. `healed` once it is answered."""
        self._waiting += 1
        if self._since is None:
            self._since = self._clock.monotonic()
            log.warning("delivery.store_away", role=self._role)

    def healed(self) -> None:
        """A question that had been refused is answered."""
        self._waiting -= 1
        if not self._waiting and self._since is not None:
            seconds = round(self._clock.monotonic() - self._since, 1)
            self._since = None
            log.info("delivery.store_back", role=self._role, seconds=seconds)

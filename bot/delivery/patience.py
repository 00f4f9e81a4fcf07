"""Waiting for a store that went away: said once when it goes, once when it is back."""

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

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """The answer, however long it takes. Only for what may safely be asked twice."""
        pause = FIRST_PAUSE
        while True:
            try:
                answer = await question()
            except StoreAway:
                self.broke()
                await self._clock.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self.healed()
                return answer

    def broke(self) -> None:
        """The store did not answer."""
        if self._since is None:
            self._since = self._clock.monotonic()
            log.warning("delivery.store_away", role=self._role)

    def healed(self) -> None:
        """The store answered."""
        if self._since is not None:
            seconds = round(self._clock.monotonic() - self._since, 1)
            self._since = None
            log.info("delivery.store_back", role=self._role, seconds=seconds)

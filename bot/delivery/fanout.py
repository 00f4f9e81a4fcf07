"""Spreading stories over their chats: page by page, one page of each story in turn."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.delivery.patience import Patience
from bot.store.protocols import Fanout, Outbox

log = structlog.get_logger("xeberdar.delivery")

PAGE = 500  #: deliveries enqueued by one script; keeps the store responsive meanwhile
STORIES = 16  #: fan-outs in turn at the same time
BEAT = 1.0  #: seconds between signs of life
LIFETIME = timedelta(seconds=4)  #: a worker silent for so long is dead, and its entries are given away
BLOCK = timedelta(seconds=1)


class FanoutWorker:
    """Takes fan-outs and spreads them. Any number may run; each story is with one at a time."""

    def __init__(self, *, outbox: Outbox, clock: Clock, name: str, page: int = PAGE) -> None:
        self._outbox = outbox
        self._clock = clock
        self._page = page
        self._name = name
        self._patience = Patience(clock, "fanout")
        self._beaten: float | None = None
        self._turn: deque[Fanout] = deque()

    async def run(self) -> None:
        """Spread what there is and what comes, until cancelled."""
        while True:
            await self._step(timedelta() if self._turn else BLOCK)

    async def drain(self) -> int:
        """Spread everything there is now; the number of pages enqueued."""
        pages = 0
        while done := await self._step(timedelta()):
            pages += done
        return pages

    async def _step(self, block: timedelta) -> int:
        """One page of every story in hand; how many pages."""
        await self._beat()
        room = STORIES - len(self._turn)
        if room:
            self._turn.extend(
                await self._patience.ask(lambda: self._outbox.take_fanouts(self._name, room, block))
            )
        pages = len(self._turn)
        for _ in range(pages):
            fanout = self._turn.popleft()
            if not await self._spread(fanout):
                self._turn.append(fanout)
        return pages

    async def _spread(self, fanout: Fanout) -> bool:
        """One page. True when nothing is left to do for this story, or nothing can be done."""
        await self._beat()
        try:
            return await self._patience.ask(
                lambda: self._outbox.spread(self._name, fanout, self._page, self._clock.now())
            )
        except Exception:  # one story that cannot be spread must not hold up the others
            log.exception("delivery.fanout_failed", story=fanout.story)
            return True

    async def _beat(self) -> None:
        """Say that we are alive, and look for those who are not."""
        now = self._clock.monotonic()
        if self._beaten is not None and now - self._beaten < BEAT:
            return
        await self._patience.ask(lambda: self._outbox.beat(self._name, self._clock.now(), LIFETIME))
        reclaimed = await self._patience.ask(lambda: self._outbox.reclaim(self._clock.now()))
        self._beaten = now
        if reclaimed:
            log.info("delivery.reclaimed", role="fanout", entries=reclaimed)

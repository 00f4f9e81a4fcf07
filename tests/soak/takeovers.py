"""Two processes on one store and one lease: the one that sends dies or stands still, the other goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from random import Random
from statistics import median

from bot.delivery.worker import AT_ONCE
from bot.store import keys
from bot.store.connect import wired
from bot.store.outbox import GROUP
from bot.store.wire import Wire
from tests.faults.place import Bot
from tests.soak.crew import Crew
from tests.soak.kills import LATENCY
from tests.soak.verdict import Step, Verdict, unwatched
from tests.waiting import PATIENCE, until

CHATS = 70
BACKLOG = 2 * CHATS  #: messages that wait before each blow: more than a sender takes in hand
NAMES = ("first", "second")


async def takeovers(
    seed: int,
    size: int,
    *,
    lanes: int = 2,
    minutes: float = 60.0,
    life: str = "tests.soak.life:beside",
    step: Step = unwatched,
) -> Verdict:
    """`size` times the sending one of two processes is suspended or killed; `lanes` pairs at the same time.

    The suspended one wakes, its hands still full, when the other has sent everything.
    """
    end = time.monotonic() + 60 * minutes
    shares = [size // lanes + (lane < size % lanes) for lane in range(lanes)]
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(_pair(Random(f"{seed}/{lane}"), share, end, life, step))
            for lane, share in enumerate(shares)
            if share
        ]
    done = [lane.result() for lane in running]
    gaps = sorted(gap for pair in done for gap in pair.gaps)
    messages = sum(pair.messages for pair in done)
    return Verdict(
        scenario="takeovers",
        size=len(gaps),
        unit="takeovers",
        lost=sum(pair.lost for pair in done),
        duplicates=sum(pair.duplicates for pair in done),
        bound=AT_ONCE * len(gaps),
        note=f"{messages:,} messages; the other one sends after {median(gaps):.1f} s,"
        f" at most {gaps[-1]:.1f} s",
    )


class _Pair:
    """Two processes, and what came of them."""

    def __init__(self, crew: Crew, wire: Wire) -> None:
        self._crew = crew
        self._wire = wire
        self.bots: dict[str, Bot] = {}
        self.gaps: list[float] = []  #: seconds from the blow to the next message by the other
        self.lost = self.duplicates = self.messages = 0

    async def start(self, name: str) -> None:
        self.bots[name] = await self._crew.start(name)

    async def sending(self) -> str:
        """Which of the two has its hands full, or fuller than the other."""
        async with asyncio.timeout(PATIENCE):
            while True:
                _, _, _, held = await self._wire.call("XPENDING", f"{keys.OUTBOX}telegram", GROUP)
                hands = {self._name(worker): int(entries) for worker, entries in held or ()}
                hands.pop("", None)
                if hands:
                    return max(hands, key=lambda name: hands[name])
                await asyncio.sleep(0.01)

    async def led_by_another(self, victim: str) -> None:
        """Until somebody else has the lease."""
        async with asyncio.timeout(PATIENCE):
            while True:
                holder = self._name(await self._wire.call("GET", f"{keys.LEASE}send:telegram") or b"")
                if holder not in ("", victim):
                    return
                await asyncio.sleep(0.01)

    def _name(self, worker: bytes) -> str:
        """Whose worker this is; "": of a life that has ended."""
        begins = worker.partition(b"-")[0].decode()
        return next((name for name, bot in self.bots.items() if str(bot.pid) == begins), "")

    async def suspended(self, victim: str) -> None:
        """The one that sends stands still, and wakes when there is nothing left to send."""
        os.kill(self.bots[victim].pid, signal.SIGSTOP)
        await self._the_other(victim)
        await until(lambda: self._crew.outstanding() == 0)
        os.kill(self.bots[victim].pid, signal.SIGCONT)
        await self._crew.publish(1)

    async def killed(self, victim: str) -> None:
        """The one that sends is gone; another one starts in its place."""
        self.bots[victim].kill()
        await self._the_other(victim)
        await self.start(victim)

    async def _the_other(self, victim: str) -> None:
        began = time.monotonic()
        await self.led_by_another(victim)
        before = self._crew.ledger.read()
        await until(lambda: self._crew.ledger.read() > before or not self._crew.outstanding())
        self.gaps.append(time.monotonic() - began)

    async def close(self) -> None:
        """Enter the end."""
        self.lost = await self._crew.settled()
        self.messages = self._crew.ledger.read()
        self.duplicates = len(self._crew.ledger.repeated)


async def _pair(chance: Random, share: int, end: float, life: str, step: Step) -> _Pair:
    async with Crew(life, CHATS) as crew, wired(crew.outside.url, PATIENCE) as wire:
        crew.place.api.latency = LATENCY
        pair = _Pair(crew, wire)
        for name in NAMES:
            await pair.start(name)
        while len(pair.gaps) < share and time.monotonic() < end:
            while crew.outstanding() < BACKLOG:
                await crew.publish(1)
            before = crew.ledger.read()
            await crew.arrived(chance.choice((1, 3, 8)), before)
            victim = await pair.sending()
            await asyncio.sleep(chance.uniform(0.0, 0.06))
            blow = pair.suspended if len(pair.gaps) % 2 == 0 else pair.killed
            await blow(victim)
            step()
        await pair.close()
    return pair

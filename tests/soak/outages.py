"""The store stands still, is full, takes no writes, or ends, while there is work; then it is back."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from bot.store.connect import wired
from bot.store.wire import Field
from tests.faults.outside import OutsideStore
from tests.faults.place import Bot
from tests.soak.crew import Crew
from tests.soak.verdict import Step, Verdict, unwatched
from tests.waiting import PATIENCE, until

CHATS = 20
BACKLOG = 2 * CHATS
NOBODY = ("127.0.0.1", 1)  #: a primary that cannot be reached
PAUSE = 5000  #: milliseconds: longer than the workers wait for an answer

Turn = Callable[[OutsideStore], Awaitable[None]]


async def _freeze(store: OutsideStore) -> None:
    store.freeze()


async def _thaw(store: OutsideStore) -> None:
    store.thaw()


async def _fill(store: OutsideStore) -> None:
    await store.limit(1)


async def _empty(store: OutsideStore) -> None:
    await store.limit(0)


async def _end(store: OutsideStore) -> None:
    store.stop()


async def _begin(store: OutsideStore) -> None:
    store.start()


def _told(*command: Field) -> Turn:
    async def tell(store: OutsideStore) -> None:
        async with wired(store.url, PATIENCE) as wire:
            await wire.call(*command)

    return tell


#: What happens -> how it begins, how it ends.
OUTAGES: dict[str, tuple[Turn, Turn]] = {
    "stopped": (_freeze, _thaw),
    "paused": (_told("CLIENT", "PAUSE", PAUSE), _told("PING")),  # a question is answered when it is over
    "full": (_fill, _empty),
    "read-only": (_told("REPLICAOF", *NOBODY), _told("REPLICAOF", "NO", "ONE")),
    "restarted": (_end, _begin),
}


async def outages(seed: int, size: int, *, step: Step = unwatched) -> Verdict:
    """`size` outages of a store under load, of each kind in turn.

    After each of them sending goes on without anybody's help, and what was found during it arrives too.
    """
    chance = Random(seed)
    alarms: list[float] = []
    wrong: list[str] = []
    async with Crew("tests.soak.life:alone", CHATS) as crew:
        bot = await crew.start()
        for number in range(size):
            name = list(OUTAGES)[number % len(OUTAGES)]
            while crew.outstanding() < BACKLOG:
                crew.add_reports(1)
            await crew.arrived(chance.choice((1, 3, 10)), crew.ledger.read())
            alarms.append(await _outage(name, crew, bot))
            if not await crew.arrived(1, crew.ledger.read()):
                wrong.append(f"nothing is sent after the store was {name}")
            step()
        lost = await crew.settled()
        if not bot.alive():
            wrong.append("the process has ended")
        messages, duplicates = crew.ledger.read(), len(crew.ledger.repeated)
    return Verdict(
        scenario="store outages",
        size=size,
        unit="outages",
        lost=lost,
        duplicates=duplicates,
        bound=0,
        wrong=tuple(wrong),
        note=f"{messages:,} messages; noticed after {max(alarms):.1f} s at most (promised 60 s)",
    )


async def _outage(name: str, crew: Crew, bot: Bot) -> float:
    """One outage, with a new report in the middle; seconds until the sender had noticed it."""
    goes, comes = OUTAGES[name]
    await until(lambda: not _away(bot))
    known, began = len(_said(bot, "away")), time.monotonic()
    await goes(crew.outside)
    crew.add_reports(1)
    await until(lambda: len(_said(bot, "away")) > known)
    noticed = time.monotonic() - began
    await comes(crew.outside)
    await until(lambda: not _away(bot))
    return noticed


def _away(bot: Bot) -> bool:
    return len(_said(bot, "away")) > len(_said(bot, "back"))


def _said(bot: Bot, what: str) -> list[dict[str, Any]]:
    """When the sender's worker has said that the store is away, or back."""
    return [event for event in bot.said(f"delivery.store_{what}") if event["role"].startswith("send:")]

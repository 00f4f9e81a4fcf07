"""Workers die at any moment, or stand still and wake up, while they have work."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from random import Random
from statistics import median

from bot.delivery.worker import AT_ONCE
from tests.faults.place import Bot
from tests.soak.crew import Crew
from tests.soak.verdict import Step, Verdict, unwatched

LATENCY = 0.02  #: seconds between Telegram's taking a message and its saying so
CHATS = 40
BACKLOG = 2 * CHATS  #: messages that always wait
LONGEST_LIFE = 5.0  #: seconds; whoever has sent too little by then is killed all the same
MEAN_FROM = 100  #: kills from which on a mean says something
HURRY = 5.0  #: seconds from a start to its first delivery that are promised


async def kills(
    seed: int,
    size: int,
    *,
    lanes: int = 2,
    minutes: float = 60.0,
    life: str = "tests.soak.life:alone",
    step: Step = unwatched,
) -> Verdict:
    """`size` SIGKILLs of workers, `lanes` of them living at the same time, each on a store of its own.

    A life hands in reports, fans them out and sends them; it is killed somewhere between its start and its
    twelfth message, and the next one begins when it is gone.
    """
    end = time.monotonic() + 60 * minutes
    shares = [size // lanes + (lane < size % lanes) for lane in range(lanes)]
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(_lane(Random(f"{seed}/{lane}"), share, end, life, step))
            for lane, share in enumerate(shares)
            if share
        ]
    return _verdict("kills", [lane.result() for lane in running])


class Books:
    """What the lives of one lane have done."""

    def __init__(self) -> None:
        self.starts: list[int] = []  #: messages that had arrived when each life began
        self.firsts: list[float] = []  #: seconds from a start to its first message, of lives that got so far
        self.lost = 0
        self.repeated: Counter[int] = Counter()  #: life -> of its messages, those that arrived again
        self.messages = 0
        self.kills = 0

    def close(self, crew: Crew, lost: int) -> None:
        """Enter the end."""
        self.lost, self.messages = lost, crew.ledger.read()
        self.repeated = Counter(map(self._life_at, crew.ledger.repeated))

    def _life_at(self, message: int) -> int:
        return sum(start <= message for start in self.starts)


async def _lane(chance: Random, share: int, end: float, life: str, step: Step) -> Books:
    books = Books()
    async with Crew(life, CHATS) as crew:
        crew.place.api.latency = LATENCY
        while books.kills < share and time.monotonic() < end:
            while crew.outstanding() < BACKLOG:
                crew.add_reports(1)
            bot = await _begin(crew, books)
            await _some_moment(chance, crew, books)
            bot.kill()
            books.kills += 1
            step()
        crew.place.api.limits = False
        await _begin(crew, books)
        books.close(crew, await crew.settled())
    return books


async def _begin(crew: Crew, books: Books) -> Bot:
    books.starts.append(crew.ledger.read())
    return await crew.start()


async def _some_moment(chance: Random, crew: Crew, books: Books) -> None:
    """In the middle of starting, of the first message, or of any of the next ones."""
    began, before = time.monotonic(), books.starts[-1]
    wanted = chance.choice((0, 1, 1, 2, 3, 5, 12))
    if wanted and await crew.arrived(1, before, LONGEST_LIFE):
        books.firsts.append(time.monotonic() - began)
        await crew.arrived(wanted, before, LONGEST_LIFE)
    await asyncio.sleep(chance.uniform(0.0, 0.06))


def _verdict(scenario: str, lanes: list[Books]) -> Verdict:
    done = sum(books.kills for books in lanes)
    duplicates = sum(books.repeated.total() for books in lanes)
    worst = max((most for books in lanes for most in books.repeated.values()), default=0)
    firsts = sorted(first for books in lanes for first in books.firsts)
    wrong = []
    if worst > AT_ONCE:
        wrong.append(f"one kill repeated {worst}, more than {AT_ONCE}")
    if done >= MEAN_FROM and duplicates > done:
        wrong.append(f"{duplicates / done:.2f} repeated by a kill on average")
    first = (
        f"first message {median(firsts):.2f} s after a start, at most {firsts[-1]:.2f} s" if firsts else ""
    )
    messages = sum(books.messages for books in lanes)
    mean = duplicates / max(done, 1)
    return Verdict(
        scenario=scenario,
        size=done,
        unit="kills",
        lost=sum(books.lost for books in lanes),
        duplicates=duplicates,
        bound=AT_ONCE * done,
        wrong=tuple(wrong),
        note=f"{messages:,} messages; a kill repeats {mean:.2f} on average, {worst} at most;"
        f" {first} (promised {HURRY:.0f} s)",
    )

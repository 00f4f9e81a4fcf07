"""How things are timed: in turns, several rounds, the median."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Protocol

Work = Callable[[], Awaitable[float]]
"""One turn: does its job and returns seconds per unit of it. What it prepares before is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done: `rounds` that count, and the share of each area's usual amounts."""

    rounds: int = 5
    scale: float = 1.0

    def of(self, usual: int) -> int:
        """`usual`, scaled; at least one."""
        return max(1, round(usual * self.scale))


class Watch(Protocol):
    """Is told how far a measurement has come."""

    def expect(self, turns: int) -> None:
        """So many turns will follow."""
        ...

    def turn(self, what: str) -> None:
        """The turn of `what` begins."""
        ...


class Unwatched:
    """Nobody looks."""

    def expect(self, turns: int) -> None:
        """Nothing to show."""

    def turn(self, what: str) -> None:
        """Nothing to show."""


async def in_turns(works: Mapping[str, Work], size: Size, watch: Watch) -> dict[str, float]:
    """Seconds per unit of each work, the median of all rounds after one that only warms up.

    The works take turns, so that a busy neighbour on the machine disturbs all of them alike.
    """
    watch.expect((size.rounds + 1) * len(works))
    laps: dict[str, list[float]] = {name: [] for name in works}
    for number in range(size.rounds + 1):
        for name, work in works.items():
            watch.turn(name)
            gc.collect()
            lap = await work()
            if number:
                laps[name].append(lap)
    return {name: median(taken) for name, taken in laps.items()}


def repeated(times: int, job: Callable[[], object]) -> Work:
    """A work that does one job `times` times in a row; the job is the unit."""

    async def work() -> float:
        start = perf_counter()
        for _ in range(times):
            job()
        return (perf_counter() - start) / times

    return work

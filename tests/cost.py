"""How the work grows with its input: ratios of CPU time, which other programs on the machine do not spend."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

TIMES = 3  #: the least of so many is nobody else's doing
MARGIN = 4.0  #: caches and the allocator make the longer input a little dearer than its share
LEAST = 0.01  #: seconds of CPU that a measurement lasts at least, so that the clock's steps do not matter


def cpu_seconds(work: Callable[[], object]) -> float:
    """What one run costs: the cheapest of several measurements, each long enough for the clock."""
    runs = 1
    while (took := _measured(work, runs)) < LEAST and runs < 1_000_000:
        runs *= 4
    return min([took, *(_measured(work, runs) for _ in range(TIMES - 1))]) / runs


def growth(work: Callable[[int], Callable[[], object]], size: int, factor: int = 6) -> float:
    """How much dearer `factor` times the size is, in shares of `factor`: 1.0 is linear, `factor` quadratic.

    `work(size)` prepares and returns what is measured.
    """
    return cpu_seconds(work(size * factor)) / (cpu_seconds(work(size)) * factor)


def _measured(work: Callable[[], object], runs: int) -> float:
    start = process_time()
    for _ in range(runs):
        work()
    return process_time() - start

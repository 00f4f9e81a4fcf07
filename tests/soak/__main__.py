"""`python -m tests.soak [scenario ...]`: all of it, in full, with a progress bar and a table at the end."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from secrets import randbelow

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.soak.kills import kills
from tests.soak.outages import outages
from tests.soak.power import EverySecond, power_cuts
from tests.soak.storms import small_storms, storm
from tests.soak.takeovers import takeovers
from tests.soak.verdict import Measured, Step, Verdict, table

Scenario = Callable[[int, int, Step], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asks for."""

    seed: int
    scale: float
    minutes: float  #: after which no more workers are hurt

    @property
    def lanes(self) -> int:
        """Two for each core keep it busy; more would make the server answer late, which repeats more."""
        return 2 * (os.cpu_count() or 1)


def scenarios(options: Options) -> dict[str, tuple[int, Scenario]]:
    """Name -> the full size, and the function."""
    lanes, minutes = options.lanes, options.minutes
    many = partial(kills, lanes=lanes, minutes=minutes)
    pairs = partial(takeovers, lanes=lanes, minutes=minutes)
    return {
        "kills": (10_000, lambda seed, size, step: many(seed, size, step=step)),
        "takeovers": (500, lambda seed, size, step: pairs(seed, size, step=step)),
        "power": (250, lambda seed, size, step: power_cuts(seed, size, step=step)),
        "control": (25, lambda seed, size, step: power_cuts(seed, size, server=EverySecond, step=step)),
        "storm": (100_000, lambda seed, size, step: storm(seed, size, step=step)),
        "small": (10_000, lambda seed, size, step: small_storms(seed, size, step=step)),
        "outages": (100, lambda seed, size, step: outages(seed, size, step=step)),
    }


async def measure(names: Sequence[str], options: Options, console: Console) -> list[Measured]:
    """The scenarios one after the other."""
    measured = []
    known = scenarios(options)
    with Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        tasks = {}
        for name in names:
            size = max(1, round(known[name][0] * options.scale))
            tasks[name] = (size, progress.add_task(name, total=size, start=False))
        for name, (size, task) in tasks.items():
            progress.start_task(task)
            began = time.perf_counter()
            verdict = await known[name][1](options.seed, size, partial(progress.advance, task))
            measured.append(Measured(verdict=verdict, asked=size, seconds=time.perf_counter() - began))
            progress.stop_task(task)
    return measured


def main() -> int:
    """Read the command line and run; 1 when a scenario failed."""
    names = list(scenarios(Options(seed=0, scale=1.0, minutes=1.0)))
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Deaths, power cuts, refusals.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"one or more of {', '.join(names)}")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full sizes")
    parser.add_argument("--seed", type=int, default=None, help="repeat the choices of an earlier run")
    parser.add_argument("--minutes", type=float, default=30.0, help="the longest that workers are hurt")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.scenarios) - set(names))
    if unknown:
        parser.error(f"no scenario {', '.join(unknown)}; there are {', '.join(names)}")
    if chosen.scale <= 0 or chosen.minutes <= 0:
        parser.error("--scale and --minutes must be above zero")
    seed = randbelow(2**32) if chosen.seed is None else chosen.seed
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    console = Console()
    if not console.is_terminal:
        console = Console(width=110)
    options = Options(seed=seed, scale=chosen.scale, minutes=chosen.minutes)
    measured = asyncio.run(measure(list(dict.fromkeys(chosen.scenarios)) or names, options, console))
    console.print(table(measured))
    for each in measured:
        for line in each.lines():
            console.print(line)
    console.print(f"seed {seed}")
    return 0 if all(each.verdict.passed for each in measured) else 1


if __name__ == "__main__":
    sys.exit(main())

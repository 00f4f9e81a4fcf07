"""`xeberdar outbox list|replay`: what waits to be delivered, and what was given up."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.app import visit_store
from bot.clock import SystemClock
from bot.config import Config, load
from bot.delivery.replay import Replayed, replay
from bot.model import Trouble
from bot.store.protocols import DeadLetter

MOST_SHOWN = 10_000  # dead letters that are counted


def list_outbox(path: Path) -> int:
    """Two tables: entries that wait in each queue, and what was given up, by reason. 1 when there is any."""
    config = load(path)

    async def ask() -> tuple[dict[str, int], list[DeadLetter]]:
        async with visit_store(config) as store:
            return await store.outbox.depth(), await store.outbox.dead_letters(MOST_SHOWN)

    depth, dead = asyncio.run(ask())
    console = Console(highlight=False, markup=False)
    waiting = Table("queue", "waiting", box=None, header_style="bold")
    for name, entries in depth.items():
        if name != "dead":
            waiting.add_row(name, str(entries))
    console.print(waiting)
    if not dead:
        console.print("\nNothing was given up in the last 30 days.")
        return 0
    console.print(_reasons(dead))
    console.print("Mend the cause, then try them again: xeberdar outbox replay [--why REASON]")
    return 1


def _reasons(dead: list[DeadLetter]) -> Table:
    counts = Counter((letter.platform.value, letter.kind.value, letter.why) for letter in dead)
    last = {(one.platform.value, one.kind.value, one.why): one.at for one in reversed(dead)}
    table = Table("platform", "alert", "why", "given up", "last (UTC)", box=None, header_style="bold")
    for reason, count in counts.most_common():
        table.add_row(*reason, str(count), f"{last[reason]:%Y-%m-%d %H:%M}")
    return table


def replay_outbox(path: Path, reasons: list[str]) -> int:
    """Queue again what was given up. 2 when a reason is not one of ours."""
    known = {trouble.value for trouble in Trouble}
    unknown = [reason for reason in reasons if reason not in known]
    if unknown:
        sys.stderr.write(
            f"xeberdar: no such reason: {', '.join(unknown)}. There are: {', '.join(sorted(known))}\n"
        )
        return 2
    done = asyncio.run(_replay(load(path), reasons))
    print(f"{done.queued} queued again, {done.expired} expired, {done.left} left as they are")
    return 0


async def _replay(config: Config, reasons: list[str]) -> Replayed:
    columns = (SpinnerColumn(), TextColumn("{task.completed} looked at"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("replay", total=None)
        async with visit_store(config) as store:
            return await replay(
                store.outbox,
                store.archive,
                store.chats,
                SystemClock().now(),
                reasons=reasons,
                seen=lambda: progress.advance(task),
            )

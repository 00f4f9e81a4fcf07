"""`xeberdar sources list|test|export|import`: the feeds, from the operator's side."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.app import configured_sources, open_probe, visit_store
from bot.clock import SystemClock
from bot.config import load
from bot.desk.ports import Probe, Probed
from bot.desk.replies import SourcesImported
from bot.desk.sources import import_outlines
from bot.errors import FeedError, StoreError
from bot.feeds.opml import outlines, written
from bot.model import Source
from bot.store.protocols import SourceState


def list_sources(path: Path) -> int:
    """A table of what the store knows. 0 when every feed is well, 1 otherwise."""
    config = load(path)

    async def ask() -> list[SourceState]:
        async with visit_store(config) as store:
            return await store.sources.all()

    states = asyncio.run(ask())
    now = SystemClock().now()
    table = Table("key", "title", "state", "last success", "why", box=None, header_style="bold")
    for state in states:
        health = state.health
        word = "paused" if state.source.paused else "broken" if health.broken_since else "well"
        if not health.last_attempt and word == "well":
            word = "not asked yet"
        last = (
            f"{(now - health.last_success).total_seconds() / 60:.0f} min ago" if health.last_success else "-"
        )
        why = f"{health.trouble.value}: {health.detail}" if health.trouble else ""
        table.add_row(state.source.key, state.source.title, word, last, why)
    Console(highlight=False, markup=False).print(table)
    return 1 if any(state.health.broken_since for state in states) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One feed's answer."""

    source: Source
    found: Probed | FeedError


def test_sources(path: Path, keys: list[str]) -> int:
    """Ask feeds now. 0 when all of them work, 1 when one does not, 2 when a key is unknown."""
    config = load(path)
    sources = {source.key: source for source in configured_sources(config)}
    sources |= asyncio.run(_added_by_moderators(path))
    unknown = [key for key in keys if key not in sources]
    if unknown:
        sys.stderr.write(
            f"xeberdar: no such source: {', '.join(unknown)}. Known: {', '.join(sorted(sources))}\n"
        )
        return 2
    wanted = [sources[key] for key in keys or sorted(sources)]

    async def ask() -> list[Tested]:
        async with open_probe(config) as probe:
            return await _ask_all(wanted, probe)

    tested = asyncio.run(ask())
    table = Table("key", "answer", "entries", "newest", box=None, header_style="bold")
    for each in tested:
        table.add_row(each.source.key, *_described(each.found))
    Console(highlight=False, markup=False).print(table)
    return 1 if any(isinstance(each.found, FeedError) for each in tested) else 0


async def _added_by_moderators(path: Path) -> dict[str, Source]:
    """What only the store knows; without a store yet, nothing."""
    try:
        async with visit_store(load(path)) as store:
            return {state.source.key: state.source for state in await store.sources.all()}
    except StoreError:
        return {}


async def _ask_all(sources: list[Source], probe: Probe) -> list[Tested]:
    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(sources))

        async def one(source: Source) -> Tested:
            try:
                found: Probed | FeedError = await probe(source)
            except FeedError as error:
                found = error
            progress.update(task, advance=1, description=source.key)
            return Tested(source=source, found=found)

        return list(await asyncio.gather(*(one(source) for source in sources)))


def _described(found: Probed | FeedError) -> tuple[str, str, str]:
    if isinstance(found, FeedError):
        status = f" ({found.status})" if found.status else ""
        return f"{found.why.value}{status} {found.detail}".strip(), "-", ""
    newest = max((entry.published for entry in found.entries if entry.published), default=None)
    return "works", str(len(found.entries)), f"{newest:%Y-%m-%d %H:%M}" if newest else "no dates"


def export_sources(path: Path) -> int:
    """Every source as OPML on standard output, those of the configuration file included."""
    config = load(path)
    sources = {source.key: source for source in configured_sources(config)}
    sources |= asyncio.run(_added_by_moderators(path))
    sys.stdout.write(written([sources[key] for key in sorted(sources)]))
    return 0


def import_sources(path: Path, file: str) -> int:
    """Add the feeds of an OPML file, or of standard input, that work. 1 when one does not, 2 for no list."""
    config = load(path)
    try:
        document = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        listed = outlines(document)
    except OSError as error:
        sys.stderr.write(f"xeberdar: {file}: {error.strerror}\n")
        return 2
    except FeedError as error:
        sys.stderr.write(f"xeberdar: {file}: {error}\n")
        return 2

    async def add() -> SourcesImported:
        async with visit_store(config) as store, open_probe(config) as probe:
            return await import_outlines(listed, store.sources, probe, SystemClock().now())

    done = asyncio.run(add())
    for added in done.added:
        sys.stdout.write(f"added {added.key}: {added.title}\n")
    for refused in done.refused:
        why = f"{refused.trouble.value} {refused.detail}" if refused.trouble else refused.mistake.value
        sys.stderr.write(f"not added: {refused.typed}: {why.strip()}\n")
    if done.known:
        sys.stdout.write(f"sources already: {done.known}\n")
    if done.left:
        sys.stdout.write(f"left for the next time: {done.left}\n")
    return 1 if done.refused else 0

"""The filters that chats follow, with their packs, ready to be asked, and fresh before every use.

A process reads everything once and from then on only what changed: the store says it in the answer to "is
this still the newest version?". When a pack changes, the filters that include it, directly or through other
packs, are put together and filed anew, and no others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from bot.errors import BadFilter
from bot.filters.grammar import parse, parse_pack
from bot.filters.index import FilterIndex
from bot.filters.packs import expand, packs_of
from bot.filters.terms import PACK, Filter
from bot.store.protocols import Changes, FollowedFilters

log = structlog.get_logger("xeberdar.filters")


class FollowedIndex:
    """Asks the store for changes before each use: one small read, and no stale filter ever decides."""

    def __init__(self, followed: FollowedFilters) -> None:
        self._followed = followed
        self._filters = _Filters()
        self._version: int | None = None
        self._turn = asyncio.Lock()

    async def current(self) -> FilterIndex:
        """The index of what is followed now. Raises `StoreAway`."""
        async with self._turn:
            changes = None
            if self._version is not None:
                changes = await self._followed.changes(self._version)
            if changes is None:
                self._version = await self._read_everything()
                changes = await self._followed.changes(self._version)  # while everything was read
            if changes is not None:
                self._filters.take(changes)
                self._version = changes.version
        return self._filters.index

    async def _read_everything(self) -> int:
        """Begin anew; what was held before answers nothing any more. The version of what was read."""
        filters, version = _Filters(self._filters.unreadable), 0
        async for page in self._followed.everything():
            filters.take(page)
            version = page.version
        self._filters = filters
        return version


class _Filters:
    """An index and, of the filters that include packs, what is needed to put them together again."""

    def __init__(self, unreadable: Iterable[str] = ()) -> None:
        self.index = FilterIndex()
        self.unreadable = set(unreadable)  #: filters and packs that were told in the log
        self._packs: dict[str, Filter] = {}
        self._including: dict[str, Filter] = {}  # filter id -> the filter, its packs not put in

    def take(self, changes: Changes) -> None:
        """Apply changes: packs first, so that a filter and its pack may come together."""
        touched = self._around(changes.packs)
        for name, query in changes.packs.items():
            self._keep(name, query)
        touched |= self._around(changes.packs)
        for filter_id in self._including_any(touched) - changes.filters.keys():
            self.index.remove(filter_id)
            self._enter(filter_id, self._including[filter_id])
        for filter_id, query in changes.filters.items():
            if query is None:
                self.index.remove(filter_id)
                self._including.pop(filter_id, None)
                self.unreadable.discard(filter_id)
            else:
                self._enter(filter_id, query)

    def _keep(self, name: str, query: str | None) -> None:
        """A pack as it is now; its old text stands no longer, whatever is wrong with the new."""
        self._packs.pop(name, None)
        if query is None:
            return
        try:
            self._packs[name] = parse_pack(query)
        except BadFilter as problem:
            self._complain(f"{PACK}:{name}", problem)

    def _around(self, packs: Iterable[str]) -> set[str]:
        """These packs and all that include them, at any depth."""
        around, before = set(packs), -1
        while len(around) > before:
            before = len(around)
            around.update(name for name, pack in self._packs.items() if not around.isdisjoint(packs_of(pack)))
        return around

    def _including_any(self, packs: set[str]) -> set[str]:
        return {
            filter_id
            for filter_id, wanted in self._including.items()
            if packs and not packs.isdisjoint(packs_of(wanted))
        }

    def _enter(self, filter_id: str, wanted: Filter | str) -> None:
        """File a filter. One that cannot be read is told once, and stops no other."""
        try:
            if isinstance(wanted, str) and f"{PACK}:" in wanted:
                wanted = parse(wanted)
            if isinstance(wanted, Filter) and packs_of(wanted):
                self._including[filter_id] = wanted
                wanted = expand(wanted, self._packs)
            self.index.add(filter_id, wanted)
        except BadFilter as problem:
            # Written by another version, or a pack is gone; its chat still has it and can mend it.
            self._complain(filter_id, problem)
        else:
            self.unreadable.discard(filter_id)

    def _complain(self, what: str, problem: BadFilter) -> None:
        if what not in self.unreadable:
            self.unreadable.add(what)
            log.warning("filter.unreadable", mistake=problem.mistake.value)

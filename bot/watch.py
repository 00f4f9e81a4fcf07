"""The filters that chats follow, compiled, and fresh within a moment of every change."""

from __future__ import annotations

import asyncio

import structlog

from bot.errors import BadFilter
from bot.filters.grammar import Filter, parse
from bot.filters.index import FilterIndex
from bot.store.protocols import FollowedFilters

log = structlog.get_logger("xeberdar.filters")


class FollowedIndex:
    """Compares the store's version before each use: one small read, and no stale filter ever decides."""

    def __init__(self, followed: FollowedFilters) -> None:
        self._followed = followed
        self._index = FilterIndex()
        self._version: int | None = None
        self._compiled: dict[str, Filter] = {}
        self._loading = asyncio.Lock()

    async def current(self) -> FilterIndex:
        """The index of what is followed now. Raises `StoreAway`."""
        async with self._loading:
            version = await self._followed.version()
            if version != self._version:
                self._compile(await self._followed.all())
                self._version = version
        return self._index

    def _compile(self, queries: dict[str, str]) -> None:
        compiled = {}
        for filter_id, query in queries.items():
            known = self._compiled.get(filter_id)
            if known is None:
                try:
                    known = parse(query)
                except BadFilter as problem:
                    # written by an older grammar; its chat still has it and can mend it
                    log.warning("filter.unreadable", mistake=problem.mistake.value)
                    continue
            compiled[filter_id] = known
        self._compiled = compiled
        self._index.replace(compiled)

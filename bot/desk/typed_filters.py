"""Filters as people type them, checked against what only the catalogue knows."""

from __future__ import annotations

from bot.desk.ports import Ports
from bot.filters.grammar import Filter, parse


async def read_filter(ports: Ports, typed: str) -> Filter:
    """Parse, and make sure that every `source:` names a source we have.

    Raises:
        BadFilter: saying what is wrong, where, and what would work.
    """
    known = {state.source.key for state in await ports.store.sources.all()}
    return parse(typed, sources=known)

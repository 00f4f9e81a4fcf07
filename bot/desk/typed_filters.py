"""Filters as people type them, checked against what only the store knows: sources and packs."""

from __future__ import annotations

from bot.desk.ports import Ports
from bot.errors import BadFilter
from bot.filters.door import admit, admit_pack
from bot.filters.grammar import parse, parse_pack
from bot.filters.packs import expand
from bot.filters.terms import Filter

Packs = dict[str, Filter]


async def all_packs(ports: Ports) -> Packs:
    """Every pack by its name; one that an older grammar wrote, and ours cannot read, is left out."""
    packs: Packs = {}
    for name, query in (await ports.store.packs.all()).items():
        try:
            packs[name] = parse_pack(query)
        except BadFilter:
            continue
    return packs


async def read_filter(ports: Ports, typed: str) -> Filter:
    """A filter that is about to be saved: its sources and packs exist, and it makes sense.

    Raises:
        BadFilter: saying what is wrong, where, and what would work.
    """
    return admit(typed, sources=await _source_keys(ports), packs=await all_packs(ports))


async def read_pack(ports: Ports, name: str, typed: str) -> Filter:
    """A pack that is about to be saved. Raises `BadFilter`, also when it would include itself."""
    return admit_pack(name, typed, sources=await _source_keys(ports), packs=await all_packs(ports))


async def with_packs(ports: Ports, wanted: Filter) -> Filter:
    """The filter with its packs put in their place. Raises `BadFilter` when one is gone."""
    return expand(wanted, await all_packs(ports)) if wanted.query.find("pack:") >= 0 else wanted


async def read_saved(ports: Ports, query: str) -> Filter:
    """A filter as it was saved, ready to be asked. Raises `BadFilter`."""
    return await with_packs(ports, parse(query))


async def _source_keys(ports: Ports) -> set[str]:
    return {state.source.key for state in await ports.store.sources.all()}

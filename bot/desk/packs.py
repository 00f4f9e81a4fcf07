"""`/pack ...` for moderators: parts of filters that many chats share.

A change reaches every chat whose filters include the pack, so what it does is shown first (`test`), and again
when it is made (`set`). A pack that somebody includes cannot be removed: their filters would lose a part.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.look_back import both_tested, difference
from bot.desk.ports import Ports
from bot.desk.replies import (
    FilterRefused,
    Missing,
    PackCompared,
    PackLine,
    PackMistake,
    PackRefused,
    PackRemoved,
    PacksListed,
    Reply,
)
from bot.desk.requests import Verb
from bot.desk.sources import KEY
from bot.desk.typed_filters import all_packs, read_pack
from bot.errors import BadFilter
from bot.filters.grammar import parse
from bot.filters.names import nearest_of
from bot.filters.packs import expand, packs_of
from bot.filters.terms import Filter
from bot.language.letters import fold


async def moderate(ports: Ports, argument: str) -> Reply:
    """`/pack list|show|test|set|remove`."""
    action, _, rest = argument.partition(" ")
    name, _, query = rest.strip().partition(" ")
    name, query = name.lower(), query.strip()
    match fold(action):
        case "" | "list" | "siyahi":
            return await show(ports)
        case "show" | "remove" | "test" | "set" if not name:
            return Missing(verb=Verb.PACK)
        case "test" | "set" if not query:
            return Missing(verb=Verb.PACK)
        case "show":
            return await show(ports, name)
        case "remove":
            return await remove(ports, name)
        case "test":
            return await compare(ports, name, query, save=False)
        case "set":
            return await compare(ports, name, query, save=True)
        case _:
            return PackRefused(mistake=PackMistake.UNKNOWN_ACTION, typed=action)


async def show(ports: Ports, name: str | None = None) -> Reply:
    """Every pack, or one of them, with the number of filters that include it."""
    stored = await ports.store.packs.all()
    if name is not None and name not in stored:
        return _unknown(name, stored)
    included = await _included(ports)
    chosen = sorted(stored) if name is None else [name]
    return PacksListed(
        packs=tuple(PackLine(name=one, query=stored[one], included=included.get(one, 0)) for one in chosen)
    )


async def remove(ports: Ports, name: str) -> Reply:
    """Forget a pack that nobody includes."""
    stored = await ports.store.packs.all()
    if name not in stored:
        return _unknown(name, stored)
    packs = await all_packs(ports)
    inside = sum(name in packs_of(pack) for other, pack in packs.items() if other != name)
    included = (await _included(ports)).get(name, 0) + inside
    if included:
        return PackRefused(mistake=PackMistake.INCLUDED, typed=name, included=included)
    await ports.store.packs.remove(name)
    return PackRemoved(name=name, query=stored[name])


async def compare(ports: Ports, name: str, typed: str, *, save: bool) -> Reply:
    """What the pack would find of the last reports, beside what it finds now; and keep it when asked to."""
    if not KEY.fullmatch(name):
        return PackRefused(mistake=PackMistake.BAD_NAME, typed=name)
    try:
        wanted = await read_pack(ports, name, typed)
    except BadFilter as problem:
        return FilterRefused(verb=Verb.PACK, typed=typed, problem=problem)
    packs = await all_packs(ports)
    before = packs.get(name)
    after = expand(wanted, {**packs, name: wanted})
    old, new, looked_at = await both_tested(ports, expand(before, packs) if before else None, after)
    if save:
        await ports.store.packs.put(name, wanted.query, ports.clock.now())
    return PackCompared(
        name=name,
        before=before.query if before else None,
        after=wanted.query,
        saved=save,
        included=(await _included(ports)).get(name, 0),
        matched=len(new),
        looked_at=looked_at,
        difference=difference(old, new),
    )


async def _included(ports: Ports) -> dict[str, int]:
    """Pack -> followed filters that include it, directly or through another pack. Never whose they are."""
    packs = await all_packs(ports)
    counts: dict[str, int] = {}
    for query in (await ports.store.filters.all()).values():
        if "pack:" not in query:
            continue
        for name in _reached(parse(query), packs):
            counts[name] = counts.get(name, 0) + 1
    return counts


def _reached(wanted: Filter, packs: Mapping[str, Filter]) -> set[str]:
    """Every pack that a filter includes, directly or through others."""
    reached: set[str] = set()
    waiting = set(packs_of(wanted))
    while waiting:
        name = waiting.pop()
        reached.add(name)
        if name in packs:
            waiting |= packs_of(packs[name]) - reached
    return reached


def _unknown(name: str, stored: Mapping[str, str]) -> PackRefused:
    return PackRefused(mistake=PackMistake.UNKNOWN_PACK, typed=name, nearest=nearest_of(name, stored))

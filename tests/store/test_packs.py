"""Packs: kept sealed, and noted in the log of changes by the step that writes them."""

from __future__ import annotations

from bot.store.protocols import Store
from bot.store.wire import Wire
from tests.clock import START


async def test_a_pack_is_made_changed_and_removed(store: Store) -> None:
    """A name has one query, the last one put."""
    await store.packs.put("press", "jurnalist rights:yes", START)
    await store.packs.put("prison", "həbs rights:yes", START)
    await store.packs.put("press", "media rights:yes", START)
    assert {"press": "media rights:yes", "prison": "həbs rights:yes"} == await store.packs.all()
    assert "media rights:yes" == await store.packs.get("press")
    assert await store.packs.remove("press")
    assert not await store.packs.remove("press")
    assert await store.packs.get("press") is None
    assert {"prison": "həbs rights:yes"} == await store.packs.all()


async def test_a_change_of_a_pack_is_a_change_of_the_followed(store: Store) -> None:
    """Putting and removing are told with the name; putting the same again is no change."""
    await store.packs.put("prison", "həbs", START)
    before = await store.filters.version()
    await store.packs.put("press", "media", START)
    put = await store.filters.changes(before)
    assert put is not None
    assert ({"press": "media"}, {}) == (put.packs, put.filters)
    await store.packs.put("press", "media", START)
    assert put.version == await store.filters.version()
    await store.packs.remove("press")
    removed = await store.filters.changes(put.version)
    assert removed is not None
    assert {"press": None} == removed.packs


async def test_neither_name_nor_query_is_stored_in_the_clear(store: Store, wire: Wire) -> None:
    """Not in the hash, and not in the log of changes."""
    await store.packs.put("canaryname", "canaryquery", START)
    await store.packs.put("canaryname", "canaryother", START)
    everything = b"".join([await wire.call("DUMP", key) for key in await wire.call("KEYS", "*")])
    sealed = await wire.call("HGETALL", "x:packs")
    assert sealed[0] in everything  # so the search below can find something
    assert b"canary" not in everything + b"".join(sealed)

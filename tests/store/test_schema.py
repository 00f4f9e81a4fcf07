"""Which versions of the store are opened, and the failures that mean "not now"."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import StoreAway, StoreTooNew
from bot.model import Platform
from bot.store import keys
from bot.store.connect import holds_sealed_data, open_store
from bot.store.protocols import Store
from bot.store.schema import SCHEMA, ensure_schema
from bot.store.seal import Keyring
from bot.store.wire import Wire
from tests.clock import START


async def test_a_newer_store_is_refused(store: Store, store_url: str, keyring: Keyring, wire: Wire) -> None:
    """This program does not touch what it does not know."""
    await wire.call("SET", keys.SCHEMA, SCHEMA + 1)
    with pytest.raises(StoreTooNew, match="upgrade"):
        async with open_store(store_url, keyring):
            pass


async def test_an_older_store_is_migrated_step_by_step(store: Store, wire: Wire) -> None:
    """Every step between runs once, in order; the version is written after each."""
    await wire.call("SET", "x:offsets:old", 5)

    async def rename(wire: Wire) -> None:
        await wire.call("HSET", keys.OFFSETS, "telegram", await wire.call("GET", "x:offsets:old"))

    async def clean(wire: Wire) -> None:
        assert str(SCHEMA + 1).encode() == await wire.call("GET", keys.SCHEMA)
        await wire.call("DEL", "x:offsets:old")

    steps = {SCHEMA: rename, SCHEMA + 1: clean}
    await ensure_schema(wire, schema=SCHEMA + 2, migrations=steps)
    await ensure_schema(wire, schema=SCHEMA + 2, migrations=steps)
    assert str(SCHEMA + 2).encode() == await wire.call("GET", keys.SCHEMA)
    assert [b"telegram", b"5"] == await wire.call("HGETALL", keys.OFFSETS)


async def test_sealed_data_is_recognised_before_a_key_is_loaded(
    store: Store, store_url: str, wire: Wire
) -> None:
    """An empty store holds none, an opened one does."""
    assert await holds_sealed_data(store_url)
    await wire.call("FLUSHALL")
    assert not await holds_sealed_data(store_url)


async def test_a_full_store_is_away(store: Store, wire: Wire) -> None:
    """Out of memory is "not now", for commands and for scripts; nothing was written."""
    await wire.call("CONFIG", "SET", "maxmemory", 1)
    try:
        with pytest.raises(StoreAway):
            await store.outbox.lease("x", "y", timedelta(minutes=1))
        with pytest.raises(StoreAway):
            await store.people.set_offset(Platform.TELEGRAM, 1)
    finally:
        await wire.call("CONFIG", "SET", "maxmemory", 0)
    assert await store.people.get_offset(Platform.TELEGRAM) is None


async def test_scripts_are_sent_again_to_a_server_that_lost_them(store: Store, wire: Wire) -> None:
    """A restarted server knows no digests."""
    await wire.call("SCRIPT", "FLUSH")
    assert await store.outbox.lease("x", "y", timedelta(minutes=1))


async def test_streams_that_vanished_are_made_again(store: Store, wire: Wire) -> None:
    """An emptied store does not stop the workers."""
    await wire.call("FLUSHALL")
    assert [] == await store.outbox.take(Platform.WEB, "w", 1, timedelta(0))
    assert [] == await store.outbox.take(Platform.WEB, "w", 1, timedelta(0))
    assert 0 == await store.outbox.reclaim(START)

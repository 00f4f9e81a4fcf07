"""Builds the store out of its parts, on one connection pool."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.clock import Clock, SystemClock
from bot.errors import StoreError
from bot.store import keys
from bot.store.archive import RedisArchive
from bot.store.chats import RedisChats
from bot.store.erase import Eraser
from bot.store.filters import RedisFilters
from bot.store.inbox import RedisInbox
from bot.store.outbox import RedisOutbox
from bot.store.packs import RedisPacks
from bot.store.people import RedisPeople
from bot.store.protocols import Store
from bot.store.schema import ensure_key, ensure_schema
from bot.store.seal import Keyring
from bot.store.sources import RedisSources
from bot.store.wire import Wire, connect

OLDEST = (6, 2)  # XAUTOCLAIM, ZMSCORE, XTRIM MINID


@asynccontextmanager
async def open_store(
    url_or_socket: str | Path,
    keyring: Keyring,
    *,
    timeout: float = 2.0,  # noqa: ASYNC109 - the bound of each later call
    archive_days: int = 90,
    receipt_days: int = 7,
    clock: Clock | None = None,
    alone: bool = False,
) -> AsyncIterator[Store]:
    """The store at a redis://, rediss:// or unix:// address, or at the path of a socket.

    `timeout`: seconds until a silent server counts as away. `alone`: the server is our own and nobody else
    works on it, so what an earlier life held (leases, entries, sources) is taken over at once.
    Raises StoreAway, StoreTooNew, KeyMissing.
    """
    async with (
        wired(url_or_socket, timeout) as wire,
        store_on(
            wire,
            keyring,
            archive_days=archive_days,
            receipt_days=receipt_days,
            clock=clock,
            alone=alone,
        ) as store,
    ):
        yield store


@asynccontextmanager
async def store_on(
    wire: Wire,
    keyring: Keyring,
    *,
    archive_days: int = 90,
    receipt_days: int = 7,
    clock: Clock | None = None,
    alone: bool = False,
) -> AsyncIterator[Store]:
    """The same on a connection that somebody else has opened and will close."""
    clock = clock or SystemClock()
    archive, receipts = timedelta(days=archive_days), timedelta(days=receipt_days)
    await _ensure_server(wire)
    await ensure_schema(wire)
    await ensure_key(wire, keyring)
    eraser = Eraser(wire, clock)
    packs = RedisPacks(wire, keyring)
    filters = RedisFilters(wire, keyring, packs)
    outbox = RedisOutbox(wire, keyring, receipts)
    await outbox.prepare()
    if alone:
        await outbox.take_over(clock.now())
    await eraser.resume()

    async def ping() -> None:
        await wire.call("SET", keys.PULSE, 1, "PX", 1000)

    try:
        yield Store(
            sources=RedisSources(wire, archive),
            archive=RedisArchive(wire, archive),
            chats=RedisChats(wire, keyring, filters, receipts=receipts, erased=eraser.request),
            filters=filters,
            packs=packs,
            people=RedisPeople(wire, keyring),
            outbox=outbox,
            inbox=RedisInbox(wire, clock, receipts),
            ping=ping,
        )
    finally:
        await eraser.close()


@asynccontextmanager
async def wired(
    url_or_socket: str | Path,
    timeout: float = 2.0,  # noqa: ASYNC109 - the bound of each later call
) -> AsyncIterator[Wire]:
    """The bare connection, closed at the end."""
    client = connect(str(url_or_socket), timeout)
    try:
        yield Wire(client, timeout)
    finally:
        await client.aclose()


async def holds_sealed_data(
    url_or_socket: str | Path,
    *,
    timeout: float = 2.0,  # noqa: ASYNC109 - handed on
) -> bool:
    """Whether a master key was used on this store: asked before one is loaded or created."""
    async with wired(url_or_socket, timeout) as wire:
        return bool(await wire.call("EXISTS", keys.CHECK))


async def _ensure_server(wire: Wire) -> None:
    """Refuse a server that is too old for our commands."""
    info = (await wire.call("INFO", "server")).decode()
    facts = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    version = tuple(int(part) for part in facts["redis_version"].split(".")[:2])
    if version < OLDEST:
        raise StoreError(f"the store is Redis {facts['redis_version']}; it must be 6.2 or newer, or Valkey")

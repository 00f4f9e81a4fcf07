"""Which version of `keys` the store was written by, and how an older one becomes this one.

Every migration may be repeated: the version is written after it, so a crash in between runs it again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from bot.errors import KeyMissing, StoreAway, StoreTooNew
from bot.store import keys, scripts
from bot.store.seal import Keyring
from bot.store.wire import Wire

log = structlog.get_logger("xeberdar.store")

SCHEMA = 1
Migration = Callable[[Wire], Awaitable[None]]

#: from version -> what makes it the next one
MIGRATIONS: Mapping[int, Migration] = {}

CHECK = b"this master key opens the store"
TURN = timedelta(minutes=5)  # how long one process may take for a migration before another tries
WAIT = 60.0  # seconds another process waits for it
PAUSE = 0.1


async def ensure_schema(
    wire: Wire, *, schema: int = SCHEMA, migrations: Mapping[int, Migration] = MIGRATIONS
) -> None:
    """Bring the store to `schema`; one process at a time. StoreTooNew when it is newer than this program."""
    if await _version(wire, schema) == schema:
        return
    holder = secrets.token_hex(8)
    await _turn(wire, holder)
    try:
        while (version := await _version(wire, schema)) < schema:
            await migrations[version](wire)
            await wire.call("SET", keys.SCHEMA, version + 1)
            log.info("store.migrated", version=version + 1)
    finally:
        await wire.run(scripts.RELEASE, "schema", holder)


async def _version(wire: Wire, schema: int) -> int:
    """The store's version; an empty store is of this one."""
    await wire.call("SET", keys.SCHEMA, schema, "NX")
    version = int(await wire.call("GET", keys.SCHEMA))
    if version > schema:
        raise StoreTooNew(
            f"the store has version {version}, this program knows {schema}: upgrade the program"
        )
    return version


async def _turn(wire: Wire, holder: str) -> None:
    lifetime = round(TURN.total_seconds() * 1000)
    try:
        async with asyncio.timeout(WAIT):
            # Another process holds the lease: only the store can tell when it is done.
            while not await wire.run(scripts.LEASE, "schema", holder, lifetime):  # noqa: ASYNC110
                await asyncio.sleep(PAUSE)
    except TimeoutError:
        raise StoreAway("another process is still bringing the store up to date") from None


async def ensure_key(wire: Wire, keyring: Keyring) -> None:
    """KeyMissing unless this keyring sealed the store; an empty store is sealed with it."""
    await wire.call("SET", keys.CHECK, keyring.seal("", "check", CHECK), "NX")
    try:
        keyring.unseal("", "check", await wire.call("GET", keys.CHECK))
    except KeyMissing:
        raise KeyMissing(
            "the store was sealed with another master key: restore the file it belongs to"
        ) from None

"""What every test may ask for: a real store, emptied; a keyring; a clock that stands still.

store      the whole store, on an embedded Valkey that the test process runs once
server     that server; tests that stop or kill it start one of their own instead
keyring    keys derived from a fixed master key
clock      moves when the test says so
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.store.connect import open_store, wired
from bot.store.protocols import Store
from bot.store.seal import Keyring
from bot.store.server import EmbeddedServer, embedded_sync
from tests.clock import ManualClock
from tests.waiting import PATIENCE

# The same examples in every run, and no verdict about how fast the machine makes them.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The embedded server; one for each process of the test run."""
    with (
        tempfile.TemporaryDirectory(prefix="xeb-") as folder,
        embedded_sync(EmbeddedServer(Path(folder))) as running,
    ):
        yield running


@pytest.fixture
def store_url(server: EmbeddedServer) -> str:
    """Where the tests' store is; `tests/store` runs a second time against an external Redis."""
    return f"unix://{server.socket}"


@pytest.fixture
def keyring() -> Keyring:
    """Keys that are the same in every run."""
    return Keyring.from_master(bytes(range(32)))


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at 9:00 UTC on 2 March 2026 until it is moved."""
    return ManualClock()


@pytest.fixture
async def store(store_url: str, keyring: Keyring, clock: ManualClock) -> AsyncIterator[Store]:
    """An empty store."""
    async with wired(store_url) as wire:
        await wire.call("FLUSHALL")
    async with open_store(store_url, keyring, timeout=PATIENCE, clock=clock) as opened:
        yield opened

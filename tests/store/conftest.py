"""Everything here runs on the embedded server and, where `redis-server` is on the PATH, on that one too.

After each test no key may be left without a lifetime that `keys.py` does not call permanent, and none that
the page does not list.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.model import Address, Article, Language, Platform
from bot.store.connect import wired
from bot.store.keys import Lifetime, lifetime_of
from bot.store.server import EmbeddedServer, embedded_sync
from bot.store.wire import Wire
from tests.clock import START
from tests.waiting import PATIENCE

ArticleMaker = Callable[..., Article]


class PlainRedis(EmbeddedServer):
    """Debian's server, under the same launcher; it does not know Valkey's options."""

    OPTIONS = tuple(
        (name, value)
        for name, value in EmbeddedServer.OPTIONS
        if not name.startswith(("commandlog-", "crash-"))
    )


@pytest.fixture(scope="session")
def external_server() -> Iterator[EmbeddedServer]:
    """A Redis that we did not bring along."""
    found = shutil.which("redis-server")
    if found is None:
        pytest.skip("no redis-server on the PATH")
    with (
        tempfile.TemporaryDirectory(prefix="xeb-") as folder,
        embedded_sync(PlainRedis(Path(folder), executable=Path(found))) as running,
    ):
        yield running


@pytest.fixture(params=["embedded", pytest.param("external", marks=pytest.mark.external)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Where the tests' store is."""
    name = "server" if request.param == "embedded" else "external_server"
    running: EmbeddedServer = request.getfixturevalue(name)
    return f"unix://{running.socket}"


@pytest.fixture
async def wire(store_url: str) -> AsyncIterator[Wire]:
    """The bare connection, to look at what the store wrote."""
    async with wired(store_url, PATIENCE) as opened:
        yield opened


@pytest.fixture(autouse=True)
async def no_leaks(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Fail a test that leaves a key behind which nobody will ever remove."""
    if "store" not in request.fixturenames:
        yield
        return
    url: str = request.getfixturevalue("store_url")
    yield
    async with wired(url, PATIENCE) as looking:
        leaked = []
        for key in await looking.call("KEYS", "*"):
            lifetime = lifetime_of(key.decode())
            if lifetime is None or (
                lifetime is not Lifetime.PERMANENT and await looking.call("PTTL", key) < 0
            ):
                leaked.append(key.decode())
    assert [] == leaked


@pytest.fixture
def address() -> Address:
    """Somebody's private chat."""
    return Address(platform=Platform.TELEGRAM, chat="7000000001")


@pytest.fixture
def article() -> ArticleMaker:
    """Makes sample articles that differ in what a test says."""

    def make(name: str, **changes: object) -> Article:
        facts: dict[str, object] = {
            "id": name,
            "source": "sample",
            "outlet": "Sample",
            "url": f"https://sample.example/{name}",
            "title": f"Sample report {name}",
            "text": "This is a sample.",
            "lang": Language.EN,
            "published": START,
            "seen": START,
        }
        return Article(**(facts | changes))  # type: ignore[arg-type]

    return make

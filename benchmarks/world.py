"""A real store on the embedded server, with chats that follow one filter, for the areas that need one."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from benchmarks import texts
from bot.model import Address, Chat, Language, Platform, Subscription
from bot.store.connect import open_store, wired
from bot.store.protocols import Store
from bot.store.seal import Keyring
from bot.store.server import embedded
from bot.store.wire import Wire

QUERY = "işgəncə"
PATIENCE = 10.0  # seconds; a busy disk must not end a run


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The store, and the bare connection to the same server for what is measured beside it."""

    store: Store
    wire: Wire
    numbers: count[int] = field(default_factory=count)

    async def follow(self, chats: int) -> None:
        """Let so many chats follow the filter."""
        for number in range(chats):
            address = Address(platform=Platform.TELEGRAM, chat=str(number))
            await self.store.chats.update(address, _following)

    async def publish(self, *, tell: bool, query: str = QUERY) -> None:
        """One more report, which the filter wants."""
        number = next(self.numbers)
        article = replace(texts.article(Language.AZ, number % 7), id=f"sample-{number}")
        await self.store.archive.publish(
            article,
            entry_id=article.id,
            claims=[f"https://sample.example/{number}"],
            filters=[self.store.filters.id_of(query)],
            tell=tell,
            now=datetime.now(UTC),
        )


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """An empty one, with the server's real settings: every write is on the disk before its reply."""
    keyring = Keyring.from_master(secrets.token_bytes(32))
    with tempfile.TemporaryDirectory(prefix="xeb-") as folder:
        async with (
            embedded(Path(folder)) as socket,
            wired(socket, PATIENCE) as wire,
            open_store(socket, keyring, timeout=PATIENCE) as store,
        ):
            yield World(store=store, wire=wire)


def _following(chat: Chat) -> Chat:
    return replace(chat, subscriptions=(Subscription(number=1, query=QUERY),), next_number=2)

"""What chats without a platform of their own have been sent, and the bell that tells open pages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.errors import StoreAway
from bot.store import keys, scripts
from bot.store.protocols import InboxItem
from bot.store.wire import Wire

log = structlog.get_logger("xeberdar.store")

AGAIN = 0.5  # seconds between tries to hear the bell again


class RedisInbox:
    """`protocols.Inbox`."""

    def __init__(self, wire: Wire, clock: Clock, receipts: timedelta) -> None:
        self._wire = wire
        self._clock = clock
        self._keep = round(receipts.total_seconds() * 1000)

    async def put(self, chat: str, story: str) -> str:
        """Add a card and ring the bell; the item's id; empty when the chat is not held any more."""
        item: bytes = await self._wire.run(scripts.INBOX_PUT, chat, story, self._keep)
        return item.decode()

    async def touch(self, chat: str, item: str, story: str) -> None:
        """Say that a card changed and ring the bell."""
        await self._wire.call("PUBLISH", keys.BELL, json.dumps([chat, item, story]))

    async def items(self, chat: str, limit: int) -> list[InboxItem]:
        """The last cards, oldest first."""
        rows = await self._wire.call("XREVRANGE", keys.INBOX + chat, "+", "-", "COUNT", limit)
        return [InboxItem(id=item.decode(), story=fields[1].decode()) for item, fields in reversed(rows)]

    async def bells(self) -> AsyncIterator[tuple[str, InboxItem]]:
        """(chat key, item) as they ring, until the iterator is closed. Survives store outages.

        What rang during an outage is not repeated: whoever shows a page reads `items` again then.
        """
        away = False
        while True:
            try:
                async with self._wire.listening(keys.BELL) as heard:
                    if away:
                        log.info("store.bell_back")
                        away = False
                    async for data in heard:
                        chat, item, story = json.loads(data)
                        yield chat, InboxItem(id=item, story=story)
            except StoreAway:
                if not away:
                    log.warning("store.bell_away")
                    away = True
            await self._clock.sleep(AGAIN)

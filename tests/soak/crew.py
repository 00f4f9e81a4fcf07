"""Workers on one store, chats that follow everything, and the books about what arrived."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.store.connect import open_store
from bot.store.masterkey import load_or_create
from bot.store.seal import Keyring
from tests.clock import ManualClock
from tests.delivery.world import World
from tests.faults.outside import OutsideStore
from tests.faults.place import Bot, Place
from tests.soak import life
from tests.waiting import PATIENCE, until

FIRST_CHAT = 700_001
SETTLING = 300.0  #: seconds until what is still in a queue counts as stuck


class Ledger:
    """What arrived, in the order of its arrival: of each message the (report, chat) that it tells."""

    def __init__(self, sent: list[dict[str, Any]]) -> None:
        self._sent = sent
        self.messages: list[list[tuple[str, int]]] = []
        self.told: dict[tuple[str, int], int] = {}  #: -> the last message that told it
        self.repeated: list[int] = []  #: messages that were repeated, by another that tells something again

    def read(self) -> int:
        """Enter what arrived since the last look; how many messages there are in all."""
        for one in self._sent[len(self.messages) :]:
            pairs = [(title, int(one["chat_id"])) for title in life.titles_in(one["text"])]
            again = [self.told[pair] for pair in pairs if pair in self.told]
            self.repeated += again[:1]
            self.told |= dict.fromkeys(pairs, len(self.messages))
            self.messages.append(pairs)
        return len(self.messages)


class Crew:
    """A store of its own, a strict Telegram, and processes that run `life_name`."""

    def __init__(self, life_name: str, chats: int) -> None:
        self._life = life_name
        self.chats = range(FIRST_CHAT, FIRST_CHAT + chats)
        self.names: list[str] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Crew:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="xs-")))
        self.outside = self._stack.enter_context(OutsideStore())
        self.place = Place(folder, store_url=self.outside.url, life=self._life)
        await self._stack.enter_async_context(self.place)
        self.place.api.limits = True
        self.ledger = Ledger(self.place.api.sent)
        (folder / life.REPORTS).touch()
        master = load_or_create(folder / "key" / "master.key", create=True, sealed_data_exists=False)
        keyring = Keyring.from_master(master)
        self.store = await self._stack.enter_async_context(
            open_store(self.outside.url, keyring, timeout=PATIENCE)
        )
        await World(self.store, ManualClock()).follow(*map(str, self.chats))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def start(self, name: str = "bot") -> Bot:
        """A new process; it may be killed before it is ready."""
        return await self.place.start(name=name, ready=False)

    def add_reports(self, number: int) -> None:
        """New names on the list, for `life.alone` to find."""
        added = [str(len(self.names) + at) for at in range(number)]
        self.names += added
        with (self.place.folder / life.REPORTS).open("a") as file:
            file.write("".join(f"{name}\n" for name in added))

    async def publish(self, number: int) -> None:
        """New reports, published from here."""
        for _ in range(number):
            self.names.append(str(len(self.names)))
            await life.publish(self.store, self.names[-1], SystemClock())

    def outstanding(self) -> int:
        """Reports that chats have not been told yet, over all chats."""
        self.ledger.read()
        return len(self.names) * len(self.chats) - len(self.ledger.told)

    async def arrived(self, more: int, since: int, seconds: float = PATIENCE) -> bool:
        """Wait until `more` messages have arrived since there were `since`. False when they do not come."""
        try:
            await until(lambda: len(self.place.api.sent) >= since + more, seconds)
        except TimeoutError:
            return False
        return True

    async def settled(self) -> int:
        """Until every report is published and no queue holds anything; how many messages were lost.

        Somebody must be at work meanwhile.
        """
        limit = time.monotonic() + SETTLING
        while time.monotonic() < limit:
            new = await self.store.sources.unseen(life.SOURCE, self.names)
            depth = await self.store.outbox.depth()
            if not new and not any(held for queue, held in depth.items() if queue != "dead"):
                break
            await asyncio.sleep(0.05)
        return self.outstanding()

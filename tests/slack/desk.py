"""A small honest desk for tests: remembers what it was asked, does each update's effect once."""

from __future__ import annotations

import asyncio

from bot.desk.replies import Answer, Audience, Reply, Welcome
from bot.desk.requests import Request
from bot.errors import StoreAway
from bot.model import Address, Language, Settings


class RecordingDesk:
    """`effects` holds each update's text once; `away` calls find no store; all wait until `open` is set."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.effects: dict[str, str] = {}
        self.events: list[tuple[str, ...]] = []
        self.away = 0
        self.begun = 0
        self.open = asyncio.Event()
        self.open.set()
        self.poison = ""
        self.reply: Reply = Welcome(returning=False)

    async def answer(self, request: Request) -> Answer:
        await self._work()
        if self.poison and self.poison in request.text:
            raise RuntimeError(f"poisoned by {request.text}")
        self.requests.append(request)
        assert request.update is not None
        self.effects.setdefault(request.update, request.text)
        return Answer(reply=self.reply, settings=Settings(interface=request.hint), audience=Audience.PERSONAL)

    async def _work(self) -> None:
        self.begun += 1
        await self.open.wait()
        if self.away:
            self.away -= 1
            raise StoreAway("away")

    async def settings_of(self, address: Address, hint: Language) -> Settings:
        return Settings(interface=hint)

    async def left(self, address: Address) -> None:
        await self._work()
        self.events.append(("left", address.chat, address.kind.value))

    async def returned(self, address: Address) -> None:
        await self._work()
        self.events.append(("returned", address.chat, address.kind.value))

    async def moved(self, old: Address, new: Address) -> None:
        self.events.append(("moved", old.chat, new.chat))

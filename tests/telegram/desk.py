"""A small honest desk for tests: remembers what it was asked, does each update's effect once."""

from __future__ import annotations

from collections.abc import Callable

from bot.desk.replies import Answer, Audience, Reply, Welcome
from bot.desk.requests import Request
from bot.errors import StoreAway
from bot.model import Address, Language, Settings


class RecordingDesk:
    """`effects` holds each update's text once; `reply` and `audience` are what it answers."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.effects: dict[str, str] = {}
        self.events: list[tuple[str, ...]] = []
        self.away = 0  #: so many calls find the store away
        self.poison = ""  #: this text makes the desk fail
        self.reply: Reply = Welcome(returning=False)
        self.audience = Audience.PERSONAL
        self.on_effect: Callable[[], None] = lambda: None

    async def answer(self, request: Request) -> Answer:
        if self.away:
            self.away -= 1
            raise StoreAway("away")
        if self.poison and self.poison in request.text:
            raise RuntimeError(f"poisoned by {request.text}")
        self.requests.append(request)
        assert request.update is not None
        if request.update not in self.effects:
            self.effects[request.update] = request.text
        self.on_effect()
        return Answer(reply=self.reply, settings=Settings(interface=request.hint), audience=self.audience)

    async def settings_of(self, address: Address, hint: Language) -> Settings:
        return Settings(interface=hint)

    async def left(self, address: Address) -> None:
        self.events.append(("left", address.chat, address.kind.value))

    async def returned(self, address: Address) -> None:
        self.events.append(("returned", address.chat, address.kind.value))

    async def moved(self, old: Address, new: Address) -> None:
        self.events.append(("moved", old.chat, new.chat))

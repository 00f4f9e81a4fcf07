"""A front desk in memory: keeps what it was asked, offers the cards it was given, rings when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.desk.replies import Answer, Forgotten, LanguageSet, Reply, Subscribed, UnknownCommand
from bot.desk.requests import Request
from bot.errors import StoreAway
from bot.model import (
    Address,
    Alert,
    AlertKind,
    Article,
    Language,
    Settings,
    Story,
    Subscription,
    Topic,
    Versions,
)

WHEN = datetime(2026, 3, 2, 10, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """One card in a chat's inbox."""

    id: str
    story: str


def article(title: str = "Activist says he was beaten in custody", lang: Language = Language.EN) -> Article:
    """An article of the sample monitor."""
    return Article(
        id=f"a-{lang.value}",
        source="monitor",
        outlet="Sample Monitor",
        url=f"https://monitor.example/{lang.value}/1",
        title=title,
        text="His lawyer asked for a medical examination. The court will hear the case on Friday.",
        lang=lang,
        countries=("AZ",),
        human_rights=True,
        topics=(Topic.TORTURE_ILL_TREATMENT,),
        summary=("His lawyer asked for a medical examination.",),
        published=WHEN,
        seen=WHEN,
    )


def alert(*articles: Article, story: str = "s1", kind: AlertKind = AlertKind.NEW) -> Alert:
    """An alert about one story."""
    told = Story(id=story, articles=articles or (article(),))
    return Alert(kind=kind, story=told, settings=Settings())


class RecordingDesk:
    """`handlers.web.desk.WebDesk` without an engine behind it."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.codes: dict[str, str] = {}
        self.open: set[str] = set()
        self.away = False
        self._settings: dict[str, Settings] = {}
        self._cards: dict[str, dict[str, Alert]] = {}
        self._ears: list[asyncio.Queue[tuple[str, Item]]] = []

    # --- what a test does -----------------------------------------------------------------------

    async def deliver(self, chat: str, item: str, alert: Alert, *, ring: bool = True) -> None:
        """Put a card, or change it, and ring."""
        self._cards.setdefault(chat, {})[item] = alert
        for ear in self._ears if ring else ():
            await ear.put((f"key of {chat}", Item(item, alert.story.id)))

    @property
    def heard(self) -> bool:
        """Whether somebody listens to the bells."""
        return bool(self._ears)

    # --- what the page asks ---------------------------------------------------------------------

    async def answer(self, request: Request) -> Answer:
        self._there()
        self.requests.append(request)
        return Answer(reply=self._reply(request), settings=self._of(request.chat, request.hint))

    def _reply(self, request: Request) -> Reply:
        verb, _, rest = request.text.removeprefix("/").partition(" ")
        chat = request.chat.chat
        match verb:
            case "subscribe":
                return Subscribed(
                    subscription=Subscription(number=1, query=rest), already=False, follows=True
                )
            case "lang":
                settings = replace(self._of(request.chat, request.hint), interface=Language(rest))
                self._settings[chat] = settings
                return LanguageSet(versions=Versions.BOTH)
            case "forget":
                return Forgotten(held=bool(self._cards.pop(chat, None)))
            case _:
                return UnknownCommand(typed=verb, nearest=None)

    async def settings_of(self, address: Address, hint: Language) -> Settings:
        self._there()
        return self._of(address, hint)

    async def cards(self, address: Address, limit: int) -> list[tuple[str, Alert]]:
        self._there()
        settings = self._of(address, Language.EN)
        cards = self._cards.get(address.chat, {}).items()
        return [(item, replace(alert, settings=settings)) for item, alert in cards][-limit:]

    async def card(self, address: Address, item: str) -> Alert | None:
        return dict(await self.cards(address, 1_000)).get(item)

    async def bells(self) -> AsyncIterator[tuple[str, Item]]:
        ear: asyncio.Queue[tuple[str, Item]] = asyncio.Queue()
        self._ears.append(ear)
        try:
            while True:
                yield await ear.get()
        finally:
            self._ears.remove(ear)

    def key_of(self, address: Address) -> str:
        return f"key of {address.chat}"

    async def sign_in(self, code: str, now: datetime) -> str | None:
        self._there()
        session = self.codes.pop(code, None)
        if session is not None:
            self.open.add(session)
        return session

    async def session_open(self, session: str) -> bool:
        self._there()
        return session in self.open

    async def close_session(self, session: str) -> None:
        self._there()
        self.open.discard(session)

    def _of(self, address: Address, hint: Language) -> Settings:
        return self._settings.get(address.chat, Settings(interface=hint))

    def _there(self) -> None:
        if self.away:
            raise StoreAway

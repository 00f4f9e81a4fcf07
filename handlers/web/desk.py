"""What the web chat asks of the front desk; the engine's desk has this shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from bot.desk.replies import Answer
from bot.desk.requests import Request
from bot.model import Address, Alert, Language, Settings


class Bell(Protocol):
    """One card that arrived or changed: which one, never its text."""

    @property
    def id(self) -> str:
        """The item's id in the chat's inbox; also the receipt of the alert."""
        ...

    @property
    def story(self) -> str: ...


class Inbox(Protocol):
    """Where alerts for web chats are put; the store's inbox has this shape."""

    async def put(self, chat: str, story: str) -> str:
        """Add a card for the chat with this key and ring the bell; the item's id."""
        ...

    async def touch(self, chat: str, item: str, story: str) -> None:
        """Say that a card changed and ring the bell."""
        ...


class WebDesk(Protocol):
    """The front desk as the web chat sees it. Every coroutine may raise `bot.errors.StoreAway`."""

    async def answer(self, request: Request) -> Answer:
        """Do what was asked. The effect is in the store when this returns."""
        ...

    async def settings_of(self, address: Address, hint: Language) -> Settings:
        """What the chat has chosen, or what a new chat with this hint would start with."""
        ...

    async def cards(self, address: Address, limit: int) -> list[tuple[str, Alert]]:
        """(item id, alert) of the chat's last cards, oldest first; those whose story is gone are left out.

        An alert is as it should look now: its story has every version that is known.
        """
        ...

    async def card(self, address: Address, item: str) -> Alert | None:
        """One of them; None when it is gone."""
        ...

    def bells(self) -> AsyncIterator[tuple[str, Bell]]:
        """(chat key, item) of every web chat as they ring, until the iterator is closed."""
        ...

    def key_of(self, address: Address) -> str:
        """The keyed index under which `bells` names this chat; pure."""
        ...

    async def sign_in(self, code: str, now: datetime) -> str | None:
        """Redeem a code of `xeberdar web-login`: a new open session, or None when the code is not good."""
        ...

    async def session_open(self, session: str) -> bool:
        """Whether this session was opened by `sign_in` and is still open."""
        ...

    async def close_session(self, session: str) -> None:
        """Sign out."""
        ...

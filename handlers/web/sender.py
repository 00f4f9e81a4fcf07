"""Alerts for the web chat: a card is put into the chat's inbox, and the bell brings it to its open pages."""

from __future__ import annotations

from collections.abc import Callable

from bot.delivery.sender import Quota
from bot.errors import StoreAway
from bot.model import Address, Alert, Digest, Outcome, Platform, Sent, Trouble, TryLater
from handlers.web.desk import Inbox

#: Nobody else limits us here: this only keeps one chat from crowding out the others.
CALLS_PER_SECOND = 50


class WebSender:
    """The web's `bot.delivery.sender.Sender`. The receipt of an alert is its item in the inbox."""

    platform = Platform.WEB

    def __init__(self, inbox: Inbox, key_of: Callable[[Address], str]) -> None:
        self._inbox = inbox
        self._key_of = key_of

    def quotas(self, address: Address) -> tuple[Quota, ...]:
        return (Quota(key=f"web:{address.chat}", calls=CALLS_PER_SECOND, seconds=1.0),)

    async def send(self, alert: Alert, address: Address) -> Outcome:
        try:
            return Sent(receipt=await self._inbox.put(self._key_of(address), alert.story.id))
        except StoreAway:
            return TryLater(why=Trouble.NETWORK)

    def fitting(self, digest: Digest) -> int:
        """All of them: each becomes a card."""
        return len(digest.alerts)

    async def send_digest(self, digest: Digest, address: Address) -> Outcome:
        """A page shows cards, and disturbs nobody with them."""
        key = self._key_of(address)
        try:
            items = [await self._inbox.put(key, alert.story.id) for alert in digest.alerts]
        except StoreAway:
            return TryLater(why=Trouble.NETWORK)
        return Sent(receipt=items[-1], each=tuple(items))

    async def edit(self, alert: Alert, address: Address, receipt: str) -> Outcome:
        try:
            await self._inbox.touch(self._key_of(address), receipt, alert.story.id)
        except StoreAway:
            return TryLater(why=Trouble.NETWORK)
        return Sent(receipt=receipt)

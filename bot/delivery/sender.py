"""The seam to a platform: what the engine asks of it, and what it says about its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.model import Address, Alert, Digest, Outcome, Platform


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Quota:
    """At most `calls` in any sliding `seconds`, for everything that shares `key`.

    Keys live in memory only: they may hold identifiers.
    """

    key: str
    calls: int
    seconds: float


class Sender(Protocol):
    """Delivers alerts to the chats of one platform. Never raises: every answer is an `Outcome`."""

    @property
    def platform(self) -> Platform:
        """Which platform's outbox it serves."""
        ...

    def quotas(self, address: Address) -> tuple[Quota, ...]:
        """The limits a message to `address` counts against, the bot's own first."""
        ...

    async def send(self, alert: Alert, address: Address) -> Outcome:
        """Deliver as a new message."""
        ...

    def fitting(self, digest: Digest) -> int:
        """How many of its reports, from the first, one message holds; at least one. Pure."""
        ...

    async def send_digest(self, digest: Digest, address: Address) -> Outcome:
        """Deliver several reports as one new message, or, where there are cards, as a card each."""
        ...

    async def edit(self, alert: Alert, address: Address, receipt: str) -> Outcome:
        """Change the message that `receipt` names. `Sent` carries the receipt to keep."""
        ...

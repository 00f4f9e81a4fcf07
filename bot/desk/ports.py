"""What the desk is given to work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.clock import Clock
from bot.model import Entry, Source
from bot.store.protocols import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What a feed shows at this moment."""

    url: str  #: where the request ended
    title: str
    entries: tuple[Entry, ...]


class Probe(Protocol):
    """Asks one feed now, outside its schedule, under the same guard and limits as every poll."""

    async def __call__(self, source: Source) -> Probed:
        """Raises `FeedError`."""
        ...


class Documents(Protocol):
    """Fetches one document from the open internet, under the same guard and limits as every poll."""

    async def __call__(self, url: str) -> bytes:
        """Raises `FeedError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The outside world, as far as the desk knows it."""

    store: Store
    clock: Clock
    probe: Probe
    documents: Documents
    zone: str  #: of a chat that has not said otherwise
    receipt_days: int
    most_subscriptions: int = 50  #: in one chat
    most_tested: int = 400  #: reports that `/filter test` looks at
    most_searched: int = 5000  #: reports that `/subscribe` looks through for the newest match

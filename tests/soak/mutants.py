"""Defects that each scenario must see: the same lives, with one part done the wrong way round.

They exist here alone. A scenario that passes with one of them proves nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from bot.delivery.retry import Later
from bot.delivery.worker import DeliveryWorker
from bot.model import Article, Platform
from bot.store import keys
from bot.store.protocols import Archive, Delivery, Outbox, Published, Store
from bot.store.wire import Wire
from tests.soak.life import ALONE, BESIDE, run


class AcknowledgesFirst:
    """The outbox, but that whoever takes a delivery has acknowledged it."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)

    async def take(self, platform: Platform, worker: str, limit: int, block: timedelta) -> list[Delivery]:
        batch = await self._outbox.take(platform, worker, limit, block)
        for delivery in batch:
            await self._outbox.drop(worker, delivery)
        return batch


class MarksSeenFirst:
    """The archive, but that a report is seen in one step and told in another one, a moment later."""

    def __init__(self, archive: Archive, wire: Wire) -> None:
        self._archive = archive
        self._wire = wire

    def __getattr__(self, name: str) -> Any:
        return getattr(self._archive, name)

    async def publish(
        self, article: Article, *, tell: bool, filters: Sequence[str], **rest: Any
    ) -> Published:
        published = await self._archive.publish(article, tell=False, filters=filters, **rest)
        await asyncio.sleep(0.3)
        fields = ("story", published.story, "article", article.id, "filters", json.dumps(list(filters)))
        await self._wire.call("XADD", keys.FANOUT, "*", *fields)
        return published


class HoldsNoLease(DeliveryWorker):
    """The sender's worker, but that it never asks whether it may."""

    def _leads(self) -> bool:
        return True


class ForgetsPauses(DeliveryWorker):
    """The sender's worker, but that a refused message alone waits, and not its chat."""

    def _hold(self, delivery: Delivery, later: Later) -> None:
        pass


def _acknowledging(store: Store, wire: Wire) -> Store:
    return replace(store, outbox=cast(Outbox, AcknowledgesFirst(store.outbox)))


def _seeing(store: Store, wire: Wire) -> Store:
    return replace(store, archive=cast(Archive, MarksSeenFirst(store.archive, wire)))


def acknowledge_first(path: Path) -> int:
    """A life that acknowledges before it sends."""
    return run(path, replace(ALONE, changed=_acknowledging))


def seen_first(path: Path) -> int:
    """A life that marks as seen before it enqueues."""
    return run(path, replace(ALONE, changed=_seeing))


def no_lease(path: Path) -> int:
    """A life beside others that sends whoever holds the lease."""
    return run(path, replace(BESIDE, worker=HoldsNoLease))

"""Work that one process does at a time: as long as it holds a lease in the store."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.errors import StoreAway
from bot.store.protocols import Outbox

log = structlog.get_logger("xeberdar.leading")

LIFETIME = timedelta(seconds=4)  #: so soon another process takes over from one that died
RENEW = 1.0  #: seconds


async def while_leading(
    outbox: Outbox, lease: str, holder: str, clock: Clock, work: Callable[[], Awaitable[None]]
) -> None:
    """Do `work` whenever the lease is ours, and stop it when it is not; until cancelled or `work` fails.

    While the store is away the lease is ours until it would have run out: nobody else can take it either.
    """
    task: asyncio.Future[None] | None = None
    until = float("-inf")
    try:
        while True:
            asked = clock.monotonic()
            with contextlib.suppress(StoreAway):
                held = await outbox.lease(lease, holder, LIFETIME)
                until = asked + LIFETIME.total_seconds() if held else float("-inf")
            leads = clock.monotonic() < until
            if leads and task is None:
                log.info("leading.began", lease=lease)
                task = asyncio.ensure_future(work())
            elif not leads and task is not None:
                log.info("leading.ended", lease=lease)
                await _stopped(task)
                task = None
            pause = asyncio.ensure_future(clock.sleep(RENEW))
            await asyncio.wait({pause, *([task] if task else [])}, return_when=asyncio.FIRST_COMPLETED)
            pause.cancel()
            if task is not None and task.done():
                return await task
    finally:
        if task is not None and not task.done():
            await _stopped(task)
        with contextlib.suppress(StoreAway):
            await outbox.release(lease, holder)


async def _stopped(task: asyncio.Future[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task

"""From the outbox to the receipt with a platform that says yes at once: what the engine itself can do.

Every message is looked up, unsealed, rendered to an alert, marked as on its way, sent and recorded with its
sealed receipt, each write on the disk before the next step. Beside it a bare consumer of a stream on the same
server, and the pace that Telegram allows a bot: about 30 messages a second
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
"""

from __future__ import annotations

import asyncio
from random import Random
from time import perf_counter

from benchmarks.measure import Size, Watch, in_turns
from benchmarks.report import Against, Finding, Row, times
from benchmarks.world import World, world
from bot.alerts import holding
from bot.alerts.alert import alert_for
from bot.clock import SystemClock
from bot.delivery.fanout import FanoutWorker
from bot.delivery.sender import Quota
from bot.delivery.worker import WINDOW, DeliveryWorker
from bot.model import Address, Alert, Digest, Outcome, Platform, Sent

TELEGRAM = 1 / 30  # seconds a message


class InstantSender:
    """Says yes to everything at once, and counts."""

    platform = Platform.TELEGRAM

    def __init__(self) -> None:
        self.sent = 0

    def quotas(self, address: Address) -> tuple[Quota, ...]:
        """None: the engine's own pace is what is measured."""
        return ()

    async def send(self, alert: Alert, address: Address) -> Outcome:
        """Yes."""
        self.sent += 1
        return Sent(receipt=str(self.sent))

    def fitting(self, digest: Digest) -> int:
        """As many as there are."""
        return len(digest.alerts)

    async def send_digest(self, digest: Digest, address: Address) -> Outcome:
        """As a message."""
        return await self.send(digest.alerts[0], address)

    async def edit(self, alert: Alert, address: Address, receipt: str) -> Outcome:
        """Yes."""
        return Sent(receipt=receipt)


async def run(size: Size, watch: Watch) -> Finding:
    """One report for many chats, by the real worker."""
    chats = size.of(300)
    async with world() as here:
        await here.follow(chats)
        await here.wire.call("XGROUP", "CREATE", "plain", "readers", "0", "MKSTREAM")

        async def delivering() -> float:
            return await _deliver(here, chats)

        async def consuming() -> float:
            return await _consume(here, chats)

        took = await in_turns({"ours": delivering, "plain": consuming}, size, watch)
    ours = took["ours"]
    return Finding(
        title=f"the engine delivers {1 / ours:,.0f} messages a second, each with its receipt on the disk:"
        f" {times(TELEGRAM, ours)} what Telegram takes",
        unit="message",
        rows=(
            Row(
                what="outbox to receipt",
                ours=ours,
                other="Telegram's 30 messages a second",
                theirs=TELEGRAM,
                against=Against.LIMIT,
            ),
            Row(
                what="outbox to receipt",
                ours=ours,
                other="bare stream: read, acknowledge, delete",
                theirs=took["plain"],
                against=Against.LIMIT,
            ),
        ),
    )


async def _deliver(here: World, chats: int) -> float:
    clock, sender, outbox = SystemClock(), InstantSender(), here.store.outbox
    await here.publish(tell=True)
    await FanoutWorker(outbox=outbox, clock=clock, name="fan").drain()
    worker = DeliveryWorker(
        sender=sender,
        outbox=outbox,
        chats=here.store.chats,
        archive=here.store.archive,
        alert_for=alert_for,
        holding=holding,
        clock=clock,
        rng=Random(1),
        name="benchmark",
    )
    start = perf_counter()
    await worker.drain()
    took = perf_counter() - start
    if sender.sent != chats:
        raise RuntimeError(f"{sender.sent} messages for {chats} chats")
    return took / chats


async def _consume(here: World, entries: int) -> float:
    """What any consumer that loses nothing does with the same number of entries, as many at the same time."""
    wire = here.wire
    await wire.many([["XADD", "plain", "*", "chat", str(at)] for at in range(entries)])

    async def settle(entry: bytes) -> None:
        await wire.call("XACK", "plain", "readers", entry)
        await wire.call("XDEL", "plain", entry)

    start = perf_counter()
    reading: list[str | int] = [
        "XREADGROUP",
        "GROUP",
        "readers",
        "one",
        "COUNT",
        WINDOW,
        "STREAMS",
        "plain",
        ">",
    ]
    while reply := await wire.call(*reading):
        await asyncio.gather(*(settle(entry) for entry, _ in reply[0][1]))
    return (perf_counter() - start) / entries

"""How much of a platform's quota reaches chats: a strict limiter, a jittery line, and a mixed load.

The platform counts as Telegram says it does (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this):
30 messages in any second, one a second in a chat, 20 in any minute in a group; whatever is beyond that is
refused and lost for its sender. A request and its answer each take 5 to 30 ms. One chat in ten is a group
that is told four reports, the others are told one. Ours is the whole way from the outbox to the receipt;
beside it python-telegram-bot's `AIORateLimiter` with its defaults, around the bare request.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from time import monotonic

from telegram.ext import AIORateLimiter

from benchmarks.measure import Size, Watch
from benchmarks.report import Against, Finding, Row
from benchmarks.world import QUERY, World, world
from bot.alerts import holding
from bot.alerts.alert import alert_for
from bot.clock import SystemClock
from bot.delivery.fanout import FanoutWorker
from bot.delivery.sender import Quota
from bot.delivery.worker import DeliveryWorker
from bot.model import (
    Address,
    Alert,
    Chat,
    ChatKind,
    Digest,
    Outcome,
    Platform,
    Scope,
    Sent,
    Subscription,
    Trouble,
    TryLater,
)

PER_SECOND = 30
GROUP_SHARE = 10  # one chat in so many is a group
OTHER = "məhbus"  # what groups follow beside the common filter
REPORTS = 4  # for a group
SECONDS = 20


class StrictPlatform:
    """Takes what its limits allow, and refuses the rest; each way takes 5 to 30 ms."""

    platform = Platform.TELEGRAM

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._seen: dict[str, deque[float]] = {}
        self.accepted: list[float] = []
        self.refused = 0
        self.begun = asyncio.Event()

    def quotas(self, address: Address) -> tuple[Quota, ...]:
        """What Telegram's sender says too."""
        limits = [
            Quota(key="bot", calls=PER_SECOND, seconds=1.0),
            Quota(key=f"chat:{address.chat}", calls=1, seconds=1.0),
        ]
        if address.kind is not ChatKind.PRIVATE:
            limits.append(Quota(key=f"group:{address.chat}", calls=20, seconds=60.0))
        return tuple(limits)

    async def send(self, alert: Alert | None, address: Address) -> Outcome:
        """Taken, or too much."""
        await self._travel()
        taken = self._takes(address)
        await self._travel()
        if taken:
            return Sent(receipt=str(len(self.accepted)))
        return TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=1), scope=Scope.BOT)

    def fitting(self, digest: Digest) -> int:
        """As many as there are."""
        return len(digest.alerts)

    async def send_digest(self, digest: Digest, address: Address) -> Outcome:
        """As a message."""
        return await self.send(None, address)

    async def edit(self, alert: Alert, address: Address, receipt: str) -> Outcome:
        """As a message."""
        return await self.send(alert, address)

    def _takes(self, address: Address) -> bool:
        now = monotonic()
        windows = []
        for quota in self.quotas(address):
            window = self._seen.setdefault(quota.key, deque())
            while window and window[0] <= now - quota.seconds:
                window.popleft()
            if len(window) >= quota.calls:
                self.refused += 1
                return False
            windows.append(window)
        for window in windows:
            window.append(now)
        self.accepted.append(now)
        self.begun.set()
        return True

    async def _travel(self) -> None:
        await asyncio.sleep(self._rng.uniform(0.005, 0.03))

    def seconds_each(self, span: float) -> float:
        """Seconds for one accepted message, in the `span` that begins with the first."""
        end = self.accepted[0] + span
        return span / sum(at < end for at in self.accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """Chats, and how many reports each is told: enough for every second of `span`."""

    span: float

    def chats(self) -> list[tuple[Address, int]]:
        units = round(self.span * PER_SECOND * 1.2 / (GROUP_SHARE - 1 + REPORTS)) + 1
        return [
            (_address(number), REPORTS if number % GROUP_SHARE == 0 else 1)
            for number in range(units * GROUP_SHARE)
        ]


def _address(number: int) -> Address:
    if number % GROUP_SHARE == 0:
        return Address(platform=Platform.TELEGRAM, chat=f"-{number + 1}", kind=ChatKind.GROUP)
    return Address(platform=Platform.TELEGRAM, chat=str(number))


async def run(size: Size, watch: Watch) -> Finding:
    """Each contender once, for the same time: a rate needs no median."""
    span = float(size.of(SECONDS))
    watch.expect(2)
    watch.turn("ours")
    ours = await _engine(_Load(span=span))
    watch.turn("AIORateLimiter")
    stock = await _stock(_Load(span=span))
    each, theirs = ours.seconds_each(span), stock.seconds_each(span)
    share = 1 / each / PER_SECOND
    return Finding(
        title=f"{share:.1%} of Telegram's quota reaches chats; {_times(ours.refused)} refused",
        unit="message",
        rows=(
            Row(
                what="mixed load",
                ours=each,
                other=f"{PER_SECOND} messages a second",
                theirs=1 / PER_SECOND,
                against=Against.LIMIT,
            ),
            Row(what="mixed load", ours=each, other="AIORateLimiter", theirs=theirs),
        ),
        note=f"{span:.0f} s each; AIORateLimiter was refused, and lost, {_times(stock.refused)}",
    )


def _times(refused: int) -> str:
    return "1 message" if refused == 1 else f"{refused or 'no'} messages"


async def _engine(load: _Load) -> StrictPlatform:
    """Our own, from the outbox to the receipt on the disk."""
    platform = StrictPlatform(1)
    async with world() as here:
        await _fill(here, load)
        worker = DeliveryWorker(
            sender=platform,
            outbox=here.store.outbox,
            chats=here.store.chats,
            archive=here.store.archive,
            alert_for=alert_for,
            holding=holding,
            clock=SystemClock(),
            rng=Random(3),
            name="pacing",
        )
        await _for_a_while(platform, worker.run(), load.span)
    return platform


async def _fill(here: World, load: _Load) -> None:
    """Everybody follows the filter of the first report; groups that of three more too."""
    for address, reports in load.chats():
        queries = (QUERY,) if reports == 1 else (QUERY, OTHER)
        await here.store.chats.update(address, partial(_following, queries))
    await here.publish(tell=True)
    for _ in range(REPORTS - 1):
        await here.publish(tell=True, query=OTHER)
    fanout = FanoutWorker(outbox=here.store.outbox, clock=SystemClock(), name="pacing")
    await fanout.drain()


def _following(queries: tuple[str, ...], chat: Chat) -> Chat:
    wants = tuple(Subscription(number=number, query=query) for number, query in enumerate(queries, 1))
    return replace(chat, subscriptions=wants, next_number=len(wants) + 1)


async def _stock(load: _Load) -> StrictPlatform:
    """The rate limiter that python-telegram-bot brings; every message waits in it at once."""
    platform, limiter = StrictPlatform(1), AIORateLimiter()
    await limiter.initialize()

    async def tell(address: Address) -> None:
        async def send() -> bool:
            await platform.send(None, address)
            return True

        data = {"chat_id": int(address.chat)}
        await limiter.process_request(send, (), {}, "sendMessage", data, None)

    async def everything() -> None:
        jobs = [tell(address) for address, reports in load.chats() for _ in range(reports)]
        Random(2).shuffle(jobs)
        await asyncio.gather(*jobs)

    await _for_a_while(platform, everything(), load.span)
    return platform


async def _for_a_while(platform: StrictPlatform, work: Awaitable[None], span: float) -> None:
    """Let `work` go on until `span` has passed since the first message was taken."""
    task = asyncio.ensure_future(work)
    await platform.begun.wait()
    await asyncio.wait({task}, timeout=span)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

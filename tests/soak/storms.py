"""Telegram refuses at random and says until when: nobody is asked before that, and everybody is told once."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import aiohttp

from bot.delivery.fanout import FanoutWorker
from bot.delivery.worker import DeliveryWorker
from bot.model import Address, Outcome, Scope, Trouble, TryLater
from bot.store.connect import open_store, wired
from bot.store.protocols import Store
from bot.store.seal import Keyring
from tests.clock import ManualClock
from tests.delivery.world import RecordingSender, World
from tests.faults.outside import OutsideStore
from tests.platforms.bot_api import BotApi, Refusal
from tests.soak import life
from tests.soak.crew import FIRST_CHAT, Ledger
from tests.soak.verdict import Step, Verdict, unwatched
from tests.waiting import PATIENCE, until

REPORTS = 3  #: for each chat; more at once would become one message
REFUSED = 0.05  #: of the requests
WISHES = (1, 1, 3, 5, 30)  #: seconds
HURRY = 20  #: seconds of the program's time in one of ours
#: A lease and a heartbeat must outlast what a busy machine does to so hurried a clock.
PARTS = life.Parts(alone=True, lifetime=timedelta(hours=1))
STALLED = 300.0  #: seconds without a message after which no more are waited for


class HurriedClock:
    """The machine's clock, so many times as fast, for both sides of a conversation."""

    def __init__(self, times: int) -> None:
        self._times = times
        self._began = datetime.now(UTC)
        self._zero = time.monotonic()

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._zero) * self._times

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._times)


class Moods:
    """A server that refuses now and then, and remembers until when it said that it would."""

    def __init__(self, chance: Random, clock: HurriedClock) -> None:
        self._chance = chance
        self._clock = clock
        self._closed: dict[int, float] = {}
        self.refused = 0
        self.inside = 0  #: requests for a chat during its pause

    def __call__(self, chat: int, text: str) -> Refusal | None:
        now = self._clock.monotonic()
        self.inside += now < self._closed.get(chat, now)
        if self._chance.random() >= REFUSED:
            return None
        wish = self._chance.choice(WISHES)
        self._closed[chat] = now + wish
        self.refused += 1
        return Refusal(429, f"Too Many Requests: retry after {wish}", retry_after=wish)


async def storm(
    seed: int, size: int, *, sending: type[DeliveryWorker] = DeliveryWorker, step: Step = unwatched
) -> Verdict:
    """`size` messages by Telegram's own sender to a server that refuses at random, its limits in force.

    Both sides live by a hurried clock: what takes the server a minute takes us three seconds.
    """
    chats = max(1, size // REPORTS)
    clock = HurriedClock(HURRY)
    moods = Moods(Random(seed), clock)
    async with AsyncExitStack() as stack:
        outside = stack.enter_context(OutsideStore())
        keyring = Keyring.from_master(Random(seed).randbytes(32))
        store = await stack.enter_async_context(open_store(outside.url, keyring, timeout=PATIENCE))
        api = await stack.enter_async_context(BotApi(limits=True, time=clock.monotonic, bar=moods))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await World(store, ManualClock()).follow(*map(str, range(FIRST_CHAT, FIRST_CHAT + chats)))
        for report in range(REPORTS):
            await life.publish(store, str(report), clock)
        await FanoutWorker(outbox=store.outbox, clock=clock, name="fan").drain()
        parts = replace(PARTS, worker=sending)
        worker = life.worker(life.sender(api.url, api.token, session), store, clock, parts, "send")
        ledger = Ledger(api.sent)
        task = asyncio.create_task(worker.run())
        await _all_arrived(ledger, REPORTS * chats, step)
        await _emptied(store)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        ledger.read()
    requests = sum(method == "sendMessage" for method, _ in api.calls)
    over = requests - moods.refused - len(api.sent)
    wrong = {"requests inside an announced pause": moods.inside, "beyond the server's limits": over}
    return Verdict(
        scenario="storm",
        size=REPORTS * chats,
        unit="messages",
        lost=REPORTS * chats - len(ledger.told),
        duplicates=len(ledger.repeated),
        bound=0,
        wrong=tuple(f"{number} {what}" for what, number in wrong.items() if number),
        note=f"{requests:,} requests, {moods.refused:,} refused for {min(WISHES)} to {max(WISHES)} s;"
        f" {clock.monotonic() / 60:.0f} minutes by the server's clock",
    )


async def _all_arrived(ledger: Ledger, messages: int, step: Step) -> None:
    """Until everything has arrived, or nothing comes any more."""
    while (known := len(ledger.told)) < messages:
        before = ledger.read()
        try:
            await until(lambda before=before: ledger.read() > before, STALLED)  # type: ignore[misc]
        except TimeoutError:
            return
        for _ in range(len(ledger.told) - known):
            step()


async def _emptied(store: Store) -> None:
    """Until what arrived is recorded, or is stuck: then it is a duplicate at the next start."""
    async with asyncio.timeout(PATIENCE):
        while any(held for queue, held in (await store.outbox.depth()).items() if queue != "dead"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


# --- small ones, in virtual time ----------------------------------------------------------------

FEW = [str(number) for number in range(5)]  #: chats
LONG_WISHES = (1, 3, 5, 30, 3600)  #: seconds
QUIRKS = 0.25  #: of the requests are refused or lost


@dataclass
class Whims:
    """What one small server answers, and the pauses that it announced: (from, until, chat or "" for all)."""

    chance: Random
    clock: ManualClock
    pauses: list[tuple[float, float, str]] = field(default_factory=list)

    def __call__(self, address: Address, number: int) -> Outcome | None:
        if self.chance.random() >= QUIRKS:
            return None
        if self.chance.random() < 0.2:
            return TryLater(why=Trouble.NETWORK)
        scope = self.chance.choice((Scope.CHAT, Scope.CHAT, Scope.CHAT, Scope.BOT))
        wish, now = self.chance.choice(LONG_WISHES), self.clock.monotonic()
        self.pauses.append((now, now + wish, "" if scope is Scope.BOT else address.chat))
        return TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=wish), scope=scope)

    def inside(self, requests: list[tuple[float, str]]) -> int:
        """Requests that began during a pause that had been announced for them."""
        return sum(
            any(begun < at < ends and whose in ("", chat) for begun, ends, whose in self.pauses)
            for at, chat in requests
        )


async def small_storms(seed: int, size: int, *, step: Step = unwatched) -> Verdict:
    """`size` seeds: a few chats and reports each, on the real store, hours of pauses in virtual time."""
    lost = duplicates = inside = refused = messages = 0
    with OutsideStore() as outside:
        for number in range(size):
            told, whims, requests = await _small(outside.url, Random(f"{seed}/{number}"))
            wanted = {(chat, life.title(str(report))) for chat in FEW for report in range(REPORTS)}
            lost += len(wanted - set(told))
            duplicates += len(told) - len(set(told))
            inside += whims.inside(requests)
            refused += len(whims.pauses)
            messages += len(told)
            step()
    return Verdict(
        scenario="small storms",
        size=size,
        unit="seeds",
        lost=lost,
        duplicates=duplicates,
        bound=0,
        wrong=(f"{inside} requests inside an announced pause",) if inside else (),
        note=f"{messages:,} messages, {refused:,} refused for {min(LONG_WISHES)} s to an hour",
    )


async def _small(url: str, chance: Random) -> tuple[list[tuple[str, str]], Whims, list[tuple[float, str]]]:
    clock = ManualClock()
    whims = Whims(chance, clock)
    sender = RecordingSender(clock, whims, quotas=True)
    sender.before = lambda: clock.sleep(chance.uniform(0.005, 0.3))
    keyring = Keyring.from_master(chance.randbytes(32))
    async with wired(url, PATIENCE) as wire:
        await wire.call("FLUSHALL")
    async with open_store(url, keyring, timeout=PATIENCE, clock=clock) as store:
        world = World(store, clock)
        await world.follow(*FEW)
        for report in range(REPORTS):
            await life.publish(store, str(report), clock)
        await world.spread()
        worker = world.worker(sender)
        while not await world.empty():
            await world.passing(worker.drain())
            due = await store.outbox.next_due()
            await clock.forward(max(0.25, (due - clock.now()).total_seconds()) if due else 0.25)
    return [(chat, title) for _, chat, titles in sender.told for title in titles], whims, sender.requests

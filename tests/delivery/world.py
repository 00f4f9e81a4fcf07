"""A platform that records, and the short words in which delivery's tests speak."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from inspect import iscoroutinefunction
from random import Random
from typing import Any, TypeVar, cast

from bot.alerts import holding
from bot.alerts.alert import alert_for
from bot.delivery.fanout import FanoutWorker
from bot.delivery.sender import Quota
from bot.delivery.worker import DeliveryWorker
from bot.model import (
    Address,
    Alert,
    Article,
    Chat,
    Digest,
    Language,
    Outcome,
    Platform,
    Sent,
    Subscription,
)
from bot.store.protocols import Archive, Chats, Kinship, Outbox, Store
from tests.clock import ManualClock

QUERY = "işgəncə"

#: Turns of the loop without a question to the store, after which nobody has anything left to do: a chain of
#: tasks that wake one another is far shorter.
TURNS = 50

T = TypeVar("T")

Script = Callable[[Address, int], Outcome | None]


class RecordingSender:
    """Says yes and remembers. `script(address, n)` may answer the n-th request otherwise."""

    platform = Platform.TELEGRAM

    def __init__(self, clock: ManualClock, script: Script | None = None, quotas: bool = False) -> None:
        self.clock = clock
        self.script = script
        self.paced = quotas
        self.requests: list[tuple[float, str]] = []  # (monotonic, chat)
        self.told: list[tuple[str, str, tuple[str, ...]]] = []  # (new|edit, chat, titles)
        self.alerts: list[tuple[str, Alert]] = []  # (chat, alert)
        self.digests: list[tuple[str, Digest]] = []  # (chat, digest)
        self.before: Callable[[], Awaitable[None]] | None = None

    def quotas(self, address: Address) -> tuple[Quota, ...]:
        if not self.paced:
            return ()
        return (
            Quota(key="bot", calls=30, seconds=1.0),
            Quota(key=f"chat:{address.chat}", calls=1, seconds=1.0),
        )

    async def send(self, alert: Alert, address: Address) -> Outcome:
        return await self._answer("new", alert, address)

    def fitting(self, digest: Digest) -> int:
        return 3

    async def send_digest(self, digest: Digest, address: Address) -> Outcome:
        self.digests.append((address.chat, digest))
        number = len(self.requests)
        for alert in digest.alerts:
            answer = await self._answer("digest", alert, address)
            del self.requests[number + 1 :]
            if not isinstance(answer, Sent):
                return answer
        return Sent(receipt=f"m{number}")

    async def edit(self, alert: Alert, address: Address, receipt: str) -> Outcome:
        return await self._answer("edit", alert, address)

    async def _answer(self, what: str, alert: Alert, address: Address) -> Outcome:
        self.requests.append((self.clock.monotonic(), address.chat))
        number = len(self.requests)
        if self.before is not None:
            await self.before()
        answer = self.script(address, number) if self.script else None
        if answer is not None:
            return answer
        self.alerts.append((address.chat, alert))
        self.told.append((what, address.chat, tuple(article.title for article in alert.story.articles)))
        return Sent(receipt=f"m{number}")

    def chats(self) -> list[str]:
        return sorted(chat for _, chat, _ in self.told)


class Watched:
    """A piece of the store that counts the questions on their way, so that no time passes meanwhile."""

    def __init__(self, piece: object, under_way: Counter[str]) -> None:
        self._piece = piece
        self._under_way = under_way

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._piece, name)
        if not iscoroutinefunction(method):
            return method

        async def call(*arguments: Any, **named: Any) -> Any:
            self._under_way[name] += 1
            try:
                return await method(*arguments, **named)
            finally:
                self._under_way[name] -= 1

        return call


class World:
    """A store with chats that follow one filter, and workers over it."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.under_way: Counter[str] = Counter()  #: questions to the store without an answer yet
        self.store = replace(
            store,
            outbox=cast(Outbox, Watched(store.outbox, self.under_way)),
            chats=cast(Chats, Watched(store.chats, self.under_way)),
            archive=cast(Archive, Watched(store.archive, self.under_way)),
        )
        self.clock = clock

    def address(self, chat: str) -> Address:
        return Address(platform=Platform.TELEGRAM, chat=chat)

    async def follow(self, *chats: str) -> None:
        for chat in chats:
            await self.store.chats.update(self.address(chat), _following)

    async def publish(
        self, name: str, *claims: str, lang: Language = Language.AZ, continues: str | None = None
    ) -> str:
        article = sample(name, self.clock.now(), lang)
        published = await self.store.archive.publish(
            article,
            entry_id=name,
            claims=claims or (name,),
            filters=[self.store.filters.id_of(QUERY)],
            tell=True,
            now=self.clock.now(),
            kinship=Kinship(packed=b"", keys=(), continues=continues),
        )
        return published.story

    async def spread(self) -> None:
        worker = FanoutWorker(outbox=self.store.outbox, clock=self.clock, name="fan", page=7)
        await worker.drain()

    def worker(
        self, sender: RecordingSender, name: str = "one", *, outbox: Outbox | None = None, **more: Any
    ) -> DeliveryWorker:
        """`outbox`: another one than the store's own."""
        watched = cast(Outbox, Watched(outbox, self.under_way)) if outbox else self.store.outbox
        return DeliveryWorker(
            sender=sender,
            outbox=watched,
            chats=self.store.chats,
            archive=self.store.archive,
            alert_for=alert_for,
            holding=holding,
            clock=self.clock,
            rng=Random(7),
            name=name,
            **more,
        )

    async def empty(self) -> bool:
        return not any(size for name, size in (await self.store.outbox.depth()).items() if name != "dead")

    async def until_empty(self, worker: DeliveryWorker, step: float = 0.25, most: float = 100_000.0) -> None:
        """Run the worker while virtual time passes, until nothing is left to deliver."""
        end = self.clock.monotonic() + most
        while not await self.empty():
            assert self.clock.monotonic() < end, "still not delivered"
            await self.passing(worker.drain())
            await self.clock.forward(step)

    async def passing(self, work: Awaitable[T]) -> T:
        """Await `work` while virtual time passes: from one sleeper to the next, never during real I/O."""
        task = asyncio.ensure_future(work)
        while not task.done():
            await self.settled(task)
            if not task.done():
                assert await self.clock.to_next(), "it waits for nothing that could ever come"
        return task.result()

    async def settled(self, task: asyncio.Future[Any] | None = None) -> None:
        """Until everybody waits for time or for each other, or `task` is done."""
        quiet = 0
        while quiet < TURNS and not (task and task.done()):
            if self.under_way.total():
                quiet = 0
                await asyncio.sleep(0.0005)  # the store is another process
            else:
                quiet += 1
                await asyncio.sleep(0)


def sample(name: str, now: datetime, lang: Language = Language.AZ) -> Article:
    """An invented report."""
    return Article(
        id=name,
        source="sample",
        outlet="Sample Outlet",
        url=f"https://sample.example/{name}",
        title=f"Sample report {name}",
        text="Sample text.",
        lang=lang,
        published=now - timedelta(minutes=1),
        seen=now,
    )


def _following(chat: Chat) -> Chat:
    return replace(chat, subscriptions=(Subscription(number=1, query=QUERY),), next_number=2)

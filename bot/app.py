"""Builds the engine's real things, in one place, inside functions. Nobody else constructs them."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot import pipeline
from bot.alerts import holding
from bot.alerts.alert import alert_for
from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.delivery.fanout import FanoutWorker
from bot.delivery.sender import Sender
from bot.delivery.worker import DeliveryWorker
from bot.desk.desk import Desk
from bot.desk.ports import Ports as DeskPorts
from bot.desk.ports import Probed
from bot.errors import FeedError, FeedTrouble, StoreAway, StoreError
from bot.feeds.fetch import Fetcher, NotModified
from bot.feeds.parse import ParserPool
from bot.leading import while_leading
from bot.metrics import Metrics
from bot.model import Origin, Source
from bot.roles import Role
from bot.schedule import Poller, bells
from bot.store.connect import holds_sealed_data, open_store
from bot.store.masterkey import load_or_create
from bot.store.protocols import Store
from bot.store.seal import Keyring
from bot.store.server import embedded, reach, running
from bot.watch import FollowedIndex

#: How often the queues are measured and the embedded server is looked after.
LOOK_EVERY = 5.0

#: An embedded server that has not answered for so long will not come back; ours ends with it.
SERVER_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Everything of the bot that has never heard of Telegram or Slack."""

    config: Config
    clock: Clock
    rng: random.Random
    metrics: Metrics
    store: Store
    desk: Desk
    poller: Poller
    ports: pipeline.Ports
    name: str  #: of this process among the workers

    async def run(self, senders: Sequence[Sender]) -> None:
        """Poll, spread and deliver until cancelled, as far as these are among this process's roles."""
        roles = self.config.roles
        ringing = bells(
            self.ports,
            self.poller,
            holder=self.name,
            polls=Role.POLL in roles,
            cleans=Role.SCHEDULE in roles,
        )
        async with ringing, asyncio.TaskGroup() as tasks:
            if Role.MATCH in roles:
                tasks.create_task(self.fanout().run())
            for sender in senders:
                tasks.create_task(self.delivery(sender).run())
            tasks.create_task(self._look_after())

    async def leading(self, lease: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do what one process does at a time, whenever it is this one's turn."""
        await while_leading(self.store.outbox, lease, self.name, self.clock, work)

    def fanout(self) -> FanoutWorker:
        """The worker that spreads stories over their chats."""
        return FanoutWorker(outbox=self.store.outbox, clock=self.clock, name=f"{self.name}-fanout")

    def delivery(self, sender: Sender) -> DeliveryWorker:
        """The worker that serves one platform's outbox."""
        return DeliveryWorker(
            sender=sender,
            outbox=self.store.outbox,
            chats=self.store.chats,
            archive=self.store.archive,
            alert_for=alert_for,
            holding=holding,
            clock=self.clock,
            rng=self.rng,
            name=f"{self.name}-{sender.platform.value}",
            tally=self.metrics,
            late=timedelta(hours=self.config.delivery.late_hours),
            many=self.config.delivery.together_after,
        )

    async def _look_after(self) -> None:
        """Measure the queues; end with the embedded server if that has ended for good."""
        answered = self.clock.monotonic()
        while True:
            try:
                for queue, entries in (await self.store.outbox.depth()).items():
                    self.metrics.depth.labels(queue).set(entries)
                answered = self.clock.monotonic()
            except StoreAway:
                ours = not self.config.store.url and running(self.config.data_dir) is None
                if ours and self.clock.monotonic() - answered > SERVER_PATIENCE:
                    log_file = self.config.data_dir / "valkey.log"
                    raise StoreError(f"the embedded server has ended; see {log_file}") from None
            await self.clock.sleep(LOOK_EVERY)


@asynccontextmanager
async def open_engine(
    config: Config,
    *,
    clock: Clock | None = None,
    rng: random.Random | None = None,
    metrics: Metrics | None = None,
) -> AsyncIterator[Engine]:
    """The engine on its own store, ready to `run`. Creates the master key if nothing is sealed yet.

    Raises:
        StoreError: the data directory is in use, the key is missing or wrong, the store is newer or away.
    """
    clock, rng, metrics = clock or SystemClock(), rng or random.SystemRandom(), metrics or Metrics()
    async with AsyncExitStack() as stack:
        where: str | Path = config.store.url or await stack.enter_async_context(embedded(config.data_dir))
        store = await stack.enter_async_context(_store(config, where, clock, serving=True))
        if Role.POLL in config.roles:  # who does not poll may have a file without sources
            await store.sources.sync(configured_sources(config), clock.now())
        fetcher = await stack.enter_async_context(
            Fetcher(
                user_agent=config.feeds.user_agent,
                concurrency=config.feeds.concurrency,
                per_host=config.feeds.per_host,
            )
        )
        parser = ParserPool(config.feeds.parsers)  # its processes start with the first feed
        stack.push_async_callback(parser.close)
        ports = pipeline.Ports(
            store=store,
            fetch=fetcher,
            parse=parser,
            index=FollowedIndex(store.filters),
            clock=clock,
            rng=rng,
            tally=metrics,
            archive=timedelta(days=config.store.archive_days),
        )
        desk = Desk(
            DeskPorts(
                store=store,
                clock=clock,
                probe=_Probe(fetcher, parser),
                documents=_Documents(fetcher),
                zone=config.zone,
                receipt_days=config.store.receipt_days,
            )
        )
        yield Engine(
            config=config,
            clock=clock,
            rng=rng,
            metrics=metrics,
            store=store,
            desk=desk,
            poller=Poller(ports, concurrency=config.feeds.concurrency, per_host=config.feeds.per_host),
            ports=ports,
            name=f"{os.getpid()}-{secrets.token_hex(4)}",
        )


@asynccontextmanager
async def visit_store(config: Config, *, clock: Clock | None = None) -> AsyncIterator[Store]:
    """The store for a command of a moment, beside the bot that runs or without it. Creates no key."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        where: str | Path = config.store.url or await stack.enter_async_context(reach(config.data_dir))
        yield await stack.enter_async_context(_store(config, where, clock, serving=False))


@asynccontextmanager
async def open_probe(config: Config) -> AsyncIterator[_Probe]:
    """What asks a feed now, without any store."""
    async with (
        Fetcher(user_agent=config.feeds.user_agent, per_host=config.feeds.per_host) as fetcher,
        ParserPool(config.feeds.parsers) as parser,
    ):
        yield _Probe(fetcher, parser)


@asynccontextmanager
async def _store(config: Config, where: str | Path, clock: Clock, *, serving: bool) -> AsyncIterator[Store]:
    """For the bot itself (`serving`), which may create the key, or for a command beside it."""
    timeout = config.store.timeout_seconds
    sealed = await holds_sealed_data(where, timeout=timeout)
    master = load_or_create(config.master_key_file, create=serving, sealed_data_exists=sealed)
    async with open_store(
        where,
        Keyring.from_master(master),
        timeout=timeout,
        archive_days=config.store.archive_days,
        receipt_days=config.store.receipt_days,
        clock=clock,
        alone=serving and not config.store.url,
    ) as store:
        yield store


class _Probe:
    """Fetch and parse, outside any schedule; see `bot.desk.ports.Probe`."""

    def __init__(self, fetcher: Fetcher, parser: ParserPool) -> None:
        self._fetcher = fetcher
        self._parser = parser

    async def __call__(self, source: Source) -> Probed:
        answer = await self._fetcher.fetch(source.url, allow_private=source.allow_private)
        if isinstance(answer, NotModified):
            raise FeedError(FeedTrouble.HTTP_STATUS, "304 without being asked", status=304)
        parsed = await self._parser.feed(answer.content, answer.headers, answer.url, source.key)
        return Probed(url=answer.url, title=parsed.title, entries=parsed.entries)


class _Documents:
    """Fetch, and nothing else; see `bot.desk.ports.Documents`."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def __call__(self, url: str) -> bytes:
        answer = await self._fetcher.fetch(url)
        if isinstance(answer, NotModified):
            raise FeedError(FeedTrouble.HTTP_STATUS, "304 without being asked", status=304)
        return answer.content


def configured_sources(config: Config) -> tuple[Source, ...]:
    """The sources of the configuration file, as the engine knows them."""
    return tuple(
        Source(
            key=source.key,
            title=source.title,
            url=source.url,
            lang=source.lang,
            country=source.country,
            rights=source.rights,
            fetch_page=source.fetch_page,
            allow_private=source.allow_private,
            interval=config.interval_of(source),
            origin=Origin.CONFIG,
        )
        for source in config.source
    )


#: How long one-time codes are good.
INVITATION_LIFETIME = timedelta(hours=24)
WEB_CODE_LIFETIME = timedelta(minutes=10)

"""The poller: what is due, how many at once, and what it says when the store is away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.errors import StoreAway
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import ParserPool
from bot.metrics import Metrics
from bot.model import Source
from bot.pipeline import Ports
from bot.schedule import POLL_LEASE, Poller, clean_up
from bot.store.protocols import Archive, Sources, Store
from bot.watch import FollowedIndex
from tests.clock import ManualClock
from tests.outlet import Item, Outlet, outlet
from tests.waiting import PATIENCE, until

FOR_EVER = 3600.0  #: seconds; nobody steps aside


@pytest.fixture
async def here() -> AsyncIterator[Outlet]:
    async with outlet() as served:
        yield served


@pytest.fixture
async def ports(store: Store, clock: ManualClock) -> AsyncIterator[Ports]:
    async with Fetcher(user_agent="sample", per_host=50) as fetcher, ParserPool(1, wall=PATIENCE) as pool:
        yield Ports(
            store=store,
            fetch=fetcher,
            parse=pool,
            index=FollowedIndex(store.filters),
            clock=clock,
            rng=random.Random(1),
            tally=Metrics(),
        )


async def add(ports: Ports, here: Outlet, *keys: str) -> None:
    """One source a key, each with one entry."""
    for key in keys:
        here.add(f"/{key}", Item(path=f"/{key}/1", title=f"Report {key}"))
        source = Source(key=key, title=key, url=here.url(f"/{key}"), allow_private=True, fetch_page=False)
        await ports.store.sources.add(source, ports.clock.now())


async def test_drain_polls_what_is_due_and_ends(ports: Ports, here: Outlet) -> None:
    """Everything due is polled once, also what did not fit at first; what is not due rests."""
    await add(ports, here, "a", "b", "c")
    poller = Poller(ports, concurrency=3, per_host=1, patience=FOR_EVER)

    await poller.drain()
    await poller.drain()

    assert {"/a": 1, "/b": 1, "/c": 1} == dict(here.asked)
    assert 1 == here.most_at_once


async def test_a_hanging_feed_delays_nobody(ports: Ports, here: Outlet) -> None:
    """The others are polled while one does not answer; stopping does not wait for it."""
    await add(ports, here, "bad", "good")
    here.hanging.add("/bad")
    poller = Poller(ports, concurrency=5, per_host=5)

    await poller.tick()
    async with asyncio.timeout(PATIENCE):
        while await ports.store.archive.count() < 1:  # noqa: ASYNC110 - about the world, which has no event
            await asyncio.sleep(0.01)
    async with asyncio.timeout(PATIENCE):
        await poller.stop()

    assert ["Report good"] == [article.title async for article in ports.store.archive.newest(5)]


async def test_a_feed_that_kills_its_parser_delays_nobody(ports: Ports, here: Outlet) -> None:
    """Its source is broken, the other one is read."""
    await add(ports, here, "bad", "good")
    attributes = " ".join(f'a{n}="{n}"' for n in range(100_000))
    here.raw["/bad"] = (
        f'<rss version="2.0"><channel><item><title>x</title><link {attributes}>https://x.example/1</link>'
        "</item></channel></rss>"
    ).encode()

    await Poller(ports, concurrency=5, per_host=5).drain()

    health = {state.source.key: state.health.trouble for state in await ports.store.sources.all()}
    titles = [article.title async for article in ports.store.archive.newest(5)]
    assert (True, None, ["Report good"]) == (health["bad"] is not None, health["good"], titles)


async def test_concurrency_is_bounded(ports: Ports, here: Outlet) -> None:
    """No more than `concurrency` polls at once, however many are due."""
    await add(ports, here, *"abcdef")
    here.hanging |= {f"/{key}" for key in "abcdef"}
    poller = Poller(ports, concurrency=2, per_host=50, patience=FOR_EVER)

    await poller.tick()
    await until(lambda: here.under_way == 2)
    await poller.tick()
    here.let_go.set()
    await poller.drain()
    await poller.drain()
    await poller.drain()

    assert (2, 6) == (here.most_at_once, sum(here.asked.values()))


async def test_a_poll_that_never_ended_comes_again(ports: Ports, here: Outlet, clock: ManualClock) -> None:
    """A poller that died leaves its sources to the next one when its lease is over."""
    await add(ports, here, "a")
    await ports.store.sources.claim_due(clock.now(), 10, POLL_LEASE)

    await Poller(ports, concurrency=2, per_host=2).drain()
    before = dict(here.asked)
    await clock.forward(seconds=POLL_LEASE.total_seconds() + 1)
    await Poller(ports, concurrency=2, per_host=2).drain()

    assert ({}, {"/a": 1}) == (before, dict(here.asked))


class Away:
    """A piece of the store that does not answer while `away` is set."""

    def __init__(self, piece: object) -> None:
        self._piece = piece
        self.away = True

    def __getattr__(self, name: str) -> Any:
        if not self.away:
            return getattr(self._piece, name)

        async def lost(*_: Any, **__: Any) -> Any:
            raise StoreAway("lost")

        return lost


async def test_an_outage_is_said_once_and_so_is_its_end(ports: Ports, here: Outlet) -> None:
    """Polling pauses and goes on by itself."""
    await add(ports, here, "a")
    sources = Away(ports.store.sources)
    shaky = replace(ports, store=replace(ports.store, sources=cast(Sources, sources)))
    poller = Poller(shaky, concurrency=2, per_host=2)

    with capture_logs() as events:
        for _ in range(3):
            await poller.tick()
        sources.away = False
        await poller.drain()
        await poller.drain()

    said = [event["event"] for event in events if event["event"].startswith("polling")]
    assert (["polling.paused", "polling.resumed"], {"/a": 1}) == (said, dict(here.asked))


async def test_clean_up_drops_what_is_old(ports: Ports, here: Outlet, clock: ManualClock) -> None:
    """The hourly job; while the store is away it does nothing and says nothing."""
    await add(ports, here, "a")
    await Poller(ports, concurrency=2, per_host=2).drain()
    await clock.forward(seconds=timedelta(days=91).total_seconds())
    away = replace(ports, store=replace(ports.store, archive=cast(Archive, Away(ports.store.archive))))

    with capture_logs() as events:
        await clean_up(away)()
        await clean_up(ports)()

    assert [1] == [event["articles"] for event in events if event["event"] == "store.cleaned"]
    assert 0 == await ports.store.archive.count()

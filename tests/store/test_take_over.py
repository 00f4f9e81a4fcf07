"""What a killed life held, on a server that nobody else can reach."""

from __future__ import annotations

from datetime import timedelta

from bot.model import Platform, Source
from bot.store.connect import open_store
from bot.store.protocols import Health, Store, Validators
from bot.store.seal import Keyring
from tests.clock import START, ManualClock
from tests.delivery.world import World

LATER = timedelta(minutes=10)


async def test_a_new_life_takes_everything_over_at_once(
    store: Store, store_url: str, keyring: Keyring, clock: ManualClock
) -> None:
    """The lease and the entries in hand are free, without waiting for them to run out."""
    world = World(store, clock)
    await world.follow("1")
    await world.publish("a")
    await world.spread()
    await store.outbox.beat("old", clock.now(), LATER)
    assert await store.outbox.lease("send:telegram", "old", LATER)
    assert 1 == len(await store.outbox.take(Platform.TELEGRAM, "old", 10, timedelta()))

    async with open_store(store_url, keyring, clock=clock, alone=True) as again:
        assert await again.outbox.lease("send:telegram", "new", LATER)
        assert 1 == await again.outbox.reclaim(clock.now())
        assert 1 == len(await again.outbox.take(Platform.TELEGRAM, "new", 10, timedelta()))


async def test_beside_others_nothing_is_taken(
    store: Store, store_url: str, keyring: Keyring, clock: ManualClock
) -> None:
    """Whoever is not alone waits for leases and heartbeats to run out."""
    await store.outbox.beat("old", clock.now(), LATER)
    assert await store.outbox.lease("send:telegram", "old", LATER)

    async with open_store(store_url, keyring, clock=clock) as again:
        assert not await again.outbox.lease("send:telegram", "new", LATER)
        assert 0 == await again.outbox.reclaim(clock.now())


async def test_a_source_that_was_being_polled_is_due_again(
    store: Store, store_url: str, keyring: Keyring, clock: ManualClock
) -> None:
    """A poll cut short is repeated by the next life; a finished one keeps its date."""

    sources = [Source(key=key, title=key, url=f"https://{key}.example/feed") for key in ("cut", "done")]
    await store.sources.sync(sources, START)
    assert 2 == len(await store.sources.claim_due(START, 10, LATER))
    await store.sources.polled(
        "done",
        validators=Validators(),
        health=Health(),
        baselined=True,
        still_listed=(),
        next_poll=START + LATER,
        now=START,
    )

    async with open_store(store_url, keyring, clock=clock, alone=True) as again:
        due = await again.sources.claim_due(START, 10, LATER)
        assert ["cut"] == [state.source.key for state in due]


async def test_a_renewed_lease_never_moves_a_finished_polls_date(store: Store) -> None:
    """A long poll stays with its poller; one that has ended keeps the date that it wrote."""
    sources = [Source(key=key, title=key, url=f"https://{key}.example/feed") for key in ("long", "done")]
    await store.sources.sync(sources, START)
    assert 2 == len(await store.sources.claim_due(START, 10, timedelta(seconds=10)))
    await store.sources.polled(
        "done",
        validators=Validators(),
        health=Health(),
        baselined=True,
        still_listed=(),
        next_poll=START + timedelta(seconds=30),
        now=START,
    )

    await store.sources.hold(["long", "done"], START + LATER)

    due = await store.sources.claim_due(START + timedelta(minutes=1), 10, LATER)
    assert ["done"] == [state.source.key for state in due]

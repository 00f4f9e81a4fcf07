"""Moderators stop everything that goes out, and let it go on with or without what waited."""

from __future__ import annotations

from dataclasses import replace

from bot.delivery.pacing import Pacing
from bot.model import DigestTime, Settings
from tests.delivery.world import RecordingSender, World


async def test_nothing_is_sent_while_everything_is_stopped(world: World) -> None:
    """And everything afterwards."""
    await world.follow("1", "2")
    await world.store.outbox.freeze(world.clock.now())
    await world.publish("a")
    await world.spread()
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    during = list(sender.told)

    await world.clock.forward(60)
    await world.store.outbox.unfreeze(world.clock.now(), discard=False)
    await world.until_empty(worker)

    assert [] == during
    assert ["1", "2"] == sender.chats()


async def test_what_waited_for_its_turn_is_stopped_too(world: World) -> None:
    """Deliveries in hand go back to the store, and none of them is lost."""
    await world.follow(*map(str, range(40)))
    await world.publish("a")
    await world.spread()
    sender = RecordingSender(world.clock, quotas=True)
    worker = world.worker(sender, pacing=Pacing())

    async def stop() -> None:
        if len(sender.requests) == 5:
            await world.store.outbox.freeze(world.clock.now())
            await worker._look_at_freeze()

    sender.before = stop
    await world.passing(worker.drain())
    stopped = len(sender.requests)
    sender.before = None
    await world.clock.forward(10)
    await world.store.outbox.unfreeze(world.clock.now(), discard=False)
    await world.until_empty(worker)

    assert 5 <= stopped <= 5 + 8  # those that were on their way
    assert sorted(map(str, range(40))) == sender.chats()


async def test_what_waited_is_discarded_where_moderators_say_so(world: World) -> None:
    """What is queued afterwards goes as always; what waits for a digest is discarded too."""
    await world.follow("1", "2")
    daily = Settings(zone="UTC", digest=DigestTime(minute=8 * 60))
    await world.store.chats.update(world.address("2"), lambda chat: replace(chat, settings=daily))
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await world.store.outbox.freeze(world.clock.now())
    await world.clock.forward(1)
    await world.publish("wrong")
    await world.spread()
    await world.clock.forward(60)
    await world.store.outbox.unfreeze(world.clock.now(), discard=True)
    await world.clock.forward(60)
    await world.publish("right")
    await world.spread()

    await worker.drain()
    await world.clock.forward(hours=25)
    await world.until_empty(worker)

    titles = {title for _, _, titles in sender.told for title in titles}
    assert {"Sample report right"} == titles
    assert ["1", "2"] == sender.chats()

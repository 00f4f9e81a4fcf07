"""Alerts that were given up, tried again."""

from __future__ import annotations

from datetime import timedelta

from bot.delivery.replay import Replayed, replay
from bot.model import Address, AlertKind, Platform, Refused, Trouble
from tests.delivery.world import RecordingSender, World

MALFORMED = Refused(why=Trouble.MALFORMED)


async def given_up(world: World, *chats: str) -> RecordingSender:
    """Chats that were refused one report; the sender says yes from now on."""
    await world.follow(*chats)
    await world.publish("one")
    await world.spread()
    refusing = RecordingSender(world.clock, lambda address, number: MALFORMED)
    await world.until_empty(world.worker(refusing))
    return RecordingSender(world.clock)


async def replayed(world: World, *reasons: str) -> Replayed:
    store = world.store
    return await replay(store.outbox, store.archive, store.chats, world.clock.now(), reasons=reasons)


async def test_what_was_given_up_reaches_its_chats(world: World) -> None:
    """Each chat is told once, however often it is replayed."""
    sender = await given_up(world, *(str(number) for number in range(12)))

    assert Replayed(queued=12, expired=0, left=0) == await replayed(world)
    assert Replayed(queued=0, expired=0, left=0) == await replayed(world)
    await world.until_empty(world.worker(sender))
    assert Replayed(queued=0, expired=0, left=0) == await replayed(world)
    assert sorted(str(number) for number in range(12)) == sender.chats()


async def test_only_the_reasons_asked_for(world: World) -> None:
    """The others stay where they are."""
    await given_up(world, "1")

    assert Replayed(queued=0, expired=0, left=1) == await replayed(world, "too_long")
    assert Replayed(queued=1, expired=0, left=0) == await replayed(world, "too_long", "malformed")


async def test_a_report_that_left_the_archive_is_counted(world: World) -> None:
    """There is nothing to tell any more."""
    await given_up(world, "1")
    await world.store.archive.prune(world.clock.now() + timedelta(days=365))

    assert Replayed(queued=0, expired=1, left=0) == await replayed(world)


async def test_a_chat_that_is_gone_or_erased_stays_alone(world: World) -> None:
    """Replaying is no way around a chat's own decision."""
    await given_up(world, "1", "2")
    chats = world.store.chats
    await chats.silence(chats.key_of(world.address("1")), world.clock.now())
    await chats.forget(Address(platform=Platform.TELEGRAM, chat="2"))

    assert Replayed(queued=0, expired=0, left=1) == await replayed(world)


async def test_dead_letters_say_when_and_why(world: World) -> None:
    """Newest first, and nothing in them leads to a chat."""
    at = world.clock.now()
    await given_up(world, "1", "2")

    letters = await world.store.outbox.dead_letters(10)

    assert [(Platform.TELEGRAM, AlertKind.NEW, "malformed")] * 2 == [
        (letter.platform, letter.kind, letter.why) for letter in letters
    ]
    assert all(letter.at >= at for letter in letters)
    assert 1 == len(await world.store.outbox.dead_letters(1))

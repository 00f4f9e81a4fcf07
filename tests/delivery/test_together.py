"""What a chat is told later and together, and that nothing of it is lost or told twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import (
    Address,
    DigestTime,
    Hold,
    Language,
    Outcome,
    Quiet,
    Refused,
    Settings,
    Trouble,
    TryLater,
)
from bot.store.protocols import DeliveryState
from tests.delivery.world import RecordingSender, World

DAILY = Settings(zone="UTC", digest=DigestTime(minute=8 * 60))


async def _choose(world: World, chat: str, settings: Settings) -> None:
    await world.store.chats.update(world.address(chat), lambda held: replace(held, settings=settings))


async def _tell(world: World, *names: str) -> list[str]:
    stories = [await world.publish(name) for name in names]
    await world.spread()
    return stories


def _titles(sender: RecordingSender) -> list[list[str]]:
    return [[alert.story.articles[0].id for alert in digest.alerts] for _, digest in sender.digests]


async def test_a_digest_tells_everything_of_the_day_in_one_message(world: World) -> None:
    """Nothing before its time; every report once; the records say told."""
    await world.follow("1")
    await _choose(world, "1", DAILY)
    stories = await _tell(world, "a", "b")
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    key = world.store.chats.key_of(world.address("1"))
    waiting = await world.store.outbox.told(key, stories[0])

    await world.clock.forward(hours=24)
    await worker.drain()

    assert waiting is not None
    assert (DeliveryState.QUEUED, Hold.DIGEST) == (waiting.state, waiting.hold)
    assert [["a", "b"]] == _titles(sender)
    states = {story: told.state for story, told in (await world.store.outbox.told_stories(key)).items()}
    assert dict.fromkeys(stories, DeliveryState.DONE) == states
    assert [] == await world.store.outbox.withheld(key)


async def test_more_than_one_message_holds_follows_in_the_next(world: World) -> None:
    """Split at the reports' edges."""
    await world.follow("1")
    await _choose(world, "1", DAILY)
    await _tell(world, *"abcdefg")
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()

    await world.clock.forward(hours=24)
    await world.until_empty(worker)

    assert [["a", "b", "c"], ["d", "e", "f"]] == _titles(sender)
    assert [4, 1] == [digest.more for _, digest in sender.digests]
    assert ("new", "1") in {told[:2] for told in sender.told}  # the last one alone is an ordinary message


async def test_one_report_alone_is_an_ordinary_message_that_can_be_edited(world: World) -> None:
    """After a quiet night with one report nobody needs a list."""
    await world.follow("1")
    await _choose(world, "1", Settings(zone="UTC", quiet=Quiet(start=0, end=23 * 60 + 59)))
    (story,) = await _tell(world, "a")
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    assert [] == sender.told

    await _choose(world, "1", Settings(zone="UTC"))
    key = world.store.chats.key_of(world.address("1"))
    assert await world.store.outbox.ring(key, world.clock.now())
    await world.clock.forward(1)
    await worker.drain()
    told = await world.store.outbox.told(key, story)

    assert [("new", "1")] == [one[:2] for one in sender.told]
    assert told is not None
    assert "m1" == told.receipt


async def test_many_reports_at_once_are_few_messages(world: World) -> None:
    """The fourth and what comes with it."""
    await world.follow("1")
    await _tell(world, *"abcdef")
    sender = RecordingSender(world.clock, quotas=True)

    await world.until_empty(world.worker(sender))

    told = sorted(title for _, _, titles in sender.told for title in titles)
    assert [f"Sample report {name}" for name in "abcdef"] == told
    assert len(sender.requests) <= 4  # instead of six; three reports fit into one message here


async def test_what_waited_for_a_day_is_told_together_and_marked_as_late(world: World) -> None:
    """News is never dropped for its age."""
    await world.follow("1")
    await _tell(world, "a", "b")
    await world.clock.forward(hours=25)
    sender = RecordingSender(world.clock)

    await world.until_empty(world.worker(sender))

    assert [["a", "b"]] == _titles(sender)
    (digest,) = [digest for _, digest in sender.digests]
    assert {alert.story.id for alert in digest.alerts} == digest.late


async def test_a_pause_ends_with_what_was_missed(world: World) -> None:
    """A bell that is asked for before the end of the pause waits for it."""
    await world.follow("1")
    until = world.clock.now() + timedelta(days=3)
    await _choose(world, "1", Settings(paused_until=until))
    await _tell(world, "a", "b")
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    await world.store.outbox.ring(world.store.chats.key_of(world.address("1")), world.clock.now())
    await world.clock.forward(1)
    await worker.drain()
    early = list(sender.digests)

    await world.clock.forward(days=4)
    await world.until_empty(worker)

    assert [] == early
    assert [["a", "b"]] == _titles(sender)


async def test_two_versions_that_wait_are_one_report(world: World) -> None:
    """What joined while it waited is told as it is then."""
    await world.follow("1")
    await _choose(world, "1", DAILY)
    await world.publish("az", "k1", "k2")
    await world.spread()
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    await world.publish("en", "k2", lang=Language.EN)
    await world.publish("other")
    await world.spread()
    await worker.drain()

    await world.clock.forward(hours=24)
    await world.until_empty(worker)

    ((_, digest),) = sender.digests
    assert [2, 1] == [len(alert.story.articles) for alert in digest.alerts]


async def test_a_refused_message_is_tried_again_and_loses_nothing(world: World) -> None:
    """A day of trouble before it is given up, with every report on record."""
    await world.follow("1")
    await _choose(world, "1", DAILY)
    await _tell(world, "a", "b")

    def once(address: Address, number: int) -> Outcome | None:
        return TryLater(why=Trouble.NETWORK) if number == 1 else None

    sender = RecordingSender(world.clock, once)
    worker = world.worker(sender)
    await worker.drain()
    await world.clock.forward(hours=24)

    await world.until_empty(worker)

    assert ["a", "b"] == _titles(sender)[-1]
    told = sorted(title for what, _, titles in sender.told if what == "digest" for title in titles)
    assert ["Sample report a", "Sample report b"] == told


async def test_what_the_platform_never_takes_is_on_record(world: World) -> None:
    """A dead letter for each report, and the operator can send them again."""
    await world.follow("1")
    await _choose(world, "1", DAILY)
    stories = await _tell(world, "a", "b")
    sender = RecordingSender(world.clock, lambda address, number: Refused(why=Trouble.TOO_LONG))
    worker = world.worker(sender)
    await worker.drain()
    await world.clock.forward(hours=24)

    await world.until_empty(worker)

    key = world.store.chats.key_of(world.address("1"))
    told = await world.store.outbox.told_stories(key)
    assert dict.fromkeys(stories, DeliveryState.GIVEN_UP) == {one: told[one].state for one in told}
    assert [Trouble.TOO_LONG.value] * 2 == [
        letter.why for letter in await world.store.outbox.dead_letters(10)
    ]


async def test_a_crash_before_the_record_repeats_the_message_and_loses_nothing(world: World) -> None:
    """As with every other message."""
    await world.follow("1")
    await _choose(world, "1", DAILY)
    await _tell(world, "a", "b")
    sender = RecordingSender(world.clock)
    await world.worker(sender).drain()
    await world.clock.forward(hours=24)
    (bell,) = [
        one
        for _ in range(1)
        if await world.store.outbox.wake(world.clock.now(), 10)
        for one in await world.store.outbox.take(sender.platform, "died", 10, timedelta())
    ]
    await world.store.outbox.beat("died", world.clock.now(), timedelta(seconds=1))
    await world.clock.forward(10)

    await world.until_empty(world.worker(sender, "two"))

    assert bell.story == ""
    assert [["a", "b"]] == _titles(sender)


async def test_a_forgotten_chat_keeps_nothing_that_waits(world: World) -> None:
    """The bell finds nobody."""
    await world.follow("1")
    await _choose(world, "1", DAILY)
    await _tell(world, "a", "b")
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    key = world.store.chats.key_of(world.address("1"))

    await world.store.chats.forget(world.address("1"))
    await world.clock.forward(hours=24)
    await world.until_empty(worker)

    assert [] == await world.store.outbox.withheld(key)
    assert [] == sender.told


async def test_what_waits_moves_with_its_chat(world: World) -> None:
    """A group that became a supergroup gets its digest."""
    await world.follow("1")
    await _choose(world, "1", DAILY)
    await _tell(world, "a", "b")
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()

    await world.store.chats.move(world.address("1"), world.address("9"))
    await world.clock.forward(hours=24)
    await world.until_empty(worker)

    assert [("9", ["a", "b"])] == [
        (chat, [alert.story.articles[0].id for alert in digest.alerts]) for chat, digest in sender.digests
    ]

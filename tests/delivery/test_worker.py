"""The sender on a real store, with a platform that records."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.delivery.worker import AT_ONCE, CATCH_UP, GRACE, spacing
from bot.model import (
    Address,
    Gone,
    Language,
    Moved,
    Outcome,
    Platform,
    Refused,
    Scope,
    Trouble,
    TryLater,
)
from bot.store.protocols import DeliveryState
from tests.delivery.world import RecordingSender, World


async def test_a_report_reaches_every_chat_that_follows_once(world: World) -> None:
    """Each follower gets one message, and nothing stays in any queue."""
    chats = [str(number) for number in range(40)]
    await world.follow(*chats)
    await world.publish("a")
    await world.spread()
    sender = RecordingSender(world.clock)

    taken = await world.worker(sender).drain()

    assert 40 == taken
    assert sorted(chats) == sender.chats()
    assert await world.empty()


async def test_a_second_version_edits_the_message(world: World) -> None:
    """The other language version changes the message that is there; nobody gets a second one."""
    await world.follow("1", "2")
    await world.publish("az", "k1", "k2")
    await world.spread()
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    await world.publish("en", "k2", lang=Language.EN)
    await world.spread()
    await world.clock.forward(2)

    await worker.drain()

    both = ("Sample report az", "Sample report en")
    assert {("new", "1"), ("new", "2"), ("edit", "1"), ("edit", "2")} == {told[:2] for told in sender.told}
    assert [both, both] == [titles for what, _, titles in sender.told if what == "edit"]
    assert 4 == len(sender.told)


async def test_a_development_is_a_reply_for_those_who_were_told_of_the_case(world: World) -> None:
    """Who began to follow later gets it as an ordinary report."""
    await world.follow("1")
    first = await world.publish("arrest")
    await world.spread()
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    await world.follow("2")
    await world.publish("verdict", continues="arrest")
    await world.spread()
    await world.clock.forward(2)

    await worker.drain()

    past = {chat: alert.past for chat, alert in sender.alerts if alert.story.id != first}
    assert past["1"] is not None
    assert (first, "m1") == (past["1"].story.id, past["1"].receipt)
    assert past["2"] is None


async def test_a_story_with_two_versions_before_sending_is_one_message(world: World) -> None:
    """Both versions found before the first message: one message that shows both, and no edit."""
    await world.follow("1")
    await world.publish("az", "k1", "k2")
    await world.spread()
    await world.publish("en", "k2", lang=Language.EN)
    await world.spread()
    sender = RecordingSender(world.clock)

    await world.until_empty(world.worker(sender))

    assert [("new", "1", ("Sample report az", "Sample report en"))] == sender.told


async def test_a_crash_between_send_and_record_repeats_at_most_that_message(world: World) -> None:
    """A worker that dies after the platform's yes leaves one duplicate at most, and loses nothing."""
    await world.follow(*map(str, range(10)))
    await world.publish("a")
    await world.spread()
    dying = RecordingSender(world.clock)

    async def hang() -> None:
        if len(dying.requests) == 4:
            raise asyncio.CancelledError

    dying.before = hang
    first = world.worker(dying, "first", window=1)
    for _ in range(4):
        await first.drain()
    await world.store.outbox.release("send:telegram", "first")
    await world.clock.forward(60)
    second = RecordingSender(world.clock)

    await world.until_empty(world.worker(second, "second"))

    got = Counter(dying.chats() + second.chats())
    assert set(map(str, range(10))) == set(got)
    assert sum(got.values()) <= 11


async def test_only_the_holder_of_the_lease_sends(world: World) -> None:
    """Two workers at once: the second sends nothing while the first holds the lease."""
    await world.follow(*map(str, range(20)))
    one, two = RecordingSender(world.clock), RecordingSender(world.clock)
    first = world.worker(one, "first", lifetime=timedelta(minutes=10))
    second = world.worker(two, "second", lifetime=timedelta(minutes=10))
    await first.drain()
    await world.publish("a")
    await world.spread()

    await second.drain()
    await first.drain()

    assert 20 == len(one.told)
    assert [] == two.told


async def test_stopping_gives_back_what_was_not_sent(world: World) -> None:
    """A cancelled worker ends within five seconds although sends hang; another one finishes its work."""
    await world.follow(*map(str, range(30)))
    await world.publish("a")
    await world.spread()
    sender, eight = RecordingSender(world.clock), asyncio.Event()

    async def hang() -> None:
        if len(sender.requests) == 3 + 8:
            eight.set()
        if len(sender.requests) > 3:
            await asyncio.Event().wait()

    sender.before = hang
    first = world.worker(sender, "first", window=8)
    task = asyncio.create_task(first.run())
    await world.passing(eight.wait())
    began = world.clock.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await world.passing(task)
    took = world.clock.monotonic() - began
    second = RecordingSender(world.clock)

    await world.until_empty(world.worker(second, "second"), most=60)

    assert (3, GRACE) == (len(sender.told), took)
    assert GRACE < 5
    assert sorted(map(str, range(30))) == sorted(sender.chats() + second.chats())


async def test_stopping_waits_for_what_is_about_to_end(world: World) -> None:
    """Sends on their way that are answered after the stop are recorded: nobody is told twice."""
    await world.follow(*map(str, range(30)))
    await world.publish("a")
    await world.spread()
    sender, eight, answer = RecordingSender(world.clock), asyncio.Event(), asyncio.Event()

    async def held() -> None:
        if len(sender.requests) == 8:
            eight.set()
        await answer.wait()

    sender.before = held
    task = asyncio.create_task(world.worker(sender, "first", window=8).run())
    await world.passing(eight.wait())
    task.cancel()
    await world.settled()
    answer.set()
    with pytest.raises(asyncio.CancelledError):
        await world.passing(task)
    second = RecordingSender(world.clock)

    await world.until_empty(world.worker(second, "second"))

    assert 8 == len(sender.told)
    assert sorted(map(str, range(30))) == sorted(sender.chats() + second.chats())


async def test_no_request_inside_an_announced_pause(world: World) -> None:
    """A chat's Retry-After is kept to the second and delays no other chat; every alert arrives once."""
    await world.follow(*map(str, range(30)))
    await world.publish("a")
    await world.spread()
    refused: dict[str, float] = {}

    def script(address: Address, number: int) -> Outcome | None:
        at = world.clock.monotonic()
        assert at >= refused.get(address.chat, 0.0), "inside a pause"
        if address.chat not in refused and int(address.chat) % 3 == 0:
            refused[address.chat] = at + 30
            return TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=30))
        return None

    sender = RecordingSender(world.clock, script)
    worker = world.worker(sender)
    await worker.drain()
    assert 20 == len(sender.told)

    await world.until_empty(worker, step=1.0)

    assert sorted(map(str, range(30))) == sender.chats()
    assert 40 == len(sender.requests)


async def test_a_pause_of_the_bot_stops_everybody(world: World) -> None:
    """After a bot-wide Retry-After nothing new is asked until it is over."""
    await world.follow(*map(str, range(20)))
    await world.publish("a")
    await world.spread()
    until = 0.0

    def script(address: Address, number: int) -> Outcome | None:
        nonlocal until
        assert world.clock.monotonic() >= until
        if number == 3:
            until = world.clock.monotonic() + 60
            return TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=60), scope=Scope.BOT)
        return None

    sender = RecordingSender(world.clock, script)

    await world.until_empty(world.worker(sender, window=1), step=2.0)

    assert sorted(map(str, range(20))) == sender.chats()
    assert 21 == len(sender.requests)


async def test_a_revoked_token_keeps_the_queue(world: World) -> None:
    """Nothing is lost or given up while the token is refused, and one request at a time finds out."""
    await world.follow(*map(str, range(20)))
    story = await world.publish("a")
    await world.spread()
    revoked = True

    def script(address: Address, number: int) -> Outcome | None:
        return TryLater(why=Trouble.TOKEN_REVOKED, scope=Scope.BOT) if revoked else None

    sender = RecordingSender(world.clock, script)
    worker = world.worker(sender, window=4)
    await worker.drain()
    first = len(sender.requests)
    assert 0 < first <= 4
    await world.clock.forward(400)
    await worker.drain()
    assert first + 1 == len(sender.requests)
    revoked = False

    await world.until_empty(worker, step=30.0)

    assert sorted(map(str, range(20))) == sender.chats()
    told = await world.store.outbox.told(world.store.chats.key_of(world.address("3")), story)
    assert told is not None
    assert DeliveryState.DONE is told.state


async def test_a_group_that_moved_is_told_at_its_new_address(world: World) -> None:
    """A supergroup migration re-keys the chat and sends once, there."""
    await world.follow("-5")
    await world.publish("a")
    await world.spread()
    new = Address(platform=Platform.TELEGRAM, chat="-1005")
    sender = RecordingSender(
        world.clock, lambda address, number: Moved(to=new) if address.chat == "-5" else None
    )

    await world.until_empty(world.worker(sender))

    assert ["-1005"] == sender.chats()
    moved = await world.store.chats.by_key(world.store.chats.key_of(world.address("-5")))
    assert moved is not None
    assert "-1005" == moved.address.chat


async def test_a_chat_that_blocked_the_bot_is_asked_once(world: World) -> None:
    """Gone silences the chat: a later report is not even tried."""
    await world.follow("1", "2")
    await world.publish("a")
    await world.spread()
    sender = RecordingSender(
        world.clock, lambda address, number: Gone(why=Trouble.BLOCKED) if address.chat == "1" else None
    )
    worker = world.worker(sender)
    await worker.drain()
    await world.publish("b")
    await world.spread()

    await worker.drain()

    assert ["2", "2"] == sender.chats()
    assert 3 == len(sender.requests)


async def test_a_forgotten_chat_gets_nothing_that_was_queued(world: World) -> None:
    """Erasure between fan-out and send drops the delivery."""
    await world.follow("1", "2")
    await world.publish("a")
    await world.spread()
    await world.store.chats.forget(world.address("1"))
    sender = RecordingSender(world.clock)

    await world.until_empty(world.worker(sender))

    assert ["2"] == sender.chats()


async def test_a_refused_message_is_given_up_with_its_reason(world: World) -> None:
    """What the platform refuses is kept as given up, and the chat's next report is sent."""
    await world.follow("1")
    story = await world.publish("a")
    await world.spread()
    sender = RecordingSender(
        world.clock, lambda address, number: Refused(why=Trouble.TOO_LONG) if number == 1 else None
    )
    worker = world.worker(sender)
    await worker.drain()
    await world.publish("b")
    await world.spread()

    await worker.drain()

    told = await world.store.outbox.told(world.store.chats.key_of(world.address("1")), story)
    assert told is not None
    assert (DeliveryState.GIVEN_UP, "too_long") == (told.state, told.why)
    assert [("new", "1", ("Sample report b",))] == sender.told


async def test_a_sender_that_raises_is_tried_again(world: World) -> None:
    """An unexpected exception counts as the platform's error: nothing is lost, others are sent."""
    await world.follow("1", "2")
    await world.publish("a")
    await world.spread()

    def script(address: Address, number: int) -> Outcome | None:
        if number == 1:
            raise RuntimeError("broken")
        return None

    sender = RecordingSender(world.clock, script)

    await world.until_empty(world.worker(sender))

    assert ["1", "2"] == sender.chats()


async def test_many_reports_for_one_chat_keep_its_quota_and_hold_up_nobody(world: World) -> None:
    """Thirteen reports for one chat become few messages, a second apart, and another chat's does not wait."""
    await world.follow("1")
    for number in range(12):
        await world.publish(f"a{number}")
    await world.spread()
    await world.follow("2")
    await world.publish("last")
    await world.spread()
    sender = RecordingSender(world.clock, quotas=True)

    await world.until_empty(world.worker(sender), step=0.25, most=60)

    times = [at for at, chat in sender.requests if chat == "1"]
    told = Counter(title for _, chat, titles in sender.told if chat == "1" for title in titles)
    assert 13 == len(told) == told.total()
    assert 1 < len(times) < 13
    assert all(later - sooner > 1.0 - 1e-9 for sooner, later in pairwise(times))  # of floats
    assert min(at for at, chat in sender.requests if chat == "2") < 3.0
    assert 14 == len(sender.told)


async def test_time_passes_while_waiting_and_not_while_the_store_works(world: World) -> None:
    """The tests' own way to let virtual time pass: sleepers are woken in turn, questions cost no time."""

    async def work() -> None:
        await world.clock.sleep(0.1)
        for _ in range(20):
            await world.store.outbox.depth()
        await world.clock.sleep(0.2)

    before = world.clock.monotonic()
    await world.passing(work())

    assert 0.3 == pytest.approx(world.clock.monotonic() - before)


async def test_a_version_found_within_a_moment_still_edits(world: World) -> None:
    """A story is read once for many chats, but never older than the article that a delivery is about."""
    await world.follow("1")
    await world.publish("az", "k1", "k2")
    await world.spread()
    sender = RecordingSender(world.clock)
    worker = world.worker(sender)
    await worker.drain()
    await world.publish("en", "k2", lang=Language.EN)
    await world.spread()

    await worker.drain()

    assert [("new", "1", ("Sample report az",)), ("edit", "1", ("Sample report az", "Sample report en"))] == (
        sender.told
    )


async def test_a_crash_finds_at_most_eight_unrecorded(world: World) -> None:
    """However many the quota allows at once, few are on their way: that is what a crash can repeat."""
    await world.follow(*map(str, range(40)))
    await world.publish("a")
    await world.spread()
    sender = RecordingSender(world.clock, quotas=True)
    flying = [0]
    most = [0]

    async def slow() -> None:
        flying[0] += 1
        most[0] = max(most[0], flying[0])
        await world.clock.sleep(1.0)
        flying[0] -= 1

    sender.before = slow

    await world.until_empty(world.worker(sender), most=60)

    starts = [at for at, _ in sender.requests]
    assert AT_ONCE == most[0]
    quota, _ = sender.quotas(world.address("1"))
    least = spacing(quota) - CATCH_UP - 1e-9  # a late start is the next one's gain for no more than a moment
    assert [] == [later - sooner for sooner, later in pairwise(starts) if later - sooner < least]
    assert 40 == len(set(sender.chats())) == len(sender.told)

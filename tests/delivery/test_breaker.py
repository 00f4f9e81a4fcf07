"""Many chats that are suddenly not found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.breaker import LEAST, SPAN, Breaker
from bot.delivery.retry import STOPPED, Finish, Later, Silence
from bot.model import Address, Gone, Outcome, Platform, Sent, Trouble, TryLater
from tests.delivery.world import RecordingSender, World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
YES = Sent(receipt="1")
LOST = TryLater(why=Trouble.CHAT_NOT_FOUND)
BLOCKED = Gone(why=Trouble.BLOCKED)


def heard(*answers: Outcome, at: float = 0.0) -> Breaker:
    breaker = Breaker()
    for answer in answers:
        breaker.answered(answer, at)
    return breaker


def test_it_opens_above_a_twentieth_of_the_answers() -> None:
    """Exactly five in a hundred are chats that left; six are a fault of ours."""
    assert not heard(*[YES] * 95, *[LOST] * 5).is_open(0.0)
    assert heard(*[YES] * 94, *[LOST] * 6).is_open(0.0)


def test_a_few_lost_chats_do_not_open_it_where_few_are_told() -> None:
    """Of a bot's three chats one may well have gone."""
    assert not heard(YES, YES, *[LOST] * (LEAST - 1)).is_open(0.0)
    assert heard(YES, YES, *[LOST] * LEAST).is_open(0.0)


def test_it_closes_when_chats_are_found_again() -> None:
    """Five minutes without an answer prove nothing; answers do."""
    breaker = heard(*[LOST] * 20)

    assert breaker.is_open(0.0)
    assert breaker.is_open(SPAN)

    breaker.answered(YES, SPAN + 1)

    assert not breaker.is_open(SPAN + 1)


def test_it_looks_at_five_minutes() -> None:
    """What was answered before does not count, for or against."""
    breaker = heard(*[LOST] * (LEAST - 1))
    breaker.answered(LOST, SPAN)

    assert not breaker.is_open(SPAN)


@pytest.mark.parametrize("why", [Trouble.RATE_LIMITED, Trouble.NETWORK, Trouble.AMBIGUOUS])
def test_answers_that_say_nothing_about_a_chat_are_not_counted(why: Trouble) -> None:
    """A storm of refusals to go faster does not hide that nobody is found."""
    assert heard(*[TryLater(why=why)] * 1000, *[LOST] * LEAST).is_open(0.0)


def test_while_open_a_chat_that_seems_gone_is_asked_again() -> None:
    """No attempt is used up, and nothing final is done; whoever was told, was told."""
    breaker = Breaker()
    again = NOW + STOPPED
    silence = Silence(why=Trouble.BLOCKED)
    parked = Later(due=NOW + timedelta(hours=24), attempts=2, why=Trouble.CHAT_NOT_FOUND)

    assert Later(due=again, attempts=1, why=Trouble.BLOCKED) == breaker.spare(
        BLOCKED, silence, attempts=1, now=NOW
    )
    assert Later(due=again, attempts=1, why=Trouble.CHAT_NOT_FOUND) == breaker.spare(
        LOST, parked, attempts=1, now=NOW
    )
    assert Finish(receipt="1") == breaker.spare(YES, Finish(receipt="1"), attempts=1, now=NOW)


async def test_a_mixed_up_token_costs_nobody_an_alert(world: World) -> None:
    """All chats are "not found" for an hour; with the right token all of them are told, once."""
    await world.follow(*(str(number) for number in range(30)))
    await world.publish("one")
    await world.spread()
    healed = world.clock.monotonic() + 3600

    def script(address: Address, number: int) -> Outcome | None:
        return LOST if world.clock.monotonic() < healed else None

    sender = RecordingSender(world.clock, script)
    await world.until_empty(world.worker(sender), step=600.0, most=26 * 3600)

    assert sorted(str(number) for number in range(30)) == sender.chats()
    in_time = {chat for at, chat in sender.requests if healed <= at < healed + 3600}
    assert len(in_time) >= 30 - LEAST, "all but those that were parked before anybody could know"


async def test_chats_that_block_the_bot_meanwhile_are_written_off_afterwards(world: World) -> None:
    """Open, the breaker keeps even those that say they are gone; closed, their word counts."""
    chats = [str(number) for number in range(12)]
    await world.follow(*chats)
    await world.publish("one")
    await world.spread()
    sender = RecordingSender(world.clock, lambda address, number: BLOCKED)
    platform = Platform.TELEGRAM

    await world.until_empty(world.worker(sender))

    gone = [await world.store.chats.get(Address(platform=platform, chat=chat)) for chat in chats]
    assert all(chat is not None and chat.silent_since is not None for chat in gone)

"""What follows from each of the platform's answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.delivery.retry import Finish, GiveUp, Later, Rekey, Silence, after, backoff
from bot.model import Address, Gone, Moved, Outcome, Platform, Refused, Scope, Sent, Trouble, TryLater

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEW = Address(platform=Platform.TELEGRAM, chat="-100")


def decide(outcome: Outcome, *, attempts: int = 0, age: timedelta = timedelta()) -> object:
    return after(outcome, attempts=attempts, queued_at=NOW - age, now=NOW, rng=Random(1))


@pytest.mark.parametrize(
    ("outcome", "decision"),
    [
        (Sent(receipt="7"), Finish(receipt="7")),
        (Moved(to=NEW), Rekey(to=NEW)),
        (Gone(why=Trouble.BLOCKED), Silence(why=Trouble.BLOCKED)),
        (Refused(why=Trouble.TOO_LONG), GiveUp(why=Trouble.TOO_LONG)),
    ],
)
def test_final_answers_have_one_meaning(outcome: Outcome, decision: object) -> None:
    """Sent, moved, gone and refused each lead to their own end."""
    assert decision == decide(outcome)


@pytest.mark.parametrize("scope", list(Scope))
def test_going_slower_uses_up_no_attempt(scope: Scope) -> None:
    """A 429 waits at least as long as it says, however old the alert, and holds up what it names."""
    wish = TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=30), scope=scope)

    later = decide(wish, attempts=4, age=timedelta(days=3))

    assert isinstance(later, Later)
    assert (4, scope) == (later.attempts, later.hold)
    assert timedelta(seconds=30) <= later.due - NOW <= timedelta(seconds=33)


@pytest.mark.parametrize("why", [Trouble.TOKEN_REVOKED, Trouble.CONFLICT])
def test_a_broken_token_stops_the_bot_and_touches_nothing(why: Trouble) -> None:
    """Whatever scope was said, everything waits and the attempts stay."""
    later = decide(TryLater(why=why), attempts=2, age=timedelta(days=30))

    assert isinstance(later, Later)
    assert (2, Scope.BOT) == (later.attempts, later.hold)


@pytest.mark.parametrize("why", [Trouble.NETWORK, Trouble.AMBIGUOUS, Trouble.PLATFORM_ERROR])
def test_passing_trouble_is_retried_for_a_day(why: Trouble) -> None:
    """Retried within five minutes each, given up with its reason after 24 hours."""
    later = decide(TryLater(why=why), attempts=12, age=timedelta(hours=23))

    assert isinstance(later, Later)
    assert 13 == later.attempts
    assert later.due - NOW <= timedelta(seconds=300)
    assert GiveUp(why=why) == decide(TryLater(why=why), age=timedelta(hours=24))


def test_a_chat_without_rights_is_parked_for_a_day() -> None:
    """It is asked again the next day, and no more after a week."""
    wish = TryLater(why=Trouble.NO_RIGHTS)

    assert Later(due=NOW + timedelta(hours=24), attempts=1, why=Trouble.NO_RIGHTS) == decide(wish)
    assert GiveUp(why=Trouble.NO_RIGHTS) == decide(wish, age=timedelta(days=7))


def test_a_chat_not_found_is_written_off_at_the_third_refusal() -> None:
    """Each refusal parks for a day; earlier network trouble does not count as one."""
    wish = TryLater(why=Trouble.CHAT_NOT_FOUND)

    assert isinstance(decide(wish, attempts=9), Later)
    assert isinstance(decide(wish, attempts=1, age=timedelta(hours=24)), Later)
    assert Silence(why=Trouble.CHAT_NOT_FOUND) == decide(wish, attempts=2, age=timedelta(hours=48))


@pytest.mark.parametrize("why", list(Trouble))
def test_every_trouble_has_a_decision(why: Trouble) -> None:
    """Unknown or misplaced answers are transient: nothing is purged for them."""
    assert isinstance(decide(TryLater(why=why)), Later)


def test_an_absurd_wish_is_not_believed() -> None:
    """A year of waiting is an error of the platform; a day is the most."""
    later = decide(TryLater(why=Trouble.RATE_LIMITED, after=timedelta(days=365)))

    assert isinstance(later, Later)
    assert later.due - NOW <= timedelta(days=1, seconds=5)


def test_backoff_grows_from_one_second_to_five_minutes() -> None:
    """Full jitter: spread over the whole range, and no overflow after a thousand attempts."""
    rng = Random(3)
    assert max(backoff(0, rng) for _ in range(500)) <= timedelta(seconds=1)
    waits = [backoff(1000, rng) for _ in range(500)]

    assert timedelta(seconds=280) < max(waits) <= timedelta(seconds=300)
    assert min(waits) < timedelta(seconds=20)

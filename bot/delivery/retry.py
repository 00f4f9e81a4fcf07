"""What to do after the platform's answer. Pure.

The rules, from the platforms' own tables: a refusal to go faster never uses up an attempt; a broken
token stops the bot and touches nothing; what could not be told within a day of being queued is given
up with its reason; a chat that is gone, or not found three times in as many days, is never asked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import assert_never

from bot.model import Address, Gone, Moved, Outcome, Refused, Scope, Sent, Trouble, TryLater

FIRST_BACKOFF = timedelta(seconds=1)
LONGEST_BACKOFF = timedelta(seconds=300)
DEADLINE = timedelta(hours=24)  #: news that is older is not news
PARK = timedelta(hours=24)  #: until a chat that does not let us write is asked again
PARK_DEADLINE = timedelta(days=7)
NOT_FOUND_TRIES = 3
STOPPED = timedelta(minutes=5)  #: until a broken token is tried again
UNSAID_PAUSE = timedelta(seconds=5)  #: "too many requests" without saying until when
LONGEST_WISH = timedelta(days=1)  #: what a platform may ask for; a larger figure is an error of its own


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Finish:
    """Told. `receipt` is the platform's message id."""

    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not now. `hold` says what else must wait until `due`: the chat's other messages, or the whole bot."""

    due: datetime
    attempts: int  #: tries that used up an attempt, this one included if it did
    why: Trouble
    hold: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Not at all; kept with its reason."""

    why: Trouble


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Rekey:
    """The chat has a new address: move everything held under the old one, and send there."""

    to: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The chat is gone: stop telling it anything."""

    why: Trouble


Decision = Finish | Later | GiveUp | Rekey | Silence


def after(outcome: Outcome, *, attempts: int, queued_at: datetime, now: datetime, rng: Random) -> Decision:
    """The platform's answer -> what happens to the delivery. `attempts`: used up before this one."""
    match outcome:
        case Sent(receipt=receipt):
            return Finish(receipt=receipt)
        case Moved(to=to):
            return Rekey(to=to)
        case Gone(why=why):
            return Silence(why=why)
        case Refused(why=why):
            return GiveUp(why=why)
        case TryLater():
            return _later(outcome, attempts=attempts, age=now - queued_at, now=now, rng=rng)
        case _:
            assert_never(outcome)


def _later(
    wish: TryLater, *, attempts: int, age: timedelta, now: datetime, rng: Random
) -> Later | GiveUp | Silence:
    match wish.why:
        case Trouble.RATE_LIMITED:
            due = now + _jittered(wish.after or UNSAID_PAUSE, rng)
            return Later(due=due, attempts=attempts, why=wish.why, hold=wish.scope)
        case Trouble.TOKEN_REVOKED | Trouble.CONFLICT:
            due = now + _jittered(wish.after or STOPPED, rng)
            return Later(due=due, attempts=attempts, why=wish.why, hold=Scope.BOT)
        case Trouble.NO_RIGHTS:
            return _parked(wish.why, attempts + 1, now=now, given_up=age >= PARK_DEADLINE)
        case Trouble.CHAT_NOT_FOUND:
            # Each refusal parks for a day, so age tells these refusals from other attempts.
            third = attempts + 1 >= NOT_FOUND_TRIES and age >= PARK * (NOT_FOUND_TRIES - 1)
            if third:
                return Silence(why=wish.why)
            return _parked(wish.why, attempts + 1, now=now, given_up=age >= PARK_DEADLINE)
        case (
            Trouble.NETWORK
            | Trouble.AMBIGUOUS
            | Trouble.PLATFORM_ERROR
            | Trouble.BLOCKED
            | Trouble.KICKED
            | Trouble.DEACTIVATED
            | Trouble.ARCHIVED
            | Trouble.TOO_LONG
            | Trouble.MALFORMED
            | Trouble.NOT_EDITABLE
        ):
            return _backed_off(wish, attempts=attempts, age=age, now=now, rng=rng)
        case _:
            assert_never(wish.why)


def _parked(why: Trouble, attempts: int, *, now: datetime, given_up: bool) -> Later | GiveUp:
    return GiveUp(why=why) if given_up else Later(due=now + PARK, attempts=attempts, why=why)


def _backed_off(
    wish: TryLater, *, attempts: int, age: timedelta, now: datetime, rng: Random
) -> Later | GiveUp:
    if age >= DEADLINE:
        return GiveUp(why=wish.why)
    wait = backoff(attempts, rng)
    if wish.after is not None:
        wait = max(wait, _jittered(wish.after, rng))
    hold = Scope.BOT if wish.scope is Scope.BOT else None
    return Later(due=now + wait, attempts=attempts + 1, why=wish.why, hold=hold)


def backoff(attempts: int, rng: Random) -> timedelta:
    """Full jitter: anything up to 1 s doubled per attempt, at most 300 s, so that retries spread out."""
    ceiling = min(LONGEST_BACKOFF, FIRST_BACKOFF * (1 << min(attempts, 16)))
    return ceiling * rng.random()


def _jittered(wish: timedelta, rng: Random) -> timedelta:
    """At least the platform's wish; up to a tenth and five seconds more, so that not all return at once."""
    wish = min(max(wish, timedelta()), LONGEST_WISH)
    return wish + min(wish / 10, timedelta(seconds=5)) * rng.random()

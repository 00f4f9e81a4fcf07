"""When to ask a source again, and what its answer says about its health. Pure."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

from bot.errors import FeedError, FeedTrouble
from bot.model import Source

LONGEST_BACK_OFF = timedelta(hours=6)
LONGEST_MAX_AGE = timedelta(hours=6)  # a cache header of a year must not silence a source
LONGEST_RETRY_AFTER = timedelta(hours=24)
LONGEST_DETAIL = 200
GONE_WAIT = timedelta(hours=24)
JITTER = 0.1  #: of the wait, only ever added: never sooner than the publisher allows


class HealthEvent(StrEnum):
    """Told once each: to the log, the counters and the moderators."""

    BROKE = "broke"
    HEALED = "healed"


class Health(Protocol):
    """How a source is doing: what the store keeps (`bot.store.protocols.Health`), seen from here."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def last_success(self) -> datetime | None: ...
    @property
    def broken_since(self) -> datetime | None: ...
    @property
    def failures(self) -> int: ...


H = TypeVar("H", bound=Health)


def next_poll_at(
    source: Source,
    *,
    now: datetime,
    failures: int,
    rng: random.Random,
    outcome: FeedError | None = None,
    max_age: timedelta | None = None,
    retry_after: timedelta | None = None,
) -> datetime:
    """When to ask again: the interval, the publisher's headers, and patience after failures.

    The patience is 2^n intervals; `failures` in a row count this attempt.
    `outcome` is the error, or None when the poll succeeded.
    """
    wait = max(source.interval, min(max_age or timedelta(0), LONGEST_MAX_AGE))
    if outcome is not None:
        wait = max(wait, _patience(source.interval, failures))
        if outcome.why is FeedTrouble.GONE:
            wait = max(wait, GONE_WAIT)
        retry_after = retry_after or outcome.retry_after
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_RETRY_AFTER))
    return now + wait * (1 + JITTER * rng.random())


def _patience(interval: timedelta, failures: int) -> timedelta:
    doublings = min(max(failures, 0), 20)
    return max(interval, min(interval * (1 << doublings), LONGEST_BACK_OFF))


def health_after(before: H, *, now: datetime, outcome: FeedError | None) -> tuple[H, HealthEvent | None]:
    """The health after one poll, and the event when it changed between well and broken."""
    if outcome is None:
        well = _changed(
            before, last_success=now, broken_since=None, trouble=None, detail="", failures=0, now=now
        )
        return well, HealthEvent.HEALED if before.broken_since is not None else None
    ill = _changed(
        before,
        broken_since=before.broken_since or now,
        trouble=outcome.why,
        detail=outcome.detail[:LONGEST_DETAIL],
        failures=before.failures + 1,
        now=now,
    )
    return ill, HealthEvent.BROKE if before.broken_since is None else None


def _changed(before: H, *, now: datetime, **changes: Any) -> H:
    changed: H = replace(before, last_attempt=now, **changes)
    return changed

"""A feed that shows its past as news: new addresses after a move to another system, a restored backup. Pure.

An outlet publishes a few old texts now and then, and an outage of ours makes a whole list new; neither looks
like this: at least ten entries at once which we do not know, although by their own dates they are days older
than what this feed had shown us before. The feed's own dates are compared with each other and never with our
clock, so that an outlet whose dates run behind is not held up. What is held is kept for search and linking,
and nobody is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import Entry

LEAST = 10  #: entries; fewer are sent, late as they may be
OLDER = timedelta(days=2)  #: than the newest of before: outlets date a text when it is begun, or by the day


def shown_again(fresh: Sequence[Entry], newest: datetime | None) -> frozenset[str]:
    """Ids of those among the `fresh` entries that are the feed's past.

    `newest`: the newest date that the feed had shown before. Entries without a date go with the others.
    """
    if newest is None:
        return frozenset()
    past = [entry.id for entry in fresh if entry.published and entry.published < newest - OLDER]
    if len(past) < LEAST:
        return frozenset()
    return frozenset(past) | {entry.id for entry in fresh if entry.published is None}


def newest_of(entries: Sequence[Entry], before: datetime | None, now: datetime) -> datetime | None:
    """The newest date that a feed has shown up to now. Dates in the future are mistakes and do not count."""
    dates = [entry.published for entry in entries if entry.published and entry.published <= now]
    return max([*dates, *([before] if before else [])], default=None)

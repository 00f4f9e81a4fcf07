"""A feed that shows its past as news: new addresses after a move to another system, a restored backup. Pure.

An outlet publishes a few old texts now and then, and an outage of ours makes a whole list new; neither looks
like this: at least ten entries at once which we do not know although, by their own dates, we would have
been shown them days before our last visit. They are kept for search and linking, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import Entry

LEAST = 10  #: entries; fewer are sent, late as they may be
OLDER = timedelta(days=2)  #: than our last visit: outlets date a text when it is begun, or by the day
RECENT = timedelta(hours=6)  #: a visit so lately that a list without dates cannot be new throughout


def shown_again(
    fresh: Sequence[Entry], listed: int, last_success: datetime | None, now: datetime
) -> frozenset[str]:
    """Ids of those among the `fresh` entries that are the feed's past. `listed`: entries in the feed."""
    if last_success is None or len(fresh) < LEAST:
        return frozenset()
    past = [entry for entry in fresh if entry.published and entry.published < last_success - OLDER]
    undated = [entry for entry in fresh if entry.published is None]
    if len(past) >= LEAST:
        past += undated
    elif len(undated) == listed and now - last_success <= RECENT:
        past = undated
    return frozenset(entry.id for entry in past) if len(past) >= LEAST else frozenset()

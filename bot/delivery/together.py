"""What a chat is told later and together: digests, quiet hours, pauses, late news, and too many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery.patience import Patience
from bot.model import Alert, AlertKind, Chat, Digest, Hold, Kind, Settings, Skip, Story
from bot.store.protocols import Archive, Delivery, Freeze, Outbox, Withheld

LATE = timedelta(hours=24)  #: what waited longer is told together with what else waited, and marked
MANY = 3  #: more new reports than these for one chat at one time become one message
MANY_WAIT = timedelta(seconds=3)  #: in which more of them may come
MOST_READ = 40  #: stories that are read for one message; what does not fit into it follows

HeldUntil = tuple[datetime, Hold] | None


class Holding(Protocol):
    """`bot.alerts.holding`, handed in because the stages do not know each other."""

    def held_until(self, settings: Settings, now: datetime, *, urgent: bool = False) -> HeldUntil: ...
    def bell_held_until(self, settings: Settings, now: datetime) -> HeldUntil: ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Gathered:
    """What is told together now, and the stories that nobody wants to be told any more."""

    digest: Digest
    skipped: tuple[str, ...]


def withheld_until(
    holding: Holding, chat: Chat, story: Story, delivery: Delivery, now: datetime, late: timedelta = LATE
) -> tuple[datetime, Hold] | None:
    """Until when a new report waits to be told with others, and why; None: it goes now. Pure."""
    held = holding.held_until(chat.settings, now, urgent=is_urgent(story))
    if held is not None:
        return held
    return (now, Hold.LATE) if now - delivery.queued_at >= late else None


def is_discarded(freeze: Freeze, queued_at: datetime) -> bool:
    """Whether moderators have discarded what was queued then. Pure."""
    return freeze.discarded is not None and freeze.discarded[0] <= queued_at <= freeze.discarded[1]


def is_urgent(story: Story) -> bool:
    """Whether somebody is called to act at once."""
    return any(article.kind is Kind.URGENT_ACTION for article in story.articles)


async def gathered(
    outbox: Outbox,
    archive: Archive,
    chat: Chat,
    alert_for: Callable[[Chat, Story, AlertKind], Alert | Skip],
    patience: Patience,
    freeze: Freeze,
) -> Gathered:
    """Everything that waits for a chat, as far as one message could hold it."""
    held = await patience.ask(lambda: outbox.withheld(chat.key))
    read = held[:MOST_READ]
    stories = {story.id: story for story in await _stories(archive, read, patience)}
    alerts: list[Alert] = []
    skipped: list[str] = []
    for one in read:
        # Two that became one report since they were listed are found under the older id.
        story = stories.get(one.story) or await _story(archive, one.story, patience)
        what = alert_for(chat, story, AlertKind.NEW) if story is not None else Skip.EXPIRED
        if isinstance(what, Alert) and not is_discarded(freeze, one.since):
            alerts.append(what)
        else:
            skipped.append(one.story)
    late = frozenset(one.story for one in read if one.why is Hold.LATE)
    digest = Digest(alerts=tuple(alerts), settings=chat.settings, late=late, more=len(held) - len(read))
    return Gathered(digest=digest, skipped=tuple(skipped))


async def _stories(archive: Archive, held: Sequence[Withheld], patience: Patience) -> list[Story]:
    return await patience.ask(lambda: archive.stories([one.story for one in held]))


async def _story(archive: Archive, story: str, patience: Patience) -> Story | None:
    return await patience.ask(lambda: archive.story(story))

"""Trying again what was given up: after the cause is mended, each report is offered to its chat once more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.store.protocols import Archive, Chats, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of it."""

    queued: int  #: alerts that wait for their sender again
    expired: int  #: whose report has left the archive
    left: int  #: told meanwhile, given up for another reason, or the chat is gone


async def replay(
    outbox: Outbox,
    archive: Archive,
    chats: Chats,
    now: datetime,
    *,
    reasons: Collection[str] = (),
    seen: Callable[[], None] = lambda: None,
) -> Replayed:
    """Queue what was given up for one of `reasons` (none: for any). `seen` is called after each.

    Running it twice tells nobody twice: a report that waits or was told is left alone. Raises `StoreAway`.
    """
    queued = expired = left = 0
    async for lost in outbox.given_up():
        seen()
        chat = await chats.by_key(lost.chat)
        if (reasons and lost.why not in reasons) or chat is None or chat.silent_since is not None:
            left += 1
            continue
        story = await archive.story(lost.story)
        if story is None:
            expired += 1
        elif await outbox.offer(chat, story.id, story.articles[-1].id, now):
            queued += 1
        else:
            left += 1
    return Replayed(queued=queued, expired=expired, left=left)

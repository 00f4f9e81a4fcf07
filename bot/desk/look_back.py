"""The archive seen through a filter, by the same code that matches live."""

from __future__ import annotations

import asyncio
from collections import Counter

from bot.desk.ports import Ports
from bot.desk.replies import Difference, Trial
from bot.desk.typed_filters import read_saved
from bot.errors import BadFilter
from bot.filters.grammar import Filter
from bot.filters.match import evaluate, prepare
from bot.model import Article, Match, Source, Story

#: Articles between two turns of everybody else: they take 20 ms at most.
TURN = 20

MOST_SHOWN = 3  #: reports that a change adds, and as many that it takes away


async def sources_by_key(ports: Ports) -> dict[str, Source]:
    """The catalogue."""
    return {state.source.key: state.source for state in await ports.store.sources.all()}


async def newest_match(ports: Ports, query: str) -> tuple[Story, Article] | None:
    """The newest report that the filter wants, with the article that it wants of it."""
    try:
        wanted = await read_saved(ports, query)
    except BadFilter:  # one of its packs is gone since
        return None
    sources, looked_at = await sources_by_key(ports), 0
    async for article in ports.store.archive.newest(ports.most_searched):
        looked_at += 1
        if looked_at % TURN == 0:
            await asyncio.sleep(0)
        if isinstance(evaluate(wanted, prepare(article, sources.get(article.source))), Match):
            story = await ports.store.archive.of_article(article.id)
            if story is not None:
                return story, article
    return None


async def both_tested(
    ports: Ports, before: Filter | None, after: Filter
) -> tuple[list[Article], list[Article], int]:
    """What two filters would have matched, newest first, and how many were looked at; packs are in place."""
    sources = await sources_by_key(ports)
    old: list[Article] = []
    new: list[Article] = []
    looked_at = 0
    async for article in ports.store.archive.newest(ports.most_tested):
        looked_at += 1
        if looked_at % TURN == 0:
            await asyncio.sleep(0)
        read = prepare(article, sources.get(article.source))
        if before is not None and isinstance(evaluate(before, read), Match):
            old.append(article)
        if isinstance(evaluate(after, read), Match):
            new.append(article)
    return old, new, looked_at


async def tried(ports: Ports, wanted: Filter) -> Trial:
    """What a filter would have matched of the last texts; its packs are in place."""
    _, matched, looked_at = await both_tested(ports, None, wanted)
    return trial_of(matched, looked_at)


def trial_of(matched: list[Article], looked_at: int) -> Trial:
    """What was matched, newest first, counted by language. Pure."""
    return Trial(
        matched=len(matched),
        looked_at=looked_at,
        by_language=tuple(Counter(article.lang for article in matched).most_common()),
        newest=tuple(matched[:MOST_SHOWN]),
    )


def difference(old: list[Article], new: list[Article]) -> Difference:
    """What the second filter finds beyond the first, and the other way round; both newest first. Pure."""
    old_ids, new_ids = {one.id for one in old}, {one.id for one in new}
    gained = [one for one in new if one.id not in old_ids]
    lost = [one for one in old if one.id not in new_ids]
    return Difference(
        gained=len(gained),
        lost=len(lost),
        newest_gained=tuple(gained[:MOST_SHOWN]),
        newest_lost=tuple(lost[:MOST_SHOWN]),
    )

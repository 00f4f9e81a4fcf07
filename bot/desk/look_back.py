"""The archive seen through a filter, by the same code that matches live."""

from __future__ import annotations

from bot.desk.ports import Ports
from bot.filters.grammar import Filter, parse
from bot.filters.match import evaluate, prepare
from bot.model import Article, Match, Source, Story


async def sources_by_key(ports: Ports) -> dict[str, Source]:
    """The catalogue."""
    return {state.source.key: state.source for state in await ports.store.sources.all()}


async def newest_match(ports: Ports, query: str) -> tuple[Story, Article] | None:
    """The newest report that the filter wants, with the article that it wants of it."""
    wanted = parse(query)
    sources = await sources_by_key(ports)
    async for article in ports.store.archive.newest(ports.most_searched):
        if isinstance(evaluate(wanted, prepare(article, sources.get(article.source))), Match):
            story = await ports.store.archive.of_article(article.id)
            if story is not None:
                return story, article
    return None


async def tested(ports: Ports, wanted: Filter) -> tuple[list[Article], int]:
    """(articles that it would have matched, newest first; how many were looked at)."""
    sources = await sources_by_key(ports)
    matched: list[Article] = []
    looked_at = 0
    async for article in ports.store.archive.newest(ports.most_tested):
        looked_at += 1
        if isinstance(evaluate(wanted, prepare(article, sources.get(article.source))), Match):
            matched.append(article)
    return matched, looked_at

"""`/latest`, `/search`, `/case`: what the archive has, each report once, newest first.

    /latest 10              the last ten reports that this chat follows, or of all human-rights news
    /search torture page:2  what a filter finds, five reports on a page
    /case Anar Məmmədli     every report that names a person, in whatever spelling

They read and send nothing; at most `ports.most_searched` articles are looked at.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable

from bot.alerts.muting import muted_by
from bot.desk.look_back import TURN, sources_by_key
from bot.desk.namesakes import Namesakes, follow_query
from bot.desk.ports import Ports
from bot.desk.replies import CaseShown, ChooseCase, FilterRefused, Found, LatestShown, Missing, Reply
from bot.desk.requests import Request, Verb
from bot.desk.typed_filters import read_filter, read_saved, with_packs
from bot.errors import BadFilter
from bot.filters.grammar import parse
from bot.filters.match import ReadArticle, evaluate, prepare
from bot.filters.terms import Filter
from bot.model import Article, Chat, Match, Settings, Story

FEW, MOST = 5, 20  #: reports of `/latest`, when nothing is said and at most
PAGE = 5  #: reports on a page
MOST_PAGES = 20
MOST_CASE = PAGE * MOST_PAGES  #: reports of one case that are put in order

_PAGE = re.compile(r"(?:^|\s+)(?:page|səhifə|sehife):(\d{1,2})$", re.IGNORECASE)


def split_page(argument: str) -> tuple[str, int]:
    """ "torture page:2" -> ("torture", 2). The first page is 1."""
    found = _PAGE.search(argument)
    if found is None:
        return argument.strip(), 1
    return argument[: found.start()].strip(), min(max(int(found[1]), 1), MOST_PAGES)


async def latest(ports: Ports, request: Request, argument: str) -> Reply:
    """The last reports; words instead of a number are searched for."""
    if argument and not (argument.isascii() and argument.isdigit()):
        return await search(ports, request, argument)
    wanted = min(max(int(argument[:3] or FEW), 1), MOST)
    chat = await ports.store.chats.get(request.chat)
    filters = await _filters(ports, chat)
    settings = chat.settings if chat else Settings()
    everything = filters or [parse("rights:yes")]

    def wants(read: ReadArticle) -> bool:
        return any(isinstance(evaluate(one, read), Match) for one in everything)

    stories: list[Story] = []
    found = _Looked()
    async for story in _stories(ports, _matching(ports, wants, found)):
        if muted_by(settings, story) is None:
            stories.append(story)
        if len(stories) == wanted:
            break
    return LatestShown(stories=tuple(stories), followed=bool(filters))


async def _filters(ports: Ports, chat: Chat | None) -> list[Filter]:
    """What the chat follows, with its packs; without what cannot be read any more."""
    filters = []
    for subscription in chat.subscriptions if chat else ():
        try:
            filters.append(await read_saved(ports, subscription.query))
        except BadFilter:  # one of its packs is gone since
            continue
    return filters


async def search(ports: Ports, request: Request, argument: str) -> Reply:
    """The reports that a filter finds, which is read as `/subscribe` reads it: human-rights news by rule."""
    typed, page = split_page(argument)
    if not typed:
        return Missing(verb=Verb.SEARCH)
    try:
        wanted = await read_filter(ports, typed)
        whole = await with_packs(ports, wanted)
    except BadFilter as problem:
        return FilterRefused(verb=Verb.SEARCH, typed=typed, problem=problem)
    looked = _Looked()
    matched = [
        article
        async for article in _matching(ports, lambda read: isinstance(evaluate(whole, read), Match), looked)
    ]
    stories: list[Story] = []
    async for story in _stories(ports, _each(matched)):
        stories.append(story)
        if len(stories) > page * PAGE:
            break
    return Found(
        typed=typed,
        query=wanted.query,
        stories=tuple(stories[(page - 1) * PAGE : page * PAGE]),
        matched=len(matched),
        looked_at=looked.at,
        page=page,
        first=(page - 1) * PAGE + 1,
        more=len(stories) > page * PAGE and page < MOST_PAGES,
    )


async def case(ports: Ports, request: Request, argument: str) -> Reply:
    """The timeline of a person or case; a single name that several people bear asks which of them."""
    typed, page = split_page(argument)
    namesakes = Namesakes.of(typed)
    if namesakes is None:
        return Missing(verb=Verb.CASE)
    matched, looked_at = await _naming(ports, namesakes)
    people = namesakes.people()
    if len(people) > 1:
        return ChooseCase(name=typed, people=tuple(people), looked_at=looked_at)
    stories = []
    async for story in _stories(ports, _each(matched)):
        stories.append(story)
        if len(stories) == MOST_CASE:
            break
    stories.sort(key=lambda story: min(one.published for one in story.articles), reverse=True)
    follow = follow_query(people[0] if people else typed, namesakes.spellings())
    chat = await ports.store.chats.get(request.chat)
    return CaseShown(
        name=typed,
        stories=tuple(stories[(page - 1) * PAGE : page * PAGE]),
        total=len(stories),
        looked_at=looked_at,
        page=page,
        first=(page - 1) * PAGE + 1,
        more=len(stories) > page * PAGE,
        spellings=tuple(namesakes.spellings()),
        follow=follow,
        followed=follow is not None and _follows(chat, follow),
    )


def _follows(chat: Chat | None, query: str) -> bool:
    return chat is not None and any(kept.query == query for kept in chat.subscriptions)


async def _naming(ports: Ports, namesakes: Namesakes) -> tuple[list[Article], int]:
    """The articles that bear the name, newest first, and how many were looked at."""
    matched, looked_at = [], 0
    async for article in ports.store.archive.newest(ports.most_searched):
        looked_at += 1
        if looked_at % TURN == 0:
            await asyncio.sleep(0)
        if namesakes.are_in(article):
            matched.append(article)
    return matched, looked_at


class _Looked:
    """How many articles were looked at."""

    at = 0


async def _matching(
    ports: Ports, wants: Callable[[ReadArticle], bool], looked: _Looked
) -> AsyncIterator[Article]:
    """The articles that are wanted, newest first."""
    sources = await sources_by_key(ports)
    async for article in ports.store.archive.newest(ports.most_searched):
        looked.at += 1
        if looked.at % TURN == 0:
            await asyncio.sleep(0)
        if wants(prepare(article, sources.get(article.source))):
            yield article


async def _each(articles: list[Article]) -> AsyncIterator[Article]:
    for article in articles:
        yield article


async def _stories(ports: Ports, articles: AsyncIterator[Article]) -> AsyncIterator[Story]:
    """The reports that the articles belong to, each once."""
    told: set[str] = set()
    async for article in articles:
        if article.id in told:
            continue
        story = await ports.store.archive.of_article(article.id)
        if story is not None:
            told.update(one.id for one in story.articles)
            yield story

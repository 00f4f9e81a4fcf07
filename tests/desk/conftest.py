"""A desk on the real store, and short ways to ask it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.desk.desk import Desk
from bot.desk.ports import Ports, Probed
from bot.desk.replies import Answer, Reply
from bot.desk.requests import Request
from bot.errors import FeedError
from bot.model import Address, Article, ChatKind, Entry, Language, Platform, Source
from bot.store.protocols import Store
from bot.stories.links import claims
from tests.clock import ManualClock

ANNA = Address(platform=Platform.TELEGRAM, chat="1001")
GROUP = Address(platform=Platform.TELEGRAM, chat="-2002", kind=ChatKind.GROUP)


@dataclass
class Feeds:
    """The open internet as a moderator's `/source test` would find it."""

    answers: dict[str, Probed | FeedError] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)

    async def __call__(self, source: Source) -> Probed:
        answer = self.answers[source.url]
        if isinstance(answer, FeedError):
            raise answer
        return answer

    async def document(self, url: str) -> bytes:
        return self.documents[url]

    def has(self, url: str, *titles: str) -> None:
        entries = tuple(
            Entry(
                source="test", id=str(n), link=f"{url}/{n}", guid=None, title=title, text="", published=None
            )
            for n, title in enumerate(titles)
        )
        self.answers[url] = Probed(url=url, title="The Outlet", entries=entries)


@dataclass
class World:
    """What the tests touch."""

    desk: Desk
    store: Store
    clock: ManualClock
    feeds: Feeds
    ask: Callable[..., Awaitable[Reply]]
    answer: Callable[..., Awaitable[Answer]]

    async def publishes(
        self,
        title: str,
        *,
        text: str = "",
        lang: Language = Language.EN,
        countries: Sequence[str] = ("AZ",),
        rights: bool = True,
        alternates: Sequence[tuple[str, str]] = (),
        tell: bool = False,
        published: datetime | None = None,
    ) -> Article:
        """An article in the archive, seen one minute after the one before."""
        await self.clock.forward(minutes=1)
        slug = title.lower().replace(" ", "-")
        article = Article(
            id=slug,
            source="monitor",
            outlet="The Monitor",
            url=f"https://monitor.example/{lang.value}/{slug}",
            title=title,
            text=text,
            lang=lang,
            countries=tuple(countries),
            human_rights=rights,
            published=published or self.clock.now(),
            seen=self.clock.now(),
            alternates=tuple(alternates),
        )
        filters = tuple(await self.store.filters.all()) if tell else ()
        await self.store.archive.publish(
            article,
            entry_id=slug,
            claims=claims(article, None),
            filters=filters,
            tell=tell,
            now=self.clock.now(),
        )
        return article


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    """A desk, its store and its clock."""
    feeds = Feeds()
    desk = Desk(
        Ports(
            store=store, clock=clock, probe=feeds, documents=feeds.document, zone="Asia/Baku", receipt_days=7
        )
    )
    blank = Request(person="1001", chat=ANNA, asked_in=ANNA, text="", may_change=True, hint=Language.EN)

    async def answer(text: str, chat: Address = ANNA, **facts: object) -> Answer:
        request = replace(blank, text=text, chat=chat, asked_in=chat)
        return await desk.answer(replace(request, **facts))  # type: ignore[arg-type]

    async def ask(text: str, chat: Address = ANNA, **facts: object) -> Reply:
        return (await answer(text, chat, **facts)).reply

    return World(desk=desk, store=store, clock=clock, feeds=feeds, ask=ask, answer=answer)


MINUTE = timedelta(minutes=1)

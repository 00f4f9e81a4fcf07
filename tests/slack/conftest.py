"""The real bolt application against the strict local Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.config import SlackConfig
from bot.model import Alert, AlertKind, Article, Language, Settings, Story
from handlers.slack.app import SlackApp, slack_app
from handlers.slack.commands import FrontDesk
from tests.platforms.slack_api import SlackApi
from tests.slack.desk import RecordingDesk

Start = Callable[..., AbstractAsyncContextManager[SlackApp]]


class HastyClock(SystemClock):
    """The machine's clock, on which waits of five seconds and more are a thousand times shorter.

    Waits as long as one in `endless` end when they are cancelled, those in `instant` at once.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.endless: set[float] = set()
        self.instant: set[float] = set()

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if seconds in self.endless:
            await asyncio.Event().wait()
        if seconds in self.instant:
            return
        await asyncio.sleep(seconds / 1000 if seconds >= 5 else seconds)


def sample_alert(title: str = "Sample: torture reported", summary: tuple[str, ...] = ("Sample.",)) -> Alert:
    moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    article = Article(
        id="a1",
        source="sample",
        outlet="Sample News",
        url="https://news.example.org/1",
        title=title,
        text=" ".join(summary),
        lang=Language.EN,
        countries=("AZ",),
        summary=summary,
        published=moment,
        seen=moment,
    )
    return Alert(kind=AlertKind.NEW, story=Story(id="s1", articles=(article,)), settings=Settings())


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def hasty() -> HastyClock:
    return HastyClock()


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    async with SlackApi() as server:
        server.channel("C1", creator="U1")
        yield server


@pytest.fixture
async def start(slack: SlackApi, hasty: HastyClock) -> AsyncIterator[Start]:
    """Start the whole of Slack; with `serve=False` only its sender."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:

        @asynccontextmanager
        async def starting(
            desk: FrontDesk, *, serve: bool = True, wait: bool = True, bot: str = "", app: str = ""
        ) -> AsyncIterator[SlackApp]:
            config = SlackConfig(
                base_url=slack.url,
                bot_token=SecretStr(bot or slack.bot_token),
                app_token=SecretStr(app or slack.app_token),
            )
            async with slack_app(config, desk, session, hasty, jitter=lambda: 0.5) as started:
                task = asyncio.create_task(started.run()) if serve else None
                try:
                    if serve and wait:
                        await slack.until(lambda: len(slack.sockets) == 2)
                    yield started
                finally:
                    if task is not None:
                        task.cancel()
                        await asyncio.gather(task, return_exceptions=True)

        yield starting

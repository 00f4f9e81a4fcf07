"""The real Application against the strict local Bot API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.config import TelegramConfig
from bot.model import Alert, AlertKind, Article, Language, Settings, Story
from handlers.telegram.app import TelegramApp, telegram_app
from handlers.telegram.commands import FrontDesk
from tests.platforms.bot_api import BotApi
from tests.telegram.desk import RecordingDesk

Start = Callable[..., AbstractAsyncContextManager[TelegramApp]]


class HastyClock(SystemClock):
    """The machine's clock, on which every wait is a hundred times shorter."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)


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
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def start(api: BotApi) -> AsyncIterator[Start]:
    """Start the whole of Telegram; with `serve=False` only its sender."""
    async with aiohttp.ClientSession() as session:

        @asynccontextmanager
        async def starting(
            desk: FrontDesk, *, serve: bool = True, token: str = ""
        ) -> AsyncIterator[TelegramApp]:
            config = TelegramConfig(base_url=api.url, token=SecretStr(token or api.token))
            async with telegram_app(
                config, desk, session, clock=HastyClock(), jitter=lambda: 0.5, poll_seconds=1
            ) as app:
                task = asyncio.create_task(app.updates.run()) if serve else None
                try:
                    yield app
                finally:
                    if task is not None:
                        task.cancel()
                        await asyncio.gather(task, return_exceptions=True)

        yield starting

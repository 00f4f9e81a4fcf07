"""A web chat on a real port, with a desk that records."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.config import WebConfig
from handlers.web.app import web_app
from handlers.web.serve import serve
from tests.web.desk import RecordingDesk


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
async def base(desk: RecordingDesk) -> AsyncIterator[str]:
    """The address of a chat whose sessions open themselves."""
    async with serve(web_app(desk, WebConfig(sign_in=False), SystemClock()), "127.0.0.1", 0) as at:
        yield at.url


@pytest.fixture
async def guarded(desk: RecordingDesk) -> AsyncIterator[str]:
    """The address of a chat that asks for a code."""
    async with serve(web_app(desk, WebConfig(sign_in=True), SystemClock()), "127.0.0.1", 0) as at:
        yield at.url


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser's connections and cookies."""
    jar = aiohttp.CookieJar(unsafe=True)  # cookies for addresses too
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield session

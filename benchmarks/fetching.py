"""Conditional GET on loopback, nine of ten unchanged: our guarded Fetcher beside bare clients.

Ours checks every address, limits every step and hashes what it got; aiohttp alone is the limit of a Fetcher
built on aiohttp. The server is a process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter

import aiohttp
import httpx

from benchmarks.measure import Size, Watch, Work, in_turns
from benchmarks.report import Against, Finding, Row, compared, times
from benchmarks.server import ETAG, serving
from bot.feeds.fetch import Fetcher

AT_ONCE = 20  # requests on their way; httpx gets slower with more, the others do not
_CONDITION = {"If-None-Match": ETAG}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the publisher gave us last time."""

    etag: str | None = ETAG
    last_modified: str | None = None


async def run(size: Size, watch: Watch) -> Finding:
    """All clients ask one server over kept connections."""
    polls = size.of(600)
    async with (
        serving() as url,
        Fetcher(user_agent="benchmark", concurrency=AT_ONCE, per_host=AT_ONCE) as fetcher,
        aiohttp.ClientSession() as session,
        httpx.AsyncClient(trust_env=False) as client,
    ):

        async def ours(path: str) -> None:
            await fetcher.fetch(url + path, _Known(), allow_private=True)

        async def plain(path: str) -> None:
            async with session.get(url + path, headers=_CONDITION) as response:
                await response.read()

        async def other(path: str) -> None:
            await client.get(url + path, headers=_CONDITION)

        asking = {"ours": ours, "aiohttp": plain, "httpx": other}
        took = await in_turns({name: _polling(ask, polls) for name, ask in asking.items()}, size, watch)
    return Finding(
        title=f"asking a publisher is {compared(took['ours'], took['httpx'])} httpx, and with every"
        f" protection takes {times(took['ours'], took['aiohttp'])} what aiohttp alone takes",
        unit="poll",
        rows=(
            Row(what="304 or 200", ours=took["ours"], other="httpx.AsyncClient", theirs=took["httpx"]),
            Row(
                what="304 or 200",
                ours=took["ours"],
                other="aiohttp alone",
                theirs=took["aiohttp"],
                against=Against.LIMIT,
            ),
        ),
    )


def _polling(ask: Callable[[str], Awaitable[None]], polls: int) -> Work:
    """`polls` polls by `AT_ONCE` askers, one of ten of something new."""

    async def asker(first: int) -> None:
        for number in range(first, polls, AT_ONCE):
            await ask("/new" if number % 10 == 0 else "/feed")

    async def work() -> float:
        start = perf_counter()
        await asyncio.gather(*(asker(first) for first in range(AT_ONCE)))
        return (perf_counter() - start) / polls

    return work

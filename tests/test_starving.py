"""Publishers that hang, lie and drip, polled beside honest ones: the honest ones are read nevertheless."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

from bot.feeds.fetch import Fetcher, Limits
from bot.feeds.parse import ParserPool
from bot.metrics import Metrics
from bot.model import Source
from bot.pipeline import Ports
from bot.schedule import Poller
from bot.store.protocols import Store
from bot.watch import FollowedIndex
from tests.clock import ManualClock
from tests.waiting import PATIENCE

FEED = b"""<rss version='2.0'><channel><title>Sample</title><item><title>Sample report</title>
<link>https://sample.example/1</link></item></channel></rss>"""
OK = b"HTTP/1.1 200 OK\r\n"
Manner = Callable[[asyncio.StreamWriter], Awaitable[None]]


def drips(start: bytes, piece: bytes, every: float) -> Manner:
    async def manner(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every)

    return manner


def says(answer: bytes) -> Manner:
    async def manner(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return manner


async def resets(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 999\r\n\r\n<rss>")
    await writer.drain()
    writer.transport.abort()


BAD: tuple[Manner, ...] = (
    drips(b"", b"", 0.2),  # silence
    drips(OK + b"\r\n", b"x", 0.2),  # a byte now and then
    drips(OK, b"X-A: b\r\n", 0.05),  # headers without end
    drips(OK, b"X", 0.2),  # one header, slowly
    drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.05),
    drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50, 0.02),
    drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.01),
    says(b"\x15\x03\x03\x00\x02\x02\x28" * 9),  # TLS on a plain port
    says(b"HTTP/1.1 302 Found\r\nLocation: /feed\r\nContent-Length: 0\r\n\r\n"),
    says(OK + b"Content-Length: 99999\r\n\r\n<rss>"),
    says(OK + b"Content-Length: -1\r\n\r\n"),
    says(b"HTTP/1.1 204 No Content\r\nContent-Length: 50\r\n\r\n" + FEED),
    says(b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/2\r\nContent-Length: 2\r\n\r\n<r"),
    says(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    says(OK + b"Set-Cookie: a=b\r\n" * 10_000 + b"\r\n"),
    resets,
)


@contextlib.asynccontextmanager
async def town() -> AsyncIterator[int]:
    """A server on every loopback address: 127.1.x.y are bad, by their last number; all others are good."""
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        host = writer.get_extra_info("sockname")[0].split(".")
        good = OK + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(FEED) + FEED
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            await (BAD[int(host[3]) % len(BAD)] if host[1] == "1" else says(good))(writer)
        writer.close()

    server = await asyncio.start_server(serve, "0.0.0.0", 0)  # all of 127/8
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


#: None of them is ever given up by a clock: whoever waits for one waits for ever.
ENDLESS = Limits(connect=3600, first_byte=3600, total=3600, grace=3600, rate=0.001)


async def poll_among(
    store: Store, clock: ManualClock, *, bad: int, good: int, concurrency: int, patience: float
) -> None:
    """Poll until every good source was read. Who takes longer than `patience` seconds steps aside."""
    async with (
        town() as port,
        Fetcher(user_agent="sample", concurrency=concurrency, limits=ENDLESS, patience=patience) as fetcher,
        ParserPool(2, wall=PATIENCE) as pool,
    ):
        for number in range(bad + good):  # the bad ones first: they are due before all others
            host = (
                f"127.1.{number // 200}.{number % 200 + 1}" if number < bad else f"127.2.1.{number - bad + 1}"
            )
            source = Source(
                key=f"{'bad' if number < bad else 'good'}-{number}",
                title="Sample",
                url=f"http://{host}:{port}/feed",
                allow_private=True,
                fetch_page=False,
                interval=timedelta(minutes=10),
            )
            await store.sources.add(source, clock.now() + timedelta(milliseconds=number))
        await clock.forward(minutes=1)
        ports = Ports(
            store=store, fetch=fetcher, parse=pool, index=FollowedIndex(store.filters), clock=clock,
            rng=random.Random(1), tally=Metrics(),
        )  # fmt: skip
        poller = Poller(ports, concurrency=concurrency, per_host=2, patience=patience)
        try:
            async with asyncio.timeout(PATIENCE):
                while await _read(store) < good:
                    await poller.tick()
                    await asyncio.sleep(0.02)
        finally:
            await poller.stop()


async def _read(store: Store) -> int:
    """How many good sources were read."""
    return sum(
        state.source.key.startswith("good") and state.health.last_success is not None
        for state in await store.sources.all()
    )


async def test_publishers_that_hang_starve_nobody(store: Store, clock: ManualClock) -> None:
    """Sixty-four bad publishers before sixteen good ones, on six places: all good ones are read."""
    await poll_among(store, clock, bad=64, good=16, concurrency=6, patience=0.1)

"""A publisher on loopback whose manners a test decides: raw bytes that may break every rule of HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]]


@dataclass
class Publisher:
    """Answers every request with `answer`; remembers what was asked."""

    port: int = 0
    asked: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/feed") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextlib.asynccontextmanager
async def publisher(answer: Answer) -> AsyncIterator[Publisher]:
    """One server for one test."""
    shop = Publisher()
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                shop.asked.append(request)
                await answer(reader, writer, request)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    shop.port = server.sockets[0].getsockname()[1]
    try:
        yield shop
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def says(body: bytes = b"", *, status: str = "200 OK", headers: str = "") -> Answer:
    """An honest answer."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        writer.write(head.encode() + body)

    return answer


def writes(*pieces: bytes, every: float = 0.0, close: bool = True, forever: bool = False) -> Answer:
    """Raw bytes, slowly if wished, the last piece again and again if `forever`."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every)
        while forever:
            writer.write(pieces[-1])
            await writer.drain()
            await asyncio.sleep(every)
        if close:
            writer.close()

    return answer

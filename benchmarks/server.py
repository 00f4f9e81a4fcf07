"""A publisher, a Bot API and Slack's Web API in a process of their own: serving costs the client nothing.

    async with serving() as url:
        GET  {url}/feed       304 to a conditional request, else 200 with a feed
        GET  {url}/new        200 always
        POST {url}/bot…       a sent message
        POST {url}/api/…      a message posted to Slack

Answers by `asyncio.Protocol` alone; run as a program it prints its port and ends when its input does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.texts import rss
from bot.model import Language

ETAG = '"sample-1"'
_ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Sample","username":"SampleBot"}}'
_MESSAGE = json.dumps(
    {
        "ok": True,
        "result": {
            "message_id": 1,
            "date": 1793534400,
            "chat": {"id": 7, "type": "private", "first_name": "Sample"},
            "text": "Sample",
        },
    }
).encode()
_POSTED = json.dumps(
    {"ok": True, "channel": "C1", "ts": "1793534400.000100", "message": {"text": "Sample"}}
).encode()


class _Answers(asyncio.Protocol):
    """One kept connection; requests may come in pieces and in rows."""

    def __init__(self, feed: bytes) -> None:
        self._received = b""
        self._unchanged = _response("304 Not Modified", b"", "")
        self._feed = _response("200 OK", feed, "application/rss+xml")
        self._message = _response("200 OK", _MESSAGE, "application/json")
        self._posted = _response("200 OK", _POSTED, "application/json")
        self._me = _response("200 OK", _ME, "application/json")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            whole = end + 4 + _length(head)
            if len(self._received) < whole:
                return
            self._received = self._received[whole:]
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        if head.startswith(b"post /api/"):
            return self._posted
        if head.startswith(b"post "):
            return self._me if b"/getme " in head else self._message
        asked = head.startswith(b"get /feed") and b"\r\nif-none-match:" in head
        return self._unchanged if asked else self._feed


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _response(status: str, body: bytes, kind: str) -> bytes:
    length = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if kind else ""
    return f"HTTP/1.1 {status}\r\nETag: {ETAG}\r\nCache-Control: max-age=60\r\n{length}\r\n".encode() + body


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """The server's address, for as long as the block runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.server", stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        await process.wait()


async def main() -> None:
    """Serve until standard input ends."""
    feed = rss(20, Language.AZ)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Answers(feed), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())

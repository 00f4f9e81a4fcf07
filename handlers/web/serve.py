"""Run an application on uvicorn inside somebody else's event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette

#: How long open requests may take after we said stop, in seconds; streams are told before and end at once.
GRACE_SECONDS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where it can be reached."""

    host: str
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


class _Server(uvicorn.Server):
    """uvicorn, but signals stay with whoever runs the loop, and it says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def serve(
    app: Starlette, host: str, port: int, *, grace: int = GRACE_SECONDS
) -> AsyncIterator[Listening]:
    """Serve `app` while the context lasts; port 0 takes a free one.

    On leaving, `app.state.closing()` (where there is one) lets open streams end first; what is open
    then gets `grace` seconds and is cut off.

    Raises:
        OSError: the address cannot be had.
    """
    listener = _listener(host, port)
    server = _Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,  # an access log would say who reads what, and when
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=grace,
        )
    )
    running = asyncio.create_task(server.serve(sockets=[listener]))
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait((running, ready), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        yield Listening(host=host, port=listener.getsockname()[1])
    finally:
        ready.cancel()
        if closing := getattr(app.state, "closing", None):
            closing()
        server.should_exit = True
        await running


def _listener(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
    listener = socket.create_server((host, port), family=family, backlog=128)
    listener.setblocking(False)
    return listener

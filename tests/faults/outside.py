"""A store that the bot did not start: the embedded server, run by the test, to be stopped and filled."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType

from bot.store.connect import wired
from bot.store.server import EmbeddedServer


class OutsideStore:
    """Runs in a short directory of its own while the context is open."""

    def __init__(self, kind: type[EmbeddedServer] = EmbeddedServer) -> None:
        self._kind = kind
        self._folder = tempfile.TemporaryDirectory(prefix="xo-")
        self.data = Path(self._folder.name)
        self._server = self._kind(self.data)

    def __enter__(self) -> OutsideStore:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        return f"unix://{self._server.socket}"

    def start(self) -> None:
        """Start on the same directory, and wait until the data is read."""
        self._server = self._kind(self.data)
        self._server.start()
        while not self._server.answers():
            time.sleep(0.005)

    def stop(self) -> None:
        """SIGKILL."""
        self._server.kill()

    def freeze(self) -> None:
        """It listens and does not answer."""
        os.kill(self._server.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._server.pid, signal.SIGCONT)

    async def limit(self, size: int) -> None:
        """The most memory it may use; what it holds stays, nothing more is taken. 0: no limit."""
        async with wired(self.url) as wire:
            await wire.call("CONFIG", "SET", "maxmemory", size)

    async def everything(self) -> list[bytes]:
        """Every key and every value, as bytes."""
        found: list[bytes] = []
        readers = {
            b"string": ("GET",),
            b"hash": ("HGETALL",),
            b"list": ("LRANGE", 0, -1),
            b"set": ("SMEMBERS",),
            b"zset": ("ZRANGE", 0, -1),
            b"stream": ("XRANGE", "-", "+"),
        }
        async with wired(self.url) as wire:
            for key in await wire.call("KEYS", "*"):
                command, *rest = readers[await wire.call("TYPE", key)]
                found.append(key)
                found.extend(flat(await wire.call(command, key, *rest)))
        return found


def flat(value: object) -> list[bytes]:
    if isinstance(value, bytes):
        return [value]
    return [part for one in value for part in flat(one)] if isinstance(value, list) else []

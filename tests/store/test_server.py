"""The embedded server: alone on its directory, and gone when we are."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import StoreAway, StoreError
from bot.store.connect import open_store, wired
from bot.store.seal import Keyring
from bot.store.server import EmbeddedServer, StoreInUse, embedded, embedded_sync, running
from tests.clock import START
from tests.waiting import until

PARENT = """
import sys, time
from pathlib import Path
from bot.store.server import EmbeddedServer, embedded_sync
with embedded_sync(EmbeddedServer(Path(sys.argv[1]))) as server:
    print(server.pid, flush=True)
    time.sleep(3600)
"""


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path, keyring: Keyring) -> None:
    """A second start on the same directory finds the state."""
    async with embedded(tmp_path) as path, open_store(path, keyring) as store:
        await store.people.invite("code", START, START - START.replace(year=2025))
    async with embedded(tmp_path) as path, open_store(path, keyring) as store:
        assert await store.people.redeem("code", "person", START)


async def test_a_clean_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    """No process, no socket, no lock."""
    async with embedded(tmp_path) as path:
        assert path == running(tmp_path)
    assert running(tmp_path) is None
    async with embedded(tmp_path):
        pass


def test_a_second_start_on_the_same_directory_is_refused(tmp_path: Path) -> None:
    """Two servers on one directory would destroy each other's data."""
    with embedded_sync(EmbeddedServer(tmp_path)) as first:
        with pytest.raises(StoreInUse, match="another xeberdar"):
            EmbeddedServer(tmp_path).start()
        assert first.answers()


def test_killing_the_parent_ends_the_server(tmp_path: Path) -> None:
    """After kill -9 of the program its server goes as well, and a new one may start."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    assert _alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    asyncio.run(until(lambda: not _alive(child)))
    with embedded_sync(EmbeddedServer(tmp_path)) as server:
        assert server.answers()


def test_a_long_data_directory_gets_a_short_socket(tmp_path: Path) -> None:
    """A socket's path has at most 107 bytes, whatever the directory's name."""
    deep = tmp_path / ("d" * 120)
    with embedded_sync(EmbeddedServer(deep)) as server:
        place = server.socket
        assert len(os.fsencode(place)) <= 107
        assert 0o700 == place.parent.stat().st_mode & 0o777
    assert not place.parent.exists()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The last line of its log is in the error, and the lock is free again."""
    (tmp_path / "valkey").mkdir()
    (tmp_path / "valkey" / "appendonlydir").write_text("not a directory")
    with pytest.raises(StoreError, match="ended with status"), embedded_sync(EmbeddedServer(tmp_path)):
        pass
    (tmp_path / "valkey" / "appendonlydir").unlink()
    with embedded_sync(EmbeddedServer(tmp_path)) as server:
        assert server.answers()


async def test_a_silent_server_is_away(tmp_path: Path, keyring: Keyring) -> None:
    """A server that hangs makes a call raise StoreAway, and is used again later."""
    with embedded_sync(EmbeddedServer(tmp_path)) as server:
        async with open_store(server.socket, keyring, timeout=2.0) as store:
            os.kill(server.pid, signal.SIGSTOP)
            with pytest.raises(StoreAway):
                await store.chats.count()
            os.kill(server.pid, signal.SIGCONT)
            assert 0 == await store.chats.count()


async def test_a_silent_server_is_asked_once() -> None:
    """The library would ask again and again, and turn one timeout into ten of them."""
    questions: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        questions.append(b"".join([chunk async for chunk in _chunks(reader)]))
        writer.close()

    with tempfile.TemporaryDirectory(prefix="xeb-") as folder:
        path = Path(folder) / "silent.sock"
        async with await asyncio.start_unix_server(listen, path):
            async with wired(f"unix://{path}", 1.0) as wire:
                with pytest.raises(StoreAway):
                    await wire.call("PING")
            await until(lambda: questions)
    assert 1 == len(questions)
    assert 1 == questions[0].count(b"PING")


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while chunk := await reader.read(1000):
        yield chunk


async def test_no_server_is_away(tmp_path: Path, keyring: Keyring) -> None:
    """Nobody listening is the same to the caller as nobody answering."""
    with pytest.raises(StoreAway):
        async with open_store(tmp_path / "nobody.sock", keyring):
            pass

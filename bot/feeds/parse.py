"""A small pool of killable parser processes.

Whatever a feed does to its parser, it does to one process that can be replaced; the others go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import structlog

from bot.errors import FeedError, FeedTrouble
from bot.feeds.parsed import ParsedFeed, feed_from, page_from
from bot.model import Page

log = structlog.get_logger("xeberdar.feeds")

WALL_SECONDS = 8.0
START_SECONDS = 30.0
TASKS_PER_WORKER = 500
LONGEST_BODY = 20 * 1024 * 1024
LONGEST_ANSWER = 16 * 1024 * 1024
MOST_HEADERS = 32
_ROOT = Path(__file__).resolve().parents[2]


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.tasks = 0

    @classmethod
    async def start(cls) -> Self:
        """Started with nothing of ours: no environment, no open file, no working directory."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-s", "-B", "-m", "bot.feeds.worker"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
            cwd="/",
            start_new_session=True,  # Ctrl-C is for us; we end our workers ourselves
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS):
                await worker._receive()
        except BaseException:
            await worker.stop()
            raise
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, task: Mapping[str, Any], body: bytes, wall: float) -> dict[str, Any]:
        """Raises EOFError when the process ended, TimeoutError when it should have, after `wall` seconds."""
        self.tasks += 1
        async with asyncio.timeout(wall):
            stdin = self._process.stdin
            assert stdin is not None
            head = json.dumps({**task, "wall": wall}).encode()
            try:
                stdin.write(struct.pack(">I", len(head)) + head + struct.pack(">I", len(body)))
                stdin.write(body)
                await stdin.drain()
            except ConnectionError as error:
                raise EOFError from error
            answer = json.loads(await self._receive())
        if not isinstance(answer, dict):
            raise ValueError("not an object")  # noqa: TRY004 - joins the other unreadable answers
        return answer

    async def _receive(self) -> bytes:
        stdout = self._process.stdout
        assert stdout is not None
        (length,) = struct.unpack(">I", await stdout.readexactly(4))
        if length > LONGEST_ANSWER:
            raise ValueError("an answer too long")
        return await stdout.readexactly(length)

    def _ended(self) -> bool:
        return self._process.stdout is not None and self._process.stdout.at_eof()

    async def stop(self) -> None:
        """At once; nothing a worker holds is worth keeping."""
        if self._ended():  # its exit is on its way to us; a signal would take it from asyncio's watcher
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 1)
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()


class ParserPool:
    """`size` workers; tasks wait for a free one in the order they came.

    `async with ParserPool(2) as pool: await pool.feed(...)`. Afterwards no process is left.
    """

    def __init__(
        self, size: int, *, tasks_per_worker: int = TASKS_PER_WORKER, wall: float = WALL_SECONDS
    ) -> None:
        """`wall`: seconds that a task may take, beside its limit of CPU time."""
        self._size = size
        self._wall = wall
        self._tasks_per_worker = tasks_per_worker
        self._idle: asyncio.Queue[_Worker | None] = asyncio.Queue()
        self._workers: set[_Worker] = set()
        self._replacing: set[asyncio.Task[None]] = set()
        self._started = False
        self._closed = False
        self.kills = 0  #: workers that ended, or had to be ended, over a task

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the workers. Raises FeedError(PARSER_FAILED) when they cannot run on this machine."""
        if self._started:
            return
        self._started = True
        try:
            for worker in await asyncio.gather(*(self._start_worker() for _ in range(self._size))):
                self._idle.put_nowait(worker)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End every process. Idempotent."""
        self._closed = True
        for task in tuple(self._replacing):
            task.cancel()
        await asyncio.gather(*self._replacing, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in tuple(self._workers)))
        self._workers.clear()

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(worker.pid for worker in self._workers)

    async def feed(self, body: bytes, headers: Mapping[str, str], url: str, source_key: str) -> ParsedFeed:
        """The entries of a feed.

        `headers` are the response's, names in lower case; `url` is where the request ended, "" when unknown.
        Raises FeedError EMPTY, NOT_A_FEED, TOO_LARGE, BOMB, PARSER_KILLED, PARSER_FAILED.
        """
        task = {"kind": "feed", "url": url, "headers": _bounded(headers), "source": source_key}
        return feed_from(await self._run(task, body), source_key)

    async def page(self, body: bytes, headers: Mapping[str, str], url: str) -> Page:
        """What a page says about itself. Raises as `feed` does."""
        return page_from(
            await self._run({"kind": "page", "url": url, "headers": _bounded(headers)}, body), url
        )

    async def _run(self, task: Mapping[str, Any], body: bytes) -> dict[str, Any]:
        if len(body) > LONGEST_BODY:
            raise FeedError(FeedTrouble.TOO_LARGE, f"{len(body)} bytes")
        await self.start()
        worker = await self._idle.get()
        try:
            if worker is None:  # its predecessor could not be replaced at the time
                worker = await self._start_worker()
            answer = await worker.ask(task, body, self._wall)
        except BaseException as error:
            self._replace(worker)
            raise self._explain(error) from error
        if worker.tasks >= self._tasks_per_worker:
            self._replace(worker)
        else:
            self._idle.put_nowait(worker)
        return _unwrap(answer)

    def _explain(self, error: BaseException) -> BaseException:
        """What the end of a worker means to whoever asked. IncompleteReadError is an EOFError."""
        if isinstance(error, (TimeoutError, EOFError)):
            self.kills += 1
            limit = "the wall clock" if isinstance(error, TimeoutError) else "CPU or memory"
            return FeedError(FeedTrouble.PARSER_KILLED, f"stopped by its limit of {limit}")
        if isinstance(error, ValueError):
            self.kills += 1
            return FeedError(FeedTrouble.PARSER_FAILED, "the parser's answer cannot be read")
        return error

    async def _start_worker(self) -> _Worker:
        try:
            worker = await _Worker.start()
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            raise FeedError(FeedTrouble.PARSER_FAILED, "a parser process does not start") from error
        self._workers.add(worker)
        return worker

    def _replace(self, worker: _Worker | None) -> None:
        """In the background, so that only this slot is missing meanwhile."""
        if self._closed:
            return
        task = asyncio.create_task(self._renew(worker))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _renew(self, worker: _Worker | None) -> None:
        if worker is not None:
            await worker.stop()
            self._workers.discard(worker)
        try:
            self._idle.put_nowait(await self._start_worker())
        except FeedError as error:
            log.error("feeds.parser_does_not_start", why=error.detail)  # noqa: TRY400 - the cause says no more
            self._idle.put_nowait(None)


def _bounded(headers: Mapping[str, str]) -> dict[str, str]:
    return {name[:64]: value[:1024] for name, value in list(headers.items())[:MOST_HEADERS]}


def _unwrap(answer: Mapping[str, Any]) -> dict[str, Any]:
    done = answer.get("ok")
    if isinstance(done, dict):
        return done
    try:
        trouble = FeedTrouble(str(answer.get("trouble")))
    except ValueError:
        trouble = FeedTrouble.PARSER_FAILED
    raise FeedError(trouble, str(answer.get("detail", ""))[:200])


async def parse_file(path: Path, pool: ParserPool) -> ParsedFeed:
    """Entries of a feed that lies in a file, without its headers. The source is the file's name.

    Raises OSError and FeedError.
    """
    body = await asyncio.to_thread(path.read_bytes)
    return await pool.feed(body, {}, "", path.stem)

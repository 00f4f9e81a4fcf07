"""The power fails: what was written and not yet forced to the disk is gone, up to any byte.

A killed server alone shows nothing, for the kernel keeps what it has written. So the append-only file is cut
somewhere between the least that a power cut leaves and its end. The least is as long as the server said the
file was when it last answered; for a server that forces its file once a second, a second earlier. In the
packet of every command the server is also asked whether it is on the disk (WAITAOF). The answer must be yes,
except for the control: with `everysec` servers may say so too early (github.com/redis/redis/pull/13793).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bot.delivery.fanout import FanoutWorker
from bot.delivery.worker import AT_ONCE
from bot.store import keys
from bot.store.connect import open_store, store_on
from bot.store.protocols import Store
from bot.store.seal import Keyring
from bot.store.server import EmbeddedServer
from bot.store.wire import Field, Wire, connect
from tests.clock import ManualClock
from tests.delivery.world import RecordingSender, World
from tests.faults.outside import OutsideStore
from tests.soak import life
from tests.soak.verdict import Step, Verdict, unwatched
from tests.waiting import PATIENCE

CHATS = [str(number) for number in range(16)]
PUBLISHERS = 3  #: reports that are handed in at the same time
AHEAD = 2  #: reports that wait to be told before more are handed in; many would become one message
MOST = 80  #: messages before the power fails
PASSES = 0.02  #: seconds of the program's time that pass in a millisecond of ours


class EverySecond(EmbeddedServer):
    """Forces its file to the disk once a second, as servers do unless they are told otherwise."""

    OPTIONS = (
        *((name, value) for name, value in EmbeddedServer.OPTIONS if name != "appendfsync"),
        ("appendfsync", "everysec"),
        ("hz", "500"),  # how often it sees that a question has waited long enough
    )


class Disk:
    """The append-only file of a server, and how much of it is certain."""

    def __init__(self, data: Path, forced_every: float) -> None:
        self._folder = data / "valkey" / "appendonlydir"
        self._forced_every = forced_every  #: seconds; 0: before each answer
        self._lengths: list[tuple[float, int]] = []  # (monotonic, bytes), as the server said
        self.early = 0  #: answers about which the server did not say that they were on the disk

    def answered(self, info: bytes, forced: bool) -> None:
        """The server answered a command, and said how long its file was by then."""
        facts = dict(line.split(b":", 1) for line in info.splitlines() if b":" in line)
        begun_with = sum(path.stat().st_size for path in self._folder.glob("*.base.*"))
        self._lengths.append((time.monotonic(), int(facts[b"aof_current_size"]) - begun_with))
        self.early += not forced

    @property
    def certain(self) -> int:
        """Bytes that a power cut leaves."""
        before = time.monotonic() - self._forced_every
        return max((length for at, length in self._lengths if at <= before), default=0)

    def cut(self, chance: Random) -> int:
        """Lose what was not certain, up to any byte; how many bytes. The server must be dead."""
        path = self._path()
        size = path.stat().st_size
        left = chance.randint(self.certain, size)
        os.truncate(path, left)
        return size - left

    def _path(self) -> Path:
        (path,) = self._folder.glob("*.incr.aof")
        return path


class AskingWire(Wire):
    """Asks with every command whether it is on the disk when it is answered."""

    def __init__(self, url: str, disk: Disk, patience: int) -> None:
        """`patience`: milliseconds that the server may take to say yes."""
        self.client = connect(url, PATIENCE)
        super().__init__(self.client, PATIENCE)
        self._disk = disk
        self._patience = patience

    async def _run(self, command: Sequence[Field], wait: float) -> Any:
        # WAITAOF speaks of what its own connection has written, so there has to be something.
        pulse: Sequence[Field] = ("SET", keys.PULSE, 1, "PX", 1000)
        asking = (pulse, ("WAITAOF", 1, 0, self._patience), ("INFO", "persistence"))
        answer, _, (forced, _), info = await self.many([command, *asking])
        self._disk.answered(info, bool(forced))
        return answer


@dataclass
class Cut:
    """What one power cut did."""

    lost: int = 0  #: messages about acknowledged reports
    torn: int = 0  #: reports that are half there
    duplicates: int = 0
    messages: int = 0
    bytes: int = 0
    early: int = 0  #: answers that came before the disk had them


async def power_cuts(
    seed: int, size: int, *, server: type[EmbeddedServer] = EmbeddedServer, step: Step = unwatched
) -> Verdict:
    """`size` times the power fails while reports are handed in, fanned out and sent.

    Whatever the store has acknowledged is told to every chat afterwards, without asking the publisher again.
    """
    chance, cuts = Random(seed), []
    for _ in range(size):
        with OutsideStore(server) as outside:
            cuts.append(await _cut(chance, outside, 0.0 if server is EmbeddedServer else 1.0))
        step()
    torn = sum(cut.torn for cut in cuts)
    messages, gone = sum(cut.messages for cut in cuts), sum(cut.bytes for cut in cuts)
    early = sum(cut.early for cut in cuts)
    kind = "always" if server is EmbeddedServer else "everysec"
    return Verdict(
        scenario=f"power cuts, {kind}",
        size=size,
        unit="cuts",
        lost=sum(cut.lost for cut in cuts),
        duplicates=sum(cut.duplicates for cut in cuts),
        bound=AT_ONCE * size,
        wrong=tuple(
            f"{number} {what}"
            for number, what in ((torn, "reports are torn"), (early, "answers came before the disk had them"))
            if number
        ),
        note=f"{messages:,} messages; {gone:,} bytes cut off,"
        f" some in {sum(cut.bytes > 0 for cut in cuts)} of the cuts",
        control=server is not EmbeddedServer,
    )


async def _cut(chance: Random, outside: OutsideStore, forced_every: float) -> Cut:
    keyring, clock = Keyring.from_master(chance.randbytes(32)), ManualClock()
    sender, disk = RecordingSender(clock), Disk(outside.data, forced_every)
    tried: list[str] = []
    acknowledged: list[str] = []
    wire = AskingWire(outside.url, disk, 1 if forced_every else 10_000)
    try:
        async with store_on(wire, keyring, clock=clock, alone=True) as store:
            world = World(store, clock)
            await world.follow(*CHATS)
            async with _working(world, sender, tried, acknowledged):
                enough = chance.randint(1, MOST)
                while len(sender.told) < enough:
                    await asyncio.sleep(0.001)
                    await clock.forward(PASSES)
                outside.stop()
    finally:
        await wire.client.aclose()
    cut = Cut(bytes=disk.cut(chance), early=disk.early)
    outside.start()
    async with open_store(outside.url, keyring, timeout=PATIENCE, clock=clock, alone=True) as store:
        await _told_the_rest(World(store, clock), sender)
        await _compare(cut, store, sender, tried, acknowledged)
    return cut


@asynccontextmanager
async def _working(
    world: World, sender: RecordingSender, tried: list[str], acknowledged: list[str]
) -> AsyncIterator[None]:
    """Everything at once, until the context is left; by then the store is gone."""

    async def hand_in() -> None:
        while True:
            if len(tried) * len(CHATS) - len(sender.told) > AHEAD * len(CHATS):
                await asyncio.sleep(0.001)
                continue
            tried.append(name := str(len(tried)))
            await life.publish(world.store, name, world.clock)
            acknowledged.append(name)

    fanout = FanoutWorker(outbox=world.store.outbox, clock=world.clock, name="fan", page=3)
    works = [hand_in() for _ in range(PUBLISHERS)]
    tasks = [asyncio.create_task(work) for work in (*works, fanout.run())]
    tasks.append(asyncio.create_task(world.worker(sender, window=AT_ONCE).run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        while not all(task.done() for task in tasks):  # the sender's worker waits for its messages
            await asyncio.sleep(0)
            await world.clock.forward(PASSES)
        await asyncio.gather(*tasks, return_exceptions=True)


async def _told_the_rest(world: World, sender: RecordingSender) -> None:
    """What the next life does."""
    fanout = FanoutWorker(outbox=world.store.outbox, clock=world.clock, name="next fan")
    worker = world.worker(sender, "next", window=AT_ONCE)
    await fanout.drain()
    await world.until_empty(worker, step=1.0)


async def _compare(
    cut: Cut, store: Store, sender: RecordingSender, tried: list[str], acknowledged: list[str]
) -> None:
    told = [(title, chat) for _, chat, titles in sender.told for title in titles]
    pairs = set(told)
    missing = {name: sum((life.title(name), chat) not in pairs for chat in CHATS) for name in tried}
    unseen = set(await store.sources.unseen(life.SOURCE, tried))
    for name in tried:
        there = await store.archive.of_article(name) is not None
        cut.torn += there != (name not in unseen) or (there and missing[name] > 0)
    cut.lost = sum(missing[name] for name in acknowledged)
    cut.messages, cut.duplicates = len(told), len(told) - len(pairs)

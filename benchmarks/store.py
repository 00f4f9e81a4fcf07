"""The store's promises beside one bare XADD on the same server, with the same fsync after every write.

`publish` marks an entry seen, keeps the article, joins or opens its story, claims its links and enqueues its
fan-out in one step; `take` and `finish` hand out a delivery and record it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

from benchmarks.measure import Size, Watch, in_turns
from benchmarks.report import Against, Finding, Row, times
from benchmarks.texts import article
from benchmarks.world import World, world
from bot.model import Language, Platform
from bot.store.codec import encode_article

_WORKER = "benchmark"
_BATCH = 64  # deliveries taken at a time, as the worker does


async def run(size: Size, watch: Watch) -> Finding:
    """One after the other, as one poll does; nothing is batched on either side."""
    repeats = size.of(150)
    async with world() as here:
        await here.follow(repeats)

        async def publishing() -> float:
            start = perf_counter()
            for _ in range(repeats):
                await here.publish(tell=False)
            return (perf_counter() - start) / repeats

        async def finishing() -> float:
            await _enqueue(here, repeats)
            return await _finish(here)

        async def adding() -> float:
            body = encode_article(article(Language.AZ, 1))
            start = perf_counter()
            for _ in range(repeats):
                await here.wire.call("XADD", "plain", "MAXLEN", "~", 1000, "*", "z", body)
            return (perf_counter() - start) / repeats

        works = {"publish": publishing, "finish": finishing, "XADD": adding}
        took = await in_turns(works, size, watch)
    rows = tuple(
        Row(what=what, ours=took[name], other="XADD, same fsync", theirs=took["XADD"], against=Against.LIMIT)
        for name, what in (("publish", "publish a report"), ("finish", "take and finish a delivery"))
    )
    return Finding(
        title=f"a report is kept and enqueued in {times(rows[0].ours, rows[0].theirs)} the time of one"
        f" durable write, a delivery taken and recorded in {times(rows[1].ours, rows[1].theirs)}",
        unit="step",
        rows=rows,
    )


async def _enqueue(here: World, deliveries: int) -> None:
    """One report for all chats."""
    outbox, now = here.store.outbox, datetime.now(UTC)
    await here.publish(tell=True)
    for fanout in await outbox.take_fanouts(_WORKER, 10, timedelta()):
        while not await outbox.spread(_WORKER, fanout, deliveries, now):
            pass


async def _finish(here: World) -> float:
    outbox, done, now = here.store.outbox, 0, datetime.now(UTC)
    start = perf_counter()
    while batch := await outbox.take(Platform.TELEGRAM, _WORKER, _BATCH, timedelta()):
        for delivery in batch:
            await outbox.finish(_WORKER, delivery, "1", now)
        done += len(batch)
    return (perf_counter() - start) / done

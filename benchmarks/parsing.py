"""A feed's bytes -> entries: our parser processes beside feedparser as it comes, and a bare pass of expat.

Ours includes what the others leave out: the way to another process and back, limits, sanitised plain text,
identities and dates.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter
from xml.parsers import expat

import feedparser

from benchmarks import texts
from benchmarks.measure import Size, Watch, Work, in_turns, repeated
from benchmarks.report import Against, Finding, Row, compared, times
from bot.feeds.parse import ParserPool
from bot.model import Language

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_URL = "https://sample.example/feed"


async def run(size: Size, watch: Watch) -> Finding:
    """One process of ours against one thread of theirs."""
    count = size.of(50)
    feeds = {
        f"RSS, {count} whole texts, az": texts.rss(count, Language.AZ),
        f"RSS, {count} whole texts, en": texts.rss(count, Language.EN),
        f"Atom, {count} whole texts, az": texts.atom(count, Language.AZ),
        f"RSS, {count} headlines, az": texts.rss(count, Language.AZ, bodies=False),
    }
    works: dict[str, Work] = {}
    async with ParserPool(1) as pool:
        for name, body in feeds.items():
            works[f"ours {name}"] = _ours(pool, body)
            works[f"feedparser {name}"] = repeated(1, partial(feedparser.parse, body))
            works[f"expat {name}"] = repeated(5, partial(_tokenise, body))
        took = await in_turns(works, size, watch)
    rows = [row for name, body in feeds.items() for row in _rows(name, len(body), took)]
    first, floor = rows[0], rows[1]
    return Finding(
        title=f"a feed of whole texts is read {compared(first.ours, first.theirs)} feedparser,"
        f" in {times(floor.ours, floor.theirs)} the time of tokenising its XML",
        unit="feed",
        rows=tuple(rows),
    )


def _rows(name: str, length: int, took: dict[str, float]) -> list[Row]:
    what, ours = f"{name}, {length / 1000:.0f} kB", took[f"ours {name}"]
    return [
        Row(what=what, ours=ours, other="feedparser.parse", theirs=took[f"feedparser {name}"]),
        Row(
            what=what,
            ours=ours,
            other="expat, tokens only",
            theirs=took[f"expat {name}"],
            against=Against.LIMIT,
        ),
    ]


def _ours(pool: ParserPool, body: bytes) -> Work:
    async def work() -> float:
        start = perf_counter()
        await pool.feed(body, _HEADERS, _URL, "sample")
        return perf_counter() - start

    return work


def _tokenise(body: bytes) -> None:
    """The least that any XML parser with callbacks does."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: None
    parser.EndElementHandler = lambda name: None
    parser.CharacterDataHandler = lambda data: None
    parser.Parse(body, True)

"""Damaged feeds and pages through the real pool: a bounded share of the long campaign, its seed printed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

from bot.errors import FeedError, FeedTrouble
from bot.feeds.parse import ParserPool
from tests.feeds.mutate import OWN_FEEDS, PAGE, flaws, mutated, page_flaws
from tests.waiting import PATIENCE

SEED = 20261123
FEEDS = 400
PAGES = 60
SHARED = Path(__file__).resolve().parents[3] / "shared" / "feeds"
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"content-type": "text/xml"},
    {"content-type": "text/xml; charset=utf-16"},
    {"content-type": "application/rss+xml; charset=windows-1251"},
    {"content-type": "\x00; charset=zlib"},
)


def bases() -> list[bytes]:
    """Our own feeds; other people's as well where they lie beside the checkout."""
    others = sorted(path for path in SHARED.rglob("*") if path.is_file() and path.stat().st_size < 60_000)
    return [*OWN_FEEDS * (1 + len(others) // 10), *(path.read_bytes() for path in others)]


async def test_no_damage_reaches_the_service() -> None:
    """Hundreds of mutations: no unknown error, few lost workers, every entry and page sound."""
    rng, known = random.Random(SEED), bases()
    found: list[str] = []
    troubles: Counter[FeedTrouble] = Counter()

    async def one(pool: ParserPool, number: int, body: bytes, headers: dict[str, str]) -> None:
        try:
            if number < FEEDS:
                parsed = flaws(await pool.feed(body, headers, "https://example.com/feed", "s"))
            else:
                parsed = page_flaws(await pool.page(body, headers, "https://example.com/page"))
            found.extend(f"{number}: {flaw}" for flaw in parsed)
        except FeedError as error:
            troubles[error.why] += 1
            if error.why is FeedTrouble.PARSER_FAILED:
                found.append(f"{number}: {error}")

    async with ParserPool(2, wall=PATIENCE) as pool:
        for start in range(0, FEEDS + PAGES, 4):  # a few at once, as in life
            batch = [
                (number, mutated(rng, rng.choice(known) if number < FEEDS else PAGE), rng.choice(HEADERS))
                for number in range(start, start + 4)
            ]
            await asyncio.gather(*(one(pool, *arguments) for arguments in batch))
        healthy = await pool.feed(OWN_FEEDS[0], {}, "https://numune.example/rss", "s")
        assert len(healthy.entries) == 2
        assert pool.kills == troubles[FeedTrouble.PARSER_KILLED] <= 2
    assert found == [], f"seed {SEED}"
    assert sum(troubles.values()) < FEEDS // 2

"""How much a shared key says: Baku is in every second report, Mehralızadə in three. Pure.

The weight of a key is its inverse document frequency (Spärck Jones 1972) in ordinary news, counted once and
kept in `data/background.txt`. Counting what the linker holds at the moment was tried and left out: two
articles would be compared differently tomorrow, and what is in all the news today is no less a person's name.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from math import log

_HALF = 0.5  # what a key counts that nobody has met, so that its weight is finite


@lru_cache(maxsize=65_536)
def weight(key: str) -> float:
    """At least 0: about 1 for what a third of all articles have, about 7 for what hardly any has."""
    documents, table = _background()
    return max(0.0, log((documents + 1) / (table.get(key, 0) + _HALF)))


@cache
def _background() -> tuple[int, dict[str, int]]:
    """How many articles were counted, and in how many of them each frequent key occurs."""
    lines = (files("bot.stories") / "data" / "background.txt").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    table = {key: int(count) for key, count in rows}
    return table.pop("articles"), table

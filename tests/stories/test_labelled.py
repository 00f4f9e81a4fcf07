"""How well labelled sets are joined: reports in two languages, and what is easily taken for one of them.

The sets in `data/` were written for this project (`data/README.md`). The weights were learnt from them, so
these figures are a floor under which a change must not fall; what unseen news gives is in
`docs/contributors.md`.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from benchmarks.learn_likeness import article_of
from bot.model import Article
from bot.stories.fingerprint import fingerprint
from bot.stories.link import link

FILES = sorted((Path(__file__).parent / "data").glob("labelled_*.jsonl"))


def joined() -> tuple[Counter[str], Counter[str]]:
    """How many pairs of each sort there are, and how many of them are joined."""
    there: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for line in (line for file in FILES for line in file.read_text("utf-8").splitlines()):
        row = json.loads(line)
        batch = [article_of(one, one["id"]) for one in row["articles"]]
        truth = {name: at for at, ids in enumerate(row["stories"]) for name in ids}
        story = {name: one.story for one in link(batch) for name in one.articles}
        for a, b in combinations(batch, 2):
            sort = _sort(a, b) if truth[a.id] == truth[b.id] else "near miss"
            there[sort] += 1
            told[sort] += story[a.id] == story[b.id]
    return there, told


def _sort(a: Article, b: Article) -> str:
    return "same outlet" if fingerprint(a).outlet == fingerprint(b).outlet else "other outlets"


@pytest.fixture(scope="module")
def figures() -> tuple[Counter[str], Counter[str]]:
    return joined()


def test_the_sample_is_large_enough(figures: tuple[Counter[str], Counter[str]]) -> None:
    """At least 200 pairs of one report, and 300 near misses."""
    there, _ = figures

    assert there["same outlet"] + there["other outlets"] >= 200
    assert there["near miss"] >= 300


@pytest.mark.parametrize(("sort", "least"), [("same outlet", 0.90), ("other outlets", 0.75)])
def test_reports_are_found_again(sort: str, least: float, figures: tuple[Counter[str], Counter[str]]) -> None:
    """Nine of ten of one outlet, three of four of different ones, without any word of the publisher."""
    there, told = figures

    assert told[sort] >= least * there[sort]


def test_different_events_stay_apart(figures: tuple[Counter[str], Counter[str]]) -> None:
    """Of near misses at most 2 % are joined, and of what is joined 98 % is right."""
    there, told = figures
    right = told["same outlet"] + told["other outlets"]

    assert told["near miss"] <= 0.02 * there["near miss"]
    assert right >= 0.98 * (right + told["near miss"])

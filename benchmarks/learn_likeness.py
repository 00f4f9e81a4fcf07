"""Learn the weights of `bot.stories.likeness` from labelled sets, and say how well they join unseen ones.

    python -m benchmarks.learn_likeness tests/stories/data/*.jsonl [--write]

A set is one line: {"articles": [...], "stories": [[ids], ...]}. Two articles of one story are a pair, all
other pairs of a set are near misses, and what an index of all sets proposes besides are further misses. Sets
are dealt into folds, so that the figures are of sets that the weights were not learnt from.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from bot.model import Article
from bot.reading.read import read_text
from bot.stories.fingerprint import Fingerprint, fingerprint
from bot.stories.likeness import ACROSS, WITHIN, measure
from bot.stories.recent import Recent

_STEPS = 1_500
_RATE = 0.5
_RIDGE = 0.002
#: Evidence that can only speak for a link, or only against it: a sample must not teach the contrary.
_FOR = frozenset(
    """names shared_names title_names persons numbers shared_numbers codes days concepts shared_concepts
    title_concepts covered_concepts covered_names stages countries same_case same_id near_id image words
    title_words outlet""".split()  # noqa: SIM905
)
_AGAINST = frozenset(
    {
        "strangers",
        "missing_names",
        "other_focus",
        "contradictions",
        "other_stages",
        "other_case",
        "reaction",
        "hours",
        "outlet_hours",
    }
)


class Pair(NamedTuple):
    """Two articles of the sample."""

    group: int  #: the set of the first
    features: dict[str, float]
    same: bool
    model: str
    ids: tuple[str, str]


def article_of(row: dict[str, Any], name: str) -> Article:
    """A row as an article that was read just now."""
    reading = read_text(row["title"], row.get("text", ""))
    published = datetime.fromisoformat(row["published"].replace("Z", "+00:00"))
    return Article(
        id=name,
        source=row.get("source", ""),
        outlet=row.get("source", ""),
        url=row.get("url"),
        title=row["title"],
        text=row.get("text", ""),
        lang=reading.lang,
        countries=reading.countries,
        published=published,
        seen=published,
        image=row.get("image"),
    )


def sample(files: Iterable[Path]) -> tuple[list[tuple[int, Fingerprint]], dict[str, str]]:
    """Every article with the number of its set, and the story of each."""
    found: list[tuple[int, Fingerprint]] = []
    story: dict[str, str] = {}
    lines = [line for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]
    for number, line in enumerate(lines):
        row = json.loads(line)
        for at, ids in enumerate(row["stories"]):
            story |= {f"{number}/{one}": f"{number}#{at}" for one in ids}
        for one in row["articles"]:
            found.append((number, fingerprint(article_of(one, f"{number}/{one['id']}"))))
    return found, story


def pairs_of(articles: Sequence[tuple[int, Fingerprint]], story: dict[str, str]) -> list[Pair]:
    """All pairs within sets, and those across sets that an index proposes."""
    recent = Recent(one for _, one in articles)
    group = {one.id: number for number, one in articles}
    wanted: dict[tuple[str, str], tuple[Fingerprint, Fingerprint]] = {}
    for (a, one), (b, two) in combinations(articles, 2):
        if a == b:
            wanted[one.id, two.id] = (one, two)
    for _, one in articles:
        for two in recent.partners(one):
            if (two.id, one.id) not in wanted:
                wanted.setdefault((one.id, two.id), (one, two))
    return [
        Pair(
            group[one.id],
            measure(one, two)[0],
            story[one.id] == story[two.id],
            ACROSS if one.lang != two.lang else WITHIN,
            (one.id, two.id),
        )
        for one, two in wanted.values()
    ]


def learn(pairs: Sequence[Pair]) -> dict[str, float]:
    """Weights by gradient descent on the logistic loss; misses and pairs count alike, signs are kept."""
    names = sorted({name for pair in pairs for name in pair.features})
    rows = [[pair.features.get(name, 0.0) for name in names] for pair in pairs]
    truth = [float(pair.same) for pair in pairs]
    share = max(1.0, sum(truth))
    weigh = [0.5 / share if same else 0.5 / max(1.0, len(truth) - share) for same in truth]
    scale = [max((abs(row[at]) for row in rows), default=1.0) or 1.0 for at in range(len(names))]
    rows = [[value / size for value, size in zip(row, scale, strict=True)] for row in rows]
    weights, bias = [0.0] * len(names), 0.0
    momentum, bias_momentum = [0.0] * len(names), 0.0
    for _ in range(_STEPS):
        slope, bias_slope = [_RIDGE * weight for weight in weights], 0.0
        for row, same, part in zip(rows, truth, weigh, strict=True):
            total = bias + sum(map(float.__mul__, weights, row))
            error = (1 / (1 + exp(-max(-30.0, min(30.0, total)))) - same) * part
            bias_slope += error
            for at, value in enumerate(row):
                if value:
                    slope[at] += error * value
        bias_momentum = 0.9 * bias_momentum - _RATE * bias_slope
        bias += bias_momentum
        for at, name in enumerate(names):
            momentum[at] = 0.9 * momentum[at] - _RATE * slope[at]
            weights[at] += momentum[at]
            if (name in _FOR and weights[at] < 0) or (name in _AGAINST and weights[at] > 0):
                weights[at] = momentum[at] = 0.0
    return {"bias": bias} | {n: w / s for n, w, s in zip(names, weights, scale, strict=True)}


def probability(weights: dict[str, float], features: dict[str, float]) -> float:
    """What the model says of a pair."""
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def main() -> None:
    """Learn, show the figures by cross-validation, and write the weights where asked to."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("files", nargs="+", type=Path)
    options.add_argument("--write", action="store_true", help="replace bot/stories/data/likeness.toml")
    options.add_argument("--folds", type=int, default=4)
    chosen = options.parse_args()
    articles, story = sample(chosen.files)
    pairs = pairs_of(articles, story)
    print(
        f"{len(articles)} articles, {len(pairs)} pairs, {sum(pair.same for pair in pairs)} of them one report"
    )
    written = ["# Weights of bot.stories.likeness, learnt by benchmarks/learn_likeness.py.\n"]
    for model in (ACROSS, WITHIN):
        mine = [pair for pair in pairs if pair.model == model]
        groups = sorted({pair.group for pair in mine})
        random.Random(5).shuffle(groups)
        scored: list[tuple[float, Pair]] = []
        for fold in range(chosen.folds):
            out = set(groups[fold :: chosen.folds])
            weights = learn([pair for pair in mine if pair.group not in out])
            scored += [(probability(weights, pair.features), pair) for pair in mine if pair.group in out]
        for least in (0.5, 0.7, 0.8, 0.9, 0.95):
            told = [pair for score, pair in scored if score >= least]
            right, all_right = sum(pair.same for pair in told), sum(pair.same for _, pair in scored)
            print(
                f"{model} at {least}: precision {right / max(1, len(told)):.3f}"
                f" recall {right / max(1, all_right):.3f}"
            )
        weights = learn(mine)
        written.append(f"[{model}]")
        written += [f"{name} = {value:.3f}" for name, value in weights.items() if abs(value) >= 0.0005]
        written.append("")
        print(f"  {', '.join(f'{name} {value:.2f}' for name, value in weights.items())}")
    if chosen.write:
        target = Path(__file__).parent.parent / "bot" / "stories" / "data" / "likeness.toml"
        target.write_text("\n".join(written), "utf-8")


if __name__ == "__main__":
    main()

"""How often a reading is right, over labelled rows that were written without looking at the reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bot.reading import Reading, read_text


class Row(NamedTuple):
    """What was expected of an invented article, and what was read."""

    expect: dict[str, Any]
    reading: Reading


@cache
def _rows() -> tuple[Row, ...]:
    files = sorted(Path(__file__).with_name("data").glob("rows_*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return tuple(Row(line["expect"], read_text(line["title"], line["text"])) for line in lines)


def _share(rows: Iterable[Row], right: Callable[[Row], bool]) -> float:
    verdicts = [right(row) for row in rows]
    return sum(verdicts) / len(verdicts)


def _f1(rows: Iterable[Row], key: str, optional: str, found: Callable[[Reading], Iterable[str]]) -> float:
    """Micro-averaged F1; what is optional is neither asked for nor held against the reading."""
    hit = wrong = missed = 0
    for expect, reading in rows:
        asked, seen = set(expect[key]), set(found(reading))
        hit += len(asked & seen)
        wrong += len(seen - asked - set(expect[optional]))
        missed += len(asked - seen)
    return 2 * hit / (2 * hit + wrong + missed)


def _rights() -> list[Row]:
    return [row for row in _rows() if row.expect["human_rights"]]


def test_the_language_is_right_almost_always() -> None:
    """Goal: 99 of 100."""
    assert _share(_rows(), lambda row: row.reading.lang.value == row.expect["lang"]) >= 0.99


def test_countries_are_right_nearly_always() -> None:
    """Goal: micro-F1 of 0.95."""
    assert _f1(_rows(), "countries", "mentions_ok", lambda reading: reading.countries) >= 0.95


def test_the_main_country_is_right_mostly() -> None:
    """A floor below the goal of 0.95: Russian texts and texts that name no place get no country."""
    named = [row for row in _rows() if row.expect["countries"]]
    share = _share(named, lambda row: list(row.reading.countries[:1]) == row.expect["countries"][:1])
    assert share >= 0.89


def test_human_rights_news_is_rarely_missed() -> None:
    """Goal: recall of 0.97."""
    assert _share(_rights(), lambda row: row.reading.human_rights) >= 0.97


def test_other_news_is_rarely_taken_for_human_rights() -> None:
    """Goal: specificity of 0.90."""
    other = [row for row in _rows() if not row.expect["human_rights"]]
    assert _share(other, lambda row: not row.reading.human_rights) >= 0.90


def test_topics_of_human_rights_news_are_right() -> None:
    """Goal: micro-F1 of 0.80."""
    found = _f1(_rights(), "topics", "topics_ok", lambda reading: (topic.value for topic in reading.topics))
    assert found >= 0.80


def test_the_kind_of_document_is_right_mostly() -> None:
    """Nineteen of twenty."""
    assert _share(_rows(), lambda row: row.reading.kind.value == row.expect["kind"]) >= 0.95

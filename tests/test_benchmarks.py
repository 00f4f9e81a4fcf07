"""The benchmarks run; what they measure is nobody's test."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import matching, reading
from benchmarks.__main__ import AREAS
from benchmarks.measure import Size, Unwatched
from benchmarks.report import Against, Row, compared, duration, table, times
from benchmarks.texts import article
from bot.filters.index import FilterIndex
from bot.model import Language

_HELP = {"__init__", "__main__", "learn_likeness", "measure", "report", "server", "texts", "world"}
_SMALL = Size(rounds=1, scale=0.01)


def test_every_area_is_listed() -> None:
    """Each module that measures something is reached by its name."""
    modules = {path.stem for path in Path(matching.__file__).parent.glob("*.py")}
    assert modules - _HELP == set(AREAS)


async def test_an_area_measures_what_it_says() -> None:
    """A tiny run gives two languages, each beside the limit and peers, and a title with the figures."""
    finding = await reading.run(_SMALL, Unwatched())
    limits = [row for row in finding.rows if row.against is Against.LIMIT]
    assert ["6 words, everything, az", "6 words, everything, en"] == [row.what for row in limits]
    assert {"CLD2", "syntok"} < {row.other for row in finding.rows}
    assert all(row.ours > 0 and row.theirs > 0 for row in finding.rows)
    assert times(limits[0].ours, limits[0].theirs) in finding.title
    assert len(finding.rows) == table("reading", finding).row_count
    assert "MB above an empty process" in finding.note


def test_a_fast_index_that_finds_something_else_is_no_result() -> None:
    """The matching area refuses to time an index that disagrees with the filters."""
    filters = {str(at): wanted for at, wanted in enumerate(matching.some_filters(30))}
    reports = [article(Language.AZ, 1)]
    index = FilterIndex()
    index.replace(filters)
    matching.check(index, filters, reports)
    index.replace({})
    with pytest.raises(RuntimeError, match="disagree"):
        matching.check(index, filters, reports)


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [(1.0, 3.1, "3.1 times faster than"), (1.5, 1.0, "1.5 times slower than"), (1.0, 1.05, "level with")],
)
def test_titles_are_made_of_the_figures(ours: float, theirs: float, words: str) -> None:
    """Faster, slower, or level within the noise of a shared machine."""
    assert words == compared(ours, theirs)
    assert theirs / ours == Row(what="", ours=ours, other="", theirs=theirs).ratio


def test_durations_are_short() -> None:
    """Three digits and a unit."""
    assert ["1.50 s", "12.3 ms", "250 µs"] == [duration(each) for each in (1.5, 0.0123, 0.00025)]

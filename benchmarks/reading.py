"""A long report -> language, countries, topics, kind and summary, beside cutting it into words."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.measure import Size, Watch, Work, in_turns, repeated
from benchmarks.report import Against, Finding, Row, times
from benchmarks.texts import WORDS, long_text
from bot.demo.reports import Text
from bot.language.words import tokenise
from bot.model import Language
from bot.reading.read import read_text


async def run(size: Size, watch: Watch) -> Finding:
    """Both languages; nothing is known of the text beforehand."""
    repeats = size.of(10)
    works: dict[str, Work] = {}
    for lang in (Language.AZ, Language.EN):
        text = long_text(lang, size.of(WORDS))
        works[f"read {lang.value}"] = repeated(repeats, _reading(text))
        works[f"cut {lang.value}"] = repeated(repeats, _cutting(text))
    took = await in_turns(works, size, watch)
    rows = tuple(
        Row(
            what=f"{size.of(WORDS)} words, {lang.value}",
            ours=took[f"read {lang.value}"],
            other="tokenise only",
            theirs=took[f"cut {lang.value}"],
            against=Against.LIMIT,
        )
        for lang in (Language.AZ, Language.EN)
    )
    a_second = 1 / max(row.ours for row in rows)
    return Finding(
        title=f"one core reads {a_second:,.0f} long reports a second,"
        f" in {times(rows[0].ours, rows[0].theirs)} the time of cutting them into words",
        unit="report",
        rows=rows,
    )


def _reading(text: Text) -> Callable[[], object]:
    return lambda: read_text(text.title, text.text)


def _cutting(text: Text) -> Callable[[], object]:
    return lambda: (tokenise(text.title), tokenise(text.text))

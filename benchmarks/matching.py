"""Thousands of filters against one report: our index beside asking every filter, and beside a substring loop.

A substring loop is what feed readers do; it is not the same job (it finds `din` in `dindirilib` and misses
`azadlığa` for `azadlıq`), so it stands here for its time alone. The limit is preparing the report, which any
matcher that knows words must do. Filters: one to three words, one in four with a country, one in five with an
exclusion, some phrases. Of filters with *common* words, half the words come from the samples: a report meets
several hundred of 10,000 of them. With *rare* words, one in ten does. The rest are invented stems.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from benchmarks.measure import Size, Watch, Work, in_turns, repeated
from benchmarks.report import Against, Finding, Row, compared, times
from benchmarks.texts import article, samples
from bot.filters.grammar import parse
from bot.filters.index import FilterIndex
from bot.filters.match import evaluate, prepare
from bot.filters.terms import Filter, Not, WordTerm, terms_of
from bot.language.letters import az_lower
from bot.model import Article, Language, Match

_COMMON, _RARE = 0.5, 0.1  # share of a filter's words that occur in the samples
_SYLLABLES = ("ba", "də", "ği", "lo", "mü", "nar", "qər", "sul", "tiv", "yaz", "zem", "kor", "hin", "şam")


async def run(size: Size, watch: Watch) -> Finding:
    """A thousand filters and ten thousand; reports in Azerbaijani and English in turn."""
    reports = [article(lang, seed) for seed in range(2) for lang in (Language.AZ, Language.EN)]
    rows: list[Row] = []
    for usual, share, words in (
        (1_000, _COMMON, "common"),
        (10_000, _COMMON, "common"),
        (10_000, _RARE, "rare"),
    ):
        filters = {str(at): wanted for at, wanted in enumerate(some_filters(size.of(usual), share))}
        rows += await _rows(f"{len(filters):,} filters, {words} words", filters, reports, size, watch)
    loop, every, limit = rows[-3:]
    return Finding(
        title=f"for filters of rare words the index is {compared(loop.ours, loop.theirs)} a substring loop"
        f" and {compared(every.ours, every.theirs)} asking every filter, in {times(limit.ours, limit.theirs)}"
        " the time of preparing the report",
        unit="report",
        rows=tuple(rows),
    )


async def _rows(
    what: str, filters: dict[str, Filter], reports: Sequence[Article], size: Size, watch: Watch
) -> list[Row]:
    index = FilterIndex()
    index.replace(filters)
    asked, words = list(filters.values()), [_plain(wanted) for wanted in filters.values()]
    check(index, filters, reports)
    works: dict[str, Work] = {
        "ours": _each(reports, lambda report: index.matching(prepare(report))),
        "substrings": _each(reports, lambda report: _substrings(words, report)),
        "every filter": _each(reports, lambda report: _every(asked, report)),
        "prepare": _each(reports, prepare),
    }
    took = await in_turns(works, size, watch)
    return [
        Row(what=what, ours=took["ours"], other="substring loop", theirs=took["substrings"]),
        Row(what=what, ours=took["ours"], other="every filter asked", theirs=took["every filter"]),
        Row(
            what=what,
            ours=took["ours"],
            other="preparing the report",
            theirs=took["prepare"],
            against=Against.LIMIT,
        ),
    ]


def check(index: FilterIndex, filters: dict[str, Filter], reports: Sequence[Article]) -> None:
    """Speed counts for nothing unless the index gives what asking every filter gives."""
    for report in reports:
        read = prepare(report)
        every = {key for key, wanted in filters.items() if isinstance(evaluate(wanted, read), Match)}
        if every != set(index.matching(read)):
            raise RuntimeError("the index and the filters themselves disagree")


def some_filters(count: int, share: float = _COMMON, seed: int = 1) -> list[Filter]:
    """`count` different filters, the same in every run; `share` of their words come from the samples."""
    rng = random.Random(seed)
    texts = [*samples(Language.AZ), *samples(Language.EN)]
    known = sorted({word for text in texts for word in text.text.split() if word.isalpha() and len(word) > 4})
    found: dict[str, Filter] = {}
    while len(found) < count:
        wanted = parse(_typed(known, share, rng))
        found[wanted.query] = wanted
    return list(found.values())


def _typed(known: Sequence[str], share: float, rng: random.Random) -> str:
    words = [_word(known, share, rng) for _ in range(rng.choice((1, 2, 2, 3)))]
    if len(words) > 1 and rng.random() < 0.15:
        words = [f'"{" ".join(words)}"']
    if rng.random() < 0.2:
        words.append(f"-{_word(known, share, rng)}")
    if rng.random() < 0.25:
        words.append(f"country:{rng.choice(('AZ', 'GE', 'TR', 'BY', 'RU'))}")
    return " ".join(words)


def _word(known: Sequence[str], share: float, rng: random.Random) -> str:
    return rng.choice(known) if rng.random() < share else "".join(rng.choices(_SYLLABLES, k=3))


def _each(reports: Sequence[Article], job: Callable[[Article], object]) -> Work:
    """All reports once; the report is the unit."""
    whole = repeated(1, lambda: [job(report) for report in reports])

    async def work() -> float:
        return await whole() / len(reports)

    return work


def _plain(wanted: Filter) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a filter for the substring loop: those that must occur, those that must not."""
    parts = getattr(wanted.root, "parts", (wanted.root,))
    barred = [term for part in parts if isinstance(part, Not) for term in terms_of(part)]
    required = [part for part in parts if isinstance(part, WordTerm)]
    return _lowered(required), _lowered(barred)


def _lowered(terms: Sequence[object]) -> tuple[str, ...]:
    return tuple(az_lower(term.keyword.text) for term in terms if isinstance(term, WordTerm))


def _substrings(filters: Sequence[tuple[tuple[str, ...], tuple[str, ...]]], report: Article) -> list[int]:
    text = az_lower(f"{report.title}\n{report.text}")
    return [
        at
        for at, (required, barred) in enumerate(filters)
        if all(word in text for word in required) and not any(word in text for word in barred)
    ]


def _every(filters: Sequence[Filter], report: Article) -> list[Filter]:
    read = prepare(report)
    return [wanted for wanted in filters if isinstance(evaluate(wanted, read), Match)]

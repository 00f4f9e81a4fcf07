"""Thousands of filters against one report, and a hundred thousand, or with `--scale 10` a million.

First our index beside asking every filter, a substring loop, and an automaton for all words at once (Aho and
Corasick's, pyahocorasick) whose finds are looked through by the same substrings. The last two are what feed
readers do, and not the same job (they find `din` in `dindirilib` and miss `azadlığa` for `azadlıq`), so they
stand here for their time alone. The limits are cutting the report into words, and preparing it, which any
matcher that knows words must do. Filters: one to three words, one in four with a country, one in five with an
exclusion, some phrases. Of filters with *common* words, half the words come from the samples: a report meets
several hundred of 10,000 of them. With *rare* words, one in ten does. The rest are invented stems.

Then many filters, from their canonical spelling, in a process of their own so that its memory can be told:
one to four of 50,000 invented stems, drawn as rare as words are (Zipf); of those with several terms 15 % have
a phrase, 25 % an alternative, 20 % an exclusion; 30 % have a country. The reports are 600 words drawn alike.
*Selective* filters are made of all but the 500 most usual stems, *hot* ones of all but 80.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import multiprocessing
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import ahocorasick

from benchmarks.measure import Size, Watch, Work, in_turns, repeated
from benchmarks.report import Against, Finding, Row, compared, duration, times
from benchmarks.texts import WORDS, article, samples
from bot.filters.grammar import parse
from bot.filters.index import FilterIndex
from bot.filters.match import evaluate, prepare
from bot.filters.terms import Filter, Not, WordTerm, terms_of
from bot.language.letters import az_lower
from bot.language.words import cut
from bot.model import Article, Language, Match

_COMMON, _RARE = 0.5, 0.1  # share of a filter's words that occur in the samples
_SYLLABLES = ("ba", "də", "ği", "lo", "mü", "nar", "qər", "sul", "tiv", "yaz", "zem", "kor", "hin", "şam")

_MANY = 100_000
_STEMS = 50_000
_SELECTIVE, _HOT = 500, 80  # the most usual stems that filters are not made of
_COUNTRIES = ("AZ", "GE", "TR", "BY", "RU", "AM", "IR", "UA", "KZ", "MM")
_CHUNK = 5_000
_WARM, _COUNTED = 200, 25  # reports


async def run(size: Size, watch: Watch) -> Finding:
    """A thousand filters and ten thousand beside peers, then many; reports in two languages in turn."""
    reports = [article(lang, seed) for seed in range(2) for lang in (Language.AZ, Language.EN)]
    rows: list[Row] = []
    for usual, share, words in (
        (1_000, _COMMON, "common"),
        (10_000, _COMMON, "common"),
        (10_000, _RARE, "rare"),
    ):
        filters = {str(at): wanted for at, wanted in enumerate(some_filters(size.of(usual), share))}
        rows += await _rows(f"{len(filters):,} filters, {words} words", filters, reports, size, watch)
    loop, every, _, _, limit = rows[-5:]
    crowds = [await _apart(size.of(_MANY), *kind, watch) for kind in _KINDS]
    return Finding(
        title=f"for filters of rare words the index is {compared(loop.ours, loop.theirs)} a substring loop"
        f" and {compared(every.ours, every.theirs)} asking every filter, in {times(limit.ours, limit.theirs)}"
        " the time of preparing the report",
        unit="report",
        rows=(*rows, *(crowd.row() for crowd in crowds)),
        note="; ".join(crowd.note() for crowd in crowds),
    )


# --- many filters -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What an index of many filters costs."""

    filters: int
    kind: str
    build: float  #: seconds
    megabytes: float  #: of the process, above what it had before
    matching: float  #: seconds a report, preparing it included
    preparing: float  #: seconds of it
    found: float  #: filters that want a report

    def row(self) -> Row:
        """Beside the limit."""
        return Row(
            what=f"{self.filters:,} {self.kind}",
            ours=self.matching,
            other="preparing the report",
            theirs=self.preparing,
            against=Against.LIMIT,
        )

    def note(self) -> str:
        """What else it costs."""
        return (
            f"{self.filters:,} {self.kind}: built in {duration(self.build)}, {self.megabytes:.0f} MB,"
            f" {self.found:,.0f} want a report"
        )


#: Name, the usual stems left out, and how many filters say the same.
_KINDS = (("selective", _SELECTIVE, 1), ("hot", _HOT, 1), ("selective, each twice", _SELECTIVE, 2))


async def _apart(count: int, kind: str, usual: int, alike: int, watch: Watch) -> Crowd:
    """`crowd` in a fresh process."""
    watch.expect(1)
    watch.turn(f"{count:,} filters, {kind}")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        return await asyncio.get_running_loop().run_in_executor(apart, crowd, count, kind, usual, alike)


def crowd(count: int, kind: str, usual: int, alike: int) -> Crowd:
    """Build an index of `count` filters, each query `alike` times, and match reports with it."""
    stems = _stems()
    index, before, build = FilterIndex(), _resident(), 0.0
    rng = random.Random(1)
    queries = _queries(stems, usual, rng)
    for _ in range(0, count, _CHUNK):
        several = [query for query in itertools.islice(queries, _CHUNK // alike) for _ in range(alike)]
        chunk = [(f"{rng.getrandbits(128):032x}", query) for query in several][: count - len(index)]
        start = perf_counter()
        for filter_id, query in chunk:
            index.add(filter_id, query)
        build += perf_counter() - start
    gc.collect()
    megabytes = (_resident() - before) / 1e6
    laps, prepared, found = [], [], []
    for at, report in enumerate(itertools.islice(_reports(stems), _WARM + _COUNTED)):
        start = perf_counter()
        read = prepare(report)
        ready = perf_counter()
        matched = index.matching(read)
        if at >= _WARM:
            laps.append(perf_counter() - start)
            prepared.append(ready - start)
            found.append(len(matched))
    return Crowd(
        filters=len(index),
        kind=kind,
        build=build,
        megabytes=megabytes,
        matching=median(laps),
        preparing=median(prepared),
        found=sum(found) / len(found),
    )


def _resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text("ascii").split()[1]) * 4096 if status.exists() else 0


def _stems() -> list[str]:
    """Invented, the most usual first."""
    rng, found = random.Random(7), dict[str, None]()
    while len(found) < _STEMS:
        found["".join(rng.choices(_SYLLABLES, k=rng.choice((2, 3, 4, 5))))] = None
    return list(found)


def _zipf(stems: Sequence[str], usual: int) -> Callable[[random.Random, int], list[str]]:
    weights = list(itertools.accumulate(1 / rank for rank in range(usual + 1, len(stems) + 1)))
    return lambda rng, count: rng.choices(stems[usual:], cum_weights=weights, k=count)


def _queries(stems: Sequence[str], usual: int, rng: random.Random) -> Iterator[str]:
    """Canonical spellings without end."""
    drawn = (word for _ in itertools.count() for word in _zipf(stems, usual)(rng, 100_000))
    while True:
        parts = [next(drawn) for _ in range(rng.choice((1, 2, 3, 4)))]
        barred = [f"-{next(drawn)}"] if len(parts) > 1 and rng.random() < 0.2 else []
        labels = [f"country:{rng.choice(_COUNTRIES)}"] if rng.random() < 0.3 else []
        group: list[str] = []
        if len(parts) > 1 and (kind := rng.random()) < 0.4:
            first, second, *parts = parts
            if kind < 0.15:
                parts.append(f'"{first} {second}"')
            else:
                group = [f"({first} OR {second})"]
        yield " ".join([*parts, *labels, *group, *barred, "rights:yes"])


def _reports(stems: Sequence[str]) -> Iterator[Article]:
    rng, draw = random.Random(5), _zipf(stems, 0)
    when = datetime(2026, 11, 1, tzinfo=UTC)
    for number in itertools.count():
        words = draw(rng, WORDS)
        yield Article(
            id=str(number),
            source="sample",
            outlet="Sample",
            url=None,
            title=" ".join(words[:8]),
            text=" ".join(words),
            lang=Language.AZ,
            countries=(rng.choice(_COUNTRIES),),
            human_rights=True,
            published=when,
            seen=when,
        )


# --- beside peers -------------------------------------------------------------------------------


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
        "automaton": _each(reports, _automaton(words)),
        "cut": _each(reports, lambda report: (cut(report.title), cut(report.text))),
        "prepare": _each(reports, prepare),
    }
    took = await in_turns(works, size, watch)
    peers = {
        "substring loop": "substrings",
        "every filter asked": "every filter",
        "pyahocorasick": "automaton",
    }
    limits = {"cutting it into words": "cut", "preparing the report": "prepare"}
    return [
        *(Row(what=what, ours=took["ours"], other=peer, theirs=took[name]) for peer, name in peers.items()),
        *(
            Row(what=what, ours=took["ours"], other=limit, theirs=took[name], against=Against.LIMIT)
            for limit, name in limits.items()
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


def _plain(wanted: Filter) -> _Plain:
    """The words of a filter for the substring loop: those that must occur, those that must not."""
    parts = getattr(wanted.root, "parts", (wanted.root,))
    barred = [term for part in parts if isinstance(part, Not) for term in terms_of(part)]
    required = [part for part in parts if isinstance(part, WordTerm)]
    return _lowered(required), _lowered(barred)


def _lowered(terms: Sequence[object]) -> tuple[str, ...]:
    return tuple(az_lower(term.keyword.text) for term in terms if isinstance(term, WordTerm))


_Plain = tuple[tuple[str, ...], tuple[str, ...]]


def _substrings(filters: Sequence[_Plain], report: Article) -> list[int]:
    text = az_lower(f"{report.title}\n{report.text}")
    return [at for at, words in enumerate(filters) if _wanted(words, text)]


def _wanted(words: _Plain, text: str) -> bool:
    required, barred = words
    return all(word in text for word in required) and not any(word in text for word in barred)


def _automaton(filters: Sequence[_Plain]) -> Callable[[Article], list[int]]:
    """Every filter's longest word in one automaton; the filters whose word is found are looked at."""
    numbers: dict[str, list[int]] = {}
    for at, (required, _) in enumerate(filters):
        numbers.setdefault(max(required, key=len), []).append(at)
    automaton = ahocorasick.Automaton()
    for word, found in numbers.items():
        automaton.add_word(word, found)
    automaton.make_automaton()

    def matching(report: Article) -> list[int]:
        text = az_lower(f"{report.title}\n{report.text}")
        hits = {at for _, found in automaton.iter(text) for at in found}
        return [at for at in hits if _wanted(filters[at], text)]

    return matching


def _every(filters: Sequence[Filter], report: Article) -> list[Filter]:
    read = prepare(report)
    return [wanted for wanted in filters if isinstance(evaluate(wanted, read), Match)]

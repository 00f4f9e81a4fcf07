"""The sample reports, and the order in which the publisher issues them. Pure."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.model import Language

#: The last line of every sample text: nobody may take an invented person for a real one.
MARK = {
    Language.AZ: "Bu, uydurulmuş nümunə mətndir; adlar və hadisələr həqiqi deyil. Nümunə № {case}.",
    Language.EN: "This text is an invented sample; its persons and events are not real. Sample no. {case}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One sample outlet."""

    key: str
    title: str  #: says itself that it is a sample
    langs: tuple[Language, ...]
    rights: bool = False


OUTLETS = (
    Outlet(key="numune", title="Nümunə Xəbər (sample)", langs=(Language.AZ, Language.EN)),
    Outlet(key="monitor", title="Sample Rights Monitor", langs=(Language.EN,), rights=True),
    Outlet(key="gundem", title="Gündəlik Nümunə (sample)", langs=(Language.AZ, Language.EN)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One language version of a report."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One invented report in one language or two."""

    key: str
    outlet: str
    first: bool  #: about torture in Azerbaijan, which a newcomer is told to try
    versions: dict[Language, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One text that comes out. `case` is the same for both versions and never comes again."""

    report: Report
    lang: Language
    case: int


@cache
def all_reports() -> tuple[Report, ...]:
    """Every sample, in the order of the files and of the entries in them."""
    folder = files("bot.demo.data")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    tables = [tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in names]
    return tuple(_report(entry) for table in tables for entry in table["report"])


def _report(entry: dict[str, object]) -> Report:
    versions = {
        lang: Text(title=version["title"], text=version["text"].strip())
        for lang in (Language.AZ, Language.EN)
        if isinstance(version := entry.get(lang.value), dict)
    }
    return Report(
        key=str(entry["key"]), outlet=str(entry["outlet"]), first=bool(entry.get("first")), versions=versions
    )


def ordered(reports: Sequence[Report], rng: random.Random) -> list[Report]:
    """One round: what a newcomer asks for ends the backlog and begins what follows; the rest is mixed."""
    first = [report for report in reports if report.first]
    rest = [report for report in reports if not report.first]
    rng.shuffle(first)
    rng.shuffle(rest)
    backlog, later = [*rest[:BACKLOG_REPORTS], *first[:1]], [*rest[BACKLOG_REPORTS:], *first[4:]]
    rng.shuffle(later)
    return [*backlog, *first[1:4], *later]


#: How many reports a visitor finds there already, besides one that matches the suggested filter.
BACKLOG_REPORTS = 5


def issues(reports: Sequence[Report], rng: random.Random) -> Iterator[Issue]:
    """Texts without end: Azerbaijani first, the English version one or two steps later, round after round."""
    case = 0
    waiting: list[tuple[int, Issue]] = []
    while True:
        for report in ordered(reports, rng):
            case += 1
            langs = list(report.versions)
            yield Issue(report=report, lang=langs[0], case=case)
            waiting = [(steps - 1, issue) for steps, issue in waiting]
            waiting += [
                (rng.choice((0, 1)), Issue(report=report, lang=lang, case=case)) for lang in langs[1:]
            ]
            yield from (issue for steps, issue in waiting if steps <= 0)
            waiting = [(steps, issue) for steps, issue in waiting if steps > 0]

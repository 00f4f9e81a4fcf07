"""Dates in a text as calendar days, Azerbaijani (inflected) and English. Pure; `now` is an argument.

`iyulun 9-da`, `9 iyul 2024`, `2023-cü il dekabrın 14-də`, `dünən`, `3 gün əvvəl`; `July 9`, `9 July 2024`,
`yesterday`, `three days ago`; 09.07.2024 with the day first, 2024-07-09. A day and month without a year is
taken as the nearest such day to `now`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.language.letters import fold_with_offsets
from bot.language.numbers import UNITS_AZ, UNITS_EN

_MONTHS_AZ = (
    "yanvar",
    "fevral",
    "mart",
    "aprel",
    "may",
    "iyun",
    "iyul",
    "avqust",
    "sentyabr",
    "oktyabr",
    "noyabr",
    "dekabr",
)
_MONTHS_EN = (
    "jan(?:uary)?",
    "feb(?:ruary)?",
    "mar(?:ch)?",
    "apr(?:il)?",
    "may",
    "june?",
    "july?",
    "aug(?:ust)?",
    "sept?(?:ember)?",
    "oct(?:ober)?",
    "nov(?:ember)?",
    "dec(?:ember)?",
)

_AZ_MONTH = "(?P<month>" + "|".join(_MONTHS_AZ) + ")"
_EN_MONTH = r"(?P<month>" + "|".join(_MONTHS_EN) + r")\.?"
_EN_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_EN_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d))?"
_YEAR_AZ = r"(?P<year>(?:19|20)\d\d)(?:-?c[iu])?(?: il(?:in|de)?)?"
_NUMERIC = (
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})[./](?P<number>\d{1,2})[./](?P<year>(?:19|20)\d\d|\d\d)(?![\d.])"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"),
)
_PATTERNS = {
    "az": (
        re.compile(rf"(?<!\w)(?:{_YEAR_AZ} )?{_AZ_MONTH}(?:in|un) (?P<day>\d{{1,2}})(?!\d)"),
        re.compile(rf"(?<![\w.])(?P<day>\d{{1,2}}) {_AZ_MONTH}(?:\w{{0,6}})(?:,? {_YEAR_AZ})?(?!\w)"),
        *_NUMERIC,
    ),
    "en": (
        re.compile(rf"(?<![\w.]){_EN_DAY}(?: of)? {_EN_MONTH}{_EN_YEAR}(?!\w)"),
        re.compile(rf"(?<!\w){_EN_MONTH} {_EN_DAY}{_EN_YEAR}(?![\d:])"),
        *_NUMERIC,
    ),
}  # fmt: skip
_WORDS = {
    "az": {"bu gun": 0, "bugun": 0, "dunen": -1, "sragagun": -2, "sabah": 1},
    "en": {"today": 0, "yesterday": -1, "tomorrow": 1},
}
_SPANS = {"gun": 1, "hefte": 7, "ay": 30, "day": 1, "week": 7, "month": 30}
_AGO = {
    "az": re.compile(r"(?<!\w)(?P<count>\d{1,3}|[a-z]+) (?P<unit>gun|hefte|ay) (?:evvel|qabaq)(?!\w)"),
    "en": re.compile(r"(?<!\w)(?P<count>\d{1,3}|[a-z]+) (?P<unit>day|week|month)s? ago(?!\w)"),
}


class Day(NamedTuple):
    """A date met in a text."""

    day: date
    found: str
    at: int  #: code-point offset


def dates(text: str, lang: str, now: datetime) -> tuple[Day, ...]:
    """The days that `text` names, in order. `lang`: "az" or "en"."""
    folded = fold_with_offsets(text)
    found: dict[int, Day] = {}
    for pattern in _PATTERNS[lang]:
        for match in pattern.finditer(folded.text):
            day = _day(match, lang, now)
            if day is not None:
                _keep(found, text, folded.span(*match.span()), day)
    for match in _AGO[lang].finditer(folded.text):
        count = _count(match["count"], lang)
        if count is not None:
            day = now.date() - timedelta(days=count * _SPANS[match["unit"]])
            _keep(found, text, folded.span(*match.span()), day)
    for word, shift in _WORDS[lang].items():
        for match in re.finditer(rf"(?<!\w){word}(?!\w)", folded.text):
            _keep(found, text, folded.span(*match.span()), now.date() + timedelta(days=shift))
    return tuple(found[at] for at in sorted(found))


def _keep(found: dict[int, Day], text: str, span: tuple[int, int], day: date) -> None:
    start, end = span
    if not any(other.at <= start < other.at + len(other.found) for other in found.values()):
        found[start] = Day(day, text[start:end], start)


def _day(match: re.Match[str], lang: str, now: datetime) -> date | None:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else _month(parts["month"], lang)
    day = int(parts["day"])
    try:
        if parts.get("year"):
            year = int(parts["year"])
            return date(year + 2000 if year < 100 else year, month, day)
        return _nearest(month, day, now.date())
    except ValueError:  # no such day: 31.02.2024
        return None


def _month(name: str, lang: str) -> int:
    names = _MONTHS_AZ if lang == "az" else _MONTHS_EN
    return next(at for at, pattern in enumerate(names, 1) if re.fullmatch(pattern, name))


def _nearest(month: int, day: int, today: date) -> date:
    candidates = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(date(year, month, day))
        except ValueError:  # 29 February of another year
            continue
    if not candidates:
        raise ValueError("no such day")
    return min(candidates, key=lambda candidate: abs(candidate - today))


def _count(word: str, lang: str) -> int | None:
    if word.isdigit():
        return int(word)
    if word in ("a", "an"):
        return 1
    return (UNITS_AZ if lang == "az" else UNITS_EN).get(word)

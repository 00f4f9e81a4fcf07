"""Dates in a text as calendar days, Azerbaijani (inflected) and English. Pure; `now` is an argument.

`iyulun 9-da`, `9 iyul 2024`, `2023-cü il dekabrın 14-də`, `dekabrın 14-15-də`, `dünən`, `3 gün əvvəl`,
`cümə günü`; `July 9`, `9-12 July 2024`, `yesterday`, `three days ago`, `on Friday`; 09.07.2024 with the day
first, 2024-07-09.
A day and month without a year is taken as the nearest such day to `now`, a weekday as the last one. What is a
week, a month or a year (`ötən həftə`, `in March 2024`) is its first day with its length in `Day.days`.
"""

from __future__ import annotations

import calendar
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
_EN_DAY = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:(?: ?[-–] ?| (?:and|to) )(?P<until>\d{1,2})(?:st|nd|rd|th)?(?!\d))?"
)
_AZ_DAY = r"(?P<day>\d{1,2})(?:(?:-[a-z]{1,4})?(?:[-–]| ve )(?P<until>\d{1,2})(?!\d))?"
_EN_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d))?"
_YEAR_AZ = r"(?P<year>(?:19|20)\d\d)(?:-?c[iu])?(?: il(?:in|de)?)?"
_NUMERIC = (
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})[./](?P<number>\d{1,2})[./](?P<year>(?:19|20)\d\d|\d\d)(?![\d.])"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-.])(?P<number>\d{2})(?P=mark)(?P<day>\d{2})(?!\d)"),
)
_PATTERNS = {
    "az": (
        re.compile(rf"(?<!\w)(?:{_YEAR_AZ} )?{_AZ_MONTH}(?:in|un) {_AZ_DAY}(?!\d)"),
        re.compile(rf"(?<![\w.–-]){_AZ_DAY} {_AZ_MONTH}(?:\w{{0,6}})(?:,? {_YEAR_AZ})?(?!\w)"),
        *_NUMERIC,
    ),
    "en": (
        re.compile(rf"(?<![\w.–-]){_EN_DAY}(?: of)? {_EN_MONTH}{_EN_YEAR}(?!\w)"),
        re.compile(rf"(?<!\w){_EN_MONTH} {_EN_DAY}{_EN_YEAR}(?![\d:])"),
        *_NUMERIC,
    ),
}  # fmt: skip
_RELATIVE = {
    "bu": 0,
    "kecen": -1,
    "oten": -1,
    "gelen": 1,
    "novbeti": 1,
    "this": 0,
    "last": -1,
    "past": -1,
    "next": 1,
}
_AGAIN = "(?P<again>" + "|".join(_RELATIVE) + ")"
_MONTHS_ALONE = {
    "az": re.compile(
        rf"(?<!\w)(?:{_YEAR_AZ}|{_AGAIN} ilin) {_AZ_MONTH}"
        r"(?: ay\w{0,8}|(?:[iu]n)?d[ae]n?|[iu]n|[iu])?(?!\w)(?! \d)"
    ),
    "en": re.compile(rf"(?<!\w){_EN_MONTH} (?:of )?(?:(?P<year>(?:19|20)\d\d)|{_AGAIN} year)(?!\w)"),
}
_PERIODS = {
    "az": re.compile(rf"(?<!\w){_AGAIN} (?P<unit>hefte|ay|il)(?:nin|de|den|in|dan)?(?!\w)"),
    "en": re.compile(rf"(?<!\w){_AGAIN} (?P<unit>week|month|year)(?!\w)"),
}
_WEEKDAYS = {
    "az": ("bazar ertesi", "cersenbe axsami", "cersenbe", "cume axsami", "cume", "senbe", "bazar"),
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
_WEEKDAY = {
    "az": re.compile(
        r"(?<!\w)(?:(?P<again>gelen|novbeti) )?"
        r"(?P<name>bazar ertesi|cersenbe axsami|cume axsami|(?:cersenbe|cume|senbe|bazar)(?= gunu))"
    ),
    "en": re.compile(rf"(?<!\w)(?:(?P<again>next|last) )?(?P<name>{'|'.join(_WEEKDAYS['en'])})(?!\w)"),
}
_WORDS = {
    "az": {"bu gun": 0, "bugun": 0, "dunen": -1, "sragagun": -2, "sabah": 1},
    "en": {"today": 0, "yesterday": -1, "tomorrow": 1},
}
_NEAR_DAYS = {lang: re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") for lang, words in _WORDS.items()}
_SPANS = {"gun": 1, "hefte": 7, "ay": 30, "day": 1, "week": 7, "month": 30}
_AGO = {
    "az": re.compile(
        r"(?<!\w)(?P<count>\d{1,3}|[a-z]{1,12}) (?P<unit>gun|hefte|ay) (?:evvel|qabaq|once)(?!\w)"
    ),
    "en": re.compile(r"(?<!\w)(?P<count>\d{1,3}|[a-z]{1,12}) (?P<unit>day|week|month)s? ago(?!\w)"),
}


class Day(NamedTuple):
    """A date met in a text."""

    day: date
    found: str
    at: int  #: code-point offset
    days: int = 1  #: how many days are meant, beginning with `day`


#: Where in the folded text a date stands, its first day and its length.
_Found = tuple[int, int, date, int]


def dates(text: str, lang: str, now: datetime) -> tuple[Day, ...]:
    """The days that `text` names, in order; of two that overlap the longer. `lang`: "az" or "en"."""
    folded = fold_with_offsets(text)
    today = now.date()
    found: list[_Found] = []
    for pattern in _PATTERNS[lang]:
        for match in pattern.finditer(folded.text):
            found.extend(_days(match, lang, today))
    found.extend(_counted(folded.text, lang, today))
    found.extend(_periods(folded.text, lang, today))
    days: list[Day] = []
    reach = -1
    for start, end, day, length in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= reach:
            at, after = folded.span(start, end)
            days.append(Day(day, text[at:after], at, length))
            reach = end
    return tuple(days)


def _days(match: re.Match[str], lang: str, today: date) -> list[_Found]:
    """The day of a match, or the first and the last of a range."""
    first = _day(match, lang, today, "day")
    if first is None:
        return []
    last = _day(match, lang, today, "until") if match.groupdict().get("until") else None
    if last is None:
        return [(match.start(), match.end(), first, 1)]
    middle = match.start("until")
    return [(match.start(), middle, first, 1), (middle, match.end(), last, 1)]


def _counted(text: str, lang: str, today: date) -> list[_Found]:
    """`three days ago`, `yesterday`, `on Friday`."""
    found: list[_Found] = []
    for match in _AGO[lang].finditer(text):
        count = _count(match["count"], lang)
        if count is not None:
            back = timedelta(days=count * _SPANS[match["unit"]])
            found.append((match.start(), match.end(), today - back, 1))
    for match in _NEAR_DAYS[lang].finditer(text):
        found.append((match.start(), match.end(), today + timedelta(days=_WORDS[lang][match.group()]), 1))
    for match in _WEEKDAY[lang].finditer(text):
        back_days = (today.weekday() - _WEEKDAYS[lang].index(match["name"])) % 7
        ahead = match["again"] is not None and _RELATIVE[match["again"]] > 0
        day = today + timedelta(days=7 - back_days if ahead else -back_days)
        found.append((match.start(), match.end(), day, 1))
    return found


def _periods(text: str, lang: str, today: date) -> list[_Found]:
    """Months with their year, and weeks, months and years counted from now."""
    found: list[_Found] = []
    for match in _MONTHS_ALONE[lang].finditer(text):
        year = int(match["year"]) if match["year"] else today.year + _RELATIVE[match["again"]]
        month = _month(match["month"], lang)
        length = calendar.monthrange(year, month)[1]
        found.append((match.start(), match.end(), date(year, month, 1), length))
    for match in _PERIODS[lang].finditer(text):
        first, length = _period(match["unit"], _RELATIVE[match["again"]], today)
        found.append((match.start(), match.end(), first, length))
    return found


def _period(unit: str, shift: int, today: date) -> tuple[date, int]:
    if unit in ("hefte", "week"):
        return today - timedelta(days=today.weekday()) + timedelta(days=7 * shift), 7
    if unit in ("il", "year"):
        year = today.year + shift
        return date(year, 1, 1), 366 if calendar.isleap(year) else 365
    year, month = divmod(today.year * 12 + today.month - 1 + shift, 12)
    return date(year, month + 1, 1), calendar.monthrange(year, month + 1)[1]


def _day(match: re.Match[str], lang: str, today: date, which: str) -> date | None:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else _month(parts["month"], lang)
    day = int(parts[which])
    try:
        if parts.get("year"):
            year = int(parts["year"])
            return date(year + 2000 if year < 100 else year, month, day)
        return _nearest(month, day, today)
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

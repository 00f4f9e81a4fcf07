"""Whatever a feed calls a date, as an aware UTC datetime, or None. Pure."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime, timedelta, timezone

EARLIEST_YEAR = 1971  # publishing systems write the year 1 or the Unix epoch when they know no date
LATEST_YEAR = 2200
BAKU = timezone(timedelta(hours=4))  # no summer time since 2016

_MONTHS = {
    **{name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)},  # noqa: SIM905
    **{name.lower(): n for n, name in enumerate(calendar.month_name) if name},
    "sept": 9,
}
_MONTHS_AZ = {
    name: n
    for n, names in enumerate(
        (
            ("yanvar", "yan"),
            ("fevral", "fev"),
            ("mart",),
            ("aprel",),
            ("may",),
            ("iyun",),
            ("iyul",),
            ("avqust", "avq"),
            ("sentyabr", "sen"),
            ("oktyabr", "okt"),
            ("noyabr", "noy"),
            ("dekabr", "dek"),
        ),
        1,
    )
    for name in names
}
ISTANBUL = timezone(timedelta(hours=3))  # no summer time since 2016
_MONTHS_TR = {
    "ocak": 1,
    "şubat": 2,
    "nisan": 4,
    "mayıs": 5,
    "haziran": 6,
    "temmuz": 7,
    "ağustos": 8,
    "eylül": 9,
    "ekim": 10,
    "kasım": 11,
    "aralık": 12,
}
# Nominative, genitive and short forms begin alike; the Russian pages of our sources are written in Baku.
_MONTHS_RU = {
    "янв": 1,
    "фев": 2,
    "мар": 3,
    "апр": 4,
    "май": 5,
    "мая": 5,
    "июн": 6,
    "июл": 7,
    "авг": 8,
    "сен": 9,
    "окт": 10,
    "ноя": 11,
    "дек": 12,
}
_YEAR_WORD = re.compile(
    r"(?<=\d{4})(?:\s?-?\s?c[iıuü])?\s+il(?:d[əe])?\b|(?<=\d{4})\s+(?:года?|г\.)", re.IGNORECASE
)
_TIME_FIRST = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?)[\s,|–-]+(\S.*)", re.DOTALL)

# Offsets in minutes. RFC 822's own names, then those that newsrooms write anyway.
_ZONES = {
    **dict.fromkeys(("ut", "utc", "gmt", "z", "wet"), 0),
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "bst": 60,
    "ist": 330,
    "cet": 60,
    "cest": 120,
    "met": 60,
    "mest": 120,
    "eet": 120,
    "eest": 180,
    "west": 60,
    "msk": 180,
    "trt": 180,
    "gst": 240,
    "azt": 240,
    "azst": 300,
    "get": 240,
    "amt": 240,
    "jst": 540,
    "kst": 540,
    "aest": 600,
    "aedt": 660,
    "hkt": 480,
    "sgt": 480,
    "pkt": 300,
    "ast": -240,
    "adt": -180,
    "akst": -540,
    "hst": -600,
}
_TIME = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:[.,]\d+)?\s*(?P<half>[ap]\.?m\.?)?"
)
_ZONE = (
    r"(?P<zone>[+-]\s?\d{1,2}:?\d{2}|[+-]\d{2}|(?:gmt|utc)\s?[+-]\s?\d{1,2}(?::?\d{2})?|[a-z]{1,5})?"
    r"(?:\s*\([^)]*\))?"
)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:(?:[t\s]\s*){_TIME}\s*{_ZONE})?\s*\Z",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    r"(?:[^\W\d_.]++[.,]*+\s*+){0,3}+(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"[\s.-]+(?P<name>[^\W\d_]{3,10})\.?,?[\s.-]+(?P<year>\d{4}|\d{2})"
    rf"(?:\s*(?:[,|–-]|at|saat)?\s*{_TIME}\s*{_ZONE})?\s*\Z",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(?P<name>[^\W\d_]{3,10})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    rf"(?:\s*(?:[,|–-]|at)?\s*{_TIME}\s*{_ZONE})?\s*\Z",
    re.IGNORECASE,
)
_ASCTIME = re.compile(
    rf"[a-z]{{3}},?\s+(?P<name>[a-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_TIME}\s+(?:{_ZONE}\s+)?(?P<year>\d{{4}})\s*\Z",
    re.IGNORECASE,
)
_DOTTED = re.compile(
    rf"(?P<day>\d{{1,2}})[./-](?P<month>\d{{1,2}})[./-](?P<year>\d{{4}})(?:\s*[,|–-]?\s*{_TIME}\s*{_ZONE})?\s*\Z",
    re.IGNORECASE,
)
_SHAPES = (_ISO, _DAY_FIRST, _MONTH_FIRST, _ASCTIME, _DOTTED)


def read_date(raw: str, parsed: time.struct_time | None = None) -> datetime | None:
    """The moment that `raw` names; `parsed` is the feed library's reading, for shapes not known here.

    A date without a zone is taken as UTC, one with an Azerbaijani or Russian month name as Baku time,
    with a Turkish one as Istanbul's. A date that
    cannot be (30 February) is None, whatever the library made of it.
    """
    text = " ".join(raw[:100].replace("\u0307", "").split()).strip(" ,;")
    text = _YEAR_WORD.sub("", text)
    time_first = _TIME_FIRST.match(text)
    if time_first is not None:
        text = f"{time_first[2]} {time_first[1]}"
    for shape in _SHAPES:
        found = shape.match(text)
        if found is not None:
            return _sensible(_build(found.groupdict()))
    if parsed is None:
        return None
    try:
        return _sensible(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _sensible(moment: datetime | None) -> datetime | None:
    if moment is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        return None
    return moment


def _build(parts: dict[str, str | None]) -> datetime | None:
    month, zone = _month(parts)
    written = parts.get("zone")
    if written:
        offset = _offset(written)
        if offset is None:
            offset = timedelta(0)
        zone = timezone(offset)
    hour = _hour(int(parts.get("hour") or 0), parts.get("half"))
    second = (
        min(int(parts.get("second") or 0), 59)
        if parts.get("second") == "60"
        else int(parts.get("second") or 0)
    )
    extra = timedelta(days=1) if hour == 24 else timedelta(0)  # ISO 8601 ends a day at 24:00
    try:
        moment = datetime(
            _year(parts["year"] or "0"),
            month,
            int(parts["day"] or 0),
            0 if extra else hour,
            int(parts.get("minute") or 0),
            second,
            tzinfo=zone,
        )
        return (moment + extra).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _month(parts: dict[str, str | None]) -> tuple[int, timezone]:
    """The month's number (0: there is none) and the zone that a bare time is in."""
    name = (parts.get("name") or "").lower().replace("\u0307", "")
    if not name:
        return int(parts.get("month") or 0), UTC
    if name in _MONTHS:
        return _MONTHS[name], UTC
    if name in _MONTHS_TR:
        return _MONTHS_TR[name], ISTANBUL
    return _MONTHS_AZ.get(name) or _MONTHS_RU.get(name[:3], 0), BAKU


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    return int(text) + (2000 if int(text) < 70 else 1900)


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _offset(zone: str) -> timedelta | None:
    name = zone.lower().replace(" ", "")
    if name in _ZONES:
        return timedelta(minutes=_ZONES[name])
    found = re.fullmatch(r"(?:gmt|utc)?([+-])(\d{1,2}):?(\d{2})?", name)
    if found is None:
        return None
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > 23 or minutes > 59:
        return None
    amount = timedelta(hours=hours, minutes=minutes)
    return -amount if found[1] == "-" else amount

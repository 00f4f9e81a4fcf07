"""Moments and numbers as a reader says them: in the reader's zone and language."""

from __future__ import annotations

from datetime import datetime, tzinfo

from babel import Locale
from babel.dates import format_datetime, get_timezone, get_timezone_location
from babel.numbers import format_decimal

from handlers.text.catalogue import Translator


def local_time(moment: datetime, zone: str, t: Translator, *, near: datetime | None = None) -> str:
    """ "14:05, 23 November, Baku". The year is told when it is not the year of `near`."""
    here = _zone(zone)
    year = near is not None and moment.astimezone(here).year != near.astimezone(here).year
    shape = "HH:mm, d MMMM y" if year else "HH:mm, d MMMM"
    city = get_timezone_location(here, locale=t.lang.value, return_city=True)
    return f"{format_datetime(moment, shape, tzinfo=here, locale=t.lang.value)}, {city}"


def clock(minute: int) -> str:
    """A minute of the day: 08:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def city(zone: str, t: Translator) -> str:
    """The city of a zone, as the language calls it."""
    return get_timezone_location(_zone(zone), locale=t.lang.value, return_city=True)


def _zone(name: str) -> tzinfo:
    """The zone; UTC for a name that the machine does not know, and the time then says so."""
    try:
        return get_timezone(name)
    except LookupError:
        return get_timezone("UTC")


def ago(moment: datetime, now: datetime, t: Translator) -> str:
    """ "12 minutes ago": the largest whole unit; a moment in the future is now."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 60:
        return t._("just now")
    if (n := seconds // 60) < 60:
        return t.n_("{n} minute ago", "{n} minutes ago", n).format(n=n)
    if (n := seconds // 3600) < 24:
        return t.n_("{n} hour ago", "{n} hours ago", n).format(n=n)
    n = seconds // 86400
    return t.n_("{n} day ago", "{n} days ago", n).format(n=number(n, t))


def when(moment: datetime, now: datetime | None, zone: str, t: Translator) -> str:
    """Relative to `now` where the caller knows it, else the local time."""
    return local_time(moment, zone, t) if now is None else ago(moment, now, t)


def number(n: int, t: Translator) -> str:
    """With the language's own grouping."""
    return format_decimal(n, locale=Locale(t.lang.value))

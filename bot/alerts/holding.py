"""When a report that is found now may be told: digests, quiet hours and pauses. Pure.

What is held is told together when the time comes, and never expires. Local times are the chat's own; a time
that the clocks leave out in spring is taken as if they had not, one that comes twice in autumn is the first.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.model import DigestTime, Hold, Quiet, Settings

#: News that waited longer is told together with what else waited, and marked as late.
USEFUL = timedelta(hours=24)

_DAY = timedelta(days=1)


def held_until(settings: Settings, now: datetime, *, urgent: bool = False) -> tuple[datetime, Hold] | None:
    """Until when a new report waits, and why; None: it may be told now.

    `urgent` reports pass quiet hours and digests where the chat said so, and never a pause.
    """
    if settings.paused_until is not None and now < settings.paused_until:
        return settings.paused_until, Hold.PAUSED
    if urgent and settings.urgent_at_once:
        return None
    if settings.digest is not None:
        return next_digest(settings.digest, zone_of(settings), now), Hold.DIGEST
    return _quiet(settings, now)


def bell_held_until(settings: Settings, now: datetime) -> tuple[datetime, Hold] | None:
    """The same for what was held and is due: a digest's time has come, a night or a pause may last."""
    if settings.paused_until is not None and now < settings.paused_until:
        return settings.paused_until, Hold.PAUSED
    return None if settings.digest is not None else _quiet(settings, now)


def _quiet(settings: Settings, now: datetime) -> tuple[datetime, Hold] | None:
    if settings.quiet is None:
        return None
    end = quiet_end(settings.quiet, zone_of(settings), now)
    return None if end is None else (end, Hold.QUIET)


def quiet_end(quiet: Quiet, zone: tzinfo, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` lies in; None outside them. They may span midnight."""
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        start = _moment(datetime.combine(day, time()), quiet.start, zone)
        end_day = day if quiet.end > quiet.start else day + _DAY
        end = _moment(datetime.combine(end_day, time()), quiet.end, zone)
        if start <= now < end:
            return end
    return None


def next_digest(digest: DigestTime, zone: tzinfo, now: datetime) -> datetime:
    """The next moment, after `now`, at which the digest is due."""
    today = now.astimezone(zone).date()
    for days in range(9):
        day = today + days * _DAY
        if digest.weekday is not None and day.weekday() != digest.weekday:
            continue
        due = _moment(datetime.combine(day, time()), digest.minute, zone)
        if due > now:
            return due
    raise AssertionError("every weekday comes within eight days")


def zone_of(settings: Settings) -> tzinfo:
    """The chat's zone; UTC where this machine does not know its name."""
    try:
        return ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _moment(day: datetime, minute: int, zone: tzinfo) -> datetime:
    hour, minute = divmod(minute, 60)
    return day.replace(hour=hour, minute=minute, tzinfo=zone).astimezone(UTC)

"""Digests, quiet hours and pauses: until when a new report waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.holding import bell_held_until, held_until, next_digest, quiet_end, zone_of
from bot.model import DigestTime, Hold, Quiet, Settings

BAKU = "Asia/Baku"  # UTC+4, no summer time
BERLIN = "Europe/Berlin"
NIGHT = Quiet(start=22 * 60, end=7 * 60)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_without_any_wish_everything_goes_at_once() -> None:
    """The default."""
    assert None is held_until(Settings(), at("2026-03-02T03:00"))


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-03-02T17:59", None),  # 21:59 in Baku
        ("2026-03-02T18:00", "2026-03-03T03:00"),  # 22:00
        ("2026-03-02T23:30", "2026-03-03T03:00"),  # 03:30, the night began the day before
        ("2026-03-03T02:59", "2026-03-03T03:00"),
        ("2026-03-03T03:00", None),  # 07:00
    ],
)
def test_quiet_hours_span_midnight(now: str, end: str | None) -> None:
    """In the chat's own zone; the first minute is in them, the last is not."""
    found = held_until(Settings(zone=BAKU, quiet=NIGHT), at(now))

    assert (None if end is None else (at(end), Hold.QUIET)) == found


def test_quiet_hours_within_a_day() -> None:
    """A siesta."""
    siesta = Quiet(start=13 * 60, end=15 * 60)
    zone = zone_of(Settings(zone="UTC"))

    assert at("2026-03-02T15:00") == quiet_end(siesta, zone, at("2026-03-02T14:00"))
    assert None is quiet_end(siesta, zone, at("2026-03-02T16:00"))


def test_a_daily_digest_comes_at_its_next_time() -> None:
    """Exactly at its time the next one is tomorrow's: the bell of today rings anyway."""
    digest, zone = DigestTime(minute=8 * 60), zone_of(Settings(zone=BAKU))

    assert at("2026-03-02T04:00") == next_digest(digest, zone, at("2026-03-02T03:59"))
    assert at("2026-03-03T04:00") == next_digest(digest, zone, at("2026-03-02T04:00"))


def test_a_weekly_digest_comes_on_its_day() -> None:
    """2 March 2026 is a Monday."""
    digest, zone = DigestTime(minute=8 * 60, weekday=0), zone_of(Settings(zone=BAKU))

    assert at("2026-03-09T04:00") == next_digest(digest, zone, at("2026-03-02T05:00"))
    assert at("2026-03-02T04:00") == next_digest(digest, zone, at("2026-02-27T05:00"))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-28T12:00", "2026-03-29T01:30"),  # 02:30 does not exist that day: as if it were winter
        ("2026-10-24T12:00", "2026-10-25T00:30"),  # 02:30 comes twice: the first
    ],
)
def test_a_digest_comes_once_on_the_days_when_clocks_change(now: str, due: str) -> None:
    """Neither lost nor sent twice."""
    digest, zone = DigestTime(minute=150), zone_of(Settings(zone=BERLIN))

    first = next_digest(digest, zone, at(now))

    assert at(due) == first
    assert timedelta(hours=22) < next_digest(digest, zone, first) - first < timedelta(hours=26)


def test_a_pause_comes_before_everything() -> None:
    """Also for urgent actions."""
    until = at("2026-03-05T00:00")
    settings = Settings(paused_until=until, digest=DigestTime(minute=0), urgent_at_once=True)

    assert (until, Hold.PAUSED) == held_until(settings, at("2026-03-02T00:00"), urgent=True)
    assert (until, Hold.PAUSED) == bell_held_until(settings, at("2026-03-02T00:00"))
    assert None is held_until(settings, until, urgent=True)


def test_urgent_actions_pass_quiet_hours_where_the_chat_says_so() -> None:
    """And only there."""
    now = at("2026-03-02T20:00")

    assert None is held_until(Settings(quiet=NIGHT, urgent_at_once=True), now, urgent=True)
    assert None is not held_until(Settings(quiet=NIGHT), now, urgent=True)
    assert None is not held_until(Settings(quiet=NIGHT, urgent_at_once=True), now)


def test_a_bell_that_rings_at_night_waits_for_the_morning() -> None:
    """Unless it is the digest's, whose time the chat chose."""
    now = at("2026-03-02T20:00")

    assert (at("2026-03-03T03:00"), Hold.QUIET) == bell_held_until(Settings(quiet=NIGHT), now)
    assert None is bell_held_until(Settings(quiet=NIGHT, digest=DigestTime(minute=0)), now)


def test_an_unknown_zone_is_utc() -> None:
    """The name may come from another machine."""
    assert UTC is zone_of(Settings(zone="Mars/Olympus"))

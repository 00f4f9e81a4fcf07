"""The small pure rules: links, identity, dates, polling."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import FeedError, FeedTrouble
from bot.feeds.dates import read_date
from bot.feeds.identity import entry_id
from bot.feeds.links import link_key, normalise
from bot.feeds.polling import HealthEvent, health_after, next_poll_at
from bot.model import Source
from bot.store.protocols import Health
from tests.cost import cpu_seconds

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOURCE = Source(key="s", title="S", url="https://e.example/feed", interval=timedelta(minutes=10))


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("HTTPS://E.example:443/A/b", "https://e.example/A/b"),
        ("http://e.example", "http://e.example/"),
        ("https://e.example/?b=2&utm_source=x&a=1&fbclid=y", "https://e.example/?b=2&a=1"),
        ("https://e.example/x?at_medium=RSS&at_campaign=z", "https://e.example/x"),
        ("https://e.example/x?at_home=1", "https://e.example/x?at_home=1"),
        ("https://e.example/x#part", "https://e.example/x"),
        ("https://e.example/#!/x", "https://e.example/#!/x"),
        ("\u200b https://e.example/a\n b/c?q=d e ", "https://e.example/a%20b/c?q=d%20e"),
        ("https://e.example/\u202egnp.x<i>", "https://e.example/%E2%80%AEgnp.x%3Ci%3E"),
        ("https://xəbər.example/yol/ə", "https://xəbər.example/yol/ə"),
        ("http://exa\u202emple.example/", None),
        ("http://good.example evil.example/", None),
        ("http://e.example%2f@x/", None),
        ("http://e<b.example/", None),
        ("https://e.example/\ud800", None),
        ("mailto:a@b.example", None),
        ("https://u:p@e.example/", None),
        ("https://[::1", None),
        ("", None),
    ],
)
def test_a_link_has_one_spelling(link: str, expected: str | None) -> None:
    """Host, port, fragment and tracking are normalised; path and order stay."""
    assert normalise(link) == expected


def test_links_that_differ_in_dress_have_one_key() -> None:
    """http or https, www or not, slash or not; the query counts."""
    keys = {
        link_key(link) for link in ("http://www.e.example/a/", "https://e.example/a", "https://e.example/a#x")
    }
    assert keys == {"e.example/a"}
    assert link_key("https://e.example/a?id=1") != link_key("https://e.example/a?id=2")


def test_identity_prefers_the_link_then_the_guid_then_title_and_date() -> None:
    """And always includes the source."""

    def identity(
        source: str = "s", link: str | None = None, guid: str | None = None, title: str = "t"
    ) -> str:
        return entry_id(source, link=link, guid=guid, title=title, published=NOW)

    assert identity(link="http://e.example/1", guid="a") == identity(
        link="https://www.e.example/1/", guid="b"
    )
    assert identity(guid="a", title="x") == identity(guid="a", title="y")
    assert identity(title="x") != identity(title="y")
    assert identity(source="s") != identity(source="r")
    assert identity(link="https://e.example/", guid="a") != identity(link="https://e.example/", guid="b")
    assert len(identity()) == 32


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Mon, 02 Mar 2026 13:00:00 +0400", NOW),
        ("Mon, 02 Mar 2026 09:00:00 GMT", NOW),
        ("02 Mar 26 09:00 UT", NOW),
        ("Mon, 2 March 2026 04:00:00 EST", NOW),
        ("2026-03-02T09:00:00Z", NOW),
        ("2026-03-02T13:00:00.123+04:00", NOW),
        ("2026-03-02 09:00", NOW),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2 mart 2026, 13:00", NOW),
        ("02 Mart 2026 13:00", NOW),
        ("2 mart 2026-cı il, 13:00", NOW),
        ("2 mart 2026-cı il", datetime(2026, 3, 1, 20, tzinfo=UTC)),
        ("Bazar ertəsi, 2 mart 2026 13:00", NOW),
        ("B.e., 2 mart 2026, 13:00", NOW),
        ("13:00, 2 mart 2026", NOW),
        ("09:00 02.03.2026", NOW),
        ("02-03-2026 09:00", NOW),
        ("2026/03/02 09:00", NOW),
        ("Mon,02 Mar 2026 13:00:00 +04", NOW),
        ("2 марта 2026 года, 13:00", NOW),
        ("Пн, 02 мар 2026 13:00:00 +0400", NOW),
        ("27 Şubat 2026 12:00", datetime(2026, 2, 27, 9, tzinfo=UTC)),
        ("March 2, 2026 9:00 am", NOW),
        ("02.03.2026 09:00", NOW),
        ("Mon Mar  2 09:00:00 2026", NOW),
        ("Mon, 02 Mar 2026 13:00:00 AZT", NOW),
        ("2026-03-01T24:00:00Z", datetime(2026, 3, 2, tzinfo=UTC)),
        ("Mon, 30 Feb 2026 09:00:00 GMT", None),
        ("2026-13-02T09:00:00Z", None),
        ("2026-03-02T25:61:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_utc_or_nothing(raw: str, expected: datetime | None) -> None:
    """Every usual spelling; a date that cannot be is None."""
    assert read_date(raw) == expected


@pytest.mark.parametrize(
    "raw", ["a" * 100, "a." * 50, "ab, " * 25, "1 " * 50, "12:00 " * 16, "2026 il " * 12]
)
def test_garbage_for_a_date_costs_nothing(raw: str) -> None:
    """No shape is tried in every way: they are refused at some dates' cost."""
    garbage = f"{raw[:-1]}7!"
    assert read_date(garbage) is None
    honest = cpu_seconds(lambda: read_date("Mon, 02 Mar 2026 13:00:00 +0400"))
    assert cpu_seconds(lambda: read_date(garbage)) < 50 * honest


def test_the_next_poll_is_never_sooner_than_the_publisher_allows() -> None:
    """Interval, max-age and Retry-After are lower bounds, whatever the jitter."""
    for seed in range(50):
        at = next_poll_at(SOURCE, now=NOW, failures=0, rng=random.Random(seed), max_age=timedelta(minutes=30))
        assert timedelta(minutes=30) <= at - NOW <= timedelta(minutes=33)
        busy = FeedError(FeedTrouble.HTTP_STATUS, status=429, retry_after=timedelta(hours=2))
        at = next_poll_at(SOURCE, now=NOW, failures=1, rng=random.Random(seed), outcome=busy)
        assert timedelta(hours=2) <= at - NOW <= timedelta(hours=2, minutes=12)


def test_patience_grows_to_six_hours() -> None:
    """2^n intervals, and no further."""
    error = FeedError(FeedTrouble.TIMEOUT)
    waits = [
        next_poll_at(SOURCE, now=NOW, failures=n, rng=random.Random(1), outcome=error) - NOW
        for n in (1, 2, 3, 99)
    ]
    floors = [timedelta(minutes=20), timedelta(minutes=40), timedelta(minutes=80), timedelta(hours=6)]
    assert all(floor <= wait <= floor * 1.1 for floor, wait in zip(floors, waits, strict=True))


def test_health_speaks_once_when_it_breaks_and_once_when_it_heals() -> None:
    """Silence in between; the beginning of the trouble is remembered."""
    error = FeedError(FeedTrouble.TIMEOUT, "slow")
    health, events = Health(), []
    for minute, outcome in enumerate((None, error, error, None, None)):
        health, event = health_after(health, now=NOW + timedelta(minutes=minute), outcome=outcome)
        events.append(event)
        if minute == 2:
            assert (health.broken_since, health.failures) == (NOW + timedelta(minutes=1), 2)
            assert (health.trouble, health.last_success) == (FeedTrouble.TIMEOUT, NOW)
    assert events == [None, HealthEvent.BROKE, None, HealthEvent.HEALED, None]
    assert health == Health(last_success=NOW + timedelta(minutes=4), last_attempt=NOW + timedelta(minutes=4))

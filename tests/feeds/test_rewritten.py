"""A feed that shows its past as news."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.feeds.rewritten import LEAST, newest_of, shown_again
from bot.model import Entry
from tests.clock import START

NEWEST = START - timedelta(hours=1)


def entry(number: int, published: datetime | None) -> Entry:
    return Entry(
        source="sample",
        id=f"new-{number}",
        link=f"https://sample.example/new/{number}",
        guid=None,
        title=f"Sample {number}",
        text="",
        published=published,
    )


def dated(days: float, count: int = LEAST) -> list[Entry]:
    """So many entries, the newest so many days old."""
    return [entry(number, START - timedelta(days=days, hours=number)) for number in range(count)]


def ids(entries: list[Entry]) -> frozenset[str]:
    return frozenset(one.id for one in entries)


def test_a_moved_site_shows_its_past_under_new_addresses() -> None:
    """All of it is held, entries without a date included; what is of today is news."""
    past, today = dated(10), entry(98, START - timedelta(minutes=5))
    undated = entry(99, None)

    assert ids([*past, undated]) == shown_again([*past, today, undated], NEWEST)


def test_a_few_old_texts_are_news() -> None:
    """Outlets publish an interview that they began last month."""
    assert frozenset() == shown_again(dated(10, LEAST - 1), NEWEST)


def test_what_was_published_while_we_were_away_is_news() -> None:
    """After four days without an answer a whole list may be new; none of it is older than what we saw."""
    assert frozenset() == shown_again(dated(1, 50), START - timedelta(days=4))


def test_an_outlet_whose_dates_run_behind_is_not_held() -> None:
    """A slow outlet, or a replayed archive: what it shows is newer than what it showed."""
    assert frozenset() == shown_again(dated(300, 50), START - timedelta(days=303))


def test_a_feed_at_first_sight_or_without_dates_has_no_past() -> None:
    """Its list is a baseline already; nothing is known of what has no dates."""
    assert frozenset() == shown_again(dated(10), None)
    assert frozenset() == shown_again([entry(number, None) for number in range(50)], NEWEST)


def test_the_newest_date_only_grows_and_lies_in_the_past() -> None:
    """An entry of next year is a mistake; a list of old entries takes nothing back."""
    assert NEWEST == newest_of(dated(10), NEWEST, START)
    assert NEWEST == newest_of([entry(1, START + timedelta(days=300))], NEWEST, START)
    assert START == newest_of([entry(1, START)], NEWEST, START)
    assert newest_of([], None, START) is None

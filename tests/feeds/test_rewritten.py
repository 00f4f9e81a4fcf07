"""A feed that shows its past as news."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.feeds.rewritten import LEAST, shown_again
from bot.model import Entry
from tests.clock import START

VISIT = START - timedelta(minutes=10)


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

    assert ids([*past, undated]) == shown_again([*past, today, undated], 12, VISIT, START)


def test_a_few_old_texts_are_news() -> None:
    """Outlets publish an interview that they began last month."""
    assert frozenset() == shown_again(dated(10, LEAST - 1), 20, VISIT, START)


def test_what_was_published_while_we_were_away_is_news() -> None:
    """After four days without an answer a whole list may be new; none of it is older than that."""
    assert frozenset() == shown_again(dated(1, 50), 50, START - timedelta(days=4), START)


def test_a_list_without_dates_that_is_new_throughout_is_the_past() -> None:
    """Ten minutes after the last visit no outlet has replaced everything; a day after it may have."""
    undated = [entry(number, None) for number in range(LEAST)]

    assert ids(undated) == shown_again(undated, LEAST, VISIT, START)
    assert frozenset() == shown_again(undated, LEAST, START - timedelta(days=1), START)
    assert frozenset() == shown_again(undated, LEAST + 1, VISIT, START)


def test_a_feed_at_first_sight_has_no_past() -> None:
    """Its list is a baseline already."""
    assert frozenset() == shown_again(dated(10), LEAST, None, START)

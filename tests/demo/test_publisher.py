"""The demo's publisher: polite, honest about its samples, and the same every time."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import aiohttp
import feedparser
import pytest

from bot.demo.publisher import FEED_LENGTH, Publisher, publish, sources
from bot.demo.reports import BACKLOG_REPORTS, OUTLETS, all_reports, issues
from bot.model import Language
from tests.clock import ManualClock


def test_there_are_forty_reports_with_different_names() -> None:
    """At least forty reports, most of them in both languages."""
    reports = all_reports()
    assert len({report.key for report in reports}) == len(reports) >= 40
    assert sum(len(report.versions) for report in reports) >= 60


def test_every_text_says_that_it_is_a_sample() -> None:
    """Outlets carry it in their name, texts in their last line."""
    publisher = Publisher(ManualClock(), random.Random(7))
    texts = [publisher.issue_next() for _ in range(100)]
    marks = {"az": "uydurulmuş nümunə", "en": "invented sample"}
    assert [t for t in texts if marks[t.issue.lang.value] not in t.text.splitlines()[-1]] == []
    assert [o for o in OUTLETS if "sample" not in o.title.lower()] == []


def test_the_order_is_the_same_for_the_same_seed() -> None:
    """The seed decides everything."""
    first, second, other = (
        [
            (issue.case, issue.lang, issue.report.key)
            for issue in itertools.islice(issues(all_reports(), random.Random(seed)), 150)
        ]
        for seed in (1, 1, 2)
    )
    assert first == second != other


def test_what_a_newcomer_is_told_to_try_comes_first() -> None:
    """The backlog ends with a report about torture in Azerbaijan, and the next three are about it too."""
    coming = itertools.islice(issues(all_reports(), random.Random(3)), 30)
    by_case = {issue.case: issue.report.first for issue in coming}
    cases = range(BACKLOG_REPORTS + 1, BACKLOG_REPORTS + 5)
    assert [by_case[case] for case in cases] == [True] * 4


def test_a_newcomer_finds_both_versions_of_the_first_report() -> None:
    """Whoever asks for torture in either language sees a report at once, whatever the order of the rest."""
    for seed in range(20):
        publisher = Publisher(ManualClock(), random.Random(seed))
        for lang in (Language.AZ, Language.EN):
            texts = publisher.feed("numune", lang)
            assert texts is not None
            assert any(text.issue.report.first for text in texts)


def test_a_second_start_goes_on_where_the_first_one_ended() -> None:
    """Nothing that was out comes again as new, and what comes next is the same."""
    first = Publisher(ManualClock(), random.Random(1))
    for _ in range(30):
        first.issue_next()

    second = Publisher(ManualClock(), random.Random(1), issued=first.issued)

    assert first.issued == second.issued
    assert first.issue_next().issue == second.issue_next().issue


def test_the_english_version_follows_soon() -> None:
    """Azerbaijani first, English one or two steps later, and no text twice in three rounds."""
    coming = list(itertools.islice(issues(all_reports(), random.Random(5)), 200))
    place = {(issue.case, issue.lang): n for n, issue in enumerate(coming)}
    assert len(place) == 200
    gaps = {
        place[case, Language.EN] - n
        for (case, lang), n in place.items()
        if lang is Language.AZ and (case, Language.EN) in place
    }
    assert gaps
    assert min(gaps) >= 1
    assert max(gaps) <= 3  # a version of another report may come in between


def test_feeds_stay_short_and_never_run_dry() -> None:
    """After several rounds every feed is full, bounded, and names nothing twice."""
    publisher = Publisher(ManualClock(), random.Random(1))
    for _ in range(400):
        publisher.issue_next()
    feed = publisher.feed("numune", Language.EN)
    assert feed is not None
    assert len(feed) == FEED_LENGTH == len({text.title for text in feed})


@pytest.fixture
def publisher() -> Publisher:
    return Publisher(ManualClock(), random.Random(1))


async def test_feeds_can_be_asked_conditionally(publisher: Publisher) -> None:
    """ETag and Last-Modified give 304 while nothing changed, and 200 after the next report."""
    async with publish(publisher, timedelta(hours=1)) as base, aiohttp.ClientSession() as http:
        url = f"{base}/numune/az/feed.xml"
        async with http.get(url) as response:
            etag, modified = response.headers["ETag"], response.headers["Last-Modified"]
        for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            async with http.get(url, headers=headers) as response:
                assert (response.status, await response.read()) == (304, b"")
        issued = None
        while issued != ("numune", Language.AZ):
            issue = publisher.issue_next().issue
            issued = (issue.report.outlet, issue.lang)
        async with http.get(url, headers={"If-None-Match": etag}) as response:
            assert response.status == 200


async def test_versions_name_each_other_once_both_are_out(publisher: Publisher) -> None:
    """hreflang joins the pair on both pages; before that a page names only itself."""
    while (az := publisher.issue_next()).issue.lang is not Language.AZ or az.issue.report.outlet != "numune":
        pass
    async with publish(publisher, timedelta(hours=1)) as base, aiohttp.ClientSession() as http:
        case = az.issue.case
        links = {lang: f'hreflang="{lang}" href="{base}/numune/{lang}/{case}"' for lang in ("az", "en")}
        async with http.get(f"{base}/numune/az/{case}") as response:
            alone = await response.text()
        assert [links["az"] in alone, links["en"] in alone] == [True, False]
        while publisher.issue_next().issue.case != case:
            pass
        for lang in ("az", "en"):
            async with http.get(f"{base}/numune/{lang}/{case}") as response:
                page = await response.text()
            assert [links["az"] in page, links["en"] in page] == [True, True]


async def test_every_source_is_a_feed_with_a_backlog(publisher: Publisher) -> None:
    """What the poller is given answers with well-formed feeds in the declared language."""
    async with publish(publisher, timedelta(hours=1)) as base, aiohttp.ClientSession() as http:
        found = sources(base)
        assert [source.key for source in found if source.rights] == ["monitor"]
        assert all(source.allow_private for source in found)
        entries = 0
        for source in found:
            async with http.get(source.url) as response:
                parsed = feedparser.parse(await response.read())
            assert not parsed.bozo
            assert parsed.feed.language == source.lang
            entries += len(parsed.entries)
        assert entries > BACKLOG_REPORTS


async def test_there_is_something_new_with_every_interval() -> None:
    """The clock alone makes it publish."""
    clock = ManualClock()
    publisher = Publisher(clock, random.Random(1))
    feeds = [(o.key, lang) for o in OUTLETS for lang in o.langs]
    before = sum(len(publisher.feed(*feed) or ()) for feed in feeds)
    async with publish(publisher, timedelta(seconds=5)) as base, aiohttp.ClientSession() as http:
        async with http.get(f"{base}/nowhere/az/feed.xml") as response:
            assert response.status == 404
        for _ in range(3):
            await clock.forward(5)
            async with http.get(f"{base}/gundem/az/feed.xml") as response:  # lets the loop turn
                await response.read()
    assert sum(len(publisher.feed(*feed) or ()) for feed in feeds) == before + 3

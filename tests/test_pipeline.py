"""One source's turn: the real store, fetcher and parser, and a publisher on loopback."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.errors import FeedTrouble, StoreAway
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import ParserPool
from bot.filters.grammar import parse
from bot.metrics import Metrics
from bot.model import Address, Chat, Entry, Language, Platform, Source, Subscription
from bot.pipeline import PAGES_TIME, Ports, oldest_first, poll
from bot.store.protocols import Archive, Changes, Sources, SourceState, Store
from bot.watch import FollowedIndex
from tests.clock import START, ManualClock
from tests.outlet import Item, Outlet, outlet
from tests.waiting import PATIENCE, until

FEED = "/feed"
READER = Address(platform=Platform.TELEGRAM, chat="7000000001")
TORTURE = "Activist tortured in Baku prison, lawyers say"


class CountingParser:
    """The real parser, and how often it was given a feed."""

    def __init__(self, pool: ParserPool) -> None:
        self._pool = pool
        self.feeds = 0
        self.page = pool.page

    async def feed(self, *arguments: Any) -> Any:
        self.feeds += 1
        return await self._pool.feed(*arguments)


class Failing:
    """A real piece of the store, whose method `name` loses its `at`-th question, or the answer to it."""

    def __init__(self, piece: object, name: str, at: int, *, acted: bool) -> None:
        self._piece, self._name, self._at, self._acted, self._calls = piece, name, at, acted, 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._piece, name)
        return self._failing(method) if name == self._name else method

    def _failing(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any, **named: Any) -> Any:
            self._calls += 1
            if self._calls != self._at:
                return await method(*arguments, **named)
            if self._acted:
                await method(*arguments, **named)
            raise StoreAway("lost")

        return call


@dataclass
class World:
    """What the tests touch."""

    outlet: Outlet
    store: Store
    clock: ManualClock
    ports: Ports
    parser: CountingParser
    told: list[str] = field(default_factory=list)

    async def source(self, key: str = "sample", feed: str = FEED, **changes: Any) -> None:
        facts: dict[str, Any] = {
            "key": key,
            "title": "Sample Outlet",
            "url": self.outlet.url(feed),
            "rights": True,
            "allow_private": True,
            "interval": timedelta(minutes=10),
        }
        await self.store.sources.add(Source(**(facts | changes)), self.clock.now())

    async def follow(self, query: str, address: Address = READER) -> None:
        one = Subscription(number=1, query=parse(query).query)
        await self.store.chats.update(
            address,
            lambda chat: replace(chat, subscriptions=(*chat.subscriptions, one)),
            fresh=Chat(key=self.store.chats.key_of(address), address=address),
        )

    async def state(self, key: str = "sample") -> SourceState:
        found = await self.store.sources.get(key)
        assert found is not None
        return found

    async def poll(self, key: str = "sample", ports: Ports | None = None) -> None:
        await self.clock.forward(minutes=1)
        await poll(await self.state(key), ports or self.ports)

    async def news(self) -> list[str]:
        """The titles that were handed to the fan-out since the last look, with a filter that wants them."""
        titles = []
        for fanout in await self.store.outbox.take_fanouts("looking", 100, timedelta()):
            story = await self.store.archive.story(fanout.story)
            assert story is not None
            if fanout.filters:
                titles += [article.title for article in story.articles if article.id == fanout.article]
            while not await self.store.outbox.spread("looking", fanout, 100, self.clock.now()):
                pass
        return titles

    async def archived(self) -> list[str]:
        return [article.title async for article in self.store.archive.newest(100)]


@pytest.fixture
async def world(store: Store, clock: ManualClock) -> AsyncIterator[World]:
    """An outlet, and everything that a poll needs."""
    async with (
        outlet() as here,
        Fetcher(user_agent="sample", per_host=4) as fetcher,
        ParserPool(1, wall=PATIENCE) as pool,
    ):
        parser = CountingParser(pool)
        ports = Ports(
            store=store,
            fetch=fetcher,
            parse=parser,
            index=FollowedIndex(store.filters),
            clock=clock,
            rng=random.Random(1),
            tally=Metrics(),
        )
        here.feeds[FEED] = []
        yield World(outlet=here, store=store, clock=clock, ports=ports, parser=parser)


async def begun(world: World, **changes: Any) -> None:
    """A source whose first sight is over, and one reader who follows torture."""
    world.outlet.add(FEED, Item(path="/old", title="Old report"))
    await world.source(**({"fetch_page": False} | changes))
    await world.follow("torture")
    await world.poll()
    world.outlet.asked.clear()


# --- what is told -------------------------------------------------------------------------------


async def test_first_sight_is_a_baseline(world: World) -> None:
    """What a feed lists when we first see it is archived and searchable, and told to nobody."""
    world.outlet.add(FEED, Item(path="/1", title=TORTURE))
    await world.source()
    await world.follow("torture")

    await world.poll()

    assert [TORTURE] == await world.archived()
    assert [] == await world.news()
    assert (await world.state()).baselined


async def test_a_new_entry_is_told_once(world: World) -> None:
    """An entry that appears later goes to who wants it; the next poll does not tell it again."""
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE), Item(path="/2", title="Festival opens in Sheki"))

    await world.poll()
    first = await world.news()
    world.outlet.add(FEED, Item(path="/3", title="Another day"))
    await world.poll()

    assert ([TORTURE], []) == (first, await world.news())
    assert 4 == await world.store.archive.count()


async def test_entries_of_one_poll_come_out_oldest_first(world: World) -> None:
    """However the feed orders them."""
    await begun(world)
    days = {n: START - timedelta(hours=n) for n in range(4)}
    world.outlet.feeds[FEED] += [
        Item(path=f"/{n}", title=f"Torture case {n}", published=days[n]) for n in (2, 0, 3, 1)
    ]

    await world.poll()

    assert [f"Torture case {n}" for n in (3, 2, 1, 0)] == await world.news()


def test_undated_entries_keep_the_order_of_the_feed() -> None:
    """Feeds list the newest first; without dates the last one listed is the oldest."""
    entries = [
        Entry(source="s", id=name, link=None, guid=None, title=name, text="", published=None)
        for name in "cba"
    ]

    assert ["a", "b", "c"] == [entry.id for entry in oldest_first(entries)]


async def test_a_repeated_guid_with_different_links_is_two_entries(world: World) -> None:
    """Outlets repeat guids; the link decides."""
    await begun(world)
    world.outlet.add(
        FEED,
        Item(path="/1", title="Torture case one", guid="same"),
        Item(path="/2", title="Torture case two", guid="same"),
    )

    await world.poll()

    assert ["Torture case one", "Torture case two"] == await world.news()


async def test_an_entry_listed_twice_is_one(world: World) -> None:
    """The same link twice in one feed is told once."""
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE), Item(path="/1", title=TORTURE))

    await world.poll()

    assert [TORTURE] == await world.news()


async def test_a_filter_followed_between_two_polls_counts_at_once(world: World) -> None:
    """No stale index decides."""
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title="Miners strike in Dashkasan"))
    await world.poll()
    before = await world.news()
    await world.follow("strike")
    world.outlet.add(FEED, Item(path="/2", title="Second strike in Dashkasan"))

    await world.poll()

    assert ([], ["Second strike in Dashkasan"]) == (before, await world.news())


async def test_a_quiet_feed_does_not_send_its_past_again(world: World) -> None:
    """A feed that has not changed for longer than the archive period still lists what we have seen."""
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE))
    await world.poll()
    await world.news()
    for _ in range(5):
        await world.clock.forward(days=30)
        await world.poll()
    world.outlet.add(FEED, Item(path="/2", title="Torture: a new case"))

    await world.poll()

    assert ["Torture: a new case"] == await world.news()


async def test_a_source_that_was_away_for_the_archive_period_is_new_again(world: World) -> None:
    """What it had shown is forgotten: its list is a baseline, asked for unconditionally; then it is news."""
    world.outlet.etags[FEED] = '"one"'
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE))
    parsed = world.parser.feeds
    await world.clock.forward(days=90)

    await world.poll()
    after_the_pause = await world.news()
    world.outlet.etags[FEED] = '"two"'
    world.outlet.add(FEED, Item(path="/2", title="Torture: a new case"))
    await world.poll()

    assert ([], ["Torture: a new case"]) == (after_the_pause, await world.news())
    assert parsed + 2 == world.parser.feeds


async def test_a_source_that_was_away_for_less_tells_what_it_missed(world: World) -> None:
    """A day before the period is over everything is remembered, and what came meanwhile is news."""
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE))
    await world.clock.forward(days=89)

    await world.poll()

    assert [TORTURE] == await world.news()


# --- pages --------------------------------------------------------------------------------------


async def test_two_versions_are_one_story_by_hreflang(world: World) -> None:
    """The English page names its Azerbaijani version; both are one report, each page is asked once."""
    await begun(world, fetch_page=True)
    az, en = world.outlet.url("/az/1"), world.outlet.url("/en/1")
    links = (
        f'<link rel="alternate" hreflang="az" href="{az}"><link rel="alternate" hreflang="en" href="{en}">'
    )
    for path in ("/az/1", "/en/1"):
        world.outlet.pages[path] = f"<html><head>{links}</head><body><p>A sample.</p></body></html>"
    world.outlet.add(
        FEED,
        Item(path="/en/1", title="Activist tortured in Baku prison", text="The police beat him."),
        Item(path="/az/1", title="Bakıda fəala işgəncə verilib", text="Polis onu döyüb və həbs edib."),
    )

    await world.poll()
    await world.poll()

    stories = {story.id for story in await _stories(world) if len(story.articles) == 2}
    assert 1 == len(stories)
    assert (1, 1) == (world.outlet.asked["/az/1"], world.outlet.asked["/en/1"])


AZ_ARREST = Item(
    path="/az/1", title="Jurnalist Orxan Qədirli saxlanılıb", text="Onu evindən mülki geyimli şəxslər aparıb."
)
EN_ARREST = Item(
    path="/en/9", title="Journalist Orkhan Gadirli detained", text="Plainclothes men took him from his home."
)


async def test_two_versions_are_one_story_by_what_they_tell(world: World) -> None:
    """No page says that they belong together; the extension of the same arrest is another report."""
    await begun(world)
    extended = Item(
        path="/en/12", title="Detention of Orkhan Gadirli extended by three months", text="In Baku."
    )
    for item in (AZ_ARREST, extended, EN_ARREST):
        world.outlet.add(FEED, item)
        await world.poll()

    titles = {frozenset(article.title for article in story.articles) for story in await _stories(world)}

    assert {AZ_ARREST.title, EN_ARREST.title} in titles
    assert {extended.title} in titles


async def test_the_next_stage_of_a_case_knows_the_report_before(world: World) -> None:
    """The store remembers it, so that who was told of the arrest gets the extension as a reply."""
    await begun(world)
    extended = Item(
        path="/en/12", title="Detention of Orkhan Gadirli extended by three months", text="In Baku."
    )
    for item in (AZ_ARREST, extended):
        world.outlet.add(FEED, item)
        await world.poll()

    stories = {story.articles[0].title: story for story in await _stories(world)}

    assert stories[AZ_ARREST.title].id == stories[extended.title].continues
    assert "" == stories[AZ_ARREST.title].continues


async def test_a_feed_that_changes_its_addresses_does_not_send_its_past_again(world: World) -> None:
    """Old texts under new addresses are archived, and said to be held; what is new today is told."""
    await world.source()
    await world.follow(TORTURE.split()[0])
    world.outlet.add(FEED, Item(path="/old", title=TORTURE, published=world.clock.now()))
    await world.poll()
    old = [
        Item(path=f"/moved/{n}", title=f"{TORTURE} {n}", published=world.clock.now() - timedelta(days=9 + n))
        for n in range(12)
    ]
    world.outlet.add(FEED, *old, Item(path="/today", title=f"{TORTURE} today", published=world.clock.now()))

    with capture_logs() as said:
        await world.poll()

    assert [f"{TORTURE} today"] == await world.news()
    assert {one.title for one in old} <= set(await world.archived())
    assert [12] == [line["held"] for line in said if line["event"] == "feed.rewritten"]
    assert 12 == (await world.state()).health.held
    await world.poll()
    assert [] == await world.news()


async def test_a_correction_reaches_those_who_were_told(world: World) -> None:
    """The archive has the new words; one fan-out goes to who was told, and to nobody else."""
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE, text="He was held for seven days."))
    await world.poll()
    assert [TORTURE] == await world.news()
    corrected = Item(path="/1", title=TORTURE, text="Correction: he was held for five days.")
    world.outlet.feeds[FEED] = [corrected, *world.outlet.feeds[FEED][1:]]

    await world.poll()
    await world.poll()

    (fanout,) = await world.store.outbox.take_fanouts("looking", 10, timedelta())
    story = await world.store.archive.story(fanout.story)
    assert story is not None
    assert ((), "Correction: he was held for five days.") == (fanout.filters, story.articles[0].text)


async def test_a_text_that_goes_on_being_written_disturbs_nobody(world: World) -> None:
    """A new headline, a longer text: kept for search, told to nobody again."""
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE, text="He was held."))
    await world.poll()
    await world.news()
    longer = Item(path="/1", title=f"{TORTURE} again", text="He was held. His family has seen him.")
    world.outlet.feeds[FEED] = [longer, *world.outlet.feeds[FEED][1:]]

    await world.poll()

    assert [] == await world.store.outbox.take_fanouts("looking", 10, timedelta())
    assert f"{TORTURE} again" in await world.archived()


async def test_two_versions_at_the_same_moment_are_one_story(world: World) -> None:
    """Two outlets are polled at once, each with one version, twenty times over: always one story."""
    await begun(world)
    await world.source("other", feed="/other")
    world.outlet.feeds["/other"] = []
    await world.poll("other")
    for turn in range(20):
        name = f"{['Aydın', 'Elçin', 'Fərid', 'Kamran', 'Tural'][turn % 5]} {'QTVZ'[turn // 5]}əhrəmanlı"
        spelt = name.replace("ə", "a").replace("ç", "ch").replace("ı", "i").replace("Q", "G")
        world.outlet.add(FEED, replace(AZ_ARREST, path=f"/az/{turn}", title=f"Jurnalist {name} saxlanılıb"))
        world.outlet.add(
            "/other", replace(EN_ARREST, path=f"/en/{turn}", title=f"Journalist {spelt} detained")
        )
        await world.clock.forward(minutes=1)
        await asyncio.gather(*[poll(await world.state(key), world.ports) for key in ("sample", "other")])

    pairs = [story for story in await _stories(world) if len(story.articles) == 2]
    assert 20 == len({story.id for story in pairs})
    assert all({"az", "en"} == {article.lang.value for article in story.articles} for story in pairs)


async def _stories(world: World) -> list[Any]:
    found = [await world.store.archive.of_article(a.id) async for a in world.store.archive.newest(100)]
    return [story for story in found if story is not None]


async def test_no_page_is_asked_where_the_source_says_so(world: World) -> None:
    """`fetch_page = false`: the feed is all that we ask."""
    await begun(world, fetch_page=False)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE))

    await world.poll()

    assert {FEED: 1} == dict(world.outlet.asked)


@pytest.mark.parametrize("fault", ["hangs", "fails", "is no page"])
async def test_a_bad_page_takes_nothing_from_its_entry(world: World, fault: str) -> None:
    """The entry is read without its page."""
    await begun(world, fetch_page=True)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE))
    if fault == "hangs":
        world.outlet.hanging.add("/1")
    elif fault == "fails":
        world.outlet.status["/1"] = 500
    else:
        world.outlet.raw["/1"] = b"\x00\xff\x00"

    polling = asyncio.create_task(world.poll())
    await until(lambda: polling.done() or world.outlet.asked["/1"])
    if fault == "hangs":
        await world.clock.forward(PAGES_TIME)
    await polling

    assert [TORTURE] == await world.news()
    assert 1 == world.outlet.asked["/1"]
    assert (await world.state()).health.trouble is None


# --- the store goes away ------------------------------------------------------------------------


@pytest.mark.parametrize("acted", [False, True])
@pytest.mark.parametrize(
    ("piece", "name", "at"),
    [
        ("archive", "publish", 1),
        ("archive", "publish", 2),
        ("archive", "publish", 3),
        ("sources", "unseen", 1),
        ("sources", "polled", 1),
    ],
)
async def test_an_outage_in_a_poll_loses_and_repeats_nothing(
    world: World, piece: str, name: str, at: int, acted: bool
) -> None:
    """Whichever question to the store fails, everything comes afterwards, exactly once, and in order."""
    await begun(world)
    titles = [f"Torture case {n}" for n in range(3)]
    world.outlet.add(FEED, *(Item(path=f"/{n}", title=title) for n, title in enumerate(titles)))
    failing = Failing(getattr(world.store, piece), name, at, acted=acted)
    broken = (
        replace(world.store, archive=cast(Archive, failing))
        if piece == "archive"
        else replace(world.store, sources=cast(Sources, failing))
    )

    with pytest.raises(StoreAway):
        await world.poll(ports=replace(world.ports, store=broken))
    before = await world.news()
    await world.poll()

    assert titles == before + await world.news()


# --- asking politely ----------------------------------------------------------------------------


async def test_304_is_not_parsed(world: World) -> None:
    """A publisher who says that nothing has changed costs one request."""
    world.outlet.etags[FEED] = '"one"'
    await begun(world)
    parsed = world.parser.feeds

    await world.poll()

    assert (parsed, 1) == (world.parser.feeds, world.outlet.asked[FEED])


async def test_an_equal_body_is_not_parsed(world: World) -> None:
    """A publisher without validators is recognised by the body."""
    await begun(world)
    parsed = world.parser.feeds

    await world.poll()

    assert (parsed, 1) == (world.parser.feeds, world.outlet.asked[FEED])


async def test_a_feed_breaks_once_and_heals_once(world: World) -> None:
    """One event each, however often it fails meanwhile; `/sources` sees it; subscribers hear nothing."""
    await begun(world)

    with capture_logs() as events:
        world.outlet.raw[FEED] = b"<!doctype html><html><body><form>Log in</form></body></html>"
        await world.poll()
        await world.poll()
        ill = (await world.store.sources.all())[0].health
        del world.outlet.raw[FEED]
        await world.poll()
        await world.poll()

    well = (await world.store.sources.all())[0].health
    told = [event["event"] for event in events if event["event"].startswith("feed.")]
    assert ["feed.broken", "feed.healed"] == told
    assert (FeedTrouble.NOT_A_FEED, 2) == (ill.trouble, ill.failures)
    assert (None, None, 0) == (well.trouble, well.broken_since, well.failures)
    assert [] == await world.news()


async def test_a_feed_that_is_broken_at_first_sight_still_gets_its_baseline(world: World) -> None:
    """Failing is no first sight: what it lists when it works for the first time is not told."""
    world.outlet.status[FEED] = 503
    await world.source(fetch_page=False)
    await world.follow("torture")
    await world.poll()
    del world.outlet.status[FEED]
    world.outlet.add(FEED, Item(path="/1", title=TORTURE))

    await world.poll()

    assert ([TORTURE], []) == (await world.archived(), await world.news())


class Unreadable:
    """Followed filters, one of which an older grammar wrote."""

    async def version(self) -> int:
        return 1

    async def all(self) -> dict[str, str]:
        return {"old": 'word"', "good": "torture"}

    async def changes(self, since: int) -> Changes | None:
        return Changes(version=since)

    async def everything(self) -> AsyncIterator[Changes]:
        yield Changes(version=1, filters=await self.all())

    def id_of(self, query: str) -> str:
        return query


async def test_an_unreadable_filter_does_not_stop_the_others(world: World) -> None:
    """It is told to the operator without its words, and the filters beside it go on."""
    await begun(world)
    world.outlet.add(FEED, Item(path="/1", title=TORTURE))

    with capture_logs() as events:
        await world.poll(ports=replace(world.ports, index=FollowedIndex(Unreadable())))

    fanouts = await world.store.outbox.take_fanouts("looking", 10, timedelta())
    assert [("good",)] == [fanout.filters for fanout in fanouts]
    assert ["filter.unreadable"] == [e["event"] for e in events if e["event"].startswith("filter")]
    assert "word" not in str(events)


async def test_an_article_knows_its_language(world: World) -> None:
    """What the pipeline archives has been read, not copied."""
    world.outlet.add(FEED, Item(path="/1", title="Bakıda fəala işgəncə verilib", text="Polis onu döyüb."))
    await world.source(fetch_page=False)

    await world.poll()

    assert [Language.AZ] == [article.lang async for article in world.store.archive.newest(5)]

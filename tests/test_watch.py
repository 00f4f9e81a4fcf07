"""The followed filters: running processes follow what changes, by the change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import BadFilter
from bot.filters.grammar import parse, parse_pack
from bot.filters.match import ReadArticle, evaluate
from bot.filters.packs import expand
from bot.model import Address, Match, Platform, Subscription
from bot.store.connect import open_store, wired
from bot.store.protocols import Changes, FollowedFilters, Store
from bot.store.seal import Keyring
from bot.watch import FollowedIndex
from tests.clock import START
from tests.filters.articles import read
from tests.waiting import PATIENCE


class Counting:
    """The real followed filters; counts how often everything is read, and how much of it changed."""

    def __init__(self, followed: FollowedFilters) -> None:
        self._followed = followed
        self.rereads = 0
        self.told: list[int] = []  #: filters and packs in each answer that told of some

    async def version(self) -> int:
        return await self._followed.version()

    async def all(self) -> dict[str, str]:
        return await self._followed.all()

    def id_of(self, query: str) -> str:
        return self._followed.id_of(query)

    async def changes(self, since: int) -> Changes | None:
        changes = await self._followed.changes(since)
        if changes is not None and (changes.filters or changes.packs):
            self.told.append(len(changes.filters) + len(changes.packs))
        return changes

    async def everything(self) -> AsyncIterator[Changes]:
        self.rereads += 1
        async for page in self._followed.everything():
            yield page


async def follow(store: Store, number: int, *queries: str) -> None:
    """Chat `number` follows exactly these."""
    address = Address(platform=Platform.TELEGRAM, chat=str(7_000_000_000 + number))
    wants = tuple(Subscription(number=at, query=query) for at, query in enumerate(queries, 1))
    await store.chats.update(address, lambda chat: replace(chat, subscriptions=wants))


async def wanted(index: FollowedIndex, store: Store, article: ReadArticle) -> list[str]:
    """The queries that the index finds in the article."""
    queries = await store.filters.all()
    return sorted(queries[one] for one in (await index.current()).matching(article))


TORTURE, PRISON, PRESS = "torture rights:any", "prison rights:any", "pack:press rights:any"


async def test_a_change_is_followed_without_reading_the_rest(store: Store) -> None:
    """Filters that come and go cost one small answer each; when nothing changes nothing is told."""
    await follow(store, 1, *(f"word{at} rights:any" for at in range(300)))
    followed = Counting(store.filters)
    index = FollowedIndex(followed)
    assert 300 == len(await index.current())
    await follow(store, 2, TORTURE)
    assert store.filters.id_of(TORTURE) in (await index.current()).matching(read("torture"))
    await index.current()
    await follow(store, 2)
    assert [] == (await index.current()).matching(read("torture"))
    assert (1, [1, 1]) == (followed.rereads, followed.told)


async def test_another_process_follows_at_its_next_article(
    store: Store, store_url: str, keyring: Keyring
) -> None:
    """What one process writes, another one's index says at once: no poll of it in between, no full read."""
    await follow(store, 1, PRISON)
    async with open_store(store_url, keyring, timeout=PATIENCE) as other:
        followed = Counting(other.filters)
        index = FollowedIndex(followed)
        await index.current()
        for at in range(20):
            await follow(store, 2, f"torture word{at} rights:any")
            found = (await index.current()).matching(read(f"torture word{at}"))
            assert [store.filters.id_of(f"torture word{at} rights:any")] == found
    assert 1 == followed.rereads


async def test_a_gap_means_to_read_everything(store: Store, store_url: str) -> None:
    """When the log was cut, the index is built anew and knows what it missed, both ways."""
    await follow(store, 1, TORTURE)
    followed = Counting(store.filters)
    index = FollowedIndex(followed)
    await index.current()
    await follow(store, 1, PRISON)
    async with wired(store_url, PATIENCE) as wire:
        await wire.call("XTRIM", "x:changes", "MAXLEN", 1)
    await index.current()
    assert ([PRISON], 2) == (await wanted(index, store, read("torture prison")), followed.rereads)


async def test_a_pack_changes_exactly_the_filters_that_include_it(store: Store) -> None:
    """Directly or through another pack; the others are not touched, and nothing is read again."""
    through = "lang:az pack:outer rights:any"
    await store.packs.put("press", "journalist", START)
    await store.packs.put("outer", "pack:press -sport", START)
    await follow(store, 1, PRESS, through, TORTURE)
    followed = Counting(store.filters)
    index = FollowedIndex(followed)
    await index.current()
    assert [through, PRESS] == await wanted(index, store, read("journalist"))
    await store.packs.put("press", "blogger", START)
    await index.current()
    assert [] == await wanted(index, store, read("journalist"))
    assert [through, PRESS] == await wanted(index, store, read("blogger"))
    assert [PRESS] == await wanted(index, store, read("blogger sport"))
    assert (1, [1]) == (followed.rereads, followed.told)


async def test_a_pack_that_is_gone_stops_its_filters_only_until_it_is_back(store: Store) -> None:
    """Its filters are told once in the log and match nothing; when the pack returns they match again."""
    await store.packs.put("press", "journalist", START)
    await follow(store, 1, PRESS, TORTURE)
    index = FollowedIndex(store.filters)
    await index.current()
    with capture_logs() as events:
        await store.packs.remove("press")
        await index.current()
        await store.packs.put("other", "media", START)
        await index.current()
    assert ["unknown_pack"] == [event["mistake"] for event in events]
    assert [TORTURE] == await wanted(index, store, read("torture journalist"))
    await store.packs.put("press", "journalist", START)
    await index.current()
    assert [PRESS, TORTURE] == await wanted(index, store, read("torture journalist"))


async def test_an_unreadable_filter_is_told_without_its_words(store: Store) -> None:
    """Others go on; the log names the mistake once and no keyword."""
    await follow(store, 1, 'secretword"', "rights:sure secretword", TORTURE)
    index = FollowedIndex(store.filters)
    with capture_logs() as events:
        await index.current()
        await follow(store, 2, PRISON)
        await index.current()
    assert ["filter.unreadable"] * 2 == [event["event"] for event in events]
    assert "secretword" not in str(events)
    assert [PRISON, TORTURE] == await wanted(index, store, read("torture prison"))


async def test_many_at_once_read_everything_once(store: Store) -> None:
    """Articles that come together at the start wait for one reading."""
    await follow(store, 1, TORTURE)
    followed = Counting(store.filters)
    index = FollowedIndex(followed)
    await asyncio.gather(*(index.current() for _ in range(10)))
    assert 1 == followed.rereads


_WORDS = ["torture", "prison", "sport", "press"]
_QUERIES = [
    *(f"{word} rights:any" for word in _WORDS),
    "torture -sport rights:any",
    "pack:a rights:any",
    "pack:b torture rights:any",
    "prison -pack:a rights:any",
    "(pack:a OR sport) rights:any",
]
_PACKS = ["torture", "prison OR press", "sport -press", "pack:a", "pack:b", "torture pack:b"]
_STEPS = st.one_of(
    st.tuples(st.just("follow"), st.integers(0, 2), st.lists(st.sampled_from(_QUERIES), max_size=4)),
    st.tuples(st.just("put"), st.sampled_from("ab"), st.sampled_from(_PACKS)),
    st.tuples(st.just("remove"), st.sampled_from("ab"), st.none()),
    st.tuples(st.just("look"), st.none(), st.none()),
)
_TITLES = ["torture", "prison press", "sport", "torture sport prison", "sport press"]


async def _step(store: Store, index: FollowedIndex, what: str, where: object, value: object) -> None:
    if what == "follow":
        await follow(store, int(str(where)), *dict.fromkeys(list(value)))  # type: ignore[call-overload]
    elif what == "put":
        await store.packs.put(str(where), str(value), START)
    elif what == "remove":
        await store.packs.remove(str(where))
    else:
        await index.current()


async def _plain(store: Store, article: ReadArticle) -> set[str]:
    """Every followed filter put together and asked by itself."""
    packs = {name: parse_pack(query) for name, query in (await store.packs.all()).items()}
    found = set()
    for filter_id, query in (await store.filters.all()).items():
        try:
            one = expand(parse(query), packs)
        except BadFilter:  # a pack is missing or includes itself
            continue
        if isinstance(evaluate(one, article), Match):
            found.add(filter_id)
    return found


async def test_following_changes_is_reading_everything_anew(store_url: str, keyring: Keyring) -> None:
    """After any changes of filters and packs: as a fresh index, and as every filter asked by itself."""

    async def check(steps: list[tuple[str, object, object]]) -> None:
        async with wired(store_url) as wire:
            await wire.call("FLUSHALL")
        async with open_store(store_url, keyring, timeout=PATIENCE) as store:
            await follow(store, 9, "always rights:any")
            followed = Counting(store.filters)
            index = FollowedIndex(followed)
            await index.current()
            for what, where, value in steps:
                await _step(store, index, what, where, value)
            mine, fresh = await index.current(), await FollowedIndex(store.filters).current()
            assert 1 == followed.rereads
            for title in _TITLES:
                article = read(title)
                found = set(mine.matching(article))
                assert found == set(fresh.matching(article)) == await _plain(store, article)

    cases: list[list[tuple[str, object, object]]] = []

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.lists(_STEPS, max_size=12))
    def collect(steps: list[tuple[str, object, object]]) -> None:
        cases.append(steps)

    collect()
    for steps in cases:
        await check(steps)

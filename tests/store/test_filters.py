"""The followed filters, their log of changes, and reading them in pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Address, Subscription
from bot.store import filters as module
from bot.store.filters import RedisFilters
from bot.store.protocols import Store
from bot.store.wire import Wire
from tests.clock import START


async def follow(store: Store, address: Address, *queries: str) -> None:
    wanted = tuple(Subscription(number=number, query=query) for number, query in enumerate(queries, 1))
    await store.chats.update(address, lambda chat: replace(chat, subscriptions=wanted))


def another(address: Address, number: int) -> Address:
    return replace(address, chat=str(7_000_000_001 + number))


async def test_the_first_and_the_last_follower_are_noted(store: Store, address: Address) -> None:
    """With the query when a filter comes, without when it goes; the followers between change nothing."""
    await follow(store, another(address, 9), "other")
    start = await store.filters.version()
    await follow(store, address, "torture", "həbs")
    came = await store.filters.changes(start)
    assert came is not None
    assert {store.filters.id_of(query): query for query in ("torture", "həbs")} == came.filters
    await follow(store, another(address, 1), "torture")
    await follow(store, address, "həbs")
    same = await store.filters.changes(came.version)
    assert same is not None
    assert (came.version, {}) == (same.version, same.filters)
    assert await store.chats.forget(another(address, 1))
    gone = await store.filters.changes(same.version)
    assert gone is not None
    assert {store.filters.id_of("torture"): None} == gone.filters


async def test_what_came_and_went_is_told_once_as_it_is_now(store: Store, address: Address) -> None:
    """Whoever was away for ten changes of one filter reads its present state."""
    await follow(store, address, "start")
    start = await store.filters.version()
    for _ in range(5):
        await follow(store, address, "torture")
        await follow(store, address, "həbs")
    changes = await store.filters.changes(start)
    assert changes is not None
    named = {store.filters.id_of("torture"): None, store.filters.id_of("həbs"): "həbs"}
    assert {**named, store.filters.id_of("start"): None} == changes.filters
    assert changes.version == await store.filters.version()


async def test_an_unknown_version_means_to_read_everything(
    store: Store, address: Address, wire: Wire
) -> None:
    """Before the log began, after it was cut, and when the store was put back to an older state."""
    nothing = await store.filters.changes(0)
    assert nothing is not None
    assert (0, {}, {}) == (nothing.version, nothing.filters, nothing.packs)
    await follow(store, address, "torture")
    first = await store.filters.version()
    assert await store.filters.changes(0) is None
    assert await store.filters.changes(first + 1) is None
    await follow(store, address, "həbs")
    await wire.call("XTRIM", "x:changes", "MAXLEN", 1)
    assert await store.filters.changes(first) is None
    assert await store.filters.changes(await store.filters.version()) is not None


async def test_the_log_is_bounded(store: Store, address: Address, wire: Wire) -> None:
    """It holds the last ten thousand changes, so it costs the same after years."""
    for at in range(10_000):
        await wire.call("XADD", "x:changes", f"1-{at + 1}", "f", "sample")
    await follow(store, address, "torture", "həbs")
    assert 10_000 == await wire.call("XLEN", "x:changes")


async def test_many_filters_come_in_pages(store: Store, address: Address) -> None:
    """No one reply carries all of them; the pages together are all, and packs come with them."""
    queries = {f"word{number}" for number in range(module.PAGE + 500)}
    parts = sorted(queries)
    for at in range(0, len(parts), 500):
        await follow(store, another(address, at), *parts[at : at + 500])
    await store.packs.put("press", "media", START)
    pages = [page async for page in store.filters.everything()]
    assert {"press": "media"} == pages[0].packs
    assert queries == {query for page in pages for query in page.filters.values()}
    assert len(pages) > 2
    assert {await store.filters.version()} == {page.version for page in pages}


@pytest.mark.parametrize("version", [0, 1, 1_700_000_000_000 << 32 | 7])
def test_a_version_names_one_entry_of_the_log(version: int) -> None:
    """The number and the entry's id say the same."""
    assert version == module._version(module._entry(version).encode())


def test_ids_do_not_depend_on_the_packs(store: Store) -> None:
    """An id is made of the query alone."""
    assert isinstance(store.filters, RedisFilters)
    assert store.filters.id_of("a") == store.filters.id_of("a") != store.filters.id_of("b")

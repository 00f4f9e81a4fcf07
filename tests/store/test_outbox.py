"""Fan-outs and deliveries: once per chat, never lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.model import Address, AlertKind, Chat, Kind, Platform, Subscription
from bot.store.connect import open_store
from bot.store.protocols import Delivery, DeliveryState, Lane, Store
from bot.store.seal import Keyring
from tests.clock import START
from tests.store.conftest import ArticleMaker

NOW = timedelta(0)
TELEGRAM = Platform.TELEGRAM


async def follow(store: Store, number: int, *queries: str) -> Chat:
    """A chat that follows some filters."""
    address = Address(platform=TELEGRAM, chat=str(7_000_000_000 + number))
    wants = tuple(Subscription(number=n, query=query) for n, query in enumerate(queries, 1))
    return await store.chats.update(address, lambda chat: replace(chat, subscriptions=wants))


async def publish(store: Store, article: ArticleMaker, name: str, *queries: str, claims: str = "link") -> str:
    """Hand in an article that these filters want; its story."""
    filters = [store.filters.id_of(query) for query in queries]
    done = await store.archive.publish(
        article(name), entry_id=name, claims=claims.split(), filters=filters, tell=True, now=START
    )
    return done.story


async def spread(store: Store, page: int = 100, worker: str = "w") -> None:
    """Spread everything that waits."""
    for fanout in await store.outbox.take_fanouts(worker, 100, NOW):
        while not await store.outbox.spread(worker, fanout, page, START):
            pass


async def take(store: Store, worker: str = "w", limit: int = 1000) -> list[Delivery]:
    return await store.outbox.take(TELEGRAM, worker, limit, NOW)


async def test_a_story_reaches_each_follower_once(store: Store, article: ArticleMaker) -> None:
    """Whatever the page size, and however many of its filters want it, a chat gets one delivery."""
    chats = {(await follow(store, n, "one", "two")).key for n in range(25)}
    await publish(store, article, "a", "one", "two")
    await spread(store, page=4)
    deliveries = await take(store)
    assert (25, chats) == (len(deliveries), {one.chat for one in deliveries})
    assert {AlertKind.NEW} == {one.kind for one in deliveries}
    assert 0 == (await store.outbox.depth())["fanout"]


async def test_a_later_article_edits_the_message(store: Store, article: ArticleMaker) -> None:
    """Chats that were told get an edit, chats that were not and follow it get an alert."""
    first, second = await follow(store, 1, "one"), await follow(store, 2, "two")
    story = await publish(store, article, "a", "one")
    await spread(store)
    [delivery] = await take(store)
    await store.outbox.sending(delivery)
    await store.outbox.finish("w", delivery, "receipt-1", START)
    await publish(store, article, "b", "two")
    await spread(store)
    assert {(first.key, AlertKind.EDIT), (second.key, AlertKind.NEW)} == {
        (one.chat, one.kind) for one in await take(store)
    }
    told = await store.outbox.told(first.key, story)
    assert told is not None
    assert (DeliveryState.DONE, "receipt-1", ("a",)) == (told.state, told.receipt, told.articles)


async def test_an_edit_waits_for_the_first_message(store: Store, article: ArticleMaker) -> None:
    """A version that appears while the first message is on its way is edited in once that has arrived."""
    await follow(store, 1, "one")
    await publish(store, article, "a", "one")
    await spread(store)
    [delivery] = await take(store)
    await publish(store, article, "b", "one")
    await spread(store)
    assert [] == await take(store)
    await store.outbox.finish("w", delivery, "r", START, shown=["a"])
    assert [(AlertKind.EDIT, "b")] == [(one.kind, one.article) for one in await take(store)]


async def test_no_edit_for_what_the_message_shows(store: Store, article: ArticleMaker) -> None:
    """When the first message showed both versions already, nothing more is sent."""
    await follow(store, 1, "one")
    await publish(store, article, "a", "one")
    await publish(store, article, "b", "one")
    await spread(store)
    [delivery] = await take(store)
    await store.outbox.finish("w", delivery, "r", START, shown=["a", "b"])
    assert [] == await take(store)


async def test_merged_stories_are_not_told_twice(store: Store, article: ArticleMaker) -> None:
    """A chat told of one half hears of the other by an edit only."""
    chat = await follow(store, 1, "one")
    await publish(store, article, "a", "one", claims="one")
    younger = await publish(store, article, "b", claims="two")
    await spread(store)
    [delivery] = await take(store)
    await store.outbox.finish("w", delivery, "r", START)
    await publish(store, article, "c", "one", claims="one two")
    await spread(store)
    assert [AlertKind.EDIT] == [one.kind for one in await take(store)]
    told = await store.outbox.told(chat.key, younger)
    assert told is not None
    assert "r" == told.receipt
    assert 1 == len(await store.outbox.told_stories(chat.key))


async def test_a_told_younger_story_is_found_after_the_merge(store: Store, article: ArticleMaker) -> None:
    """The receipt under the younger id is found under the older one, and edits reach it."""
    chat = await follow(store, 1, "one")
    older = await publish(store, article, "a", claims="one")
    await publish(store, article, "b", "one", claims="two")
    await spread(store)
    [delivery] = await take(store)
    await store.outbox.finish("w", delivery, "r", START)
    await publish(store, article, "c", "one", claims="one two")
    await spread(store)
    assert [AlertKind.EDIT] == [one.kind for one in await take(store)]
    told = await store.outbox.told(chat.key, older)
    assert told is not None
    assert "r" == told.receipt


async def test_a_restarted_worker_goes_on(
    store: Store, store_url: str, keyring: Keyring, article: ArticleMaker
) -> None:
    """Under the same name it is given first what it had not finished, once."""
    for number in range(3):
        await follow(store, number, "one")
    await publish(store, article, "a", "one")
    await spread(store)
    before = await take(store)
    assert [] == await take(store)
    async with open_store(store_url, keyring) as again:
        assert before == await take(again)
        assert [] == await take(again)


async def test_a_dead_workers_deliveries_come_back(store: Store, article: ArticleMaker) -> None:
    """When the heartbeat has run out, and not before, others get them."""
    await follow(store, 1, "one")
    await publish(store, article, "a", "one")
    await spread(store)
    await store.outbox.beat("dead", START, timedelta(seconds=5))
    [lost] = await take(store, "dead")
    assert 0 == await store.outbox.reclaim(START + timedelta(seconds=4))
    assert [] == await take(store, "alive")
    assert 1 == await store.outbox.reclaim(START + timedelta(seconds=6))
    [found] = await take(store, "alive")
    assert replace(lost, entry=found.entry) == found
    # What the dead one still does cannot touch the new entry.
    await store.outbox.later("dead", lost, START, 1)
    assert 0 == (await store.outbox.depth())["delayed"]


async def test_two_workers_share_and_lose_nothing(
    store: Store, store_url: str, keyring: Keyring, article: ArticleMaker
) -> None:
    """Two processes spreading and taking at once deliver to everybody exactly once."""
    chats = {(await follow(store, n, "one")).key for n in range(60)}
    await publish(store, article, "a", "one")

    async def work(which: Store, name: str) -> list[str]:
        done = []
        await spread(which, page=7, worker=name)
        for _ in range(30):
            for delivery in await take(which, name, limit=3):
                await which.outbox.finish(name, delivery, "r", START)
                done.append(delivery.chat)
        return done

    async with open_store(store_url, keyring) as other:
        first, second = await asyncio.gather(work(store, "a"), work(other, "b"))
    rest = [one.chat for one in await take(store, "c")]
    assert sorted(chats) == sorted(first + second + rest)


async def test_a_waiting_delivery_holds_no_entry(store: Store, article: ArticleMaker) -> None:
    """It waits in the delayed set and comes back with its attempts when it is due."""
    await follow(store, 1, "one")
    await publish(store, article, "a", "one")
    await spread(store)
    [delivery] = await take(store)
    due = START + timedelta(seconds=30)
    await store.outbox.later("w", delivery, due, 2)
    await store.outbox.later("w", delivery, due, 2)
    assert due == await store.outbox.next_due()
    assert (0, 1) == (await store.outbox.wake(START, 10), (await store.outbox.depth())["delayed"])
    assert 1 == await store.outbox.wake(due, 10)
    [back] = await take(store)
    assert replace(delivery, entry=back.entry, attempts=2) == back
    assert await store.outbox.next_due() is None


async def test_giving_up_leaves_a_reason_and_no_chat(store: Store, article: ArticleMaker) -> None:
    """The chat's record says why; the dead letter counts."""
    chat = await follow(store, 1, "one")
    story = await publish(store, article, "a", "one")
    await spread(store)
    [delivery] = await take(store)
    await store.outbox.give_up("w", delivery, "malformed", START)
    told = await store.outbox.told(chat.key, story)
    assert told is not None
    assert (DeliveryState.GIVEN_UP, "malformed") == (told.state, told.why)
    depth = await store.outbox.depth()
    assert (0, 1) == (depth["outbox:telegram"], depth["dead"])


async def test_a_dropped_delivery_leaves_the_chat_untold(store: Store, article: ArticleMaker) -> None:
    """A later article of the story may still alert it."""
    chat = await follow(store, 1, "one")
    story = await publish(store, article, "a", "one")
    await spread(store)
    [delivery] = await take(store)
    await store.outbox.drop("w", delivery)
    assert await store.outbox.told(chat.key, story) is None
    await publish(store, article, "b", "one")
    await spread(store)
    assert [AlertKind.NEW] == [one.kind for one in await take(store)]


async def test_an_offer_is_an_ordinary_delivery(store: Store, article: ArticleMaker) -> None:
    """Offered and spread, the chat hears once; offered twice as well."""
    chat = await follow(store, 1, "one")
    story = await publish(store, article, "a", "one")
    assert await store.outbox.offer(chat, story, "a", START)
    assert not await store.outbox.offer(chat, story, "a", START)
    await spread(store)
    assert 1 == len(await take(store))


async def test_a_forgotten_chat_leaves_no_record_behind(store: Store, article: ArticleMaker) -> None:
    """A delivery in flight that finishes after /forget writes nothing about the chat."""
    chat = await follow(store, 1, "one")
    story = await publish(store, article, "a", "one")
    await spread(store)
    [delivery] = await take(store)
    assert await store.chats.forget(chat.address)
    await store.outbox.sending(delivery)
    await store.outbox.finish("w", delivery, "r", START)
    assert await store.outbox.told(chat.key, story) is None


async def test_a_silent_chat_is_not_told(store: Store, article: ArticleMaker) -> None:
    """Until it is back."""
    chat = await follow(store, 1, "one")
    await store.chats.silence(chat.key, START)
    await publish(store, article, "a", "one", claims="one")
    await spread(store)
    assert [] == await take(store)
    await store.chats.revive(chat.address)
    await publish(store, article, "b", "one", claims="two")
    await spread(store)
    assert 1 == len(await take(store))


async def test_a_lease_is_exclusive(store: Store) -> None:
    """One holder, who may renew; only the holder gives it back."""
    minute = timedelta(minutes=1)
    assert await store.outbox.lease("sender", "a", minute)
    assert await store.outbox.lease("sender", "a", minute)
    assert not await store.outbox.lease("sender", "b", minute)
    await store.outbox.release("sender", "b")
    assert not await store.outbox.lease("sender", "b", minute)
    await store.outbox.release("sender", "a")
    assert await store.outbox.lease("sender", "b", minute)


async def test_urgent_actions_go_before_news_and_news_before_edits(
    store: Store, article: ArticleMaker
) -> None:
    """Whatever was queued first."""
    chats = [await follow(store, n, "one") for n in range(3)]
    told = await publish(store, article, "told", "one", claims="k")
    await spread(store)
    for delivery in await take(store):
        await store.outbox.finish("w", delivery, "m", START)
    await publish(store, article, "version", "one", claims="k")
    await publish(store, article, "news", "one", claims="n")
    urgent = replace(article("urgent"), kind=Kind.URGENT_ACTION)
    filters = [store.filters.id_of("one")]
    await store.archive.publish(
        urgent, entry_id="urgent", claims=["u"], filters=filters, tell=True, now=START
    )
    await spread(store)

    first = await take(store, limit=4)
    second = await take(store, limit=4)
    third = await take(store, limit=4)

    lanes = [delivery.lane for delivery in (*first, *second, *third)]
    assert [Lane.URGENT] * 3 + [Lane.NEWS] * 3 + [Lane.EDITS] * 3 == lanes
    assert {told} == {delivery.story for delivery in (*first, *second, *third) if delivery.lane is Lane.EDITS}
    assert 3 == len(chats)


async def test_what_is_put_off_comes_back_in_its_lane(store: Store, article: ArticleMaker) -> None:
    """An urgent action that had to wait is still one."""
    await follow(store, 1, "one")
    urgent = replace(article("urgent"), kind=Kind.URGENT_ACTION)
    filters = [store.filters.id_of("one")]
    await store.archive.publish(
        urgent, entry_id="urgent", claims=["u"], filters=filters, tell=True, now=START
    )
    await spread(store)
    [delivery] = await take(store)

    await store.outbox.later("w", delivery, START, 1)
    await store.outbox.wake(START, 10)

    assert [Lane.URGENT] == [one.lane for one in await take(store)]
    assert 0 == (await store.outbox.depth())["outbox:telegram"]
    assert 1 == (await store.outbox.depth())["outbox:telegram:urgent"]


async def test_a_worker_waits_for_every_lane_at_once(store: Store, article: ArticleMaker) -> None:
    """Nothing to do: whichever lane gets something first wakes it."""
    await follow(store, 1, "one")
    waiting = asyncio.create_task(store.outbox.take(TELEGRAM, "w", 10, timedelta(seconds=5)))
    await asyncio.sleep(0)
    urgent = replace(article("urgent"), kind=Kind.URGENT_ACTION)
    filters = [store.filters.id_of("one")]
    await store.archive.publish(
        urgent, entry_id="urgent", claims=["u"], filters=filters, tell=True, now=START
    )
    await spread(store, worker="fan")

    assert [Lane.URGENT] == [one.lane for one in await waiting]

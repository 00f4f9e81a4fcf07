"""Codes work once, sessions end, updates are dealt with once, cards ring a bell."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

from bot.model import Address, Platform, Subscription
from bot.store.protocols import InboxItem, Store
from bot.store.wire import Wire
from tests.clock import START
from tests.waiting import PATIENCE

HOUR = timedelta(hours=1)


async def test_an_invitation_makes_one_moderator(store: Store) -> None:
    """Two people with the same code at the same moment: one becomes a moderator."""
    await store.people.invite("code", START, HOUR)
    people = [store.people.person_key(Platform.TELEGRAM, str(number)) for number in (1, 2)]
    assert [False, True] == sorted(
        await asyncio.gather(*(store.people.redeem("code", person, START) for person in people))
    )
    assert [False, True] == sorted([await store.people.is_moderator(person) for person in people])


async def test_a_code_runs_out(store: Store) -> None:
    """After its lifetime it is as good as unknown, and of the other kind it never was."""
    await store.people.invite("code", START, HOUR)
    assert not await store.people.redeem_web_code("code", START)
    assert not await store.people.redeem("code", "person", START + HOUR)
    await store.people.web_code("web", START, HOUR)
    assert await store.people.redeem_web_code("web", START)
    assert not await store.people.redeem_web_code("web", START)


async def test_a_session_is_open_until_it_is_closed(store: Store, wire: Wire) -> None:
    """And its token is nowhere in the store."""
    await store.people.open_session("canary-token", START, HOUR)
    assert await store.people.session_is_open("canary-token")
    assert not [key for key in await wire.call("KEYS", "*") if b"canary" in key]
    await store.people.close_session("canary-token")
    assert not await store.people.session_is_open("canary-token")


async def test_an_update_is_done_once(store: Store) -> None:
    """The same number on two platforms is two updates."""
    await store.people.mark_done(Platform.TELEGRAM, "7")
    assert await store.people.done(Platform.TELEGRAM, "7")
    assert not await store.people.done(Platform.SLACK, "7")
    assert await store.people.get_offset(Platform.TELEGRAM) is None
    await store.people.set_offset(Platform.TELEGRAM, 8)
    assert 8 == await store.people.get_offset(Platform.TELEGRAM)


async def test_a_card_rings_the_bell(store: Store) -> None:
    """Open pages hear of a new card and of a changed one; the last hundred are kept, oldest first."""
    address = Address(platform=Platform.WEB, chat="session")
    chat = await store.chats.update(
        address, lambda chat: replace(chat, subscriptions=(Subscription(number=1, query="q"),))
    )
    async with aclosing(store.inbox.bells()) as bells:  # type: ignore[type-var]
        heard = asyncio.ensure_future(anext(bells))
        item = ""
        async with asyncio.timeout(PATIENCE):
            while not heard.done():
                item = await store.inbox.put(chat.key, "7")
                await asyncio.sleep(0.01)
        ring = await heard
        assert (chat.key, "7") == (ring[0], ring[1].story)
        await store.inbox.touch(chat.key, "changed", "7")
        async with asyncio.timeout(PATIENCE):
            while ring[1].id != "changed":
                ring = await anext(bells)
    assert InboxItem(id=item, story="7") == (await store.inbox.items(chat.key, 1))[0]
    for story in range(105):
        await store.inbox.put(chat.key, str(story))
    cards = await store.inbox.items(chat.key, 200)
    assert [str(story) for story in range(5, 105)] == [card.story for card in cards]


async def test_a_card_for_a_forgotten_chat_is_not_kept(store: Store) -> None:
    """Whoever was erased while the card was on its way stays erased."""
    key = store.chats.key_of(Address(platform=Platform.WEB, chat="session"))
    assert "" == await store.inbox.put(key, "7")
    assert [] == await store.inbox.items(key, 10)

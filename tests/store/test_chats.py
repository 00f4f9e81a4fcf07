"""Subscribers: sealed, moved as a whole, forgotten without a trace."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import KeyMissing
from bot.model import Address, Chat, ChatKind, Platform, Settings, Subscription
from bot.store.connect import open_store, wired
from bot.store.protocols import Store
from bot.store.seal import Keyring
from bot.store.server import EmbeddedServer, embedded_sync
from bot.store.wire import Wire
from tests.clock import START
from tests.store.conftest import ArticleMaker
from tests.waiting import PATIENCE

QUERY = "canaryword country:AZ"
CANARY = "-1009876543210"


def wants(*queries: str) -> tuple[Subscription, ...]:
    return tuple(Subscription(number=number, query=query) for number, query in enumerate(queries, 1))


async def subscribe(store: Store, address: Address, *queries: str) -> Chat:
    change = wants(*queries)
    return await store.chats.update(
        address, lambda chat: replace(chat, subscriptions=change, next_number=len(change) + 1)
    )


async def test_a_chat_comes_back_as_it_was_written(store: Store, address: Address) -> None:
    """Address, settings, subscriptions, numbers."""
    address = replace(address, thread="12", kind=ChatKind.GROUP)
    fresh = Chat(key="", address=address, settings=Settings(zone="Europe/Berlin"))
    written = await store.chats.update(
        address, lambda chat: replace(chat, subscriptions=wants(QUERY), next_number=2), fresh=fresh
    )
    assert written == await store.chats.get(address) == await store.chats.by_key(written.key)
    assert "Europe/Berlin" == written.settings.zone
    assert {store.filters.id_of(QUERY): QUERY} == await store.filters.all()


async def test_looking_writes_nothing(store: Store, address: Address) -> None:
    """A change that changes nothing leaves no record of who asked."""
    await store.chats.update(address, lambda chat: chat)
    assert await store.chats.get(address) is None
    assert 0 == await store.chats.count()


async def test_changes_at_once_are_all_kept(store: Store, address: Address) -> None:
    """Twenty writers at the same chat: each one's change is in the result."""

    async def one(number: int) -> None:
        await store.chats.update(
            address,
            lambda chat: replace(
                chat,
                subscriptions=(*chat.subscriptions, Subscription(number=number, query=f"word{number}")),
            ),
        )

    await asyncio.gather(*(one(number) for number in range(20)))
    chat = await store.chats.get(address)
    assert chat is not None
    assert set(range(20)) == {subscription.number for subscription in chat.subscriptions}
    assert 20 == len(await store.filters.all())


async def test_the_set_of_filters_has_a_version(store: Store, address: Address) -> None:
    """It changes with the first and the last follower of a filter, and only then."""
    other = replace(address, chat="7000000002")
    before = await store.filters.version()
    await subscribe(store, address, QUERY)
    followed = await store.filters.version()
    await subscribe(store, other, QUERY)
    await subscribe(store, address)
    assert before != followed == await store.filters.version()
    await subscribe(store, other)
    assert followed != await store.filters.version()
    assert {} == await store.filters.all()


async def test_a_moved_chat_keeps_everything(store: Store, address: Address, article: ArticleMaker) -> None:
    """Record, followers, what it was told, and the deliveries that are on their way."""
    new = replace(address, chat="-100123")
    old = await subscribe(store, address, QUERY)
    filters = [store.filters.id_of(QUERY)]
    for name in ("a", "b"):
        await store.archive.publish(
            article(name), entry_id=name, claims=[name], filters=filters, tell=True, now=START
        )
    for fanout in await store.outbox.take_fanouts("w", 9, timedelta(0)):
        assert await store.outbox.spread("w", fanout, 9, START)
    first, second = await store.outbox.take(Platform.TELEGRAM, "w", 9, timedelta(0))
    await store.outbox.later("w", second, START, 0)

    await store.chats.move(address, new)
    await store.chats.move(address, new)

    moved = await store.chats.get(new)
    assert (
        moved == replace(old, key=store.chats.key_of(new), address=new) == await store.chats.by_key(old.key)
    )
    assert await store.chats.get(address) is not None  # the alias: an update that still names the old one
    await store.outbox.finish("w", first, "r", START)
    told = await store.outbox.told(moved.key, first.story)
    assert told is not None
    assert "r" == told.receipt
    assert 1 == await store.outbox.wake(START, 9)
    assert [moved.key] == [
        one.chat for one in await store.outbox.take(Platform.TELEGRAM, "w", 9, timedelta(0))
    ]
    assert 1 == await store.chats.count()


async def test_moving_onto_a_held_chat_joins_them(store: Store, address: Address) -> None:
    """The new one's settings stand, the old one's subscriptions get numbers of their own."""
    new = replace(address, chat="-100123")
    await subscribe(store, address, "one", "two")
    await subscribe(store, new, "two", "three")
    await store.chats.move(address, new)
    chat = await store.chats.get(new)
    assert chat is not None
    assert [(1, "two"), (2, "three"), (3, "one")] == [(one.number, one.query) for one in chat.subscriptions]
    assert 4 == chat.next_number


async def test_a_silent_chat_is_erased_after_the_grace_period(store: Store, address: Address) -> None:
    """Not before, and not when it came back."""
    back = replace(address, chat="7000000002")
    for one in (address, back):
        chat = await subscribe(store, one, QUERY)
        await store.chats.silence(chat.key, START)
    await store.chats.revive(back)
    assert 0 == await store.chats.erase_silent(START)
    assert 1 == await store.chats.erase_silent(START + timedelta(days=7))
    assert await store.chats.get(address) is None
    assert await store.chats.get(back) is not None


async def test_another_master_key_is_refused(store: Store, store_url: str) -> None:
    """A store sealed with one key is not opened with another."""
    with pytest.raises(KeyMissing, match="another master key"):
        async with open_store(store_url, Keyring.from_master(bytes(32))):
            pass


async def test_held_counts_what_is_held(store: Store, address: Address) -> None:
    """`/mydata` of somebody unknown is empty, of a moderator says so."""
    person = store.people.person_key(address.platform, address.chat)
    nothing = await store.chats.held(address, person)
    assert (None, 0, 0, False) == (nothing.chat, nothing.receipts, nothing.inbox, nothing.moderator)
    await store.people.invite("code", START, timedelta(hours=1))
    assert await store.people.redeem("code", person, START)
    assert (await store.chats.held(address, person)).moderator
    assert await store.chats.forget(address)
    assert not await store.people.is_moderator(person)
    assert not await store.chats.forget(address)


def spellings(canary: str) -> list[bytes]:
    """A chat id as it might hide in a file."""
    number, bare = int(canary), canary.removeprefix("-100").encode()
    encoded = base64.b64encode(canary.encode()).rstrip(b"=")
    return [
        canary.encode(),
        bare,
        bare[::-1],
        bare.hex().encode(),
        f"{abs(number):x}".encode(),
        number.to_bytes(8, "little", signed=True),
        number.to_bytes(8, "big", signed=True),
        encoded[:-1],
        base64.b64encode(bare).rstrip(b"=")[:-1],
        QUERY.split()[0].encode(),
    ]


async def use_everything(store: Store, address: Address, article: ArticleMaker) -> Chat:
    """Drive one chat through everything that writes."""
    chat = await subscribe(store, address, QUERY)
    person = store.people.person_key(address.platform, address.chat)
    await store.people.invite("code", START, timedelta(hours=1))
    await store.people.redeem("code", person, START)
    await store.people.mark_done(address.platform, "1")
    filters = [store.filters.id_of(QUERY)]
    done = await store.archive.publish(
        article("a"), entry_id="a", claims=["a"], filters=filters, tell=True, now=START
    )
    [fanout] = await store.outbox.take_fanouts("w", 9, timedelta(0))
    assert await store.outbox.spread("w", fanout, 9, START)
    [delivery] = await store.outbox.take(address.platform, "w", 9, timedelta(0))
    await store.outbox.sending(delivery)
    await store.outbox.finish("w", delivery, f"{CANARY}:55", START)
    await store.inbox.put(chat.key, done.story)
    await store.chats.silence(chat.key, START)
    return chat


async def everything(wire: Wire) -> bytes:
    """All keys and values, as the server serialises them and as it reads them out."""
    parts = []
    for key in await wire.call("KEYS", "*"):
        parts += [key, await wire.call("DUMP", key) or b""]  # it may expire between the two calls
    return b"\n".join(parts)


async def test_no_identifier_or_query_is_stored_in_the_clear(
    tmp_path: Path, keyring: Keyring, article: ArticleMaker
) -> None:
    """Neither in the data nor in the files, in any spelling; after /forget not even the keyed index."""
    address = Address(platform=Platform.TELEGRAM, chat=CANARY, kind=ChatKind.GROUP)
    with embedded_sync(EmbeddedServer(tmp_path)) as server:
        async with open_store(server.socket, keyring) as store, wired(server.socket) as wire:
            chat = await use_everything(store, address, article)
            data = await everything(wire) + _files(tmp_path)
            assert chat.key.encode() in data  # so the search below can find something
            assert [] == [spelling for spelling in spellings(CANARY) if spelling in data]

            assert await store.chats.forget(address)
            assert chat.key.encode() not in await everything(wire)
            async with asyncio.timeout(PATIENCE):
                while chat.key.encode() in _files(tmp_path):  # noqa: ASYNC110 - another process writes
                    await asyncio.sleep(0.05)
            assert 0 == await wire.call("EXISTS", "x:rewrite")
            assert 0 == await wire.call("SLOWLOG", "LEN")


def _files(folder: Path) -> bytes:
    """What is on the disk; a file that the server removes meanwhile is gone."""
    parts = []
    for path in sorted(folder.rglob("*")):
        try:
            parts.append(path.read_bytes() if path.is_file() else b"")
        except FileNotFoundError:
            continue
    return b"\n".join(parts)

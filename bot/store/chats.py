"""Subscribers, sealed; and the distinct filters they follow."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import StoreAway
from bot.model import Address, Chat, Subscription
from bot.store import keys, scripts
from bot.store.codec import decode_chat, encode_chat, millis
from bot.store.filters import RedisFilters
from bot.store.people import person_index, session_index
from bot.store.protocols import Held
from bot.store.seal import Keyring
from bot.store.wire import Wire

PURPOSE = "chat"
TRIES = 100  # each lost round means that somebody else's write went through


class RedisChats:
    """`protocols.Chats`. A chat's key begins with its platform's letter, so a queue entry needs no record."""

    def __init__(
        self,
        wire: Wire,
        keyring: Keyring,
        filters: RedisFilters,
        *,
        receipts: timedelta,
        erased: Callable[[], None],
    ) -> None:
        self._wire = wire
        self._keyring = keyring
        self._filters = filters
        self._receipts = round(receipts.total_seconds() * 1000)
        self._erased = erased

    def key_of(self, address: Address) -> str:
        """The keyed index (HMAC) of a chat; pure. A forum topic is a chat of its own."""
        platform = address.platform.value
        return platform[0] + self._keyring.index("chat", platform, address.chat, address.thread or "")

    async def get(self, address: Address) -> Chat | None:
        """What is held about the chat."""
        return await self.by_key(self.key_of(address))

    async def by_key(self, key: str) -> Chat | None:
        """What is held under a key; a moved chat's old key leads to the new one."""
        for _ in range(8):
            chat, _ = await self._read(key)
            if chat is not None:
                return chat
            moved = await self._wire.call("GET", keys.MOVED + key)
            if moved is None:
                return None
            key = moved.decode()
        return None

    async def update(
        self, address: Address, change: Callable[[Chat], Chat], *, fresh: Chat | None = None
    ) -> Chat:
        """Apply a pure change atomically (retried when somebody else wrote meanwhile) and return the result.

        A chat that is not held starts from `fresh`, or else from the defaults.
        """
        key = self.key_of(address)
        for _ in range(TRIES):
            held, version = await self._read(key)
            before = held or replace(fresh or Chat(key=key, address=address), key=key)
            after = replace(change(before), key=key)
            if after == before or await self._write(held, after, version):
                return after
        raise StoreAway("a chat's record changed too often to be written")

    async def move(self, old: Address, new: Address) -> None:
        """Give everything held under `old` the address `new`, atomically; idempotent.

        When both are held, the new one's settings stand and the old one's subscriptions join them.
        """
        was, now = self.key_of(old), self.key_of(new)
        if was == now:
            return
        for _ in range(TRIES):
            source, version = await self._read(was)
            if source is None:
                return
            target, target_version = await self._read(now)
            moved = _merged(source, target, now, new)
            done = await self._wire.run(
                scripts.CHAT_MOVE,
                was,
                now,
                version,
                target_version,
                self._sealed(moved),
                _silent(moved),
                self._receipts,
                *sorted(self._filter_ids(moved)),
            )
            if done:
                self._erased()
                return
        raise StoreAway("a chat's record changed too often to be moved")

    async def silence(self, key: str, now: datetime) -> None:
        """The platform says the chat is gone: stop telling it, erase it after the grace period."""
        chat = await self.by_key(key)
        if chat is not None:
            await self._set_silent(chat.address, now)

    async def revive(self, address: Address) -> None:
        """The chat is back (unblocked, re-added)."""
        await self._set_silent(address, None)

    async def _set_silent(self, address: Address, since: datetime | None) -> None:
        key = self.key_of(address)
        for _ in range(TRIES):
            held, version = await self._read(key)
            # A silent chat keeps the time of the first time it was called gone.
            if held is None or (held.silent_since is None) == (since is None):
                return
            if await self._write(held, replace(held, silent_since=since), version):
                return
        raise StoreAway("a chat's record changed too often to be written")

    async def forget(self, address: Address) -> bool:
        """Erase everything held about the chat, at once. False when nothing was held."""
        key = self.key_of(address)
        for _ in range(TRIES):
            held, version = await self._read(key)
            gone = await self._wire.run(
                scripts.CHAT_FORGET,
                key,
                version,
                # In a private chat of Telegram the chat's id is the person's id.
                person_index(self._keyring, address.platform, address.chat),
                session_index(self._keyring, address.chat),
                secrets.token_hex(8),
                *sorted(self._filter_ids(held)),
            )
            if gone >= 0:
                if gone:
                    self._erased()
                return bool(gone)
        raise StoreAway("a chat's record changed too often to be erased")

    async def held(self, address: Address, person: str) -> Held:
        """What the store holds about one chat, for `/mydata`."""
        key = self.key_of(address)
        chat, _ = await self._read(key)
        receipts, inbox, moderator = await self._wire.many(
            [
                ["HLEN", keys.TOLD + key],
                ["XLEN", keys.INBOX + key],
                ["SISMEMBER", keys.MODERATORS, person],
            ]
        )
        return Held(chat=chat, receipts=receipts, inbox=inbox, moderator=bool(moderator))

    async def count(self) -> int:
        """Chats held."""
        return int(await self._wire.call("SCARD", keys.CHATS))

    async def erase_silent(self, before: datetime) -> int:
        """Forget the chats silent since before that time."""
        gone = await self._wire.call("ZRANGEBYSCORE", keys.SILENT, "-inf", f"({millis(before)}")
        erased = 0
        for key in gone:
            chat, _ = await self._read(key.decode())
            if chat is not None:
                erased += await self.forget(chat.address)
        return erased

    async def _read(self, key: str) -> tuple[Chat | None, str]:
        """The record and its version, which is empty when there is none."""
        version, sealed = await self._wire.call("HMGET", keys.CHAT + key, "v", "z")
        if sealed is None:
            return None, ""
        return decode_chat(key, self._keyring.unseal(key[0], PURPOSE, sealed)), version.decode()

    async def _write(self, before: Chat | None, after: Chat, version: str) -> bool:
        """False when somebody else wrote since `version` was read."""
        had, has = self._filter_ids(before), self._filter_ids(after)
        added = [
            item for one in sorted(has.keys() - had.keys()) for item in (one, self._filters.seal(has[one]))
        ]
        removed = sorted(had.keys() - has.keys())
        return bool(
            await self._wire.run(
                scripts.CHAT_WRITE,
                after.key,
                version,
                self._sealed(after),
                _silent(after),
                len(added) // 2,
                *added,
                *removed,
            )
        )

    def _sealed(self, chat: Chat) -> bytes:
        return self._keyring.seal(chat.key[0], PURPOSE, encode_chat(chat))

    def _filter_ids(self, chat: Chat | None) -> dict[str, str]:
        """Filter id -> query of everything the chat follows."""
        follows = chat.subscriptions if chat else ()
        return {self._filters.id_of(one.query): one.query for one in follows}


def _silent(chat: Chat) -> str:
    return str(millis(chat.silent_since)) if chat.silent_since else ""


def _merged(old: Chat, new: Chat | None, key: str, address: Address) -> Chat:
    """The record of a chat that moved to `address`, where `new` may be held already."""
    if new is None:
        return replace(old, key=key, address=address)
    known = {one.query for one in new.subscriptions}
    more = [one.query for one in old.subscriptions if one.query not in known]
    return replace(
        new,
        subscriptions=(*new.subscriptions, *_numbered(more, new.next_number)),
        next_number=new.next_number + len(more),
    )


def _numbered(queries: Iterable[str], start: int) -> Iterable[Subscription]:
    return (Subscription(number=number, query=query) for number, query in enumerate(queries, start))

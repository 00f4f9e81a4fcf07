"""Fan-outs and deliveries: streams with one consumer group, a delayed set, and what each chat was told."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.errors import StoreError
from bot.model import AlertKind, Chat, Hold, Platform
from bot.store import keys, scripts
from bot.store.codec import millis, moment
from bot.store.protocols import (
    DeadLetter,
    Delivery,
    DeliveryState,
    Fanout,
    Freeze,
    GivenUp,
    Lane,
    Told,
    ToldTogether,
    Withheld,
)
from bot.store.seal import Keyring
from bot.store.wire import Field, Refusal, Wire

GROUP = "xeberdar"
UNHEARD = timedelta(seconds=30)  # for a worker that has taken entries and never beaten
DEAD_LETTERS = timedelta(days=30)
PAGE = 500  # entries given back in one step

Entry = tuple[str, dict[str, str]]
LaneEntry = tuple[str, str, dict[str, str]]  # stream, id, fields


class _Taken:
    """What this process holds of one stream under one worker name.

    Our own pending entries are read first after a restart, and again when a reply may have been lost; those
    that we are working on are left out.
    """

    def __init__(self) -> None:
        self.unsure = True
        self.entries: set[str] = set()  #: being worked on


class RedisOutbox:
    """`protocols.Outbox`."""

    def __init__(self, wire: Wire, keyring: Keyring, receipts: timedelta) -> None:
        self._wire = wire
        self._keyring = keyring
        self._keep = round(receipts.total_seconds() * 1000)
        self._taken: dict[tuple[str, str], _Taken] = {}

    async def prepare(self) -> None:
        """Make the streams and their groups where they are missing."""
        for stream in STREAMS:
            try:
                await self._wire.call("XGROUP", "CREATE", stream, GROUP, "0", "MKSTREAM")
            except Refusal as refusal:
                if refusal.word != "BUSYGROUP":
                    raise

    async def take_over(self, now: datetime) -> None:
        """Free what an earlier life held. Only where nobody else can be alive: see `take_over.lua`."""
        await self._wire.run(scripts.TAKE_OVER, millis(now), *STREAMS)

    # --- workers ---------------------------------------------------------------------------------

    async def beat(self, worker: str, now: datetime, lifetime: timedelta) -> None:
        """Say that this worker is alive."""
        await self._wire.call("ZADD", keys.WORKERS, millis(now + lifetime), worker)

    async def reclaim(self, now: datetime) -> int:
        """Give the entries of workers that stopped beating back to the group; how many."""
        given = 0
        for stream in STREAMS:
            try:
                consumers = await self._wire.call("XINFO", "CONSUMERS", stream, GROUP)
            except Refusal:  # no stream, no entries
                continue
            for consumer in consumers:
                given += await self._give_back(stream, _field(consumer, b"name"), now)
        # Their heartbeats are kept a day, so that a worker which comes back late is known to have been dead.
        await self._wire.call("ZREMRANGEBYSCORE", keys.WORKERS, "-inf", millis(now - timedelta(days=1)))
        return given

    async def _give_back(self, stream: str, worker: str, now: datetime) -> int:
        total = 0
        while True:
            given, looked = await self._wire.run(
                scripts.RECLAIM, stream, worker, millis(now), PAGE, round(UNHEARD.total_seconds() * 1000)
            )
            total += int(given)
            if looked < PAGE:
                break
        return total

    async def lease(self, name: str, holder: str, lifetime: timedelta) -> bool:
        """Take or renew an exclusive lease."""
        milliseconds = max(1, round(lifetime.total_seconds() * 1000))
        return bool(await self._wire.run(scripts.LEASE, name, holder, milliseconds))

    async def release(self, name: str, holder: str) -> None:
        """Give a lease back, if it is still the holder's."""
        await self._wire.run(scripts.RELEASE, name, holder)

    # --- fan-outs --------------------------------------------------------------------------------

    async def take_fanouts(self, worker: str, limit: int, block: timedelta) -> list[Fanout]:
        """Stories to spread; this worker's unfinished ones first."""
        entries, sure = await self._take(keys.FANOUT, worker, limit, block)
        self._hold(keys.FANOUT, worker, entries, sure)
        return [
            Fanout(
                entry=entry,
                story=fields["story"],
                article=fields["article"],
                filters=tuple(json.loads(fields["filters"])),
                cursor="",  # how far it is stands in the store: whoever spreads next goes on from there
            )
            for entry, fields in entries
        ]

    async def spread(self, worker: str, fanout: Fanout, page: int, now: datetime) -> bool:
        """In one script: advance the cursor and enqueue one page of deliveries. True when it is finished."""
        finished = await self._wire.run(
            scripts.SPREAD,
            fanout.entry,
            fanout.story,
            fanout.article,
            json.dumps(fanout.filters),
            page,
            millis(now),
            self._keep,
        )
        if finished:
            self._settled(keys.FANOUT, worker, fanout.entry)
        return bool(finished)

    async def offer(self, chat: Chat, story: str, article: str, now: datetime) -> bool:
        """Enqueue one story for one chat, as an ordinary NEW delivery. False: told or queued already."""
        return bool(await self._wire.run(scripts.OFFER, chat.key, story, article, millis(now), self._keep))

    # --- what was given up -----------------------------------------------------------------------

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        """What was given up in the last thirty days, newest first."""
        rows = await self._wire.call("XREVRANGE", keys.DEAD, "+", "-", "COUNT", limit)
        return [_dead_letter(_entry(row)[1]) for row in rows]

    async def given_up(self) -> AsyncIterator[GivenUp]:
        """Every report that a chat was not told although it was to be, as long as receipts are kept."""
        cursor = b"0"
        while True:
            cursor, chats = await self._wire.call("SSCAN", keys.CHATS, cursor, "COUNT", PAGE)
            for chat in chats:
                key = chat.decode()
                for story, told in (await self.told_stories(key)).items():
                    if told.state is DeliveryState.GIVEN_UP:
                        yield GivenUp(chat=key, story=story, why=told.why)
            if cursor in (b"0", 0):
                return

    # --- deliveries ------------------------------------------------------------------------------

    async def take(self, platform: Platform, worker: str, limit: int, block: timedelta) -> list[Delivery]:
        """Deliveries for one platform; this worker's unfinished ones first.

        Every one must end in `finish`, `later`, `give_up` or `drop`; each of those may be repeated when
        the store was away.
        """
        streams = [_stream(platform, lane) for lane in Lane]
        entries = await self._unfinished(streams, worker, limit)
        if not entries:
            entries = await self._next(streams, worker, limit, block)
        if not entries:
            return []
        homes = await self._wire.run(scripts.HOMES, *(fields["chat"] for _, _, fields in entries))
        for stream in streams:
            self._taken[stream, worker].entries.update(entry for of, entry, _ in entries if of == stream)
        return [
            _delivery(platform, stream, entry, fields, home.decode())
            for (stream, entry, fields), home in zip(entries, homes, strict=True)
        ]

    async def _unfinished(self, streams: Sequence[str], worker: str, limit: int) -> list[LaneEntry]:
        """Entries that this worker was given and is not working on, after a start or a lost reply."""
        found: list[LaneEntry] = []
        for stream in streams:
            taken = self._taken.setdefault((stream, worker), _Taken())
            if taken.unsure and len(found) < limit:
                own = await self._own(stream, worker, taken, limit - len(found))
                found += [(stream, entry, fields) for entry, fields in own]
                taken.unsure = bool(own)  # there may be more of them
        return found

    async def _next(
        self, streams: Sequence[str], worker: str, limit: int, block: timedelta
    ) -> list[LaneEntry]:
        """New entries, lane by lane; waits for any lane where there are none."""
        for stream in streams:
            # A reply that gets lost leaves entries that only the pending list knows.
            self._taken[stream, worker].unsure = True
        try:
            rows = await self._wire.run(scripts.TAKE, worker, limit, *streams)
        except Refusal as refusal:
            if "NOGROUP" not in str(refusal):  # else the store was emptied under us
                raise
            await self.prepare()
            rows = []
        found = [(stream.decode(), *_entry((entry, fields))) for stream, entry, fields in rows]
        if not found and block:
            found = await self._read(streams, worker, ">", limit, block)
        for stream in streams:
            self._taken[stream, worker].unsure = False
        return found

    async def _take(self, stream: str, worker: str, limit: int, block: timedelta) -> tuple[list[Entry], bool]:
        taken = self._taken.setdefault((stream, worker), _Taken())
        if taken.unsure:
            own = await self._own(stream, worker, taken, limit)
            if own:
                return own, False  # there may be more of them
        taken.unsure = True  # a reply that gets lost leaves entries that only the pending list knows
        rows = await self._read([stream], worker, ">", limit, block)
        return [(entry, fields) for _, entry, fields in rows], True

    async def _own(self, stream: str, worker: str, taken: _Taken, limit: int) -> list[Entry]:
        """Pending entries of this worker that it is not working on."""
        rows = await self._read([stream], worker, "0", limit + len(taken.entries), None)
        return [(entry, fields) for _, entry, fields in rows if entry not in taken.entries][:limit]

    async def _read(
        self, streams: Sequence[str], worker: str, start: str, limit: int, block: timedelta | None
    ) -> list[LaneEntry]:
        # BLOCK 0 would wait for ever.
        wait = max(0.0, block.total_seconds()) if block else 0.0
        blocking: list[Field] = ["BLOCK", max(1, round(wait * 1000))] if wait else []
        starts = [start] * len(streams)
        command = ["XREADGROUP", "GROUP", GROUP, worker, "COUNT", limit, *blocking, "STREAMS", *streams]
        try:
            reply = await self._wire.call(*command, *starts, wait=wait)
        except Refusal as refusal:
            if refusal.word != "NOGROUP":  # the store was emptied under us
                raise
            await self.prepare()
            return []
        return [
            (stream.decode(), *_entry(row))
            for stream, rows in reply or ()
            for row in rows
            if row[1] is not None
        ]

    async def told(self, chat: str, story: str) -> Told | None:
        """What the chat was told of this story, or of a story merged with it."""
        record = await self._wire.run(scripts.TOLD, chat, story)
        return None if record is None else self._told(chat, record)

    async def told_stories(self, chat: str) -> dict[str, Told]:
        """Everything remembered for this chat, story id -> state."""
        rows = await self._wire.run(scripts.TOLD, chat)
        return {story.decode(): self._told(chat, record) for story, record in rows}

    async def sending(self, delivery: Delivery) -> None:
        """Say that the first message is on its way."""
        await self._wire.run(scripts.SENDING, delivery.chat, delivery.story, self._keep)

    async def finish(
        self, worker: str, delivery: Delivery, receipt: str, now: datetime, *, shown: Sequence[str] = ()
    ) -> None:
        """In one script: receipt, state done, acknowledge, delete. Idempotent.

        `shown` are the ids of all articles that the message shows; empty: the delivery's own.
        """
        stream = _stream(delivery.platform, delivery.lane)
        await self._wire.run(
            scripts.FINISH,
            stream,
            delivery.entry,
            delivery.chat,
            delivery.story,
            delivery.kind.value,
            self._sealed(delivery.chat, receipt),
            millis(now),
            self._keep,
            *dict.fromkeys(shown or (delivery.article,)),
        )
        self._settled(stream, worker, delivery.entry)

    async def later(self, worker: str, delivery: Delivery, due: datetime, attempts: int) -> None:
        """In one script: out of the stream, into the delayed set."""
        stream = _stream(delivery.platform, delivery.lane)
        member = {
            "platform": delivery.platform.value,
            "chat": delivery.chat,
            "story": delivery.story,
            "article": delivery.article,
            "kind": delivery.kind.value,
            "attempts": str(attempts),
            "queued": str(millis(delivery.queued_at)),
            "lane": delivery.lane.value,
        }
        await self._wire.run(scripts.LATER, stream, delivery.entry, millis(due), json.dumps(member))
        self._settled(stream, worker, delivery.entry)

    async def give_up(self, worker: str, delivery: Delivery, why: str, now: datetime) -> None:
        """In one script: state given up, a dead letter that names no chat, acknowledge, delete."""
        stream = _stream(delivery.platform, delivery.lane)
        await self._wire.run(
            scripts.GIVE_UP,
            stream,
            delivery.entry,
            delivery.chat,
            delivery.story,
            delivery.kind.value,
            delivery.platform.value,
            why,
            millis(now),
            self._keep,
            max(0, millis(now - DEAD_LETTERS)),
        )
        self._settled(stream, worker, delivery.entry)

    async def drop(self, worker: str, delivery: Delivery) -> None:
        """Nothing to do after all (forgotten, already told): acknowledge and delete."""
        stream = _stream(delivery.platform, delivery.lane)
        await self._wire.run(
            scripts.DROP, stream, delivery.entry, delivery.chat, delivery.story, delivery.kind.value
        )
        self._settled(stream, worker, delivery.entry)

    # --- what is told together -------------------------------------------------------------------

    async def withhold(
        self, worker: str, delivery: Delivery, due: datetime, why: Hold, now: datetime
    ) -> None:
        """In one script: out of the stream, to what the chat is told together, with a bell."""
        stream = _stream(delivery.platform, delivery.lane)
        await self._wire.run(
            scripts.WITHHOLD,
            stream,
            delivery.entry,
            delivery.chat,
            delivery.story,
            millis(due),
            why.value,
            millis(delivery.queued_at),
            millis(now),
            self._keep,
        )
        self._settled(stream, worker, delivery.entry)

    async def withheld(self, chat: str) -> list[Withheld]:
        """What a chat is told together, oldest first, each story once."""
        rows = sorted(
            (int(since), story.decode(), why.decode()) for story, since, why in await self._rows(chat)
        )
        first: dict[str, Withheld] = {}
        for since, story, why in rows:
            first.setdefault(story, Withheld(story=story, since=moment(since), why=Hold(why)))
        return list(first.values())

    async def _rows(self, chat: str) -> list[Any]:
        rows: list[Any] = await self._wire.run(scripts.WITHHELD, chat)
        return rows

    async def told_together(
        self, worker: str, delivery: Delivery, told: Sequence[ToldTogether], now: datetime
    ) -> None:
        """In one script: every report told, the bell's entry gone; the bell rings again for what is left."""
        await self._together(worker, delivery, told, now, state=DeliveryState.DONE.value)

    async def give_up_together(
        self, worker: str, delivery: Delivery, stories: Sequence[str], why: str, now: datetime
    ) -> None:
        """The same for what the platform does not take: a dead letter for each report."""
        given_up = [ToldTogether(story=story) for story in stories]
        await self._together(worker, delivery, given_up, now, state=DeliveryState.GIVEN_UP.value, why=why)

    async def skip_together(
        self, worker: str, delivery: Delivery, stories: Sequence[str], now: datetime
    ) -> None:
        """The same for what nobody wants to be told any more: no record is left of it."""
        skipped = [ToldTogether(story=story) for story in stories]
        await self._together(worker, delivery, skipped, now, state="skipped")

    async def _together(
        self,
        worker: str,
        delivery: Delivery,
        told: Sequence[ToldTogether],
        now: datetime,
        *,
        state: str,
        why: str = "",
    ) -> None:
        stream = _stream(delivery.platform, delivery.lane)
        rows = [
            (
                one.story,
                self._sealed(delivery.chat, one.receipt) if one.receipt else "",
                json.dumps(one.articles),
            )
            for one in told
        ]
        await self._wire.run(
            scripts.TOLD_TOGETHER,
            stream,
            delivery.entry,
            delivery.chat,
            millis(now),
            self._keep,
            state,
            why,
            delivery.platform.value,
            max(0, millis(now - DEAD_LETTERS)),
            *(part for row in rows for part in row),
        )
        self._settled(stream, worker, delivery.entry)

    # --- everything stopped -----------------------------------------------------------------------

    async def freeze(self, now: datetime) -> bool:
        """Stop everything that goes out, in all processes, within a second. False: it was stopped already."""
        return bool(await self._wire.call("SET", keys.FROZEN, millis(now), "NX"))

    async def unfreeze(self, now: datetime, *, discard: bool) -> datetime | None:
        """Go on; since when it had been stopped, None when it had not. `discard`: what waited is not told."""
        since = await self._wire.run(scripts.UNFREEZE, millis(now), int(discard))
        return None if since is None else moment(since)

    async def frozen(self) -> Freeze:
        """Whether everything is stopped, and which time's deliveries are not told any more."""
        since, discarded = await self._wire.call("MGET", keys.FROZEN, keys.DISCARDED)
        ends = discarded.decode().split("-") if discarded else None
        return Freeze(
            since=None if since is None else moment(since),
            discarded=(moment(ends[0]), moment(ends[1])) if ends else None,
        )

    async def ring(self, chat: str, due: datetime) -> bool:
        """What the chat is told together is due then and not before. False: nothing waits."""
        return bool(await self._wire.run(scripts.RING, chat, millis(due)))

    async def wake(self, now: datetime, limit: int) -> int:
        """Move delayed deliveries whose time has come back to their streams; how many."""
        return int(await self._wire.run(scripts.WAKE, millis(now), limit))

    async def next_due(self) -> datetime | None:
        """When the next delayed delivery is due."""
        first = await self._wire.call("ZRANGE", keys.DELAYED, 0, 0, "WITHSCORES")
        return moment(first[1]) if first else None

    async def depth(self) -> dict[str, int]:
        """Queue name -> entries: "fanout", "outbox:<platform>", "delayed", "dead"."""
        names = [stream.removeprefix("x:") for stream in STREAMS]
        sizes = await self._wire.many(
            [*(["XLEN", stream] for stream in STREAMS), ["ZCARD", keys.DELAYED], ["XLEN", keys.DEAD]]
        )
        return dict(zip([*names, "delayed", "dead"], sizes, strict=True))

    def _hold(self, stream: str, worker: str, entries: Sequence[Entry], sure: bool) -> None:
        taken = self._taken[stream, worker]
        taken.entries.update(entry for entry, _ in entries)
        taken.unsure = not sure

    def _settled(self, stream: str, worker: str, entry: str) -> None:
        taken = self._taken.get((stream, worker))
        if taken:
            taken.entries.discard(entry)

    def _sealed(self, chat: str, receipt: str) -> str:
        sealed = self._keyring.seal(chat[0], "receipt", receipt.encode("utf-8", "surrogatepass"))
        return base64.b64encode(sealed).decode()

    def _told(self, chat: str, record: bytes) -> Told:
        raw: dict[str, Any] = json.loads(record)
        receipt = raw.get("r")
        if receipt is not None:
            opened = self._keyring.unseal(chat[0], "receipt", base64.b64decode(receipt))
            receipt = opened.decode("utf-8", "surrogatepass")
        return Told(
            state=DeliveryState(raw["s"]),
            receipt=receipt,
            articles=tuple(raw.get("a") or ()),
            why=raw.get("w", ""),
            hold=Hold(raw["h"]) if raw.get("h") else None,
        )


def _stream(platform: Platform, lane: Lane) -> str:
    return keys.OUTBOX + platform.value + (f":{lane.value}" if lane.value else "")


STREAMS = (keys.FANOUT, *(_stream(platform, lane) for platform in Platform for lane in Lane))
_LANES = {_stream(platform, lane): lane for platform in Platform for lane in Lane}


def _entry(row: Sequence[Any]) -> Entry:
    entry, fields = row
    texts = [part.decode() for part in fields]
    return entry.decode(), dict(zip(texts[::2], texts[1::2], strict=True))


def _field(reply: Sequence[Any], name: bytes) -> str:
    """One field of a reply that lists names and values in turn."""
    for key, value in zip(reply[::2], reply[1::2], strict=True):
        if key == name:
            return str(value.decode())
    raise StoreError("the store's answer lacks a field")


def _dead_letter(fields: dict[str, str]) -> DeadLetter:
    return DeadLetter(
        at=moment(fields["at"]),
        platform=Platform(fields["platform"]),
        kind=AlertKind(fields["kind"]),
        why=fields["why"],
    )


def _delivery(platform: Platform, stream: str, entry: str, fields: dict[str, str], chat: str) -> Delivery:
    return Delivery(
        entry=entry,
        platform=platform,
        chat=chat,
        story=fields["story"],
        article=fields["article"],
        kind=AlertKind(fields["kind"]),
        attempts=int(fields["attempts"]),
        queued_at=moment(fields["queued"]),
        lane=_LANES[stream],
    )

"""The catalogue of sources and the state of their polling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model import Origin, Source
from bot.store import keys, scripts
from bot.store.codec import decode_polling, decode_source, encode_polling, encode_source, millis, moment
from bot.store.protocols import Gap, Health, SourceState, Validators
from bot.store.wire import Wire


class RedisSources:
    """`protocols.Sources`."""

    def __init__(self, wire: Wire, archive: timedelta) -> None:
        self._wire = wire
        self._keep = round(archive.total_seconds() * 1000)

    async def sync(self, sources: Sequence[Source], now: datetime) -> None:
        """Make the configured sources exactly these; sources added by moderators stay.

        A source keeps its state while its address stays the same; behind a new address is another feed,
        whose first sight is a baseline again.
        """
        held = {state.source.key: state.source for state in await self.all()}
        wanted = {source.key: source for source in sources}
        for key, source in held.items():
            if source.origin is Origin.CONFIG and key not in wanted:
                await self.remove(key)
        for key, source in wanted.items():
            before = held.get(key)
            moved = before is not None and before.url != source.url
            commands: list[list[Any]] = [["HSET", keys.SOURCES, key, encode_source(source)]]
            if moved:
                commands.append(["HDEL", keys.POLLING, key])
            if before is None or (moved and not before.paused):
                commands.append(["ZADD", keys.DUE, millis(now), key])
            await self._wire.many(commands)

    async def add(self, source: Source, now: datetime) -> bool:
        """Add a moderator's source, due at once. False when the key is taken."""
        if not await self._wire.call("HSETNX", keys.SOURCES, source.key, encode_source(source)):
            return False
        await self._wire.call("ZADD", keys.DUE, millis(now), source.key)
        return True

    async def remove(self, key: str) -> bool:
        """Remove a source with everything it was remembered by. Its articles stay. False: no such source."""
        removed, *_ = await self._wire.many(
            [
                ["HDEL", keys.SOURCES, key],
                ["HDEL", keys.POLLING, key],
                ["SREM", keys.PAUSED, key],
                ["ZREM", keys.DUE, key],
                ["SREM", keys.CLAIMED, key],
                ["DEL", keys.SEEN + key],
            ]
        )
        return bool(removed)

    async def pause(self, key: str, paused: bool) -> bool:
        """Stop or resume polling; a resumed source is due at once. False when there is no such source."""
        if not await self._wire.call("HEXISTS", keys.SOURCES, key):
            return False
        if paused:
            await self._wire.many([["SADD", keys.PAUSED, key], ["ZREM", keys.DUE, key]])
        else:
            await self._wire.many([["SREM", keys.PAUSED, key], ["ZADD", keys.DUE, "NX", 0, key]])
        return True

    async def all(self) -> list[SourceState]:
        """Every source, by key."""
        definitions, polling, paused = await self._wire.many(
            [["HGETALL", keys.SOURCES], ["HGETALL", keys.POLLING], ["SMEMBERS", keys.PAUSED]]
        )
        states = dict(zip(polling[::2], polling[1::2], strict=True))
        found = [
            _state(definition, states.get(key), paused=key in paused)
            for key, definition in zip(definitions[::2], definitions[1::2], strict=True)
        ]
        return sorted(found, key=lambda state: state.source.key)

    async def get(self, key: str) -> SourceState | None:
        """One source."""
        definition, polling, paused = await self._wire.many(
            [["HGET", keys.SOURCES, key], ["HGET", keys.POLLING, key], ["SISMEMBER", keys.PAUSED, key]]
        )
        return None if definition is None else _state(definition, polling, paused=bool(paused))

    async def watched(self, now: datetime, least: timedelta) -> timedelta:
        """Say that the sources are looked after; how long nobody had, if that was `least` or more, else 0."""
        asked = round(least.total_seconds() * 1000)
        return timedelta(milliseconds=await self._wire.run(scripts.WATCHED, millis(now), asked))

    async def gaps(self) -> list[Gap]:
        """The last times in which nobody looked after the sources, newest first."""
        rows = [row.decode().split("-") for row in await self._wire.call("LRANGE", keys.GAPS, 0, -1)]
        return [Gap(since=moment(since), until=moment(until)) for since, until in rows]

    async def claim_due(self, now: datetime, limit: int, lease: timedelta) -> list[SourceState]:
        """Take sources whose time has come; each is due again after `lease` unless `polled` is called."""
        rows = await self._wire.run(scripts.CLAIM_DUE, millis(now), limit, millis(now + lease))
        return [_state(definition, polling, paused=False) for _, definition, polling in rows if definition]

    async def hold(self, keys: Sequence[str], until: datetime) -> None:
        """Renew the lease on claimed sources; those whose poll has ended meanwhile keep their date."""
        await self._wire.run(scripts.HOLD, millis(until), *keys)

    async def unseen(self, key: str, entry_ids: Sequence[str]) -> list[str]:
        """Those of `entry_ids` that this source has never shown us, each once, in the given order."""
        ids = list(dict.fromkeys(entry_ids))
        if not ids:
            return []
        scores = await self._wire.call("ZMSCORE", keys.SEEN + key, *ids)
        return [entry for entry, score in zip(ids, scores, strict=True) if score is None]

    async def polled(
        self,
        key: str,
        *,
        validators: Validators,
        health: Health,
        baselined: bool,
        still_listed: Sequence[str],
        next_poll: datetime,
        now: datetime,
    ) -> None:
        """Write the end of a poll. `still_listed` entries are remembered for another archive period."""
        await self._wire.run(
            scripts.POLLED,
            key,
            encode_polling(validators, health, baselined=baselined),
            millis(next_poll),
            millis(now),
            self._keep,
            *still_listed,
        )


def _state(definition: bytes, polling: bytes | None, *, paused: bool) -> SourceState:
    validators, health, baselined = decode_polling(polling)
    source = decode_source(definition, paused=paused)
    return SourceState(source=source, validators=validators, health=health, baselined=baselined)

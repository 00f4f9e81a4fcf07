"""Moderators, codes, web sessions, and inbound updates already dealt with."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model import Platform
from bot.store import keys, scripts
from bot.store.codec import millis
from bot.store.seal import Keyring
from bot.store.wire import Wire

DONE_LIFETIME = timedelta(
    hours=48
)  # Telegram keeps updates for 24 h: core.telegram.org/bots/api#getting-updates


def person_index(keyring: Keyring, platform: Platform, user: str) -> str:
    """The keyed index of a person."""
    return keyring.index("person", platform.value, user)


def session_index(keyring: Keyring, session: str) -> str:
    """The keyed index of a web session."""
    return keyring.index("session", session)


def _ms(lifetime: timedelta) -> int:
    return max(1, round(lifetime.total_seconds() * 1000))


class RedisPeople:
    """`protocols.People`. Codes and tokens are kept as keyed indexes only: the store signs nobody in."""

    def __init__(self, wire: Wire, keyring: Keyring) -> None:
        self._wire = wire
        self._keyring = keyring

    def person_key(self, platform: Platform, user: str) -> str:
        """The keyed index of a person; pure."""
        return person_index(self._keyring, platform, user)

    async def is_moderator(self, person: str) -> bool:
        """Whether this person redeemed an invitation."""
        return bool(await self._wire.call("SISMEMBER", keys.MODERATORS, person))

    async def invite(self, code: str, now: datetime, lifetime: timedelta) -> None:
        """Make a code that turns one person into a moderator."""
        await self._put_code(self._invite(code), now, lifetime)

    async def redeem(self, code: str, person: str, now: datetime) -> bool:
        """Make the person a moderator if the code is good; a code works once."""
        return bool(await self._wire.run(scripts.REDEEM, self._invite(code), millis(now), person))

    async def web_code(self, code: str, now: datetime, lifetime: timedelta) -> None:
        """Make a code that opens one web session."""
        await self._put_code(self._web_code(code), now, lifetime)

    async def redeem_web_code(self, code: str, now: datetime) -> bool:
        """Whether the code is good; it works once."""
        return bool(await self._wire.run(scripts.REDEEM, self._web_code(code), millis(now), ""))

    async def open_session(self, session: str, now: datetime, lifetime: timedelta) -> None:
        """Remember a session for its lifetime."""
        await self._wire.call("SET", self._session(session), millis(now + lifetime), "PX", _ms(lifetime))

    async def session_is_open(self, session: str) -> bool:
        """Whether the session was opened, not closed, and has not run out."""
        return bool(await self._wire.call("EXISTS", self._session(session)))

    async def close_session(self, session: str) -> None:
        """Forget a session."""
        await self._wire.call("DEL", self._session(session))

    async def done(self, platform: Platform, update: str) -> bool:
        """Whether the effect of this inbound update is in the store already."""
        return bool(await self._wire.call("EXISTS", self._done(platform, update)))

    async def mark_done(self, platform: Platform, update: str) -> None:
        """Say that the effect of this inbound update is in the store; remembered for 48 h."""
        await self._wire.call("SET", self._done(platform, update), 1, "PX", _ms(DONE_LIFETIME))

    async def get_offset(self, platform: Platform) -> int | None:
        """Where the platform's stream of updates is to be read on."""
        offset = await self._wire.call("HGET", keys.OFFSETS, platform.value)
        return None if offset is None else int(offset)

    async def set_offset(self, platform: Platform, offset: int) -> None:
        """Remember where to read on."""
        await self._wire.call("HSET", keys.OFFSETS, platform.value, offset)

    async def _put_code(self, key: str, now: datetime, lifetime: timedelta) -> None:
        await self._wire.call("SET", key, millis(now + lifetime), "PX", _ms(lifetime))

    def _invite(self, code: str) -> str:
        return keys.INVITE + self._keyring.index("invite", code)

    def _web_code(self, code: str) -> str:
        return keys.WEB_CODE + self._keyring.index("webcode", code)

    def _session(self, session: str) -> str:
        return keys.SESSION + session_index(self._keyring, session)

    def _done(self, platform: Platform, update: str) -> str:
        return keys.DONE + self._keyring.index("done", platform.value, update)

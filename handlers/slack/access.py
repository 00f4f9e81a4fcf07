"""Who may change a channel, and what Slack knows about a person or a channel: remembered for a minute."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.model import Address, ChatKind, Language, Platform
from handlers.slack.request import Declined, QuietClient

REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 10_000

#: What Slack answers about a channel that it does not show to the bot. `missing_scope`: a conversation of
#: several people without a name, for which the bot has no scope and in which it therefore cannot be.
UNSEEN = frozenset({"channel_not_found", "missing_scope", "method_not_supported_for_channel_type"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """What Slack says about somebody; in memory only."""

    admin: bool  #: administrator or owner of our workspace
    hint: Language
    zone: str | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Channel:
    """What Slack says about a channel that the bot can see."""

    member: bool  #: the bot is in it
    creator: str


def address_of(team: str, channel: str) -> Address:
    """The chat. Its kind follows from the id alone, so that every event of a channel names the same chat."""
    kinds = {"D": ChatKind.PRIVATE, "G": ChatKind.GROUP}
    kind = kinds.get(channel[:1], ChatKind.CHANNEL)
    return Address(platform=Platform.SLACK, chat=f"{team}:{channel}", kind=kind)


class Access:
    """Asks Slack who is who. Every method may raise the errors of `handlers.slack.request`."""

    def __init__(self, client: QuietClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._remembered: dict[tuple[str, str], tuple[float, object]] = {}

    async def may_change(self, channel: str, user: str, team: str) -> bool:
        """Whether this person may change this chat: the workspace's administrators, and whoever made it."""
        if channel.startswith("D"):
            return True
        if (await self.person(user, team)).admin:
            return True
        known = await self.channel(channel)
        return known is not None and known.creator == user

    async def person(self, user: str, team: str) -> Person:
        """What Slack says about the person. Administrators of other workspaces are not ours."""

        async def ask() -> Person:
            answer = await self._client.users_info(user=user, include_locale=True)
            return person_in(_mapping(answer.get("user")), team)

        return await self._once("person", user, ask)

    async def channel(self, channel: str) -> Channel | None:
        """What Slack says about the channel; None when the bot does not see it."""

        async def ask() -> Channel | None:
            try:
                answer = await self._client.conversations_info(channel=channel)
            except Declined as error:
                if error.code in UNSEEN:
                    return None
                raise
            return channel_in(_mapping(answer.get("channel")))

        return await self._once("channel", channel, ask)

    def forget(self, channel: str) -> None:
        """The bot came or went: what was remembered about the channel is no longer so."""
        self._remembered.pop(("channel", channel), None)

    async def direct(self, user: str) -> str:
        """The direct message between the bot and this person; Slack opens it where there is none."""

        async def ask() -> str:
            answer = await self._client.conversations_open(users=user)
            return str(_mapping(answer.get("channel")).get("id", ""))

        return await self._once("direct", user, ask)

    async def _once(self, kind: str, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        now, key = self._clock.monotonic(), (kind, name)
        until, known = self._remembered.get(key, (0.0, None))
        if key in self._remembered and now < until:
            return cast("T", known)
        found = await ask()
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        if found is not None:  # somebody who is told to invite the bot does so, and repeats the command
            self._remembered[key] = (now + REMEMBERED_SECONDS, found)
        return found


def person_in(user: dict[str, Any], team: str) -> Person:
    """The person that an answer of users.info describes. Pure."""
    ours = user.get("team_id", team) == team and not user.get("deleted", False)
    admin = any(user.get(role) is True for role in ("is_admin", "is_owner", "is_primary_owner"))
    return Person(admin=ours and admin, hint=hint_of(user.get("locale")), zone=zone_of(user.get("tz")))


def channel_in(channel: dict[str, Any]) -> Channel:
    """The channel that an answer of conversations.info describes. Pure."""
    member = channel.get("is_member") is True and channel.get("is_archived") is not True
    return Channel(member=member, creator=str(channel.get("creator", "")))


def hint_of(locale: object) -> Language:
    """The language in which to begin with somebody whose Slack speaks that language."""
    code = locale if isinstance(locale, str) else ""
    return Language.AZ if code.lower().replace("_", "-").split("-")[0] == "az" else Language.EN


def zone_of(name: object) -> str | None:
    """`name` if it is an IANA zone that this machine knows."""
    if not isinstance(name, str) or not 0 < len(name) <= 64:
        return None
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

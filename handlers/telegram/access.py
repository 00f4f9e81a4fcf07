"""Who may change a chat, and which chat a message is about."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from telegram import Bot, Chat, ChatFullInfo, ChatMember, ChatMemberAdministrator, Message, User
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from bot.clock import Clock
from bot.desk.commands import parse
from bot.desk.requests import CHANGES, Verb
from bot.model import Address, ChatKind, Platform

#: @GroupAnonymousBot, in whose name a group's administrators write who hide theirs.
ANONYMOUS_ADMIN = 1087968824

#: What can be done to a channel from the private chat.
CHANNEL_VERBS = CHANGES | {Verb.LIST, Verb.LATEST}
CHANNEL = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-100\d{5,13}")

T = TypeVar("T")

REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 10_000

KINDS = {
    ChatType.PRIVATE: ChatKind.PRIVATE,
    ChatType.GROUP: ChatKind.GROUP,
    ChatType.SUPERGROUP: ChatKind.GROUP,
    ChatType.CHANNEL: ChatKind.CHANNEL,
}
ADMINS = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR})


class Obstacle(StrEnum):
    """Why a channel cannot be managed from here."""

    NOT_FOUND = "not_found"  #: there is no such channel, or the bot is not in it
    NOT_ADMIN = "not_admin"  #: the person is none of its administrators
    CANNOT_POST = "cannot_post"  #: the bot may not write there


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Aim:
    """A command with the channel that it names taken out of it."""

    channel: str  #: "@name" or "-100…"
    text: str  #: the command as if it had been typed in the channel


def address_of(chat: Chat | ChatFullInfo, message: object = None) -> Address:
    """The chat, or the forum topic in which `message` was written; "General" is the chat itself."""
    kind = KINDS.get(ChatType(chat.type), ChatKind.PRIVATE)
    thread = None
    if isinstance(message, Message) and message.is_topic_message and kind is ChatKind.GROUP:
        thread = message.message_thread_id
    named = str(thread) if thread is not None and thread != 1 else None
    return Address(platform=Platform.TELEGRAM, chat=str(chat.id), thread=named, kind=kind)


def aim_of(text: str) -> Aim | None:
    """`/subscribe @channel torture` is about that channel. Pure."""
    parsed = parse(text)
    first, _, rest = parsed.argument.partition(" ")
    if parsed.verb not in CHANNEL_VERBS or not CHANNEL.fullmatch(first):
        return None
    return Aim(channel=first, text=f"/{parsed.verb.value} {rest.strip()}".strip())


class Access:
    """Asks Telegram who is who, and remembers the answers for a minute, in memory only."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._remembered: dict[tuple[int, int], tuple[float, bool]] = {}

    async def may_change(self, chat: Chat, user: User | None, sender_chat: Chat | None = None) -> bool:
        """Whether this person may change this chat.

        Raises the errors of `handlers.telegram.request` when Telegram cannot be asked.
        """
        if chat.type == ChatType.PRIVATE:
            return True
        if sender_chat is not None:
            return sender_chat.id == chat.id and user is not None and user.id == ANONYMOUS_ADMIN
        return user is not None and await self._is_admin(chat.id, user.id)

    async def channel(self, named: str, user: User) -> Address | Obstacle:
        """The channel that somebody wants to manage from the private chat, if they may."""
        chat = await _unless_refused(
            lambda: self._bot.get_chat(named if named.startswith("@") else int(named))
        )
        if chat is None or chat.type == ChatType.PRIVATE:
            return Obstacle.NOT_FOUND
        ours = await _unless_refused(lambda: self._bot.get_chat_member(chat.id, self._bot.id))
        if not _can_post(ours, chat):
            return Obstacle.CANNOT_POST
        if not await self._is_admin(chat.id, user.id):
            return Obstacle.NOT_ADMIN
        return address_of(chat)

    async def _is_admin(self, chat: int, user: int) -> bool:
        now, key = self._clock.monotonic(), (chat, user)
        until, known = self._remembered.get(key, (0.0, False))
        if key in self._remembered and now < until:
            return known
        member = await _unless_refused(lambda: self._bot.get_chat_member(chat, user))
        known = member is not None and member.status in ADMINS
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = (now + REMEMBERED_SECONDS, known)
        return known


def _can_post(ours: ChatMember | None, chat: ChatFullInfo) -> bool:
    if ours is None or ours.status in {ChatMember.LEFT, ChatMember.BANNED}:
        return False
    if chat.type != ChatType.CHANNEL:
        return True
    return isinstance(ours, ChatMemberAdministrator) and bool(ours.can_post_messages)


async def _unless_refused(ask: Callable[[], Awaitable[T]]) -> T | None:
    """None when Telegram knows the question and will not tell: no such chat, no such member."""
    try:
        return await ask()
    except (BadRequest, Forbidden):
        return None

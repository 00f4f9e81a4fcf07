"""What people type and press: update -> Request -> desk -> words -> messages.

A handler returns when the effect is in the store; answering is then tried a little, and given up with an
event. Personal answers to what was asked in a group go to the private chat.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
    User,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.clock import Clock
from bot.desk.commands import parse
from bot.desk.replies import Answer, Audience, Barrier, NotAllowed
from bot.desk.requests import Request
from bot.model import Address, ChatKind, Language, Platform, Settings
from handlers.telegram.access import Access, Aim, Obstacle, address_of, aim_of
from handlers.telegram.render import DATA_PREFIX, TelegramText, params_of, reply_messages
from handlers.telegram.request import NeverConnected, TooManyRequests
from handlers.telegram.sender import NO_THREAD, description, outcome_of, wait_of
from handlers.text import message as said
from handlers.text import notices

log = structlog.get_logger("xeberdar.telegram")

COMMAND = re.compile(r"/(?P<name>[^\s@]*)(?:@(?P<bot>\S+))?(?P<rest>.*)", re.DOTALL)

MOST_TRIES = 3
LONGEST_WAIT = timedelta(seconds=30)  #: for an answer; who waits longer has asked again

MOST_CALLBACK_TEXT = 200  #: code points

GONE = frozenset({ChatMember.LEFT, ChatMember.BANNED})

#: What a press or a message is about when nobody can be written to: an anonymous administrator, a channel.
Context = Any


class FrontDesk(Protocol):
    """The engine's desk, as Telegram needs it. Every method may raise `bot.errors.StoreAway`."""

    async def answer(self, request: Request) -> Answer: ...
    async def settings_of(self, address: Address, hint: Language) -> Settings: ...
    async def left(self, address: Address) -> None: ...
    async def returned(self, address: Address) -> None: ...
    async def moved(self, old: Address, new: Address) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Asked:
    """Where something was asked, and by whom. `person` None: somebody who cannot be written to."""

    place: Address
    person: User | None
    key: str  #: stands for whoever asked, for the desk
    may_change: bool
    receipt: str | None
    update: str


class Commands:
    """The handlers. `words` says an answer of the desk."""

    def __init__(
        self,
        bot: Bot,
        desk: FrontDesk,
        access: Access,
        clock: Clock,
        words: Callable[[Answer], said.Message],
    ) -> None:
        self._bot = bot
        self._desk = desk
        self._access = access
        self._clock = clock
        self._words = words

    def handlers(self) -> list[BaseHandler[Update, Any, Any]]:
        """All of them, the first that fits takes the update; the last takes what concerns nobody."""
        return [
            MessageHandler(filters.StatusUpdate.MIGRATE, self.on_migration),
            MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, self.on_message),
            CallbackQueryHandler(self.on_button),
            ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
            TypeHandler(Update, self.on_anything_else),
        ]

    # --- what comes in --------------------------------------------------------------------------

    async def on_message(self, update: Update, _: Context) -> None:
        """A command, or plain words in a private chat."""
        message = update.message
        if message is None or message.text is None or _is_noise(message):
            return
        text = addressed_text(message.text, self._bot.username, private=message.chat.type == "private")
        if text is None:
            return
        place = address_of(message.chat, message)
        hint = hint_of(message.from_user)
        aim = aim_of(text) if place.kind is ChatKind.PRIVATE else None
        if aim is not None and message.from_user is not None:
            await self._in_channel(aim, place, message, update, hint)
            return
        asked = await self._asked_by(message, place, update)
        await self._respond(asked, await self._ask(asked, place, text, hint))

    async def on_button(self, update: Update, _: Context) -> None:
        """A press types the button's command; the person's rights are those of this moment."""
        query = update.callback_query
        if query is None:
            return
        hint = hint_of(query.from_user)
        if query.message is None or not (query.data or "").startswith(DATA_PREFIX):
            await self._answer_press(query, notices.stale_button(hint), alert=True)
            return
        place = address_of(query.message.chat, query.message)
        asked = Asked(
            place=place,
            person=query.from_user,
            key=str(query.from_user.id),
            may_change=await self._access.may_change(query.message.chat, query.from_user),
            receipt=str(query.message.message_id),
            update=str(update.update_id),
        )
        command = "/" + (query.data or "").removeprefix(DATA_PREFIX).removeprefix("/")
        answer = await self._ask(asked, place, command, hint)
        note, alert = await self._answer_person(asked, answer)
        await self._answer_press(query, note, alert=alert)

    async def on_membership(self, update: Update, _: Context) -> None:
        """The bot was blocked, removed, unblocked or added."""
        change = update.my_chat_member
        if change is None:
            return
        address = address_of(change.chat)
        if change.new_chat_member.status in GONE:
            await self._desk.left(address)
        elif change.old_chat_member.status in GONE:
            await self._desk.returned(address)

    async def on_migration(self, update: Update, _: Context) -> None:
        """A group became a supergroup; both ends say so, in either order."""
        message = update.message
        if message is None:
            return
        here = address_of(message.chat)
        if message.migrate_to_chat_id is not None:
            await self._desk.moved(here, replace(here, chat=str(message.migrate_to_chat_id)))
        elif message.migrate_from_chat_id is not None:
            await self._desk.moved(replace(here, chat=str(message.migrate_from_chat_id)), here)

    async def on_anything_else(self, _: Update, __: Context) -> None:
        """Pictures, stickers, people coming and going: nothing to do, and nothing to keep."""

    # --- asking the desk ------------------------------------------------------------------------

    async def _asked_by(self, message: Message, place: Address, update: Update) -> Asked:
        user, behind = message.from_user, message.sender_chat
        may_change = await self._access.may_change(message.chat, user, behind)
        author = behind.id if behind is not None else user.id if user is not None else message.chat.id
        replied = message.reply_to_message
        about = replied if replied is not None and replied.forum_topic_created is None else None
        return Asked(
            place=place,
            person=None if behind is not None else user,
            key=str(author),
            may_change=may_change,
            receipt=str(about.message_id) if about is not None else None,
            update=str(update.update_id),
        )

    async def _ask(self, asked: Asked, chat: Address, text: str, hint: Language) -> Answer:
        return await self._desk.answer(
            Request(
                person=asked.key,
                chat=chat,
                asked_in=asked.place,
                text=text,
                may_change=asked.may_change,
                hint=hint,
                update=asked.update,
                receipt=asked.receipt,
            )
        )

    async def _in_channel(
        self, aim: Aim, place: Address, message: Message, update: Update, hint: Language
    ) -> None:
        """A channel managed from the private chat: by its administrators, and where the bot may post."""
        user = message.from_user
        assert user is not None
        channel = await self._access.channel(aim.channel, user)
        asked = await self._asked_by(message, place, update)
        if isinstance(channel, Address):
            await self._respond(asked, await self._ask(asked, channel, aim.text, hint))
            return
        settings = await self._desk.settings_of(place, hint)
        verb = parse(aim.text).verb
        if channel is Obstacle.NOT_ADMIN and verb is not None:
            reply = NotAllowed(verb=verb, barrier=Barrier.NEEDS_ADMIN)
            await self._respond(asked, Answer(reply=reply, settings=settings))
        elif channel is Obstacle.CANNOT_POST:
            await self._say(place, notices.cannot_post(settings.interface))
        else:
            await self._say(place, notices.no_such_channel(settings.interface))

    # --- answering ------------------------------------------------------------------------------

    async def _respond(self, asked: Asked, answer: Answer) -> None:
        """The answer where it belongs, and in a group a word about where it went."""
        message = self._words(answer)
        lang = answer.settings.interface
        if asked.place.kind is ChatKind.PRIVATE or answer.audience is Audience.SHARED:
            await self._say(asked.place, message)
        elif asked.person is None:
            note = notices.no_answer_for_anonymous if asked.may_change else notices.stranger
            await self._say(asked.place, note(lang))
        elif await self._say(_private(asked.person), message):
            await self._say(asked.place, notices.answered_privately(lang))
        else:
            await self._invite(asked.place, lang)

    async def _answer_person(self, asked: Asked, answer: Answer) -> tuple[str, bool]:
        """Answer a press; what its little notice says, and whether it must be closed by hand."""
        lang = answer.settings.interface
        message = self._words(answer)
        if asked.place.kind is ChatKind.PRIVATE or asked.person is None:
            await self._say(asked.place, message)
            return notices.press_answer(lang), False
        if await self._say(_private(asked.person), message):
            return _flat(notices.answered_privately(lang)), False
        return _flat(notices.open_private_chat(lang)), True

    async def _answer_press(self, query: CallbackQuery, note: str, *, alert: bool) -> None:
        """End the button's waiting. Telegram forgets a press after a while: then there is nobody to tell."""
        try:
            await self._bot.answer_callback_query(query.id, text=note[:MOST_CALLBACK_TEXT], show_alert=alert)
        except TelegramError as error:
            log.info("telegram.press_not_answered", error=type(error).__name__)

    async def _invite(self, place: Address, lang: Language) -> None:
        """The bot may write to nobody who has not written to it: offer the way there."""
        (shown,) = reply_messages(notices.open_private_chat(lang))
        link = f"https://t.me/{self._bot.username}?start=group"
        button = InlineKeyboardButton(notices.private_chat_button(lang), url=link)
        await self._send(place, replace(shown, keyboard=InlineKeyboardMarkup([[button]])))

    async def _say(self, place: Address, message: said.Message) -> bool:
        """Everything there is to say; False when nothing may be written there."""
        for text in reply_messages(message):
            if not await self._send(place, text):
                return False
        return True

    async def _send(self, place: Address, text: TelegramText) -> bool:
        """One message, with a little patience. False when the chat cannot be written to."""
        tries = 0
        while True:
            try:
                await self._post(place, text)
            except (TooManyRequests, NeverConnected) as error:
                tries += 1
                wait = wait_of(error, timedelta(seconds=tries))
                if tries >= MOST_TRIES or wait > LONGEST_WAIT:
                    self._give_up(error, place)
                    return True
                await self._clock.sleep(wait.total_seconds())
            except ChatMigrated as error:
                moved = replace(place, chat=str(error.new_chat_id))
                await self._desk.moved(replace(place, thread=None), replace(moved, thread=None))
                tries += 1
                if tries >= MOST_TRIES:
                    return True
                place = moved
            except (Forbidden, BadRequest) as error:
                if place.thread is not None and description(error).startswith(NO_THREAD):
                    place = replace(place, thread=None)
                    continue
                self._give_up(error, place)
                return False
            except TelegramError as error:
                self._give_up(error, place)
                return True
            else:
                return True

    async def _post(self, place: Address, text: TelegramText) -> None:
        await self._bot.send_message(
            chat_id=int(place.chat),
            message_thread_id=int(place.thread) if place.thread else None,
            **params_of(text),
        )

    def _give_up(self, error: TelegramError, place: Address) -> None:
        outcome = outcome_of(error, place)
        log.info("telegram.answer_not_sent", why=getattr(outcome, "why", None), error=type(error).__name__)


# --- pure ---------------------------------------------------------------------------------------


def addressed_text(text: str, username: str, *, private: bool) -> str | None:
    """What was said to us, without our name: None when it is for somebody else.

    In a group that is a command which we know or which names us; in a private chat everything.
    """
    found = COMMAND.fullmatch(text.strip())
    if found is None:
        return text if private else None
    command = f"/{found['name']}{found['rest']}"
    if found["bot"] is not None:
        return command if found["bot"].lower() == username.lower() else None
    return command if private or parse(command).verb is not None else None


def hint_of(user: User | None) -> Language:
    """The language in which to begin with somebody whose app speaks that language."""
    code = (user.language_code or "") if user is not None else ""
    return Language.AZ if code.lower().split("-")[0] == "az" else Language.EN


def _is_noise(message: Message) -> bool:
    """Other bots, and a channel's posts as they appear in its discussion group."""
    user = message.from_user
    a_bot = user is not None and user.is_bot and message.sender_chat is None
    return bool(a_bot or message.is_automatic_forward)


def _private(user: User) -> Address:
    return Address(platform=Platform.TELEGRAM, chat=str(user.id), kind=ChatKind.PRIVATE)


def _flat(message: said.Message) -> str:
    return " ".join(span.text for line in message.lines for span in line)

"""Alerts -> Telegram, and Telegram's answers -> `Outcome`.

The table below is the one of platforms.md, section 2.1. Descriptions are compared by their beginning; an
answer that is not in the table is "later", never "gone": nobody loses a subscription to a new wording.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import structlog
from telegram import Bot, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, TelegramError

from bot.delivery.sender import Quota
from bot.model import (
    Address,
    Alert,
    ChatKind,
    Digest,
    Gone,
    Moved,
    Outcome,
    Platform,
    Refused,
    Scope,
    Sent,
    Trouble,
    TryLater,
)
from handlers.telegram.render import TelegramText, card_message, params_of, plain_card, reply_messages
from handlers.telegram.request import NeverConnected, PlatformTrouble, ReplyLost, TooManyRequests
from handlers.text.digest import digest_message, fitting
from handlers.text.message import Card

log = structlog.get_logger("xeberdar.telegram")

#: 403, by the beginning of the description.
FORBIDDEN: tuple[tuple[str, Outcome], ...] = (
    ("bot was blocked by the user", Gone(why=Trouble.BLOCKED)),
    ("user is deactivated", Gone(why=Trouble.DEACTIVATED)),
    ("bot was kicked from", Gone(why=Trouble.KICKED)),
    ("bot is not a member of", Gone(why=Trouble.KICKED)),
    ("the group chat was deleted", Gone(why=Trouble.KICKED)),
)

#: 400 and 403: what an administrator of the chat can put right.
RIGHTS = (
    "not enough rights",
    "have no rights to send",
    "need administrator rights",
    "bot can't initiate conversation",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "chat_send_plain_forbidden",
    "topic_closed",
)

#: 400, by the beginning of the description.
BAD: tuple[tuple[str, Outcome], ...] = (
    ("chat not found", TryLater(why=Trouble.CHAT_NOT_FOUND)),
    ("private chat not found", TryLater(why=Trouble.CHAT_NOT_FOUND)),
    ("peer_id_invalid", TryLater(why=Trouble.CHAT_NOT_FOUND)),
    ("message to edit not found", Refused(why=Trouble.NOT_EDITABLE)),
    ("message can't be edited", Refused(why=Trouble.NOT_EDITABLE)),
    ("message_id_invalid", Refused(why=Trouble.NOT_EDITABLE)),
    ("message is too long", Refused(why=Trouble.TOO_LONG)),
    ("message_too_long", Refused(why=Trouble.TOO_LONG)),
    ("can't parse entities", Refused(why=Trouble.MALFORMED)),
    ("entity_", Refused(why=Trouble.MALFORMED)),
    ("entities_", Refused(why=Trouble.MALFORMED)),
    ("button_", Refused(why=Trouble.MALFORMED)),
    ("inline keyboard button", Refused(why=Trouble.MALFORMED)),
    ("message text is empty", Refused(why=Trouble.MALFORMED)),
)

#: The topic is no more; the chat is.
NO_THREAD = ("message thread not found", "topic_deleted")

#: What we built was not accepted: plain and short is tried once.
OUR_DEFECTS = frozenset({Trouble.TOO_LONG, Trouble.MALFORMED})


class TelegramSender:
    """Implements `bot.delivery.sender.Sender`. `card` words an alert; `per_second` is the bot's own limit."""

    def __init__(self, bot: Bot, card: Callable[[Alert], Card], *, per_second: int = 30) -> None:
        self._bot = bot
        self._card = card
        self._per_second = per_second

    @property
    def platform(self) -> Platform:
        return Platform.TELEGRAM

    def quotas(self, address: Address) -> tuple[Quota, ...]:
        """About 30 a second in all, one a second in a chat, 20 a minute in a group or channel."""
        limits = [
            Quota(key="telegram", calls=self._per_second, seconds=1.0),
            Quota(key=f"telegram:{address.chat}", calls=1, seconds=1.0),
        ]
        if address.kind is not ChatKind.PRIVATE:
            limits.append(Quota(key=f"telegram:{address.chat}:minute", calls=20, seconds=60.0))
        return tuple(limits)

    async def send(self, alert: Alert, address: Address) -> Outcome:
        """Deliver as a new message; into the chat itself when its topic is gone."""

        async def post(message: TelegramText, thread: int | None) -> str:
            sent = await self._bot.send_message(
                chat_id=int(address.chat),
                message_thread_id=thread,
                reply_parameters=_reply_to(alert),
                **params_of(message),
            )
            return str(sent.message_id)

        return await self._deliver(post, alert, address)

    def fitting(self, digest: Digest) -> int:
        """As many reports as one message of Telegram holds."""
        return fitting(digest, lambda message: len(reply_messages(message)))

    async def send_digest(self, digest: Digest, address: Address) -> Outcome:
        """Deliver several reports as one message; into the chat itself when its topic is gone."""
        try:
            (message, *_) = reply_messages(digest_message(digest))
        except Exception:
            log.exception("telegram.not_rendered", story=digest.alerts[0].story.id)
            return Refused(why=Trouble.MALFORMED)

        async def post(message: TelegramText, thread: int | None) -> str:
            sent = await self._bot.send_message(
                chat_id=int(address.chat), message_thread_id=thread, **params_of(message)
            )
            return str(sent.message_id)

        thread = int(address.thread) if address.thread else None
        outcome, lost_thread = await _attempt(post, message, thread, address)
        if lost_thread and thread is not None:
            thread = None
            outcome, _ = await _attempt(post, message, thread, address)
        if isinstance(outcome, Refused) and outcome.why in OUR_DEFECTS:
            log.error("telegram.message_refused", story=digest.alerts[0].story.id, why=outcome.why.value)
            outcome, _ = await _attempt(post, TelegramText(text=message.text), thread, address)
        return outcome

    async def edit(self, alert: Alert, address: Address, receipt: str) -> Outcome:
        """Change a message of ours; one that looks so already counts as changed."""

        async def change(message: TelegramText, _: int | None) -> str:
            try:
                await self._bot.edit_message_text(
                    chat_id=int(address.chat),
                    message_id=int(receipt),
                    **params_of(message),
                )
            except BadRequest as error:
                if not description(error).startswith("message is not modified"):
                    raise
            return receipt

        return await self._deliver(change, alert, address)

    async def _deliver(
        self, call: Callable[[TelegramText, int | None], Awaitable[str]], alert: Alert, address: Address
    ) -> Outcome:
        """Try, and try once more without the topic or without the shape where that may help."""
        try:
            card = self._card(alert)
            message = card_message(card)
            thread = int(address.thread) if address.thread else None
        except Exception:
            log.exception("telegram.not_rendered", story=alert.story.id)
            return Refused(why=Trouble.MALFORMED)
        outcome, lost_thread = await _attempt(call, message, thread, address)
        if lost_thread and thread is not None:
            thread = None
            outcome, _ = await _attempt(call, message, thread, address)
        if isinstance(outcome, Refused) and outcome.why in OUR_DEFECTS:
            log.error("telegram.message_refused", story=alert.story.id, why=outcome.why.value)
            outcome, _ = await _attempt(call, plain_card(card), thread, address)
        return outcome


def _reply_to(alert: Alert) -> ReplyParameters | None:
    """The message that told the report before; should it be gone, this one is sent all the same."""
    receipt = alert.past.receipt if alert.past else None
    if receipt is None or not receipt.isdigit():
        return None
    return ReplyParameters(message_id=int(receipt), allow_sending_without_reply=True)


async def _attempt(
    call: Callable[[TelegramText, int | None], Awaitable[str]],
    message: TelegramText,
    thread: int | None,
    address: Address,
) -> tuple[Outcome, bool]:
    """One call: its outcome, and whether the topic was the trouble."""
    try:
        return Sent(receipt=await call(message, thread)), False
    except TelegramError as error:
        no_thread = isinstance(error, BadRequest) and description(error).startswith(NO_THREAD)
        return outcome_of(error, address), no_thread
    except Exception as error:
        # Telegram's answer, or the library's reading of it, is not what anybody expected.
        log.error("telegram.unexpected", error=type(error).__name__)  # noqa: TRY400 - the text may name a chat
        return TryLater(why=Trouble.AMBIGUOUS), False


def outcome_of(error: TelegramError, address: Address) -> Outcome:
    """What an error means for a delivery to `address`."""
    match error:
        case TooManyRequests(after=after):
            return TryLater(why=Trouble.RATE_LIMITED, after=after)
        case ChatMigrated(new_chat_id=chat):
            return Moved(to=replace(address, chat=str(chat)))
        case Forbidden():
            return _by_description(error, FORBIDDEN)
        case BadRequest():
            return _by_description(error, BAD)
        case InvalidToken():
            return TryLater(why=Trouble.TOKEN_REVOKED, scope=Scope.BOT)
        case Conflict():
            return TryLater(why=Trouble.CONFLICT, scope=Scope.BOT)
        case NeverConnected():
            return TryLater(why=Trouble.NETWORK)
        case ReplyLost():
            return TryLater(why=Trouble.AMBIGUOUS)
        case PlatformTrouble(status=421):  # the token belongs to another data centre's server
            return TryLater(why=Trouble.TOKEN_REVOKED, scope=Scope.BOT)
        case PlatformTrouble(status=status) if status >= 500:
            return TryLater(why=Trouble.AMBIGUOUS)
        case _:
            return TryLater(why=Trouble.PLATFORM_ERROR)


def _by_description(error: TelegramError, table: tuple[tuple[str, Outcome], ...]) -> Outcome:
    said = description(error)
    if said.startswith(RIGHTS):
        return TryLater(why=Trouble.NO_RIGHTS)
    known = (outcome for beginning, outcome in table if said.startswith(beginning))
    return next(known, TryLater(why=Trouble.PLATFORM_ERROR))


def description(error: TelegramError) -> str:
    """What Telegram says, in small letters, without the name of the status in front."""
    said = error.message.strip()
    for status in ("Bad Request:", "Forbidden:"):
        said = said.removeprefix(status)
    return said.strip().lower()


def wait_of(error: TelegramError, otherwise: timedelta) -> timedelta:
    """How long Telegram wants us to wait, if it says so."""
    wish = error.after if isinstance(error, TooManyRequests) else None
    return otherwise if wish is None else wish

"""Telegram put together: transport, bot, application, update loop, sender."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.clock import Clock
from bot.config import TelegramConfig
from bot.desk.replies import Answer
from bot.desk.requests import Verb
from bot.model import Alert, Language
from handlers.telegram.access import Access
from handlers.telegram.commands import Commands, FrontDesk
from handlers.telegram.request import AiohttpRequest
from handlers.telegram.sender import TelegramSender
from handlers.telegram.updates import LONGEST_POLL, Updates
from handlers.text.card import card as card_of
from handlers.text.commands import Menu, menu
from handlers.text.message import Card, Message
from handlers.text.replies import message as message_of

log = structlog.get_logger("xeberdar.telegram")

POLL_GRACE_SECONDS = 15.0  #: beyond the long poll itself, before its answer counts as lost

#: Libraries that print addresses of requests (the token is in them) or whole updates. What matters of what
#: they would say, this package says itself.
TALKATIVE = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "telegram": logging.CRITICAL + 1}

#: A menu for everybody else (None), and one for each language in which the bot speaks.
MENU_LANGUAGES = ((None, Language.EN), ("az", Language.AZ), ("en", Language.EN))


class QuietBot(Bot):
    """The library's bot, which keeps the token to itself, with `getUpdates` as Telegram sent it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "QuietBot"

    async def initialize(self) -> None:
        """Ask Telegram who we are. The library puts a refused token into its error; we do not."""
        refused = False
        try:
            await super().initialize()
        except InvalidToken:
            refused = True
        if refused:
            raise InvalidToken("the token was refused")

    async def raw_updates(
        self, *, offset: int | None, poll_seconds: int, allowed: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        result = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": poll_seconds, "limit": 100, "allowed_updates": list(allowed)},
            read_timeout=poll_seconds + POLL_GRACE_SECONDS,
        )
        found = result if isinstance(result, list) else []
        return [update for update in found if isinstance(update, dict)]


class FrankApplication(Application[Any, Any, Any, Any, Any, Any]):
    """The library's application, which hides no error of a handler from whoever gave it the update."""

    __slots__ = ()

    async def process_error(
        self, update: object, error: Exception, job: Any = None, coroutine: Any = None
    ) -> bool:
        raise error


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TelegramApp:
    """`sender` delivers alerts at once; `updates.run()` serves people until it is cancelled."""

    bot: QuietBot
    application: FrankApplication
    sender: TelegramSender
    updates: Updates


@asynccontextmanager
async def telegram_app(
    config: TelegramConfig,
    desk: FrontDesk,
    session: aiohttp.ClientSession,
    *,
    clock: Clock,
    jitter: Callable[[], float],
    poll_seconds: int = LONGEST_POLL,
    per_second: int = 30,
    words: Callable[[Answer], Message] = message_of,
    card: Callable[[Alert], Card] = card_of,
) -> AsyncIterator[TelegramApp]:
    """Everything of Telegram, on somebody else's `session`. Nothing is asked of the network before `run`."""
    if config.token is None:
        raise ValueError("Telegram has no token")
    for name, level in TALKATIVE.items():
        logging.getLogger(name).setLevel(level)
    request = AiohttpRequest(session)
    bot = QuietBot(
        config.token.get_secret_value(),
        base_url=config.base_url.rstrip("/") + "/bot",
        request=request,
        get_updates_request=request,
    )
    application = cast(
        "FrankApplication",
        ApplicationBuilder()
        .application_class(FrankApplication)
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .build(),
    )
    commands = Commands(bot, desk, Access(bot, clock), clock, words)
    application.add_handlers(commands.handlers())

    async def ready() -> None:
        await application.initialize()
        await bot.delete_webhook()
        await register_menus(bot)

    updates = Updates(
        bot,
        bot,
        application.process_update,
        ready=ready,
        clock=clock,
        jitter=jitter,
        poll_seconds=poll_seconds,
    )
    sender = TelegramSender(bot, card, per_second=per_second)
    try:
        yield TelegramApp(bot=bot, application=application, sender=sender, updates=updates)
    finally:
        await application.shutdown()


async def register_menus(bot: Bot) -> None:
    """Put the commands into Telegram's menus; without them everything works, only less comfortably."""
    for code, lang in MENU_LANGUAGES:
        for scope, who, only in (
            (BotCommandScopeAllPrivateChats(), Menu.PRIVATE, None),
            (BotCommandScopeAllChatAdministrators(), Menu.ADMINS, None),
            (BotCommandScopeAllGroupChats(), Menu.PRIVATE, Verb.HELP),
        ):
            try:
                await bot.set_my_commands(_commands(lang, who, only), scope=scope, language_code=code)
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("telegram.menus_not_set", error=type(error).__name__)
                return


def _commands(lang: Language, who: Menu, only: Verb | None) -> list[BotCommand]:
    return [
        BotCommand(command.name, command.description)
        for command in menu(lang, who)
        if only is None or command.name == only.value
    ]

"""Slack put together: client, bolt application, sockets, sender."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.clock import Clock
from bot.config import SlackConfig
from bot.desk.replies import Answer
from bot.errors import StoreAway
from bot.model import Alert, Trouble
from handlers.slack.access import Access
from handlers.slack.commands import Commands, FrontDesk
from handlers.slack.request import MOMENTARY, Declined, QuietClient, quiet_logger
from handlers.slack.sender import PER_SECOND, SlackSender, outcome_of
from handlers.slack.sockets import CONNECTIONS, Sockets, Verdict
from handlers.text.card import card as card_of
from handlers.text.message import Card, Message
from handlers.text.replies import message as message_of

log = structlog.get_logger("xeberdar.slack")

#: Until Slack is asked again who we are: first and longest wait in seconds; a refused token, always.
FIRST_WAIT, LONGEST_WAIT, REFUSED_WAIT = 1.0, 60.0, 300.0

#: What the library answers when no listener wants something: it concerns nobody, and is acked.
UNWANTED = 404
LATER = 503


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SlackApp:
    """`sender` delivers alerts at once; `run` serves people until it is cancelled."""

    client: QuietClient
    application: AsyncApp
    commands: Commands
    sender: SlackSender
    sockets: Sockets
    clock: Clock
    jitter: Callable[[], float]

    async def run(self) -> None:
        """Find out who we are, then keep the connections open. A broken token stops nothing but Slack."""
        try:
            await self._introduce()
            await self.sockets.run()
        finally:
            await self.commands.finish()

    async def _introduce(self) -> None:
        """auth.test until it works: one event when trouble begins or changes, one when it is over."""
        trouble: str | None = None
        failures = 0
        while True:
            try:
                await self.commands.identity()
            except SlackClientError as error:
                refused = getattr(outcome_of(error), "why", None) is Trouble.TOKEN_REVOKED
                kind = "token_refused" if refused else "unreachable"
                if kind != trouble:
                    tell_trouble(kind, error)
                trouble = kind
                wait = REFUSED_WAIT if refused else min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures, 10))
                await self.clock.sleep(wait * (0.5 + self.jitter() / 2))
                failures += 1
            else:
                if trouble is not None:
                    log.info("slack.reachable", after=trouble)
                return


def tell_trouble(kind: str, error: SlackClientError) -> None:
    """What is wrong, and what the operator can do about it."""
    if kind == "token_refused":
        code = error.code if isinstance(error, Declined) else None
        todo = "put the bot token (xoxb-) that Slack shows for this app into slack.bot_token_file"
        log.error("slack.token_refused", code=code, todo=todo)
    else:
        log.warning("slack.unreachable", error=type(error).__name__)


@asynccontextmanager
async def slack_app(
    config: SlackConfig,
    desk: FrontDesk,
    session: aiohttp.ClientSession,
    clock: Clock,
    *,
    jitter: Callable[[], float] = random.random,
    connections: int = CONNECTIONS,
    per_second: int = PER_SECOND,
    words: Callable[[Answer, datetime], Message] = message_of,
    card: Callable[[Alert], Card] = card_of,
) -> AsyncIterator[SlackApp]:
    """Everything of Slack, on somebody else's `session`. Nothing is asked of the network before `run`."""
    if config.bot_token is None or config.app_token is None:
        raise ValueError("Slack needs its bot token and its app-level token")
    client = QuietClient(config.bot_token.get_secret_value(), config.base_url, session)
    commands = Commands(client, desk, Access(client, clock), clock, words)
    application = build_application(client, commands)
    sockets = Sockets(
        client,
        config.app_token.get_secret_value(),
        session,
        lambda envelope: dispatched(application, envelope),
        clock=clock,
        jitter=jitter,
        count=connections,
    )
    yield SlackApp(
        client=client,
        application=application,
        commands=commands,
        sender=SlackSender(client, card, per_second=per_second),
        sockets=sockets,
        clock=clock,
        jitter=jitter,
    )


def build_application(client: QuietClient, commands: Commands) -> AsyncApp:
    """The library's application: it acks an event after its listener, and tells us of every error."""

    async def authorize() -> AuthorizeResult:
        who = await commands.identity()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=who.team,
            bot_user_id=who.user,
            bot_id=who.bot,
            bot_token=client.token,
        )

    async def on_error(error: Exception) -> BoltResponse:
        if isinstance(error, (StoreAway, *MOMENTARY)):
            return BoltResponse(status=LATER, body="")
        log.error("slack.event_failed", error=type(error).__name__)
        return BoltResponse(status=200, body="")

    application = AsyncApp(
        name="slack_bolt.xeberdar",
        logger=quiet_logger(),
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # Socket Mode carries no signatures: the connection is ours
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )
    application.error(on_error)
    commands.listen(application)
    return application


async def dispatched(application: AsyncApp, envelope: SocketModeRequest) -> Verdict:
    """Hand one envelope to the application: what nobody wants is done with, too."""
    try:
        response = await application.async_dispatch(
            AsyncBoltRequest(mode="socket_mode", body=envelope.payload, headers=build_headers(envelope))
        )
    except Exception as error:  # the library could not even read it; repeating it would not help
        log.error("slack.event_failed", error=type(error).__name__)  # noqa: TRY400 - it may quote the payload
        return Verdict.DONE
    return Verdict.DONE if response.status in {200, UNWANTED} else Verdict.AGAIN

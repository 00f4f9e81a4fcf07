"""Messages to Telegram and Slack, on loopback.

python-telegram-bot's Bot on our aiohttp transport stands beside the transport it comes with; the limit is the
bare request, the same form posted by aiohttp and the answer read as JSON. An alert to Slack, rendered to
blocks and posted by our sender, stands beside what we allow ourselves in a workspace, `PER_SECOND` messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

import aiohttp
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from benchmarks.measure import Size, Watch, Work, in_turns
from benchmarks.report import Against, Finding, Row, compared, times
from benchmarks.server import serving
from benchmarks.texts import article
from bot.model import Address, Alert, AlertKind, ChatKind, Language, Platform, Sent, Settings, Story
from handlers.slack.request import QuietClient
from handlers.slack.sender import PER_SECOND, SlackSender
from handlers.telegram.request import AiohttpRequest
from handlers.text.card import card

AT_ONCE = 20  # messages on their way; the stock transport gets slower with more
_TOKEN = "1:sample"
_TEXT = "Gəncədə saxlanılan fəal işgəncəyə məruz qaldığını bildirir. " * 8


async def run(size: Size, watch: Watch) -> Finding:
    """Three ways to say the same to one server."""
    messages = size.of(400)
    async with (
        serving() as url,
        aiohttp.ClientSession() as session,
        _bot(url, AiohttpRequest(session)) as ours,
        _bot(url, HTTPXRequest(connection_pool_size=AT_ONCE, httpx_kwargs={"trust_env": False})) as stock,
    ):

        async def bare() -> object:
            form = {"chat_id": "7", "text": _TEXT}
            async with session.post(f"{url}/bot{_TOKEN}/sendMessage", data=form) as response:
                return await response.json()

        saying: dict[str, Callable[[], Awaitable[object]]] = {
            "ours": lambda: ours.send_message(7, _TEXT),
            "stock": lambda: stock.send_message(7, _TEXT),
            "bare": bare,
            "slack": _slack(url, session),
        }
        took = await in_turns({name: _sending(say, messages) for name, say in saying.items()}, size, watch)
    return Finding(
        title=f"a message to Telegram leaves {compared(took['ours'], took['stock'])} on the stock transport,"
        f" at {times(took['ours'], took['bare'])} the bare request",
        unit="message",
        rows=(
            Row(what="sendMessage", ours=took["ours"], other="Bot on its own httpx", theirs=took["stock"]),
            Row(
                what="sendMessage",
                ours=took["ours"],
                other="aiohttp, form and JSON only",
                theirs=took["bare"],
                against=Against.LIMIT,
            ),
            Row(
                what="alert to Slack",
                ours=took["slack"],
                other=f"our {PER_SECOND} messages a second for a workspace",
                theirs=1 / PER_SECOND,
                against=Against.LIMIT,
            ),
        ),
    )


def _slack(url: str, session: aiohttp.ClientSession) -> Callable[[], Awaitable[object]]:
    """Our sender with an alert about one report."""
    sender = SlackSender(QuietClient("xoxb-sample", f"{url}/api/", session), card)
    story = Story(id="1", articles=(article(Language.AZ, 1),))
    alert = Alert(kind=AlertKind.NEW, story=story, settings=Settings())
    channel = Address(platform=Platform.SLACK, chat="T1:C1", kind=ChatKind.CHANNEL)

    async def send() -> None:
        outcome = await sender.send(alert, channel)
        if not isinstance(outcome, Sent):
            raise RuntimeError(f"the message was not taken: {outcome}")  # noqa: TRY004 - no mistake in a type

    return send


def _bot(url: str, request: BaseRequest) -> Bot:
    return Bot(_TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)


def _sending(say: Callable[[], Awaitable[object]], messages: int) -> Work:
    async def sayer(first: int) -> None:
        for _ in range(first, messages, AT_ONCE):
            await say()

    async def work() -> float:
        start = perf_counter()
        await asyncio.gather(*(sayer(first) for first in range(AT_ONCE)))
        return (perf_counter() - start) / messages

    return work

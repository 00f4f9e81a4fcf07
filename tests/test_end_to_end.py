"""The main job on feeds that nobody here wrote: from publishers over HTTP to the chats of two platforms.

The feeds are served on loopback, their older halves first and then the whole files. What arrives at the
platforms is compared with what a plain reading of the same files says should arrive: standard library
only, no code of ours.
"""

from __future__ import annotations

import asyncio
import html
import random
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import Engine, open_engine
from bot.config import (
    Config,
    DeliveryConfig,
    FeedsConfig,
    MetricsConfig,
    SlackConfig,
    SourceConfig,
    TelegramConfig,
    WebConfig,
)
from bot.delivery.sender import Sender
from handlers.slack.app import slack_app
from handlers.telegram.app import telegram_app
from tests.platforms.bot_api import BotApi
from tests.platforms.slack_api import SlackApi
from tests.waiting import PATIENCE

FEEDS = Path(__file__).resolve().parent.parent.parent / "shared" / "feeds" / "real"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FEEDS.is_dir(), reason="../shared/feeds/real is not beside the project"),
    pytest.mark.timeout(600),
]

INTERVAL = timedelta(milliseconds=60)
LAWYER, EDITOR = 700_001, 700_002
CHANNEL = "C0REPORTS"


# --- a plain reading ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """What a person with a text editor sees."""

    feed: str
    link: str
    title: str
    words: frozenset[str]


def plain(text: str | None) -> str:
    """Without mark-up."""
    return html.unescape(re.sub(r"<[^>]+>", " ", html.unescape(text or "")))


def items_of(path: Path) -> list[ElementTree.Element]:
    return [element for element in ElementTree.parse(path).iter() if named(element) == "item"]


def read_plainly(path: Path) -> list[Item]:
    """Items with their words: title, and the longest of their texts."""
    items = []
    for element in items_of(path):
        fields: dict[str, list[str]] = {}
        for child in element:
            fields.setdefault(named(child), []).append(child.text or "")
        body = max(
            (plain(text) for name in ("description", "encoded") for text in fields.get(name, [])), key=len
        )
        title = " ".join(plain(fields["title"][0]).split())
        words = frozenset(re.findall(r"\w+", f"{title} {body}"))
        items.append(Item(feed=path.stem, link=fields["link"][0].strip(), title=title, words=words))
    return items


def older_half(path: Path) -> str:
    """The file without the newest half of its items, which stand first."""
    text = path.read_text(encoding="utf-8")
    blocks = list(re.finditer(r"<item[ >].*?</item>", text, re.DOTALL))
    for block in reversed(blocks[: (len(blocks) + 1) // 2]):
        text = text[: block.start()] + text[block.end() :]
    return text


def bare(link: str) -> str:
    """A link as both sides can compare it: without scheme, tracking and decoration."""
    return re.sub(r"^https?://(www\.)?", "", link).split("#")[0].split("?")[0].rstrip("/")


# --- the world ----------------------------------------------------------------------------------


@asynccontextmanager
async def published(bodies: dict[str, str]) -> AsyncIterator[str]:
    """The feeds on loopback; `bodies` may change meanwhile."""

    async def feed(request: web.Request) -> web.Response:
        return web.Response(text=bodies[request.match_info["name"]], content_type="application/rss+xml")

    app = web.Application()
    app.add_routes([web.get("/{name}", feed)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def configured(folder: Path, base_url: str, names: Iterable[str], api: BotApi, slack: SlackApi) -> Config:
    return Config(
        data_dir=folder / "var",
        master_key_file=folder / "key" / "master.key",
        feeds=FeedsConfig(per_host=20),
        telegram=TelegramConfig(base_url=api.url, token=SecretStr(api.token)),
        slack=SlackConfig(
            base_url=slack.url, bot_token=SecretStr(slack.bot_token), app_token=SecretStr(slack.app_token)
        ),
        delivery=DeliveryConfig(together_after=1000),  # every link is looked for in a card
        web=WebConfig(enabled=False),
        metrics=MetricsConfig(enabled=False),
        source=tuple(
            SourceConfig(
                key=name,
                title=name,
                url=f"{base_url}/{name}",
                allow_private=True,
                fetch_page=False,
                interval_minutes=INTERVAL.total_seconds() / 60,
            )
            for name in names
        ),
    )


async def everything_due(engine: Engine) -> None:
    """Every source asked once more, and every fan-out spread."""
    states = await engine.store.sources.all()
    asked = [state.health.last_attempt for state in states if state.health.last_attempt]
    due = max(asked, default=engine.clock.now()) + 2 * INTERVAL  # with the most jitter
    while engine.clock.now() < due:  # noqa: ASYNC110 - by the clock that the engine runs on
        await asyncio.sleep(0.01)
    await engine.poller.drain()
    await engine.fanout().drain()


def links_in(message: dict[str, Any]) -> set[str]:
    """Every address that a message links to, wherever the platform keeps them."""
    found = set()
    waiting: list[Any] = [message]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
            if isinstance(each.get("url"), str):
                found.add(bare(each["url"]))
        elif isinstance(each, list):
            waiting += each
    return found


async def links_behind(engine: Engine, message: dict[str, Any]) -> set[str]:
    """Links of further coverage that a message has behind a button."""
    found: set[str] = set()
    for story_id in re.findall(r"/more (\d+)", str(message)):
        story = await engine.store.archive.story(story_id)
        assert story is not None
        found |= {bare(article.url) for article in story.articles if article.url}
    return found


async def test_what_arrives_is_what_a_plain_reading_says(tmp_path: Path) -> None:
    """Three chats on two platforms with different filters: each gets every new report it asked for, once.

    Outlets that tell one report share a message: each link is in one of them, and in no second one.
    """
    paths = {path.stem: path for path in sorted(FEEDS.glob("*.xml"))}
    bodies = {name: older_half(path) for name, path in paths.items()}
    async with AsyncExitStack() as stack:
        base_url = await stack.enter_async_context(published(bodies))
        api = await stack.enter_async_context(BotApi())
        slack_api = await stack.enter_async_context(SlackApi())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        config = configured(tmp_path, base_url, paths, api, slack_api)
        engine = await stack.enter_async_context(open_engine(config))
        jitter = random.Random(1).random
        telegram = await stack.enter_async_context(
            telegram_app(
                config.telegram, engine.desk, session, clock=engine.clock, jitter=jitter, poll_seconds=1
            )
        )
        slack = await stack.enter_async_context(
            slack_app(config.slack, engine.desk, session, engine.clock, jitter=jitter)
        )
        for listening in (telegram.updates.run(), slack.run()):
            stack.push_async_callback(ended, asyncio.ensure_future(listening))
        senders: list[Sender] = [telegram.sender, slack.sender]
        await everything_due(engine)
        assert [] == api.sent, "the first sight of a feed is a baseline"

        api.private_message(LAWYER, "/subscribe rights:any =Sudan OR =Venezuela")
        api.private_message(EDITOR, "/subscribe rights:any (=Ukraine OR =Gaza) -=Trump")
        slack_api.person("U0OFFICER", admin=True)
        slack_api.channel(CHANNEL, creator="U0OFFICER", member=True)
        await slack_api.until(lambda: bool(slack_api.sockets))
        slack_api.command("U0OFFICER", CHANNEL, "subscribe rights:any source:aljazeera =Iran")
        await api.until(lambda: len(api.sent) >= 2)
        await until_followed(engine, 3)
        await until_delivered(engine, senders)
        before, before_slack = len(api.sent), len(slack_api.posted)

        bodies.update({name: path.read_text(encoding="utf-8") for name, path in paths.items()})
        await everything_due(engine)
        await until_delivered(engine, senders)
        told = [(message["chat_id"], links_in(message)) for message in api.sent[before:]]
        told += [(message["channel"], links_in(message)) for message in slack_api.posted[before_slack:]]
        behind = [await links_behind(engine, message) for message in api.sent[before:]]
        behind += [await links_behind(engine, message) for message in slack_api.posted[before_slack:]]
        told = [(chat, links | more) for (chat, links), more in zip(told, behind, strict=True)]
        states = {state.source.key: state for state in await engine.store.sources.all()}

    assert dict.fromkeys(paths) == {name: states[name].health.trouble for name in paths}
    for chat, links in wanted_by(paths).items():
        alerts = [linked & links for at, linked in told if at == chat]
        assert links, "the files have reports for this filter"
        assert sorted(links) == sorted(link for linked in alerts for link in linked)
        assert all(alerts), "every alert has a report that was asked for"


def wanted_by(paths: dict[str, Path]) -> dict[int | str, set[str]]:
    """What a plain reading says that each chat should be told."""
    old = {link for path in paths.values() for link in links_of(older_half(path))}
    new = [item for path in paths.values() for item in read_plainly(path) if bare(item.link) not in old]
    return {
        LAWYER: {bare(item.link) for item in new if {"Sudan", "Venezuela"} & item.words},
        EDITOR: {
            bare(item.link) for item in new if {"Ukraine", "Gaza"} & item.words and "Trump" not in item.words
        },
        CHANNEL: {bare(item.link) for item in new if item.feed == "aljazeera" and "Iran" in item.words},
    }


def links_of(text: str) -> set[str]:
    """The items' links in the text of a feed."""
    items = (element for element in ElementTree.fromstring(text.encode()).iter() if named(element) == "item")
    return {bare((child.text or "").strip()) for item in items for child in item if named(child) == "link"}


def named(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


async def until_followed(engine: Engine, filters: int) -> None:
    """Until that many filters are followed."""
    async with asyncio.timeout(PATIENCE):
        while len(await engine.store.filters.all()) < filters:  # noqa: ASYNC110 - the store is another process
            await asyncio.sleep(0.05)


async def until_delivered(engine: Engine, senders: list[Sender]) -> None:
    """Deliver at the platforms' pace (one message a second and chat), until nothing is left."""
    running = [asyncio.create_task(engine.delivery(sender).run()) for sender in senders]
    while any((await engine.store.outbox.depth()).values()):  # noqa: ASYNC110 - the store is another process
        await asyncio.sleep(0.2)
    for task in running:
        await ended(task)


async def ended(task: asyncio.Future[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

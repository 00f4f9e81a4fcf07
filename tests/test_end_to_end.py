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
from pathlib import Path
from xml.etree import ElementTree

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import Engine, open_engine
from bot.config import Config, FeedsConfig, MetricsConfig, SourceConfig, TelegramConfig, WebConfig
from bot.delivery.sender import Sender
from handlers.telegram.app import telegram_app
from tests.platforms.bot_api import BotApi

FEEDS = Path(__file__).resolve().parent.parent.parent / "shared" / "feeds" / "real"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FEEDS.is_dir(), reason="../shared/feeds/real is not beside the project"),
    pytest.mark.timeout(180),
]

LAWYER, EDITOR = 700_001, 700_002


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
    return [element for element in ElementTree.parse(path).iter() if element.tag.rpartition("}")[2] == "item"]


def read_plainly(path: Path) -> list[Item]:
    """Items with their words: title, and the longest of their texts."""
    items = []
    for element in items_of(path):
        fields: dict[str, list[str]] = {}
        for child in element:
            fields.setdefault(child.tag.rpartition("}")[2], []).append(child.text or "")
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


def configured(folder: Path, base_url: str, names: Iterable[str], api: BotApi) -> Config:
    return Config(
        data_dir=folder / "var",
        master_key_file=folder / "key" / "master.key",
        feeds=FeedsConfig(per_host=20),
        telegram=TelegramConfig(base_url=api.url, token=SecretStr(api.token)),
        web=WebConfig(enabled=False),
        metrics=MetricsConfig(enabled=False),
        source=tuple(
            SourceConfig(
                key=name,
                title=name,
                url=f"{base_url}/{name}",
                allow_private=True,
                fetch_page=False,
                interval_minutes=0.001,
            )
            for name in names
        ),
    )


async def everything_due(engine: Engine) -> None:
    """Every source asked once more, and every fan-out spread."""
    await asyncio.sleep(0.1)  # every source is due again: their interval is 60 ms
    await engine.poller.drain()
    await engine.fanout().drain()


def links_in(messages: Iterable[dict[str, object]], chat: int) -> set[str]:
    """The reports that a chat was told, by their links."""
    found = set()
    for message in messages:
        if message["chat_id"] == chat:
            entities: list[dict[str, str]] = message.get("entities", [])  # type: ignore[assignment]
            found |= {bare(entity["url"]) for entity in entities if entity["type"] == "text_link"}
    return found


async def test_what_arrives_is_what_a_plain_reading_says(tmp_path: Path) -> None:
    """Two chats with different filters: each gets every new report it asked for, once, and no other."""
    paths = {path.stem: path for path in sorted(FEEDS.glob("*.xml"))}
    bodies = {name: older_half(path) for name, path in paths.items()}
    async with AsyncExitStack() as stack:
        base_url = await stack.enter_async_context(published(bodies))
        api = await stack.enter_async_context(BotApi())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        config = configured(tmp_path, base_url, paths, api)
        engine = await stack.enter_async_context(open_engine(config))
        telegram = await stack.enter_async_context(
            telegram_app(
                config.telegram,
                engine.desk,
                session,
                clock=engine.clock,
                jitter=random.Random(1).random,
                poll_seconds=1,
            )
        )
        updates = asyncio.create_task(telegram.updates.run())
        stack.push_async_callback(ended, updates)
        await everything_due(engine)
        assert [] == api.sent, "the first sight of a feed is a baseline"

        api.private_message(LAWYER, "/subscribe rights:any =Trump")
        api.private_message(EDITOR, "/subscribe rights:any (=Ukraine OR =Gaza) -=Trump")
        await api.until(lambda: len(api.sent) >= 2)
        delivery = engine.delivery(telegram.sender)
        await delivery.drain()
        before = len(api.sent)

        bodies.update({name: path.read_text(encoding="utf-8") for name, path in paths.items()})
        await everything_due(engine)
        await until_delivered(engine, telegram.sender)
        alerts = api.sent[before:]
        states = {state.source.key: state for state in await engine.store.sources.all()}

    old = {bare(item.link) for name in paths for item in read_plainly_text(older_half(paths[name]), name)}
    new = [item for path in paths.values() for item in read_plainly(path) if bare(item.link) not in old]
    wanted = {
        LAWYER: {bare(item.link) for item in new if "Trump" in item.words},
        EDITOR: {
            bare(item.link) for item in new if {"Ukraine", "Gaza"} & item.words and "Trump" not in item.words
        },
    }
    assert dict.fromkeys(paths) == {name: states[name].health.trouble for name in paths}
    for chat, links in wanted.items():
        assert links, "the files have reports for this filter"
        assert links == links_in(alerts, chat)
        assert len(links) == sum(message["chat_id"] == chat for message in alerts), "each of them once"


def read_plainly_text(text: str, name: str) -> list[Item]:
    """The same of a text instead of a file."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    links = [
        child.text or ""
        for element in root.iter()
        if element.tag.rpartition("}")[2] == "item"
        for child in element
        if child.tag.rpartition("}")[2] == "link"
    ]
    return [Item(feed=name, link=link.strip(), title="", words=frozenset()) for link in links]


async def until_delivered(engine: Engine, sender: Sender) -> None:
    """Deliver at the platform's pace (one message a second and chat), until nothing is left."""
    delivery = asyncio.create_task(engine.delivery(sender).run())
    while any((await engine.store.outbox.depth()).values()):  # noqa: ASYNC110 - the store is another process
        await asyncio.sleep(0.2)
    await ended(delivery)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

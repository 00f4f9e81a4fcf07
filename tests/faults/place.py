"""A place where whole bots run: their configuration, a feed, a Telegram, and what is known of their lives.

async with Place(tmp_path) as place:
    bot = await place.start()            # a process; `ready` when it says so
    await place.subscribe(range(1, 30))
    place.feed.publish("Sample one")     # seen at the next poll
    bot.kill()                           # SIGKILL, and gone when it returns
    await place.until(lambda: place.arrived("Sample one") == 29)
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from bot.store.connect import open_store
from bot.store.masterkey import load_or_create
from bot.store.seal import Keyring
from bot.store.server import running
from tests.platforms.bot_api import BotApi
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, kw_only=True)
class Item:
    """One report in the feed."""

    title: str
    lang: str = "en"
    path: str = ""
    other: tuple[str, str] | None = None  #: language and path of its other version
    text: str = "This is a sample report about the court and the lawyer."


class Feed:
    """A publisher on loopback with one feed, and a page for every item that names its other version."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.asked = 0
        self.url = ""

    def publish(self, *titles: str) -> None:
        for title in titles:
            self.add(Item(title=title))

    def add(self, item: Item) -> None:
        self.items.append(item)

    async def open(self, stack: AsyncExitStack) -> None:
        app = web.Application()
        app.add_routes([web.get("/feed", self._feed), web.get("/{path}", self._page)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    def _link(self, number: int, item: Item) -> str:
        return f"{self.url}/{item.path or f'report-{number}'}"

    async def _feed(self, _: web.Request) -> web.Response:
        self.asked += 1
        published = format_datetime(datetime.now(UTC))
        rows = [
            f"<item><title>{escape(item.title)}</title><link>{self._link(number, item)}</link>"
            f"<description>{escape(item.text)}</description>"
            f"<pubDate>{published}</pubDate></item>"
            for number, item in enumerate(self.items)
        ]
        body = (
            f"<rss version='2.0'><channel><title>Sample</title><link>{self.url}/</link>"
            f"<description>Sample</description>{''.join(reversed(rows))}</channel></rss>"
        )
        return web.Response(text=body, content_type="application/rss+xml")

    async def _page(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        for number, item in enumerate(self.items):
            if path == (item.path or f"report-{number}"):
                versions = [(item.lang, path), *([item.other] if item.other else [])]
                links = "".join(
                    f'<link rel="alternate" hreflang="{lang}" href="{self.url}/{where}">'
                    for lang, where in versions
                )
                head = f"<title>{escape(item.title)}</title>{links if item.other else ''}"
                return web.Response(
                    text=f"<html lang='{item.lang}'><head>{head}</head><body><p>Sample.</p></body></html>",
                    content_type="text/html",
                )
        raise web.HTTPNotFound


class Bot:
    """One life of the bot."""

    def __init__(self, pid: int, log: Path, since: int) -> None:
        self.pid = pid
        self.log = log
        self._since = since

    def events(self) -> list[dict[str, Any]]:
        """What this life has said so far."""
        with self.log.open("rb") as file:
            file.seek(self._since)
            lines = file.read().decode("utf-8", "replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def said(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.events() if one["event"] == event]

    def alive(self) -> bool:
        try:
            return "State:\tZ" not in Path(f"/proc/{self.pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal and wait for the end."""
        os.kill(self.pid, number)
        limit = time.monotonic() + PATIENCE
        while self.alive():
            assert time.monotonic() < limit, "it does not end"
            time.sleep(0.002)


class Place:
    """Everything that a bot needs, on loopback and in one folder."""

    def __init__(self, folder: Path, *, store_url: str = "", settings: str = "", life: str = "") -> None:
        """`life`: what each process runs instead of `xeberdar run`, see `tests.faults.nursery`."""
        self.folder = folder
        self.feed = Feed()
        self.api = BotApi()
        self.store_url = store_url
        self.settings = settings
        self.life = life
        self.log = folder / "bot.log"
        self._stack = AsyncExitStack()
        self._bots: list[Bot] = []

    async def __aenter__(self) -> Place:
        await self._stack.enter_async_context(self.api)
        await self.feed.open(self._stack)
        self._nursery = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "faulthandler", "-m", "tests.faults.nursery"),
            *([self.life] if self.life else []),
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "TMPDIR": tempfile.gettempdir()},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._stack.push_async_callback(self._close)
        assert b"ready\n" == await self._answer()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _answer(self) -> bytes:
        assert self._nursery.stdout is not None
        return await self._nursery.stdout.readline()

    async def _close(self) -> None:
        for bot in self._bots:
            if bot.alive():
                bot.kill()
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        await self._nursery.wait()

    # --- lives ----------------------------------------------------------------------------------

    async def start(self, *, name: str = "bot", ready: bool = True, roles: str = "") -> Bot:
        """A new life; the token comes from a file. `roles`: "poll,send"; empty: all of them."""
        config = self._configure(name, roles)
        log = self.folder / f"{name}.log"
        log.touch()
        since = log.stat().st_size
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(f"{config}\t{log}\n".encode())
        bot = Bot(int(await self._answer()), log, since)
        self._bots = [*(each for each in self._bots if each.alive()), bot]
        if ready:
            await self.until(lambda: bool(bot.said("ready")) or not bot.alive())
            assert bot.said("ready"), log.read_text()[-3000:]
        return bot

    def _configure(self, name: str, roles: str) -> Path:
        token = self.folder / "telegram.token"
        token.write_text(self.api.token)
        path = self.folder / f"{name}.toml"
        path.write_text(
            f"roles = {json.dumps(roles.split(','))}\n"
            * bool(roles)
            + f'data_dir = "{self.folder}/var"\nmaster_key_file = "{self.folder}/key/master.key"\n'
            f'[store]\nurl = "{self.store_url}"\n'
            f'[telegram]\ntoken_file = "{token}"\nbase_url = "{self.api.url}"\n'
            "[delivery]\ntogether_after = 1000\n"  # each report a message: they are counted
            "[web]\nport = 0\nsign_in = false\n[metrics]\nport = 0\n[log]\nformat = 'json'\n"
            f'[[source]]\nkey = "sample"\ntitle = "Sample"\nurl = "{self.feed.url}/feed"\n'
            "allow_private = true\nrights = true\ninterval_minutes = 0.001\n"
            f"{self.settings}"
        )
        return path

    # --- what happens ---------------------------------------------------------------------------

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait for something that another process does."""
        await until(condition, seconds)

    async def settled(self) -> None:
        """Until no delivery is in any queue: asked of the store itself."""
        master = load_or_create(self.folder / "key" / "master.key", create=False, sealed_data_exists=True)
        where = self.store_url or f"unix://{running(self.folder / 'var')}"
        async with open_store(where, Keyring.from_master(master), timeout=PATIENCE) as store:
            async with asyncio.timeout(PATIENCE):
                while any(held for queue, held in (await store.outbox.depth()).items() if queue != "dead"):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

    async def polled(self) -> None:
        """Until the feed has been asked twice more: what was in it is then in the store."""
        asked = self.feed.asked
        await self.until(lambda: self.feed.asked >= asked + 2)

    async def subscribe(self, chats: Iterable[int], query: str = "rights:yes") -> None:
        """Everybody asks, and everybody is answered; the newest report comes along."""
        wanted = list(chats)
        already = len(self.api.sent)
        for chat in wanted:
            self.api.private_message(chat, f"/subscribe {query}")
        await self.until(lambda: len({one["chat_id"] for one in self.api.sent[already:]}) == len(wanted))

    async def all_told(self, titles: Iterable[str], chats: Iterable[int]) -> None:
        """Until every one of these chats has every one of these reports."""
        wanted, everybody = list(titles), set(chats)
        await self.until(lambda: all(everybody <= self.told(title).keys() for title in wanted))

    def duplicates(self, titles: Iterable[str]) -> int:
        """Messages beyond the first for a report and chat."""
        return sum(count - 1 for title in titles for count in self.told(title).values())

    def told(self, title: str) -> Counter[int]:
        """Chat -> messages that begin with this headline."""
        return Counter(one["chat_id"] for one in self.api.sent if one["text"].split("\n")[0].strip() == title)


def event_names(bot: Bot) -> Counter[str]:
    """How often it said what."""
    return Counter(one["event"] for one in bot.events())

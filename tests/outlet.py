"""A small publisher on loopback: feeds and pages that a test fills, and what was asked of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry of a feed."""

    path: str
    title: str
    text: str = "A sample."
    published: datetime | None = None
    guid: str | None = None


@dataclass
class Outlet:
    """Feeds by path, pages by path, and how it misbehaves."""

    base: str = ""
    feeds: dict[str, list[Item]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)  #: a body as it is, instead of a feed
    status: dict[str, int] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    under_way: int = 0
    most_at_once: int = 0
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str) -> str:
        return f"{self.base}{path}"

    def add(self, feed: str, *items: Item) -> None:
        """The newest first, as feeds do."""
        self.feeds[feed] = [*reversed(items), *self.feeds.get(feed, [])]

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path
        self.asked[path] += 1
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            if path in self.hanging:
                await self.let_go.wait()
            return self._say(request, path)
        finally:
            self.under_way -= 1

    def _say(self, request: web.Request, path: str) -> web.Response:
        if path in self.status:
            return web.Response(status=self.status[path])
        if path in self.raw:
            return web.Response(body=self.raw[path], content_type="application/rss+xml")
        if path in self.feeds:
            etag = self.etags.get(path)
            if etag and request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers={"ETag": etag})
            headers = {"ETag": etag} if etag else {}
            return web.Response(body=self._rss(path), content_type="application/rss+xml", headers=headers)
        if path in self.pages:
            return web.Response(text=self.pages[path], content_type="text/html")
        return web.Response(status=404)

    def _rss(self, path: str) -> bytes:
        items = "".join(self._item(item) for item in self.feeds[path])
        return f'<rss version="2.0"><channel><title>Outlet</title>{items}</channel></rss>'.encode()

    def _item(self, item: Item) -> str:
        date = f"<pubDate>{format_datetime(item.published)}</pubDate>" if item.published else ""
        guid = f'<guid isPermaLink="false">{escape(item.guid)}</guid>' if item.guid else ""
        return (
            f"<item><title>{escape(item.title)}</title><link>{self.url(item.path)}</link>{guid}{date}"
            f"<description>{escape(item.text)}</description></item>"
        )


@contextlib.asynccontextmanager
async def outlet() -> AsyncIterator[Outlet]:
    """Served while the context lasts."""
    here = Outlet()
    app = web.Application()
    app.router.add_get("/{path:.*}", here.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    here.base = f"http://{host}:{port}"
    try:
        yield here
    finally:
        here.let_go.set()
        await runner.cleanup()

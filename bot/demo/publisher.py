"""A small local publisher: feeds and pages of three sample outlets, and something new every few seconds."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from aiohttp import web

from bot.clock import Clock
from bot.demo.reports import BACKLOG_REPORTS, MARK, OUTLETS, Issue, Outlet, all_reports, issues
from bot.model import Language, Source

#: Entries in a feed; older ones leave it, and their pages too.
FEED_LENGTH = 20

#: How old the backlog looks, between one text and the next.
BACKLOG_GAP = timedelta(minutes=11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A text that is out."""

    issue: Issue
    at: datetime

    @property
    def title(self) -> str:
        """From the second round on a title carries its number, because it is another report."""
        title = self.issue.report.versions[self.issue.lang].title
        return f"{title} ({self.issue.case})" if self.issue.case > len(all_reports()) else title

    @property
    def text(self) -> str:
        text = self.issue.report.versions[self.issue.lang].text
        return f"{text}\n\n{MARK[self.issue.lang].format(case=self.issue.case)}"


class Publisher:
    """What is out, by feed. `issue_next` is the only thing that changes it.

    `issued` is how many texts an earlier run with an equal `rng` had put out: they are the backlog then.
    """

    def __init__(self, clock: Clock, rng: random.Random, *, issued: int = 0) -> None:
        self._clock = clock
        self.issued = 0
        self._coming = issues(all_reports(), rng)
        self._feeds: dict[tuple[str, Language], deque[Published]] = {
            (outlet.key, lang): deque(maxlen=FEED_LENGTH) for outlet in OUTLETS for lang in outlet.langs
        }
        self._backlog(issued)

    def _backlog(self, issued: int) -> None:
        """What was published before anybody looked.

        At least up to and with both versions of the report that a newcomer is told to ask for.
        """
        backlog: list[Issue] = []
        wanted = (BACKLOG_REPORTS + 1, Language.EN)
        while len(backlog) < issued or wanted not in {(issue.case, issue.lang) for issue in backlog}:
            backlog.append(next(self._coming))
        self.issued = len(backlog)
        for age, issue in reversed(list(enumerate(reversed(backlog)))):
            at = self._clock.now() - BACKLOG_GAP * (age + 1)
            self._feeds[issue.report.outlet, issue.lang].append(Published(issue=issue, at=at))

    def issue_next(self) -> Published:
        """Put the next text out."""
        issue = next(self._coming)
        self.issued += 1
        published = Published(issue=issue, at=self._clock.now())
        self._feeds[issue.report.outlet, issue.lang].append(published)
        return published

    async def run(self, interval: timedelta) -> None:
        """Issue something every `interval` until cancelled."""
        while True:
            await self._clock.sleep(interval.total_seconds())
            self.issue_next()

    def feed(self, outlet: str, lang: Language) -> list[Published] | None:
        """What a feed shows, newest first; None when there is no such feed."""
        published = self._feeds.get((outlet, lang))
        return None if published is None else list(reversed(published))

    def find(self, outlet: str, lang: Language, case: int) -> Published | None:
        """One text that is out and still in its feed."""
        texts = self._feeds.get((outlet, lang), ())
        return next((text for text in texts if text.issue.case == case), None)


# --- addresses and documents --------------------------------------------------------------------


def sources(base_url: str, interval: timedelta = timedelta(seconds=2)) -> tuple[Source, ...]:
    """The outlets' feeds for the poller. They live on this machine, hence `allow_private`."""
    return tuple(
        Source(
            key=f"{outlet.key}-{lang.value}" if len(outlet.langs) > 1 else outlet.key,
            title=outlet.title,
            url=f"{base_url}/{outlet.key}/{lang.value}/feed.xml",
            lang=lang,
            rights=outlet.rights,
            allow_private=True,
            interval=interval,
        )
        for outlet in OUTLETS
        for lang in outlet.langs
    )


def address(base_url: str, published: Published) -> str:
    """The page of a text."""
    issue = published.issue
    return f"{base_url}/{issue.report.outlet}/{issue.lang.value}/{issue.case}"


def rss(base_url: str, outlet: Outlet, lang: Language, texts: list[Published]) -> str:
    """An RSS 2.0 document."""
    items = "".join(
        f"<item><title>{escape(text.title)}</title><link>{address(base_url, text)}</link>"
        f'<guid isPermaLink="true">{address(base_url, text)}</guid>'
        f"<pubDate>{format_datetime(text.at)}</pubDate>"
        f"<description>{escape(_paragraphs(text.text))}</description></item>"
        for text in texts
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(outlet.title)}</title><link>{base_url}/{outlet.key}/{lang.value}/</link>"
        f"<description>Invented sample reports</description><language>{lang.value}</language>"
        f"{items}</channel></rss>\n"
    )


def atom(base_url: str, outlet: Outlet, lang: Language, texts: list[Published]) -> str:
    """An Atom document."""
    home = f"{base_url}/{outlet.key}/{lang.value}/"
    entries = "".join(
        f"<entry><title>{escape(text.title)}</title><id>{address(base_url, text)}</id>"
        f'<link rel="alternate" href="{address(base_url, text)}"/>'
        f"<published>{text.at.isoformat(timespec='seconds')}</published>"
        f"<updated>{text.at.isoformat(timespec='seconds')}</updated>"
        f'<content type="html">{escape(_paragraphs(text.text))}</content></entry>'
        for text in texts
    )
    updated = f"<updated>{texts[0].at.isoformat(timespec='seconds')}</updated>" if texts else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang.value}">'
        f"<title>{escape(outlet.title)}</title><id>{home}</id>{updated}"
        f"<author><name>{escape(outlet.title)}</name></author>{entries}</feed>\n"
    )


def page(base_url: str, outlet: Outlet, text: Published, versions: list[Published]) -> str:
    """A report's own page, linked to its other language version once that is out."""
    links = "".join(
        f'<link rel="alternate" hreflang="{one.issue.lang.value}" href="{address(base_url, one)}">'
        for one in versions
    )
    return (
        f'<!doctype html><html lang="{text.issue.lang.value}"><head><meta charset="utf-8">'
        f"<title>{escape(text.title)} – {escape(outlet.title)}</title>"
        f'<link rel="canonical" href="{address(base_url, text)}">{links}'
        f'<meta property="article:published_time" content="{text.at.isoformat(timespec="seconds")}"></head>'
        f"<body><header>{escape(outlet.title)}</header><main><article><h1>{escape(text.title)}</h1>"
        f"{_paragraphs(text.text)}</article></main></body></html>\n"
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))


# --- over HTTP ----------------------------------------------------------------------------------


@asynccontextmanager
async def publish(publisher: Publisher, interval: timedelta, *, port: int = 0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1 and issue something every `interval` while the context lasts; the base URL."""
    app = web.Application()
    site_of = _Site(publisher)
    app.add_routes(
        [
            web.get("/{outlet}/{lang}/feed.xml", site_of.feed),
            web.get(r"/{outlet}/{lang}/{case:\d{1,9}}", site_of.page),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        site_of.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        issuing = asyncio.create_task(publisher.run(interval))
        try:
            yield site_of.base_url
        finally:
            issuing.cancel()
            await asyncio.gather(issuing, return_exceptions=True)
    finally:
        await runner.cleanup()


class _Site:
    """The endpoints."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self.base_url = ""

    async def feed(self, request: web.Request) -> web.Response:
        outlet, lang = _outlet_and_lang(request)
        texts = self._publisher.feed(outlet.key, lang)
        if texts is None:
            raise web.HTTPNotFound
        document = (atom if outlet.rights else rss)(self.base_url, outlet, lang, texts)
        kind = "application/atom+xml" if outlet.rights else "application/rss+xml"
        return _conditional(request, document, kind, texts[0].at if texts else None)

    async def page(self, request: web.Request) -> web.Response:
        outlet, lang = _outlet_and_lang(request)
        case = int(request.match_info["case"])
        found = {other: self._publisher.find(outlet.key, other, case) for other in outlet.langs}
        text = found.get(lang)
        if text is None:
            raise web.HTTPNotFound
        versions = [one for one in found.values() if one is not None]
        return _conditional(request, page(self.base_url, outlet, text, versions), "text/html", text.at)


def _outlet_and_lang(request: web.Request) -> tuple[Outlet, Language]:
    for outlet in OUTLETS:
        for lang in outlet.langs:
            if (outlet.key, lang.value) == (request.match_info["outlet"], request.match_info["lang"]):
                return outlet, lang
    raise web.HTTPNotFound


def _conditional(request: web.Request, document: str, kind: str, modified: datetime | None) -> web.Response:
    """200 with validators, or 304 to whoever has this; an ETag goes before a date (RFC 9110, 13.2.2)."""
    body = document.encode()
    response = web.Response(body=body, content_type=kind, charset="utf-8")
    etag = hashlib.sha256(body).hexdigest()[:24]
    response.etag = etag
    response.last_modified = modified
    asked = request.if_none_match
    if asked is not None:
        same = any(tag.value in {etag, "*"} for tag in asked)
    else:
        since = request.if_modified_since
        same = since is not None and modified is not None and modified.replace(microsecond=0) <= since
    if same:
        headers = {"ETag": response.headers["ETag"]}
        return web.Response(status=304, headers=headers)
    return response

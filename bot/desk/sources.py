"""`/sources` for everybody, `/source ...` for moderators."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from bot.desk.ports import Ports, Probe
from bot.desk.replies import (
    GapLine,
    Missing,
    Reply,
    SourceAdded,
    SourceLine,
    SourceMistake,
    SourcePaused,
    SourceRefused,
    SourcesExported,
    SourcesImported,
    SourcesListed,
    SourceTested,
)
from bot.desk.requests import Verb
from bot.errors import FeedError, FeedTrouble
from bot.feeds.opml import Outline, outlines, written
from bot.language.letters import fold
from bot.model import Language, Origin, Source
from bot.store.protocols import Sources, SourceState

LANGUAGES = frozenset({"az", "en", "tr", "ru"})

GAP_SHOWN = timedelta(days=7)
MOST_GAPS = 5

#: Feeds of a list that one command takes: each is asked first, twenty at a time.
MOST_IMPORTED = 100
ASKED_AT_ONCE = 20

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


async def show(ports: Ports, *, moderator: bool) -> SourcesListed:
    """Every source and how it is doing; addresses and details are for moderators."""
    states = await ports.store.sources.all()
    lines = tuple(line(state, moderator=moderator) for state in states)
    gaps = await _gaps(ports) if moderator else ()
    return SourcesListed(sources=lines, moderator=moderator, gaps=gaps)


async def _gaps(ports: Ports) -> tuple[GapLine, ...]:
    """When no source was asked lately, and what of that time was found afterwards."""
    now = ports.clock.now()
    gaps = [gap for gap in await ports.store.sources.gaps() if now - gap.until < GAP_SHOWN][:MOST_GAPS]
    if not gaps:
        return ()
    late = dict.fromkeys(gaps, 0)
    async for article in ports.store.archive.newest(ports.most_searched):
        if article.seen < gaps[-1].until:
            break
        for gap in gaps:
            late[gap] += gap.since <= article.published < gap.until <= article.seen
    return tuple(GapLine(since=gap.since, until=gap.until, late=late[gap]) for gap in gaps)


def line(state: SourceState, *, moderator: bool) -> SourceLine:
    """One source as this reader may see it."""
    source, health = state.source, state.health
    return SourceLine(
        key=source.key,
        title=source.title,
        lang=source.lang,
        paused=source.paused,
        last_success=health.last_success,
        trouble=health.trouble,
        broken_since=health.broken_since,
        detail=health.detail if moderator else "",
        url=source.url if moderator else "",
        origin=source.origin,
        held=health.held if moderator else 0,
        held_at=health.held_at if moderator else None,
    )


async def moderate(ports: Ports, argument: str) -> Reply:
    """`/source add|test|list|pause|resume|export|import`."""
    action, rest = (*argument.split(maxsplit=1), "", "")[:2]
    match fold(action):
        case "":
            return Missing(verb=Verb.SOURCE)
        case "list" | "siyahi":
            return await show(ports, moderator=True)
        case "export":
            return await export(ports)
        case "add" | "test" | "pause" | "resume" | "import" if not rest:
            return Missing(verb=Verb.SOURCE)
        case "add":
            return await add(ports, rest)
        case "import":
            return await import_list(ports, rest)
        case "test":
            return await test(ports, rest)
        case "pause":
            return await pause(ports, rest, paused=True)
        case "resume":
            return await pause(ports, rest, paused=False)
        case _:
            return SourceRefused(mistake=SourceMistake.UNKNOWN_ACTION, typed=action)


async def add(ports: Ports, typed: str) -> Reply:
    """`add URL [KEY] [az|en] [Title words]`: the feed is asked at once; only one that works is taken."""
    url, *words = typed.split()
    if not is_web_address(url):
        return SourceRefused(mistake=SourceMistake.BAD_ADDRESS, typed=url)
    named = bool(words) and words[0] not in LANGUAGES and KEY.fullmatch(words[0]) is not None
    key = words.pop(0) if named else key_from(url)
    lang = Language(words.pop(0)) if words and words[0] in LANGUAGES else None
    if not KEY.fullmatch(key):
        return SourceRefused(mistake=SourceMistake.BAD_KEY, typed=key)
    if await ports.store.sources.get(key) is not None:
        return SourceRefused(mistake=SourceMistake.KEY_TAKEN, typed=key)
    source = Source(key=key, title=" ".join(words)[:80], url=url, lang=lang, origin=Origin.MODERATOR)
    return await _added(source, ports.store.sources, ports.probe, ports.clock.now())


async def test(ports: Ports, typed: str) -> Reply:
    """Ask a feed now, by its key or its address, and show its newest entries."""
    state = await ports.store.sources.get(typed)
    if state is None and not is_web_address(typed):
        return await unknown_key(ports, typed)
    source = state.source if state else Source(key="test", title="test", url=typed, origin=Origin.MODERATOR)
    try:
        probed = await ports.probe(source)
    except FeedError as error:
        return refused(error, typed)
    return SourceTested(
        url=probed.url, title=probed.title, entries=probed.entries[:3], total=len(probed.entries)
    )


async def export(ports: Ports) -> Reply:
    """Every source, whoever added it, as OPML."""
    sources = [state.source for state in await ports.store.sources.all()]
    return SourcesExported(count=len(sources), document=written(sources))


async def import_list(ports: Ports, typed: str) -> Reply:
    """`import URL` or `import <opml ...>`: each feed is asked, and those that work are added."""
    inline = typed.startswith("<")
    shown = "OPML" if inline else typed
    if not inline and not is_web_address(typed):
        return SourceRefused(mistake=SourceMistake.BAD_ADDRESS, typed=typed)
    try:
        document = typed.encode("utf-8", "replace") if inline else await ports.documents(typed)
        listed = outlines(document)
    except FeedError as error:
        return SourceRefused(
            mistake=SourceMistake.BAD_LIST, typed=shown, trouble=error.why, detail=error.detail
        )
    if not listed:
        return SourceRefused(mistake=SourceMistake.BAD_LIST, typed=shown, trouble=FeedTrouble.EMPTY)
    return await import_outlines(listed, ports.store.sources, ports.probe, ports.clock.now())


async def import_outlines(
    listed: Sequence[Outline], sources: Sources, probe: Probe, now: datetime
) -> SourcesImported:
    """Add the feeds that are no sources yet and work, under short names made of their hosts."""
    held = [state.source for state in await sources.all()]
    addresses, keys = {source.url for source in held}, {source.key for source in held}
    fresh = [outline for outline in listed if outline.url not in addresses]
    wanted: list[Source] = []
    for outline in fresh[:MOST_IMPORTED]:
        key = free_key(outline.url, keys)
        keys.add(key)
        wanted.append(
            Source(key=key, title=outline.title, url=outline.url, lang=outline.lang, origin=Origin.MODERATOR)
        )
    places = asyncio.Semaphore(ASKED_AT_ONCE)

    async def one(source: Source) -> SourceAdded | SourceRefused:
        async with places:
            return await _added(source, sources, probe, now)

    results = await asyncio.gather(*(one(source) for source in wanted))
    return SourcesImported(
        added=tuple(result for result in results if isinstance(result, SourceAdded)),
        known=len(listed) - len(fresh),
        refused=tuple(result for result in results if isinstance(result, SourceRefused)),
        left=len(fresh) - len(wanted),
    )


async def _added(
    source: Source, sources: Sources, probe: Probe, now: datetime
) -> SourceAdded | SourceRefused:
    """Ask a feed, and take it if it works; without a title it goes by the feed's own."""
    if not is_web_address(source.url):
        return SourceRefused(mistake=SourceMistake.BAD_ADDRESS, typed=source.url)
    try:
        probed = await probe(source)
    except FeedError as error:
        return refused(error, source.url)
    source = replace(source, title=source.title or probed.title[:80] or source.key)
    if not await sources.add(source, now):
        return SourceRefused(mistake=SourceMistake.KEY_TAKEN, typed=source.key)
    return SourceAdded(key=source.key, title=source.title, entries=len(probed.entries))


async def pause(ports: Ports, key: str, *, paused: bool) -> Reply:
    """Stop or go on asking a feed. What it published meanwhile is found when it goes on."""
    if not await ports.store.sources.pause(key, paused):
        return await unknown_key(ports, key)
    return SourcePaused(key=key, paused=paused)


async def unknown_key(ports: Ports, typed: str) -> SourceRefused:
    """Say so, with the key that was probably meant."""
    keys = [state.source.key for state in await ports.store.sources.all()]
    found = process.extractOne(typed, keys, scorer=fuzz.ratio, score_cutoff=60)
    return SourceRefused(mistake=SourceMistake.UNKNOWN_KEY, typed=typed, nearest=found[0] if found else None)


def refused(error: FeedError, typed: str) -> SourceRefused:
    """What was wrong with the feed, for a moderator."""
    if error.why is FeedTrouble.REFUSED_ADDRESS:
        return SourceRefused(mistake=SourceMistake.REFUSED_ADDRESS, typed=typed, detail=error.detail)
    return SourceRefused(
        mistake=SourceMistake.FEED_TROUBLE, typed=typed, trouble=error.why, detail=error.detail
    )


def is_web_address(typed: str) -> bool:
    """Whether it looks like one at all; the feeds' guard decides whether it is asked."""
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def key_from(url: str) -> str:
    """A key made of the host: "www.example.org" -> "example"."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("feeds.")
    name = host.rpartition(".")[0] or host
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]


def free_key(url: str, taken: Collection[str]) -> str:
    """A key made of the host that nobody has: "example", "example-2"."""
    key = key_from(url) if is_web_address(url) else ""
    key = key if KEY.fullmatch(key) else "feed"
    if key not in taken:
        return key
    return next(f"{key[:36]}-{n}" for n in count(2) if f"{key[:36]}-{n}" not in taken)

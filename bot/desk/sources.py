"""`/sources` for everybody, `/source ...` for moderators."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from bot.desk.ports import Ports
from bot.desk.replies import (
    GapLine,
    Missing,
    Reply,
    SourceAdded,
    SourceLine,
    SourceMistake,
    SourcePaused,
    SourceRefused,
    SourcesListed,
    SourceTested,
)
from bot.desk.requests import Verb
from bot.errors import FeedError, FeedTrouble
from bot.language.letters import fold
from bot.model import Language, Origin, Source
from bot.store.protocols import SourceState

LANGUAGES = frozenset({"az", "en", "tr", "ru"})

GAP_SHOWN = timedelta(days=7)
MOST_GAPS = 5

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
    """`/source add|test|list|pause|resume`."""
    action, _, rest = argument.partition(" ")
    rest = rest.strip()
    match fold(action):
        case "":
            return Missing(verb=Verb.SOURCE)
        case "list" | "siyahi":
            return await show(ports, moderator=True)
        case "add" | "test" | "pause" | "resume" if not rest:
            return Missing(verb=Verb.SOURCE)
        case "add":
            return await add(ports, rest)
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
    source = Source(key=key, title=" ".join(words)[:80] or key, url=url, lang=lang, origin=Origin.MODERATOR)
    try:
        probed = await ports.probe(source)
    except FeedError as error:
        return refused(error, url)
    title = " ".join(words)[:80] or probed.title[:80] or key
    source = Source(key=key, title=title, url=url, lang=lang, origin=Origin.MODERATOR)
    if not await ports.store.sources.add(source, ports.clock.now()):
        return SourceRefused(mistake=SourceMistake.KEY_TAKEN, typed=key)
    return SourceAdded(key=key, title=title, entries=len(probed.entries))


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

"""The flow for one source: ask, parse, read, match, publish.

    feed -> entries -> what is new -> articles -> which filters want them -> archive + outbox

Nothing is marked seen before it is safely enqueued: the archive does both in one script, entry by
entry, and the end of the poll (validators, next date) is written last. A crash repeats, it never loses.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.errors import FeedError, FeedTrouble, StoreError
from bot.feeds.fetch import Body, NotModified
from bot.feeds.parsed import ParsedFeed
from bot.feeds.polling import HealthEvent, health_after, next_poll_at
from bot.feeds.rewritten import newest_of, shown_again
from bot.filters.match import prepare
from bot.model import Article, Entry, Page, Source
from bot.reading.correction import is_correction, notice
from bot.reading.read import read
from bot.store.protocols import Archive, FiledPrint, Kinship, Published, SourceState, Store, Validators
from bot.stories.decide import kindred
from bot.stories.development import earlier
from bot.stories.fingerprint import Fingerprint, fingerprint, pack, unpack
from bot.stories.links import claims, versions
from bot.stories.recent import MOST_FILED, best
from bot.watch import FollowedIndex

log = structlog.get_logger("xeberdar.pipeline")

#: At first sight pages are looked at for this many of the newest entries: the rest is history.
BASELINE_PAGES = 10

_SHORTENED = 0.9  # share of a text below which the feed's words are an excerpt of what the page said

#: So often it is looked what an article belongs to, when others publish in between; then it is published
#: as its own story, which a later article of the report may still join to the others.
LOOKS = 16

#: All pages of one poll get this long together, in seconds; who is late is read without its page.
PAGES_TIME = 12.0


class Fetch(Protocol):
    """Asks the open internet, guarded; raises `FeedError`."""

    async def fetch(
        self, url: str, validators: Validators | None = None, *, allow_private: bool = False
    ) -> Body | NotModified: ...


class Parse(Protocol):
    """Parses behind a wall; raises `FeedError`."""

    async def feed(
        self, body: bytes, headers: Mapping[str, str], url: str, source_key: str
    ) -> ParsedFeed: ...

    async def page(self, body: bytes, headers: Mapping[str, str], url: str) -> Page: ...


class Tally(Protocol):
    """What is counted of the polls; never per chat."""

    def polled(self, source: str, outcome: str) -> None: ...
    def published(self, source: str, lang: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The outside world, as far as a poll knows it."""

    store: Store
    fetch: Fetch
    parse: Parse
    index: FollowedIndex
    clock: Clock
    rng: random.Random
    tally: Tally
    archive: timedelta = timedelta(days=90)  #: for so long entries are remembered that nobody lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the publisher said this time. `entries` None: nothing has changed."""

    validators: Validators
    entries: tuple[Entry, ...] | None
    answer: Body | NotModified


async def poll(state: SourceState, ports: Ports) -> None:
    """One turn of one source, to the end.

    Raises:
        StoreError: the store went away; what was not published yet is still unseen and comes again.
    """
    state = remembered(state, ports.clock.now(), ports.archive)
    source = state.source
    try:
        asked = await ask(source, state.validators, ports)
    except FeedError as error:
        await _end(state, ports, error=error)
        return
    fresh = await unseen(state, asked.entries or (), ports)
    past = shown_again(fresh, state.health.newest) if state.baselined else frozenset()
    state = with_dates(state, asked.entries or (), len(past), ports.clock.now())
    if past:
        log.warning("feed.rewritten", source=source.key, held=len(past))
    news = [entry for entry in fresh if entry.id not in past]
    pages = await look_at_pages(source, pages_wanted(news, state), ports)
    failed = [
        entry.id
        for entry in oldest_first(fresh)
        if not await published_safely(
            entry, pages.get(entry.id), state, ports, tell=state.baselined and entry.id not in past
        )
    ]
    await revise(state, asked.entries or (), fresh, ports)
    if failed:  # with the validators of before, the same body is read again
        asked = replace(asked, validators=state.validators)
    await _end(state, ports, asked=asked)


def remembered(state: SourceState, now: datetime, archive: timedelta) -> SourceState:
    """The state as far as it still holds: who was away for the archive period, paused perhaps, is new again.

    What it had shown us is forgotten by then, and its whole list would be news. Pure.
    """
    success = state.health.last_success
    if not state.baselined or success is None or now - success < archive:
        return state
    return replace(state, baselined=False, validators=Validators())


def with_dates(state: SourceState, entries: Sequence[Entry], held: int, now: datetime) -> SourceState:
    """The state with the newest date that the feed has shown, and with what was held this time. Pure."""
    health = replace(state.health, newest=newest_of(entries, state.health.newest, now))
    if held:
        health = replace(health, held=held, held_at=now)
    return replace(state, health=health)


async def ask(source: Source, validators: Validators, ports: Ports) -> Asked:
    """Fetch and parse. A body that we have processed already is not parsed again.

    Raises:
        FeedError: the feed cannot be used now.
    """
    answer = await ports.fetch.fetch(source.url, validators, allow_private=source.allow_private)
    if isinstance(answer, NotModified):
        return Asked(validators=validators, entries=None, answer=answer)
    now_known = Validators(etag=answer.etag, last_modified=answer.last_modified, body_hash=answer.body_hash)
    if answer.body_hash == validators.body_hash:
        return Asked(validators=now_known, entries=None, answer=answer)
    parsed = await ports.parse.feed(answer.content, answer.headers, answer.url, source.key)
    return Asked(validators=now_known, entries=parsed.entries, answer=answer)


async def unseen(state: SourceState, entries: Sequence[Entry], ports: Ports) -> list[Entry]:
    """Those that this source has never shown us, each once."""
    by_id = {entry.id: entry for entry in reversed(entries)}
    listed = list(dict.fromkeys(entry.id for entry in entries))
    return [by_id[entry_id] for entry_id in await ports.store.sources.unseen(state.source.key, listed)]


def oldest_first(entries: Sequence[Entry]) -> list[Entry]:
    """In the order in which they were published; feeds list the newest first, undated ones included."""
    dated = [(entry.published, entry) for entry in reversed(entries) if entry.published is not None]
    undated = [entry for entry in reversed(entries) if entry.published is None]
    return [*(entry for _, entry in sorted(dated, key=lambda pair: pair[0])), *undated]


def pages_wanted(fresh: Sequence[Entry], state: SourceState) -> list[Entry]:
    """The entries whose pages are worth a request: all new ones, and the newest of a first sight."""
    if not state.source.fetch_page:
        return []
    linked = [entry for entry in reversed(oldest_first(fresh)) if entry.link]
    return linked if state.baselined else linked[:BASELINE_PAGES]


async def look_at_pages(source: Source, entries: Sequence[Entry], ports: Ports) -> dict[str, Page]:
    """Each entry's own page, as far as it answers in time. A page that fails takes nothing from its entry."""
    if not entries:
        return {}
    tasks = {entry.id: asyncio.ensure_future(_look_at(source, entry, ports)) for entry in entries}
    late, looking = asyncio.ensure_future(ports.clock.sleep(PAGES_TIME)), set(tasks.values())
    try:
        while looking and not late.done():
            done, _ = await asyncio.wait({late, *looking}, return_when=asyncio.FIRST_COMPLETED)
            looking -= done
    finally:
        late.cancel()
        for task in tasks.values():
            task.cancel()
        results = await asyncio.gather(*tasks.values(), return_exceptions=True)
    pages: dict[str, Page] = {}
    for entry_id, result in zip(tasks, results, strict=True):
        if isinstance(result, Page):
            pages[entry_id] = result
        elif isinstance(result, Exception) and not isinstance(result, FeedError):
            log.error("page.failed", source=source.key, exc_info=result)
    return pages


async def _look_at(source: Source, entry: Entry, ports: Ports) -> Page:
    answer = await ports.fetch.fetch(entry.link or "", allow_private=source.allow_private)
    if isinstance(answer, NotModified):
        raise FeedError(FeedTrouble.HTTP_STATUS, "304 without being asked", status=304)
    return await ports.parse.page(answer.content, answer.headers, answer.url)


async def published_safely(
    entry: Entry, page: Page | None, state: SourceState, ports: Ports, *, tell: bool
) -> bool:
    """A defect in reading one entry must not keep the entries after it; this one is tried again next time."""
    try:
        await publish(entry, page, state, ports, tell=tell)
    except StoreError:
        raise
    except Exception:
        log.exception("entry.failed", source=state.source.key)
        return False
    return True


async def publish(entry: Entry, page: Page | None, state: SourceState, ports: Ports, *, tell: bool) -> None:
    """Read one entry and hand it to the archive, which marks it seen and enqueues it in one step."""
    source, now = state.source, ports.clock.now()
    article = read(entry, page, source, now)
    wanted = await wanted_by(article, source, ports) if tell else ()
    published = await _joined(
        fingerprint(article),
        ports.store.archive,
        partial(
            ports.store.archive.publish,
            article,
            entry_id=entry.id,
            claims=claims(article, source),
            versions=versions(article, source),
            filters=wanted,
            tell=tell,
            now=now,
            digest=digest_of(entry),
        ),
    )
    if published.article_new:
        ports.tally.published(source.key, article.lang.value)
        log.info("article.published", source=source.key, story=published.story, new_story=published.new_story)


async def revise(state: SourceState, entries: Sequence[Entry], fresh: Sequence[Entry], ports: Ports) -> None:
    """Take over what the outlet has changed of what it showed before, and pass on what it corrects."""
    new = {entry.id for entry in fresh}
    listed = {entry.id: entry for entry in entries if entry.id not in new}
    digests = {entry_id: digest_of(entry) for entry_id, entry in listed.items()}
    archive = ports.store.archive
    for entry_id in await archive.changed(digests) if digests else ():
        story = await archive.of_article(entry_id)
        before = next((one for one in story.articles if one.id == entry_id), None) if story else None
        if before is not None:
            after = revised(before, read(listed[entry_id], None, state.source, before.seen))
            told = is_correction((before.title, before.text), (after.title, after.text))
            await archive.revise(after, digests[entry_id], tell=told)
            if told:
                log.info("article.corrected", source=state.source.key, story=story.id if story else "")


def revised(before: Article, after: Article) -> Article:
    """The new words, with what only the page had said: its longer text, its addresses, its picture. Pure."""
    kept = replace(
        after,
        published=before.published,
        seen=before.seen,
        alternates=before.alternates,
        canonical=before.canonical,
        image=after.image or before.image,
    )
    shorter = len(after.text) < _SHORTENED * len(before.text)
    if shorter and not notice(after.title, after.text):
        return replace(kept, text=before.text, summary=before.summary)
    return kept


def digest_of(entry: Entry) -> str:
    """Of what the feed says of an entry: 32 hex digits."""
    return blake2b(
        f"{entry.title}\n{entry.text}".encode("utf-8", "surrogatepass"), digest_size=16
    ).hexdigest()


async def _joined(
    mine: Fingerprint, archive: Archive, hand_over: Callable[..., Awaitable[Published]]
) -> Published:
    """Publish with what the article belongs to; decide again when somebody published in between."""
    for _ in range(LOOKS):
        published = await hand_over(kinship=await kinship_of(mine, archive))
        if not published.stale:
            return published
    return await hand_over(kinship=_alone(mine))


async def kinship_of(mine: Fingerprint, archive: Archive) -> Kinship:
    """Which articles of the last days tell the same report, as far as the store knows them now."""
    keys = tuple(dict.fromkeys(mine.leads))
    filed = await archive.filed(keys)
    numbers = best({key: filed for key, filed in filed.numbers.items() if len(filed) <= MOST_FILED})
    candidates = [
        (other, found.story)
        for found in await archive.prints(numbers)
        if (other := _unpacked(found)) is not None
    ]
    kin = kindred(mine, candidates)
    return replace(
        _alone(mine),
        kindred=tuple(one.article for one in kin),
        continues=None if kin else earlier(mine, candidates),
        last=filed.last,
    )


def _alone(mine: Fingerprint) -> Kinship:
    return Kinship(packed=pack(mine), keys=tuple(dict.fromkeys(mine.leads)))


def _unpacked(found: FiledPrint) -> Fingerprint | None:
    """None for what another version of ours has written in another way."""
    try:
        return unpack(found.packed)
    except ValueError:
        return None


async def wanted_by(article: Article, source: Source, ports: Ports) -> tuple[str, ...]:
    """The ids of the followed filters that want the article."""
    index = await ports.index.current()
    return tuple(index.matching(prepare(article, source)))


async def _end(
    state: SourceState, ports: Ports, *, asked: Asked | None = None, error: FeedError | None = None
) -> None:
    """Write how the poll went and when to ask again; say once when a source breaks and once when it heals."""
    source, now = state.source, ports.clock.now()
    health, event = health_after(state.health, now=now, outcome=error)
    next_poll = next_poll_at(
        source,
        now=now,
        failures=health.failures,
        rng=ports.rng,
        outcome=error,
        max_age=asked.answer.max_age if asked else None,
        retry_after=asked.answer.retry_after if asked else None,
    )
    await ports.store.sources.polled(
        source.key,
        validators=asked.validators if asked else state.validators,
        health=health,
        baselined=state.baselined or error is None,
        still_listed=[entry.id for entry in (asked.entries if asked else None) or ()],
        next_poll=next_poll,
        now=now,
    )
    ports.tally.polled(source.key, error.why.value if error else "ok")
    if event is HealthEvent.BROKE and error is not None:
        log.warning("feed.broken", source=source.key, why=error.why.value, status=error.status)
    elif event is HealthEvent.HEALED and state.health.broken_since is not None:
        lasted = (now - state.health.broken_since).total_seconds()
        log.info("feed.healed", source=source.key, after_seconds=round(lasted))


async def poll_safely(state: SourceState, ports: Ports) -> None:
    """A defect in one source's turn must not end the others': said here, once, with its traceback."""
    try:
        await poll(state, ports)
    except StoreError:
        raise
    except Exception as defect:
        log.exception("poll.failed", source=state.source.key)
        await _end(state, ports, error=FeedError(FeedTrouble.PARSER_FAILED, type(defect).__name__))

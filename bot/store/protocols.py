"""What the rest of the program may ask of the store, in narrow pieces.

Every method may raise `bot.errors.StoreAway`. `now` is always an argument; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.errors import FeedTrouble
from bot.model import Address, AlertKind, Article, Chat, Hold, Platform, Source, Story

# --- sources ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the publisher gave us to ask "has it changed?" with."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None  #: hex of the last body that was fully processed


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source is doing, as `/sources` shows it."""

    last_success: datetime | None = None
    last_attempt: datetime | None = None
    broken_since: datetime | None = None
    trouble: FeedTrouble | None = None
    detail: str = ""  #: for moderators and operators
    failures: int = 0  #: in a row
    newest: datetime | None = None  #: the newest date of an entry that the feed has shown
    held: int = 0  #: old entries that it last showed as new, which were not sent
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source with everything we remember about it."""

    source: Source
    validators: Validators = Validators()
    health: Health = Health()
    baselined: bool = False  #: its first sight is done; from now on new entries are news


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which nobody asked the sources: the bot was stopped, or its store was away."""

    since: datetime
    until: datetime


class Sources(Protocol):
    """The catalogue and its polling state."""

    async def sync(self, sources: Sequence[Source], now: datetime) -> None:
        """Make the configured sources exactly these; sources added by moderators stay."""
        ...

    async def add(self, source: Source, now: datetime) -> bool:
        """Add a moderator's source, due at once. False when the key is taken."""
        ...

    async def watched(self, now: datetime, least: timedelta) -> timedelta:
        """Say that the sources are looked after; how long nobody had, if that was `least` or more, else 0."""
        ...

    async def gaps(self) -> list[Gap]:
        """The last times in which nobody looked after the sources, newest first."""
        ...

    async def remove(self, key: str) -> bool: ...
    async def pause(self, key: str, paused: bool) -> bool:
        """False when there is no such source."""
        ...

    async def all(self) -> list[SourceState]:
        """Every source, by key."""
        ...

    async def get(self, key: str) -> SourceState | None: ...
    async def claim_due(self, now: datetime, limit: int, lease: timedelta) -> list[SourceState]:
        """Take sources whose time has come; each is due again after `lease` unless `polled` is called."""
        ...

    async def hold(self, keys: Sequence[str], until: datetime) -> None:
        """Renew the lease on claimed sources; those whose poll has ended meanwhile keep their date."""
        ...

    async def unseen(self, key: str, entry_ids: Sequence[str]) -> list[str]:
        """Those of `entry_ids` that this source has never shown us, in the given order."""
        ...

    async def polled(
        self,
        key: str,
        *,
        validators: Validators,
        health: Health,
        baselined: bool,
        still_listed: Sequence[str],
        next_poll: datetime,
        now: datetime,
    ) -> None:
        """Write the end of a poll. `still_listed` entries are remembered for another archive period."""
        ...


# --- archive ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What the store did with a new article."""

    story: str  #: the story it now belongs to
    new_story: bool
    article_new: bool  #: False when this article was in the archive already: nothing was enqueued
    stale: bool = False  #: somebody filed another fingerprint meanwhile: nothing was written, look again


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What is filed under some keys, and up to which fingerprint that is known."""

    last: int  #: number of the last fingerprint that was filed at all
    numbers: Mapping[
        str, tuple[int, ...]
    ]  #: key -> fingerprints, oldest first; keys without any are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPrint:
    """A fingerprint as the linker packed it, with the story that its article is in now."""

    number: int
    story: str
    packed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    """What the linker found out about an article that is published."""

    packed: bytes  #: its own fingerprint
    keys: Sequence[str]  #: what it is filed under
    kindred: Sequence[str] = ()  #: ids of articles whose stories it belongs to
    continues: str | None = None  #: id of an article whose case it goes on with, if it is a story of its own
    last: int | None = None  #: the fingerprint up to which that was decided; None: publish anyway


class Archive(Protocol):
    """Read articles and stories, kept for the archive period, compressed."""

    async def publish(
        self,
        article: Article,
        *,
        entry_id: str,
        claims: Sequence[str],
        filters: Sequence[str],
        tell: bool,
        now: datetime,
        kinship: Kinship | None = None,
        digest: str = "",
        versions: Collection[str] = (),
    ) -> Published:
        """In one script: mark the entry seen, keep the article, join or open its story, enqueue the fan-out.

        `claims` are the link keys (`bot.stories.links`) under which this article's other versions are
        or will be found; any story that holds one of them is joined, the oldest survives.
        `kinship` joins the stories of kindred articles too and files the fingerprint; when another was
        filed after the decision nothing is written and the answer is `stale`.
        `versions`: those of the claims that are said to be other languages' versions; where a text of the
        same source and language holds one already it leads to a section page and joins nothing.
        `digest` is of what the feed said, so that a later change is noticed.
        `filters` are the ids of the filters that want the article. `tell=False`: a baseline, nothing is
        enqueued.
        """
        ...

    async def story(self, story_id: str) -> Story | None:
        """A merged story's old id leads to the surviving one."""
        ...

    async def stories(self, story_ids: Sequence[str]) -> list[Story]:
        """Those that are still kept, in the given order."""
        ...

    def newest(self, limit: int) -> AsyncIterator[Article]:
        """Articles from the newest `seen` backwards, at most `limit`, read in pages."""
        ...

    async def changed(self, digests: Mapping[str, str]) -> list[str]:
        """Of article ids with digests of what the feed says: those that it said otherwise before."""
        ...

    async def revise(self, article: Article, digest: str, *, tell: bool) -> None:
        """Keep an article as the outlet has it now; `tell`: correct the messages of all who were told."""
        ...

    async def join(self, one: str, two: str) -> str | None:
        """Make two stories one, by a moderator's word; the surviving id, None when one is not there."""
        ...

    async def split(self, article_id: str) -> str | None:
        """Make an article a story of its own for good; its id, None when it is alone or not there."""
        ...

    async def filed(self, under: Sequence[str]) -> Filed:
        """Which fingerprints are filed under these keys, the newest of each."""
        ...

    async def prints(self, numbers: Sequence[int]) -> list[FiledPrint]:
        """These fingerprints, as far as they are still kept, in the given order."""
        ...

    async def by_link(self, link_key: str) -> Story | None: ...
    async def of_article(self, article_id: str) -> Story | None:
        """The story that an article belongs to."""
        ...

    async def count(self) -> int: ...
    async def prune(self, now: datetime) -> int:
        """Forget what is older than the archive period; the number of articles dropped."""
        ...


# --- chats --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the store holds about one chat, for `/mydata`."""

    chat: Chat | None
    receipts: int  #: alerts remembered for edits and for not telling twice
    inbox: int  #: cards kept for the web page
    moderator: bool


class Chats(Protocol):
    """Subscribers, sealed."""

    def key_of(self, address: Address) -> str:
        """The keyed index (HMAC) of a chat; pure."""
        ...

    async def get(self, address: Address) -> Chat | None: ...
    async def by_key(self, key: str) -> Chat | None: ...
    async def update(
        self, address: Address, change: Callable[[Chat], Chat], *, fresh: Chat | None = None
    ) -> Chat:
        """Apply a pure change atomically (retried when somebody else wrote meanwhile) and return the result.

        `fresh` is the starting point for a chat we do not hold yet. The index filter -> followers
        changes in the same step. A change that returns the same value writes nothing.
        """
        ...

    async def move(self, old: Address, new: Address) -> None:
        """Give everything held under `old` the address `new`, atomically; idempotent."""
        ...

    async def silence(self, key: str, now: datetime) -> None:
        """The platform says the chat is gone: stop telling it, erase it after the grace period."""
        ...

    async def revive(self, address: Address) -> None:
        """The chat is back (unblocked, re-added)."""
        ...

    async def forget(self, address: Address) -> bool:
        """Erase everything held about the chat, at once. False when nothing was held."""
        ...

    async def held(self, address: Address, person: str) -> Held: ...
    async def count(self) -> int: ...
    async def erase_silent(self, before: datetime) -> int:
        """Forget the chats silent since before that time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Changes:
    """What is different from what it was: each filter and pack as it is now, None where it is gone."""

    version: int  #: what is told here reaches up to this version
    filters: Mapping[str, str | None] = field(default_factory=dict)  #: id -> canonical query
    packs: Mapping[str, str | None] = field(default_factory=dict)  #: name -> canonical query


class FollowedFilters(Protocol):
    """The distinct filters that chats follow."""

    async def version(self) -> int:
        """Changes whenever the set of followed filters changes, or a pack."""
        ...

    async def changes(self, since: int) -> Changes | None:
        """What changed after version `since`, in one small read. None: too long ago, read `everything`."""
        ...

    def everything(self) -> AsyncIterator[Changes]:
        """All packs, then all filters, page by page, at the version before the first; `changes` goes on."""
        ...

    async def all(self) -> dict[str, str]:
        """Filter id -> canonical query."""
        ...

    def id_of(self, query: str) -> str:
        """The keyed id of a canonical query; pure."""
        ...


class Packs(Protocol):
    """Queries with a name, which moderators keep and filters include as `pack:name`."""

    async def all(self) -> dict[str, str]:
        """Name -> canonical query."""
        ...

    async def get(self, name: str) -> str | None:
        """The query of one pack; None when there is no such pack."""
        ...

    async def put(self, name: str, query: str, now: datetime) -> None:
        """Make or change a pack; running processes follow within a second."""
        ...

    async def remove(self, name: str) -> bool:
        """False when there was no such pack."""
        ...


class People(Protocol):
    """Moderators, invitations, web sign-in codes, and inbound updates already dealt with."""

    def person_key(self, platform: Platform, user: str) -> str:
        """The keyed index of a person; pure."""
        ...

    async def is_moderator(self, person: str) -> bool: ...
    async def invite(self, code: str, now: datetime, lifetime: timedelta) -> None: ...
    async def redeem(self, code: str, person: str, now: datetime) -> bool:
        """Make the person a moderator if the code is good; a code works once."""
        ...

    async def web_code(self, code: str, now: datetime, lifetime: timedelta) -> None: ...
    async def redeem_web_code(self, code: str, now: datetime) -> bool: ...
    async def open_session(self, session: str, now: datetime, lifetime: timedelta) -> None: ...
    async def session_is_open(self, session: str) -> bool: ...
    async def close_session(self, session: str) -> None: ...
    async def done(self, platform: Platform, update: str) -> bool:
        """Whether the effect of this inbound update is in the store already."""
        ...

    async def mark_done(self, platform: Platform, update: str) -> None: ...
    async def get_offset(self, platform: Platform) -> int | None: ...
    async def set_offset(self, platform: Platform, offset: int) -> None: ...


# --- outbox -------------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    """Where one (story, chat) stands."""

    QUEUED = "queued"
    SENDING = "sending"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Fanout:
    """A story on its way to its chats, page by page."""

    entry: str  #: stream entry id
    story: str
    article: str
    filters: tuple[str, ...]
    cursor: str


class Lane(StrEnum):
    """Which deliveries of a platform go before which: in this order."""

    URGENT = "urgent"  #: urgent actions
    NEWS = ""  #: new reports, and what is told together
    EDITS = "edits"  #: changes of what was told already


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Delivery:
    """One thing to tell one chat."""

    entry: str  #: stream entry id
    platform: Platform
    chat: str  #: key of the chat
    story: str
    article: str
    kind: AlertKind
    attempts: int  #: tries that used up an attempt
    queued_at: datetime
    lane: Lane = Lane.NEWS


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Told:
    """What we remember of one (story, chat)."""

    state: DeliveryState
    receipt: str | None = None
    articles: tuple[str, ...] = ()  #: article ids the message already shows
    why: str = ""  #: for GIVEN_UP
    hold: Hold | None = None  #: for QUEUED: why it is told later, with others


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Withheld:
    """A report that a chat is told together with others."""

    story: str
    since: datetime
    why: Hold


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ToldTogether:
    """One report of a message of several. `receipt`: of the message of its own that it became, if it did."""

    story: str
    articles: tuple[str, ...] = ()
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A delivery that was given up. It names no chat."""

    at: datetime
    platform: Platform
    kind: AlertKind
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GivenUp:
    """A report that a chat was not told, found by going through what chats were told."""

    chat: str  #: key of the chat
    story: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Whether everything is stopped, and which time's deliveries are not told any more."""

    since: datetime | None = None  #: None: sending
    discarded: tuple[datetime, datetime] | None = None


class Outbox(Protocol):
    """Fan-outs and deliveries: streams, one consumer group each, and a delayed set."""

    async def beat(self, worker: str, now: datetime, lifetime: timedelta) -> None:
        """Say that this worker is alive."""
        ...

    async def reclaim(self, now: datetime) -> int:
        """Give the entries of workers that stopped beating back to the group; how many."""
        ...

    async def take_fanouts(self, worker: str, limit: int, block: timedelta) -> list[Fanout]: ...
    async def spread(self, worker: str, fanout: Fanout, page: int, now: datetime) -> bool:
        """In one script: advance the cursor and enqueue one page of deliveries. True when it is finished."""
        ...

    async def offer(self, chat: Chat, story: str, article: str, now: datetime) -> bool:
        """Enqueue one story for one chat, as an ordinary NEW delivery. False: told or queued already."""
        ...

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        """What was given up in the last thirty days, newest first."""
        ...

    def given_up(self) -> AsyncIterator[GivenUp]:
        """Every report that a chat was not told although it was to be, as long as receipts are kept.

        Goes through all chats, page by page.
        """
        ...

    async def take(self, platform: Platform, worker: str, limit: int, block: timedelta) -> list[Delivery]:
        """Deliveries for one platform, urgent ones before news and news before edits."""
        ...

    async def told(self, chat: str, story: str) -> Told | None: ...
    async def told_stories(self, chat: str) -> dict[str, Told]:
        """Everything remembered for this chat, story id -> state."""
        ...

    async def sending(self, delivery: Delivery) -> None: ...
    async def finish(
        self, worker: str, delivery: Delivery, receipt: str, now: datetime, *, shown: Sequence[str] = ()
    ) -> None:
        """In one script: receipt, state done, acknowledge, delete. Idempotent.

        `shown` are the ids of all articles that the message shows; empty: the delivery's own.
        """
        ...

    async def later(self, worker: str, delivery: Delivery, due: datetime, attempts: int) -> None:
        """In one script: out of the stream, into the delayed set."""
        ...

    async def give_up(self, worker: str, delivery: Delivery, why: str, now: datetime) -> None: ...
    async def drop(self, worker: str, delivery: Delivery) -> None:
        """Nothing to do after all (forgotten, already told): acknowledge and delete."""
        ...

    async def withhold(
        self, worker: str, delivery: Delivery, due: datetime, why: Hold, now: datetime
    ) -> None:
        """In one script: out of the stream, to what the chat is told together; a bell rings when it is due.

        The bell is a delivery of kind DIGEST, which names no story.
        """
        ...

    async def withheld(self, chat: str) -> list[Withheld]:
        """What a chat is told together, oldest first, each story once."""
        ...

    async def told_together(
        self, worker: str, delivery: Delivery, told: Sequence[ToldTogether], now: datetime
    ) -> None:
        """In one script: every report told, the bell's entry gone; the bell rings again for what is left."""
        ...

    async def give_up_together(
        self, worker: str, delivery: Delivery, stories: Sequence[str], why: str, now: datetime
    ) -> None:
        """The same for what the platform does not take: a dead letter for each report."""
        ...

    async def skip_together(
        self, worker: str, delivery: Delivery, stories: Sequence[str], now: datetime
    ) -> None:
        """The same for what nobody wants to be told any more: no record is left of it."""
        ...

    async def freeze(self, now: datetime) -> bool:
        """Stop everything that goes out, in all processes, within a second. False: it was stopped already."""
        ...

    async def unfreeze(self, now: datetime, *, discard: bool) -> datetime | None:
        """Go on; since when it had been stopped, None when it had not. `discard`: what waited is not told."""
        ...

    async def frozen(self) -> Freeze: ...

    async def ring(self, chat: str, due: datetime) -> bool:
        """What the chat is told together is due then and not before. False: nothing waits."""
        ...

    async def wake(self, now: datetime, limit: int) -> int:
        """Move delayed deliveries whose time has come back to their streams; how many."""
        ...

    async def next_due(self) -> datetime | None: ...
    async def lease(self, name: str, holder: str, lifetime: timedelta) -> bool:
        """Take or renew an exclusive lease."""
        ...

    async def release(self, name: str, holder: str) -> None: ...
    async def depth(self) -> dict[str, int]:
        """Queue name -> entries, for metrics and health."""
        ...


# --- web inbox ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """One card on a web page: which story, never its text."""

    id: str
    story: str


class Inbox(Protocol):
    """What chats without a platform of their own have been sent."""

    async def put(self, chat: str, story: str) -> str:
        """Add a card and ring the bell; the item's id."""
        ...

    async def touch(self, chat: str, item: str, story: str) -> None:
        """Say that a card changed and ring the bell."""
        ...

    async def items(self, chat: str, limit: int) -> list[InboxItem]:
        """The last cards, oldest first."""
        ...

    def bells(self) -> AsyncIterator[tuple[str, InboxItem]]:
        """(chat key, item) as they ring, until the iterator is closed. Survives store outages."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """All of it, as `bot.app` builds it."""

    sources: Sources
    archive: Archive
    chats: Chats
    filters: FollowedFilters
    packs: Packs
    people: People
    outbox: Outbox
    inbox: Inbox
    ping: Callable[[], Awaitable[None]] = field(repr=False)

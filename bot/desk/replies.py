"""What the desk can answer: one type for each thing there is to say, no words.

`handlers.text.replies` has a sentence for every one of them, in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.desk.requests import Verb
from bot.errors import BadFilter, FeedTrouble
from bot.model import (
    Article,
    ChatKind,
    Entry,
    Evidence,
    Hold,
    Language,
    Match,
    Miss,
    Mute,
    Muted,
    Origin,
    Platform,
    Settings,
    Story,
    Subscription,
    Versions,
)


class Audience(StrEnum):
    """Who may read an answer in a chat of several people."""

    PERSONAL = "personal"  #: the person who asked: goes to the private chat, or is ephemeral
    SHARED = "shared"  #: nothing in it tells what anybody follows


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer:
    """A reply together with what is needed to word and place it."""

    reply: Reply
    settings: Settings  #: in whose language and zone to say it
    audience: Audience = Audience.PERSONAL


# --- finding one's way --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """`/start`."""

    returning: bool  #: the chat follows something already


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """`/help`, `/help subscribe`. `verb` None: the overview."""

    verb: Verb | None
    moderator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCommand:
    """Nothing is called that."""

    typed: str
    nearest: Verb | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainText:
    """Somebody wrote to the bot without a command. `query` is set when it would work as a filter."""

    query: str | None


class Barrier(StrEnum):
    """Why somebody may not do something."""

    NEEDS_ADMIN = "needs_admin"  #: only admins of this chat
    NEEDS_MODERATOR = "needs_moderator"  #: only moderators of the bot
    PRIVATE_ONLY = "private_only"  #: works in a private chat only


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed:
    verb: Verb
    barrier: Barrier


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The command lacks its argument, and there is nothing to choose from."""

    verb: Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """The store does not answer; nothing was changed."""


# --- subscriptions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRefused:
    """The filter as typed cannot be used."""

    verb: Verb
    typed: str
    problem: BadFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseFilter:
    """`/subscribe` alone: offer some to begin with."""

    suggestions: tuple[str, ...]  #: queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a change of a filter or pack does to the last reports."""

    gained: int  #: reports that only the new query finds
    lost: int  #: reports that only the old one found
    newest_gained: tuple[Article, ...]  #: at most three
    newest_lost: tuple[Article, ...]  #: at most three


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a filter would have found of the last texts in the archive."""

    matched: int
    looked_at: int
    by_language: tuple[tuple[Language, int], ...]
    newest: tuple[Article, ...]  #: at most three


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    subscription: Subscription
    already: bool  #: the chat followed exactly this before
    follows: bool  #: the newest report that matches is on its way, as an ordinary alert
    trial: Trial | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TooMany:
    """The chat has as many subscriptions as one chat may have."""

    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    subscriptions: tuple[Subscription, ...]
    versions: Versions
    kind: ChatKind
    timing: Timing | None = None  #: when the chat is told, where that is not at once


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseSubscription:
    """`/unsubscribe` or `/filter` alone: which one? Empty: the chat follows nothing."""

    verb: Verb
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribed:
    removed: tuple[Subscription, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchNumber:
    typed: str
    verb: Verb
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChanged:
    """`back`: the token that takes the change back; "" when there is nothing to take back."""

    number: int
    before: str
    after: str  #: equal to `before` when nothing changed
    follows: bool  #: the newest report that matches is on its way, as an ordinary alert
    difference: Difference | None = None
    back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToSave:
    """`/filter save`: another filter was tried since, the filter was changed since, or none was tried."""


class NameMistake(StrEnum):
    """Why a filter cannot be called that."""

    BAD = "bad"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRefused:
    """`/filter name 2 NAME`: the name cannot be used."""

    typed: str
    mistake: NameMistake
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterNamed:
    """`/filter name 2 NAME`: done; without a name the old one is taken away."""

    subscription: Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterTested:
    """What a filter would have matched: `/filter test QUERY`, and `/filter 2 QUERY` in the place of filter 2.

    `token`: what saves it; "" where the chat has no record to keep it in.
    """

    query: str
    trial: Trial
    token: str = ""
    instead: Subscription | None = None  #: the filter that it was compared with ...
    difference: Difference | None = None  #: ... and how they differ


# --- why ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one subscription says of one article.

    `read_from`: for the labels that were met (countries, topics, kind, human-rights news), the words of the
    article that they were read from: `Evidence(term="country:AZ", found="Bakıda", field="title", at=0)`.
    """

    subscription: Subscription
    article: Article
    decision: Match | Miss
    read_from: tuple[Evidence, ...] = ()


class Stage(StrEnum):
    """How far a report came on its way to a chat that asks about it."""

    MUTED = "muted"  #: the chat has muted its source, its topic, or it
    NOT_SENT = "not_sent"  #: no filter wanted it when it came, or it was there before them
    HELD = "held"  #: told later, together with others; see `hold`
    QUEUED = "queued"
    SENDING = "sending"
    TOLD = "told"
    GIVEN_UP = "given_up"  #: the platform would not take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a report came, or did not. `verdicts`: the best one for each subscription."""

    story: Story
    stage: Stage
    verdicts: tuple[Verdict, ...]
    hold: Hold | None = None  #: for HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """`/more`: every article that tells a report."""

    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToExplain:
    """No such report: `typed` is not in the archive, or this chat has had no alert yet (typed empty)."""

    typed: str


# --- the archive --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestShown:
    """`/latest`: newest first. `followed`: only what the chat follows; else all human-rights news."""

    stories: tuple[Story, ...]
    followed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`/search`: one page of what a filter finds."""

    typed: str  #: the filter as typed, without the page
    query: str
    stories: tuple[Story, ...]
    matched: int  #: texts
    looked_at: int  #: texts
    page: int
    first: int  #: number of its first report, from 1 on
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """`/case`: one page of the reports that name somebody, newest first."""

    name: str  #: as typed
    stories: tuple[Story, ...]
    total: int  #: reports on all pages
    looked_at: int  #: texts
    page: int
    first: int  #: number of its first report, from 1 on
    more: bool
    spellings: tuple[str, ...]  #: in which the archive has the name
    follow: str | None  #: a filter that finds all of them
    followed: bool  #: the chat has this filter


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseCase:
    """`/case Anar`: several people are called so."""

    name: str
    people: tuple[str, ...]  #: full names
    looked_at: int


# --- settings and data --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageShown:
    """`/lang` alone, or with something that is no choice (`typed`)."""

    versions: Versions
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSet:
    versions: Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """`/digest`, `/quiet`, `/pause`, `/resume`, `/zone`: when the chat is told, after the command."""

    verb: Verb
    settings: Settings
    now: datetime
    changed: bool = False
    mistake: str = ""  #: what was typed, where it was not understood
    waiting: int = 0  #: reports that are held back
    due: datetime | None = None  #: when they come; None: now
    paused: bool = False
    endless: bool = False  #: the pause has no end of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class MutesShown:
    """`/mute`, `/unmute`: what is muted now. `changed`: what the command muted (`muted`) or unmuted."""

    mutes: tuple[Mute, ...]
    changed: Mute | None = None
    muted: bool = False
    unmuted_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteChoices:
    """`/mute LINK`: what of this report could be muted."""

    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteRefused:
    """There is no such source, topic or report. `what` None: it was not understood at all."""

    verb: Verb
    typed: str
    what: Muted | None = None
    nearest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MyData:
    """Everything held about the chat."""

    platform: Platform
    held: bool
    settings: Settings
    subscriptions: tuple[Subscription, ...]
    receipts: int
    receipt_days: int
    inbox: int
    moderator: bool
    waiting: int = 0  #: reports that are held back for a digest or the end of quiet hours or a pause
    draft: str = ""  #: the filter that was tried and not saved; "" when there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """`/forget`: done. `held` False: there was nothing."""

    held: bool


# --- sources ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source as `/sources` and `/source list` show it."""

    key: str
    title: str
    lang: Language | None
    paused: bool
    last_success: datetime | None
    trouble: FeedTrouble | None
    broken_since: datetime | None
    detail: str  #: empty for subscribers
    url: str  #: empty for subscribers: a private feed's address is nobody's business
    origin: Origin
    held: int = 0  #: old entries that it showed as new, which were not sent; 0 for subscribers
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """A time in which no source was asked, and how many reports of it were found afterwards."""

    since: datetime
    until: datetime
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesListed:
    sources: tuple[SourceLine, ...]
    moderator: bool
    gaps: tuple[GapLine, ...] = ()  #: of the last days, newest first; for moderators


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAdded:
    key: str
    title: str
    entries: int  #: how many the feed shows now; they are remembered, not sent


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTested:
    url: str
    title: str
    entries: tuple[Entry, ...]  #: the newest, at most three
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesExported:
    """`/source export`: every source as an OPML document."""

    count: int
    document: str


class SourceMistake(StrEnum):
    BAD_ADDRESS = "bad_address"  #: not an http(s) address
    REFUSED_ADDRESS = "refused_address"  #: our guard does not allow it
    KEY_TAKEN = "key_taken"
    BAD_KEY = "bad_key"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_ACTION = "unknown_action"
    CONFIGURED = "configured"  #: comes from the configuration file and is changed there
    FEED_TROUBLE = "feed_trouble"  #: see `trouble`
    BAD_LIST = "bad_list"  #: not an OPML document, or one that cannot be fetched; see `trouble`


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRefused:
    mistake: SourceMistake
    typed: str
    trouble: FeedTrouble | None = None
    detail: str = ""
    nearest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesImported:
    """`/source import`: what became of the feeds of a list."""

    added: tuple[SourceAdded, ...]
    known: int  #: feeds that are sources already
    refused: tuple[SourceRefused, ...]
    left: int = 0  #: feeds beyond what one command takes; the same command again takes them


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePaused:
    key: str
    paused: bool


# --- packs --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """One pack. `included`: how many followed filters include it, never whose."""

    name: str
    query: str
    included: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PacksListed:
    packs: tuple[PackLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCompared:
    """What a pack finds of the last reports, beside what it found before (None: there was none)."""

    name: str
    before: str | None
    after: str
    saved: bool
    included: int  #: followed filters that the change reaches
    matched: int
    looked_at: int
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRemoved:
    name: str
    query: str


class PackMistake(StrEnum):
    UNKNOWN_PACK = "unknown_pack"
    UNKNOWN_ACTION = "unknown_action"
    BAD_NAME = "bad_name"
    INCLUDED = "included"  #: filters or packs include it


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRefused:
    mistake: PackMistake
    typed: str
    nearest: str | None = None
    included: int = 0


# --- reports, for moderators --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Why two articles of a report, counted from 1, were taken for one."""

    a: int
    b: int
    percent: int | None  #: how sure; None: the publisher says so
    evidence: tuple[str, ...] = ()  #: names and figures that they share, as the texts have them


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryShown:
    """`/story show`: what was taken for one report, and by what."""

    story: Story
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySplit:
    """`/story split`: the article is a report of its own; the others stay one."""

    article: Article
    others: tuple[Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoriesJoined:
    story: Story


class StoryMistake(StrEnum):
    NOT_FOUND = "not_found"
    ALONE = "alone"  #: nothing to split it from
    ONE_ALREADY = "one_already"
    UNKNOWN_ACTION = "unknown_action"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRefused:
    mistake: StoryMistake
    typed: str


# --- everything stopped, for moderators ---------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeShown:
    """`/freeze`, `/unfreeze`: whether everything is stopped, and what waits."""

    since: datetime | None  #: None: it is not stopped
    changed: bool  #: by this command
    waiting: int  #: deliveries that wait
    reports: int  #: articles that came since
    newest: tuple[Article, ...]  #: at most three of them
    discarded: bool = False  #: what waited is not told any more


# --- moderators ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratorJoined:
    already: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRefused:
    """The code is unknown, used or too old."""


Reply = (
    Welcome
    | Help
    | UnknownCommand
    | PlainText
    | NotAllowed
    | Missing
    | Away
    | FilterRefused
    | ChooseFilter
    | Subscribed
    | TooMany
    | Listed
    | ChooseSubscription
    | Unsubscribed
    | NoSuchNumber
    | FilterChanged
    | FilterTested
    | NothingToSave
    | NameRefused
    | FilterNamed
    | Why
    | NothingToExplain
    | Coverage
    | LatestShown
    | Found
    | CaseShown
    | ChooseCase
    | LanguageShown
    | LanguageSet
    | Timing
    | MutesShown
    | MuteChoices
    | MuteRefused
    | MyData
    | Forgotten
    | SourcesListed
    | SourceAdded
    | SourceTested
    | SourceRefused
    | SourcePaused
    | SourcesExported
    | SourcesImported
    | PacksListed
    | PackCompared
    | PackRemoved
    | PackRefused
    | StoryShown
    | StorySplit
    | StoriesJoined
    | StoryRefused
    | FreezeShown
    | ModeratorJoined
    | InvitationRefused
)

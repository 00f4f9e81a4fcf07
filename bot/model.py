"""The things that travel through the flow, one type for each meaning.

Everything here is a frozen value; every datetime is aware and in UTC. This module imports nothing
of ours, and everything of ours may import it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum


class Language(StrEnum):
    """The language of one text, as `bot.reading` tells it."""

    AZ = "az"
    EN = "en"
    TR = "tr"
    RU = "ru"
    OTHER = "other"
    UND = "und"  # could not be told


class Kind(StrEnum):
    """What sort of document an article is."""

    REPORT = "report"
    URGENT_ACTION = "urgent_action"
    JUDGMENT = "judgment"
    STATEMENT = "statement"
    NEWS = "news"


class Topic(StrEnum):
    """The fixed keys of what a report is about."""

    POLITICAL_PRISONERS = "political_prisoners"
    TORTURE_ILL_TREATMENT = "torture_ill_treatment"
    MEDIA_FREEDOM = "media_freedom"
    FREEDOM_OF_ASSEMBLY = "freedom_of_assembly"
    FREEDOM_OF_ASSOCIATION_NGO = "freedom_of_association_ngo"
    ELECTIONS = "elections"
    GENDER_BASED_VIOLENCE = "gender_based_violence"
    MINORITIES_DISCRIMINATION = "minorities_discrimination"
    REFUGEES_DISPLACEMENT = "refugees_displacement"
    ARMED_CONFLICT_WAR_CRIMES = "armed_conflict_war_crimes"
    SURVEILLANCE_PRIVACY = "surveillance_privacy"
    CORRUPTION_RIGHTS = "corruption_rights"
    FAIR_TRIAL = "fair_trial"
    RELIGION = "religion"
    LGBTQI = "lgbtqi"
    LABOUR_RIGHTS = "labour_rights"
    DEATH_PENALTY = "death_penalty"
    ENFORCED_DISAPPEARANCE = "enforced_disappearance"
    CHILDREN = "children"
    ENVIRONMENT_LAND = "environment_land"


# --- feeds: Source -> Entry ---------------------------------------------------------------------


class Origin(StrEnum):
    """Who put a source into the catalogue; only the configuration file may lift protections."""

    CONFIG = "config"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed that we poll."""

    key: str  #: short name, `[a-z0-9-]{1,40}`, as typed in `source:`
    title: str  #: the outlet's name as readers know it
    url: str
    lang: Language | None = None  #: declared language, a prior for the detector
    country: str | None = None  #: where the outlet sits (ISO 3166-1 alpha-2); never evidence by itself
    rights: bool = False  #: everything it publishes is human-rights news
    fetch_page: bool = True  #: look once at each new entry's page for its other language version
    allow_private: bool = False  #: may live on a non-public address; configuration file only
    interval: timedelta = timedelta(minutes=10)
    origin: Origin = Origin.CONFIG
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed said about one item, normalised but not yet understood."""

    source: str  #: key of the source
    id: str  #: identity inside the archive, see `bot.feeds.identity`
    link: str | None  #: absolute http(s) address, tracking parameters removed
    guid: str | None
    title: str  #: plain text, at most 512 code points
    text: str  #: plain text of the fullest body the feed carries, paragraphs on lines of their own
    published: datetime | None
    updated: datetime | None = None
    lang: str | None = None  #: the language the feed declares, as it spells it
    alternates: tuple[tuple[str, str], ...] = ()  #: (language, address) pairs the feed itself links
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an entry's own page said about itself."""

    url: str  #: where the request ended after redirects
    lang: str | None = None
    canonical: str | None = None
    alternates: tuple[tuple[str, str], ...] = ()  #: (hreflang, absolute address)
    image: str | None = None
    previous: str | None = None
    next: str | None = None
    text: str = ""  #: the article's text without menus and sidebars


# --- reading: Entry -> Article ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text in one language that we have read."""

    id: str
    source: str  #: key of the source
    outlet: str  #: the source's title
    url: str | None
    title: str
    text: str
    lang: Language
    countries: tuple[str, ...] = ()  #: what it is about, main first (ISO 3166-1 alpha-2)
    mentions: tuple[str, ...] = ()  #: countries that only occur in it
    human_rights: bool = False
    topics: tuple[Topic, ...] = ()
    kind: Kind = Kind.NEWS
    summary: tuple[str, ...] = ()  #: sentences, each a substring of `text`
    published: datetime  #: the outlet's date, or when we first saw it if it gave none or a future one
    seen: datetime  #: when we first saw it
    alternates: tuple[tuple[str, str], ...] = ()  #: (language, address) of its other versions
    canonical: str | None = None
    image: str | None = None


# --- stories: Article -> Story ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One report: one article or several, in one language or two. `articles` is in order of arrival."""

    id: str
    articles: tuple[Article, ...]
    continues: str = ""  #: id of the earlier story whose case it goes on with; "" where there is none known


# --- filters: Story -> Match | Miss -------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for a match: which term met what, and where."""

    term: str  #: the term as the filter spells it
    found: str  #: the words or label that met it
    field: str  #: "title", "text", "country", "lang", "source", "topic", "kind", "rights"
    at: int | None = None  #: code-point offset in that field; None for labels


class MissReason(StrEnum):
    """Why a filter did not want an article. The same values reach `/why`, logs and metrics."""

    RIGHTS = "rights"  #: not human-rights news, and the filter asks for it
    COUNTRY = "country"
    MENTIONS = "mentions"
    LANGUAGE = "language"
    SOURCE = "source"
    TOPIC = "topic"
    KIND = "kind"
    WORDS = "words"  #: a required word or phrase does not occur
    EXCLUDED = "excluded"  #: a `-term` occurs


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The filter wants the article."""

    why: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """The filter does not want the article; `term` is the first term that decided it."""

    reason: MissReason
    term: str


# --- chats --------------------------------------------------------------------------------------


class Platform(StrEnum):
    """Where a chat lives."""

    TELEGRAM = "telegram"
    SLACK = "slack"
    WEB = "web"


class ChatKind(StrEnum):
    """How many people read a chat, which decides who may change it and what may be shown in it."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Address:
    """Where to deliver. Never logged: its `repr` shows the platform only."""

    platform: Platform
    chat: str  #: Telegram chat id; Slack "team:channel"; web session token
    thread: str | None = None  #: Telegram forum topic
    kind: ChatKind = ChatKind.PRIVATE

    def __repr__(self) -> str:
        return f"Address({self.platform.value}, …)"


class Versions(StrEnum):
    """Which language version of a report a chat wants to read, as set by `/lang`."""

    AZ = "az"
    EN = "en"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTime:
    """When a chat is told everything together: every day, or on one day of the week."""

    minute: int  #: of the day, local: 480 is 08:00
    weekday: int | None = None  #: 0 is Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours in which nothing new is sent; local minutes of the day, `end` may lie on the next day."""

    start: int
    end: int


class Muted(StrEnum):
    """What can be muted; the value is the field as typed: `source:turan`."""

    SOURCE = "source"
    TOPIC = "topic"
    STORY = "story"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """What a chat does not want to be told, whatever its filters find."""

    what: Muted
    value: str  #: key of the source, key of the topic, id of the story


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a chat has chosen."""

    interface: Language = Language.EN  #: language of the bot's own sentences: AZ or EN
    versions: Versions = Versions.BOTH
    zone: str = "Asia/Baku"  #: IANA time zone
    digest: DigestTime | None = None  #: None: every report at once
    quiet: Quiet | None = None
    urgent_at_once: bool = False  #: urgent actions pass quiet hours and digests
    paused_until: datetime | None = None
    mutes: tuple[Mute, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One filter that a chat follows. `number` is what `/list` shows and `/unsubscribe` takes."""

    number: int
    query: str  #: the filter in canonical spelling, see `bot.filters.grammar`
    name: str = ""  #: what the chat calls it; may be typed instead of the number


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A filter that was tried and not saved yet. A chat has one; the next trial replaces it."""

    token: str  #: what the button that saves it says, so that an older button is known as such
    query: str  #: canonical
    number: int | None = None  #: the subscription whose filter it would replace; None: a new one
    instead_of: str = ""  #: that subscription's filter when this was tried
    saved_as: str = ""  #: token of the save that this takes back; "" for a trial


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Chat:
    """Everything we hold about one chat. Stored sealed under `key`, its keyed index."""

    key: str
    address: Address
    settings: Settings = field(default_factory=Settings)
    subscriptions: tuple[Subscription, ...] = ()
    silent_since: datetime | None = None  #: set when the platform said the chat is gone
    next_number: int = 1
    draft: Draft | None = None

    def __repr__(self) -> str:
        return f"Chat({self.address.platform.value}, …)"


# --- alerts and delivery: Match -> Alert -> Outcome ---------------------------------------------


class AlertKind(StrEnum):
    """What a delivery does to the chat."""

    NEW = "new"
    EDIT = "edit"
    CORRECTION = "correction"
    DIGEST = "digest"  #: everything that was held back for the chat, together


class Hold(StrEnum):
    """Why a report is told later, together with others. The same values reach `/why`, logs and metrics."""

    DIGEST = "digest"
    QUIET = "quiet"
    PAUSED = "paused"
    LATE = "late"  #: it waited for a day already
    MANY = "many"  #: more than three for one chat at once


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Past:
    """An earlier report that a chat was told. `receipt`: of the message that told it, if still known."""

    story: Story
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Alert:
    """A promise to one chat, platform-neutral; the platform's renderer turns it into requests."""

    kind: AlertKind
    story: Story
    settings: Settings
    past: Past | None = None  #: what the chat was told of the same case before

    def __repr__(self) -> str:
        return f"Alert({self.kind.value}, {self.story.id})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Digest:
    """Several reports in one message, oldest first."""

    alerts: tuple[Alert, ...]
    settings: Settings
    late: frozenset[str] = frozenset()  #: ids of the stories that waited for longer than they should
    more: int = 0  #: reports that follow in the next message

    def __repr__(self) -> str:
        return f"Digest({len(self.alerts)})"


class Skip(Enum):
    """Why a story was not told to a chat although a filter wanted it. The value is the machine name."""

    BASELINE = "baseline"  #: the feed was new; its backlog is remembered, not sent
    ALREADY_TOLD = "already_told"
    FORGOTTEN = "forgotten"  #: the chat erased its data
    SILENT = "silent"  #: the platform says the chat is gone
    UNSUBSCRIBED = "unsubscribed"  #: the chat dropped the filter between match and send
    MUTED = "muted"  #: the chat has muted its source, its topic, or it
    DISCARDED = "discarded"  #: a moderator stopped everything, and discarded what waited meanwhile
    EXPIRED = "expired"  #: the story left the archive before it could be told


class Scope(StrEnum):
    """How much a platform's "later" holds up."""

    CHAT = "chat"
    BOT = "bot"


class Trouble(StrEnum):
    """The closed set of what can be wrong with a delivery; reaches logs, metrics and `/why`."""

    RATE_LIMITED = "rate_limited"
    NETWORK = "network"  #: no connection: the platform never saw the request
    AMBIGUOUS = "ambiguous"  #: the reply was lost: the platform may have taken the message
    PLATFORM_ERROR = "platform_error"  #: 5xx and unknown answers
    NO_RIGHTS = "no_rights"  #: the bot may not write there at present
    CHAT_NOT_FOUND = "chat_not_found"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - a reason, not a secret
    CONFLICT = "conflict"  #: another instance uses the same token
    BLOCKED = "blocked"  #: the person blocked the bot
    KICKED = "kicked"  #: the bot was removed from the group or channel
    DEACTIVATED = "deactivated"  #: the account or workspace no longer exists
    ARCHIVED = "archived"
    TOO_LONG = "too_long"
    MALFORMED = "malformed"  #: the platform did not accept what we built: our defect
    NOT_EDITABLE = "not_editable"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sent:
    """The platform said yes. `receipt` is its message id, opaque to the engine.

    `each`: of a digest whose reports became messages of their own, their ids in order.
    """

    receipt: str
    each: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """Not now. `after` is the platform's own wish when it gave one."""

    why: Trouble
    after: timedelta | None = None
    scope: Scope = Scope.CHAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The chat has a new address for good (a Telegram group became a supergroup)."""

    to: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The chat cannot be reached any more: stop at once, erase after a grace period."""

    why: Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """This one message cannot be delivered; the chat is fine."""

    why: Trouble


Outcome = Sent | TryLater | Moved | Gone | Refused

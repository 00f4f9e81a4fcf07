"""What can be asked, and the command names by which people ask it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model import Address, Language


class Verb(StrEnum):
    """The commands. The value is the name that is typed after `/`."""

    START = "start"
    HELP = "help"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    LIST = "list"
    FILTER = "filter"
    WHY = "why"
    MORE = "more"
    LATEST = "latest"
    SEARCH = "search"
    CASE = "case"
    LANG = "lang"
    DIGEST = "digest"
    QUIET = "quiet"
    PAUSE = "pause"
    RESUME = "resume"
    ZONE = "zone"
    MUTE = "mute"
    UNMUTE = "unmute"
    SOURCES = "sources"
    MYDATA = "mydata"
    FORGET = "forget"
    SOURCE = "source"  #: moderators: add, test, list, pause, resume
    PACK = "pack"  #: moderators: list, show, test, set, remove
    STORY = "story"  #: moderators: show, split, join
    FREEZE = "freeze"  #: moderators: stop everything that goes out
    UNFREEZE = "unfreeze"
    MODERATOR = "moderator"  #: redeem an invitation


#: Other spellings that work everywhere; Telegram allows `[a-z0-9_]` only, hence ASCII.
ALIASES: dict[str, Verb] = {
    "sub": Verb.SUBSCRIBE,
    "add": Verb.SUBSCRIBE,
    "abune": Verb.SUBSCRIBE,
    "unsub": Verb.UNSUBSCRIBE,
    "remove": Verb.UNSUBSCRIBE,
    "legv": Verb.UNSUBSCRIBE,
    "siyahi": Verb.LIST,
    "filtr": Verb.FILTER,
    "paket": Verb.PACK,
    "niye": Verb.WHY,
    "daha": Verb.MORE,
    "son": Verb.LATEST,
    "axtar": Verb.SEARCH,
    "is": Verb.CASE,
    "dil": Verb.LANG,
    "icmal": Verb.DIGEST,
    "sakit": Verb.QUIET,
    "fasile": Verb.PAUSE,
    "davam": Verb.RESUME,
    "qursaq": Verb.ZONE,
    "timezone": Verb.ZONE,
    "sustur": Verb.MUTE,
    "susturma": Verb.UNMUTE,
    "dondur": Verb.FREEZE,
    "donu_ac": Verb.UNFREEZE,
    "menbeler": Verb.SOURCES,
    "wipe": Verb.FORGET,
    "unut": Verb.FORGET,
    "komek": Verb.HELP,
}

#: Verbs that change a chat: in groups and channels for its admins only.
CHANGES = frozenset(
    {
        *(Verb.SUBSCRIBE, Verb.UNSUBSCRIBE, Verb.FILTER, Verb.LANG, Verb.FORGET),
        *(Verb.DIGEST, Verb.QUIET, Verb.PAUSE, Verb.RESUME, Verb.ZONE),
        *(Verb.MUTE, Verb.UNMUTE),
    }
)

#: Verbs for bot moderators.
MODERATION = frozenset({Verb.SOURCE, Verb.PACK, Verb.STORY, Verb.FREEZE, Verb.UNFREEZE})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Request:
    """One command, or one button press, which is the same thing."""

    person: str  #: the platform's user id; becomes a keyed index at once
    chat: Address  #: the chat that it is about
    asked_in: Address  #: where it was typed; differs when a channel is managed from a private chat
    text: str  #: as typed, "/subscribe torture country:AZ"; the slash is optional
    may_change: bool  #: the platform says that this person may change `chat`
    hint: Language = Language.EN  #: the language of the person's client: AZ or EN
    zone: str | None = None  #: the person's IANA zone where the platform tells
    update: str | None = None  #: the platform's id of this request: its effect happens once
    story: str | None = None  #: the story of a pressed card
    receipt: str | None = None  #: the platform's id of the message that was replied to

    def __repr__(self) -> str:
        return f"Request({self.chat.platform.value}, …)"

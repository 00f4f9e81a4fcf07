"""The commands as menus and help show them: what each is for, and who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.desk.requests import Verb
from bot.model import Language
from handlers.text.catalogue import N_, translator

SUMMARIES: dict[Verb, str] = {
    Verb.START: N_("what this bot does"),
    Verb.HELP: N_("all commands, or one of them explained"),
    Verb.SUBSCRIBE: N_("follow reports that match a filter"),
    Verb.UNSUBSCRIBE: N_("stop following a filter"),
    Verb.LIST: N_("the filters that this chat follows"),
    Verb.FILTER: N_("change a filter, or try one out"),
    Verb.WHY: N_("why a report came, or did not come"),
    Verb.MORE: N_("every article that tells a report"),
    Verb.LATEST: N_("the last reports in the archive"),
    Verb.SEARCH: N_("search the archive"),
    Verb.CASE: N_("every report that names a person"),
    Verb.LANG: N_("the language of reports and of this bot"),
    Verb.DIGEST: N_("all reports together, once a day or a week"),
    Verb.QUIET: N_("hours in which nothing is sent"),
    Verb.PAUSE: N_("stop reports for a while; none is lost"),
    Verb.RESUME: N_("end a pause"),
    Verb.ZONE: N_("the time zone of this chat"),
    Verb.MUTE: N_("leave out a source, a topic or one report"),
    Verb.UNMUTE: N_("let something muted come again"),
    Verb.SOURCES: N_("the sources and whether they answer"),
    Verb.MYDATA: N_("everything held about this chat"),
    Verb.FORGET: N_("erase everything held about this chat"),
    Verb.SOURCE: N_("add, test, pause and resume sources"),
    Verb.PACK: N_("parts of filters that many chats share"),
    Verb.STORY: N_("split and join reports that were linked"),
    Verb.FREEZE: N_("stop everything that goes out, at once"),
    Verb.UNFREEZE: N_("look at what waits, and go on sending"),
    Verb.MODERATOR: N_("redeem an invitation to moderate"),
}

#: Examples of filters, in words that occur in the reader's own language.
EXAMPLE = N_("torture country:AZ")
OTHER_EXAMPLE = N_("torture country:TR")


class Menu(StrEnum):
    """Who is looking at the list of commands."""

    PRIVATE = "private"  #: a private chat
    ADMINS = "admins"  #: the admins of a group or channel
    MODERATORS = "moderators"  #: a private chat with a moderator of the bot


_EVERYBODY = (
    Verb.SUBSCRIBE,
    Verb.LIST,
    Verb.UNSUBSCRIBE,
    Verb.FILTER,
    Verb.WHY,
    Verb.MORE,
    Verb.LATEST,
    Verb.SEARCH,
    Verb.CASE,
    Verb.LANG,
    Verb.DIGEST,
    Verb.QUIET,
    Verb.PAUSE,
    Verb.RESUME,
    Verb.ZONE,
    Verb.MUTE,
    Verb.UNMUTE,
    Verb.SOURCES,
    Verb.MYDATA,
    Verb.FORGET,
    Verb.HELP,
)

MENUS: dict[Menu, tuple[Verb, ...]] = {
    Menu.PRIVATE: _EVERYBODY,
    Menu.ADMINS: _EVERYBODY,
    Menu.MODERATORS: (*_EVERYBODY, Verb.SOURCE, Verb.PACK, Verb.STORY, Verb.FREEZE, Verb.UNFREEZE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line of a menu: `name` without the slash, `description` of at most 256 characters."""

    name: str
    description: str


def menu(lang: Language, who: Menu) -> tuple[Command, ...]:
    """The commands that `who` sees, in the order in which they are met."""
    t = translator(lang)
    return tuple(Command(name=verb.value, description=t._(SUMMARIES[verb])) for verb in MENUS[who])

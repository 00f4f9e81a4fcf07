"""`/digest`, `/quiet`, `/pause`, `/resume`, `/zone`: when a chat is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from bot.alerts.holding import held_until
from bot.desk.chats import fresh_chat
from bot.desk.ports import Ports
from bot.desk.replies import Reply, Timing
from bot.desk.requests import Request, Verb
from bot.language.letters import fold
from bot.model import DigestTime, Quiet, Settings

OFF = frozenset({"off", "sondur", "yox", "legv"})
ON = frozenset({"on", "he", "yandir"})
DAILY = frozenset({"daily", "gundelik", "her gun"})
WEEKLY = frozenset({"weekly", "heftelik"})
URGENT = frozenset({"urgent", "tecili"})
FOREVER = frozenset({"all", "hamisi", "forever", "hemise"})

#: A pause without an end: a moment that no clock here reaches.
NO_END = datetime(9999, 1, 1, tzinfo=UTC)
LONGEST_PAUSE = timedelta(days=366)

_DAYS = (
    ("monday", "mon", "bazar ertesi", "be"),
    ("tuesday", "tue", "cersenbe axsami", "ca"),
    ("wednesday", "wed", "cersenbe", "c"),
    ("thursday", "thu", "cume axsami", "cu a"),
    ("friday", "fri", "cume", "cu"),
    ("saturday", "sat", "senbe", "s"),
    ("sunday", "sun", "bazar", "b"),
)
WEEKDAYS = {name: day for day, names in enumerate(_DAYS) for name in names}
_UNITS = {
    **dict.fromkeys(("m", "min", "deq", "deqiqe", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "saat", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "gun", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "hefte", "week", "weeks"), timedelta(days=7)),
}
_TIME = re.compile(r"([01]?\d|2[0-4])(?:[:.]([0-5]\d))?")
_SPAN = re.compile(r"(\d{1,4})\s*([^\W\d_]+)")
_RANGE = re.compile(r"\s*(?:-|–|—)\s*")

Change = Callable[[Settings], Settings]


async def answer(ports: Ports, request: Request, verb: Verb, argument: str) -> Reply:
    """Show how it is, or change it; whatever waited and need not wait any more comes at once."""
    now = ports.clock.now()
    typed = folded(verb, argument)
    if not typed and verb is not Verb.RESUME:
        chat = await ports.store.chats.get(request.chat)
        settings = chat.settings if chat else fresh_chat(ports, request).settings
        return await _timing(ports, request, verb, settings, now)
    change = READ[verb](typed, now)
    if change is None:
        chat = await ports.store.chats.get(request.chat)
        settings = chat.settings if chat else fresh_chat(ports, request).settings
        return await _timing(ports, request, verb, settings, now, mistake=argument)
    changed = await ports.store.chats.update(
        request.chat,
        lambda chat: replace(chat, settings=change(chat.settings)),
        fresh=fresh_chat(ports, request),
    )
    held = held_until(changed.settings, now)
    await ports.store.outbox.ring(changed.key, held[0] if held else now)
    return await _timing(ports, request, verb, changed.settings, now, changed=True)


def folded(verb: Verb, argument: str) -> str:
    """What was typed, as the readers below take it."""
    return argument.strip() if verb is Verb.ZONE else " ".join(fold(argument).split())


async def _timing(
    ports: Ports,
    request: Request,
    verb: Verb,
    settings: Settings,
    now: datetime,
    *,
    changed: bool = False,
    mistake: str = "",
) -> Timing:
    waiting = await ports.store.outbox.withheld(ports.store.chats.key_of(request.chat))
    held = held_until(settings, now)
    return Timing(
        verb=verb,
        settings=settings,
        now=now,
        changed=changed,
        mistake=mistake,
        waiting=len(waiting),
        due=held[0] if held else None,
        paused=settings.paused_until is not None and now < settings.paused_until,
        endless=settings.paused_until == NO_END,
    )


async def shown_in_list(ports: Ports, request: Request, settings: Settings) -> Timing | None:
    """When the chat is told, for `/list`; None: at once, and nothing waits."""
    found = await _timing(ports, request, Verb.LIST, settings, ports.clock.now())
    told_later = settings.digest is not None or settings.quiet is not None or found.paused
    return found if told_later or found.waiting else None


# --- what was typed; `typed` is folded. Each gives None for what it does not understand. ----------


def read_digest(typed: str, now: datetime) -> Change | None:
    """ "daily 08:00", "weekly mon 08:00", "off"."""
    if typed in OFF:
        return lambda settings: replace(settings, digest=None)
    words = typed.split()
    minute = read_time(words[-1]) if len(words) > 1 else None
    if minute is None or minute == 24 * 60:
        return None
    if " ".join(words[:-1]) in DAILY:
        return lambda settings: replace(settings, digest=DigestTime(minute=minute))
    weekday = WEEKDAYS.get(" ".join(words[1:-1]))
    if words[0] in WEEKLY and weekday is not None:
        return lambda settings: replace(settings, digest=DigestTime(minute=minute, weekday=weekday))
    return None


def read_quiet(typed: str, now: datetime) -> Change | None:
    """ "22-07", "22:30-07:00", "off", "urgent on", "urgent off"."""
    if typed in OFF:
        return lambda settings: replace(settings, quiet=None)
    first, _, rest = typed.partition(" ")
    if first in URGENT and rest in ON | OFF:
        return lambda settings: replace(settings, urgent_at_once=rest in ON)
    ends = _RANGE.split(typed)
    if len(ends) != 2:
        return None
    start, end = map(read_time, ends)
    if start is None or end is None or start % 1440 == end % 1440:
        return None
    return lambda settings: replace(settings, quiet=Quiet(start=start % 1440, end=end % 1440))


def read_pause(typed: str, now: datetime) -> Change | None:
    """ "2h", "3d", "90 min", "1 week", "all"."""
    if typed in OFF:
        return read_resume(typed, now)
    if typed in FOREVER:
        return lambda settings: replace(settings, paused_until=NO_END)
    found = _SPAN.fullmatch(typed)
    unit = _UNITS.get(found[2]) if found else None
    if found is None or unit is None:
        return None
    span = int(found[1]) * unit
    if not timedelta() < span <= LONGEST_PAUSE:
        return None
    return lambda settings: replace(settings, paused_until=now + span)


def read_resume(typed: str, now: datetime) -> Change | None:
    """Nothing is asked: the pause ends."""
    return lambda settings: replace(settings, paused_until=None)


def read_zone(typed: str, now: datetime) -> Change | None:
    """An IANA name in any case, or the city in it: "Asia/Baku", "baku", "new york", "Bakı"."""
    name = fold(typed).replace(" ", "_")
    zone = _zones().get(_CITIES.get(name, name))
    return None if zone is None else lambda settings: replace(settings, zone=zone)


def read_time(typed: str) -> int | None:
    """Minutes of the day of "8", "08:00" or "20.15"; 1440 for "24"."""
    found = _TIME.fullmatch(typed)
    if found is None:
        return None
    minute = int(found[1]) * 60 + int(found[2] or 0)
    return minute if minute <= 24 * 60 else None


#: Cities by what they are called in Azerbaijani, where that is not the zone's own name.
_CITIES = {
    "baki": "baku",
    "naxcivan": "baku",
    "gence": "baku",
    "bruksel": "brussels",
    "brussel": "brussels",
    "moskva": "moscow",
    "parij": "paris",
    "vasinqton": "new_york",
    "washington": "new_york",
    "ankara": "istanbul",
    "cenevre": "zurich",
    "geneva": "zurich",
    "vyana": "vienna",
    "varsava": "warsaw",
    "kiyev": "kyiv",
    "tehran": "tehran",
}


@cache
def _zones() -> dict[str, str]:
    """Folded name, and folded city where one zone alone has it -> IANA name."""
    names = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    zones = {fold(name): name for name in names}
    areas = ("Europe", "Asia", "America", "Africa", "Australia", "Atlantic", "Pacific", "Indian")
    for name in names:
        if name.partition("/")[0] in areas:
            zones.setdefault(fold(name.rpartition("/")[2]), name)
    return zones


READ: dict[Verb, Callable[[str, datetime], Change | None]] = {
    Verb.DIGEST: read_digest,
    Verb.QUIET: read_quiet,
    Verb.PAUSE: read_pause,
    Verb.RESUME: read_resume,
    Verb.ZONE: read_zone,
}

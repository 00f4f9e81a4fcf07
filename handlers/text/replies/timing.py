"""When a chat is told: digests, quiet hours, pauses, the time zone."""

from __future__ import annotations

from babel.dates import get_day_names

from bot.desk.replies import Timing
from bot.desk.requests import Verb
from bot.model import DigestTime
from handlers.text.catalogue import Translator
from handlers.text.message import Button, Line, Message
from handlers.text.replies.reader import Reader, paragraphs
from handlers.text.say import code, plain, press, rows, say
from handlers.text.times import city, clock, local_time, number

EXAMPLES = {
    Verb.DIGEST: "/digest daily 08:00",
    Verb.QUIET: "/quiet 22-07",
    Verb.PAUSE: "/pause 2h",
    Verb.RESUME: "/resume",
    Verb.ZONE: "/zone Asia/Baku",
}
ZONES = ("Asia/Baku", "Europe/Istanbul", "Europe/Brussels", "Europe/London", "America/New_York")


def timing(reply: Timing, reader: Reader) -> Message:
    t = reader.t
    lines: list[Line] = []
    if reply.mistake:
        lines = [
            say(t._("This was not understood: {typed}"), typed=code(reply.mistake)),
            say(t._("For example: {command}"), command=code(EXAMPLES[reply.verb])),
        ]
    match reply.verb:
        case Verb.DIGEST:
            told = [*_digest(reply.settings.digest, t), _zone(reply, t)]
        case Verb.QUIET:
            told = [*_quiet(reply, t), _zone(reply, t)]
        case Verb.ZONE:
            told = [_zone(reply, t)]
        case _:
            told = _pause(reply, t)
    return Message(lines=paragraphs(lines, told, _waiting(reply, t)), rows=_buttons(reply, t))


def summary(reply: Timing, reader: Reader) -> list[Line]:
    """When the chat is told, where that is not at once, and what waits."""
    t = reader.t
    lines = _pause(reply, t) if reply.paused else []
    if reply.settings.digest is not None:
        lines += _digest(reply.settings.digest, t)
    if reply.settings.quiet is not None:
        lines += _quiet(reply, t)
    return [*lines, *_waiting(reply, t)]


def _digest(digest: DigestTime | None, t: Translator) -> list[Line]:
    if digest is None:
        return [say(t._("Every report comes at once."))]
    at = clock(digest.minute)
    if digest.weekday is None:
        return [say(t._("Reports come together, every day: {time}."), time=at)]
    day = get_day_names("wide", "stand-alone", t.lang.value)[digest.weekday]
    return [say(t._("Reports come together, once a week: {day}, {time}."), day=plain(day), time=at)]


def _quiet(reply: Timing, t: Translator) -> list[Line]:
    quiet = reply.settings.quiet
    if quiet is None:
        lines = [say(t._("There are no quiet hours: reports come at any time."))]
    else:
        lines = [
            say(
                t._("Nothing new is sent in these hours: {start}–{end}. What they bring is told afterwards."),
                start=clock(quiet.start),
                end=clock(quiet.end),
            )
        ]
    if reply.settings.urgent_at_once:
        lines.append(say(t._("Urgent actions come at once all the same.")))
    return lines


def _pause(reply: Timing, t: Translator) -> list[Line]:
    if not reply.paused or reply.settings.paused_until is None:
        return [say(t._("There is no pause: reports come."))]
    meanwhile = say(t._("What comes meanwhile is kept and told afterwards, together."))
    if reply.endless:
        return [say(t._("Reports are paused until you type {command}."), command=code("/resume")), meanwhile]
    until = local_time(reply.settings.paused_until, reply.settings.zone, t)
    return [say(t._("Reports are paused. The pause ends: {time}."), time=plain(until)), meanwhile]


def _zone(reply: Timing, t: Translator) -> Line:
    zone = reply.settings.zone
    return say(
        t._("Times are local: {zone}, now {time}."),
        zone=plain(zone),
        time=plain(local_time(reply.now, zone, t)),
    )


def _waiting(reply: Timing, t: Translator) -> list[Line]:
    """What is held back, and when it comes."""
    n = reply.waiting
    if not n:
        return []
    if reply.due is None:
        return [
            say(
                t.n_("{n} report waited and comes now.", "{n} reports waited and come now.", n),
                n=number(n, t),
            )
        ]
    waits = say(t.n_("{n} report waits.", "{n} reports wait.", n), n=number(n, t))
    if reply.endless and reply.paused:
        return [waits]
    due = local_time(reply.due, reply.settings.zone, t)
    return [waits, say(t._("Next: {time}."), time=plain(due))]


def _buttons(reply: Timing, t: Translator) -> tuple[tuple[Button, ...], ...]:
    match reply.verb:
        case Verb.DIGEST:
            return rows(
                press(t._("Every day, 08:00"), "/digest daily 08:00"),
                press(t._("Every Monday, 08:00"), "/digest weekly mon 08:00"),
                press(t._("At once"), "/digest off"),
                press(t._("Time zone"), "/zone"),
            )
        case Verb.QUIET:
            urgent = reply.settings.urgent_at_once
            return rows(
                press("22:00–07:00", "/quiet 22-07"),
                press(t._("No quiet hours"), "/quiet off"),
                press(t._("Urgent ones at once"), "/quiet urgent on") if not urgent else (),
                press(t._("Urgent ones wait too"), "/quiet urgent off") if urgent else (),
                press(t._("Time zone"), "/zone"),
            )
        case Verb.ZONE:
            return rows(*(press(city(zone, t), f"/zone {zone}") for zone in ZONES))
        case _ if reply.paused:
            return rows(press(t._("Resume"), "/resume"))
        case _:
            return rows(
                press(t._("2 hours"), "/pause 2h"),
                press(t._("1 day"), "/pause 1d"),
                press(t._("3 days"), "/pause 3d"),
                press(t._("Until I resume"), "/pause all"),
            )

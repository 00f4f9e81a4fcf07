"""Everything stopped: since when, what waits, and how to go on."""

from __future__ import annotations

from bot.desk.replies import FreezeShown
from handlers.text.hygiene import clean, web_address
from handlers.text.message import Line, Message, Span, Style
from handlers.text.replies.reader import Reader, paragraphs
from handlers.text.say import code, plain, press, rows, say
from handlers.text.times import local_time, number

TITLE_LENGTH = 200


def shown(reply: FreezeShown, reader: Reader) -> Message:
    t = reader.t
    if reply.since is None:
        return _going(reply, reader)
    since = plain(local_time(reply.since, reader.settings.zone, t))
    head = [say(t._("Nothing is sent to anybody. Stopped: {time}."), time=since), *_piled(reply, reader)]
    how = [
        say(t._("To send what waits: {command}"), command=code("/unfreeze send")),
        say(t._("To go on without it: {command}"), command=code("/unfreeze discard")),
    ]
    buttons = rows(
        press(t._("Look again"), "/unfreeze"),
        press(t._("Send what waits"), "/unfreeze send"),
        press(t._("Discard what waits"), "/unfreeze discard"),
        width=1,
    )
    return Message(lines=paragraphs(head, _titles(reply, reader), how), rows=buttons)


def _going(reply: FreezeShown, reader: Reader) -> Message:
    t = reader.t
    if not reply.changed:
        return Message(
            lines=(
                say(t._("Sending is not stopped.")),
                say(t._("To stop everything at once: {command}"), command=code("/freeze")),
            )
        )
    done = t._("Sending goes on. What waited is discarded and will not be told.")
    if not reply.discarded:
        done = t._("Sending goes on, with what waited.")
    return Message(lines=paragraphs([say(done), *_piled(reply, reader)]))


def _piled(reply: FreezeShown, reader: Reader) -> list[Line]:
    t = reader.t
    return [
        say(
            t.n_("Waiting: {n} message.", "Waiting: {n} messages.", reply.waiting), n=number(reply.waiting, t)
        ),
        say(
            t.n_("Since then came {n} text.", "Since then came {n} texts.", reply.reports),
            n=number(reply.reports, t),
        ),
    ]


def _titles(reply: FreezeShown, reader: Reader) -> list[Line]:
    untitled = reader.t._("(untitled)")
    return [
        (Span(clean(one.title, TITLE_LENGTH) or untitled, Style.PLAIN, web_address(one.url)),)
        for one in reply.newest
    ]

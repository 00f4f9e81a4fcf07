"""Filters tried on the past, saved, changed back, and called by a name."""

from __future__ import annotations

from bot.desk import replies as desk
from handlers.text.commands import OTHER_EXAMPLE
from handlers.text.message import Line, Message
from handlers.text.replies import difference, trials
from handlers.text.replies.reader import Reader, paragraphs, sentences
from handlers.text.replies.subscriptions import next_report
from handlers.text.say import code, press, rows, say


def tested(reply: desk.FilterTested, reader: Reader) -> Message:
    t = reader.t
    lines = [_what(reply, reader), *difference.in_words(reply.query, reader)]
    if reply.trial.looked_at:
        lines += trials.found(reply.trial, reader)
    else:
        lines.append(say(t._("The archive is still empty, so it could not be tried.")))
    if reply.instead is not None:
        number, query = reply.instead.number, code(reply.instead.query)
        lines.append(say(t._("Filter {number} now: {query}"), number=number, query=query))
        lines += difference.compared(reply.difference, reader)
    shown = difference.titles(reply.difference, reader) or trials.newest(reply.trial, reader)
    save = f"/filter save {reply.token}" if reply.token else f"/subscribe {reply.query}"
    after = [say(t._("Nothing is changed yet. To save it: {command}"), command=code(save))]
    label = t._("Follow") if reply.instead is None else t._("Save")
    buttons = rows(press(label, save), press(t._("My filters"), "/list"))
    return Message(lines=paragraphs(lines, shown, after), rows=buttons)


def _what(reply: desk.FilterTested, reader: Reader) -> Line:
    t, query = reader.t, code(reply.query)
    if reply.instead is None:
        return say(t._("The filter: {query}"), query=query)
    return say(t._("Filter {number} would be: {query}"), number=reply.instead.number, query=query)


def changed(reply: desk.FilterChanged, reader: Reader) -> Message:
    t = reader.t
    if reply.before == reply.after:
        return sentences(
            say(
                t._("Filter {number} is the same as before: {query}"),
                number=reply.number,
                query=code(reply.after),
            )
        )
    what = [
        say(t._("Filter {number} is changed: {query}"), number=reply.number, query=code(reply.after)),
        *difference.in_words(reply.after, reader),
        say(t._("Before: {query}"), query=code(reply.before)),
        *difference.compared(reply.difference, reader),
    ]
    titles = difference.titles(reply.difference, reader)
    back = press(t._("Change back"), f"/filter save {reply.back}") if reply.back else ()
    return Message(
        lines=paragraphs(what, titles, [next_report(reply.follows, reader)]),
        rows=rows(back, press(t._("My filters"), "/list")),
    )


def nothing_to_save(reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(
                t._("This can no longer be saved: another filter was tried since, or the filter was changed.")
            ),
            say(
                t._("Try it again, then save it: {command}"),
                command=code(f"/filter test {t._(OTHER_EXAMPLE)}"),
            ),
        ),
        rows=rows(press(t._("My filters"), "/list")),
    )


def name_refused(reply: desk.NameRefused, reader: Reader) -> Message:
    t = reader.t
    if reply.mistake is desk.NameMistake.TAKEN:
        wrong = say(t._("Another filter of this chat has this name: {typed}"), typed=code(reply.typed))
    else:
        wrong = say(
            t._("A name is one word of at most 30 letters and digits, and no command: {typed}"),
            typed=code(reply.typed),
        )
    example = code(f"/filter name {reply.number} media")
    return sentences(wrong, say(t._("For example: {command}"), command=example))


def named(reply: desk.FilterNamed, reader: Reader) -> Message:
    t, one = reader.t, reply.subscription
    query = code(one.query)
    if not one.name:
        done = say(t._("Filter {number} has no name now: {query}"), number=one.number, query=query)
        return Message(lines=(done,), rows=rows(press(t._("My filters"), "/list")))
    return Message(
        lines=(
            say(
                t._("Filter {number} is called {name} now: {query}"),
                number=one.number,
                name=code(one.name),
                query=query,
            ),
            say(
                t._("The name works wherever the number does: {command}"),
                command=code(f"/unsubscribe {one.name}"),
            ),
        ),
        rows=rows(press(t._("My filters"), "/list")),
    )

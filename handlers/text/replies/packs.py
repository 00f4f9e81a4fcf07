"""Packs: parts of filters that many chats share."""

from __future__ import annotations

from bot.desk.replies import PackCompared, PackLine, PackMistake, PackRefused, PackRemoved, PacksListed
from handlers.text.catalogue import N_
from handlers.text.message import Line, Message
from handlers.text.replies import difference
from handlers.text.replies.reader import Reader, bounded, paragraphs
from handlers.text.say import bold, code, press, rows, say

MISTAKES: dict[PackMistake, str] = {
    PackMistake.UNKNOWN_PACK: N_("There is no such pack: {typed}"),
    PackMistake.UNKNOWN_ACTION: N_("There is no such action on a pack: {typed}"),
    PackMistake.BAD_NAME: N_(
        "{typed} cannot be a short name: small letters a–z, digits and hyphens, 40 at most."
    ),
    PackMistake.INCLUDED: N_("{typed} is not removed: filters or packs include it."),
}

#: What works instead.
EXAMPLES: dict[PackMistake, str] = {
    PackMistake.UNKNOWN_PACK: "/pack list",
    PackMistake.UNKNOWN_ACTION: "/help pack",
    PackMistake.BAD_NAME: "/pack test press jurnalist OR bloger",
    PackMistake.INCLUDED: "/pack list",
}


def listing(reply: PacksListed, reader: Reader) -> Message:
    t = reader.t
    if not reply.packs:
        return Message(
            lines=(
                say(t._("There are no packs yet.")),
                say(t._("To make one: {command}"), command=code("/pack test press jurnalist OR bloger")),
            ),
            rows=rows(press(t._("Explain"), "/help pack")),
        )
    title = say(t._("Packs, and how many filters include each:"))
    return Message(lines=(title, *bounded([_line(one) for one in reply.packs], reader)))


def _line(pack: PackLine) -> Line:
    return say(
        "{name} ({included}): {query}", name=bold(pack.name), included=pack.included, query=code(pack.query)
    )


def compared(reply: PackCompared, reader: Reader) -> Message:
    """What changes; after saving, also how to go back."""
    t = reader.t
    if reply.saved:
        head = say(t._("Pack {name} is saved: {query}"), name=bold(reply.name), query=code(reply.after))
    else:
        head = say(t._("Pack {name} would be: {query}"), name=bold(reply.name), query=code(reply.after))
    figures = [
        say(
            t._("It finds {matched} of the last {looked_at} reports."),
            matched=reply.matched,
            looked_at=reply.looked_at,
        ),
        say(
            t.n_("{n} followed filter includes it.", "{n} followed filters include it.", reply.included),
            n=reply.included,
        ),
    ]
    if reply.before is not None:
        figures += difference.compared(reply.difference, reader)
    titles = difference.titles(reply.difference, reader)
    return Message(lines=paragraphs([head, *figures], titles, _next(reply, reader)))


def _next(reply: PackCompared, reader: Reader) -> list[Line]:
    t = reader.t
    if not reply.saved:
        command = code(f"/pack set {reply.name} {reply.after}")
        return [say(t._("Nothing was changed. To save it: {command}"), command=command)]
    if reply.before is None:
        return [say(t._("Chats include it as {term}."), term=code(f"pack:{reply.name}"))]
    if reply.before == reply.after:
        return []
    return [say(t._("To go back: {command}"), command=code(f"/pack set {reply.name} {reply.before}"))]


def removed(reply: PackRemoved, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(t._("Pack {name} is removed."), name=bold(reply.name)),
            say(t._("To make it again: {command}"), command=code(f"/pack set {reply.name} {reply.query}")),
        )
    )


def refused(reply: PackRefused, reader: Reader) -> Message:
    t = reader.t
    lines = [say(t._(MISTAKES[reply.mistake]), typed=code(reply.typed))]
    if reply.included:
        lines.append(say(t._("How many: {n}"), n=reply.included))
    if reply.nearest:
        lines.append(say(t._("Did you mean {suggestion}?"), suggestion=code(reply.nearest)))
    lines.append(say(t._("Type: {command}"), command=code(EXAMPLES[reply.mistake])))
    return Message(lines=tuple(lines), rows=rows(press(t._("Explain"), "/help pack")))

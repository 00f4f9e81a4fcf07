"""Sources, and those who look after them."""

from __future__ import annotations

from bot.desk.replies import (
    ModeratorJoined,
    SourceAdded,
    SourceLine,
    SourceMistake,
    SourcePaused,
    SourceRefused,
    SourcesExported,
    SourcesImported,
    SourcesListed,
    SourceTested,
)
from bot.model import Entry, Origin
from handlers.text import names
from handlers.text.catalogue import N_
from handlers.text.hygiene import clean, web_address
from handlers.text.message import Line, Message, Span, Style
from handlers.text.replies.reader import Reader, paragraphs, sentences
from handlers.text.say import bold, code, press, rows, say
from handlers.text.times import local_time, when

MOST_SOURCES = 40
TITLE_LENGTH = 200
MOST_REFUSED = 10
LINE_LENGTH = 2500  #: of an exported document; an address has 2,048 at most

MISTAKES: dict[SourceMistake, str] = {
    SourceMistake.BAD_ADDRESS: N_("{typed} is not an http or https address."),
    SourceMistake.REFUSED_ADDRESS: N_(
        "{typed} is not on the public internet, and this bot does not go there."
    ),
    SourceMistake.KEY_TAKEN: N_("There is a source called {typed} already."),
    SourceMistake.BAD_KEY: N_(
        "{typed} cannot be a short name: small letters a–z, digits and hyphens, 40 at most."
    ),
    SourceMistake.UNKNOWN_KEY: N_("There is no source {typed}."),
    SourceMistake.UNKNOWN_ACTION: N_("There is no such action on a source: {typed}"),
    SourceMistake.CONFIGURED: N_("{typed} comes from the configuration file; the operator changes it there."),
    SourceMistake.FEED_TROUBLE: N_("{typed} cannot be used as a source."),
    SourceMistake.BAD_LIST: N_("{typed} cannot be read as a list of feeds (OPML). Nothing was added."),
}

#: What works instead.
EXAMPLES: dict[SourceMistake, str] = {
    SourceMistake.BAD_ADDRESS: "/source test https://example.org/feed",
    SourceMistake.REFUSED_ADDRESS: "/source test https://example.org/feed",
    SourceMistake.KEY_TAKEN: "/source list",
    SourceMistake.BAD_KEY: "/source add https://example.org/feed example",
    SourceMistake.UNKNOWN_KEY: "/source list",
    SourceMistake.UNKNOWN_ACTION: "/help source",
    SourceMistake.CONFIGURED: "/source list",
    SourceMistake.FEED_TROUBLE: "/source test https://example.org/feed",
    SourceMistake.BAD_LIST: "/source import https://example.org/feeds.opml",
}


def listing(reply: SourcesListed, reader: Reader) -> Message:
    t = reader.t
    if not reply.sources:
        return sentences(say(t._("There are no sources yet.")))
    n = len(reply.sources)
    title = say(t.n_("{n} source:", "{n} sources:", n), n=n)
    lines = [
        line for source in reply.sources[:MOST_SOURCES] for line in _source(source, reply.moderator, reader)
    ]
    left = n - MOST_SOURCES
    if left > 0:
        lines.append(say(t.n_("and {n} more", "and {n} more", left), n=left))
    hint = say(t._("One source only: {command}"), command=code(f"/subscribe source:{reply.sources[0].key}"))
    return Message(lines=paragraphs(_gaps(reply, reader), [title, *lines], [hint]))


def _gaps(reply: SourcesListed, reader: Reader) -> list[Line]:
    """When nothing was read, and what was found late."""
    t, zone = reader.t, reader.settings.zone
    return [
        say(
            t.n_(
                "Nothing was read from {since} to {until}; {n} report of that time was found late.",
                "Nothing was read from {since} to {until}; {n} reports of that time were found late.",
                gap.late,
            ),
            since=local_time(gap.since, zone, t),
            until=local_time(gap.until, zone, t),
            n=gap.late,
        )
        for gap in reply.gaps
    ]


def _source(source: SourceLine, moderator: bool, reader: Reader) -> list[Line]:
    line = say(
        "{title} ({key}) – {state}",
        title=bold(source.title),
        key=code(source.key),
        state=_state(source, reader),
    )
    return [line, *_details(source, reader)] if moderator else [line]


def _state(source: SourceLine, reader: Reader) -> str:
    t = reader.t
    if source.paused:
        return t._("paused")
    success = t._("not read yet")
    if source.last_success is not None:
        moment = when(source.last_success, reader.now, reader.settings.zone, t)
        success = t._("last read: {moment}").format(moment=moment)
    if source.trouble is None:
        return success
    return f"{names.trouble(source.trouble, t)}; {success}"


def _details(source: SourceLine, reader: Reader) -> list[Line]:
    t = reader.t
    lines: list[Line] = []
    if source.url:
        lines.append(say("   {url}", url=code(source.url)))
    if source.trouble is not None and source.broken_since is not None:
        moment = when(source.broken_since, reader.now, reader.settings.zone, t)
        lines.append(say(t._("   in trouble since: {moment}"), moment=moment))
    if source.detail:
        lines.append(say("   {detail}", detail=code(source.detail)))
    if source.held and source.held_at is not None:
        moment = when(source.held_at, reader.now, reader.settings.zone, t)
        lines.append(
            say(
                t.n_(
                    "   {n} old entry that it showed as new was not sent: {moment}",
                    "   {n} old entries that it showed as new were not sent: {moment}",
                    source.held,
                ),
                n=source.held,
                moment=moment,
            )
        )
    if source.origin is Origin.MODERATOR:
        lines.append(say(t._("   added by a moderator")))
    return lines


def added(reply: SourceAdded, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(t._("Added: {title}, as {key}."), title=bold(reply.title), key=code(reply.key)),
            say(
                t.n_(
                    "The {n} entry that it shows now is remembered and not sent; later ones are sent.",
                    "The {n} entries that it shows now are remembered and not sent; later ones are sent.",
                    reply.entries,
                ),
                n=reply.entries,
            ),
        ),
        rows=rows(
            press(t._("Pause"), f"/source pause {reply.key}"),
            press(t._("Follow"), f"/subscribe source:{reply.key}"),
        ),
    )


def tested(reply: SourceTested, reader: Reader) -> Message:
    t = reader.t
    head = [
        say(t._("This feed works: {title}"), title=bold(reply.title or reply.url)),
        say(t.n_("It shows {n} entry.", "It shows {n} entries.", reply.total), n=reply.total),
    ]
    newest = [_entry(entry, reader) for entry in reply.entries]
    after = [say(t._("Nothing was stored. To add it: {command}"), command=code(f"/source add {reply.url}"))]
    return Message(lines=paragraphs(head, newest, after))


def _entry(entry: Entry, reader: Reader) -> Line:
    t = reader.t
    title = clean(entry.title, TITLE_LENGTH) or t._("(untitled)")
    span = Span(title, Style.PLAIN, web_address(entry.link))
    moment = when(entry.published, reader.now, reader.settings.zone, t) if entry.published else t._("no date")
    return say("– {title} ({moment})", title=span, moment=moment)


def refused(reply: SourceRefused, reader: Reader) -> Message:
    t = reader.t
    lines = [say(t._(MISTAKES[reply.mistake]), typed=code(reply.typed))]
    if reply.trouble is not None:
        lines.append(say(t._("The reason: {reason}."), reason=names.trouble(reply.trouble, t)))
    if reply.detail:
        lines.append((code(reply.detail),))
    if reply.nearest:
        lines.append(say(t._("Did you mean {suggestion}?"), suggestion=code(reply.nearest)))
    lines.append(say(t._("Type: {command}"), command=code(EXAMPLES[reply.mistake])))
    return Message(lines=tuple(lines), rows=rows(press(t._("Explain"), "/help source")))


def exported(reply: SourcesExported, reader: Reader) -> Message:
    t = reader.t
    n = reply.count
    head = say(
        t.n_(
            "{n} source as a list that feed readers know (OPML):",
            "{n} sources as a list that feed readers know (OPML):",
            n,
        ),
        n=n,
    )
    document: list[Line] = [
        (Span(clean(line, LINE_LENGTH), Style.CODE),) for line in reply.document.splitlines()
    ]
    return Message(lines=paragraphs([head], document))


def imported(reply: SourcesImported, reader: Reader) -> Message:
    t = reader.t
    added = len(reply.added)
    head = [
        say(t.n_("Added: {n} source.", "Added: {n} sources.", added), n=added),
        *(say("– {title} ({key})", title=bold(one.title), key=code(one.key)) for one in reply.added),
    ]
    rest: list[Line] = []
    if added:
        rest.append(say(t._("What they show now is remembered and not sent; later entries are sent.")))
    if reply.known:
        rest.append(
            say(t.n_("{n} was a source already.", "{n} were sources already.", reply.known), n=reply.known)
        )
    if reply.left:
        left = t.n_(
            "{n} more was left; the same command takes it.",
            "{n} more were left; the same command takes them.",
            reply.left,
        )
        rest.append(say(left, n=reply.left))
    return Message(
        lines=paragraphs(head, rest, _not_added(reply, reader)),
        rows=rows(press(t._("Sources"), "/source list")),
    )


def _not_added(reply: SourcesImported, reader: Reader) -> list[Line]:
    t = reader.t
    n = len(reply.refused)
    if not n:
        return []
    lines = [say(t.n_("Not added: {n} feed.", "Not added: {n} feeds.", n), n=n)]
    for one in reply.refused[:MOST_REFUSED]:
        reason = names.trouble(one.trouble, t) if one.trouble else ""
        lines.append(say("– {url} ({reason})" if reason else "– {url}", url=code(one.typed), reason=reason))
    if n > MOST_REFUSED:
        lines.append(say(t.n_("and {n} more", "and {n} more", n - MOST_REFUSED), n=n - MOST_REFUSED))
    return lines


def paused(reply: SourcePaused, reader: Reader) -> Message:
    t = reader.t
    if reply.paused:
        return Message(
            lines=(say(t._("{key} is paused and is not read until you resume it."), key=code(reply.key)),),
            rows=rows(press(t._("Resume"), f"/source resume {reply.key}")),
        )
    return Message(
        lines=(say(t._("{key} is read again."), key=code(reply.key)),),
        rows=rows(press(t._("Pause"), f"/source pause {reply.key}")),
    )


def moderator_joined(reply: ModeratorJoined, reader: Reader) -> Message:
    t = reader.t
    first = (
        t._("You are a moderator already.") if reply.already else t._("You are a moderator of this bot now.")
    )
    return Message(
        lines=(
            say(first),
            say(t._("What you can do: {command}"), command=code("/help source")),
        ),
        rows=rows(press(t._("Explain"), "/help source"), press(t._("Sources"), "/source list")),
    )


def invitation_refused(reader: Reader) -> Message:
    t = reader.t
    return sentences(
        say(t._("This code is unknown, used up or too old.")),
        say(t._("Ask the operator of the bot for a new one.")),
    )

"""What the archive has: the last reports, what a search found, everything on one person."""

from __future__ import annotations

from bot.desk.replies import CaseShown, ChooseCase, Found, LatestShown
from bot.model import Alert, AlertKind, Story
from handlers.text.card import card
from handlers.text.message import Button, Line, Message, Span, Style
from handlers.text.replies.reader import Reader, paragraphs
from handlers.text.say import code, listed, plain, press, rows, say
from handlers.text.times import number

WIDTH = 1  #: filters and names are long, so each button has a row


def latest(reply: LatestShown, reader: Reader) -> Message:
    t = reader.t
    if not reply.stories:
        nothing = (
            t._("The archive has no report yet that this chat follows.")
            if reply.followed
            else t._("The archive has no human-rights report yet.")
        )
        return Message(lines=(say(nothing),), rows=rows(press(t._("Sources"), "/sources")))
    head = (
        t._("The last reports that this chat follows:")
        if reply.followed
        else t._("The last human-rights reports:")
    )
    buttons = rows() if reply.followed else rows(press(t._("Choose a filter"), "/subscribe"))
    return Message(lines=paragraphs([say(head)], _lines(reply.stories, 1, reader)), rows=buttons)


def _lines(stories: tuple[Story, ...], first: int, reader: Reader) -> list[Line]:
    return [_line(at, story, reader) for at, story in enumerate(stories, first)]


def _line(at: int, story: Story, reader: Reader) -> Line:
    """ "1. Title – outlet, 14:05, 23 November, Baku – AZ | EN"; the words are those of the card."""
    seen = card(Alert(kind=AlertKind.NEW, story=story, settings=reader.settings))
    links = listed([Span(link.label, Style.PLAIN, link.url) for link in seen.versions], " | ")
    shape = (
        "{number}. {title} – {outlet}, {time} – {links}" if links else "{number}. {title} – {outlet}, {time}"
    )
    return say(
        shape,
        number=number(at, reader.t),
        title=Span(seen.title, Style.BOLD),
        outlet=plain(seen.source),
        time=seen.time,
        links=links,
    )


def found(reply: Found, reader: Reader) -> Message:
    t = reader.t
    follow = press(t._("Follow"), f"/subscribe {reply.typed}")
    query = code(reply.query)
    if reply.looked_at == 0:
        return Message(lines=(say(t._("The archive is still empty.")),), rows=rows(follow))
    if not reply.matched:
        return Message(lines=_nothing(reply, reader), rows=rows(follow))
    how_many = say(
        t.n_(
            "{query} matches {matched} of {n} text in the archive.",
            "{query} matches {matched} of {n} texts in the archive.",
            reply.looked_at,
        ),
        query=query,
        matched=number(reply.matched, t),
        n=number(reply.looked_at, t),
    )
    head = [how_many] if reply.page == 1 else [how_many, say(t._("Page {page}"), page=number(reply.page, t))]
    if not reply.stories:
        head.append(say(t._("There is nothing on this page.")))
    lines = _lines(reply.stories, reply.first, reader)
    command = f"/search {reply.typed}"
    return Message(
        lines=paragraphs(head, lines, _further(command, reply.page, reply.more, reader)),
        rows=rows(*_pages(command, reply.page, reply.more, reader), follow),
    )


def _nothing(reply: Found, reader: Reader) -> tuple[Line, ...]:
    t = reader.t
    return (
        say(
            t.n_(
                "{query} matches none of {n} text in the archive.",
                "{query} matches none of {n} texts in the archive.",
                reply.looked_at,
            ),
            query=code(reply.query),
            n=number(reply.looked_at, t),
        ),
        say(t._("Fewer words find more. {code} at the end searches all news."), code=code("rights:any")),
        say(t._("If you follow these words, new reports will come here.")),
    )


def _pages(command: str, page: int, more: bool, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    t = reader.t
    back = press(t._("Previous page"), f"{command} page:{page - 1}") if page > 1 else ()
    return back, (press(t._("Next page"), f"{command} page:{page + 1}") if more else ())


def _further(command: str, page: int, more: bool, reader: Reader) -> list[Line]:
    """How to see the next page where its button would be too long for the platforms."""
    t, following = reader.t, f"page:{page + 1}"
    if not more or press(t._("Next page"), f"{command} {following}"):
        return []
    return [say(t._("For the next page, add {code} at the end."), code=code(following))]


def case(reply: CaseShown, reader: Reader) -> Message:
    t, command = reader.t, f"/case {reply.name}"
    name = plain(reply.name)
    if not reply.total:
        head = [
            say(
                t.n_(
                    "No report names {name}; {n} text was searched.",
                    "No report names {name}; {n} texts were searched.",
                    reply.looked_at,
                ),
                name=name,
                n=number(reply.looked_at, t),
            )
        ]
    else:
        head = [
            say(
                t.n_("{n} report names {name}:", "{n} reports name {name}:", reply.total),
                n=number(reply.total, t),
                name=name,
            )
        ]
        spelled = [plain(one) for one in reply.spellings]
        if len(spelled) > 1:
            head.append(say(t._("Spellings found: {spellings}."), spellings=listed(spelled)))
        if reply.page > 1:
            head.append(say(t._("Page {page}"), page=number(reply.page, t)))
        if not reply.stories:
            head.append(say(t._("There is nothing on this page.")))
    return Message(
        lines=paragraphs(
            head,
            _lines(reply.stories, reply.first, reader),
            _further(command, reply.page, reply.more, reader),
            _follow(reply, reader),
        ),
        rows=rows(*_pages(command, reply.page, reply.more, reader), *_follow_button(reply, reader)),
    )


def _follow(reply: CaseShown, reader: Reader) -> list[Line]:
    t = reader.t
    if reply.follow is None:
        return []
    if reply.followed:
        return [say(t._("This chat follows the name: {query}"), query=code(reply.follow))]
    return [say(t._("To follow the name from now on: {command}"), command=code(f"/subscribe {reply.follow}"))]


def _follow_button(reply: CaseShown, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    if reply.follow is None or reply.followed:
        return ()
    return (press(reader.t._("Follow"), f"/subscribe {reply.follow.removesuffix(' rights:yes')}"),)


def choose(reply: ChooseCase, reader: Reader) -> Message:
    """Which of the people with this name; each is a button."""
    t = reader.t
    commands = [say("– {command}", command=code(f"/case {one}")) for one in reply.people]
    return Message(
        lines=paragraphs(
            [say(t._("Several people are called {name}. Whom do you mean?"), name=plain(reply.name))],
            commands,
        ),
        rows=rows(*(press(one, f"/case {one}") for one in reply.people), width=WIDTH),
    )

"""Following filters: subscribing, listing, changing, and filters that cannot be used."""

from __future__ import annotations

from bot.desk import replies as desk
from bot.desk.requests import Verb
from bot.errors import BadFilter, FilterMistake
from bot.model import ChatKind, Subscription
from handlers.text import names
from handlers.text.catalogue import N_
from handlers.text.hygiene import clean, web_address
from handlers.text.message import Button, Line, Message, Span, Style
from handlers.text.replies.reader import Reader, bounded, paragraphs, sentences, subscription
from handlers.text.say import code, listed, plain, press, rows, say
from handlers.text.times import number

MISTAKES: dict[FilterMistake, str] = {
    FilterMistake.EMPTY: N_("The filter is empty."),
    FilterMistake.TOO_LONG: N_("The filter is too long."),
    FilterMistake.TOO_MANY_TERMS: N_("The filter has too many terms."),
    FilterMistake.UNKNOWN_FIELD: N_("There is no such field: {token}"),
    FilterMistake.UNKNOWN_COUNTRY: N_("There is no such country: {token}"),
    FilterMistake.UNKNOWN_TOPIC: N_("There is no such topic: {token}"),
    FilterMistake.UNKNOWN_LANGUAGE: N_("There is no such language: {token}"),
    FilterMistake.UNKNOWN_KIND: N_("There is no such kind of document: {token}"),
    FilterMistake.UNKNOWN_SOURCE: N_("There is no such source: {token}"),
    FilterMistake.UNKNOWN_VALUE: N_("{token} has a value that is not known."),
    FilterMistake.MISSING_VALUE: N_("{token} lacks its value."),
    FilterMistake.UNCLOSED_QUOTE: N_("A quotation mark is opened and not closed: {token}"),
    FilterMistake.UNBALANCED_PARENTHESIS: N_("A parenthesis has no counterpart: {token}"),
    FilterMistake.MISPLACED_OPERATOR: N_("{token} is not possible at this place."),
    FilterMistake.NOTHING_TO_FIND: N_(
        "The filter only leaves things out or has no letters: there is nothing to find."
    ),
    FilterMistake.PREFIX_TOO_SHORT: N_("The beginning of a word is too short: {token}"),
}

#: Buttons for filters: one in a row, because filters are long.
WIDTH = 1
MOST_BUTTONS = 8
TITLE_LENGTH = 200


def refused(reply: desk.FilterRefused, reader: Reader) -> Message:
    t, problem = reader.t, reply.problem
    start = "/filter test" if reply.verb is Verb.FILTER else "/subscribe"
    lines = [say(t._(MISTAKES[problem.mistake]), token=code(problem.token))]
    if problem.token:
        lines.append(
            say(
                t._("In {typed}, character {place}: {token}"),
                typed=code(reply.typed),
                place=problem.at + 1,
                token=code(problem.token),
            )
        )
    if problem.suggestion:
        lines.append(say(t._("Did you mean {suggestion}?"), suggestion=code(problem.suggestion)))
    works = f"{start} {problem.example}"
    lines.append(say(t._("This works: {command}"), command=code(works)))
    mended = _mended(reply.typed, problem)
    buttons = rows(
        press(mended, f"{start} {mended}") if mended else (),
        press(t._("How filters are written"), "/help subscribe"),
        width=WIDTH,
    )
    return Message(lines=tuple(lines), rows=buttons)


def _mended(typed: str, problem: BadFilter) -> str:
    """The filter with the suggestion in the token's place; "" when it cannot be put there."""
    end = problem.at + len(problem.token)
    if not problem.suggestion or not problem.token or typed[problem.at : end] != problem.token:
        return ""
    return typed[: problem.at] + problem.suggestion + typed[end:]


def choose_filter(reply: desk.ChooseFilter, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(t._("Type what you want to follow: words, a country, a language or a source.")),
            say(t._("For example: {command}"), command=code("/subscribe torture country:AZ")),
        ),
        rows=rows(
            *(press(query, f"/subscribe {query}") for query in reply.suggestions[:MOST_BUTTONS]),
            press(t._("How filters are written"), "/help subscribe"),
            width=WIDTH,
        ),
    )


def subscribed(reply: desk.Subscribed, reader: Reader) -> Message:
    t, one = reader.t, reply.subscription
    first = (
        t._("This chat already follows {query}, as number {number}.")
        if reply.already
        else t._("This chat now follows {query}, as number {number}.")
    )
    lines = [say(first, query=code(one.query), number=one.number), _next(reply.follows, reader)]
    buttons = rows(
        press(t._("Stop"), f"/unsubscribe {one.number}"),
        press(t._("My filters"), "/list"),
    )
    return Message(lines=tuple(lines), rows=buttons)


def _next(follows: bool, reader: Reader) -> Line:
    t = reader.t
    if follows:
        return say(t._("The newest report that matches comes next."))
    return say(t._("New reports that match will come here."))


def too_many(reply: desk.TooMany, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(
                t.n_(
                    "This chat follows {n} filter, and more are not possible.",
                    "This chat follows {n} filters, and more are not possible.",
                    reply.limit,
                ),
                n=reply.limit,
            ),
            say(t._("Stop one first: {command}"), command=code("/unsubscribe")),
        ),
        rows=rows(press(t._("My filters"), "/list"), press(t._("Stop one"), "/unsubscribe")),
    )


def listing(reply: desk.Listed, reader: Reader) -> Message:
    t = reader.t
    if not reply.subscriptions:
        return _follows_nothing(reader)
    title = t._("You follow:") if reply.kind is ChatKind.PRIVATE else t._("This chat follows:")
    lines = bounded([subscription(one) for one in reply.subscriptions], reader)
    reading = say(t._("You read reports {versions}."), versions=names.versions(reply.versions, t))
    buttons = rows(
        press(t._("Follow more"), "/subscribe"),
        press(t._("Stop one"), "/unsubscribe"),
        press(t._("Language"), "/lang"),
    )
    return Message(lines=paragraphs([say(title), *lines], [reading]), rows=buttons)


def _follows_nothing(reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(t._("This chat does not follow anything yet.")),
            say(t._("For example: {command}"), command=code("/subscribe torture country:AZ")),
        ),
        rows=rows(press(t._("Choose a filter"), "/subscribe")),
    )


def choose(reply: desk.ChooseSubscription, reader: Reader) -> Message:
    if not reply.subscriptions:
        return _follows_nothing(reader)
    t = reader.t
    lines = bounded([subscription(one) for one in reply.subscriptions], reader)
    if reply.verb is Verb.UNSUBSCRIBE:
        question = say(
            t._("Which filter should stop? Press it or type its number: {command}"),
            command=code("/unsubscribe 2"),
        )
        return Message(
            lines=paragraphs([question], lines), rows=_numbers(reply.subscriptions, "/unsubscribe")
        )
    how = [
        say(
            t._("Type the number and the new filter: {command}"), command=code("/filter 2 torture country:TR")
        ),
        say(t._("Or try a filter out: {command}"), command=code("/filter test torture country:TR")),
    ]
    buttons = rows(press(t._("Explain"), "/help filter"))
    return Message(lines=paragraphs(how, lines), rows=buttons)


def _numbers(subscriptions: tuple[Subscription, ...], verb: str) -> tuple[tuple[Button, ...], ...]:
    """One button for each filter, labelled as in the list."""
    return rows(
        *(
            press(f"{one.number}. {one.query}", f"{verb} {one.number}")
            for one in subscriptions[:MOST_BUTTONS]
        ),
        width=WIDTH,
    )


def unsubscribed(reply: desk.Unsubscribed, reader: Reader) -> Message:
    t = reader.t
    lines = [say(t._("No longer followed:")), *bounded([subscription(one) for one in reply.removed], reader)]
    if reply.left == 0:
        rest = say(t._("This chat does not follow anything now."))
    else:
        rest = say(t.n_("{n} filter remains.", "{n} filters remain.", reply.left), n=reply.left)
    back = [press(t._("Follow again"), f"/subscribe {one.query}") for one in reply.removed[:1]]
    return Message(lines=paragraphs(lines, [rest]), rows=rows(*back, press(t._("My filters"), "/list")))


def no_such_number(reply: desk.NoSuchNumber, reader: Reader) -> Message:
    if not reply.subscriptions:
        return _follows_nothing(reader)
    t = reader.t
    lines = bounded([subscription(one) for one in reply.subscriptions], reader)
    wrong = say(
        t._("There is no filter with the number {typed}. This chat follows:"), typed=code(reply.typed)
    )
    first = reply.subscriptions[0].number
    if reply.verb is Verb.UNSUBSCRIBE:
        works = say(t._("This works: {command}"), command=code(f"/unsubscribe {first}"))
        buttons = _numbers(reply.subscriptions, "/unsubscribe")
    else:
        works = say(t._("This works: {command}"), command=code(f"/filter {first} torture country:TR"))
        buttons = rows(press(t._("Explain"), "/help filter"))
    return Message(lines=paragraphs([wrong, *lines], [works]), rows=buttons)


def changed(reply: desk.FilterChanged, reader: Reader) -> Message:
    t = reader.t
    if reply.before == reply.after:
        return sentences(
            say(t._("Filter {number} stays as it was: {query}"), number=reply.number, query=code(reply.after))
        )
    return Message(
        lines=(
            say(t._("Filter {number} is now: {query}"), number=reply.number, query=code(reply.after)),
            say(t._("Before it was: {query}"), query=code(reply.before)),
            _next(reply.follows, reader),
        ),
        rows=rows(
            press(t._("Change back"), f"/filter {reply.number} {reply.before}"),
            press(t._("My filters"), "/list"),
        ),
    )


def tested(reply: desk.FilterTested, reader: Reader) -> Message:
    t = reader.t
    lines = [_found(reply, reader)]
    counts = [Span(f"{names.language(lang, t)} – {number(n, t)}") for lang, n in reply.by_language if n]
    if counts:
        lines.append(say(t._("By language: {counts}."), counts=listed(counts)))
    newest = [
        say(
            "{title} – {outlet}",
            title=Span(
                clean(article.title, TITLE_LENGTH) or t._("(untitled)"),
                Style.BOLD,
                web_address(article.url),
            ),
            outlet=plain(article.outlet),
        )
        for article in reply.newest
    ]
    after = [say(t._("Nothing was sent, and nothing was changed."))]
    return Message(
        lines=paragraphs(lines, newest, after),
        rows=rows(press(t._("Follow"), f"/subscribe {reply.query}")),
    )


def _found(reply: desk.FilterTested, reader: Reader) -> Line:
    t, query = reader.t, code(reply.query)
    if reply.looked_at == 0:
        return say(t._("There are no reports in the archive yet to try {query} on."), query=query)
    return say(
        t.n_(
            "{query} would have matched {matched} of {n} text in the archive.",
            "{query} would have matched {matched} of {n} texts in the archive.",
            reply.looked_at,
        ),
        query=query,
        matched=number(reply.matched, t),
        n=number(reply.looked_at, t),
    )

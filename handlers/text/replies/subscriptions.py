"""Following filters: subscribing, listing, changing, and filters that cannot be used."""

from __future__ import annotations

from bot.desk import replies as desk
from bot.desk.requests import Verb
from bot.errors import BadFilter, FilterMistake
from bot.model import ChatKind, Subscription, Topic
from handlers.text import names
from handlers.text.catalogue import N_
from handlers.text.commands import EXAMPLE, OTHER_EXAMPLE
from handlers.text.message import Button, Line, Message
from handlers.text.replies import difference, trials
from handlers.text.replies.reader import Reader, bounded, paragraphs, subscription
from handlers.text.replies.timing import summary
from handlers.text.say import code, in_context, press, rows, say

MISTAKES: dict[FilterMistake, str] = {
    FilterMistake.EMPTY: N_("The filter is empty."),
    FilterMistake.TOO_LONG: N_("The filter is too long: 500 characters are the most."),
    FilterMistake.TOO_MANY_TERMS: N_(
        "The filter has too many terms: 50, and 10 parentheses inside each other, are the most."
    ),
    FilterMistake.UNKNOWN_FIELD: N_("There is no such field: {token}"),
    FilterMistake.UNKNOWN_COUNTRY: N_("There is no such country: {token}"),
    FilterMistake.UNKNOWN_TOPIC: N_("There is no such topic: {token}"),
    FilterMistake.UNKNOWN_LANGUAGE: N_("There is no such language: {token}"),
    FilterMistake.UNKNOWN_KIND: N_("There is no such kind of document: {token}"),
    FilterMistake.UNKNOWN_SOURCE: N_("There is no such source: {token}"),
    FilterMistake.UNKNOWN_VALUE: N_("There is no such value: {token}"),
    FilterMistake.UNKNOWN_PACK: N_("There is no such pack: {token}"),
    FilterMistake.PACK_CYCLE: N_("This pack includes itself, directly or through other packs: {token}"),
    FilterMistake.PACK_TOO_LARGE: N_("With this pack the filter is too large: {token}"),
    FilterMistake.RIGHTS_IN_PACK: N_(
        "A pack has no rights: term; the filter that includes the pack has it: {token}"
    ),
    FilterMistake.NO_COUNTERPART: N_("The glossary does not have this word: {token}"),
    FilterMistake.MISSING_VALUE: N_("Nothing is written after this: {token}"),
    FilterMistake.UNCLOSED_QUOTE: N_("A quotation mark is not closed: {token}"),
    FilterMistake.UNBALANCED_PARENTHESIS: N_("A parenthesis is not opened or not closed: {token}"),
    FilterMistake.MISPLACED_OPERATOR: N_("This cannot stand here: {token}"),
    FilterMistake.NOTHING_TO_FIND: N_(
        "There is nothing to find: the filter has no letters, or only leaves things out."
    ),
    FilterMistake.PREFIX_TOO_SHORT: N_("The beginning of a word needs at least three letters: {token}"),
    FilterMistake.CONTRADICTION: N_("No report can match this filter: its parts exclude each other."),
}

#: With what a refused filter is typed again; `/filter` tries it first.
STARTS = {Verb.SUBSCRIBE: "/subscribe", Verb.SEARCH: "/search"}

#: Buttons for filters: one in a row, because filters are long.
WIDTH = 1
MOST_BUTTONS = 8

#: Code points of a refused filter shown on either side of what is wrong in it.
AROUND = 40


def refused(reply: desk.FilterRefused, reader: Reader) -> Message:
    """What is wrong; where, unless that is all there is; and one thing to do."""
    t, problem, typed = reader.t, reply.problem, reply.typed
    start = STARTS.get(reply.verb, "/filter test")
    lines = [say(t._(MISTAKES[problem.mistake]), token=code(problem.token))]
    if problem.token and problem.token != typed and " " in typed:
        place = in_context(typed, problem.at, len(problem.token), AROUND)
        lines.append(say(t._("In the filter: {place}"), place=place))
    if problem.against:
        lines.append(say(t._("It cannot be together with: {term}"), term=code(problem.against)))
    mended = _mended(typed, problem)
    if mended:
        lines.append(say(t._("Did you mean {suggestion}?"), suggestion=code(_word_at(mended, problem.at))))
    else:
        lines.append(say(t._("For example: {command}"), command=code(f"{start} {problem.example}")))
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


def _word_at(text: str, at: int) -> str:
    """What stands between the spaces around a place: "country:AZ"; of a phrase, from there on."""
    start = text.rfind(" ", 0, at) + 1
    end = text.find(" ", at)
    return text[start:] if end < 0 or text[at : at + 1] == '"' else text[start:end]


def choose_filter(reply: desk.ChooseFilter, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(t._("Type what you want to follow: words, a country, a language or a source.")),
            say(t._("For example: {command}"), command=code(f"/subscribe {t._(EXAMPLE)}")),
        ),
        rows=rows(
            *(_suggested(query, reader) for query in reply.suggestions[:MOST_BUTTONS]),
            press(t._("How filters are written"), "/help subscribe"),
            width=WIDTH,
        ),
    )


def _suggested(query: str, reader: Reader) -> tuple[Button, ...]:
    """A button that follows it: named for the reader where the filter is one country or one topic."""
    t = reader.t
    if query == EXAMPLE:
        return press(t._(EXAMPLE), f"/subscribe {t._(EXAMPLE)}")
    field, _, value = query.partition(":")
    label = query
    if field == "topic" and value in set(Topic):
        label = names.topic(Topic(value), t)
    elif field == "country" and value.isalpha():
        label = names.country(value, t)
    return press(label, f"/subscribe {query}")


def subscribed(reply: desk.Subscribed, reader: Reader) -> Message:
    t, one = reader.t, reply.subscription
    first = (
        t._("This chat already has this filter, number {number}: {query}")
        if reply.already
        else t._("Filter {number} is added: {query}")
    )
    lines = [
        say(first, query=code(one.query), number=one.number),
        *difference.in_words(one.query, reader),
        *trials.found(reply.trial, reader),
        next_report(reply.follows, reader),
    ]
    buttons = rows(
        press(t._("Stop"), f"/unsubscribe {one.number}"),
        press(t._("My filters"), "/list"),
    )
    return Message(lines=tuple(lines), rows=buttons)


def next_report(follows: bool, reader: Reader) -> Line:
    t = reader.t
    if follows:
        return say(t._("The newest report that matches comes now."))
    return say(t._("New reports that match will come here."))


def too_many(reply: desk.TooMany, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(
                t.n_(
                    "This chat has {n} filter, and more are not possible.",
                    "This chat has {n} filters, and more are not possible.",
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
        press(t._("Add a filter"), "/subscribe"),
        press(t._("Stop one"), "/unsubscribe"),
        press(t._("Language"), "/lang"),
    )
    told = summary(reply.timing, reader) if reply.timing else []
    return Message(lines=paragraphs([say(title), *lines], [reading, *told]), rows=buttons)


def _follows_nothing(reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(t._("This chat has no filters yet.")),
            say(t._("To follow a subject: {command}"), command=code(f"/subscribe {t._(EXAMPLE)}")),
        ),
        rows=rows(press(t._("Choose a filter"), "/subscribe")),
    )


def choose(reply: desk.ChooseSubscription, reader: Reader) -> Message:
    if not reply.subscriptions:
        return _follows_nothing(reader)
    t = reader.t
    lines = bounded([subscription(one) for one in reply.subscriptions], reader)
    first = reply.subscriptions[0].number
    if reply.verb is Verb.UNSUBSCRIBE:
        question = say(
            t._("Which filter should stop? Press its button or type: {command}"),
            command=code(f"/unsubscribe {first}"),
        )
        return Message(
            lines=paragraphs([question], lines), rows=_numbers(reply.subscriptions, "/unsubscribe")
        )
    how = [
        say(
            t._("To change a filter, type its number and the new filter: {command}"),
            command=code(f"/filter {first} {t._(OTHER_EXAMPLE)}"),
        ),
        say(t._("To try a filter out: {command}"), command=code(f"/filter test {t._(OTHER_EXAMPLE)}")),
    ]
    buttons = rows(press(t._("Explain"), "/help filter"))
    return Message(lines=paragraphs(how, lines), rows=buttons)


def _numbers(subscriptions: tuple[Subscription, ...], verb: str) -> tuple[tuple[Button, ...], ...]:
    """One button for each filter, labelled as in the list."""
    return rows(
        *(
            press(f"{one.number}. {one.name or one.query}", f"{verb} {one.number}")
            for one in subscriptions[:MOST_BUTTONS]
        ),
        width=WIDTH,
    )


def unsubscribed(reply: desk.Unsubscribed, reader: Reader) -> Message:
    t = reader.t
    lines = [say(t._("Stopped:")), *bounded([subscription(one) for one in reply.removed], reader)]
    if reply.left == 0:
        rest = say(t._("This chat has no filters now."))
    else:
        rest = say(t.n_("{n} filter remains.", "{n} filters remain.", reply.left), n=reply.left)
    again = t._("Follow again")
    back = [
        press(again if len(reply.removed) == 1 else f"{again}: {one.query}", f"/subscribe {one.query}")
        for one in reply.removed[:MOST_BUTTONS]
    ]
    return Message(lines=paragraphs(lines, [rest]), rows=rows(*back, press(t._("My filters"), "/list")))


def no_such_number(reply: desk.NoSuchNumber, reader: Reader) -> Message:
    if not reply.subscriptions:
        return _follows_nothing(reader)
    t = reader.t
    lines = bounded([subscription(one) for one in reply.subscriptions], reader)
    wrong = say(t._("There is no filter with this number: {typed}. There are:"), typed=code(reply.typed))
    first = reply.subscriptions[0].number
    if reply.verb is Verb.UNSUBSCRIBE:
        works = say(t._("For example: {command}"), command=code(f"/unsubscribe {first}"))
        buttons = _numbers(reply.subscriptions, "/unsubscribe")
    else:
        works = say(t._("For example: {command}"), command=code(f"/filter {first} {t._(OTHER_EXAMPLE)}"))
        buttons = rows(press(t._("Explain"), "/help filter"))
    return Message(lines=paragraphs([wrong, *lines], [works]), rows=buttons)

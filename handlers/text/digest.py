"""Several reports in one message: a headline, where and when it was published, and its versions, for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.model import Alert, Digest
from handlers.text.card import card
from handlers.text.catalogue import Translator, translator
from handlers.text.message import Card, Line, Message, Span, Style, VersionLink
from handlers.text.replies.reader import paragraphs
from handlers.text.say import code, say
from handlers.text.times import number

MOST_REPORTS = 10  #: in one message; more of them are no longer read on a phone
MOST_LINKS = 3  #: of one report


def digest_message(digest: Digest) -> Message:
    """The digest as its chat reads it, oldest report first."""
    t = translator(digest.settings.interface)
    n = len(digest.alerts)
    head: list[Line] = [(Span(t.n_("{n} report", "{n} reports", n).format(n=number(n, t)), Style.BOLD),)]
    items = [_item(alert, t, late=alert.story.id in digest.late) for alert in digest.alerts]
    more = t.n_("{n} more follows.", "{n} more follow.", digest.more).format(n=number(digest.more, t))
    tail = [say("{more}", more=more)] if digest.more else []
    return Message(lines=paragraphs(head, *items, tail))


def fitting(digest: Digest, pieces: Callable[[Message], int]) -> int:
    """How many reports, from the first, one message holds; `pieces` says how many messages one becomes."""
    fits = min(len(digest.alerts), MOST_REPORTS)
    while fits > 1 and pieces(digest_message(replace(digest, alerts=digest.alerts[:fits]))) > 1:
        fits -= 1
    return fits


def _item(alert: Alert, t: Translator, *, late: bool) -> list[Line]:
    shown = card(alert)
    more = len(alert.story.articles) - len(shown.versions)
    facts = [shown.source, shown.kind, shown.time, t._("late") if late else "", shown.note]
    lines: list[Line] = [
        say("{title}", title=Span(shown.title, Style.BOLD, shown.url)),
        say("{facts}", facts=" · ".join(fact for fact in facts if fact)),
    ]
    links = _links(shown)
    if more > 0:
        further = t.n_("+{n} source", "+{n} sources", more).format(n=more)
        links = (
            *links,
            *([Span(" | ")] if links else []),
            Span(f"{further}: "),
            code(f"/more {shown.story}"),
        )
    return [*lines, links] if links else lines


def _links(shown: Card) -> Line:
    """ "AZ | EN"; nothing where the headline is the only link."""
    links: list[VersionLink] = list(shown.versions[:MOST_LINKS])
    if [link.url for link in links] == [shown.url]:
        return ()
    spans: list[Span] = []
    for link in links:
        spans += [Span(" | ")] if spans else []
        spans.append(Span(link.label, Style.PLAIN, link.url))
    return tuple(spans)

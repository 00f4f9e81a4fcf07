"""What a filter would have found of the past: how much, in which languages, and the newest of it."""

from __future__ import annotations

from bot.desk.replies import Trial
from handlers.text import names
from handlers.text.hygiene import clean, web_address
from handlers.text.message import Line, Span, Style
from handlers.text.replies.reader import Reader
from handlers.text.say import listed, plain, say
from handlers.text.times import number

TITLE_LENGTH = 200


def found(trial: Trial | None, reader: Reader) -> list[Line]:
    """How many of how many, and in which languages; nothing while the archive is empty."""
    if trial is None or trial.looked_at == 0:
        return []
    t = reader.t
    lines = [
        say(
            t.n_(
                "It would have found {matched} of the last {n} text.",
                "It would have found {matched} of the last {n} texts.",
                trial.looked_at,
            ),
            matched=number(trial.matched, t),
            n=number(trial.looked_at, t),
        )
    ]
    counts = [Span(f"{names.language(lang, t)} – {number(n, t)}") for lang, n in trial.by_language if n]
    if counts:
        lines.append(say(t._("By language: {counts}."), counts=listed(counts)))
    return lines


def newest(trial: Trial, reader: Reader) -> list[Line]:
    """The newest texts that it would have found."""
    return [
        say(
            "{title} – {outlet}",
            title=Span(
                clean(article.title, TITLE_LENGTH) or reader.t._("(untitled)"),
                Style.BOLD,
                web_address(article.url),
            ),
            outlet=plain(article.outlet),
        )
        for article in trial.newest
    ]

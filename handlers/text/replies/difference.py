"""What a change of a filter or pack does to the last reports, and what a filter means, in words."""

from __future__ import annotations

from bot.desk.replies import Difference
from bot.errors import BadFilter
from bot.filters.grammar import parse
from bot.filters.sense import lets_everything_through
from bot.model import Article
from handlers.text.describe import describe
from handlers.text.hygiene import clean, web_address
from handlers.text.message import Line, Span, Style
from handlers.text.replies.reader import Reader
from handlers.text.say import say

TITLE_LENGTH = 200


def compared(difference: Difference | None, reader: Reader) -> list[Line]:
    """How many more and how many fewer; nothing where there was nothing to compare."""
    if difference is None:
        return []
    return [
        say(
            reader.t._("Compared with before: {gained} more, {lost} fewer."),
            gained=difference.gained,
            lost=difference.lost,
        )
    ]


def titles(difference: Difference | None, reader: Reader) -> list[Line]:
    """The newest of both kinds, each with its sign."""
    if difference is None:
        return []
    return [
        *(_title("+", article, reader) for article in difference.newest_gained),
        *(_title("−", article, reader) for article in difference.newest_lost),
    ]


def _title(sign: str, article: Article, reader: Reader) -> Line:
    title = clean(article.title, TITLE_LENGTH) or reader.t._("(untitled)")
    return say("{sign} {title}", sign=sign, title=Span(title, Style.PLAIN, web_address(article.url)))


def in_words(query: str, reader: Reader) -> list[Line]:
    """What the filter finds, and whether it leaves anything out; nothing for one that cannot be read."""
    t = reader.t
    try:
        wanted = parse(query)
    except BadFilter:  # written by an older grammar
        return []
    lines = [say(t._("In words: {meaning}."), meaning=describe(wanted, t.lang))]
    if lets_everything_through(wanted.root):
        lines.append(
            say(t._("Almost every report matches this filter. A word, a country or a topic would narrow it."))
        )
    return lines

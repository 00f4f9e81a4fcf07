"""Reports as moderators see them: what was taken for one, why, and how to put it right."""

from __future__ import annotations

from bot.desk.replies import Coverage, StoriesJoined, StoryMistake, StoryRefused, StoryShown, StorySplit, Tie
from bot.model import Article, Story
from handlers.text.catalogue import N_
from handlers.text.hygiene import clean, web_address
from handlers.text.message import Line, Message, Span, Style
from handlers.text.replies.reader import Reader, bounded, paragraphs
from handlers.text.say import code, plain, press, rows, say

TITLE_LENGTH = 200

MISTAKES: dict[StoryMistake, str] = {
    StoryMistake.NOT_FOUND: N_("No report is known at this address: {typed}"),
    StoryMistake.ALONE: N_("This report has no other article that it could be split from: {typed}"),
    StoryMistake.ONE_ALREADY: N_("Both addresses are one report already: {typed}"),
    StoryMistake.UNKNOWN_ACTION: N_("There is no such action on a report: {typed}"),
}


def coverage(reply: Coverage, reader: Reader) -> Message:
    """Every article with its outlet and language, each a link."""
    return Message(lines=(_head(reply.story, reader), *_articles(reply.story, reader)))


def _head(story: Story, reader: Reader) -> Line:
    count = len(story.articles)
    return say(
        reader.t.n_("One article tells this report:", "{n} articles tell this report:", count), n=count
    )


def _articles(story: Story, reader: Reader) -> list[Line]:
    return bounded([_article(at, one, reader) for at, one in enumerate(story.articles, 1)], reader)


def shown(reply: StoryShown, reader: Reader) -> Message:
    """Every article, and what holds them together."""
    ties = [_tie(one, reader) for one in reply.ties]
    return Message(
        lines=paragraphs(
            [_head(reply.story, reader), *_articles(reply.story, reader)],
            bounded(ties, reader),
            _next(reply, reader),
        )
    )


def _article(number: int, article: Article, reader: Reader) -> Line:
    title = clean(article.title, TITLE_LENGTH) or reader.t._("(untitled)")
    return say(
        "{number}. {title} ({outlet}, {lang})",
        number=number,
        title=Span(title, Style.PLAIN, web_address(article.url)),
        outlet=plain(article.outlet),
        lang=article.lang.value.upper(),
    )


def _tie(one: Tie, reader: Reader) -> Line:
    t = reader.t
    if one.percent is None:
        return say(t._("{a} and {b}: the publisher says so."), a=one.a, b=one.b)
    return say(
        t._("{a} and {b}: {percent} % sure, by {evidence}"),
        a=one.a,
        b=one.b,
        percent=one.percent,
        evidence=code(", ".join(one.evidence)) if one.evidence else t._("the same meaning"),
    )


def _next(reply: StoryShown, reader: Reader) -> list[Line]:
    last = reply.story.articles[-1]
    if len(reply.story.articles) < 2 or not last.url:
        return []
    return [say(reader.t._("To take one out: {command}"), command=code(f"/story split {last.url}"))]


def split(reply: StorySplit, reader: Reader) -> Message:
    t = reader.t
    lines = [
        say(t._("This is a report of its own now, and stays one:")),
        _article(1, reply.article, reader),
        say(t._("Messages that showed it are being corrected.")),
    ]
    other = next((one.url for one in reply.others if one.url), None)
    if other and reply.article.url:
        command = code(f"/story join {other} {reply.article.url}")
        lines.append(say(t._("To undo it: {command}"), command=command))
    return Message(lines=tuple(lines))


def joined(reply: StoriesJoined, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=paragraphs(
            [say(t._("These are one report now:")), *_articles(reply.story, reader)],
            [say(t._("Messages that showed one of them are being corrected."))],
        )
    )


def refused(reply: StoryRefused, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(say(t._(MISTAKES[reply.mistake]), typed=code(reply.typed)),),
        rows=rows(press(t._("Explain"), "/help story")),
    )

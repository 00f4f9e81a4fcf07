"""What a chat has muted, and what of a report could be."""

from __future__ import annotations

from bot.desk.replies import MuteChoices, MuteRefused, MutesShown
from bot.model import Mute, Muted, Topic
from handlers.text import names
from handlers.text.card import lead_of
from handlers.text.catalogue import Translator
from handlers.text.hygiene import clean, web_address
from handlers.text.message import Line, Message, Span, Style
from handlers.text.replies.reader import Reader, bounded, paragraphs
from handlers.text.say import code, plain, press, rows, say

MOST_BUTTONS = 8
TITLE_LENGTH = 200


def shown(reply: MutesShown, reader: Reader) -> Message:
    t = reader.t
    head: list[Line] = []
    if reply.unmuted_all:
        head = [say(t._("Nothing is muted any more."))]
    elif reply.changed is not None:
        done = t._("Muted: {what}") if reply.muted else t._("No longer muted: {what}")
        head = [say(done, what=_told(reply.changed, t))]
    if not reply.mutes:
        rest = [] if reply.unmuted_all else [say(t._("Nothing is muted in this chat."))]
        return Message(lines=paragraphs(head, rest), rows=rows(press(t._("My filters"), "/list")))
    lines = [say("– {what}", what=_told(mute, t)) for mute in reply.mutes]
    listed = [say(t._("Muted in this chat, whatever its filters find:")), *bounded(lines, reader)]
    label = t._("Unmute: {what}")
    buttons = rows(
        *(
            press(label.format(what=_short(mute, t)), f"/unmute {_typed(mute)}")
            for mute in reply.mutes[:MOST_BUTTONS]
        ),
        width=1,
    )
    return Message(lines=paragraphs(head, listed), rows=buttons)


def choices(reply: MuteChoices, reader: Reader) -> Message:
    t, story = reader.t, reply.story
    lead = lead_of(story, reader.settings)
    title = Span(clean(lead.title, TITLE_LENGTH) or t._("(untitled)"), Style.BOLD, web_address(lead.url))
    sources = dict.fromkeys((article.source, article.outlet) for article in story.articles)
    topics = dict.fromkeys(topic for article in story.articles for topic in article.topics)
    buttons = rows(
        press(t._("This report"), f"/mute story:{story.id}"),
        *(press(t._("Source: {name}").format(name=outlet), f"/mute source:{key}") for key, outlet in sources),
        *(
            press(t._("Topic: {name}").format(name=names.topic(topic, t)), f"/mute topic:{topic.value}")
            for topic in topics
        ),
        width=1,
    )
    return Message(lines=((title,), say(t._("What should no longer come to this chat?"))), rows=buttons)


def refused(reply: MuteRefused, reader: Reader) -> Message:
    t = reader.t
    wrong = {
        Muted.SOURCE: t._("There is no such source: {token}"),
        Muted.TOPIC: t._("There is no such topic: {token}"),
        Muted.STORY: t._("There is no such report in the archive: {typed}"),
        None: t._("This was not understood: {typed}"),
    }[reply.what]
    typed = code(reply.typed)
    lines = [say(wrong, token=typed, typed=typed)]
    verb = f"/{reply.verb.value}"
    field = reply.what.value if reply.what else "topic"
    if reply.nearest:
        near = f"{verb} {field}:{reply.nearest}"
        lines.append(say(t._("Did you mean {suggestion}?"), suggestion=code(near)))
        return Message(lines=tuple(lines), rows=rows(press(near, near)))
    lines.append(say(t._("For example: {command}"), command=code(f"{verb} topic:elections")))
    return Message(lines=tuple(lines), rows=rows(press(t._("Sources"), "/sources")))


def _told(mute: Mute, t: Translator) -> Line:
    match mute.what:
        case Muted.SOURCE:
            return say(t._("the source {name}"), name=code(mute.value))
        case Muted.TOPIC:
            return say(t._("the topic {name}"), name=plain(names.topic(Topic(mute.value), t)))
        case Muted.STORY:
            return say(t._("the report {name}"), name=code(mute.value))


def _short(mute: Mute, t: Translator) -> str:
    return names.topic(Topic(mute.value), t) if mute.what is Muted.TOPIC else mute.value


def _typed(mute: Mute) -> str:
    return f"{mute.what.value}:{mute.value}"

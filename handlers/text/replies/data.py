"""Language, and what is held about a chat."""

from __future__ import annotations

from bot.desk.replies import Forgotten, LanguageSet, LanguageShown, MyData
from bot.model import Platform
from handlers.text import names
from handlers.text.message import Button, Line, Message
from handlers.text.replies.reader import Reader, bounded, paragraphs, sentences, subscription
from handlers.text.say import code, plain, press, rows, say

#: Names of their own, the same in every language.
PLATFORMS = {Platform.TELEGRAM: "Telegram", Platform.SLACK: "Slack", Platform.WEB: "Web"}


def language_shown(reply: LanguageShown, reader: Reader) -> Message:
    t = reader.t
    lines = []
    if reply.typed:
        lines.append(say(t._("There is no choice {typed} here."), typed=code(reply.typed)))
    lines.append(say(t._("You read reports {versions}."), versions=names.versions(reply.versions, t)))
    lines.append(
        say(
            t._("Choose: {az}, {en} or {both}."),
            az=code("/lang az"),
            en=code("/lang en"),
            both=code("/lang both"),
        )
    )
    return Message(lines=tuple(lines), rows=_languages(reader))


def _languages(reader: Reader) -> tuple[tuple[Button, ...], ...]:
    return rows(
        press("Azərbaycanca", "/lang az"),
        press("English", "/lang en"),
        press(reader.t._("Both"), "/lang both"),
        width=3,
    )


def language_set(reply: LanguageSet, reader: Reader) -> Message:
    t = reader.t
    return Message(
        lines=(
            say(t._("From now on you read reports {versions}."), versions=names.versions(reply.versions, t)),
            say(t._("A report that exists in the other language only comes all the same, and says so.")),
        ),
        rows=_languages(reader),
    )


def my_data(reply: MyData, reader: Reader) -> Message:
    t = reader.t
    if not reply.held:
        return sentences(say(t._("Nothing is held about this chat.")))
    held = [
        say(t._("Held about this chat, all of it:")),
        say(t._("– its identifier on {platform}, encrypted"), platform=PLATFORMS[reply.platform]),
        say(t._("– language of this bot: {language}"), language=names.language(t.lang, t)),
        say(t._("– reports: {versions}"), versions=names.versions(reply.settings.versions, t)),
        say(t._("– time zone: {zone}"), zone=plain(reply.settings.zone)),
        *_kept(reply, reader),
    ]
    followed = bounded([subscription(one) for one in reply.subscriptions], reader)
    filters = [say(t._("Filters:")), *followed] if followed else [say(t._("Filters: none"))]
    after = [
        say(t._("Not held: names, messages, what you read or press, when you were here.")),
        say(t._("{command} erases everything at once."), command=code("/forget")),
    ]
    return Message(lines=paragraphs(held, filters, after), rows=rows(press(t._("My filters"), "/list")))


def _kept(reply: MyData, reader: Reader) -> list[Line]:
    t = reader.t
    lines = [
        say(
            t.n_(
                "– {n} record of a sent report, so that it can be updated; kept for {days} days at most",
                "– {n} records of sent reports, so that they can be updated; kept for {days} days at most",
                reply.receipts,
            ),
            n=reply.receipts,
            days=reply.receipt_days,
        )
    ]
    if reply.inbox:
        lines.append(
            say(
                t.n_(
                    "– {n} message kept to show it on the page again",
                    "– {n} messages kept to show them on the page again",
                    reply.inbox,
                ),
                n=reply.inbox,
            )
        )
    if reply.moderator:
        lines.append(say(t._("– that you are a moderator of this bot")))
    return lines


def forgotten(reply: Forgotten, reader: Reader) -> Message:
    t = reader.t
    if not reply.held:
        return sentences(say(t._("There was nothing to erase: nothing is held about this chat.")))
    return Message(
        lines=(
            say(t._("Everything held about this chat is erased; no more reports will come.")),
            say(t._("Messages that were sent already stay in the chat; you can delete them there.")),
            say(t._("To begin anew: {command}"), command=code("/start")),
        )
    )

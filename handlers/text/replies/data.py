"""Language, and what is held about a chat."""

from __future__ import annotations

from bot.desk.replies import Forgotten, LanguageSet, LanguageShown, MyData
from bot.model import Platform, Versions
from handlers.text import names
from handlers.text.catalogue import N_
from handlers.text.message import Button, Line, Message
from handlers.text.replies.reader import Reader, bounded, paragraphs, sentences, subscription
from handlers.text.say import code, plain, press, rows, say
from handlers.text.times import clock

PLATFORMS = {Platform.TELEGRAM: N_("Telegram"), Platform.SLACK: N_("Slack"), Platform.WEB: N_("web page")}


def language_shown(reply: LanguageShown, reader: Reader) -> Message:
    t = reader.t
    lines = []
    if reply.typed:
        lines.append(say(t._("There is no such choice: {typed}"), typed=code(reply.typed)))
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
    lines = [say(t._("From now on you read reports {versions}."), versions=names.versions(reply.versions, t))]
    if reply.versions is not Versions.BOTH:
        lines.append(say(t._("A report that exists only in the other language still comes, and says so.")))
    return Message(lines=tuple(lines), rows=_languages(reader))


def my_data(reply: MyData, reader: Reader) -> Message:
    t = reader.t
    if not reply.held:
        return sentences(say(t._("Nothing is held about this chat.")))
    held = [
        say(t._("Everything held about this chat:")),
        say(t._("– its identifier ({platform}), encrypted"), platform=t._(PLATFORMS[reply.platform])),
        say(t._("– language of this bot: {language}"), language=names.language(t.lang, t)),
        say(t._("– reports: {versions}"), versions=names.versions(reply.settings.versions, t)),
        say(t._("– time zone: {zone}"), zone=plain(reply.settings.zone)),
        *_kept(reply, reader),
    ]
    held += _timing(reply, reader)
    if reply.draft:
        held.append(say(t._("– the filter that was tried last: {query}"), query=code(reply.draft)))
    followed = bounded([subscription(one) for one in reply.subscriptions], reader)
    filters = [say(t._("Filters:")), *followed] if followed else [say(t._("Filters: none"))]
    after = [
        say(t._("Not held: names, what you write, read or press, and when you were here.")),
        say(t._("{command} erases everything at once."), command=code("/forget")),
    ]
    return Message(lines=paragraphs(held, filters, after), rows=rows(press(t._("My filters"), "/list")))


def _timing(reply: MyData, reader: Reader) -> list[Line]:
    """When the chat is told, where that is not at once."""
    t, settings = reader.t, reply.settings
    lines = []
    if settings.digest is not None:
        lines.append(say(t._("– when reports come together: {time}"), time=clock(settings.digest.minute)))
    if settings.quiet is not None:
        hours = f"{clock(settings.quiet.start)}–{clock(settings.quiet.end)}"
        lines.append(say(t._("– quiet hours: {hours}"), hours=hours))
    if settings.paused_until is not None:
        lines.append(say(t._("– that this chat was paused: {command}"), command=code("/pause")))
    if settings.mutes:
        n = len(settings.mutes)
        lines.append(say(t.n_("– {n} thing that is muted", "– {n} things that are muted", n), n=n))
    if reply.waiting:
        waits = t.n_(
            "– {n} report that waits to be told", "– {n} reports that wait to be told", reply.waiting
        )
        lines.append(say(waits, n=reply.waiting))
    return lines


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
                    "– {n} report kept to show it on the page again",
                    "– {n} reports kept to show them on the page again",
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
        return sentences(say(t._("There is nothing to erase: nothing is held about this chat.")))
    return Message(
        lines=(
            say(t._("Everything held about this chat is erased. No more reports will come.")),
            say(t._("On Telegram and Slack, sent messages stay in the chat; you can delete them there.")),
            say(t._("To start again: {command}"), command=code("/start")),
        )
    )

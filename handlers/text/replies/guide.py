"""Finding one's way: welcome, help, and what to do when a command cannot be followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bot.desk.replies import Barrier, Help, Missing, NotAllowed, PlainText, UnknownCommand, Welcome
from bot.desk.requests import ALIASES, Verb
from handlers.text import notices
from handlers.text.catalogue import N_, Translator
from handlers.text.commands import EXAMPLE, MENUS, SUMMARIES, Menu
from handlers.text.message import Line, Message
from handlers.text.replies.reader import Reader, paragraphs, sentences
from handlers.text.say import bold, code, listed, press, rows, say


@dataclass(frozen=True, slots=True)
class Page:
    """The help of one command: sentences, then things to type with what they do."""

    body: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]


PAGES: dict[Verb, Page] = {
    Verb.START: Page(
        (N_("Tells in a few lines what this bot does and how to begin."),),
        (("/start", N_("shows the first message again")),),
    ),
    Verb.HELP: Page(
        (N_("Lists all commands, or explains the one you name."),),
        (("/help subscribe", N_("explains how filters are written")),),
    ),
    Verb.SUBSCRIBE: Page(
        (
            N_("Every report that matches the filter comes to this chat once."),
            N_("All words must occur. Endings and capital letters make no difference."),
            N_("Only human-rights news comes, unless the filter says {code}."),
        ),
        (
            ("/subscribe torture country:AZ", N_("reports about Azerbaijan with this word")),
            ('/subscribe "siyasi məhbus"', N_("these words next to each other, with any ending")),
            ("/subscribe (işgəncə OR torture) country:AZ", N_("one of the two words is enough")),
            ("/subscribe topic:media_freedom", N_("a topic, in whatever words it is told")),
            ("/subscribe jurnalist lang:az", N_("only texts in Azerbaijani")),
            ("/subscribe həbs -futbol", N_("leaves out texts with the second word")),
            ("/sources", N_("shows the short names of the sources, as in source:amnesty")),
        ),
    ),
    Verb.UNSUBSCRIBE: Page(
        (N_("Type the number that {code} shows."),),
        (
            ("/unsubscribe 2", N_("stops the filter with the number 2")),
            ("/unsubscribe 1 3", N_("stops several filters")),
            ("/unsubscribe all", N_("stops all filters; the settings stay")),
        ),
    ),
    Verb.LIST: Page(
        (N_("Shows the filters of this chat with their numbers."),),
        (("/list", N_("shows all filters")),),
    ),
    Verb.FILTER: Page(
        (
            N_("Shows what a filter would have found; a button below it saves what was shown."),
            N_("A filter may have a name, which works wherever its number does."),
        ),
        (
            ("/filter 2 torture country:TR", N_("shows what this would change in the place of filter 2")),
            ("/filter test jurnalist lang:az", N_("tries a filter on the archive; nothing is sent")),
            ("/filter name 2 media", N_("calls filter 2 “media”")),
        ),
    ),
    Verb.WHY: Page(
        (N_("Shows why a report matched: its words, country or topic. Or what was missing."),),
        (
            ("/why", N_("explains why the latest report came to this chat")),
            (
                "/why https://example.org/report",
                N_("explains why the report at this address came or did not come"),
            ),
        ),
    ),
    Verb.MORE: Page(
        (N_("Every article that tells a report, in both languages and in other outlets, with its link."),),
        (
            ("/more https://example.org/en/1", N_("shows the articles of the report at that address")),
            ("/more", N_("shows those of the report that came last")),
        ),
    ),
    Verb.LATEST: Page(
        (N_("Shows the last reports that this chat follows, or of all human-rights news."),),
        (
            ("/latest", N_("shows the last five")),
            ("/latest 10", N_("shows as many; 20 at most")),
        ),
    ),
    Verb.SEARCH: Page(
        (
            N_("Looks through the archive with a filter, written as for {code}."),
            N_("Only human-rights news is searched, unless the filter says rights:any."),
        ),
        (
            ("/search torture country:AZ", N_("finds reports with this word and country")),
            ("/search torture page:2", N_("shows the second page")),
        ),
    ),
    Verb.CASE: Page(
        (
            N_("Finds a person in every spelling of the name: Azerbaijani, English, Russian."),
            N_("Also offers a filter that follows the name."),
        ),
        (
            ("/case Anar Məmmədli", N_("finds Anar Mammadli as well")),
            ("/case Məmmədli page:2", N_("shows the second page")),
        ),
    ),
    Verb.LANG: Page(
        (N_("Sets the language in which you read. Every report keeps its links to both versions."),),
        (
            ("/lang az", N_("reports and this bot in Azerbaijani")),
            ("/lang en", N_("reports and this bot in English")),
            ("/lang both", N_("reports in both languages; the bot keeps its language")),
        ),
    ),
    Verb.DIGEST: Page(
        (
            N_("Reports are kept and come together, in one message or a few. None of them is lost."),
            N_("Times are local to this chat; {code} sets the zone."),
        ),
        (
            ("/digest daily 08:00", N_("every day at this time")),
            ("/digest weekly mon 08:00", N_("once a week, on Mondays")),
            ("/digest off", N_("every report at once again")),
        ),
    ),
    Verb.QUIET: Page(
        (N_("In these hours nothing new is sent. What they bring comes afterwards, together."),),
        (
            ("/quiet 22-07", N_("from ten in the evening to seven in the morning")),
            ("/quiet urgent on", N_("urgent actions come at once all the same")),
            ("/quiet off", N_("no quiet hours any more")),
        ),
    ),
    Verb.PAUSE: Page(
        (N_("Stops reports for a while. What comes meanwhile is kept and told together afterwards."),),
        (
            ("/pause 2h", N_("for two hours")),
            ("/pause 3d", N_("for three days")),
            ("/pause all", N_("until you type {code}")),
        ),
    ),
    Verb.RESUME: Page(
        (N_("Ends a pause; what was kept comes at once."),),
        (("/resume", N_("ends the pause")),),
    ),
    Verb.ZONE: Page(
        (N_("Digests and quiet hours go by this zone, and so do the times under reports."),),
        (
            ("/zone Asia/Baku", N_("the time of Baku")),
            ("/zone brussels", N_("a city is enough where its zone has its name")),
        ),
    ),
    Verb.MUTE: Page(
        (N_("What is muted does not come, whatever the filters find. {code} takes it back."),),
        (
            ("/mute https://example.org/report", N_("shows what of this report can be muted")),
            ("/mute topic:elections", N_("leaves out a topic")),
            ("/mute source:amnesty", N_("leaves out what only this source tells")),
            ("/mute", N_("shows what is muted")),
        ),
    ),
    Verb.UNMUTE: Page(
        (N_("Takes a mute back. {code} shows what is muted."),),
        (
            ("/unmute topic:elections", N_("lets the topic come again")),
            ("/unmute all", N_("takes everything back")),
        ),
    ),
    Verb.SOURCES: Page(
        (N_("Shows every source, when it last answered, and what is wrong when it does not."),),
        (("/sources", N_("shows all sources")),),
    ),
    Verb.MYDATA: Page(
        (N_("Shows everything that is held about this chat, in plain words."),),
        (("/mydata", N_("shows the whole list")),),
    ),
    Verb.FORGET: Page(
        (N_("Erases the filters, the settings and the identifier of this chat, without asking again."),),
        (("/forget", N_("erases everything")),),
    ),
    Verb.SOURCE: Page(
        (N_("For moderators. A source from the configuration file is changed in that file."),),
        (
            ("/source test https://example.org/feed", N_("reads a feed and keeps nothing")),
            ("/source add https://example.org/feed example", N_("adds it, with the short name “example”")),
            ("/source pause example", N_("stops reading it")),
            ("/source resume example", N_("reads it again")),
            ("/source list", N_("shows all sources with details")),
            ("/source export", N_("gives all sources as a list for feed readers (OPML)")),
            (
                "/source import https://example.org/feeds.opml",
                N_("adds the feeds of such a list, those that work"),
            ),
        ),
    ),
    Verb.PACK: Page(
        (
            N_("For moderators. A pack is a part of a filter with a name; chats include it as {code}."),
            N_("A change reaches every filter that includes the pack; try it before you make it."),
        ),
        (
            ("/pack test press jurnalist OR bloger", N_("shows what it would find; changes nothing")),
            ("/pack set press jurnalist OR bloger", N_("makes or changes the pack “press”")),
            ("/pack list", N_("shows all packs and how many filters include each")),
            ("/pack show press", N_("shows one pack")),
            ("/pack remove press", N_("removes a pack that no filter includes")),
        ),
    ),
    Verb.STORY: Page(
        (
            N_("For moderators. A report is all articles that tell the same, in any language and outlet."),
            N_("What you split or join stays so, and the messages that were sent are corrected."),
        ),
        (
            ("/story show https://example.org/en/1", N_("shows what was taken for one report, and why")),
            ("/story split https://example.org/en/1", N_("makes that article a report of its own")),
            (
                "/story join https://example.org/az/1 https://example.org/en/1",
                N_("makes the two reports one"),
            ),
        ),
    ),
    Verb.FREEZE: Page(
        (N_("For moderators. Nothing is sent to anybody until {code}; reports are still read and kept."),),
        (("/freeze", N_("stops everything within a second")),),
    ),
    Verb.UNFREEZE: Page(
        (N_("For moderators. Ends what {code} began."),),
        (
            ("/unfreeze", N_("shows what waits and changes nothing")),
            ("/unfreeze send", N_("goes on, and sends what waited")),
            ("/unfreeze discard", N_("goes on without what waited; it stays in the archive")),
        ),
    ),
    Verb.MODERATOR: Page(
        (N_("Redeems the code that the operator of the bot gave you. A code works once."),),
        (("/moderator CODE", N_("with your own code in the place of CODE")),),
    ),
}

#: What `{code}` stands for in the sentences of a page.
INLINE: dict[Verb, str] = {
    Verb.SUBSCRIBE: "rights:any",
    Verb.SEARCH: "/subscribe",
    Verb.UNSUBSCRIBE: "/list",
    Verb.DIGEST: "/zone",
    Verb.PAUSE: "/resume",
    Verb.MUTE: "/unmute",
    Verb.UNMUTE: "/mute",
    Verb.FREEZE: "/unfreeze",
    Verb.UNFREEZE: "/freeze",
    Verb.PACK: "pack:press",
}


def welcome(reply: Welcome, reader: Reader) -> Message:
    t = reader.t
    what = [
        say(t._("Human-rights reports from many sources, one message for each, in Azerbaijani and English.")),
        say(t._("You choose what comes here; nothing else will.")),
    ]
    if reply.returning:
        what[1:] = [say(t._("This chat already has filters."))]
    begin = [
        say(t._("To follow a subject: {command}"), command=code(f"/subscribe {t._(EXAMPLE)}")),
        say(t._("What you follow: {command}"), command=code("/list")),
        say(t._("All commands: {command}"), command=code("/help")),
    ]
    stored = [
        say(
            t._(
                "Stored: the identifier of this chat, encrypted, with your filters and settings. "
                "No name, no messages. {command} erases it."
            ),
            command=code("/forget"),
        )
    ]
    buttons = rows(
        press(t._("Choose a filter"), "/subscribe"),
        press(t._("Sources"), "/sources"),
        press("Azərbaycanca", "/lang az"),
        press("English", "/lang en"),
    )
    return Message(lines=paragraphs(what, begin, stored), rows=buttons)


def helped(reply: Help, reader: Reader) -> Message:
    return overview(reply.moderator, reader) if reply.verb is None else page(reply.verb, reader.t)


def overview(moderator: bool, reader: Reader) -> Message:
    """Every command in a line."""
    t = reader.t
    verbs = MENUS[Menu.MODERATORS if moderator else Menu.PRIVATE]
    commands = [
        say("{command} – {summary}", command=code(f"/{verb.value}"), summary=t._(SUMMARIES[verb]))
        for verb in verbs
    ]
    more = [
        say(t._("More about one command: {command}"), command=code("/help subscribe")),
        say(t._("A filter to begin with: {command}"), command=code(f"/subscribe {t._(EXAMPLE)}")),
    ]
    buttons = rows(
        press(t._("How filters are written"), "/help subscribe"),
        press(t._("Choose a filter"), "/subscribe"),
    )
    return Message(lines=paragraphs(commands, more), rows=buttons)


def page(verb: Verb, t: Translator) -> Message:
    """One command explained."""
    described = PAGES[verb]
    title: list[Line] = [
        say("{command} – {summary}", command=bold(f"/{verb.value}"), summary=t._(SUMMARIES[verb]))
    ]
    inline = code(INLINE.get(verb, ""))
    body = [say(t._(sentence), code=inline) for sentence in described.body]
    examples = [
        say("{command} – {meaning}", command=code(command), meaning=say(t._(meaning), code=inline))
        for command, meaning in described.examples
    ]
    short = [code(f"/{alias}") for alias, meant in ALIASES.items() if meant is verb]
    also = [say(t._("Other names: {commands}"), commands=listed(short))] if short else []
    return Message(
        lines=paragraphs(title, body, examples, also), rows=rows(press(t._("All commands"), "/help"))
    )


def unknown_command(reply: UnknownCommand, reader: Reader) -> Message:
    t = reader.t
    there_is_none = say(t._("There is no command {typed}."), typed=code(reply.typed))
    if reply.nearest is None:
        hint = say(t._("{command} lists all commands."), command=code("/help"))
        return Message(lines=(there_is_none, hint), rows=rows(press(t._("All commands"), "/help")))
    near = f"/{reply.nearest.value}"
    hint = say(t._("Did you mean {command}?"), command=code(near))
    explanation = f"/help {reply.nearest.value}"
    explain = press(explanation, explanation) if reply.nearest is not Verb.HELP else ()
    buttons = rows(explain, press(t._("All commands"), "/help"))
    return Message(lines=(there_is_none, hint), rows=buttons)


def plain_text(reply: PlainText, reader: Reader) -> Message:
    t = reader.t
    if reply.query is None:
        return Message(
            lines=(
                say(t._("This bot understands commands only.")),
                say(t._("{command} lists all commands."), command=code("/help")),
            ),
            rows=rows(press(t._("All commands"), "/help")),
        )
    command = f"/subscribe {reply.query}"
    return Message(
        lines=(
            say(t._("This is not a command. Do you want to follow reports about it?")),
            say(t._("Press the button, or type: {command}"), command=code(command)),
        ),
        rows=rows(
            press(t._("Follow"), command),
            press(t._("Try it first"), f"/filter test {reply.query}"),
        ),
    )


def not_allowed(reply: NotAllowed, reader: Reader) -> Message:
    t, command = reader.t, code(f"/{reply.verb.value}")
    match reply.barrier:
        case Barrier.NEEDS_ADMIN:
            return sentences(
                say(
                    t._("{command} changes this chat, and only its administrators may do that."),
                    command=command,
                ),
                say(t._("Ask an administrator, or use the command in a private chat with this bot.")),
            )
        case Barrier.NEEDS_MODERATOR:
            return sentences(
                say(t._("{command} is for the moderators of this bot."), command=command),
                say(t._("To suggest a source, write to the operator of the bot.")),
            )
        case Barrier.PRIVATE_ONLY:
            return sentences(
                say(t._("{command} works in a private chat with this bot only."), command=command),
                say(t._("Open the private chat and send it there.")),
            )
        case _ as never:
            assert_never(never)


def missing(reply: Missing, reader: Reader) -> Message:
    t = reader.t
    command, meaning = PAGES[reply.verb].examples[0]
    return Message(
        lines=(
            say(t._("This command is incomplete: {command}"), command=code(f"/{reply.verb.value}")),
            say(t._("For example: {command} – {meaning}"), command=code(command), meaning=t._(meaning)),
        ),
        rows=rows(press(t._("Explain"), f"/help {reply.verb.value}")),
    )


def away(reader: Reader) -> Message:
    return notices.away(reader.t.lang)

"""Sentences that are no answers of the desk: faults, hints of the platforms, the page's own words."""

from __future__ import annotations

from bot.model import Language
from handlers.text.catalogue import translator
from handlers.text.commands import EXAMPLE
from handlers.text.message import Message
from handlers.text.say import code, say


def away(lang: Language) -> Message:
    """The store does not answer."""
    t = translator(lang)
    return Message(
        lines=(
            say(t._("The bot cannot reach its database at the moment. Nothing was changed.")),
            say(t._("Please try again in a few minutes.")),
        )
    )


def unexpected(lang: Language) -> Message:
    """A defect of ours. It is in the log; the person learns only what to do."""
    t = translator(lang)
    return Message(
        lines=(
            say(t._("The command failed because of a fault in the bot. The fault was recorded.")),
            say(t._("Please try once more. All commands: {command}"), command=code("/help")),
        )
    )


def too_fast(lang: Language) -> Message:
    """Somebody sends more commands than one chat may."""
    t = translator(lang)
    return Message(lines=(say(t._("Too many commands at once. Please wait a minute.")),))


def answered_privately(lang: Language) -> Message:
    """In a group, when the answer went to the private chat."""
    t = translator(lang)
    return Message(lines=(say(t._("The answer is in your private chat with this bot.")),))


def open_private_chat(lang: Language) -> Message:
    """In a group, when the person has never opened the private chat."""
    t = translator(lang)
    return Message(
        lines=(say(t._("Please open a private chat with this bot first, then repeat the command there.")),)
    )


def stranger(lang: Language) -> Message:
    """In a group, to somebody who may not change it: the same words whatever was asked."""
    t = translator(lang)
    return Message(
        lines=(
            say(t._("In this chat only administrators use this bot. A private chat is open to everybody.")),
        )
    )


def press_answer(lang: Language) -> str:
    """A short confirmation of a pressed button whose message says the rest."""
    return translator(lang)._("Done")


def stale_button(lang: Language) -> str:
    """A button of a message that this version of the bot does not know."""
    return translator(lang)._("This button is too old. Please type the command.")


def slack_usage(lang: Language, command: str = "/xeberdar") -> Message:
    """The slash command without a verb."""
    t = translator(lang)
    return Message(
        lines=(
            say(t._("Type what to do after {command}, for example:"), command=code(command)),
            (code(f"{command} subscribe {t._(EXAMPLE)}"),),
            (code(f"{command} list"),),
            (code(f"{command} help"),),
        )
    )


def slack_not_in_channel(lang: Language, invite: str = "/invite @xeberdar") -> Message:
    """The bot cannot write into this channel."""
    t = translator(lang)
    return Message(
        lines=(
            say(t._("This bot is not a member of the channel and cannot write here.")),
            say(t._("Invite it first: {command}"), command=code(invite)),
        )
    )


def web_strings(lang: Language) -> dict[str, str]:
    """The page's own words, by name."""
    t = translator(lang)
    return {
        "lang": t.lang.value,
        "title": "Xəbərdar",
        "tagline": t._("Human-rights reports in Azerbaijani and English"),
        "skip": t._("Skip to the messages"),
        "messages": t._("Messages"),
        "input_label": t._("Command"),
        "input_placeholder": f"/subscribe {t._(EXAMPLE)}",
        "send": t._("Send"),
        "connecting": t._("Connecting…"),
        "connected": t._("Connected"),
        "connection_lost": t._("The connection is lost. Trying again…"),
        "new_report": t._("New report: {title}"),
        "updated_report": t._("Report updated: {title}"),
        "you": t._("You"),
        "bot": "Xəbərdar",
        "theme": t._("Colours"),
        "theme_auto": t._("As on this device"),
        "theme_light": t._("Light"),
        "theme_dark": t._("Dark"),
        "language": t._("Language"),
        "more_coverage": t._("Further coverage"),
        "opens_source": t._("opens the outlet’s own page"),
        "sample": t._("Sample reports, invented for trying out"),
        "failed": t._("The command did not reach the bot. Please send it again."),
        "too_fast": t._("Too many commands at once. Please wait a minute."),
        "too_long": t._("The command is too long."),
        "no_script": t._("This page needs JavaScript to show new reports by itself."),
        "sign_in_title": t._("Sign in"),
        "sign_in_explained": t._("Enter the code that the operator of this bot gave you."),
        "sign_in_label": t._("Code"),
        "sign_in_button": t._("Sign in"),
        "sign_in_wrong": t._("This code is wrong, used up or too old. Ask the operator for a new one."),
        "sign_in_wait": t._("Too many attempts. Please wait a minute."),
        "sign_out": t._("Sign out"),
        "not_found": t._("There is no such page."),
        "unexpected": t._("The command failed because of a fault in the bot. The fault was recorded."),
    }


def private_chat_button(lang: Language) -> str:
    """The button below `open_private_chat`."""
    return translator(lang)._("Open the private chat")


def no_answer_for_anonymous(lang: Language) -> Message:
    """In a group, to an administrator who writes in the group's name and so cannot be written to."""
    t = translator(lang)
    return Message(
        lines=(
            say(t._("The answer is not shown here, where others would read it.")),
            say(t._("Send the command in your own name, and the answer comes to your private chat.")),
        )
    )


def no_such_channel(lang: Language) -> Message:
    """A channel named in the private chat that Telegram does not show to the bot."""
    t = translator(lang)
    return Message(
        lines=(
            say(t._("The bot does not see this channel.")),
            say(t._("Check its name, and add the bot to the channel as an administrator who may post.")),
        )
    )


def cannot_post(lang: Language) -> Message:
    """A channel named in the private chat in which the bot may not write."""
    t = translator(lang)
    return Message(
        lines=(
            say(t._("The bot may not post in this channel.")),
            say(
                t._(
                    "Make it an administrator of the channel with the right to post, then repeat the command."
                )
            ),
        )
    )

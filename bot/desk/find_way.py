"""`/start`, `/help`, and what to say to anything that is not a command."""

from __future__ import annotations

from bot.desk.commands import VERBS, Parsed, nearest
from bot.desk.ports import Ports
from bot.desk.replies import Help, PlainText, Reply, UnknownCommand, Welcome
from bot.desk.requests import Request
from bot.errors import BadFilter
from bot.filters.grammar import parse
from bot.language.letters import fold


async def start(ports: Ports, request: Request) -> Reply:
    """Greet; somebody who follows something already is not told everything again."""
    chat = await ports.store.chats.get(request.chat)
    return Welcome(returning=chat is not None and bool(chat.subscriptions))


async def help_with(ports: Ports, parsed: Parsed, person: str) -> Reply:
    """The overview, or the page of one command."""
    moderator = await ports.store.people.is_moderator(person)
    asked = fold(parsed.argument.lstrip("/"))
    if asked and asked not in VERBS:
        return UnknownCommand(typed=parsed.argument, nearest=nearest(asked))
    return Help(verb=VERBS.get(asked), moderator=moderator)


def not_a_command(parsed: Parsed) -> Reply:
    """An unknown command gets the nearest one; plain words are offered as a filter when they would do."""
    if parsed.word:
        return UnknownCommand(typed=parsed.word, nearest=nearest(parsed.word))
    try:
        query = parsed.argument if parse(parsed.argument) else None
    except BadFilter:
        query = None
    return PlainText(query=query)

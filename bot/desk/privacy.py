"""`/lang`, `/mydata`, `/forget`: what a chat has chosen, and what is held about it."""

from __future__ import annotations

from dataclasses import replace

from bot.desk.chats import fresh_chat
from bot.desk.ports import Ports
from bot.desk.replies import Forgotten, LanguageSet, LanguageShown, MyData, Reply
from bot.desk.requests import Request
from bot.language.letters import fold
from bot.model import Chat, Language, Settings, Versions

#: What people type for each choice, folded.
CHOICES = {
    **dict.fromkeys(("az", "aze", "azerbaycan", "azerbaycanca", "azerbaijani"), Versions.AZ),
    **dict.fromkeys(("en", "eng", "ingilis", "ingilisce", "english"), Versions.EN),
    **dict.fromkeys(("both", "her ikisi", "ikisi", "az en", "en az", "az,en", "en,az"), Versions.BOTH),
}


async def language(ports: Ports, request: Request, argument: str) -> Reply:
    """Show or set the versions that the chat reads; az and en also set the bot's own language."""
    if not argument:
        chat = await ports.store.chats.get(request.chat)
        return LanguageShown(versions=(chat.settings if chat else Settings()).versions)
    versions = CHOICES.get(" ".join(fold(argument).split()))
    if versions is None:
        chat = await ports.store.chats.get(request.chat)
        return LanguageShown(versions=(chat.settings if chat else Settings()).versions, typed=argument)

    def change(chat: Chat) -> Chat:
        interface = chat.settings.interface if versions is Versions.BOTH else Language(versions.value)
        return replace(chat, settings=replace(chat.settings, versions=versions, interface=interface))

    await ports.store.chats.update(request.chat, change, fresh=fresh_chat(ports, request))
    return LanguageSet(versions=versions)


async def my_data(ports: Ports, request: Request, person: str) -> Reply:
    """Everything that is held about the chat."""
    held = await ports.store.chats.held(request.chat, person)
    chat = held.chat or fresh_chat(ports, request)
    return MyData(
        platform=request.chat.platform,
        held=held.chat is not None,
        settings=chat.settings,
        subscriptions=chat.subscriptions,
        receipts=held.receipts,
        receipt_days=ports.receipt_days,
        inbox=held.inbox,
        moderator=held.moderator,
        waiting=len(await ports.store.outbox.withheld(ports.store.chats.key_of(request.chat))),
        draft=chat.draft.query if chat.draft else "",
    )


async def forget(ports: Ports, request: Request, *, repeated: bool) -> Reply:
    """Erase everything held about the chat, at once."""
    held = await ports.store.chats.forget(request.chat)
    return Forgotten(held=held or repeated)

"""`/mute`, `/unmute`: sources, topics and single reports that a chat does not want, whatever its filters say.

/mute                   what is muted
/mute LINK              what of this report could be muted
/mute source:turan      nothing that only this source tells
/mute topic:elections   nothing on this topic
/mute story:4711        nothing more of this report
/unmute source:turan    /unmute all
"""

from __future__ import annotations

from dataclasses import replace

from bot.desk.chats import fresh_chat
from bot.desk.ports import Ports
from bot.desk.replies import MuteChoices, MuteRefused, MutesShown, NothingToExplain, Reply
from bot.desk.requests import Request, Verb
from bot.desk.why import meant
from bot.filters.names import nearest, nearest_of, resolve
from bot.language.letters import fold
from bot.model import Chat, Mute, Muted, Settings

ALL = frozenset({"all", "hamisi"})
FIELDS = {
    **dict.fromkeys(("source", "menbe"), Muted.SOURCE),
    **dict.fromkeys(("topic", "movzu"), Muted.TOPIC),
    "story": Muted.STORY,
}
MOST_MUTES = 100


async def mute(ports: Ports, request: Request, argument: str) -> Reply:
    """`/mute ...`."""
    field, colon, value = argument.strip().partition(":")
    what = FIELDS.get(fold(field)) if colon else None
    if what is None:
        if not argument and not request.story and not request.receipt:
            return await show(ports, request)
        return await _choices(ports, request, argument)
    wanted = await _wanted(ports, what, value.strip())
    if isinstance(wanted, MuteRefused):
        return wanted

    def change(chat: Chat) -> Chat:
        kept = tuple(one for one in chat.settings.mutes if one != wanted)
        return replace(chat, settings=replace(chat.settings, mutes=(*kept, wanted)[-MOST_MUTES:]))

    chat = await ports.store.chats.update(request.chat, change, fresh=fresh_chat(ports, request))
    return MutesShown(mutes=chat.settings.mutes, changed=wanted, muted=True)


async def unmute(ports: Ports, request: Request, argument: str) -> Reply:
    """`/unmute ...`; alone it shows what is muted."""
    if not argument.strip():
        return await show(ports, request)
    field, _, value = argument.strip().partition(":")
    what = FIELDS.get(fold(field))
    wanted = None if fold(argument) in ALL else _named(what, value.strip())
    if wanted is None and fold(argument) not in ALL:
        return MuteRefused(verb=Verb.UNMUTE, typed=argument)

    def change(chat: Chat) -> Chat:
        kept = tuple(one for one in chat.settings.mutes if wanted is not None and one != wanted)
        return replace(chat, settings=replace(chat.settings, mutes=kept))

    held = await ports.store.chats.get(request.chat)
    if held is None or (wanted is not None and wanted not in held.settings.mutes):
        mutes = held.settings.mutes if held else ()
        return MutesShown(mutes=mutes)
    chat = await ports.store.chats.update(request.chat, change, fresh=held)
    return MutesShown(mutes=chat.settings.mutes, changed=wanted, unmuted_all=wanted is None)


async def show(ports: Ports, request: Request) -> Reply:
    """What is muted."""
    chat = await ports.store.chats.get(request.chat)
    return MutesShown(mutes=(chat.settings if chat else Settings()).mutes)


async def _choices(ports: Ports, request: Request, argument: str) -> Reply:
    """What of one report could be muted."""
    told = await ports.store.outbox.told_stories(ports.store.chats.key_of(request.chat))
    story = await meant(ports, request, argument.strip(), told)
    return NothingToExplain(typed=argument) if story is None else MuteChoices(story=story)


async def _wanted(ports: Ports, what: Muted, value: str) -> Mute | MuteRefused:
    """The mute, or why there is no such thing."""
    wanted = _named(what, value)
    if wanted is None:
        return MuteRefused(verb=Verb.MUTE, typed=value, what=what, nearest=nearest("topic", value))
    if what is Muted.SOURCE:
        keys = {state.source.key for state in await ports.store.sources.all()}
        if wanted.value not in keys:
            return MuteRefused(verb=Verb.MUTE, typed=value, what=what, nearest=nearest_of(value, keys))
    if what is Muted.STORY:
        story = await ports.store.archive.story(wanted.value)
        if story is None:
            return MuteRefused(verb=Verb.MUTE, typed=value, what=what)
        wanted = replace(wanted, value=story.id)
    return wanted


def _named(what: Muted | None, value: str) -> Mute | None:
    """What a field and its typed value mean. Pure."""
    if what is None or not value:
        return None
    if what is not Muted.TOPIC:
        return Mute(what=what, value=value.lower())
    topic = resolve("topic", value)
    return None if topic is None else Mute(what=what, value=topic)

"""The one door for everything a person asks."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog

from bot.desk import (
    archive,
    filters,
    find_way,
    freezing,
    moderators,
    mutes,
    packs,
    privacy,
    sources,
    stories,
    subscriptions,
    timing,
    why,
)
from bot.desk.commands import Parsed, parse
from bot.desk.ports import Ports
from bot.desk.replies import Answer, Audience, Away, Barrier, NotAllowed, Reply, UnknownCommand
from bot.desk.requests import CHANGES, MODERATION, Request, Verb
from bot.errors import StoreAway
from bot.model import Address, Alert, AlertKind, ChatKind, Language, Past, Settings, Story
from bot.store.protocols import InboxItem

log = structlog.get_logger("xeberdar.desk")

#: Answers that tell nothing about anybody and may stand in a group for all to read.
FOR_ALL = frozenset({Verb.HELP, Verb.START})

SESSION_LIFETIME = timedelta(days=30)

#: How many cards a web chat keeps, at most.
MOST_CARDS = 100


class Desk:
    """Answers requests. Holds no state of its own: everything is in the store."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    # --- questions ------------------------------------------------------------------------------

    async def answer(self, request: Request) -> Answer:
        """The answer to one request; its effect happens once, however often the request is repeated.

        A store that is away is an answer too (`Away`), unless the request carries an update id: then
        `StoreAway` is raised, so that the platform keeps the update and hands it in again.
        """
        try:
            return await self._answer(request)
        except StoreAway:
            if request.update is not None:
                raise
            return Answer(reply=Away(), settings=self._settings(None, request.hint, request.zone))

    async def _answer(self, request: Request) -> Answer:
        people = self._ports.store.people
        platform = request.chat.platform
        parsed = parse(request.text)
        person = people.person_key(platform, request.person)
        repeated = request.update is not None and await people.done(platform, request.update)
        reply = await self._reply(request, parsed, person, repeated=repeated)
        if request.update is not None and not repeated:
            await people.mark_done(platform, request.update)
        settings = await self.settings_of(request.chat, request.hint, request.zone)
        shared = parsed.verb in FOR_ALL or isinstance(reply, UnknownCommand)
        audience = Audience.SHARED if shared else Audience.PERSONAL
        return Answer(reply=reply, settings=settings, audience=audience)

    async def _reply(self, request: Request, parsed: Parsed, person: str, *, repeated: bool) -> Reply:
        ports, verb = self._ports, parsed.verb
        if verb is None:
            return find_way.not_a_command(parsed)
        barrier = await self._barrier(request, verb, person)
        if barrier is not None:
            return NotAllowed(verb=verb, barrier=barrier)
        match verb:
            case Verb.START:
                return await find_way.start(ports, request)
            case Verb.HELP:
                return await find_way.help_with(ports, parsed, person)
            case Verb.SUBSCRIBE:
                return await subscriptions.subscribe(ports, request, parsed.argument)
            case Verb.UNSUBSCRIBE:
                return await subscriptions.unsubscribe(ports, request, parsed.argument, repeated=repeated)
            case Verb.LIST:
                return await subscriptions.show(ports, request)
            case Verb.FILTER:
                return await filters.change(ports, request, parsed.argument)
            case Verb.WHY:
                return await why.explain(ports, request, parsed.argument)
            case Verb.MORE:
                return await why.coverage(ports, request, parsed.argument)
            case Verb.LATEST:
                return await archive.latest(ports, request, parsed.argument)
            case Verb.SEARCH:
                return await archive.search(ports, request, parsed.argument)
            case Verb.CASE:
                return await archive.case(ports, request, parsed.argument)
            case Verb.LANG:
                return await privacy.language(ports, request, parsed.argument)
            case Verb.DIGEST | Verb.QUIET | Verb.PAUSE | Verb.RESUME | Verb.ZONE:
                return await timing.answer(ports, request, verb, parsed.argument)
            case Verb.MUTE:
                return await mutes.mute(ports, request, parsed.argument)
            case Verb.UNMUTE:
                return await mutes.unmute(ports, request, parsed.argument)
            case Verb.SOURCES:
                return await sources.show(ports, moderator=await ports.store.people.is_moderator(person))
            case Verb.MYDATA:
                return await privacy.my_data(ports, request, person)
            case Verb.FORGET:
                return await privacy.forget(ports, request, repeated=repeated)
            case Verb.SOURCE:
                return await sources.moderate(ports, parsed.argument)
            case Verb.PACK:
                return await packs.moderate(ports, parsed.argument)
            case Verb.STORY:
                return await stories.moderate(ports, parsed.argument)
            case Verb.FREEZE:
                return await freezing.freeze(ports)
            case Verb.UNFREEZE:
                return await freezing.unfreeze(ports, parsed.argument)
            case Verb.MODERATOR:
                return await moderators.join(ports, parsed.argument, person)

    async def _barrier(self, request: Request, verb: Verb, person: str) -> Barrier | None:
        if verb in CHANGES and not request.may_change:
            return Barrier.NEEDS_ADMIN
        if verb in MODERATION and not await self._ports.store.people.is_moderator(person):
            return Barrier.NEEDS_MODERATOR
        if verb is Verb.MODERATOR and request.asked_in.kind is not ChatKind.PRIVATE:
            return Barrier.PRIVATE_ONLY
        return None

    # --- what handlers need to know about a chat ------------------------------------------------

    async def settings_of(self, address: Address, hint: Language, zone: str | None = None) -> Settings:
        """The chat's settings, or those a new chat would start with."""
        chat = await self._ports.store.chats.get(address)
        return self._settings(chat.settings if chat else None, hint, zone)

    def _settings(self, held: Settings | None, hint: Language, zone: str | None) -> Settings:
        if held is not None:
            return held
        interface = hint if hint in (Language.AZ, Language.EN) else Language.EN
        return Settings(interface=interface, zone=zone or self._ports.zone)

    async def left(self, address: Address) -> None:
        """The person blocked the bot, or it was removed: tell the chat nothing more."""
        chats = self._ports.store.chats
        await chats.silence(chats.key_of(address), self._ports.clock.now())

    async def returned(self, address: Address) -> None:
        """The bot was unblocked or added again."""
        await self._ports.store.chats.revive(address)

    async def moved(self, old: Address, new: Address) -> None:
        """The chat has a new address for good."""
        await self._ports.store.chats.move(old, new)

    # --- the web page ---------------------------------------------------------------------------

    def key_of(self, address: Address) -> str:
        """The key under which `bells` name a chat."""
        return self._ports.store.chats.key_of(address)

    async def cards(self, address: Address, limit: int) -> list[tuple[str, Alert]]:
        """(item id, alert) of the last cards of a chat without a platform of its own, oldest first."""
        store = self._ports.store
        items = await store.inbox.items(self.key_of(address), limit)
        stories = {story.id: story for story in await store.archive.stories([item.story for item in items])}
        settings = await self.settings_of(address, Language.EN)
        cards = []
        for item in items:
            story = stories.get(item.story) or await store.archive.story(item.story)
            if story is not None:
                cards.append((item.id, await self._card(address, story, settings)))
        return cards

    async def card(self, address: Address, item: str) -> Alert | None:
        """One card; None when it was not this chat's, or its report has left the archive."""
        store = self._ports.store
        items = await store.inbox.items(self.key_of(address), MOST_CARDS)
        story_id = next((kept.story for kept in items if kept.id == item), None)
        story = await store.archive.story(story_id) if story_id else None
        if story is None:
            return None
        return await self._card(address, story, await self.settings_of(address, Language.EN))

    async def _card(self, address: Address, story: Story, settings: Settings) -> Alert:
        store, past = self._ports.store, None
        if story.continues and await store.outbox.told(self.key_of(address), story.continues):
            before = await store.archive.story(story.continues)
            past = Past(story=before) if before else None
        return Alert(kind=AlertKind.NEW, story=story, settings=settings, past=past)

    def bells(self) -> AsyncIterator[tuple[str, InboxItem]]:
        """(chat key, item) whenever a card was added or changed."""
        return self._ports.store.inbox.bells()

    async def sign_in(self, code: str, now: datetime) -> str | None:
        """A new open session if the code printed by `xeberdar web-login` is good; a code works once."""
        people = self._ports.store.people
        if not await people.redeem_web_code(code, now):
            return None
        session = secrets.token_urlsafe(16)
        await people.open_session(session, now, SESSION_LIFETIME)
        return session

    async def session_open(self, session: str) -> bool:
        """Whether that session signed in, and has not ended."""
        return await self._ports.store.people.session_is_open(session)

    async def close_session(self, session: str) -> None:
        """Sign out."""
        await self._ports.store.people.close_session(session)

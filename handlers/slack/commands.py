"""What people type and press: payload -> Request -> desk -> words -> blocks.

A command or a press is acked at once, as Slack wants it within three seconds, and worked on behind that; an
event's handler returns when the effect is in the store, and is acked then. Answers are ephemeral: in a
channel only the person who asked sees them.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackClientError

from bot.clock import Clock
from bot.desk.commands import parse
from bot.desk.replies import Answer
from bot.desk.requests import Request, Verb
from bot.errors import StoreAway
from bot.model import Address, ChatKind, Language, Settings
from handlers.slack.access import Access, Person, address_of
from handlers.slack.render import COMMAND, SlackText, reply_messages
from handlers.slack.request import Declined, NeverConnected, QuietClient, TooManyRequests
from handlers.slack.sender import outcome_of
from handlers.text import notices
from handlers.text.message import Message
from handlers.text.say import say

log = structlog.get_logger("xeberdar.slack")

MOST_TRIES = 3
LONGEST_WAIT = timedelta(seconds=30)  #: for an answer; who waits longer has asked again
MOST_RESPONSES = 5  #: that Slack takes at one `response_url`
LAST_WORK_SECONDS = 2.0  #: for what is being worked on when the program stops

ACTION = re.compile(r"v1:\d+")
STRANGE = re.compile(".*", re.DOTALL)

#: The bot, or the channel itself, is gone; and the opposite.
LEFT = ("channel_archive", "group_archive", "channel_left", "group_left", "channel_deleted", "group_deleted")
RETURNED = ("channel_unarchive", "group_unarchive")

#: Commands for which the bot must be able to write in the channel.
WRITES = frozenset({Verb.SUBSCRIBE})

REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


class FrontDesk(Protocol):
    """The engine's desk, as Slack needs it. Every method may raise `bot.errors.StoreAway`."""

    async def answer(self, request: Request) -> Answer: ...
    async def settings_of(self, address: Address, hint: Language) -> Settings: ...
    async def left(self, address: Address) -> None: ...
    async def returned(self, address: Address) -> None: ...
    async def moved(self, old: Address, new: Address) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are, as auth.test says."""

    team: str
    user: str  #: the bot as a member of the workspace
    bot: str
    name: str  #: by which people invite it


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Asked:
    """One command, wherever it came from. `hook`: where to answer; None: in the direct message itself."""

    channel: str
    user: str
    text: str
    update: str | None
    hook: str | None = None
    receipt: str | None = None


class Commands:
    """The listeners. `words` says an answer of the desk; `identity` is asked when it is needed first."""

    def __init__(
        self,
        client: QuietClient,
        desk: FrontDesk,
        access: Access,
        clock: Clock,
        words: Callable[[Answer, datetime], Message],
    ) -> None:
        self._client = client
        self._desk = desk
        self._access = access
        self._clock = clock
        self._words = words
        self._identity: Identity | None = None
        self._lanes: dict[str, tuple[asyncio.Lock, int]] = {}
        self._work: set[asyncio.Task[None]] = set()

    def listen(self, app: AsyncApp) -> None:
        """Register everything with the library."""
        app.command(COMMAND)(self.on_command)
        app.action(STRANGE)(self.on_press)
        app.event("message")(self.on_message)
        for name in ("member_joined_channel", "member_left_channel"):
            app.event(name)(self.on_member)
        for name in LEFT:
            app.event(name)(self.on_left)
        for name in RETURNED:
            app.event(name)(self.on_returned)
        app.event("channel_id_changed")(self.on_moved)
        for name in ("app_uninstalled", "tokens_revoked"):
            app.event(name)(self.on_revoked)

    async def identity(self) -> Identity:
        """Who we are; asked once. Raises the errors of `handlers.slack.request`."""
        if self._identity is None:
            said = await self._client.auth_test()
            team, user, bot = (str(said.get(key) or "") for key in ("team_id", "user_id", "bot_id"))
            self._identity = Identity(team=team, user=user, bot=bot, name=str(said.get("user") or "xeberdar"))
        return self._identity

    async def finish(self) -> None:
        """Let what was acked and is being worked on come to its end, for a moment."""
        if self._work:
            await asyncio.wait(set(self._work), timeout=LAST_WORK_SECONDS)
        for task in set(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    # --- what comes in --------------------------------------------------------------------------

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """`/xeberdar verb …`; the bare command asks for help."""
        await ack()
        text = plain_text(str(body.get("text") or "")).strip().removeprefix("/")
        self._start(
            Asked(
                channel=str(body.get("channel_id", "")),
                user=str(body.get("user_id", "")),
                text="/" + (text or Verb.HELP.value),
                update=update_of("command", body.get("trigger_id")),
                hook=str(body.get("response_url") or "") or None,
            )
        )

    async def on_press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A press types the button's command; the person's rights are those of this moment."""
        await ack()
        if "url" in action and "value" not in action:
            return  # the person's own client opened a link
        container = body.get("container", {})
        known = ACTION.fullmatch(str(action.get("action_id", ""))) and action.get("value")
        ours = container.get("message_ts") if not container.get("is_ephemeral") else None
        self._start(
            Asked(
                channel=str(container.get("channel_id") or body.get("channel", {}).get("id", "")),
                user=str(body.get("user", {}).get("id", "")),
                text="/" + str(action.get("value")).removeprefix("/") if known else "",
                update=update_of("press", body.get("trigger_id"), action.get("action_ts")),
                hook=str(body.get("response_url") or "") or None,
                receipt=str(ours) if ours else None,
            )
        )

    async def on_message(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Words in the direct message with the bot: commands, with or without their slash."""
        written = event.get("channel_type") == "im" and event.get("subtype") is None
        if not written or event.get("bot_id") or not event.get("user"):
            return
        asked = Asked(
            channel=str(event.get("channel", "")),
            user=str(event["user"]),
            text=direct_text(str(event.get("text") or "")),
            update=update_of("event", body.get("event_id")),
        )
        if not asked.text:
            return
        async with self._lane(asked.user):
            await self._respond(asked, await self._access.person(asked.user, (await self.identity()).team))

    async def on_member(self, event: dict[str, Any]) -> None:
        """Somebody came or went; it concerns us when it was the bot."""
        who = await self.identity()
        if event.get("user") != who.user:
            return
        if event.get("type") == "member_left_channel":
            await self.on_left(event)
        else:
            await self.on_returned(event)

    async def on_left(self, event: dict[str, Any]) -> None:
        """The bot was removed, or the channel was archived or deleted."""
        await self._desk.left(await self._told(event))

    async def on_returned(self, event: dict[str, Any]) -> None:
        """The bot was invited again, or the channel is back from the archive."""
        await self._desk.returned(await self._told(event))

    async def on_moved(self, event: dict[str, Any]) -> None:
        """The channel has another id, which happens when it is shared with another workspace."""
        team = (await self.identity()).team
        old, new = str(event.get("old_channel_id", "")), str(event.get("new_channel_id", ""))
        if old and new:
            await self._desk.moved(address_of(team, old), address_of(team, new))

    async def on_revoked(self, event: dict[str, Any]) -> None:
        """The app was removed from the workspace, or its tokens were revoked: for the operator to know.

        Deliveries stop by themselves with the first refused token, and nothing that waits is lost.
        """
        if event.get("type") == "app_uninstalled" or _list(event.get("tokens"), "bot"):
            log.error("slack.revoked", why=str(event.get("type")), todo="install the app again, renew tokens")

    async def _told(self, event: dict[str, Any]) -> Address:
        channel = event.get("channel")
        name = str(channel.get("id", "")) if isinstance(channel, dict) else str(channel or "")
        self._access.forget(name)
        return address_of((await self.identity()).team, name)

    # --- working --------------------------------------------------------------------------------

    def _start(self, asked: Asked) -> None:
        task = asyncio.ensure_future(self._serve(asked))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _serve(self, asked: Asked) -> None:
        """A command or a press from beginning to end; whatever goes wrong, the person hears of it."""
        hint = Language.EN
        async with self._lane(asked.user):
            try:
                asked, person = await self._located(asked)
                hint = person.hint
                await self._respond(asked, person)
            except StoreAway:
                await self._say(asked, notices.away(hint))
            except Exception as error:  # one poisonous command must not go unanswered
                log.error("slack.command_failed", error=type(error).__name__, why=_reason(error))  # noqa: TRY400
                await self._say(asked, notices.unexpected(hint))

    async def _located(self, asked: Asked) -> tuple[Asked, Person]:
        """In a direct message between people, a command is about the person's chat with the bot."""
        who = await self.identity()
        person = await self._access.person(asked.user, who.team)
        if not asked.channel.startswith("D"):
            return asked, person
        direct = await self._access.direct(asked.user)
        return replace(asked, channel=direct), person

    async def _respond(self, asked: Asked, person: Person) -> None:
        if not asked.text:
            await self._say(asked, _sentence(notices.stale_button(person.hint)))
            return
        who = await self.identity()
        place = address_of(who.team, asked.channel)
        may_change = await self._access.may_change(asked.channel, asked.user, who.team)
        if may_change and await self._cannot_write(asked, place):
            settings = await self._desk.settings_of(place, person.hint)
            invite = f"/invite @{who.name}"
            await self._say(asked, notices.slack_not_in_channel(settings.interface, invite))
            return
        answer = await self._desk.answer(
            Request(
                person=f"{who.team}:{asked.user}",
                chat=place,
                asked_in=place,
                text=asked.text,
                may_change=may_change,
                hint=person.hint,
                zone=person.zone,
                update=asked.update,
                receipt=asked.receipt,
            )
        )
        await self._say(asked, self._words(answer, self._clock.now()))

    async def _cannot_write(self, asked: Asked, place: Address) -> bool:
        """Whether following something here would come to nothing, because the bot is not in the channel."""
        if place.kind is ChatKind.PRIVATE or parse(asked.text).verb not in WRITES:
            return False
        channel = await self._access.channel(asked.channel)
        return channel is None or not channel.member

    @asynccontextmanager
    async def _lane(self, name: str) -> AsyncIterator[None]:
        """One person's commands, one after the other, in the order in which they came."""
        lock, waiting = self._lanes.get(name, (asyncio.Lock(), 0))
        self._lanes[name] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            waiting = self._lanes[name][1] - 1
            if waiting:
                self._lanes[name] = (lock, waiting)
            else:
                del self._lanes[name]

    # --- answering ------------------------------------------------------------------------------

    async def _say(self, asked: Asked, message: Message) -> None:
        """Everything there is to say, tried a little, and given up with an event."""
        for index, text in enumerate(reply_messages(message)):
            hook = asked.hook if index < MOST_RESPONSES else None
            try:
                await self._patiently(asked, text, hook)
            except SlackClientError as error:
                log.info("slack.answer_not_sent", error=type(error).__name__, why=_reason(error))
                return

    async def _patiently(self, asked: Asked, text: SlackText, hook: str | None) -> None:
        tries = 0
        while True:
            try:
                await self._post(asked, text, hook)
            except (TooManyRequests, NeverConnected) as error:
                tries += 1
                wish = error.after if isinstance(error, TooManyRequests) else None
                wait = wish or timedelta(seconds=tries)
                if tries >= MOST_TRIES or wait > LONGEST_WAIT:
                    raise
                await self._clock.sleep(wait.total_seconds())
            else:
                return

    async def _post(self, asked: Asked, text: SlackText, hook: str | None) -> None:
        if hook is not None:
            said = {"text": text.text, "blocks": list(text.blocks)}
            try:
                await self._client.respond(
                    hook, {"response_type": "ephemeral", "replace_original": False, **said}
                )
            except Declined:
                hook = None  # used up or too old: there is another way to the same person
            else:
                return
        if asked.channel.startswith("D"):
            await self._client.chat_postMessage(channel=asked.channel, **text.posted())
        else:
            await self._client.chat_postEphemeral(
                channel=asked.channel,
                user=asked.user,
                text=text.text,
                blocks=list(text.blocks),
                parse="none",
                link_names=False,
            )


# --- pure ---------------------------------------------------------------------------------------


def plain_text(text: str) -> str:
    """What was typed, without Slack's escapes: `<https://a.example|a>` is the address, `&lt;` a `<`."""
    bare = REFERENCE.sub(lambda found: _referred(found[1], found[2]), text)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def direct_text(text: str) -> str:
    """A command written into the direct message: also with the slash command's name, or as code."""
    words = plain_text(text).strip()
    if len(words) > 1 and words[0] == words[-1] == "`":
        words = words.strip("`").strip()
    first, _, rest = words.partition(" ")
    return "/" + (rest.strip().removeprefix("/") or Verb.HELP.value) if first == COMMAND else words


def _referred(target: str, label: str | None) -> str:
    if target[:1] in {"@", "#", "!"}:
        return target[:1].replace("!", "@") + (label or target[1:]).lstrip("@#")
    return target.removeprefix("mailto:")


def update_of(kind: str, *parts: object) -> str | None:
    """An id under which the effect happens once, without anybody's identifiers in it."""
    known = [str(part) for part in parts if part]
    if not known:
        return None
    return hashlib.blake2s("\n".join((kind, *known)).encode(), digest_size=16).hexdigest()


def _sentence(words: str) -> Message:
    return Message(lines=(say(words),))


def _list(value: object, key: str) -> bool:
    return isinstance(value, dict) and bool(value.get(key))


def _reason(error: Exception) -> str | None:
    return getattr(outcome_of(error), "why", None) if isinstance(error, SlackClientError) else None

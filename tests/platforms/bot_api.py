"""A strict Telegram Bot API on loopback.

    async with BotApi() as api:                      # api.url is the base_url, api.token the token
        update = api.private_message(7, "/start")    # produce an update: also group_message, topic_message,
                                                     # anonymous_admin, callback, my_chat_member, migration
        api.member(-100, 7, "administrator")         # who is what in which chat; default "member"
        api.chat(-1001234567, "channel", username="news")
        api.fault("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)   # once, in order
        api.lose_reply("sendMessage")                # accepts, then drops the connection
        api.hang("sendMessage")                      # accepts nothing, answers nothing
        api.refuse[7] = Refusal(403, "Forbidden: bot was blocked by the user")   # until it is taken out again
        api.bar = lambda chat, text: Refusal(...)        # or None: message by message
        api.open.clear()                               # every sendMessage waits before it is accepted
        api.limits = True                            # refuse by sliding windows; api.time is injectable
        api.sent, api.edits, api.calls               # what was accepted; everything that arrived
        await api.until(lambda: len(api.sent) == 2)

It refuses what Telegram refuses: unknown methods and parameters, wrong tokens, entities that leave the text,
split a surrogate pair or cross one another, more than 100 of them, empty or too long text, bad buttons.
Shapes and texts: Bot API 10.1. Entities are counted in UTF-16 units, text in code points.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.waiting import PATIENCE, until

TOKEN = "123456789:TEST-token_TEST-token_TEST-token_TE"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Sample", "username": "SampleBot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}

#: Method -> the parameters that it takes here.
METHODS: dict[str, frozenset[str]] = {
    "getMe": frozenset(),
    "getUpdates": frozenset({"offset", "limit", "timeout", "allowed_updates"}),
    "deleteWebhook": frozenset({"drop_pending_updates"}),
    "sendMessage": frozenset(
        {
            *("chat_id", "message_thread_id", "text", "entities", "link_preview_options", "reply_markup"),
            "reply_parameters",
        }
    ),
    "editMessageText": frozenset(
        {"chat_id", "message_id", "text", "entities", "link_preview_options", "reply_markup"}
    ),
    "answerCallbackQuery": frozenset({"callback_query_id", "text", "show_alert"}),
    "setMyCommands": frozenset({"commands", "scope", "language_code"}),
    "getChat": frozenset({"chat_id"}),
    "getChatMember": frozenset({"chat_id", "user_id"}),
}
ENTITY_TYPES = frozenset({"bold", "italic", "code", "text_link"})


class Refusal(Exception):
    """What the server answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Fault:
    refusal: Refusal | None = None
    lose_reply: bool = False
    hang: bool = False


@dataclass
class BotApi:
    token: str = TOKEN
    limits: bool = False
    latency: float = 0.0  #: seconds between taking a message and saying so
    time: Callable[[], float] = time.monotonic
    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)
    presses: list[dict[str, Any]] = field(default_factory=list)
    menus: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    next_update: int = 1000
    refuse: dict[int, Refusal] = field(default_factory=dict)
    bar: Callable[[int, str], Refusal | None] = lambda chat, text: None
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._chats: dict[int, dict[str, Any]] = {}
        self._members: dict[tuple[int, int], dict[str, Any]] = {}
        self._windows: dict[str, deque[float]] = defaultdict(deque)
        self._news = asyncio.Event()
        self._closing = asyncio.Event()
        self._message = 0
        self._pollers = 0
        self.open.set()

    async def __aenter__(self) -> BotApi:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        # Like the platform, forget a request whose client is gone: a killed poller holds no getUpdates open.
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        self.open.set()
        self._news.set()
        await self._runner.cleanup()

    # --- scripting ------------------------------------------------------------------------------

    def fault(self, method: str, status: int, description: str, **parameters: int) -> None:
        self._faults[method].append(Fault(refusal=Refusal(status, description, **parameters)))

    def lose_reply(self, method: str) -> None:
        self._faults[method].append(Fault(lose_reply=True))

    def hang(self, method: str) -> None:
        self._faults[method].append(Fault(hang=True))

    def chat(self, chat: int, kind: str, *, username: str | None = None) -> dict[str, Any]:
        known = {"id": chat, "type": kind}
        known |= {"first_name": "Sample"} if kind == "private" else {"title": "Sample"}
        if username:
            known["username"] = username
        self._chats[chat] = known
        return known

    def member(self, chat: int, user: int, status: str, **rights: bool) -> None:
        self._members[chat, user] = {"status": status, **rights}

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait for something that arrives over real sockets."""
        await until(condition, seconds)

    # --- updates --------------------------------------------------------------------------------

    def push(self, **body: Any) -> dict[str, Any]:
        """Any update, in the order in which it is to be handed out."""
        update = {"update_id": self.next_update, **body}
        self.next_update += 1
        self.pending.append(update)
        self._news.set()
        return update

    def _written(self, chat: dict[str, Any], user: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
        self._message += 1
        message = {"message_id": self._message, "date": 1_772_400_000, "chat": chat, "from": user}
        if text:
            message["text"] = text
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return message | more

    def user(self, user: int, lang: str | None = "en") -> dict[str, Any]:
        code = {"language_code": lang} if lang else {}
        return {"id": user, "is_bot": False, "first_name": "Sample", **code}

    def private_message(
        self, user: int, text: str, *, lang: str | None = "en", **more: Any
    ) -> dict[str, Any]:
        chat = self.chat(user, "private")
        return self.push(message=self._written(chat, self.user(user, lang), text, **more))

    def group_message(self, chat: int, user: int, text: str, **more: Any) -> dict[str, Any]:
        known = self.chat(chat, "supergroup")
        return self.push(message=self._written(known, self.user(user), text, **more))

    def topic_message(self, chat: int, thread: int, user: int, text: str) -> dict[str, Any]:
        return self.group_message(chat, user, text, message_thread_id=thread, is_topic_message=True)

    def anonymous_admin(self, chat: int, text: str) -> dict[str, Any]:
        known = self.chat(chat, "supergroup")
        return self.push(message=self._written(known, ANONYMOUS, text, sender_chat=known))

    def callback(self, chat: int, user: int, data: str, *, kind: str = "private") -> dict[str, Any]:
        message = self._written(self.chat(chat, kind), BOT, "Sample report")
        query = {"id": str(self.next_update), "from": self.user(user), "chat_instance": "1", "data": data}
        return self.push(callback_query=query | {"message": message})

    def my_chat_member(self, chat: int, kind: str, old: str, new: str) -> dict[str, Any]:
        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": BOT, "status": status, **until}

        body = {"chat": self.chat(chat, kind), "from": self.user(abs(chat)), "date": 1_772_400_000}
        return self.push(
            my_chat_member=body | {"old_chat_member": member(old), "new_chat_member": member(new)}
        )

    def migration(self, old: int, new: int) -> None:
        """Both service messages."""
        group, supergroup = self.chat(old, "group"), self.chat(new, "supergroup")
        self.push(message=self._written(group, self.user(1), "", migrate_to_chat_id=new))
        self.push(message=self._written(supergroup, self.user(1), "", migrate_from_chat_id=old))

    # --- serving --------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            if request.match_info["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            arguments = _arguments(method, {**request.query, **dict(await request.post())})
            self.calls.append((method, arguments))
            fault = self._faults[method].popleft() if self._faults[method] else Fault()
            if fault.hang:
                await self._closing.wait()
            if fault.refusal is not None:
                raise fault.refusal
            result = await getattr(self, f"_{method}")(**arguments)
        except Refusal as refusal:
            answer: dict[str, Any] = {
                "ok": False,
                "error_code": refusal.status,
                "description": refusal.description,
            }
            if refusal.parameters:
                answer["parameters"] = refusal.parameters
            return web.json_response(answer, status=refusal.status)
        if fault.lose_reply and request.transport is not None:
            request.transport.close()
        return web.json_response({"ok": True, "result": result})

    async def _getMe(self) -> dict[str, Any]:
        return BOT | {"can_join_groups": True, "can_read_all_group_messages": False}

    async def _deleteWebhook(self, drop_pending_updates: bool = False) -> bool:
        if drop_pending_updates:
            self.pending.clear()
        return True

    async def _getUpdates(
        self,
        offset: int = 0,
        limit: int = 100,
        timeout: int = 0,  # noqa: ASYNC109 - the platform's own parameter
        allowed_updates: list[str] | None = None,
    ) -> list[dict[str, Any]]:
        """Everything before `offset` is confirmed and forgotten; the rest is handed out again and again."""
        _require(1 <= limit <= 100 and 0 <= timeout <= 50, "bad limit or timeout")
        if self._pollers:
            raise Refusal(409, "Conflict: terminated by other getUpdates request")
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        self._pollers += 1
        try:
            async with asyncio.timeout(timeout or 0.001):
                while not self.pending and not self._closing.is_set():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pass
        finally:
            self._pollers -= 1
        wanted = [one for one in self.pending if not allowed_updates or _kind(one) in allowed_updates]
        return wanted[:limit]

    async def _sendMessage(self, chat_id: int, text: str, **more: Any) -> dict[str, Any]:
        checked_text(text, more.get("entities") or [], more.get("reply_markup"))
        self._check_reply(chat_id, more.get("reply_parameters") or {})
        await self.open.wait()
        if chat_id in self.refuse:
            raise self.refuse[chat_id]
        if barred := self.bar(chat_id, text):
            raise barred
        self._count(chat_id)
        self._message = number = self._message + 1
        self.sent.append({"chat_id": chat_id, "text": text, "message_id": number, **more})
        await asyncio.sleep(self.latency)
        return self._shown(chat_id, number, text)

    def _check_reply(self, chat_id: int, reply: dict[str, Any]) -> None:
        there = {one["message_id"] for one in self.sent if one["chat_id"] == chat_id}
        fine = not reply or reply["message_id"] in there or reply.get("allow_sending_without_reply")
        _require(bool(fine), "message to be replied not found")

    async def _editMessageText(self, chat_id: int, message_id: int, text: str, **more: Any) -> dict[str, Any]:
        checked_text(text, more.get("entities") or [], more.get("reply_markup"))
        sent = [one for one in self.sent if one["message_id"] == message_id and one["chat_id"] == chat_id]
        _require(bool(sent), "message to edit not found")
        _require({**sent[0], **more, "text": text} != sent[0], "message is not modified: same content")
        sent[0].update(more, text=text)
        self.edits.append({"chat_id": chat_id, "message_id": message_id, "text": text, **more})
        return self._shown(chat_id, message_id, text)

    def _shown(self, chat_id: int, message_id: int, text: str) -> dict[str, Any]:
        kind = "private" if chat_id > 0 else "supergroup"
        chat = self._chats.get(chat_id) or self.chat(chat_id, kind)
        return {"message_id": message_id, "date": 1_772_400_000, "chat": chat, "from": BOT, "text": text}

    async def _answerCallbackQuery(self, callback_query_id: str, **more: Any) -> bool:
        _require(len(more.get("text", "")) <= 200, "MESSAGE_TOO_LONG")
        self.presses.append({"id": callback_query_id, **more})
        return True

    async def _setMyCommands(
        self, commands: list[dict[str, str]], scope: dict[str, str] | None = None, language_code: str = ""
    ) -> bool:
        _require(len(commands) <= 100, "too many commands")
        for command in commands:
            _require(bool(re.fullmatch(r"[a-z0-9_]{1,32}", command["command"])), "BOT_COMMAND_INVALID")
            _require(1 <= len(command["description"]) <= 256, "BOT_COMMAND_DESCRIPTION_INVALID")
        self.menus[(scope or {"type": "default"})["type"], language_code] = commands
        return True

    async def _getChat(self, chat_id: int | str) -> dict[str, Any]:
        named = {f"@{chat.get('username')}": chat for chat in self._chats.values()}
        known = named.get(chat_id) if isinstance(chat_id, str) else self._chats.get(chat_id)
        if known is None:
            raise Refusal(400, "Bad Request: chat not found")
        return known | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}

    async def _getChatMember(self, chat_id: int, user_id: int) -> dict[str, Any]:
        status = self._members.get((chat_id, user_id), {"status": "member"})
        user = BOT if user_id == BOT["id"] else self.user(user_id)
        rights = ADMIN_RIGHTS if status["status"] == "administrator" else {}
        owner = {"is_anonymous": False} if status["status"] == "creator" else {}
        return {"user": user, **rights, **owner, **status}

    def _count(self, chat: int) -> None:
        """Sliding windows: 30 a second in all, 1 a second in a chat, 20 a minute in a group or channel."""
        if not self.limits:
            return
        now = self.time()
        windows = [("", 30, 1.0), (str(chat), 1, 1.0)] + ([(f"{chat}/m", 20, 60.0)] if chat < 0 else [])
        for key, calls, seconds in windows:
            window = self._windows[key]
            while window and window[0] <= now - seconds:
                window.popleft()
            if len(window) >= calls:
                raise Refusal(429, "Too Many Requests: retry after 1", retry_after=max(1, int(seconds)))
        for key, _, _ in windows:
            self._windows[key].append(now)


GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
)
ADMIN_RIGHTS = dict.fromkeys(
    (
        *(
            "can_be_edited",
            "is_anonymous",
            "can_manage_chat",
            "can_delete_messages",
            "can_manage_video_chats",
        ),
        *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
        *("can_post_stories", "can_edit_stories", "can_delete_stories"),
    ),
    False,
)


def _kind(update: dict[str, Any]) -> str:
    return next(key for key in update if key != "update_id")


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Refusal(400, f"Bad Request: {otherwise}")


def _arguments(method: str, given: dict[str, Any]) -> dict[str, Any]:
    if method not in METHODS:
        raise Refusal(404, "Not Found")
    unknown = given.keys() - METHODS[method]
    _require(not unknown, f"unknown parameters {sorted(unknown)}")
    return {name: _value(name, value) for name, value in given.items()}


def _value(name: str, value: str) -> Any:
    if name in {"text", "callback_query_id", "language_code"} or (
        name == "chat_id" and value.startswith("@")
    ):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refusal(400, f"Bad Request: can't parse {name}") from None


def checked_text(text: str, entities: list[dict[str, Any]], markup: dict[str, Any] | None) -> None:
    """Refuse what Telegram refuses of a message."""
    _require(bool(text.strip()), "message text is empty")
    _require(len(text) <= 4096, "message is too long")
    _require(len(entities) <= 100, "ENTITIES_TOO_LONG")
    edges, at = {0}, 0
    for letter in text:
        at += 2 if letter > "\uffff" else 1
        edges.add(at)
    for entity in entities:
        _require(entity["type"] in ENTITY_TYPES, "can't parse entities: unknown type")
        start, end = entity["offset"], entity["offset"] + entity["length"]
        _require(start in edges and end in edges and start < end, "can't parse entities: out of range")
        if entity["type"] == "text_link":
            _require(_is_web(entity["url"]), "can't parse entities: bad URL")
        for other in entities:
            first, last = other["offset"], other["offset"] + other["length"]
            _require(not start < first < end < last, "can't parse entities: they cross")
            overlap = other is not entity and start < last and first < end
            _require(not (overlap and entity["type"] == "code"), "can't parse entities: code overlaps")
    _checked_buttons((markup or {}).get("inline_keyboard", []))


def _checked_buttons(rows: list[list[dict[str, Any]]]) -> None:
    _require(
        sum(map(len, rows)) <= 100 and all(0 < len(row) <= 8 for row in rows), "reply markup is too long"
    )
    for button in (button for row in rows for button in row):
        _require(bool(button["text"].strip()), "BUTTON_TEXT_INVALID")
        _require(("url" in button) != ("callback_data" in button), "BUTTON_TYPE_INVALID")
        if "url" in button:
            _require(_is_web(button["url"]), "BUTTON_URL_INVALID")
        else:
            _require(1 <= len(button["callback_data"].encode()) <= 64, "BUTTON_DATA_INVALID")


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", url)

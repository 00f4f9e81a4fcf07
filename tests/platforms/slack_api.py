"""A strict Slack on loopback: Web API, response URLs and Socket Mode.

    async with SlackApi() as slack:              # slack.url is the base_url; slack.bot_token, .app_token
        slack.person("U1", admin=True, locale="az-AZ")       # known to users.info; default: a plain member
        slack.channel("C1", creator="U1", member=True)       # known to conversations.info
        await slack.until(lambda: slack.sockets)             # Socket Mode connections that are open
        slack.command("U1", "C1", "subscribe torture")       # an envelope; also message_im, press, event
        slack.fault("chat.postMessage", "ratelimited", status=429, retry_after=3)     # once, in order
        slack.lose_reply("chat.postMessage")                 # accepts, then drops the connection
        slack.break_off("chat.postMessage", 503)             # a status without a readable body
        slack.limits = True                                  # refuse by sliding windows; slack.time is open
        await slack.refresh(0, reason="warning")             # ask a connection to be renewed, then close it
        slack.posted, .updated, .ephemeral, .calls           # what was accepted; everything that arrived
        slack.acks                                           # envelope id -> seconds until its ack
        slack.repeat_after                                   # an event without ack comes again; None: never

It refuses what Slack refuses: unknown methods, arguments and tokens, the wrong kind of token, no text, more
than 40,000 characters, and blocks that break the documented limits, by slack_sdk's own models where it has
them. Shapes: docs.slack.dev.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tests.waiting import PATIENCE, until

BOT_TOKEN = "xoxb-0000000000-TESTCANARY000000000000"
APP_TOKEN = "xapp-1-A0000000000-TESTCANARY0000000000"
TEAM, BOT_USER, BOT_ID = "T0TEAM", "U0BOT", "B0BOT"

MESSAGE = frozenset({"channel", "text", "blocks", "parse", "link_names"})

#: Method -> the arguments that it takes here.
METHODS: dict[str, frozenset[str]] = {
    "auth.test": frozenset(),
    "apps.connections.open": frozenset(),
    "chat.postMessage": MESSAGE | {"unfurl_links", "unfurl_media", "mrkdwn", "thread_ts", "reply_broadcast"},
    "chat.update": MESSAGE | {"ts"},
    "chat.postEphemeral": MESSAGE | {"user"},
    "conversations.info": frozenset({"channel", "include_locale"}),
    "conversations.open": frozenset({"users"}),
    "users.info": frozenset({"user", "include_locale"}),
}

#: Method -> (calls, seconds, whether each channel has a window of its own).
TIERS = {
    "chat.postMessage": (1, 1.0, True),
    "chat.update": (50, 60.0, False),
    "chat.postEphemeral": (100, 60.0, False),
    "conversations.info": (50, 60.0, False),
    "conversations.open": (50, 60.0, False),
    "users.info": (100, 60.0, False),
}

RICH_LEAVES = {"text": {"type", "text", "style"}, "link": {"type", "text", "url", "style"}}


class Refusal(Exception):
    """`ok: false`, or a status."""

    def __init__(self, error: str, *, status: int = 200, retry_after: int | None = None) -> None:
        super().__init__(error)
        self.error, self.status, self.retry_after = error, status, retry_after


@dataclass
class Fault:
    refusal: Refusal | None = None
    lose_reply: bool = False
    naked_status: int | None = None


@dataclass(eq=False)
class Socket:
    ws: web.WebSocketResponse
    refreshing: bool = False
    waiting: set[str] = field(default_factory=set)


@dataclass
class SlackApi:
    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    limits: bool = False
    time: Callable[[], float] = time.monotonic
    repeat_after: float | None = 3.0
    repetitions: int = 3  #: of an event that is not acked; who shortens `repeat_after` wants more of them
    url: str = ""
    posted: list[dict[str, Any]] = field(default_factory=list)
    updated: list[dict[str, Any]] = field(default_factory=list)
    ephemeral: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sockets: list[Socket] = field(default_factory=list)
    most_sockets: int = 0
    opened: int = 0
    acks: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._people: dict[str, dict[str, Any]] = {}
        self._channels: dict[str, dict[str, Any]] = {}
        self._windows: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._tickets: set[str] = set()
        self._hooks: dict[str, dict[str, Any]] = {}
        self._outgoing: dict[str, tuple[float, asyncio.Event]] = {}
        self._numbers = itertools.count(1)
        self._turn = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> SlackApi:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._serve)
        app.router.add_post("/hooks/{name}", self._hook)
        app.router.add_get("/link", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.host = f"127.0.0.1:{self._runner.addresses[0][1]}"
        self.url = f"http://{self.host}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in list(self.sockets):
            await socket.ws.close()
        await self._runner.cleanup()

    # --- scripting ------------------------------------------------------------------------------

    def fault(
        self, method: str, error: str, *, status: int = 200, retry_after: int | None = None, times: int = 1
    ) -> None:
        for _ in range(times):
            refusal = Refusal(error, status=status, retry_after=retry_after)
            self._faults[method].append(Fault(refusal=refusal))

    def lose_reply(self, method: str) -> None:
        self._faults[method].append(Fault(lose_reply=True))

    def break_off(self, method: str, status: int) -> None:
        self._faults[method].append(Fault(naked_status=status))

    def person(self, user: str, *, admin: bool = False, locale: str = "en-US", tz: str = "UTC") -> None:
        self._people[user] = {"id": user, "team_id": TEAM, "is_admin": admin, "is_owner": False}
        self._people[user] |= {"locale": locale, "tz": tz}

    def channel(self, channel: str, *, creator: str = "U9", member: bool = True) -> None:
        self._channels[channel] = {"id": channel, "creator": creator, "is_member": member}

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait for something that arrives over real sockets."""
        await until(condition, seconds)

    # --- envelopes ------------------------------------------------------------------------------

    def command(self, user: str, channel: str, text: str, *, trigger: str = "", hook: bool = True) -> str:
        """Somebody typed `/xeberdar text`."""
        payload = {"command": "/xeberdar", "text": text, "user_id": user, "channel_id": channel}
        payload |= {"team_id": TEAM, "trigger_id": trigger or self._name("trigger"), "channel_name": "sample"}
        if hook:
            payload["response_url"] = self._new_hook(user, channel)
        return self._push("slash_commands", payload)

    def press(
        self, user: str, channel: str, value: str, *, action_id: str = "v1:0", ts: str = "1.000001"
    ) -> str:
        """Somebody pressed a button below a message in a channel."""
        action = {"type": "button", "action_id": action_id, "block_id": "b0", "value": value}
        payload = {
            "type": "block_actions",
            "user": {"id": user, "team_id": TEAM},
            "team": {"id": TEAM},
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
            "channel": {"id": channel},
            "trigger_id": self._name("trigger"),
            "response_url": self._new_hook(user, channel),
            "actions": [action | {"action_ts": self._name("ts")}],
        }
        return self._push("interactive", payload)

    def message_im(self, user: str, text: str, *, event_id: str = "", **more: Any) -> str:
        """Somebody wrote to the bot."""
        event = {"type": "message", "channel_type": "im", "channel": f"D{user}", "user": user, "text": text}
        return self.event(event | {"ts": self._name("ts")} | more, event_id=event_id)

    def event(self, event: dict[str, Any], *, event_id: str = "") -> str:
        """Any event of the Events API."""
        payload = {"type": "event_callback", "team_id": TEAM, "event": event}
        return self._push("events_api", payload | {"event_id": event_id or self._name("Ev")})

    async def refresh(
        self, index: int = 0, *, reason: str = "refresh_requested", grace: float = 0.0, abrupt: bool = False
    ) -> None:
        """Announce that a connection will be closed (unless `abrupt`), and close it."""
        socket = self.sockets[index]
        socket.refreshing = True
        if not abrupt:
            await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            await asyncio.sleep(grace)
        await socket.ws.close()

    def _push(self, kind: str, payload: dict[str, Any]) -> str:
        envelope: dict[str, Any] = {"envelope_id": self._name("env"), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        task = asyncio.ensure_future(self._deliver(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return str(envelope["envelope_id"])

    async def _deliver(self, envelope: dict[str, Any]) -> None:
        """To any open connection; an event without ack comes again, `repetitions` times at most."""
        name = str(envelope["envelope_id"])
        for attempt in range(1 + self.repetitions):
            await self.until(lambda: any(not one.refreshing for one in self.sockets))
            open_now = [one for one in self.sockets if not one.refreshing]
            socket = open_now[next(self._turn) % len(open_now)]
            acked = asyncio.Event()
            self._outgoing[name] = (self.time(), acked)
            repeated: dict[str, Any] = {
                "retry_attempt": attempt,
                "retry_reason": "timeout" if attempt else "",
            }
            again = repeated if envelope["type"] == "events_api" else {}
            try:
                await socket.ws.send_json(envelope | again)
            except (ConnectionError, RuntimeError):
                continue
            if envelope["type"] != "events_api" or self.repeat_after is None:
                return
            try:
                async with asyncio.timeout(self.repeat_after):
                    await acked.wait()
            except TimeoutError:
                continue
            return

    def _name(self, kind: str) -> str:
        return f"{kind}{next(self._numbers):06d}"

    def _new_hook(self, user: str, channel: str) -> str:
        name = self._name("hook")
        self._hooks[name] = {"user": user, "channel": channel, "left": 5}
        return f"http://{self.host}/hooks/{name}"

    # --- serving --------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(ticket)  # an address works once
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        if len(self.sockets) >= 10:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        socket = Socket(ws=ws)
        self.sockets.append(socket)
        self.most_sockets = max(self.most_sockets, len(self.sockets))
        await ws.send_json({"type": "hello", "num_connections": len(self.sockets), "debug_info": {}})
        try:
            async for frame in ws:
                if frame.type is WSMsgType.TEXT:
                    self._acked(json.loads(frame.data)["envelope_id"])
        finally:
            self.sockets.remove(socket)
        return ws

    def _acked(self, name: str) -> None:
        sent, acked = self._outgoing[name]
        self.acks.setdefault(name, self.time() - sent)
        acked.set()

    async def _hook(self, request: web.Request) -> web.Response:
        hook = self._hooks.get(request.match_info["name"])
        if hook is None or hook["left"] == 0:
            return web.Response(status=404, text="used_url")
        payload = await request.json()
        self.calls.append(("response_url", payload))
        fault = self._faults["response_url"].popleft() if self._faults["response_url"] else Fault()
        if fault.refusal is not None:
            return web.Response(status=fault.refusal.status, text=fault.refusal.error)
        known = {"text", "blocks", "response_type", "replace_original", "delete_original"}
        try:
            _require(set(payload) <= known, "invalid_payload")
            check_message(payload)
        except Refusal as refusal:
            return web.json_response({"ok": False, "error": refusal.error}, status=500)
        hook["left"] -= 1
        self.ephemeral.append({"channel": hook["channel"], "user": hook["user"], **payload})
        return web.Response(text="ok")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            arguments = await self._arguments(method, request)
            self.calls.append((method, arguments))
            fault = self._faults[method].popleft() if self._faults[method] else Fault()
            if fault.naked_status is not None:
                return web.Response(status=fault.naked_status, text="<html>trouble</html>")
            if fault.refusal is not None:
                raise fault.refusal
            self._count(method, str(arguments.get("channel", "")))
            result = getattr(self, "_" + method.replace(".", "_"))(arguments)
        except Refusal as refusal:
            after = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after is not None else {}
            answer = {"ok": False, "error": refusal.error}
            return web.json_response(answer, status=refusal.status, headers=after)
        if fault.lose_reply and request.transport is not None:
            request.transport.close()
        return web.json_response({"ok": True, **result})

    async def _arguments(self, method: str, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            arguments = await request.json()
        else:
            arguments = {**request.query, **dict(await request.post())}
        _require(method in METHODS, "unknown_method")
        _require("token" not in arguments, "token_in_the_body")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        _require(bool(token), "not_authed")
        wanted, other = self.bot_token, self.app_token
        if method == "apps.connections.open":
            wanted, other = other, wanted
        _require(token != other, "not_allowed_token_type")
        _require(token == wanted, "invalid_auth")
        _require(set(arguments) <= METHODS[method], "invalid_arguments")
        return dict(arguments)

    def _count(self, method: str, channel: str) -> None:
        if not self.limits or method not in TIERS:
            return
        calls, seconds, by_channel = TIERS[method]
        window, now = self._windows[method, channel if by_channel else ""], self.time()
        while window and window[0] <= now - seconds:
            window.popleft()
        if len(window) >= calls:
            raise Refusal("ratelimited", status=429, retry_after=max(1, round(window[0] + seconds - now)))
        window.append(now)

    # --- methods --------------------------------------------------------------------------------

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, "user": "xeberdar", "team": "Sample"}

    def _apps_connections_open(self, _: dict[str, Any]) -> dict[str, Any]:
        self.opened += 1
        ticket = self._name("ticket")
        self._tickets.add(ticket)
        return {"url": f"ws://{self.host}/link?ticket={ticket}"}

    def _chat_postMessage(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = str(arguments["channel"])
        known = channel.startswith("D") or channel in self._channels
        _require(known, "channel_not_found")
        _require(channel.startswith("D") or self._channels[channel]["is_member"], "not_in_channel")
        check_message(arguments)
        ts = f"1700000000.{next(self._numbers):06d}"
        self.posted.append({**arguments, "ts": ts})
        return {"channel": channel, "ts": ts, "message": {"text": arguments["text"]}}

    def _chat_update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        ours = [one for one in self.posted if one["ts"] == arguments.get("ts")]
        _require(bool(ours) and ours[0]["channel"] == arguments["channel"], "message_not_found")
        check_message(arguments)
        ours[0].update(arguments)
        self.updated.append(arguments)
        return {"channel": arguments["channel"], "ts": arguments["ts"], "text": arguments["text"]}

    def _chat_postEphemeral(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = self._channels.get(str(arguments["channel"]))
        _require(channel is not None, "channel_not_found")
        check_message(arguments)
        self.ephemeral.append(arguments)
        return {"message_ts": self._name("ts")}

    def _conversations_info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = self._channels.get(str(arguments["channel"]))
        if channel is None:
            raise Refusal("channel_not_found")
        return {"channel": channel}

    def _conversations_open(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{arguments['users']}"}}

    def _users_info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        user = str(arguments["user"])
        if user not in self._people:
            self.person(user)
        locale = arguments.get("include_locale") in {"1", "true", True}
        return {"user": {k: v for k, v in self._people[user].items() if locale or k != "locale"}}


# --- what a message may hold --------------------------------------------------------------------


def check_message(arguments: dict[str, Any]) -> None:
    """Raise `Refusal` for what Slack would not accept."""
    text, blocks = arguments.get("text"), arguments.get("blocks") or []
    _require(isinstance(text, str) and bool(text.strip()), "no_text")
    assert isinstance(text, str)
    _require(len(text) <= 40_000, "msg_too_long")
    _require(arguments.get("parse", "none") == "none", "invalid_arguments")
    _require(isinstance(blocks, list) and len(blocks) <= 50, "invalid_blocks")
    _require(len(json.dumps(blocks, ensure_ascii=False)) < 12_000, "msg_blocks_too_long")
    names = [block.get("block_id") for block in blocks if block.get("block_id")]
    _require(len(names) == len(set(names)), "invalid_blocks")
    for block in blocks:
        check_block(block)


def check_block(block: dict[str, Any]) -> None:
    kind = block.get("type")
    if kind == "rich_text":
        _only(block, {"type", "elements", "block_id"})
        _require(bool(block["elements"]), "invalid_blocks")
        for section in block["elements"]:
            _only(section, {"type", "elements"})
            _require(section["type"] == "rich_text_section" and bool(section["elements"]), "invalid_blocks")
            for leaf in section["elements"]:
                _check_leaf(leaf)
        return
    _require(kind in {"header", "section", "context", "actions", "divider"}, "invalid_blocks")
    try:
        parsed = Block.parse(block)
        _require(parsed is not None, "invalid_blocks")
        assert parsed is not None
        parsed.to_dict()
    except SlackObjectFormationError as error:
        raise Refusal("invalid_blocks") from error
    if kind == "header":
        _check_plain(block["text"], 150)
    elif kind == "section":
        _check_plain(block["text"], 3000)
    elif kind == "context":
        _require(1 <= len(block["elements"]) <= 10, "invalid_blocks")
        for element in block["elements"]:
            _check_plain(element, 2000)
    elif kind == "actions":
        _check_actions(block["elements"])


def _check_actions(elements: list[dict[str, Any]]) -> None:
    _require(1 <= len(elements) <= 25, "invalid_blocks")
    names = [element["action_id"] for element in elements]
    _require(len(names) == len(set(names)) and max(map(len, names)) <= 255, "invalid_blocks")
    for element in elements:
        _only(element, {"type", "text", "action_id", "url", "value"})
        _check_plain(element["text"], 75)
        _require(len(element.get("url", "")) <= 3000, "invalid_blocks")
        _require(len(element.get("value", "")) <= 2000, "invalid_blocks")


def _check_leaf(leaf: dict[str, Any]) -> None:
    _require(leaf.get("type") in RICH_LEAVES, "invalid_blocks")
    _only(leaf, RICH_LEAVES[leaf["type"]])
    _require(bool(leaf["text"]), "invalid_blocks")
    _require(set(leaf.get("style", {})) <= {"bold", "italic", "code", "strike"}, "invalid_blocks")
    if leaf["type"] == "link":
        _require(
            leaf["url"].startswith(("http://", "https://")) and len(leaf["url"]) <= 3000, "invalid_blocks"
        )


def _check_plain(text: dict[str, Any], most: int) -> None:
    """In UTF-16 units, the stricter reading."""
    _only(text, {"type", "text", "emoji"})
    _require(text["type"] == "plain_text", "invalid_blocks")
    _require(1 <= len(text["text"].encode("utf-16-le")) // 2 <= most, "invalid_blocks")


def _only(found: dict[str, Any], known: set[str]) -> None:
    _require(set(found) <= known, "invalid_blocks")


def _require(condition: bool, error: str) -> None:
    if not condition:
        raise Refusal(error)

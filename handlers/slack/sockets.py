"""Socket Mode: what Slack sends arrives over connections that we open, two at least.

The SDK's own client closes a connection before it opens the next, tries a used-up address for ever, opens
sessions of its own and logs whole envelopes. Here the next connection is open before the old one is left,
addresses are used once, failures are waited out, and an event is acked only after its effect is in the store:
what is not acked within three seconds Slack sends again, at once, after a minute and after five, over
whichever connection is open. A repetition joins the work that is under way, or is acked if that is done.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.clock import Clock
from handlers.slack.request import Declined, NeverConnected, QuietClient, TooManyRequests

log = structlog.get_logger("xeberdar.slack")

CONNECTIONS = 2
MOST_CONNECTIONS = 10  #: Slack's limit for one app
ACK_SECONDS = 2.5  #: of the three that Slack waits
HELLO_SECONDS = 15.0
HEARTBEAT_SECONDS = 20.0
DRAIN_SECONDS = 3.0  #: for the acks of a connection that is being left

#: apps.connections.open is promised once a minute only (Tier 1).
AFTER_FAILURE_SECONDS, LONGEST_WAIT_SECONDS = 60.0, 300.0
SHORT_LIFE_SECONDS = 10.0  #: a connection that was lost sooner counts as a failure

GIVE_UP_SECONDS = 600.0  #: Slack's last repetition comes after about six minutes
REMEMBERED_SECONDS = 3600.0
MOST_UNDER_WAY = 5_000

#: The app-level token is no good, or Socket Mode is not switched on: for the operator to put right.
REFUSED = frozenset(
    {
        *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
        *("not_allowed_token_type", "missing_scope", "forbidden_team", "access_denied"),
    }
)

CODE = re.compile(r"[a-z_]{1,60}")  #: what Slack's names of errors look like; nothing else is logged


class Verdict(Enum):
    """What became of one envelope."""

    DONE = "done"  #: its effect is in the store, or there was none to have
    AGAIN = "again"  #: not now


class Farewell(Enum):
    """How a connection ended."""

    REFRESH = "refresh"  #: Slack will close it and wants another
    CROWDED = "crowded"  #: Slack counts more connections than it allows
    LOST = "lost"


@dataclass(eq=False)
class _Socket:
    """One open connection, with the envelopes that came over it and are not settled."""

    ws: aiohttp.ClientWebSocketResponse
    since: float
    unsettled: set[asyncio.Task[None]] = field(default_factory=set)


class Sockets:
    """Keeps `count` connections open and hands every envelope to `dispatch`. `jitter` gives 0 to 1."""

    def __init__(
        self,
        client: QuietClient,
        app_token: str,
        session: aiohttp.ClientSession,
        dispatch: Callable[[SocketModeRequest], Awaitable[Verdict]],
        *,
        clock: Clock,
        jitter: Callable[[], float],
        count: int = CONNECTIONS,
    ) -> None:
        self._client = client
        self._app_token = app_token
        self._session = session
        self._dispatch = dispatch
        self._clock = clock
        self._jitter = jitter
        self._count = min(count, MOST_CONNECTIONS // 2)
        self._room = asyncio.Semaphore(MOST_CONNECTIONS - 1)
        self._under_way: dict[str, asyncio.Task[bool]] = {}
        self._settled: dict[str, float] = {}
        self._trouble: str | None = None
        self._paused = False

    async def run(self) -> None:
        """Until it is cancelled; what is not acked then Slack sends again."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(self._count):
                    tasks.create_task(self._keep(tasks))
        finally:
            for task in self._under_way.values():
                task.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    # --- connections ----------------------------------------------------------------------------

    async def _keep(self, tasks: asyncio.TaskGroup) -> None:
        """One connection after another, the next one open before the last is left."""
        failures = 0
        while True:
            await self._room.acquire()
            try:
                socket = await self._open()
            except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                self._room.release()
                await self._wait_out(error, failures)
                failures += 1
                continue
            except BaseException:
                self._room.release()
                raise
            self._well()
            farewell: asyncio.Future[Farewell] = asyncio.get_running_loop().create_future()
            tasks.create_task(self._serve(socket, farewell))
            how = await farewell
            lived = self._clock.monotonic() - socket.since
            if how is Farewell.LOST and lived < SHORT_LIFE_SECONDS:
                failures += 1
                if failures > 1:  # once is a network's hiccup
                    await self._clock.sleep(self._short_wait(failures - 2))
            elif how is Farewell.CROWDED:
                await self._clock.sleep(self._long_wait(1))
            else:
                failures = 0

    async def _open(self) -> _Socket:
        answer = await self._client.apps_connections_open(app_token=self._app_token)
        address = answer.get("url")
        if not isinstance(address, str) or not self._is_socket(address):
            raise ValueError("the address is not a socket of Slack's")
        ws = await self._session.ws_connect(
            address,
            heartbeat=HEARTBEAT_SECONDS,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
        )
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                hello = await ws.receive_json()
        except BaseException:
            await ws.close()
            raise
        if not isinstance(hello, dict) or hello.get("type") != "hello":
            await ws.close()
            raise ValueError("the connection began without a hello")
        return _Socket(ws=ws, since=self._clock.monotonic())

    def _is_socket(self, address: str) -> bool:
        """TLS, unless the Web API itself is spoken to without it (a local server)."""
        plain = urlsplit(self._client.base_url).scheme == "http"
        return urlsplit(address).scheme in ({"ws", "wss"} if plain else {"wss"})

    async def _serve(self, socket: _Socket, farewell: asyncio.Future[Farewell]) -> None:
        """Take in what comes until the connection is closed; say at once when another is needed."""
        try:
            async with asyncio.timeout(None) as limit:
                async for frame in socket.ws:
                    if frame.type is not aiohttp.WSMsgType.TEXT:
                        continue
                    envelope = _object_in(frame.data)
                    if envelope.get("type") != "disconnect":
                        self._accept(envelope, socket)
                    elif not farewell.done():
                        crowded = envelope.get("reason") == "too_many_websockets"
                        farewell.set_result(Farewell.CROWDED if crowded else Farewell.REFRESH)
                        if crowded:
                            break
                        limit.reschedule(asyncio.get_running_loop().time() + DRAIN_SECONDS)
        except TimeoutError:
            pass  # Slack said that it would close the connection; some time later we do it ourselves
        finally:
            if not farewell.done():
                farewell.set_result(Farewell.LOST)
            if socket.unsettled:
                await asyncio.wait(set(socket.unsettled), timeout=DRAIN_SECONDS)
            await socket.ws.close()
            self._room.release()

    # --- trouble --------------------------------------------------------------------------------

    def _long_wait(self, failures: int) -> float:
        base = min(AFTER_FAILURE_SECONDS * 2.0 ** min(max(failures - 1, 0), 10), LONGEST_WAIT_SECONDS)
        return base * (1.0 + self._jitter() / 5)

    def _short_wait(self, failures: int) -> float:
        return min(2.0 ** min(failures, 10), AFTER_FAILURE_SECONDS) * (0.5 + self._jitter() / 2)

    async def _wait_out(self, error: Exception, failures: int) -> None:
        """One event when trouble begins or changes; what never reached Slack is tried again sooner."""
        kind = "unreachable"
        wait = self._long_wait(failures + 1)
        if isinstance(error, Declined) and error.code in REFUSED:
            kind, wait = "app_token_refused", LONGEST_WAIT_SECONDS
        elif isinstance(error, TooManyRequests) and error.after is not None:
            wait = max(AFTER_FAILURE_SECONDS, error.after.total_seconds()) * (1.0 + self._jitter() / 5)
        elif isinstance(error, NeverConnected):
            wait = self._short_wait(failures)
        if kind != self._trouble:
            self._trouble = kind
            code = error.code if isinstance(error, Declined) and CODE.fullmatch(error.code) else None
            tell = log.error if kind == "app_token_refused" else log.warning
            tell("slack.sockets_down", why=kind, error=type(error).__name__, code=code)
        await self._clock.sleep(wait)

    def _well(self) -> None:
        if self._trouble is not None:
            log.info("slack.sockets_up", after=self._trouble)
        self._trouble = None

    # --- envelopes ------------------------------------------------------------------------------

    def _accept(self, envelope: dict[str, Any], socket: _Socket) -> None:
        try:
            request = SocketModeRequest.from_dict(envelope)
        except ValueError:
            request = None
        if request is None or not isinstance(request.envelope_id, str):
            if envelope.get("type") != "hello":
                log.warning("slack.envelope_skipped", why="not an envelope")
            return
        task = asyncio.ensure_future(self._settle(request, socket))
        socket.unsettled.add(task)
        task.add_done_callback(socket.unsettled.discard)

    async def _settle(self, request: SocketModeRequest, socket: _Socket) -> None:
        """Ack within three seconds, or not at all."""
        if request.type == "events_api":
            good = await self._event_is_done(request)
        else:
            good = await self._dispatch(request) is Verdict.DONE
        if not good:
            return
        try:
            await socket.ws.send_str(json.dumps({"envelope_id": request.envelope_id}))
        except (aiohttp.ClientError, ConnectionError, RuntimeError):
            # The connection is gone: an event comes again and is acked then; a command was taken anyway.
            log.info("slack.ack_not_sent", kind=request.type)

    async def _event_is_done(self, request: SocketModeRequest) -> bool:
        """Whether its effect is in the store while Slack still waits for the ack."""
        key = str(request.payload.get("event_id") or request.envelope_id)
        if key in self._settled:
            return True
        task = self._under_way.get(key)
        if task is None:
            if len(self._under_way) >= MOST_UNDER_WAY:
                return False
            task = self._under_way[key] = asyncio.ensure_future(self._persist(key, request))
        deadline = asyncio.ensure_future(self._clock.sleep(ACK_SECONDS))
        try:
            await asyncio.wait({task, deadline}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            deadline.cancel()
        return task.done() and not task.cancelled() and task.result()

    async def _persist(self, key: str, request: SocketModeRequest) -> bool:
        """Work on one event until it is done, for as long as Slack might repeat it."""
        begun, tries = self._clock.monotonic(), 0
        try:
            while await self._dispatch(request) is Verdict.AGAIN:
                if self._clock.monotonic() - begun > GIVE_UP_SECONDS:
                    log.error("slack.event_skipped", why="the store stayed away")
                    return False
                if not self._paused:
                    self._paused = True
                    log.warning("slack.paused")
                await self._clock.sleep(min(15.0, 0.5 * 2.0 ** min(tries, 10)) * (0.5 + self._jitter() / 2))
                tries += 1
            if self._paused:
                self._paused = False
                log.info("slack.resumed")
            self._remember(key)
            return True
        finally:
            del self._under_way[key]

    def _remember(self, key: str) -> None:
        now = self._clock.monotonic()
        self._settled[key] = now
        while self._settled:
            oldest = next(iter(self._settled))
            if self._settled[oldest] >= now - REMEMBERED_SECONDS:
                return
            del self._settled[oldest]


def _object_in(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

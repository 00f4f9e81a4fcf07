"""python-telegram-bot's transport on an aiohttp session that the program shares.

The address of every request holds the bot's token, and some libraries and proxies repeat it in what they
raise or answer. So nothing of theirs leaves this module: each failure becomes one of the errors below,
raised outside the `except` block, so that the original is not even its context.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0  #: long on purpose: a reply that we do not wait for is an ambiguous one

#: The answers that say what they mean in a JSON body; every other status is trouble of the platform.
TELLING = frozenset({400, 401, 403, 404, 409})


class NeverConnected(NetworkError):
    """No connection came about: the platform has not seen the request."""


class ReplyLost(TimedOut):
    """The request was written, or may have been, and no readable answer came: nobody knows its effect."""


class PlatformTrouble(NetworkError):
    """The platform, or something on the way to it, answered with a status that says nothing about us."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status


class TooManyRequests(TelegramError):
    """429. Instead of `telegram.error.RetryAfter`, whose constructor warns of its own deprecation."""

    def __init__(self, after: timedelta | None) -> None:
        super().__init__("too many requests")
        self.after = after


class AiohttpRequest(BaseRequest):
    """Sends the library's requests through `session`, which it neither opens nor closes.

    `read_seconds` is how long to wait for an answer unless a call says otherwise.
    """

    __slots__ = ("_read_seconds", "_session")

    def __init__(self, session: aiohttp.ClientSession, *, read_seconds: float = READ_SECONDS) -> None:
        self._session = session
        self._read_seconds = read_seconds

    @property
    def read_timeout(self) -> float | None:
        return self._read_seconds

    async def initialize(self) -> None:
        """Nothing to open: the session belongs to whoever gave it."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's object. The library's own version logs what it cannot read, message texts included."""
        answer = _object_in(payload)
        if answer is None or (answer.get("ok") is True and "result" not in answer):
            raise ReplyLost("the answer is not one of the Bot API")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of an answer that the library understands; anything else is raised."""
        connect = CONNECT_SECONDS if isinstance(connect_timeout, DefaultValue) else connect_timeout
        read = self._read_seconds if isinstance(read_timeout, DefaultValue) else read_timeout
        limits = aiohttp.ClientTimeout(total=None, connect=connect, sock_connect=connect, sock_read=read)
        status, payload, headers = await self._exchange(url, method, request_data, limits)
        if 200 <= status <= 299:
            return status, payload
        raise_for_trouble(status, payload, headers.get("Retry-After"))
        return status, payload

    async def _exchange(
        self, url: str, method: str, data: RequestData | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes, Any]:
        body, headers = _body_of(data)
        failure: TelegramError
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                return response.status, await response.read(), response.headers
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            failure = NeverConnected(type(error).__name__)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = ReplyLost(type(error).__name__)
        raise failure


def raise_for_trouble(status: int, payload: bytes, retry_after: str | None) -> None:
    """Raise what an answer other than 2xx means, unless the library says it well itself."""
    answer = _object_in(payload)
    if status == 429:
        raise TooManyRequests(_wish(answer, retry_after))
    if answer is None or status not in TELLING:
        raise PlatformTrouble(status)


def _wish(answer: dict[str, Any] | None, retry_after: str | None) -> timedelta | None:
    """How long the platform asks us to wait: the body says it, and the header for those who lost the body."""
    parameters = (answer or {}).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if not isinstance(seconds, int) and retry_after is not None and retry_after.strip().isdecimal():
        seconds = int(retry_after)
    return timedelta(seconds=min(seconds, 86_400)) if isinstance(seconds, int) and seconds >= 0 else None


def _object_in(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _body_of(data: RequestData | None) -> tuple[Any, dict[str, str]]:
    """A form, as the library itself sends it; multipart only when there are files."""
    headers = {"User-Agent": BaseRequest.USER_AGENT}
    if data is None or not (data.parameters or data.contains_files):
        return None, headers
    if data.contains_files:
        form = aiohttp.FormData(data.json_parameters)
        for name, (filename, content, kind) in data.multipart_data.items():
            form.add_field(name, content, filename=filename, content_type=kind)
        return form, headers
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return urlencode(data.json_parameters).encode(), headers

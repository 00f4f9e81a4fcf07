"""slack_sdk's Web API client on an aiohttp session that the program shares.

The SDK opens a session for every call unless it is given one, applies its timeout only to sessions of its
own, and puts the whole answer into its errors. Here a call has limits of its own, and each failure becomes
one of the errors below, raised outside the `except` block, so that the original is not even its context.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0  #: long on purpose: a reply that we do not wait for is an ambiguous one

#: Where an answer to a command or a press may be posted, besides the host of the Web API itself.
HOOKS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})

LONGEST_WISH = 86_400  #: seconds; what a `Retry-After` may ask for


class NeverConnected(SlackClientError):
    """No connection came about: Slack has not seen the request."""


class ReplyLost(SlackClientError):
    """The request was written, or may have been, and no readable answer came: nobody knows its effect."""


class PlatformTrouble(SlackClientError):
    """Slack, or something on the way to it, answered with a status that says nothing about us."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status


class TooManyRequests(SlackClientError):
    """429, or an error that says the same. `after`: what Slack asks for, if it does."""

    def __init__(self, after: timedelta | None) -> None:
        super().__init__("too many requests")
        self.after = after


class Declined(SlackClientError):
    """`ok: false`. `code` is Slack's name for the reason, such as "channel_not_found"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


#: Errors that pass by themselves: the same request may do well a little later.
MOMENTARY = (NeverConnected, ReplyLost, PlatformTrouble, TooManyRequests)

#: Codes that mean 429, whatever the status.
LIMITED = frozenset({"ratelimited", "rate_limited"})


def quiet_logger() -> logging.Logger:
    """For the libraries, which log bodies and addresses: what matters of it, this package says itself."""
    logger = logging.getLogger("slack_bolt.xeberdar")
    logger.setLevel(logging.CRITICAL + 1)
    return logger


class QuietClient(AsyncWebClient):
    """The library's client, which keeps tokens and answers to itself; the session is somebody else's."""

    def __init__(
        self, token: str, base_url: str, session: aiohttp.ClientSession, *, read_seconds: float = READ_SECONDS
    ) -> None:
        super().__init__(
            token=token,
            base_url=base_url,
            session=session,
            logger=quiet_logger(),
            retry_handlers=[],  # one policy for all platforms: `bot.delivery` decides when to try again
        )
        self.proxy = None  # the SDK takes one from the environment, which only the configuration may read
        self._shared = session
        self._limits = aiohttp.ClientTimeout(
            total=None, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=read_seconds
        )

    def __repr__(self) -> str:
        return "QuietClient"

    async def respond(self, response_url: str, payload: dict[str, Any]) -> None:
        """Answer a command or a press at the address that came with it; good for 30 minutes and five times.

        Raises: the errors of this module; `Declined` with "no_such_hook" for an address that is not Slack's.
        """
        if not self.is_hook(response_url):
            raise Declined("no_such_hook")
        status, body, headers = await self._exchange("POST", response_url, {"json": payload})
        if status == 200:
            answer = _object_in(body)
            if answer is None or answer.get("ok", True) is True:  # the plain text "ok", or JSON
                return
        raise_for_trouble(status, {"ok": False, "error": "hook_refused"}, headers.get("Retry-After"))

    def is_hook(self, url: str) -> bool:
        """Whether the address is one of Slack's, so that no envelope makes us post anywhere else."""
        ours = urlsplit(self.base_url)
        try:
            theirs = urlsplit(url)
        except ValueError:
            return False
        if (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc):
            return True
        return theirs.scheme == "https" and theirs.netloc in HOOKS

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        kept = ("headers", "params", "json", "data", "ssl")
        arguments = {key: req_args[key] for key in kept if req_args.get(key) is not None}
        status, body, headers = await self._exchange(http_verb, api_url, arguments)
        answer = _object_in(body)
        raise_for_trouble(status, answer, headers.get("Retry-After"))
        return {"data": answer, "headers": headers, "status_code": status}

    async def _exchange(self, verb: str, url: str, arguments: dict[str, Any]) -> tuple[int, bytes, Any]:
        failure: SlackClientError
        try:
            async with self._shared.request(
                verb, url, timeout=self._limits, allow_redirects=False, **arguments
            ) as response:
                return response.status, await response.read(), response.headers
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            failure = NeverConnected(type(error).__name__)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = ReplyLost(type(error).__name__)
        raise failure


def raise_for_trouble(status: int, answer: dict[str, Any] | None, retry_after: str | None) -> None:
    """Raise what an answer means unless it is `ok`."""
    code = answer.get("error") if answer is not None else None
    if status == 429 or code in LIMITED:
        raise TooManyRequests(_wish(retry_after))
    if answer is not None and status < 500 and isinstance(code, str):
        raise Declined(code)
    if status != 200:
        raise PlatformTrouble(status)
    if answer is None or answer.get("ok") is not True:
        raise ReplyLost("the answer is not one of the Web API")


def _wish(retry_after: str | None) -> timedelta | None:
    said = (retry_after or "").strip()
    return timedelta(seconds=min(int(said), LONGEST_WISH)) if said.isascii() and said.isdecimal() else None


def _object_in(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None

"""The one connection to Redis: every command goes through here, and every failure is translated here.

Our retry policy is none: redis-py's default tries turn a timeout of 2 s into 25 s, and only the caller
knows what is safe to repeat. A command either answers in time or raises `StoreAway`, and whoever sees
that pauses. A pooled connection that the server closed meanwhile is replaced before it is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.errors import StoreAway, StoreError
from bot.store.scripts import Script

Field = str | bytes | int | float

# Answers that mean "not now": https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
AWAY = {
    *("BUSY", "LOADING", "OOM", "READONLY", "MISCONF", "NOREPLICAS"),
    *("MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "UNBLOCKED"),
}


LISTEN = 30.0  # seconds between looks at a silent channel's connection


class Refusal(StoreError):
    """The store understood a command and refused it; `word` is the kind it gave."""

    def __init__(self, word: str, text: str) -> None:
        super().__init__(text)
        self.word = word


def connect(url: str, timeout: float) -> Redis:
    """A client for `url` (redis://, rediss://, unix://, or the path of a socket) that retries nothing."""
    if "://" not in url:
        url = f"unix://{url}"
    client = Redis.from_url(
        url,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=timeout,
        socket_timeout=None,  # the whole call is timed instead, blocking reads included
        driver_info=None,
    )
    client.response_callbacks.clear()  # replies as they are on the wire, whatever the library's version
    return client


@contextmanager
def _translated() -> Iterator[None]:
    """Redis's errors as ours. Their text may repeat what was sent, so only their kind is passed on."""
    try:
        yield
    except (AuthenticationError, AuthorizationError):
        raise StoreError("the store refused our user name or password") from None
    except (RedisTimeoutError, TimeoutError):
        raise StoreAway("the store did not answer in time") from None
    except (RedisConnectionError, OSError) as error:
        raise StoreAway(f"no connection to the store ({type(error).__name__})") from None
    except (OutOfMemoryError, ReadOnlyError) as error:
        raise StoreAway(f"the store takes no writes ({type(error).__name__})") from None
    except NoScriptError:
        raise
    except ResponseError as error:
        word = str(error).split(" ", 1)[0]
        if word in AWAY or "-OOM" in str(error) or "-READONLY" in str(error) or "-MISCONF" in str(error):
            raise StoreAway(f"the store does not take this now ({word})") from None
        # "unknown command" repeats the arguments; nothing else repeats more than a key.
        raise Refusal(word, str(error).partition(", with args")[0]) from None
    except RedisError as error:
        raise StoreError(f"the store's answer was not understood ({type(error).__name__})") from None


class Wire:
    """Commands and scripts with one timeout and one kind of failure. Replies are raw: bytes, ints, lists."""

    def __init__(self, client: Redis, timeout: float) -> None:
        self._client = client
        self._timeout = timeout

    async def call(self, *command: Field, wait: float = 0) -> Any:
        """One command; `wait` seconds are added to the timeout for commands that block."""
        return await self._run(command, wait)

    async def many(self, commands: Sequence[Sequence[Field]]) -> list[Any]:
        """Several commands in one round trip; not a transaction."""
        if not commands:
            return []
        with _translated():
            async with asyncio.timeout(self._timeout), self._client.pipeline(transaction=False) as pipe:
                for command in commands:
                    pipe.execute_command(*command)
                return list(await pipe.execute())

    async def run(self, script: Script, *arguments: Field) -> Any:
        """A script, by its digest; sent in full only when the server does not know it."""
        try:
            return await self._run(("EVALSHA", script.sha, 0, *arguments), 0)
        except NoScriptError:
            return await self._run(("EVAL", script.text, 0, *arguments), 0)

    async def _run(self, command: Sequence[Field], wait: float) -> Any:
        with _translated():
            async with asyncio.timeout(self._timeout + wait):
                return await self._client.execute_command(*command)  # type: ignore[no-untyped-call]

    @asynccontextmanager
    async def listening(self, channel: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Subscribed to a channel on a connection of its own; yields what is said there."""
        pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        try:
            with _translated():
                async with asyncio.timeout(self._timeout):
                    await pubsub.subscribe(channel)
            yield self._heard(pubsub)
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _heard(self, pubsub: PubSub) -> AsyncIterator[bytes]:
        while True:
            with _translated():
                message = await pubsub.get_message(timeout=LISTEN)
            if message is not None and message["type"] == "message":
                yield message["data"]

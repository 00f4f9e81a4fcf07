"""Names to addresses, all of them public, or no connection."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.feeds.guard import check_answers

LOOKUP_SECONDS = 5.0
LOOKUP_THREADS = 64  #: a name server that hangs holds one for longer than we wait for it


class AddressRefused(OSError):
    """The guard does not allow an address that a name resolves to, or that a connection was about to use."""


class GuardedResolver(AbstractResolver):
    """getaddrinfo off the loop, with a time limit; refuses a name unless every answer is allowed.

    The connection goes to the very addresses that were checked, so a name that changes its mind between
    check and use (rebinding) gains nothing.
    """

    def __init__(self, *, allow_private: bool = False, seconds: float = LOOKUP_SECONDS) -> None:
        self._allow_private = allow_private
        self._seconds = seconds
        # Threads of our own: slow name servers must not keep the rest of the program from its executor.
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="resolver")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises AddressRefused, and OSError when the name has no address in time."""
        answers = [_result(host, port, info) for info in await self._look_up(host, port, family)]
        refusal = None if self._allow_private else check_answers([answer["host"] for answer in answers])
        if refusal is not None:
            raise AddressRefused(f"{host} resolves to {refusal.detail}")
        return answers

    async def addresses(self, host: str, port: int) -> list[str]:
        """Every address as text, unchecked: for `bot.feeds.guard.check_resolved`."""
        infos = await self._look_up(host, port, socket.AF_UNSPEC)
        return list(dict.fromkeys(str(info[4][0]) for info in infos))

    async def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[_Info]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                infos = await loop.run_in_executor(self._threads, _getaddrinfo, host, port, family)
        except TimeoutError:
            raise OSError(f"no answer from DNS within {self._seconds:g} s") from None
        except UnicodeError:
            raise OSError("not a host name") from None
        if not infos:
            raise OSError("no address")
        return infos

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


_Info = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]


def _getaddrinfo(host: str, port: int, family: socket.AddressFamily) -> list[_Info]:
    infos: list[_Info] = list(socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM))
    return [info for info in infos if info[0] in {socket.AF_INET, socket.AF_INET6}]


def _result(host: str, port: int, info: _Info) -> ResolveResult:
    family, _, proto, _, address = info
    return ResolveResult(
        hostname=host,
        host=address[0],
        port=port,
        family=family,
        proto=proto,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )

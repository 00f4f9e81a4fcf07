"""Connections to checked addresses only, at the last moment before they are made and once more after."""

from __future__ import annotations

import socket
from asyncio import Transport
from typing import Any

from aiohttp import ClientRequest, TCPConnector
from aiohttp.client_proto import ResponseHandler

from bot.feeds.guard import check_answers
from bot.feeds.resolver import AddressRefused, GuardedResolver

IDLE_SECONDS = 30.0


class GuardedConnector(TCPConnector):
    """aiohttp's connector behind the guard.

    aiohttp does not ask the resolver about IP literals, so every address is checked again where its socket
    is made, and the peer of each new connection is checked before a byte is sent to it. One connector
    serves either public addresses or sources that may live anywhere, never both: they share no connection.
    """

    def __init__(self, resolver: GuardedResolver, *, allow_private: bool = False) -> None:
        super().__init__(
            resolver=resolver,
            limit=0,  # the fetcher counts; a slow publisher must not hold a place in a queue of connections
            keepalive_timeout=IDLE_SECONDS,
            ttl_dns_cache=60,
            socket_factory=_any_socket if allow_private else _public_socket,
        )
        self._allow_private = allow_private

    async def _wrap_create_connection(
        self, *args: Any, req: ClientRequest, **kwargs: Any
    ) -> tuple[Transport, ResponseHandler]:
        transport, protocol = await super()._wrap_create_connection(*args, req=req, **kwargs)
        peer = transport.get_extra_info("peername")
        if not self._allow_private and (not peer or check_answers([str(peer[0])]) is not None):
            transport.abort()
            raise AddressRefused("connected to an address that is not public")
        return transport, protocol


def _any_socket(info: tuple[Any, ...]) -> socket.socket:
    family, kind, proto, *_ = info
    return socket.socket(family=family, type=kind, proto=proto)


def _public_socket(info: tuple[Any, ...]) -> socket.socket:
    refusal = check_answers([str(info[4][0])])
    if refusal is not None:
        raise AddressRefused(refusal.detail)
    return _any_socket(info)

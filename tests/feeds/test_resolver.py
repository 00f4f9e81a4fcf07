"""Names whose answers are mixed, internal or late."""

from __future__ import annotations

import socket

import aiohttp
import pytest

from bot.feeds.connector import GuardedConnector
from bot.feeds.resolver import AddressRefused, GuardedResolver
from tests.feeds.publisher import publisher, says


async def test_a_name_of_this_machine_is_refused() -> None:
    """`localhost` resolves to loopback, which only a private source may use."""
    resolver = GuardedResolver()
    with pytest.raises(AddressRefused):
        await resolver.resolve("localhost", 80, socket.AF_INET)
    await resolver.close()
    private = GuardedResolver(allow_private=True)
    answers = await private.resolve("localhost", 80, socket.AF_INET)
    assert {answer["host"] for answer in answers} == {"127.0.0.1"}
    await private.close()


async def test_an_unknown_name_is_an_error_of_the_network() -> None:
    """No address is not a refusal."""
    resolver = GuardedResolver()
    with pytest.raises(OSError) as raised:
        await resolver.resolve("no-such-name.invalid", 80)
    assert not isinstance(raised.value, AddressRefused)
    await resolver.close()


async def test_the_connector_checks_literals_that_no_resolver_sees() -> None:
    """aiohttp connects to an IP literal without asking the resolver; the socket is refused all the same."""
    async with publisher(says(b"secret")) as shop:
        connector = GuardedConnector(GuardedResolver())
        async with aiohttp.ClientSession(connector=connector) as session:
            with pytest.raises(aiohttp.ClientConnectorError) as raised:
                await session.get(shop.url())
        assert isinstance(raised.value.os_error, AddressRefused)
        assert shop.asked == []


class _Liar(GuardedResolver):
    """Says what it is told, unchecked: a name that changed its mind after the check."""

    async def resolve(  # type: ignore[no-untyped-def]
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ):
        return await GuardedResolver(allow_private=True).resolve("127.0.0.1", port, socket.AF_INET)


async def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    """Even when a resolver let loopback through, no byte reaches it."""
    async with publisher(says(b"secret")) as shop:
        async with aiohttp.ClientSession(connector=GuardedConnector(_Liar())) as session:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(f"http://rebinding.example:{shop.port}/")
        assert shop.asked == []

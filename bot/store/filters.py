"""The distinct filters that chats follow. `chats` writes them, in the same step as the chat."""

from __future__ import annotations

from bot.store import keys
from bot.store.seal import Keyring
from bot.store.wire import Wire

PURPOSE = "filter"


class RedisFilters:
    """`protocols.FollowedFilters`. Queries are sealed: what somebody looks for may tell who they are."""

    def __init__(self, wire: Wire, keyring: Keyring) -> None:
        self._wire = wire
        self._keyring = keyring

    async def version(self) -> int:
        """Changes whenever the set of followed filters changes."""
        return int(await self._wire.call("GET", keys.FILTERS_VERSION) or 0)

    async def all(self) -> dict[str, str]:
        """Filter id -> canonical query."""
        flat = await self._wire.call("HGETALL", keys.FILTERS)
        return {
            one.decode(): self._keyring.unseal("", PURPOSE, sealed).decode("utf-8", "surrogatepass")
            for one, sealed in zip(flat[::2], flat[1::2], strict=True)
        }

    def id_of(self, query: str) -> str:
        """The keyed id of a canonical query; pure."""
        return self._keyring.index("filter", query)

    def seal(self, query: str) -> bytes:
        """The query as it is stored."""
        return self._keyring.seal("", PURPOSE, query.encode("utf-8", "surrogatepass"))

"""The distinct filters that chats follow. `chats` writes them, in the same step as the chat.

What changes is noted in a log, by the same scripts, so that a running process reads the change and not a
million filters. The log names filters and packs; what they are now is read beside it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.store import keys, scripts
from bot.store.packs import RedisPacks
from bot.store.protocols import Changes
from bot.store.seal import Keyring
from bot.store.wire import Wire

PURPOSE = "filter"
PAGE = 1_000  # filters read at once: filing them takes some 25 ms, and others must have their turn

_SEQUENCE_BITS = 32  # of a version: entries of the log within one millisecond


class RedisFilters:
    """`protocols.FollowedFilters`. Queries are sealed: what somebody looks for may tell who they are."""

    def __init__(self, wire: Wire, keyring: Keyring, packs: RedisPacks) -> None:
        self._wire = wire
        self._keyring = keyring
        self._packs = packs

    async def version(self) -> int:
        """Changes whenever the set of followed filters changes, or a pack."""
        newest: Sequence[Sequence[bytes]] = await self._wire.call(
            "XREVRANGE", keys.CHANGES, "+", "-", "COUNT", 1
        )
        return _version(newest[0][0]) if newest else 0

    async def changes(self, since: int) -> Changes | None:
        """What is different now from what it was at version `since`; None when that is no longer known."""
        answer = await self._wire.run(scripts.CHANGES, _entry(since))
        if answer is None:
            return None
        version, *noted = answer
        return Changes(
            version=_version(version),
            filters={
                one.decode(): None if sealed is None else self._unseal(sealed)
                for kind, one, sealed in noted
                if kind == b"f"
            },
            packs=dict(self._packs.opened(one, sealed) for kind, one, sealed in noted if kind == b"p"),
        )

    async def everything(self) -> AsyncIterator[Changes]:
        """All packs and followed filters, page by page, with the version from before the first page.

        What changes while the pages are read may be in them or not; `changes` tells it again.
        """
        version = await self.version()
        yield Changes(version=version, packs=dict(await self._packs.all()))
        cursor = b"0"
        while True:
            cursor, flat = await self._wire.call("HSCAN", keys.FILTERS, cursor, "COUNT", PAGE)
            yield Changes(version=version, filters=self._opened(flat))
            if cursor == b"0":
                return

    async def all(self) -> dict[str, str]:
        """Filter id -> canonical query."""
        found: dict[str, str] = {}
        async for page in self.everything():
            found.update((one, query) for one, query in page.filters.items() if query is not None)
        return found

    def id_of(self, query: str) -> str:
        """The keyed id of a canonical query; pure."""
        return self._keyring.index("filter", query)

    def seal(self, query: str) -> bytes:
        """The query as it is stored."""
        return self._keyring.seal("", PURPOSE, query.encode("utf-8", "surrogatepass"))

    def _opened(self, flat: Sequence[bytes]) -> dict[str, str]:
        return {one.decode(): self._unseal(sealed) for one, sealed in zip(flat[::2], flat[1::2], strict=True)}

    def _unseal(self, sealed: bytes) -> str:
        return self._keyring.unseal("", PURPOSE, sealed).decode("utf-8", "surrogatepass")


def _version(entry: bytes) -> int:
    """The id of an entry of the log, `milliseconds-sequence`, as one number."""
    milliseconds, sequence = entry.split(b"-")
    return int(milliseconds) << _SEQUENCE_BITS | int(sequence)


def _entry(version: int) -> str:
    return f"{version >> _SEQUENCE_BITS}-{version & (1 << _SEQUENCE_BITS) - 1}"

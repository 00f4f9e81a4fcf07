"""Packs: queries with a name, which moderators keep and filters include.

Names and queries are sealed like filters. Sealing is deterministic, so a sealed name finds its pack again and
the log of changes can carry it.
"""

from __future__ import annotations

from datetime import datetime

from bot.store import keys, scripts
from bot.store.seal import Keyring
from bot.store.wire import Wire

NAME_PURPOSE = "pack-name"
QUERY_PURPOSE = "pack"


class RedisPacks:
    """`protocols.Packs`."""

    def __init__(self, wire: Wire, keyring: Keyring) -> None:
        self._wire = wire
        self._keyring = keyring

    async def all(self) -> dict[str, str]:
        """Name -> canonical query."""
        flat = await self._wire.call("HGETALL", keys.PACKS)
        return {
            self._open(NAME_PURPOSE, name): self._open(QUERY_PURPOSE, query)
            for name, query in zip(flat[::2], flat[1::2], strict=True)
        }

    async def get(self, name: str) -> str | None:
        """The query of one pack; None when there is no such pack."""
        sealed = await self._wire.call("HGET", keys.PACKS, self._seal(NAME_PURPOSE, name))
        return None if sealed is None else self._open(QUERY_PURPOSE, sealed)

    async def put(self, name: str, query: str, now: datetime) -> None:
        """Make or change a pack, and note it in the log of changes, in one step; the log stamps itself."""
        await self._wire.run(
            scripts.PACK_PUT, self._seal(NAME_PURPOSE, name), self._seal(QUERY_PURPOSE, query)
        )

    async def remove(self, name: str) -> bool:
        """Forget a pack, and note it in the log of changes. False when there was none."""
        return bool(await self._wire.run(scripts.PACK_REMOVE, self._seal(NAME_PURPOSE, name)))

    def opened(self, name: bytes, query: bytes | None) -> tuple[str, str | None]:
        """A pack as the log of changes tells it: name and query, or None when it is gone."""
        return self._open(NAME_PURPOSE, name), None if query is None else self._open(QUERY_PURPOSE, query)

    def _seal(self, purpose: str, text: str) -> bytes:
        return self._keyring.seal("", purpose, text.encode("utf-8", "surrogatepass"))

    def _open(self, purpose: str, sealed: bytes) -> str:
        return self._keyring.unseal("", purpose, sealed).decode("utf-8", "surrogatepass")

"""Compressed bodies, unpacked piece by piece and never beyond their limits."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from bot.errors import FeedError, FeedTrouble

LARGEST_BODY = 20 * 1024 * 1024  #: bytes, unpacked
STEEPEST = 100  #: unpacked bytes for each packed one
STEEP_FROM = 1024 * 1024  #: unpacked bytes from which the ratio counts: small feeds may be very repetitive
PIECE = 256 * 1024
ENCODINGS = "gzip, deflate"  #: what the standard library unpacks on every Python we support
_GZIP_MAGIC = b"\x1f\x8b"


class Unpacker:
    """Feed it what arrives; it gives back plain bytes. Raises FeedError BOMB, TOO_LARGE, UNREACHABLE."""

    def __init__(self, encoding: str, *, largest: int = LARGEST_BODY) -> None:
        """`encoding` is the Content-Encoding header; more than one encoding on top of another is refused."""
        names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
        names = [name.removeprefix("x-") for name in names if name != "identity"]
        if len(names) > 1 or (names and names[0] not in {"gzip", "deflate"}):
            raise FeedError(FeedTrouble.BOMB, "an encoding that was not asked for")
        self._encoding = names[0] if names else ""
        self._largest = largest
        self._engine: zlib._Decompress | None = None
        self._finished = False
        self.taken = 0  #: bytes that came in
        self.given = 0  #: bytes that went out

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Plain pieces of at most `PIECE` bytes."""
        first = not self.taken
        self.taken += len(data)
        if first and self._encoding:
            self._choose(data)
        if self._engine is None:
            self._count(len(data))
            yield data
            return
        while data:
            piece = self._step(data)
            self._count(len(piece))
            if piece:
                yield piece
            data = self._rest()

    def finish(self) -> None:
        """Call at the end of the body: a compressed body must be complete."""
        if self._engine is not None and not self._engine.eof:
            raise FeedError(FeedTrouble.UNREACHABLE, "the compressed body breaks off")

    def _choose(self, data: bytes) -> None:
        """By the first bytes: some servers name an encoding that they do not use, or send deflate bare."""
        if self._encoding == "gzip":
            self._engine = zlib.decompressobj(wbits=31) if data.startswith(_GZIP_MAGIC[: len(data)]) else None
        elif len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0:
            self._engine = zlib.decompressobj()
        elif not data.startswith((b"<", b"{", b"\xef\xbb\xbf")):
            self._engine = zlib.decompressobj(wbits=-15)

    def _step(self, data: bytes) -> bytes:
        assert self._engine is not None
        if self._engine.eof:  # another gzip member follows, or padding that nobody misses
            if not data.startswith(_GZIP_MAGIC):
                return b""
            self._engine = zlib.decompressobj(wbits=31)
        try:
            return self._engine.decompress(data, PIECE)
        except zlib.error:
            raise FeedError(FeedTrouble.UNREACHABLE, "the compressed body cannot be unpacked") from None

    def _rest(self) -> bytes:
        assert self._engine is not None
        if not self._engine.eof:
            return self._engine.unconsumed_tail
        rest = self._engine.unused_data
        return rest if rest.startswith(_GZIP_MAGIC) else b""

    def _count(self, amount: int) -> None:
        self.given += amount
        if self._engine is not None and self.given > max(STEEP_FROM, STEEPEST * self.taken):
            raise FeedError(FeedTrouble.BOMB, f"unpacks to more than {STEEPEST} times its size")
        if self.given > self._largest:
            trouble = FeedTrouble.TOO_LARGE if self._engine is None else FeedTrouble.BOMB
            raise FeedError(trouble, f"more than {self._largest} bytes")

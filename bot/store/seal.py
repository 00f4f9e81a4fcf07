"""Identifiers at rest: a keyed index to find them by, and a sealed value to read them back from.

Chat ids are short numbers: plain hashes of all of them fall in half an hour on one core. So the index
is an HMAC under a key that never enters the store, and what must be read back is sealed with AES-SIV
(deterministic, so a repeated nonce cannot betray anything). The platform and the purpose are
authenticated with it: a sealed value cannot be moved to where it would mean something else.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import KeyMissing

MASTER_BYTES = 32
INDEX_BYTES = 16  # 128 bits: two of a billion chats collide with a chance of 1 in 10^21


def _derive(master: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(master)


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """The keys in use, all derived from one master key. Shows nothing of itself."""

    _index: bytes
    _siv: AESSIV = field(compare=False)

    @classmethod
    def from_master(cls, master: bytes) -> Keyring:
        """Derive the keys (HKDF-SHA256) from a master key of 32 bytes."""
        if len(master) != MASTER_BYTES:
            raise KeyMissing(f"a master key has {MASTER_BYTES} bytes, this one has {len(master)}")
        index = _derive(master, b"xeberdar/1/index", 32)
        return cls(index, AESSIV(_derive(master, b"xeberdar/1/seal", 64)))

    def index(self, purpose: str, *parts: str) -> str:
        """The keyed index of `parts` for one purpose: 32 hexadecimal digits."""
        # Every part carries its length, so that ("a", "bc") and ("ab", "c") stay different.
        raw = [purpose.encode(), *(part.encode("utf-8", "surrogatepass") for part in parts)]
        message = b"".join(len(part).to_bytes(4, "big") + part for part in raw)
        return hmac.new(self._index, message, sha256).digest()[:INDEX_BYTES].hex()

    def seal(self, platform: str, purpose: str, value: bytes) -> bytes:
        """Encrypt and authenticate `value` for this platform and purpose; 16 bytes longer than `value`."""
        return self._siv.encrypt(value, [f"{platform}|{purpose}".encode()])

    def unseal(self, platform: str, purpose: str, sealed: bytes) -> bytes:
        """Read a sealed value. KeyMissing when another key, platform or purpose sealed it."""
        try:
            return self._siv.decrypt(sealed, [f"{platform}|{purpose}".encode()])
        except InvalidTag:
            raise KeyMissing("a sealed value does not open with this master key") from None

"""The keyring: what it shows, what it refuses."""

from __future__ import annotations

import pytest

from bot.errors import KeyMissing
from bot.store.seal import Keyring


def test_a_sealed_value_opens_again(keyring: Keyring) -> None:
    """What was sealed for a platform and a purpose opens for the same."""
    assert b"7000000001" == keyring.unseal("t", "chat", keyring.seal("t", "chat", b"7000000001"))


@pytest.mark.parametrize(("platform", "purpose"), [("s", "chat"), ("t", "receipt"), ("", "chat")])
def test_a_sealed_value_cannot_be_moved(keyring: Keyring, platform: str, purpose: str) -> None:
    """A value sealed for one platform and purpose opens for no other."""
    with pytest.raises(KeyMissing):
        keyring.unseal(platform, purpose, keyring.seal("t", "chat", b"7000000001"))


def test_another_master_key_opens_nothing(keyring: Keyring) -> None:
    """A wrong master key is recognised, not answered with noise."""
    with pytest.raises(KeyMissing):
        Keyring.from_master(bytes(32)).unseal("t", "chat", keyring.seal("t", "chat", b"x"))


def test_parts_of_an_index_do_not_run_together(keyring: Keyring) -> None:
    """("a", "bc") and ("ab", "c") are different chats."""
    assert keyring.index("chat", "a", "bc") != keyring.index("chat", "ab", "c")


def test_an_index_depends_on_the_key_and_the_purpose(keyring: Keyring) -> None:
    """The same identifier has an index of its own for each key and purpose."""
    other = Keyring.from_master(bytes(32))
    assert 3 == len({keyring.index("chat", "1"), keyring.index("person", "1"), other.index("chat", "1")})


def test_a_keyring_shows_nothing(keyring: Keyring) -> None:
    """No key material in its representation."""
    assert "_index" not in repr(keyring)


def test_a_short_master_key_is_refused() -> None:
    """A truncated key file does not become a weak keyring."""
    with pytest.raises(KeyMissing):
        Keyring.from_master(b"short")

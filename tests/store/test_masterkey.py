"""The master key's file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.errors import KeyMissing, StoreError
from bot.store.masterkey import load_or_create


def test_a_key_is_created_once(tmp_path: Path) -> None:
    """The first start makes a key that only we may read, every later one reads it."""
    path = tmp_path / "secrets" / "master.key"
    key = load_or_create(path, create=True, sealed_data_exists=False)
    assert key == load_or_create(path, create=False, sealed_data_exists=True)
    assert (32, 0o600, 0o700) == (
        len(key),
        stat.S_IMODE(path.stat().st_mode),
        stat.S_IMODE(path.parent.stat().st_mode),
    )
    assert [path] == list(path.parent.iterdir())


def test_no_key_is_created_beside_sealed_data(tmp_path: Path) -> None:
    """A missing key is never replaced: the old data would be locked away for good."""
    with pytest.raises(KeyMissing):
        load_or_create(tmp_path / "master.key", create=True, sealed_data_exists=True)
    assert [] == list(tmp_path.iterdir())


def test_no_key_is_created_unasked(tmp_path: Path) -> None:
    """Tools that only look create nothing."""
    with pytest.raises(KeyMissing):
        load_or_create(tmp_path / "master.key", create=False, sealed_data_exists=False)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """Too open permissions are an error that names the remedy."""
    path = tmp_path / "master.key"
    load_or_create(path, create=True, sealed_data_exists=False)
    path.chmod(0o640)
    with pytest.raises(StoreError, match="chmod 600"):
        load_or_create(path, create=True, sealed_data_exists=True)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_damaged_key_is_refused(tmp_path: Path, size: int) -> None:
    """A key file of another length is damaged."""
    path = tmp_path / "master.key"
    path.write_bytes(bytes(size))
    path.chmod(0o600)
    with pytest.raises(KeyMissing, match="32 bytes"):
        load_or_create(path, create=True, sealed_data_exists=False)

"""The master key: one small file outside the store, readable by nobody else."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from bot.errors import KeyMissing, StoreError
from bot.store.seal import MASTER_BYTES

TOO_OPEN = stat.S_IRWXG | stat.S_IRWXO


def load_or_create(path: Path, *, create: bool, sealed_data_exists: bool) -> bytes:
    """The master key kept at `path`, 32 bytes.

    A missing key is created only when `create` allows it and nothing sealed exists yet: a new key
    beside old data would lock that data away for good. Raises KeyMissing for a missing or unusable
    key, StoreError when others may read the file.
    """
    try:
        return _load(path)
    except FileNotFoundError:
        pass
    if sealed_data_exists:
        raise KeyMissing(
            f"the store holds sealed data, and its master key is not at {path}: restore that file"
        )
    if not create:
        raise KeyMissing(f"there is no master key at {path}")
    try:
        return _create(path)
    except FileExistsError:  # another process of ours was faster: its key is the key
        return _load(path)


def _load(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeyMissing(f"the master key at {path} cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise KeyMissing(f"the master key at {path} is not a file")
        # Readable secrets are as good as published; saying so beats quietly changing the mode.
        if stat.S_IMODE(mode) & TOO_OPEN:
            raise StoreError(f"others may read the master key: chmod 600 {path}")
        key = file.read(MASTER_BYTES + 1)
    if len(key) != MASTER_BYTES:
        raise KeyMissing(f"the master key at {path} is damaged: it must have {MASTER_BYTES} bytes")
    return key


def _create(path: Path) -> bytes:
    """Write a new key under a passing name and link it into place: nobody ever reads half a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_bytes(MASTER_BYTES)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, never replaces a key that is there
    finally:
        draft.unlink(missing_ok=True)
    _sync_directory(path.parent)
    return key


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

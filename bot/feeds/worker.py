"""The process behind the wall: a task on standard input, an answer on standard output, again and again.

It holds no secret, no socket and no file; it cannot open any: once everything is imported, the limit on open
files is what is open already, and an audit hook refuses the rest. A task that takes too much CPU, memory or
time ends the process, never the service. Started by `bot.feeds.parse`.

One frame is a 4-byte big-endian length and that many bytes. Task: a JSON frame {"kind", "url", "headers",
"source", "wall"}, then a frame with the body. Answer: one JSON frame, {"ok": ...} or {"trouble", "detail"}.
"""

from __future__ import annotations

import contextlib
import encodings
import json
import math
import os
import pkgutil
import resource
import signal
import struct
import sys
from importlib.machinery import BuiltinImporter
from typing import Any

from bot.errors import FeedError, FeedTrouble
from bot.feeds.entries import read_feed
from bot.feeds.guard import check_url
from bot.feeds.pages import read_page
from bot.feeds.parsed import feed_record, page_record

CPU_SECONDS = 3
MEMORY_BYTES = 384 * 1024 * 1024  #: of address space
LONGEST_TASK = 24 * 1024 * 1024
READY = b'{"ready": true}'

_FORBIDDEN = (
    *(
        "open",
        "socket.",
        "subprocess.",
        "os.",
        "ctypes.",
        "shutil.",
        "urllib.",
        "ftplib.",
        "http.",
        "smtplib.",
    ),
    *(
        "sqlite3.",
        "webbrowser.",
        "pty.",
        "fcntl.",
        "mmap.",
        "code.",
        "tempfile.",
        "syslog.",
        "signal.",
    ),
)


def main() -> None:
    """Serve tasks until standard input ends, which is also how a worker dies with its parent."""
    _warm_up()
    _lock_down()
    _write(READY)
    while (task := _read()) is not None:
        body = _read()
        if body is None:
            return
        asked = json.loads(task)
        _start_clocks(asked["wall"])
        answer = _answer(asked, body)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write(answer)


def _answer(task: dict[str, Any], body: bytes) -> bytes:
    try:
        answer: dict[str, Any] = {"ok": _work(task, body)}
    except FeedError as error:
        answer = {"trouble": error.why.value, "detail": error.detail[:200]}
    except MemoryError:
        os._exit(3)  # nothing can be trusted to work any more; the pool sees a killed parser
    except PermissionError as error:  # our own: the event's name says which library wanted what
        answer = {"trouble": FeedTrouble.PARSER_FAILED.value, "detail": str(error)}
    except RecursionError:
        answer = {"trouble": FeedTrouble.BOMB.value, "detail": "nested too deeply"}
    except Exception as error:  # noqa: BLE001, RUF100 - hostile input reaches other people's parsers here
        answer = {"trouble": FeedTrouble.PARSER_FAILED.value, "detail": type(error).__name__}
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")


def _work(task: dict[str, Any], body: bytes) -> dict[str, Any]:
    if task["kind"] == "page":
        return page_record(read_page(body, task["headers"], task["url"]))
    return feed_record(read_feed(body, task["headers"], task["url"], task["source"]))


# --- limits -------------------------------------------------------------------------------------


def _warm_up() -> None:
    """Import what the libraries import late: afterwards no file can be opened."""
    for module in pkgutil.iter_modules(encodings.__path__):
        if module.name not in {"mbcs", "oem", "cp65001"}:  # exist on Windows only
            __import__(f"encodings.{module.name}")
            _known(module.name)
    sample = b"<rss version='2.0'><channel><item><title>t</title><pubDate>x</pubDate></item></channel></rss>"
    for warm in (sample, sample.removesuffix(b"</rss>")):  # the second takes the way of broken feeds
        read_feed(warm, {}, "http://sample.example/", "sample")
    for name in ("xəbər.example", "xn--xbr-dtbb.example"):  # the tables of international names come late, too
        check_url(f"http://{name}/")
    text = b"<p>A sample paragraph, long enough to be taken for the text of an article by anybody.</p>" * 5
    read_page(b"<html><body><article>" + text + b"</article></body></html>", {}, "http://sample.example/")


def _known(name: str) -> None:
    with contextlib.suppress(LookupError, ValueError):  # not every codec is a text encoding
        "".encode(name)


def _lock_down() -> None:
    os.closerange(3, 256)
    sys.meta_path[:] = [BuiltinImporter]  # nothing more is imported from the disk
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_NOFILE: 3,  # the three that are open: nothing else can be opened or connected
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"a parser does not do this: {event}")


def _start_clocks(wall: float) -> None:
    """The next task's share of CPU and its seconds in all; the kernel ends the process at either limit."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, wall)


# --- frames -------------------------------------------------------------------------------------


def _read() -> bytes | None:
    header = _exactly(4)
    if header is None:
        return None
    (length,) = struct.unpack(">I", header)
    return _exactly(length) if length <= LONGEST_TASK else None


def _exactly(length: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < length:
        piece = os.read(0, min(length - len(pieces), 1 << 20))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)


def _write(payload: bytes) -> None:
    data = memoryview(struct.pack(">I", len(payload)) + payload)
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main()

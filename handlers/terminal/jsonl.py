"""One JSON object a line in, one a line out, in input order; a bad line is answered in its place."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

Row = dict[str, Any]

#: No article is longer; a line that is costs memory for nothing. In characters.
LONGEST_LINE = 32 * 1024 * 1024

#: What editors on Windows put before the first line is no part of it.
ENCODING = "utf-8-sig"

#: The exit status for arguments that cannot be used.
UNUSABLE = 2


class BadLine(ValueError):
    """A line that cannot be used. The text says what is wrong with it, and what would work."""


class OutputClosed(Exception):
    """Whoever read our output (`| head -1`) has read enough."""


@contextmanager
def opened(file: str) -> Iterator[Iterable[str]]:
    """The lines of a file, or of standard input for "-". Undecodable bytes become U+FFFD, never an abort.

    Raises:
        OSError: there is no such file, or it cannot be read.
    """
    if file == "-":
        sys.stdin.reconfigure(encoding=ENCODING, errors="replace")  # type: ignore[union-attr]
        yield sys.stdin
    else:
        with Path(file).open(encoding=ENCODING, errors="replace") as lines:
            yield lines


def from_file(file: str, work: Callable[[Iterable[str]], int]) -> int:
    """Give the lines of a file to `work`; a file that cannot be read is an unusable argument."""
    try:
        with opened(file) as lines:
            return work(lines)
    except OSError as error:
        sys.stderr.write(f"xeberdar: cannot read {file}: {error.strerror}\n")
        return UNUSABLE


def parsed(line: str) -> Row:
    """One line as an object. Raises `BadLine`."""
    if len(line) > LONGEST_LINE:
        raise BadLine(f"the line has {len(line)} characters, more than {LONGEST_LINE}")
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadLine(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise BadLine("JSON that is nested too deeply") from None
    except ValueError:  # Python's own limit for the digits of a number
        raise BadLine("JSON with a number that is too long") from None
    if not isinstance(row, dict):
        raise BadLine(f'{kind_of(row)}, not an object like {{"id": "1", "title": "…"}}')
    return row


def kind_of(value: Any) -> str:
    """How JSON calls it."""
    names = {
        str: "a text",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "null")


def failure(line: str, error: BadLine) -> Row:
    """What stands in the place of a bad line: its id where it has one, and what is wrong."""
    try:
        row = json.loads(line)
        known = row["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"error": str(error)}
    usable = isinstance(known, str | int) and not isinstance(known, bool)
    return {"id": known, "error": str(error)} if usable else {"error": str(error)}


def write(row: Row, out: TextIO | None = None) -> None:
    """One line of output, at once: whoever waits for this answer may not have asked the next question.

    Lone surrogates are escaped, so that the output is always UTF-8. Raises `OutputClosed`.
    """
    out = out or sys.stdout
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(row, ensure_ascii=True)
    try:
        out.write(text + "\n")
        out.flush()
    except BrokenPipeError:
        raise OutputClosed from None


def each(lines: Iterable[str], work: Callable[[Row], Row]) -> int:
    """Answer line by line; the exit status: 0, or 1 when a line was bad. Blank lines are skipped."""
    status = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            answer = work(parsed(line))
        except BadLine as error:
            answer, status = failure(line, error), 1
        write(answer)
    return status


def all_of(lines: Iterable[str]) -> tuple[list[tuple[str, Row | BadLine]], int]:
    """The whole batch as (line, object or what is wrong with it), and the exit status so far."""
    batch: list[tuple[str, Row | BadLine]] = []
    status = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            batch.append((line, parsed(line)))
        except BadLine as error:
            batch.append((line, error))
            status = 1
    return batch, status

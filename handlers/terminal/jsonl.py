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


class BadLine(ValueError):
    """A line that cannot be used. The text says what is wrong with it, and what would work."""


@contextmanager
def opened(file: str) -> Iterator[Iterable[str]]:
    """The lines of a file, or of standard input for "-". Undecodable bytes become U+FFFD, never an abort.

    Raises:
        OSError: there is no such file, or it cannot be read.
    """
    if file == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdin
    else:
        with Path(file).open(encoding="utf-8", errors="replace") as lines:
            yield lines


def parsed(line: str) -> Row:
    """One line as an object. Raises `BadLine`."""
    if len(line) > LONGEST_LINE:
        raise BadLine(f"the line has {len(line)} characters, more than {LONGEST_LINE}")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise BadLine(f'a JSON {type(row).__name__}, not an object like {{"id": "1", "title": "…"}}')
    return row


def failure(line: str, error: BadLine) -> Row:
    """What stands in the place of a bad line: its id where it has one, and what is wrong."""
    try:
        row = json.loads(line)
        known = row["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"error": str(error)}
    return {"id": known, "error": str(error)} if isinstance(known, str | int) else {"error": str(error)}


def write(row: Row, out: TextIO | None = None) -> None:
    """One line of output. Lone surrogates are escaped, so that the output is always UTF-8."""
    out = out or sys.stdout
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(row, ensure_ascii=True)
    out.write(text + "\n")


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

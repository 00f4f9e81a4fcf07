"""The log: events as data, and nothing in them that could endanger a reader."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from bot import log as logs


@pytest.fixture
def stream() -> io.StringIO:
    """Everything that is logged from here on."""
    stream = io.StringIO()
    logs.configure(level="info", as_json=True, stream=stream)
    return stream


def test_events_are_json_with_constant_names(stream: io.StringIO) -> None:
    """Off a terminal every line is one object."""
    structlog.get_logger("xeberdar.test").info("feed.broken", source="hrw", why="timeout")

    row = json.loads(stream.getvalue())

    assert ("feed.broken", "hrw", "timeout") == (row["event"], row["source"], row["why"])


@pytest.mark.parametrize(
    "secret",
    [
        "123456789:AAaaBBbbCCccDDddEEeeFFffGGggHHhhIIi",
        "xoxb-1234567890-abcdefghij",
        "xapp-1-A012345-678-abcdef",
        "-1001234567890",
        "4815162342",
        "U012ABCDEF",
        "C024BE91LA",
    ],
)
def test_tokens_and_identifiers_are_masked_wherever_they_stand(stream: io.StringIO, secret: str) -> None:
    """In our fields, in the libraries' messages, in the text of exceptions."""
    structlog.get_logger("xeberdar.test").warning("x", detail=f"POST https://host/bot{secret}/getMe")
    logging.getLogger("some.library").error("failed for %s", secret)
    try:
        raise ValueError(f"chat {secret} not found")
    except ValueError:
        structlog.get_logger("xeberdar.test").exception("y")

    written = stream.getvalue()

    assert 3 == len(written.splitlines())
    assert secret not in written


def test_forbidden_fields_are_dropped(stream: io.StringIO) -> None:
    """A careless caller leaks nothing."""
    structlog.get_logger("xeberdar.test").info("x", chat="abc", text="secret words", source="hrw")

    assert "secret words" not in stream.getvalue()
    assert "abc" not in stream.getvalue()


def test_talkative_libraries_are_quiet(stream: io.StringIO) -> None:
    """httpx logs addresses of requests, which hold the token, at INFO."""
    for name in ("httpx", "telegram", "slack_sdk.web", "aiohttp.access", "uvicorn.access"):
        logging.getLogger(name).info("POST https://api/…")

    assert "" == stream.getvalue()

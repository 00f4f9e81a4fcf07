"""Structured events: a constant name, facts beside it, and nobody's secrets.

Tokens, addresses of chats and numbers long enough to be somebody's identifier are masked in whatever
reaches the log, text of third-party libraries and tracebacks included.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

#: (pattern, what stands there instead). Shapes: Telegram bot tokens; Slack tokens; Slack ids of
#: users, channels and teams; any run of digits as long as a Telegram id (7 to 16 digits).
MASKS = (
    (re.compile(r"\d{5,16}:[A-Za-z0-9_-]{30,64}"), "[token]"),
    (re.compile(r"x(?:ox[a-z]|app)[-.][A-Za-z0-9.-]+"), "[token]"),
    (re.compile(r"(?<![A-Z0-9])[UWCDGTBA](?=[A-Z]*\d)[A-Z0-9]{8,12}(?![A-Z0-9])"), "[id]"),
    (re.compile(r"(?<!\d)-?\d{7,16}(?!\d)"), "[id]"),
)

#: Fields that may never be logged, whatever they hold.
FORBIDDEN = frozenset({"chat", "chat_id", "user", "user_id", "text", "query", "address", "person", "token"})

#: Fields that we fill ourselves from closed sets or with ids of public reports.
OURS = frozenset({"timestamp", "level", "logger", "source", "story"})

#: Libraries that print addresses of requests, bodies or updates below this level.
TOO_TALKATIVE = (
    *("httpx", "httpcore", "telegram", "slack_bolt", "slack_sdk", "aiohttp", "uvicorn", "apscheduler"),
    *("asyncio", "trafilatura", "htmldate"),
)


def mask(text: str) -> str:
    """The text without anything that may identify a chat, a person or us."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def drop_forbidden(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Lose fields that must not be logged; a defect in the caller must not become a leak."""
    return {key: value for key, value in event.items() if key not in FORBIDDEN}


def mask_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Mask every text, the rendered traceback included."""
    return {
        key: mask(value) if isinstance(value, str) and key not in OURS else value
        for key, value in event.items()
    }


def configure(*, level: str, as_json: bool | None = None, stream: TextIO | None = None) -> None:
    """Send our events and the libraries' records to `stream` (standard error).

    `as_json` None: lines for people on a terminal, JSON elsewhere.
    """
    stream = stream or sys.stderr
    pretty = stream.isatty() if as_json is None else not as_json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        drop_forbidden,
        mask_values,
        structlog.dev.ConsoleRenderer(colors=pretty and stream.isatty())
        if pretty
        else structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )

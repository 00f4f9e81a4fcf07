"""`xeberdar demo`: the whole bot on one machine, with sample reports and nothing to configure."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from bot import log as logs
from bot.app import open_engine
from bot.clock import SystemClock
from bot.config import Config, FeedsConfig, MetricsConfig, SourceConfig, TelegramConfig, WebConfig
from bot.demo.publisher import Publisher, publish, sources
from bot.model import Source
from handlers.terminal.service import open_web, until_stopped
from handlers.web.sender import WebSender

#: The same order of reports in every run.
SEED = 1


def run_demo(*, port: int, data_dir: Path, every: float) -> int:
    """Until Ctrl-C; the exit status."""
    logs.configure(level="warning")
    asyncio.run(until_stopped(_demo(port=port, data_dir=data_dir, every=every)))
    sys.stdout.write("\nStopped. `make demo` goes on where you left.\n")
    return 0


async def _demo(*, port: int, data_dir: Path, every: float) -> None:
    clock, count = SystemClock(), data_dir / "issued"
    publisher = Publisher(clock, random.Random(SEED), issued=_issued_before(count))  # noqa: S311 - an order, no secret
    async with AsyncExitStack() as stack:
        base_url = await stack.enter_async_context(
            publish(publisher, timedelta(seconds=every), port=_free_or_any(port + 1 if port else 0))
        )
        stack.callback(lambda: count.write_text(str(publisher.issued), encoding="utf-8"))
        engine = await stack.enter_async_context(open_engine(_config(base_url, port, data_dir)))
        address = await stack.enter_async_context(open_web(engine, engine.config.web))
        await (
            engine.poller.drain()
        )  # the first sight of the feeds: a visitor finds their reports there already
        _greet(address)
        await engine.run([WebSender(engine.store.inbox, engine.desk.key_of)])


def _issued_before(count: Path) -> int:
    """How far the publisher came last time, so that a second start goes on with what is new."""
    try:
        return int(count.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return 0


def _free_or_any(port: int) -> int:
    """The same address as last time if it can be had; behind another one every feed begins anew."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def _config(base_url: str, port: int, data_dir: Path) -> Config:
    """Everything in the demo's own folder; no platform, no sign-in, no operator's listener."""
    folder = data_dir.resolve()
    return Config(
        data_dir=folder,
        master_key_file=folder / "secrets" / "master.key",
        feeds=FeedsConfig(parsers=1),
        telegram=TelegramConfig(),
        web=WebConfig(port=_free_or_any(port), sign_in=False),
        metrics=MetricsConfig(enabled=False),
        source=tuple(_configured(source) for source in sources(base_url)),
    )


def _configured(source: Source) -> SourceConfig:
    return SourceConfig(
        key=source.key,
        title=source.title,
        url=source.url,
        lang=source.lang,
        rights=source.rights,
        allow_private=source.allow_private,
        interval_minutes=source.interval.total_seconds() / 60,
    )


def _greet(address: str) -> None:
    sys.stdout.write(
        "\n  Xəbərdar is running, with invented sample reports.\n\n"
        f"      {address}\n\n"
        "  Open it and type:  /subscribe torture country:AZ\n"
        "  Ctrl-C stops everything.\n\n"
    )
    sys.stdout.flush()

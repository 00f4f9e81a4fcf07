"""`xeberdar demo`: the whole bot on one machine, with sample reports and nothing to configure."""

from __future__ import annotations

import asyncio
import random
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from bot import log as logs
from bot.app import open_engine
from bot.clock import SystemClock
from bot.config import Config, FeedsConfig, MetricsConfig, SourceConfig, TelegramConfig, WebConfig
from bot.demo.publisher import Publisher
from handlers.terminal.service import open_web, until_stopped


def run_demo(*, port: int, data_dir: Path, every: float) -> int:
    """Until Ctrl-C; the exit status."""
    logs.configure(level="warning")
    asyncio.run(until_stopped(_demo(port=port, data_dir=data_dir, every=every)))
    sys.stdout.write("\nStopped. `make demo` goes on where you left.\n")
    return 0


async def _demo(*, port: int, data_dir: Path, every: float) -> None:
    raise AssertionError

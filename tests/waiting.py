"""Waiting for what other tasks and processes do: a guard against hanging, and no verdict about speed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

#: Seconds until a test gives up on something that should have come. A busy machine may take many of them.
PATIENCE = 60.0


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something that real sockets and other processes bring; TimeoutError when it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what others do has no event here
            await asyncio.sleep(0.005)

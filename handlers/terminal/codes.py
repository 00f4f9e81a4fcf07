"""One-time codes for moderators and for the web page, put into the store of the running bot."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from bot.app import INVITATION_LIFETIME, WEB_CODE_LIFETIME, visit_store
from bot.clock import SystemClock
from bot.config import load

#: Letters and digits that nobody confuses when reading them from a screen: no 0/O, 1/I/L, U/V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_code(groups: int) -> str:
    """Groups of four: "7KQM-2XWD". Each group carries 19 bits of chance."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))


def print_web_code(path: Path) -> int:
    """A code for signing in, on standard output alone, so that scripts can use it."""
    config = load(path)
    code = new_code(2)

    async def put() -> None:
        async with visit_store(config) as store:
            await store.people.web_code(code, SystemClock().now(), WEB_CODE_LIFETIME)

    asyncio.run(put())
    print(code)
    return 0


def print_invitation(path: Path) -> int:
    """An invitation: what to send to the bot, and for how long it is good."""
    config = load(path)
    code = new_code(4)

    async def put() -> None:
        async with visit_store(config) as store:
            await store.people.invite(code, SystemClock().now(), INVITATION_LIFETIME)

    asyncio.run(put())
    hours = int(INVITATION_LIFETIME.total_seconds() // 3600)
    print(f"/moderator {code}")
    print(f"Send this line to the bot in a private chat. It works once, within {hours} hours.")
    return 0

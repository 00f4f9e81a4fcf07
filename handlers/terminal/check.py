"""`xeberdar check`: every problem that would keep the bot from working, at once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp

from bot.app import visit_store
from bot.config import Config, load
from bot.errors import ConfigError, KeyMissing, StoreError
from bot.feeds.guard import Refusal, check_url
from handlers.terminal.service import SAFE_EXPAT, SAFE_PYTHON

#: Exit statuses: all well; something is wrong; the file itself cannot be used.
WELL, WRONG, UNUSABLE = 0, 1, 2


def run_check(path: Path) -> int:
    """Print one line for each thing looked at; the exit status says whether any is wrong."""
    try:
        config = load(path)
    except ConfigError as error:
        for problem in error.problems:
            print(f"wrong  configuration  {problem}")
        return UNUSABLE
    print(f"well   configuration  {path}: {len(config.source)} sources")
    findings = [*_addresses(config), *asyncio.run(_collected(config)), *_parts()]
    for wrong, what, said in findings:
        print(f"{'wrong ' if wrong else 'well  '} {what:<14} {said}")
    return WRONG if any(wrong for wrong, _, _ in findings) else WELL


Finding = tuple[bool, str, str]  # (is it wrong?, what was looked at, what was seen)


def _addresses(config: Config) -> Iterator[Finding]:
    """Sources that our own guard would never ask."""
    refused = 0
    for source in config.source:
        verdict = check_url(source.url, allow_private=source.allow_private)
        if isinstance(verdict, Refusal):
            refused += 1
            yield True, f"source {source.key}", f"its address is refused: {verdict.reason.value}"
    if not refused:
        yield False, "sources", "every address may be asked (`xeberdar sources test` asks them)"


async def _collected(config: Config) -> list[Finding]:
    return [finding async for finding in _outside(config)]


async def _outside(config: Config) -> AsyncIterator[Finding]:
    """Store, key, tokens."""
    try:
        async with visit_store(config) as store:
            await store.ping()
            yield (
                False,
                "store",
                f"answers; {await store.chats.count()} chats, {await store.archive.count()} articles",
            )
    except KeyMissing as error:
        fresh = not config.master_key_file.exists() and "there is no master key" in str(error)
        said = "none yet; the first `run` makes it" if fresh else str(error)
        yield not fresh, "master key", said
    except StoreError as error:
        yield True, "store", str(error)
    async with aiohttp.ClientSession(trust_env=False, timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield await _telegram(config, session)
        yield await _slack(config, session)


async def _telegram(config: Config, session: aiohttp.ClientSession) -> Finding:
    if config.telegram.token is None:
        return False, "telegram", "off: no token"
    token = config.telegram.token.get_secret_value()
    try:
        async with session.get(f"{config.telegram.base_url.rstrip('/')}/bot{token}/getMe") as response:
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return True, "telegram", f"no answer: {type(error).__name__}"  # its text holds the token
    if isinstance(answer, dict) and answer.get("ok"):
        return False, "telegram", f"token is good: @{answer['result'].get('username', '?')}"
    return True, "telegram", f"token refused ({response.status}); ask @BotFather for a new one"


async def _slack(config: Config, session: aiohttp.ClientSession) -> Finding:
    if config.slack.bot_token is None:
        return False, "slack", "off: no tokens"
    headers = {"Authorization": f"Bearer {config.slack.bot_token.get_secret_value()}"}
    try:
        url = f"{config.slack.base_url.rstrip('/')}/auth.test"
        async with session.post(url, headers=headers) as response:
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return True, "slack", f"no answer: {type(error).__name__}"
    if isinstance(answer, dict) and answer.get("ok"):
        return False, "slack", "bot token is good"
    said = answer.get("error", "?") if isinstance(answer, dict) else "?"
    return True, "slack", f"bot token refused: {said}"


def _parts() -> Iterator[Finding]:
    """Old parsers are contained by our walls; they are told, not refused."""
    import pyexpat

    if sys.version_info[:3] < SAFE_PYTHON:
        yield (
            False,
            "python",
            "older than 3.11.10: update when you can (feeds are parsed behind a wall)",
        )
    if pyexpat.version_info < SAFE_EXPAT:
        yield False, "expat", "older than 2.7.2: update Python when you can"

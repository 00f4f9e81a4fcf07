"""One process of workers: what `tests.faults.nursery` forks instead of a whole bot.

`alone` and `beside` are made of the product's own parts: the store, the fan-out worker, the sender's worker
and Telegram's sender over HTTP. `alone` has a server to itself, as the embedded one is, takes over what an
earlier life held, and hands in the reports that stand in `reports.txt`. Many `beside` may share a server.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom

import aiohttp
import structlog

from bot import log as logs
from bot.alerts import holding
from bot.alerts.alert import alert_for
from bot.clock import Clock, SystemClock
from bot.config import Config, load
from bot.delivery.fanout import FanoutWorker
from bot.delivery.patience import Patience
from bot.delivery.worker import LIFETIME, DeliveryWorker
from bot.store.connect import open_store, wired
from bot.store.masterkey import load_or_create
from bot.store.protocols import Store
from bot.store.seal import Keyring
from bot.store.wire import Wire
from handlers.telegram.app import QuietBot
from handlers.telegram.request import AiohttpRequest
from handlers.telegram.sender import TelegramSender
from handlers.text.card import card
from tests.delivery.world import QUERY, sample

log = structlog.get_logger("xeberdar.soak")

SOURCE = "sample"
REPORTS = "reports.txt"  #: in the configuration's folder: a name a line
LOOK = 0.02  #: seconds between looks at the list of reports
STORE_TIMEOUT = 1.0  #: seconds; shorter than `xeberdar run`'s, so that outages can be


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a life is made of. A mutant changes one of them."""

    alone: bool
    lifetime: timedelta = LIFETIME
    worker: type[DeliveryWorker] = DeliveryWorker
    changed: Callable[[Store, Wire], Store] = lambda store, wire: store


ALONE = Parts(alone=True)
BESIDE = Parts(alone=False, lifetime=timedelta(seconds=3))


def alone(path: Path) -> int:
    """A life on a server of its own."""
    return run(path, ALONE)


def beside(path: Path) -> int:
    """A life beside others; its lease is short, so that the others need not wait long."""
    return run(path, BESIDE)


def run(path: Path, parts: Parts) -> int:
    """Work until killed."""
    config = load(path)
    logs.configure(level="info", as_json=True)
    asyncio.run(_live(config, path.parent / REPORTS, parts))
    return 0


async def _live(config: Config, reports: Path, parts: Parts) -> None:
    master = load_or_create(config.master_key_file, create=False, sealed_data_exists=True)
    where, keyring, clock = config.store.url, Keyring.from_master(master), SystemClock()
    async with (
        open_store(where, keyring, timeout=STORE_TIMEOUT, alone=parts.alone) as opened,
        wired(where) as wire,
        aiohttp.ClientSession() as session,
    ):
        store = parts.changed(opened, wire)
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        assert config.telegram.token is not None
        telegram = sender(config.telegram.base_url, config.telegram.token.get_secret_value(), session)
        async with asyncio.TaskGroup() as tasks:
            if parts.alone:
                tasks.create_task(_hand_in(reports, store, clock))
            tasks.create_task(FanoutWorker(outbox=store.outbox, clock=clock, name=f"{name}-fan").run())
            tasks.create_task(worker(telegram, store, clock, parts, f"{name}-send").run())
            log.info("ready")


def sender(url: str, token: str, session: aiohttp.ClientSession) -> TelegramSender:
    """Telegram's own sender, to a server at `url`."""
    request = AiohttpRequest(session)
    bot = QuietBot(token, base_url=f"{url}/bot", request=request, get_updates_request=request)
    return TelegramSender(bot, card)


def worker(sender: TelegramSender, store: Store, clock: Clock, parts: Parts, name: str) -> DeliveryWorker:
    """The worker that serves Telegram's outbox."""
    return parts.worker(
        sender=sender,
        outbox=store.outbox,
        chats=store.chats,
        archive=store.archive,
        alert_for=alert_for,
        holding=holding,
        clock=clock,
        rng=SystemRandom(),
        name=name,
        lifetime=parts.lifetime,
    )


async def _hand_in(reports: Path, store: Store, clock: Clock) -> None:
    """What a poll does: look which reports of the list are new, and publish them."""
    patience = Patience(clock, "poll")
    while True:
        names = reports.read_text().splitlines()  # noqa: ASYNC240 - a short file
        for name in await patience.ask(partial(store.sources.unseen, SOURCE, names)):
            await patience.ask(partial(publish, store, name, clock))
        await clock.sleep(LOOK)


async def publish(store: Store, name: str, clock: Clock) -> None:
    """One invented report that every chat of a crew follows."""
    article = replace(sample(name, clock.now()), title=title(name))
    await store.archive.publish(
        article,
        entry_id=name,
        claims=(name,),
        filters=[store.filters.id_of(QUERY)],
        tell=True,
        now=clock.now(),
    )


def title(name: str) -> str:
    """The headline by which a report is found again in what arrived."""
    return f"Sample report {name}"


def titles_in(text: str) -> list[str]:
    """The headlines in one message: several when many reports came at once."""
    return re.findall(r"Sample report \d+", text)

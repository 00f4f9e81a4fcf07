"""`xeberdar run`: the engine and every platform that has a token, until Ctrl-C."""

from __future__ import annotations

import asyncio
import pyexpat
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import structlog
from starlette.applications import Starlette

from bot import log as logs
from bot.app import Engine, open_engine
from bot.config import Config, WebConfig, load
from bot.delivery.sender import Sender
from bot.errors import ConfigError, Problem
from bot.model import Platform
from bot.roles import Role
from handlers.web.app import web_app
from handlers.web.operator import operator_app
from handlers.web.sender import WebSender
from handlers.web.serve import serve

log = structlog.get_logger("xeberdar.run")

#: The first versions without known holes that a feed could use (security notes of CPython and expat).
SAFE_PYTHON, SAFE_EXPAT = (3, 11, 10), (2, 7, 2)


def run_service(path: Path, roles: Sequence[Role] = ()) -> int:
    """Run until SIGINT or SIGTERM; the exit status. `roles`: in the place of those of the file."""
    config = load(path)
    if roles:
        config = config.model_copy(update={"roles": tuple(roles)})
    check_roles(config)
    configure_log(config)
    warn_about_old_parts()
    asyncio.run(until_stopped(_serve(config)))
    return 0


def check_roles(config: Config) -> None:
    """The embedded database belongs to one process, which then does everything. Raises `ConfigError`."""
    if config.store.url or set(config.roles) == set(Role):
        return
    missing = ", ".join(role.value for role in Role if role not in config.roles)
    raise ConfigError(
        (
            Problem(
                key="store.url",
                message=f"is empty, so this process must do everything, and nobody would do: {missing}",
                example='url = "redis://127.0.0.1:6379/0"',
            ),
        )
    )


def configure_log(config: Config) -> None:
    """Events to standard error, in the shape that the configuration asks for."""
    as_json = {"auto": None, "json": True, "console": False}[config.log.format]
    logs.configure(level=config.log.level, as_json=as_json)


def warn_about_old_parts() -> None:
    """Old XML parsers are a risk that our walls contain; say so, refuse nothing."""
    if sys.version_info[:3] < SAFE_PYTHON:
        log.warning("python.old", version=".".join(map(str, sys.version_info[:3])), better="3.11.10")
    if pyexpat.version_info < SAFE_EXPAT:
        log.warning("expat.old", version=pyexpat.EXPAT_VERSION.removeprefix("expat_"), better="2.7.2")


async def until_stopped(serve: Coroutine[Any, Any, None]) -> None:
    """Run `serve` until it ends, or until Ctrl-C or SIGTERM cancels it."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(serve)
    stopped = asyncio.Event()

    def stop() -> None:
        stopped.set()
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _serve(config: Config) -> None:
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(open_engine(config))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        )
        wanted = _platforms(config, engine, session) if Role.SEND in config.roles else ()
        platforms = [await stack.enter_async_context(each) for each in wanted]
        senders: list[Sender] = [platform.sender for platform in platforms]
        if config.web.enabled and Role.SEND in config.roles:
            senders.append(WebSender(engine.store.inbox, engine.desk.key_of))
        if config.web.enabled and Role.WEB in config.roles:
            address = await stack.enter_async_context(open_web(engine, config.web))
            log.info("web.listening", url=address)
        if config.metrics.enabled:
            address = await stack.enter_async_context(open_operator(engine))
            log.info("operator.listening", url=address)
        log.info(
            "ready",
            sources=len(config.source),
            platforms=[sender.platform.value for sender in senders],
            roles=[role.value for role in config.roles],
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(engine.run(senders))
            for platform in platforms:
                tasks.create_task(_taking_in(engine, platform))


async def _taking_in(engine: Engine, platform: Running) -> None:
    """What people write. Telegram hands its updates to one process; Slack shares them among its sockets."""
    if platform.sender.platform is Platform.TELEGRAM:
        await engine.leading("updates:telegram", platform.run)
    else:
        await platform.run()


class Running(Protocol):
    """A platform that is connected: where alerts go out, and the loop that takes in what people say."""

    @property
    def sender(self) -> Sender: ...

    @property
    def run(self) -> Callable[[], Awaitable[None]]: ...


def _platforms(
    config: Config, engine: Engine, session: aiohttp.ClientSession
) -> Iterator[AbstractAsyncContextManager[Running]]:
    """Those that have their tokens. Imported here: who runs without Slack does not load it."""
    if config.telegram.token is not None:
        yield _telegram(config, engine, session)
    if config.slack.bot_token is not None:
        from handlers.slack.app import slack_app

        yield slack_app(config.slack, engine.desk, session, engine.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A platform whose parts are called differently."""

    sender: Sender
    run: Callable[[], Awaitable[None]]


@asynccontextmanager
async def _telegram(
    config: Config, engine: Engine, session: aiohttp.ClientSession
) -> AsyncIterator[Connected]:
    from handlers.telegram.app import telegram_app

    async with telegram_app(
        config.telegram, engine.desk, session, clock=engine.clock, jitter=engine.rng.random
    ) as telegram:
        yield Connected(sender=telegram.sender, run=telegram.updates.run)


@asynccontextmanager
async def open_web(engine: Engine, config: WebConfig) -> AsyncIterator[str]:
    """Serve the web chat while the context is open; where."""
    app = web_app(engine.desk, config, engine.clock)
    async with _listening("web", app, config.host, config.port) as address:
        yield address


@asynccontextmanager
async def open_operator(engine: Engine) -> AsyncIterator[str]:
    """Serve /metrics and /healthz while the context is open; where."""
    config = engine.config.metrics
    app = operator_app(
        engine.metrics.registry,
        depth=engine.store.outbox.depth,
        last_poll=lambda: engine.poller.last_tick,
        clock=engine.clock,
        allowed_hosts=("localhost", config.host),
    )
    async with _listening("metrics", app, config.host, config.port) as address:
        yield address


@asynccontextmanager
async def _listening(section: str, app: Starlette, host: str, port: int) -> AsyncIterator[str]:
    """The address. Only the listening itself can find it taken; what fails later is another matter."""
    async with AsyncExitStack() as stack:
        try:
            listening = await stack.enter_async_context(serve(app, host, port))
        except OSError as error:
            raise taken(section, host, port, error) from None
        yield listening.url


def taken(section: str, host: str, port: int, error: OSError) -> ConfigError:
    """An address that cannot be had is a mistake in the configuration, and is told like one."""
    return ConfigError(
        (
            Problem(
                key=f"{section}.port",
                message=f"cannot listen on {host}:{port}: {error.strerror}",
                example=f"port = {port + 10}",
            ),
        )
    )

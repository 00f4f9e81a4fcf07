"""The operator's listener: `/metrics` for Prometheus, `/healthz` for whatever restarts us. Names no chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.errors import StoreAway
from handlers.web.app import Guard

#: Longer than this and the store counts as away, in seconds.
PATIENCE = 2.0


def operator_app(
    registry: CollectorRegistry,
    *,
    depth: Callable[[], Awaitable[dict[str, int]]],
    last_poll: Callable[[], datetime | None],
    clock: Clock,
    allowed_hosts: tuple[str, ...] = ("localhost",),
) -> Starlette:
    """Metrics and health. `depth` asks the store for its queues; `last_poll` is when a source was last asked.

    Requests by address (`127.0.0.1`, a container's own) are always served; names only when they are allowed.
    """

    async def metrics(_: HttpRequest) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def healthz(_: HttpRequest) -> Response:
        age = _age(last_poll(), clock.now())
        try:
            async with asyncio.timeout(PATIENCE):
                queues = await depth()
        except (StoreAway, TimeoutError):
            body = {"status": "store_away", "store": False, "queues": None, "last_poll_age_seconds": age}
            return JSONResponse(body, status_code=503, headers={"cache-control": "no-store"})
        body = {"status": "ok", "store": True, "queues": queues, "last_poll_age_seconds": age}
        return JSONResponse(body, headers={"cache-control": "no-store"})

    routes = [Route("/metrics", metrics, methods=["GET"]), Route("/healthz", healthz, methods=["GET"])]
    guard = Middleware(Guard, allowed_hosts=allowed_hosts, literals=True)
    return Starlette(routes=routes, middleware=[guard])


def _age(then: datetime | None, now: datetime) -> float | None:
    return None if then is None else round((now - then).total_seconds(), 1)

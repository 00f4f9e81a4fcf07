"""The web chat: one page that is a conversation, a place to say things, and a stream of cards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from secrets import token_urlsafe

import structlog
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.clock import Clock
from bot.config import WebConfig
from bot.desk.replies import Answer, Away, Forgotten, LanguageSet, Welcome
from bot.errors import StoreAway
from bot.model import Language, Settings
from handlers.text.notices import away, web_strings
from handlers.text.replies import message as message_of
from handlers.web import access, commands, live, render
from handlers.web.desk import WebDesk

log = structlog.get_logger("xeberdar.web")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

#: On every response.
SAFETY = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

#: What the page is made of: file -> media type.
ASSETS = {
    "style.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def web_app(
    desk: WebDesk, config: WebConfig, clock: Clock, *, new_session: Callable[[], str] | None = None
) -> Starlette:
    """The web chat as an application. `serve` knows how to stop it while streams are open.

    `new_session` makes 128 random bits or more in base64url.
    """
    hub = live.Hub(desk, clock)
    chat = WebChat(desk, hub, config, clock, new_session or (lambda: token_urlsafe(16)))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        bells = asyncio.create_task(hub.run())
        try:
            yield
        finally:
            bells.cancel()
            await asyncio.gather(bells, return_exceptions=True)

    routes = [
        Route("/", chat.page, methods=["GET"]),
        Route("/say", chat.say, methods=["POST"]),
        Route("/events", chat.events, methods=["GET"]),
        Route("/sign-in", chat.sign_in, methods=["POST"]),
        Route("/sign-out", chat.sign_out, methods=["POST"]),
        *(Route(f"/{name}", _asset(name, kind), methods=["GET"]) for name, kind in ASSETS.items()),
    ]
    guard = Middleware(Guard, allowed_hosts=(*config.allowed_hosts, config.host))
    app = Starlette(routes=routes, middleware=[guard], lifespan=lifespan)
    app.state.hub = hub
    app.state.closing = hub.close
    return app


class WebChat:
    """The endpoints."""

    def __init__(
        self,
        desk: WebDesk,
        hub: live.Hub,
        config: WebConfig,
        clock: Clock,
        new_session: Callable[[], str],
    ) -> None:
        self._desk = desk
        self._hub = hub
        self._sign_in = config.sign_in
        self._clock = clock
        self._new_session = new_session
        self._door = access.Door()

    async def page(self, http: HttpRequest) -> Response:
        """The conversation as far as it is kept: the cards. Or the door."""
        hint = _hint(http)
        try:
            session = await self._session(http)
        except StoreAway:
            return self._door_page(hint, "away", 503)
        if session is not None:
            return await self._chat_page(http, session, hint)
        if self._sign_in:
            return self._door_page(hint)
        session = self._new_session()
        return _with_cookie(await self._chat_page(http, session, hint), http, session)

    async def say(self, http: HttpRequest) -> Response:
        """One command or button press: a fragment for the script, a whole page for a form."""
        body = await _body(http)
        if body is None:
            return _plain(web_strings(_hint(http))["too_long"], 413)
        try:
            fields = commands.fields_of(http.headers.get("content-type", ""), body)
        except commands.NotUnderstood:
            return _plain("Expected a form, or a JSON object of strings.", 400)
        said, hint = commands.said_in(fields), _hint(http)
        script = http.headers.get("content-type", "").startswith("application/json")
        session, answer = await self._answered(http, said, hint)
        if session is None or answer is None:
            return Response(status_code=401) if script else RedirectResponse("/", status_code=303)
        status = 503 if isinstance(answer.reply, Away) else 200
        fragment = render.answer(message_of(answer, self._clock.now()))
        if script:
            return _with_cookie(_spoken(answer, fragment, status), http, session)
        turn = render.joined([render.said(said.text), fragment])
        page = await self._chat_page(http, session, hint, turn=turn, status=status)
        return _with_cookie(page, http, session)

    async def events(self, http: HttpRequest) -> Response | live.EventStream:
        """The stream of cards. `Last-Event-ID`, or `have` in the address, says what the page shows."""
        try:
            session = await self._session(http)
        except StoreAway:
            return Response(status_code=503, headers={"retry-after": "5"})
        if session is None:
            return Response(status_code=401)
        address = commands.address_of(session)
        token = http.headers.get("last-event-id") or http.query_params.get("have", "")
        headers = [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        teller = live.Teller(self._desk, address, token)
        return live.EventStream(self._hub, self._desk.key_of(address), teller, headers)

    async def sign_in(self, http: HttpRequest) -> Response:
        """Redeem the code that the operator's terminal printed."""
        hint, now = _hint(http), self._clock.now()
        if wait := self._door.wait(now):
            page = self._door_page(hint, "sign_in_wait", 429)
            page.headers["retry-after"] = str(int(wait.total_seconds()) + 1)
            return page
        body = await _body(http)
        try:
            fields = commands.fields_of(http.headers.get("content-type", ""), body or b"")
        except commands.NotUnderstood:
            return _plain("Expected a form.", 400)
        self._door.tried(now)
        try:
            session = await self._desk.sign_in(fields.get("code", "").strip()[:200], now)
        except StoreAway:
            self._door.right()
            return self._door_page(hint, "away", 503)
        if session is None:
            return self._door_page(hint, "sign_in_wrong", 403)
        self._door.right()
        return _with_cookie(RedirectResponse("/", status_code=303), http, session)

    async def sign_out(self, http: HttpRequest) -> Response:
        """Close the session; what the chat follows stays until `/forget`."""
        session = access.session_in(http.cookies)
        if session is not None and self._sign_in:
            try:
                await self._desk.close_session(session)
            except StoreAway:
                return _plain(_words(_hint(http))["away"], 503)
        response = RedirectResponse("/", status_code=303)
        return _with_cookie(response, http, "", age=timedelta(0))

    # --- pieces ---------------------------------------------------------------------------------

    async def _session(self, http: HttpRequest) -> str | None:
        """The browser's session, if it may speak. Without sign-in everybody who holds one may."""
        session = access.session_in(http.cookies)
        if session is None or not self._sign_in:
            return session
        return session if await self._desk.session_open(session) else None

    async def _answered(
        self, http: HttpRequest, said: commands.Said, hint: Language
    ) -> tuple[str | None, Answer | None]:
        """The session and its answer. A store that is away is an answer like any other."""
        session = access.session_in(http.cookies)
        try:
            session = await self._session(http)
            if session is None and not self._sign_in:
                session = self._new_session()
            if session is None:
                return None, None
            answer = await self._desk.answer(commands.request_of(said, session, hint))
        except StoreAway:
            return session, Answer(reply=Away(), settings=Settings(interface=hint))
        if isinstance(answer.reply, LanguageSet | Forgotten):
            self._hub.sync(self._desk.key_of(commands.address_of(session)))
        return session, answer

    async def _chat_page(
        self,
        http: HttpRequest,
        session: str,
        hint: Language,
        *,
        turn: render.Html = render.Html(""),  # noqa: B008 - an immutable string
        status: int = 200,
    ) -> Response:
        address = commands.address_of(session)
        try:
            settings = await self._desk.settings_of(address, hint)
            cards = await self._desk.cards(address, live.WINDOW)
        except StoreAway:
            away = Answer(reply=Away(), settings=Settings(interface=hint))
            timeline, token, status = turn or render.answer(message_of(away)), "", 503
            settings = away.settings
        else:
            shown, token = live.timeline_of(cards)
            welcome = Answer(reply=Welcome(returning=bool(cards)), settings=settings)
            timeline = render.joined([render.answer(message_of(welcome)), shown, turn])
        strings = _words(settings.interface)
        html = render.page(
            lang=settings.interface, strings=strings, timeline=timeline, token=token, sign_out=self._sign_in
        )
        return HTMLResponse(html, status_code=status, headers={"cache-control": "no-store"})

    def _door_page(self, lang: Language, problem: str = "", status: int = 200) -> Response:
        strings = _words(lang)
        html = render.sign_in_page(lang=lang, strings=strings, problem=strings[problem] if problem else "")
        return HTMLResponse(html, status_code=status, headers={"cache-control": "no-store"})


def _spoken(answer: Answer, fragment: render.Html, status: int) -> Response:
    """The answer for the script; when the language changed, with the page's own words in the new one."""
    lang = answer.settings.interface
    data: dict[str, object] = {"html": fragment, "lang": lang.value}
    if isinstance(answer.reply, LanguageSet):
        data["words"] = _words(lang)
    return JSONResponse(data, status_code=status, headers={"cache-control": "no-store"})


def _plain(text: str, status: int) -> Response:
    return PlainTextResponse(text, status_code=status, headers={"cache-control": "no-store"})


def _words(lang: Language) -> dict[str, str]:
    """The page's own words, and what it says while the store is away."""
    return {**web_strings(lang), "away": render.plain(away(lang))}


def _hint(http: HttpRequest) -> Language:
    return commands.hint_of(http.headers.get("accept-language", ""))


async def _body(http: HttpRequest) -> bytes | None:
    """The body, or None when it is longer than we read."""
    body = b""
    async for chunk in http.stream():
        body += chunk
        if len(body) > commands.LONGEST_BODY:
            return None
    return body


def _with_cookie(
    response: Response, http: HttpRequest, session: str, *, age: timedelta = access.COOKIE_AGE
) -> Response:
    secure = http.url.scheme == "https"
    response.headers["set-cookie"] = access.cookie(session, secure=secure, age=age)
    return response


def _asset(name: str, kind: str) -> Callable[[HttpRequest], Awaitable[Response]]:
    """A file that may be kept for good under the address that the page gives for it."""

    async def endpoint(http: HttpRequest) -> Response:
        kept = http.url.path + "?" + http.url.query == render.asset_address(name)
        age = "max-age=31536000, immutable" if kept else "no-cache"
        return Response(render.asset(name), media_type=kind, headers={"cache-control": f"private, {age}"})

    return endpoint


class Guard:
    """In front of everything: our own names only, no POST from elsewhere, safety headers on every answer."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: tuple[str, ...], literals: bool = False) -> None:
        self._app = app
        self._allowed = allowed_hosts
        self._literals = literals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFETY.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        await (self._refusal(scope["method"], headers) or self._app)(scope, receive, safely)

    def _refusal(self, method: str, headers: Mapping[str, str]) -> Response | None:
        if not access.host_allowed(headers.get("host", ""), self._allowed, literals=self._literals):
            return PlainTextResponse(
                "This name is not served here. See web.allowed_hosts.\n", status_code=421
            )
        if method not in {"GET", "HEAD"} and not access.same_origin(headers):
            return _plain("This request comes from another site.", 403)
        return None

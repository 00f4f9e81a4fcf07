"""Ask a publisher, politely and without trust: one shared session, conditional requests, limits."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import weakref
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import NoReturn, Protocol, Self
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from bot.errors import FeedError, FeedTrouble
from bot.feeds.connector import GuardedConnector
from bot.feeds.guard import Allowed, Refusal, check_url
from bot.feeds.places import PATIENCE, Places
from bot.feeds.resolver import AddressRefused, GuardedResolver
from bot.feeds.unpack import ENCODINGS, LARGEST_BODY, Unpacker

MOST_REDIRECTS = 5
LARGEST_PACKED = 5 * 1024 * 1024  #: bytes on the wire
MOST_HEADERS = 100
LONGEST_HEADER = 8190  #: bytes, name or value
LONGEST_VALIDATOR = 1024
LONGEST_WAIT = timedelta(days=365)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9,"
    " text/html;q=0.8, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_KEPT_HEADERS = ("content-type", "content-language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds and bytes. The figures are those of the security notes, section 3.2."""

    connect: float = 5.0
    first_byte: float = 10.0  #: until the response's headers are there, for each hop
    total: float = 30.0  #: for all hops and the body
    grace: float = 5.0  #: before the rate counts
    rate: float = 1024.0  #: bytes a second
    packed: int = LARGEST_PACKED
    unpacked: int = LARGEST_BODY


class Validators(Protocol):
    """What the publisher gave us last time (`bot.store.protocols.Validators`)."""

    @property
    def etag(self) -> str | None: ...
    @property
    def last_modified(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: nothing new, and when it makes sense to ask again."""

    url: str
    max_age: timedelta | None
    retry_after: timedelta | None
    moved_to: str | None  #: every redirect on the way was permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """200: the bytes, unpacked, and what came with them."""

    content: bytes
    headers: Mapping[str, str]  #: those that a parser needs, names in lower case
    url: str  #: where the request ended
    etag: str | None
    last_modified: str | None
    max_age: timedelta | None
    retry_after: timedelta | None
    moved_to: str | None
    body_hash: str  #: BLAKE2b of `content`, 16 bytes in hex


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hop:
    """One place of a chain of redirects."""

    place: Allowed
    private: bool  #: asked over the connections that may go anywhere


class Fetcher:
    """`async with Fetcher(user_agent=...) as fetcher: await fetcher.fetch(url)`.

    Public addresses and the sources that may live anywhere have a session each and share no connection.
    At most `concurrency` requests are on their way, `per_host` to one host; those that take longer than
    `patience` seconds do not count (`bot.feeds.places`).
    """

    def __init__(
        self,
        *,
        user_agent: str,
        concurrency: int = 50,
        per_host: int = 2,
        limits: Limits | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._user_agent = user_agent
        self._limits = limits or Limits()
        self._per_host = per_host
        self._places = Places(concurrency, patience=patience)
        self._hosts: weakref.WeakValueDictionary[str, asyncio.Semaphore] = weakref.WeakValueDictionary()
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._resolvers: list[GuardedResolver] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection. Idempotent."""
        for session in self._sessions.values():
            await session.close()
        for resolver in self._resolvers:
            await resolver.close()
        self._sessions.clear()
        self._resolvers.clear()

    async def fetch(
        self, url: str, validators: Validators | None = None, *, allow_private: bool = False
    ) -> NotModified | Body:
        """GET `url`, following at most five redirects, each checked like the first address.

        `allow_private` holds for the host of `url` alone: where it redirects to must be public.
        Raises FeedError with `why`, and `status` and `retry_after` where the publisher gave them.
        """
        first = _Hop(place=_checked(url, allow_private=allow_private), private=allow_private)
        host = self._hosts.setdefault(first.place.host, asyncio.Semaphore(self._per_host))
        async with host, self._places.place():
            try:
                async with asyncio.timeout(self._limits.total):
                    return await self._follow(first, validators)
            except TimeoutError:
                raise FeedError(FeedTrouble.TIMEOUT, f"not done within {self._limits.total:g} s") from None

    async def _follow(self, first: _Hop, validators: Validators | None) -> NotModified | Body:
        hop, visited, for_good = first, {first.place.url}, True
        for _ in range(MOST_REDIRECTS + 1):
            async with self._ask(hop, validators) as response:
                if response.status not in _REDIRECTS:
                    moved_to = hop.place.url if for_good and hop is not first else None
                    return await self._read(response, hop.place.url, validators, moved_to)
                for_good = for_good and response.status in _FOR_GOOD
                hop = next_hop(first, hop, response.headers.get("Location", ""))
            if hop.place.url in visited:
                raise FeedError(FeedTrouble.REDIRECT_LOOP, "comes back to where it was")
            visited.add(hop.place.url)
        raise FeedError(FeedTrouble.REDIRECT_LOOP, f"more than {MOST_REDIRECTS} redirects")

    @contextlib.asynccontextmanager
    async def _ask(self, hop: _Hop, validators: Validators | None) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request, its headers received in time. Every error of the network becomes a FeedError."""
        response: aiohttp.ClientResponse | None = None
        try:
            async with asyncio.timeout(self._limits.first_byte):
                response = await self._session(hop.private).get(
                    URL(hop.place.url, encoded=True), headers=_conditional(validators), allow_redirects=False
                )
            yield response
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _explain(error, answered=response is not None)
        finally:
            if response is not None:
                response.release() if response.content.at_eof() else response.close()

    def _session(self, private: bool) -> aiohttp.ClientSession:
        if private not in self._sessions:
            resolver = GuardedResolver(allow_private=private, seconds=self._limits.connect)
            self._resolvers.append(resolver)
            self._sessions[private] = aiohttp.ClientSession(
                connector=GuardedConnector(resolver, allow_private=private),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                raise_for_status=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect),
                headers={"User-Agent": self._user_agent, "Accept": _ACCEPT, "Accept-Encoding": ENCODINGS},
                max_line_size=LONGEST_HEADER,
                max_field_size=LONGEST_HEADER,
                max_headers=MOST_HEADERS,
            )
        return self._sessions[private]

    async def _read(
        self, response: aiohttp.ClientResponse, url: str, validators: Validators | None, moved_to: str | None
    ) -> NotModified | Body:
        headers = response.headers
        max_age, retry_after = freshness(headers), waiting(headers)
        if response.status == 304 and _conditional(validators):
            return NotModified(url=url, max_age=max_age, retry_after=retry_after, moved_to=moved_to)
        _check_status(response.status, retry_after)
        content = await self._content(response)
        if not content:
            raise FeedError(FeedTrouble.EMPTY, "an empty body", status=200)
        return Body(
            content=content,
            headers={name: headers[name][:LONGEST_VALIDATOR] for name in _KEPT_HEADERS if name in headers},
            url=url,
            etag=_validator(headers.get("ETag")),
            last_modified=_validator(headers.get("Last-Modified")),
            max_age=max_age,
            retry_after=retry_after,
            moved_to=moved_to,
            body_hash=blake2b(content, digest_size=16).hexdigest(),
        )

    async def _content(self, response: aiohttp.ClientResponse) -> bytes:
        """The whole body, as long as it keeps coming and stays within the limits."""
        if (response.content_length or 0) > self._limits.packed:
            raise FeedError(FeedTrouble.TOO_LARGE, f"says it has {response.content_length} bytes")
        unpacker = Unpacker(response.headers.get("Content-Encoding", ""), largest=self._limits.unpacked)
        started = asyncio.get_running_loop().time()
        content = bytearray()
        while chunk := await self._chunk(response, started, unpacker.taken):
            for piece in unpacker.feed(chunk):
                content += piece
                await asyncio.sleep(0)  # a steep body must not hold the loop for all of its length
            if unpacker.taken > self._limits.packed:
                raise FeedError(FeedTrouble.TOO_LARGE, f"more than {self._limits.packed} bytes")
        unpacker.finish()
        return bytes(content)

    async def _chunk(self, response: aiohttp.ClientResponse, started: float, received: int) -> bytes:
        """What has arrived next; a body that comes slower than the rate is given up."""
        patience = max(self._limits.grace, received / self._limits.rate)
        try:
            async with asyncio.timeout_at(started + patience):
                return await response.content.readany()
        except TimeoutError:
            raise FeedError(
                FeedTrouble.TIMEOUT, f"slower than {self._limits.rate:g} bytes a second"
            ) from None


# --- addresses ----------------------------------------------------------------------------------


def _checked(url: str, *, allow_private: bool) -> Allowed:
    place = check_url(url, allow_private=allow_private)
    if isinstance(place, Refusal):
        raise FeedError(FeedTrouble.REFUSED_ADDRESS, f"{place.reason.value} {place.detail}".strip())
    return place


def next_hop(first: _Hop, current: _Hop, location: str) -> _Hop:
    """Where a redirect leads, checked. Pure. Raises FeedError REFUSED_ADDRESS or HTTP_STATUS."""
    if not location:
        raise FeedError(FeedTrouble.HTTP_STATUS, "a redirect to nowhere")
    try:
        target = urljoin(current.place.url, location.strip())
    except ValueError:
        raise FeedError(FeedTrouble.REFUSED_ADDRESS, "a redirect that is no address") from None
    place = check_url(target, allow_private=first.private)
    private = first.private and isinstance(place, Allowed) and _same_place(first.place, place)
    place = _checked(target, allow_private=private)
    if current.place.url.startswith("https:") and place.url.startswith("http:"):
        raise FeedError(FeedTrouble.REFUSED_ADDRESS, "a redirect from https to http")
    return _Hop(place=place, private=private)


def _same_place(first: Allowed, place: Allowed) -> bool:
    return first.host == place.host and place.port in {first.port, 443}


# --- headers ------------------------------------------------------------------------------------


def _conditional(validators: Validators | None) -> dict[str, str]:
    if validators is None:
        return {}
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, given in asked.items() if (value := _validator(given))}


def _validator(value: str | None) -> str | None:
    """A header that we may send back: short, and without anything that ends a line."""
    if not value or len(value) > LONGEST_VALIDATOR or not value.isprintable() or not value.isascii():
        return None
    return value


def freshness(headers: Mapping[str, str]) -> timedelta | None:
    """How long the answer stays good: Cache-Control above Expires (RFC 9111, 4.2)."""
    directives = [part.strip().lower() for part in headers.get("Cache-Control", "").split(",")]
    if "no-cache" in directives or "no-store" in directives:
        return None
    for directive in directives:
        name, _, value = directive.partition("=")
        if name == "max-age" and (seconds := _seconds(value.strip('" '))) is not None:
            return max(seconds - (_seconds(headers.get("Age", "")) or timedelta(0)), timedelta(0))
    expires, date = _http_date(headers.get("Expires")), _http_date(headers.get("Date"))
    return max(expires - date, timedelta(0)) if expires and date else None


def waiting(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After in either of its forms (RFC 9110, 10.2.3); a date counts from the server's own clock."""
    value = headers.get("Retry-After", "").strip()
    seconds = _seconds(value)
    if seconds is not None:
        return seconds
    moment = _http_date(value)
    if moment is None:
        return None
    return max(moment - (_http_date(headers.get("Date")) or datetime.now(UTC)), timedelta(0))


def _seconds(text: str) -> timedelta | None:
    text = text.strip()
    if not text.isascii() or not text.isdigit():
        return None
    return min(timedelta(seconds=int(text[:12])), LONGEST_WAIT)


def _http_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- what went wrong ----------------------------------------------------------------------------


def _check_status(status: int, retry_after: timedelta | None) -> None:
    if status == 200:
        return
    if status == 204:
        raise FeedError(FeedTrouble.EMPTY, "204 No Content", status=status)
    why = FeedTrouble.GONE if status == 410 else FeedTrouble.HTTP_STATUS
    detail = "304 to a question without conditions" if status == 304 else f"HTTP status {status}"
    raise FeedError(why, detail, status=status, retry_after=retry_after)


def _explain(error: Exception, *, answered: bool) -> NoReturn:
    """The network's many errors as the few that a person can act upon."""
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, AddressRefused) or isinstance(error.__cause__, AddressRefused):
        raise FeedError(
            FeedTrouble.REFUSED_ADDRESS, "its name leads to an address that is not public"
        ) from error
    if isinstance(error, TimeoutError):
        raise FeedError(FeedTrouble.TIMEOUT, "no answer in time") from error
    if isinstance(error, aiohttp.ClientSSLError):
        raise FeedError(FeedTrouble.UNREACHABLE, "TLS: the certificate or the handshake failed") from error
    if isinstance(error, aiohttp.ClientConnectorDNSError) or isinstance(cause, socket.gaierror):
        raise FeedError(FeedTrouble.UNREACHABLE, "DNS: the name has no address") from error
    if isinstance(error, aiohttp.ClientResponseError):
        raise FeedError(
            FeedTrouble.UNREACHABLE, "an answer that is not HTTP, or headers beyond bounds"
        ) from error
    where = "the answer broke off" if answered else "no connection"
    raise FeedError(FeedTrouble.UNREACHABLE, where) from error

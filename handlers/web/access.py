"""Who may talk to the web chat: hosts, origins, sessions, the door. Pure but for the count of wrong codes."""

from __future__ import annotations

import ipaddress
import re
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

COOKIE = "xeberdar"
COOKIE_AGE = timedelta(days=180)

#: 128 random bits or more, in base64url.
_SESSION = re.compile(r"[A-Za-z0-9_-]{22,128}")


def session_in(cookies: Mapping[str, str]) -> str | None:
    """The session that a browser shows, if it has the form of one."""
    value = cookies.get(COOKIE, "")
    return value if _SESSION.fullmatch(value) else None


def cookie(session: str, *, secure: bool, age: timedelta = COOKIE_AGE) -> str:
    """The value of a `Set-Cookie` header; an `age` of zero takes the cookie back."""
    limits = f"Max-Age={int(age.total_seconds())}; Path=/; HttpOnly; SameSite=Strict"
    return f"{COOKIE}={session}; {limits}{'; Secure' if secure else ''}"


def host_name(host: str) -> str:
    """The host of a `Host` header or origin without its port, in lower case; "" when there is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def host_allowed(host: str, allowed: Iterable[str], *, literals: bool = False) -> bool:
    """Whether a request for this `Host` is meant for us.

    A page elsewhere can point a name of its own at this machine (DNS rebinding), so names are allowed one by
    one. It cannot do that with an address: `literals` allows those too.
    """
    name = host_name(host)
    if not name:
        return False
    if name in {host_name(one) for one in allowed}:
        return True
    return literals and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a POST comes from a page of ours, or from no page at all.

    Every browser tells where a POST comes from in at least one of the two headers; pages cannot change them.
    """
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


class Door:
    """Counts wrong codes: `wrong` of them in `window`, and everybody waits. Held in memory, names nobody."""

    def __init__(self, wrong: int = 5, window: timedelta = timedelta(minutes=1)) -> None:
        self._limit = wrong
        self._window = window
        self._wrong: deque[datetime] = deque()

    def wait(self, now: datetime) -> timedelta:
        """How long until the next code may be tried; zero when it may be now."""
        while self._wrong and self._wrong[0] <= now - self._window:
            self._wrong.popleft()
        if len(self._wrong) < self._limit:
            return timedelta(0)
        return self._wrong[0] + self._window - now

    def tried(self, now: datetime) -> None:
        """A try begins: it counts as wrong until `right`, so that tries at the same time count too."""
        self._wrong.append(now)

    def right(self) -> None:
        """The last try was right after all."""
        if self._wrong:
            self._wrong.pop()

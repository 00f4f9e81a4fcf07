"""Which addresses we are willing to ask: decided from the text of a URL and from IP addresses, purely.

Everything that did not come from the configuration file passes here before any DNS question, and every
resolved address passes `check_address` before any connection. The rules are an allow-list wherever one
is possible: two schemes, two ports, one spelling of every host.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote

import idna

LONGEST_URL = 2048
PUBLIC_PORTS = frozenset({80, 443})
DEFAULT_PORTS = {"http": 80, "https": 443}


class Reason(StrEnum):
    """Why an address is refused. Closed: `xeberdar guard` prints it."""

    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"  #: control characters, white space, a backslash
    SCHEME = "scheme"
    USERINFO = "userinfo"
    AMBIGUOUS = "ambiguous"  #: programs disagree about which host it names
    PORT = "port"
    HOST = "host"  #: not a host name in any spelling we accept
    NUMERIC_HOST = "numeric_host"  #: an IP address in an odd spelling
    INTERNAL_NAME = "internal_name"
    PRIVATE_ADDRESS = "private_address"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """An address that may be asked, spelled the one way in which it will be asked."""

    url: str
    host: str  #: ASCII, lower case; IPv6 without brackets
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An address that will not be asked."""

    reason: Reason
    detail: str = ""


# --- addresses ----------------------------------------------------------------------------------

# IANA's special-purpose registries (RFC 6890 and its updates) joined with what smokescreen, safeurl and
# Svix refuse, multicast, and Azure's wire server. `ipaddress.is_global` is no substitute: on Python 3.11.7
# it calls half of these global (CVE-2024-4032).
DENIED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata lives here
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's wire server
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")  # the only unicast space ever handed out; everything else is refused
DENIED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, benchmarking, ORCHID and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",
        "3ffe::/16",  # the old 6bone
        "3fff::/20",  # documentation
    )
)
ISATAP = frozenset({b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe"})  # RFC 5214: an IPv4 address follows


def check_address(ip: IPv4Address | IPv6Address) -> Refusal | None:
    """None when the address is an ordinary public one.

    Addresses that carry an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo) are refused
    whatever they carry: no public feed needs them.
    """
    if isinstance(ip, IPv4Address):
        denied = any(ip in network for network in DENIED_V4)
    else:
        denied = (
            ip.scope_id is not None
            or ip not in GLOBAL_V6
            or any(ip in network for network in DENIED_V6)
            or _tunnels_to_denied(ip)
        )
    return Refusal(reason=Reason.PRIVATE_ADDRESS, detail=str(ip)) if denied else None


def _tunnels_to_denied(ip: IPv6Address) -> bool:
    inside = ip.packed[8:]
    return inside[:4] in ISATAP and check_address(IPv4Address(inside[4:])) is not None


# --- names --------------------------------------------------------------------------------------

# Endings that no public authority delegates, or that by convention mean "inside" (RFC 6761, 6762, 8375,
# ICANN's .internal; cluster and router conventions). Refused without asking DNS, which would tell it.
INTERNAL_ENDINGS = frozenset(
    [
        "local",
        "localhost",
        "localdomain",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "private",
        "arpa",
        "onion",
        "i2p",
        "svc",
        "cluster",
        "consul",
        "docker",
        "kubernetes",
        "k8s",
    ]
)
# Public names whose purpose is to lead inside: cloud metadata, and services that resolve any name to the
# address written in it.
INTERNAL_NAMES = frozenset(
    [
        "metadata.goog",
        "metadata.tencentyun.com",
        "metadata.packet.net",
        "metadata.platformequinix.com",
        "localtest.me",
        "localh.st",
        "lvh.me",
        "vcap.me",
        "lacolhost.com",
        "nip.io",
        "sslip.io",
        "xip.io",
        "xip.name",
        "traefik.me",
        "local.gd",
        "fuf.me",
        "lndo.site",
        "ddev.site",
        "1u.ms",
        "rbndr.us",
        "rebind.network",
        "rebind.it",
    ]
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)\Z")
_DOTS = frozenset("\u3002\uff0e\uff61\u2024\ufe52")


def _check_host(host: str, *, allow_private: bool) -> str | Refusal:
    """The host in ASCII, or why not. IPv6 literals are dealt with by the caller."""
    spelled = _to_ascii(host.removesuffix("."))  # RFC 1034, 3.1: the dot of the root; the same name without
    if isinstance(spelled, Refusal):
        return spelled
    labels = spelled.split(".")
    if _NUMBER.match(labels[-1]):
        if host.endswith("."):
            return Refusal(reason=Reason.NUMERIC_HOST, detail="not a plain dotted quad")
        return _check_quad(spelled, allow_private=allow_private)
    if len(spelled) > 253 or not all(_LABEL.match(label) for label in labels):
        return Refusal(reason=Reason.HOST, detail="not a host name")
    if not allow_private and _is_internal(labels):
        return Refusal(reason=Reason.INTERNAL_NAME, detail=spelled)
    return spelled


def _to_ascii(host: str) -> str | Refusal:
    if not host or host.startswith(".") or host.endswith(".") or ".." in host:
        return Refusal(reason=Reason.HOST, detail="an empty label")
    if "%" in host:
        return Refusal(reason=Reason.HOST, detail="percent-encoded")
    if host.isascii():
        lowered = host.lower()
        return _check_punycode(lowered) if "xn--" in lowered else lowered
    if any(_is_disguise(letter) for letter in host):
        return Refusal(reason=Reason.HOST, detail="letters that only look like ASCII")
    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        return Refusal(reason=Reason.HOST, detail=f"not a valid international name: {type(error).__name__}")


def _check_punycode(host: str) -> str | Refusal:
    """The host itself when every `xn--` label stands for a name that could have been typed."""
    try:
        decoded = ".".join(
            idna.decode(label) if label.startswith("xn--") else label for label in host.split(".")
        )
    except (idna.IDNAError, UnicodeError):
        return Refusal(reason=Reason.HOST, detail="not a valid international name")
    if any(_is_disguise(letter) for letter in decoded):
        return Refusal(reason=Reason.HOST, detail="letters that only look like ASCII")
    return host


def _is_disguise(letter: str) -> bool:
    """Whether a non-ASCII character turns into ASCII, a dot or a digit on its way to a resolver."""
    if letter.isascii():
        return False
    if letter in _DOTS or unicodedata.category(letter) in {"Nd", "Nl", "No", "Cf", "Cc", "Cs", "Co", "Cn"}:
        return True
    return any(part.isascii() for part in unicodedata.normalize("NFKC", letter))


def _check_quad(host: str, *, allow_private: bool) -> str | Refusal:
    """Everything that ends in a number is an IPv4 address to some program; only one spelling is one to us."""
    try:
        ip = IPv4Address(host)
    except AddressValueError:
        return Refusal(reason=Reason.NUMERIC_HOST, detail="not a plain dotted quad")
    if str(ip) != host:
        return Refusal(reason=Reason.NUMERIC_HOST, detail="not a plain dotted quad")
    return host if allow_private else check_address(ip) or host


def _is_internal(labels: Sequence[str]) -> bool:
    if len(labels) == 1 or labels[-1] in INTERNAL_ENDINGS:
        return True
    if any(".".join(labels[start:]) in INTERNAL_NAMES for start in range(len(labels) - 1)):
        return True
    return any(_names_denied_quad(labels[start : start + 4]) for start in range(len(labels) - 4))


def _names_denied_quad(labels: Sequence[str]) -> bool:
    """`127.0.0.1.example.com`: a name that only makes sense as a way to somewhere else."""
    try:
        return check_address(IPv4Address(".".join(labels))) is not None
    except AddressValueError:
        return False


# --- URLs ---------------------------------------------------------------------------------------

_PARTS = re.compile(
    r"([a-z][a-z0-9+.-]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.IGNORECASE | re.DOTALL
)
_BRACKETED = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::(.*))?\Z", re.DOTALL)
_PORT = re.compile(r"(?:0|[1-9][0-9]{0,4})?\Z", re.ASCII)
_KEPT_IN_PATH = "/%:@!$&'()*+,;=~-._"
_KEPT_IN_QUERY = _KEPT_IN_PATH + "?[]"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def check_url(url: str, *, allow_private: bool = False) -> Allowed | Refusal:
    """Decide from the text alone whether `url` may be asked, and how it is spelled when we do.

    `allow_private` is for sources of the configuration file: any port, any address, any name;
    the spelling rules stay.
    """
    if len(url) > LONGEST_URL:
        return Refusal(reason=Reason.TOO_LONG)
    if any(_is_unwelcome(letter) for letter in url):
        return Refusal(reason=Reason.CHARACTERS)
    parts = _PARTS.match(url)
    if parts is None:
        scheme = url.partition(":")[0].lower()
        known = scheme in DEFAULT_PORTS or ":" not in url
        return Refusal(reason=Reason.MALFORMED if known else Reason.SCHEME)
    scheme, authority, path, query, fragment = parts.groups()
    scheme = scheme.lower()
    if scheme not in DEFAULT_PORTS:
        return Refusal(reason=Reason.SCHEME, detail=scheme[:20])
    if "@" in authority:
        return Refusal(reason=Reason.USERINFO)
    if not path and "@" in (query or "") + (fragment or ""):
        return Refusal(reason=Reason.AMBIGUOUS, detail="an @ right after the host")
    place = _check_place(scheme, authority, allow_private=allow_private)
    if isinstance(place, Refusal):
        return place
    return _spell(scheme, place, path, query)


def _is_unwelcome(letter: str) -> bool:
    return letter == "\\" or unicodedata.category(letter) in {"Cc", "Cs", "Zs", "Zl", "Zp"}


def _check_place(scheme: str, authority: str, *, allow_private: bool) -> tuple[str, int] | Refusal:
    host: str | Refusal
    if authority.startswith("["):
        bracketed = _BRACKETED.match(authority)
        if bracketed is None:
            return Refusal(reason=Reason.HOST, detail="not an IPv6 address")
        port_text = bracketed[2] or ""
        host = _check_v6(bracketed[1], allow_private=allow_private)
    else:
        name, _, port_text = authority.partition(":")
        host = _check_host(name, allow_private=allow_private)
    if isinstance(host, Refusal):
        return host
    if not _PORT.match(port_text):
        return Refusal(reason=Reason.PORT)
    port = int(port_text) if port_text else DEFAULT_PORTS[scheme]
    if not (0 < port < 65536) or not (allow_private or port in PUBLIC_PORTS):
        return Refusal(reason=Reason.PORT, detail=str(port))
    return host, port


def _check_v6(text: str, *, allow_private: bool) -> str | Refusal:
    try:
        ip = IPv6Address(text)
    except AddressValueError:
        return Refusal(reason=Reason.HOST, detail="not an IPv6 address")
    return str(ip) if allow_private else check_address(ip) or str(ip)


def _spell(scheme: str, place: tuple[str, int], path: str, query: str | None) -> Allowed | Refusal:
    host, port = place
    shown = f"[{host}]" if ":" in host else host
    if port != DEFAULT_PORTS[scheme]:
        shown = f"{shown}:{port}"
    url = f"{scheme}://{shown}{_quote(path, _KEPT_IN_PATH) or '/'}"
    if query is not None:
        url = f"{url}?{_quote(query, _KEPT_IN_QUERY)}"
    if len(url) > 3 * LONGEST_URL:  # non-ASCII letters grow when they are encoded
        return Refusal(reason=Reason.TOO_LONG)
    return Allowed(url=url, host=host, port=port)


def _quote(text: str, kept: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", text), safe=kept)


# --- with DNS -----------------------------------------------------------------------------------

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Every address of a host as text; raises OSError when there is none."""


async def check_resolved(url: str, lookup: Lookup) -> Allowed | Refusal:
    """`check_url`, and then every address that the host resolves to."""
    allowed = check_url(url)
    if isinstance(allowed, Refusal):
        return allowed
    try:
        answers = await lookup(allowed.host, allowed.port)
    except OSError:
        answers = ()
    if not answers:
        return Refusal(reason=Reason.UNRESOLVED, detail=allowed.host)
    return check_answers(answers) or allowed


def check_answers(answers: Sequence[str]) -> Refusal | None:
    """None when every one of these addresses may be connected to; a mixed answer is refused whole."""
    for answer in answers:
        try:
            refusal = check_address(ip_address(answer))
        except ValueError:
            refusal = Refusal(reason=Reason.PRIVATE_ADDRESS, detail="not an address")
        if refusal is not None:
            return refusal
    return None

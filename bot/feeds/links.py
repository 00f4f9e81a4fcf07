"""Links made comparable: one spelling for each address, and nothing in it that follows the reader. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from bot.links import is_tracker

LONGEST_LINK = 2048

_LINE_BREAKS = re.compile(r"[\t\r\n]+")
_ENDS = "".join(map(chr, range(33))) + "\x7f\xa0\u2028\u2029\u200b\u200e\u200f\ufeff"
# Spaces, controls, bidirectional and invisible characters, and what ends a link where it is shown: in a
# path they are spelled in percent, so that an address reads as what it is; in a host they make it none.
_UNSEEN = re.compile(
    "[\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f"
    '\u205f-\u206f\u3000\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff<>"\U000e0000-\U000e007f]'
)
_NOT_A_HOST = re.compile(r"[\x00-\x20\x7f!\"#$%&'()*+,/;<=>?@\[\\\]^`{|}~]")
_DEFAULT_PORT = {"http": 80, "https": 443}


def normalise(link: str, base: str | None = None) -> str | None:
    """The absolute http(s) link without tracking, fragment and default port; None when it is no such link.

    Path and the order of the query stay untouched. A fragment that begins with `!` addresses a page of
    its own and stays.
    """
    text = _LINE_BREAKS.sub("", link.strip(_ENDS))
    if not text or len(text) > LONGEST_LINK or not _is_unicode(text):
        return None
    try:
        if base is not None:
            text = urljoin(base, text)
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT or not host or "@" in parts.netloc or "\\" in text:
        return None
    if _UNSEEN.search(host) or (":" not in host and _NOT_A_HOST.search(host)):
        return None
    shown = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORT[scheme]:
        shown = f"{shown}:{port}"
    query = "&".join(part for part in parts.query.split("&") if part and not is_tracker(part))
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    path, query, fragment = (_seen(part) for part in (parts.path, query, fragment))
    normal = urlunsplit((scheme, shown, path or "/", query, fragment))
    return normal if len(normal) <= LONGEST_LINK else None


def _seen(text: str) -> str:
    return _UNSEEN.sub(lambda found: quote(found[0]), text)


def _is_unicode(text: str) -> bool:
    """Whether the text has no lone surrogates: JSON can spell them, no address can."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def link_key(link: str) -> str:
    """What two spellings of one address have in common: http or https, `www.` or not, slash or not."""
    normal = normalise(link) or link
    rest = normal.partition("://")[2] or normal
    host, slash, path = rest.partition("/")
    path, mark, query = path.partition("?")
    return f"{host.removeprefix('www.')}{slash}{path}".rstrip("/") + mark + query

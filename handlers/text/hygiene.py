"""Text from outside, made harmless to show: no controls, no invisible or reordering characters.

Headlines, names and addresses are written by strangers. What a renderer cannot escape, because it
has no mark-up, is taken out here: characters that reverse, hide or pile up on their neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

import idna

#: Marks on one letter beyond which text is meant to spill over its line.
MOST_MARKS = 4

ZWJ = "\u200d"
WORD_JOINER = "\u2060"

#: Blank or unseen although Unicode calls them letters, marks or symbols: fillers, the grapheme
#: joiner, Khmer inherent vowels, Mongolian selectors, the empty Braille cell.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")

_LINK = re.compile(r"(?<!\w)[@/#](?=\w)|(?<=\w)\.(?=\w*[^\W\d])|://")


def clean(text: str, limit: int | None = None) -> str:
    """One line of visible text in NFC; at most `limit` code points, cut with an ellipsis."""
    seen = "".join(_visible(text))
    flat = " ".join(unicodedata.normalize("NFC", seen).split())
    flat = unicodedata.normalize("NFC", "".join(_few_marks(flat)))
    if limit is None or len(flat) <= limit:
        return flat
    return flat[: limit - 1].rstrip() + "…"


def _visible(text: str) -> list[str]:
    kept = []
    for index, char in enumerate(text):
        category = unicodedata.category(char)
        if category in {"Zl", "Zp"} or (category == "Cc" and (char.isspace() or char == "\x85")):
            kept.append(" ")
        elif char == ZWJ:
            kept += [ZWJ] if _joins_emoji(text, index) else []
        elif (
            category not in {"Cc", "Cf", "Cs"}
            and char not in _BLANK
            and not "\U000e0100" <= char <= "\U000e01ef"
        ):
            kept.append(char)
    return kept


def _joins_emoji(text: str, index: int) -> bool:
    """Whether the joiner at `index` stands between two pictures, as in a family or a profession."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return (
        bool(before and after)
        and (before == "\ufe0f" or unicodedata.category(before) in {"So", "Sk"})
        and unicodedata.category(after) == "So"
        and after not in _BLANK
        and before not in _BLANK
    )


def _few_marks(text: str) -> list[str]:
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return kept


def inert(text: str) -> str:
    """Keep a chat platform from making links of `@name`, `/command`, `#tag` and bare host names.

    A word joiner, which has no width, stands behind the sign. For text that is not itself a link.
    """
    return _LINK.sub(lambda found: found.group() + WORD_JOINER, text)


def web_address(url: str | None) -> str | None:
    """The address with an ASCII host, or None unless it is a plain http(s) address of a host."""
    if url is None or any(char.isspace() or unicodedata.category(char)[0] == "C" for char in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or "\\" in url:
        return None
    name = _ascii_host(host)
    if name is None:
        return None
    place = name if port is None else f"{name}:{port}"
    return urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))


def _ascii_host(host: str) -> str | None:
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def odd_host(url: str | None) -> str:
    """The host in punycode when it is written with other than ASCII letters, to be shown; else ""."""
    address = web_address(url)
    host = urlsplit(address).hostname or "" if address else ""
    return host if any(label.startswith("xn--") for label in host.split(".")) else ""


def is_link(url: str, longest: int) -> bool:
    """Absolute http(s), nothing in it that is not an address, and no longer than a platform takes."""
    if len(url) > longest or any(letter.isspace() or letter < "!" for letter in url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError where it is no number
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)

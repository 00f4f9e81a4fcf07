"""Bytes of a feed or page into text, whatever they claim to be written in. Pure.

Newsrooms declare one encoding and write another: a UTF-8 feed with one torn character, windows-1251 from
an old system that declares nothing. What the bytes themselves show is believed before what is said of them.
"""

from __future__ import annotations

import codecs
import re

LONGEST_LOOK = 256 * 1024  #: bytes from which an encoding is guessed
SURE = 8  #: non-ASCII bytes from which well-formed UTF-8 is no coincidence
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
    ("<?xm".encode("cp037"), "cp037"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_DECLARED = re.compile(
    rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']|<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})",
    re.IGNORECASE,
)
# What people write in; Python knows more (rot13, punycode, UTF-7), which only an attacker would declare.
_ALIASES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
}
_USED = frozenset(
    [
        *(f"cp{n}" for n in (866, 874, 932, 949, 950, *range(1250, 1259))),
        *(f"iso8859-{n}" for n in range(1, 17)),
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "koi8-r", "koi8-u", "ascii", "gb2312"),
        *("gbk", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "iso2022_jp"),
        *("mac-cyrillic", "mac-roman", "mac-turkish"),
    ]
)
_HIGH_RUN = re.compile(rb"[\xa8\xb8\xc0-\xff]+")
_BROKEN_PER_LETTER = 0.05


def decoded(body: bytes, content_type: str = "") -> str:
    """The text, without a byte order mark; what cannot be read becomes U+FFFD."""
    for start, encoding in _WIDE:
        if body.startswith(start):
            return body.decode(encoding, "replace").removeprefix("\ufeff")
    if body.startswith(codecs.BOM_UTF8):
        return body[3:].decode("utf-8", "replace")
    names = _declared(body, content_type)
    if not any(name.startswith(("iso2022", "utf-16", "utf-32")) for name in names) and _is_utf8(body, names):
        return body.decode("utf-8", "replace")
    for name in names:
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    return body.decode(guess(body[:LONGEST_LOOK]), "replace")


def _declared(body: bytes, content_type: str) -> list[str]:
    """Known names of encodings in the order of their authority: header, then the document itself."""
    found = _CHARSET.search(content_type)
    names = [found[1]] if found else []
    inside = _DECLARED.search(body[:4096])
    if inside:
        names.append((inside[1] or inside[2]).decode("ascii", "replace"))
    return [name for text in names if (name := _codec(text)) is not None]


def _codec(name: str) -> str | None:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError, ImportError):  # the last: a codec of Windows, or a name with dots
        return None
    return _ALIASES.get(known, known) if known in _USED else None


def _is_utf8(body: bytes, names: list[str]) -> bool:
    """Whether the bytes are UTF-8 beyond coincidence, a few torn characters notwithstanding."""
    high = len(body) - len(body.translate(None, bytes(range(128, 256))))
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        sample = body[:LONGEST_LOOK].decode("utf-8", "replace")
        letters = sum(1 for letter in sample if letter > "\x7f")
        return letters >= SURE and sample.count("\ufffd") <= 1 + _BROKEN_PER_LETTER * letters
    return high >= SURE or high == 0 or not names or "utf-8" in names


def guess(body: bytes) -> str:
    """windows-1251 where whole words are above ASCII, windows-1254 where only some letters are.

    windows-1254 is windows-1252 with six Icelandic letters replaced by the Turkish ones that our sources use.
    """
    runs = _HIGH_RUN.findall(body)
    return "cp1251" if runs and sum(map(len, runs)) / len(runs) >= 2.5 else "cp1254"

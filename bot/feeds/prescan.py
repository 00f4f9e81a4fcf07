"""One linear pass over a feed's bytes before any parser sees them. Pure.

The parsers are quadratic in the attributes of a tag and slow in depth and number of items (one item
with 100,000 attributes keeps feedparser busy for more than 30 s), so these are bounded here.
"""

from __future__ import annotations

import codecs
import re

from bot.errors import FeedError, FeedTrouble

MOST_ATTRIBUTES = 64  #: of one tag
LONGEST_TAG = 8 * 1024  #: bytes
LONGEST_DATA_TAG = 1024 * 1024  #: bytes, for a tag that carries an image inside
DEEPEST = 200
MOST_ITEMS = 500

_NAME = re.compile(rb"</?([A-Za-z_][\w.:-]{0,100})")
_TAG_END = re.compile(rb"[^<>\"']*+(?:\"[^\"]*+\"[^<>\"']*+|'[^']*+'[^<>\"']*+)*+>")
_ATTRIBUTE = re.compile(rb"[\w:.-]+\s*=")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
# Shift-out, shift-in and escape stay: Japanese encodings are made of them.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x0e\x0f\x1b")
_ITEMS = frozenset({b"item", b"entry"})
# Elements that HTML never closes or need not close; inside a feed they would look like depth.
_OPEN_ENDED = frozenset(b"br hr img input wbr embed p li dt dd td tr th option area col param source".split())
_SKIPPED = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_WIDE_DECLARATION = re.compile(rb"^(<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"']*[\"']", re.IGNORECASE)


def prepare(body: bytes) -> bytes:
    """The body as it may be parsed: narrow, without control characters, at most 500 items.

    Raises FeedError(BOMB) for tags, attributes and nesting that no publisher writes.
    """
    narrow = _narrow(body)
    if b"\x00" in narrow or narrow.translate(None, _CONTROLS) != narrow:
        narrow = narrow.translate(None, _CONTROLS)
    return _scan(narrow)


def _narrow(body: bytes) -> bytes:
    """UTF-16 and UTF-32 as UTF-8, so that one scan suits all."""
    for start, encoding in _WIDE:
        if body.startswith(start):
            text = body.decode(encoding, "replace").removeprefix("\ufeff")
            return _WIDE_DECLARATION.sub(rb"\1 encoding='utf-8'", text.encode("utf-8", "replace"), count=1)
    return body


def _scan(body: bytes) -> bytes:
    open_tags: list[bytes] = []
    items = 0
    at = body.find(b"<")
    while at >= 0:
        skipped = _skip(body, at)
        if skipped is not None:
            at = body.find(b"<", skipped)
            continue
        name = _NAME.match(body, at)
        if name is None:
            at = body.find(b"<", at + 1)
            continue
        end = _end_of_tag(body, at, name.end())
        tag = body[at:end]
        if tag.startswith(b"</"):
            _close(open_tags, name[1])
            if name[1].lower() in _ITEMS:
                items += 1
                if items >= MOST_ITEMS:
                    return body[:end] + b"".join(b"</%s>" % opened for opened in reversed(open_tags))
        elif not tag.endswith(b"/>") and name[1].lower() not in _OPEN_ENDED:
            open_tags.append(name[1])
            if len(open_tags) > DEEPEST:
                raise FeedError(FeedTrouble.BOMB, f"elements nested deeper than {DEEPEST}")
        at = body.find(b"<", end)
    return body


def _skip(body: bytes, at: int) -> int | None:
    """Where a section without tags ends that begins at `at`; None when a tag begins there."""
    for start, end in _SKIPPED:
        if body.startswith(start, at):
            found = body.find(end, at + len(start))
            return len(body) if found < 0 else found + len(end)
    return None


def _end_of_tag(body: bytes, at: int, after_name: int) -> int:
    closing = body.find(b">", after_name, at + LONGEST_TAG)
    quoted = _TAG_END.match(body, after_name, at + LONGEST_TAG)
    if quoted is not None:
        end = quoted.end()
    elif closing >= 0:
        end = closing + 1
    else:
        end = _end_of_long_tag(body, at)
    tag = body[at:end]
    if (
        tag.count(b"=") > MOST_ATTRIBUTES
        and len(_ATTRIBUTE.findall(_QUOTED.sub(b"''", tag))) > MOST_ATTRIBUTES
    ):
        raise FeedError(FeedTrouble.BOMB, f"a tag with more than {MOST_ATTRIBUTES} attributes")
    return end


def _end_of_long_tag(body: bytes, at: int) -> int:
    """A tag without an end within the limit: an image inside it, a torn file, or a bomb."""
    following = body.find(b"<", at + 1, at + LONGEST_TAG)
    if following >= 0:
        return following
    if len(body) - at < LONGEST_TAG:
        return len(body)
    end = body.find(b">", at, at + LONGEST_DATA_TAG)
    if end >= 0 and b"data:" in body[at : at + LONGEST_TAG]:
        return end + 1
    raise FeedError(FeedTrouble.BOMB, f"a tag longer than {LONGEST_TAG} bytes")


def _close(open_tags: list[bytes], name: bytes) -> None:
    """Forget the tag and everything left open inside it; a stray end tag changes nothing."""
    for back in range(len(open_tags) - 1, -1, -1):
        if open_tags[back] == name:
            del open_tags[back:]
            return

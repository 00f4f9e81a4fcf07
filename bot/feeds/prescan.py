"""One linear pass over a feed's bytes before any parser sees them. Pure.

The parsers are quadratic in the attributes of a tag and slow in depth and number of items (one item
with 100,000 attributes keeps feedparser busy for more than 30 s), so these are bounded here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

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
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_ITEMS = frozenset({b"item", b"entry"})
# Elements that HTML never closes or need not close; inside a feed they would look like depth.
_OPEN_ENDED = frozenset(b"br hr img input wbr embed p li dt dd td tr th option area col param source".split())
_SKIPPED = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))


def prepare(body: bytes) -> bytes:
    """UTF-8 as it may be parsed: without control characters, at most 500 items.

    Raises FeedError(BOMB) for tags, attributes and nesting that no publisher writes.
    """
    return _scan(body.translate(None, _CONTROLS))


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


# --- pages --------------------------------------------------------------------------------------

MOST_ATTRIBUTES_OF_PAGE = 256  #: of one tag
MOST_STEPS = 400_000  #: attributes and tag names of one page together
_CODE = re.compile(
    r"<(script|style)\b.*?(?:</\1\b[^>]{0,100}+>?|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_TAG_START = re.compile(r"<[A-Za-z][^\s/>]*+")
_ATTRIBUTE_NAME = re.compile(r"[\s/]*+[^\s/>][^\s/>=]*+(\s*+=\s*+)?")
_BARE_VALUE = re.compile(r"[^\s>]*+")


def prepare_page(markup: str) -> str:
    """The page without scripts, styles and comments.

    Raises FeedError(BOMB) for a tag with more attributes than people write: HTML's parsers look for every
    attribute among those before it, and 100,000 of them cost 40 s (lexbor) where 256 cost nothing.
    """
    markup = _CODE.sub("", markup)
    steps, last = 0, {quote: markup.rfind(quote) for quote in "\"'"}
    for tag in _TAG_START.finditer(markup):
        steps += 1 + _attributes(markup, tag.end(), last)
        if steps > MOST_STEPS:
            raise FeedError(FeedTrouble.BOMB, "attributes inside attributes")
    return markup


def _attributes(markup: str, at: int, last: Mapping[str, int]) -> int:
    """How many attributes a tag has whose name ends at `at`; `last` is where each quote stands last."""
    count = 0
    while (found := _ATTRIBUTE_NAME.match(markup, at)) is not None:
        count += 1
        if count > MOST_ATTRIBUTES_OF_PAGE:
            raise FeedError(FeedTrouble.BOMB, f"a tag with more than {MOST_ATTRIBUTES_OF_PAGE} attributes")
        at = found.end()
        if found[1] is None:
            continue
        quote = markup[at : at + 1]
        if quote not in last:
            bare = _BARE_VALUE.match(markup, at)
            at = bare.end() if bare else at
        elif last[quote] <= at:  # never closed: the tag takes the rest of the page with it
            return count
        else:
            at = markup.find(quote, at + 1) + 1
    return count

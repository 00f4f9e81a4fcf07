"""Markup into plain text, and plain text without anything that a reader cannot see. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

LONGEST_MARKUP = 1_000_000  #: code points of one body that are looked at
MOST_TAGS = 20_000  #: of one body; a tree of more (or deeper) is not built
_MARKS_PER_LETTER = 4

# C0, C1, soft hyphen, bidirectional controls, zero-width characters, fillers, tag characters, lone
# surrogates, non-characters. A zero-width joiner stays inside an emoji. Line breaks and tabs are dealt
# with as white space.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_JOINER = re.compile(
    "(?<![\u2190-\u3299\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2190-\u3299\U0001f000-\U0001faff])"
)
_SPACES = re.compile(r"\s+")
_SPACES_IN_LINE = re.compile(r"[^\S\n]+")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5,}")


def visible(text: str) -> str:
    """NFC without controls, bidirectional and invisible characters, and without towers of accents."""
    if text.isascii():
        return _UNSEEN.sub("", text)
    text = _JOINER.sub("", _UNSEEN.sub("", text))
    text = _MARKS.sub(lambda found: found[0][:_MARKS_PER_LETTER], text)
    return unicodedata.normalize("NFC", text)


def one_line(text: str, longest: int) -> str:
    """Visible text on one line, at most `longest` code points."""
    line = _SPACES.sub(" ", visible(text)).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def paragraphs(text: str, longest: int) -> str:
    """Visible text, one paragraph a line, no empty lines, at most `longest` code points."""
    lines = (_SPACES_IN_LINE.sub(" ", line).strip() for line in visible(text).splitlines())
    return "\n".join(line for line in lines if line)[:longest]


# --- titles -------------------------------------------------------------------------------------

# Only what HTML calls an element is taken for a tag: "<3" and "<censored>" are words of a title.
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|blockquote|br|center|cite|code|dd|del|dfn|div|dl|dt|em|figure|font|footer|h[1-6]"
    "|header|hr|i|iframe|img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|samp|section|small|span|strike|strong|sub|sup|table"
    "|tbody|td|th|time|tr|tt|u|ul|var|video|wbr|audio|svg|math|object|embed|input|form|button|link|meta|base|body"
)
_DROPPED = re.compile(
    r"<(script|style|noscript|template)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(
    rf"</?(?:{_INLINE})(?:\s[^<>]*|/)?>|<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>", re.IGNORECASE | re.DOTALL
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|td|h[1-6]|hr)\b", re.IGNORECASE)


def title_text(raw: str, longest: int) -> str:
    """A headline as a person reads it: entities decoded even when escaped twice, tags gone."""
    text = raw[: longest * 16]
    for _ in range(2):
        text = _without_tags(text)
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
    return one_line(_without_tags(text), longest)


def _without_tags(text: str) -> str:
    if "<" not in text and "]]>" not in text:
        return text
    return _TAG.sub(lambda tag: " " if _BREAK.match(tag[0]) else "", _DROPPED.sub("", text))


# --- bodies -------------------------------------------------------------------------------------

_BLOCKS = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "br",
            "caption",
            "center",
            "dd",
            "details",
            "dialog",
        ),
        *(
            "div",
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
        ),
        *(
            "h6",
            "header",
            "hr",
            "li",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "summary",
            "table",
            "tbody",
        ),
        *("td", "tfoot", "th", "thead", "tr", "ul"),
    ]
)
_SILENT = frozenset(
    [
        *(
            "audio",
            "button",
            "canvas",
            "embed",
            "head",
            "iframe",
            "input",
            "math",
            "noscript",
            "object",
            "script",
        ),
        *("select", "style", "svg", "template", "textarea", "title", "video"),
    ]
)
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&[#a-zA-Z]")
_ESCAPED_MARKUP = re.compile(r"</?(?:p|br|div|span|a|b|i|em|strong|img|ul|li|h[1-6])\b[^<>]*>", re.IGNORECASE)


def body_text(markup: str, longest: int) -> str:
    """The readable text of an HTML fragment; block elements become line breaks, scripts and styles vanish."""
    markup = markup[:LONGEST_MARKUP]
    if not _MARKUP.search(markup):
        return paragraphs(markup, longest)
    text = _render(markup)
    if _ESCAPED_MARKUP.search(text):  # the feed escaped its HTML once too often
        text = _render(text)
    return paragraphs(text, longest)


def _render(markup: str) -> str:
    if markup.count("<") > MOST_TAGS:
        return html.unescape(_ANY_TAG.sub("\n", _DROPPED.sub("", markup)))
    root = LexborHTMLParser(markup).body
    if root is None:
        return ""
    return "".join(_pieces(root))


def _pieces(root: LexborNode) -> Iterator[str]:
    """Text in document order. A stack instead of recursion: nesting comes from outside."""
    stack: list[LexborNode | str] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        if item.is_text_node:
            yield _SPACES.sub(" ", item.text_content or "")
            following = item.next
        else:
            following = None if item is root else item.next
        if following is not None:
            stack.append(following)
        tag = item.tag
        if item.is_text_node or tag in _SILENT or item.is_comment_node:
            continue
        if tag in _BLOCKS:
            stack.append("\n")
            yield "\n"
        child = item.child
        if child is not None:
            stack.append(child)

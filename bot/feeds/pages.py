"""An entry's own page: its other language versions, and the article without the furniture. Pure; runs inside
the worker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import trafilatura
from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.errors import FeedError, FeedTrouble
from bot.feeds.encoding import decoded
from bot.feeds.links import normalise
from bot.feeds.parsed import LONGEST_TEXT, MOST_ALTERNATES, followable
from bot.feeds.prescan import prepare_page
from bot.feeds.text import paragraphs
from bot.model import Page

LONGEST_PAGE = 4 * 1024 * 1024  #: bytes that are looked at
MOST_TAGS = 20_000
DEEPEST_PAGE = 400  #: elements inside one another; the extractor recurses
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}\Z")


def read_page(body: bytes, headers: Mapping[str, str], url: str) -> Page:
    """Raises FeedError EMPTY when there is no page in the body."""
    markup = prepare_page(decoded(body[:LONGEST_PAGE], headers.get("content-type", "")))
    is_huge = markup.count("<") > MOST_TAGS
    if is_huge:  # its head still says what we need most
        markup = markup[: _body_at(markup)]
    tree = LexborHTMLParser(markup)
    root, head = tree.root, tree.head
    if root is None or not markup.strip():
        raise FeedError(FeedTrouble.EMPTY, "an empty page")
    base = _base(head, url)
    metas = dict(_metas(head))
    alternates = _alternates(tree, head, base)
    return Page(
        url=url,
        lang=_language(root.attributes.get("lang")) or _language(metas.get("og:locale")),
        canonical=followable(_head_link(head, "canonical", base), url),
        alternates=tuple(pair for pair in alternates if followable(pair[1], url)),
        image=followable(_absolute(metas.get("og:image") or metas.get("og:image:url"), base), url),
        previous=followable(_neighbour(tree, "prev", base), url),
        next=followable(_neighbour(tree, "next", base), url),
        text="" if is_huge else _article(markup, tree),
    )


def _body_at(markup: str) -> int:
    found = re.search(r"<body\b", markup, re.IGNORECASE)
    return found.start() if found else 64 * 1024


def _base(head: LexborNode | None, url: str) -> str:
    node = head.css_first("base[href]") if head is not None else None
    declared = node.attributes.get("href") if node is not None else None
    return normalise(declared, url) or url if declared else url


def _metas(head: LexborNode | None) -> Iterator[tuple[str, str]]:
    """The first value of each property."""
    seen: set[str] = set()
    for node in head.css("meta") if head is not None else ():
        name = (node.attributes.get("property") or node.attributes.get("name") or "").lower()
        value = node.attributes.get("content")
        if name and value and name not in seen:
            seen.add(name)
            yield name, value


def _rels(node: LexborNode) -> list[str]:
    return (node.attributes.get("rel") or "").lower().split()


def _head_link(head: LexborNode | None, rel: str, base: str) -> str | None:
    for node in head.css("link[rel][href]") if head is not None else ():
        if rel in _rels(node):
            return _absolute(node.attributes.get("href"), base)
    return None


def _alternates(tree: LexborHTMLParser, head: LexborNode | None, base: str) -> tuple[tuple[str, str], ...]:
    """hreflang links of the head; without any, the language switch that WPML and Polylang put on pages.

    `link` elements outside the head are ignored: comments and embedded texts could bring their own.
    """
    declared = (
        [node for node in head.css("link[hreflang][href]") if "alternate" in _rels(node)] if head else []
    )
    switches = [] if declared else tree.css("a[hreflang][href]")
    pairs = dict.fromkeys(pair for node in [*declared, *switches] if (pair := _pair(node, base)) is not None)
    return tuple(pairs)[:MOST_ALTERNATES]


def _pair(node: LexborNode, base: str) -> tuple[str, str] | None:
    language = _language(node.attributes.get("hreflang"))
    address = _absolute(node.attributes.get("href"), base)
    return (language, address) if language and address else None


def _neighbour(tree: LexborHTMLParser, rel: str, base: str) -> str | None:
    for node in tree.css(f"link[rel~={rel}][href], a[rel~={rel}][href]"):
        address = _absolute(node.attributes.get("href"), base)
        if address is not None:
            return address
    return None


def _absolute(link: str | None, base: str) -> str | None:
    return normalise(link, base) if link else None


def _language(value: str | None) -> str | None:
    text = (value or "").strip()
    return text if _LANGUAGE.match(text) else None


def _article(markup: str, tree: LexborHTMLParser) -> str:
    """The article's text; nothing where the extractor is not sure, or where the page is built to break it."""
    if _is_too_deep(tree):
        return ""
    text = trafilatura.extract(
        markup,
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        include_links=False,
        with_metadata=False,
        fast=True,  # without the second opinion of a library that reads word lists from the disk
    )
    return paragraphs(text or "", LONGEST_TEXT)


def _is_too_deep(tree: LexborHTMLParser) -> bool:
    node, depth = tree.root, 0
    while node is not None:
        if depth > DEEPEST_PAGE:
            return True
        child = node.child
        if child is not None:
            node, depth = child, depth + 1
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None else None
    return False

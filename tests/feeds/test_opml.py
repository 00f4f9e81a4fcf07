"""Lists of feeds: what is read from them, and what is refused."""

from __future__ import annotations

import pytest

from bot.errors import FeedError, FeedTrouble
from bot.feeds.opml import MOST_OUTLINES, Outline, outlines, written
from bot.model import Language, Source

HOSTILE = {
    "entities": b'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body>&b;</body></opml>',
    "a file": b'<!DOCTYPE opml [<!ENTITY f SYSTEM "file:///etc/passwd">]><opml><body>&f;</body></opml>',
    "depth": b"<opml>" + b"<outline>" * 300,
    "attributes": b"<opml><outline " + b" ".join(b'a%d="x"' % n for n in range(100)) + b"/></opml>",
}


def test_what_is_written_is_read_again() -> None:
    """Titles with signs of XML and addresses with queries come back as they were."""
    source = Source(key="a", title='Söz & "Ədalət" <1>', url="https://a.example/f?x=1&y=2", lang=Language.AZ)

    read = outlines(written([source]).encode())

    assert (Outline(url=source.url, title=source.title, lang=Language.AZ),) == read


def test_folders_are_left_out_and_an_address_counts_once() -> None:
    """Feeds are found at any depth, by xmlUrl in any spelling; what names no feed is passed over."""
    document = b"""<opml version="1.1"><body><outline text="Folder">
        <outline text="One" xmlURL=" https://one.example/feed "/><outline text="Link" url="https://x.example"/>
        <outline title="Two" text="2" xmlUrl="https://two.example/feed"/></outline>
        <outline text="One again" xmlUrl="https://one.example/feed"/></body></opml>"""

    assert (
        Outline(url="https://one.example/feed", title="One"),
        Outline(url="https://two.example/feed", title="Two"),
    ) == outlines(document)


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_what_is_built_to_do_harm_is_refused(kind: str) -> None:
    """Entities, depth and masses of attributes are refused before anything is expanded."""
    with pytest.raises(FeedError) as caught:
        outlines(HOSTILE[kind])
    assert FeedTrouble.BOMB is caught.value.why


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"not xml",
        b"<rss><channel/></rss>",
        b"<opml><body>",
        b'<?xml version="1.0" encoding="x-none"?><opml/>',
        b"\xff\xfe<\x00o\x00",
    ],
)
def test_another_document_is_said_to_be_no_list(document: bytes) -> None:
    """Torn, foreign and empty documents have one reason."""
    with pytest.raises(FeedError) as caught:
        outlines(document)
    assert FeedTrouble.NOT_A_FEED is caught.value.why


def test_a_list_without_end_is_too_large() -> None:
    """More entries than any reader has are not gone through."""
    many = b'<outline xmlUrl="https://a.example"/>' * (MOST_OUTLINES + 1)
    with pytest.raises(FeedError) as caught:
        outlines(b"<opml>" + many + b"</opml>")
    assert FeedTrouble.TOO_LARGE is caught.value.why

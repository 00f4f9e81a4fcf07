"""Whatever a feed does, its entries have one normal form."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.errors import FeedError, FeedTrouble
from bot.feeds.entries import read_feed
from bot.feeds.parsed import ParsedFeed, feed_from, feed_record
from bot.model import Entry
from tests.cost import MARGIN, growth

URL = "https://example.com/feed.xml"


def rss(inside: str, *, channel: str = "", namespaces: str = "") -> ParsedFeed:
    items = f"<title>Feed</title>{channel}<item>{inside}</item>"
    body = f"<rss version='2.0' {namespaces}><channel>{items}</channel></rss>"
    return read_feed(body.encode(), {}, URL, "sample")


def entry(inside: str, *, channel: str = "", namespaces: str = "") -> Entry:
    (one,) = rss(inside, channel=channel, namespaces=namespaces).entries
    return one


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Haqlar &amp; azadlıqlar", "Haqlar & azadlıqlar"),
        ("AT&amp;amp;T", "AT&T"),
        ("&lt;b&gt;Qalın&lt;/b&gt; söz", "Qalın söz"),
        ("&amp;lt;i&amp;gt;x&amp;lt;/i&amp;gt;", "x"),
        ("<![CDATA[<p>Bir</p><p>iki</p>]]>", "Bir iki"),
        ("5 &lt; 6, I &lt;3 you", "5 < 6, I <3 you"),
        ("a\n   b\t c", "a b c"),
        ("gizli\u202e\u200b\u2066söz", "gizlisöz"),
        ("I\u0307sti\u0307", "İsti̇"),
        ("&amp;#8217;sözü&amp;#8217;", "’sözü’"),
    ],
)
def test_titles_are_plain_text(raw: str, title: str) -> None:
    """Entities decoded even when escaped twice, tags gone, nothing invisible, NFC."""
    assert entry(f"<title>{raw}</title><link>https://example.com/1</link>").title == title


def test_bodies_become_paragraphs() -> None:
    """Block elements break lines; scripts and styles vanish; the fullest body wins."""
    one = entry(
        "<title>t</title><description>short</description><content:encoded><![CDATA[<p>Bir &amp; iki</p>"
        "<script>x()</script><style>p{}</style><ul><li>üç</li><li>d<b>ör</b>d</li></ul>son<br>söz]]></content:encoded>",
        namespaces="xmlns:content='http://purl.org/rss/1.0/modules/content/'",
    )
    assert one.text == "Bir & iki\nüç\ndörd\nson\nsöz"


@pytest.mark.parametrize(
    ("inside", "link"),
    [
        ("<link>https://example.com/a?utm_source=rss&amp;id=1#top</link>", "https://example.com/a?id=1"),
        ("<link>/relative/x</link>", "https://site.example/relative/x"),
        ("<guid>https://example.com/from-guid</guid>", "https://example.com/from-guid"),
        ("<guid isPermaLink='false'>tag:1</guid>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>HTTP://EXAMPLE.com:80/A</link>", "http://example.com/A"),
        ("<link>\n https://example.com/spaced \n</link>", "https://example.com/spaced"),
    ],
)
def test_links_are_absolute_and_untracked(inside: str, link: str | None) -> None:
    """http(s) or none at all; relative ones against the feed's own site."""
    one = entry(f"<title>t</title>{inside}", channel="<link>https://site.example/</link>")
    assert one.link == link


def test_an_atom_feed_with_two_languages() -> None:
    """xml:base, xml:lang, hreflang and escaped HTML of Atom."""
    feed = read_feed(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="az" xml:base="https://example.com/az/">
        <title>Atom</title><entry><title type="html">&lt;em&gt;Xeber&lt;/em&gt;</title><id>urn:1</id>
        <link rel="alternate" href="1"/><link rel="alternate" hreflang="en" href="/en/1"/>
        <published>2026-03-02T13:00:00+04:00</published><updated>2026-03-02T10:00:00Z</updated>
        <content type="html">&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;</content></entry></feed>""",
        {},
        URL,
        "sample",
    )
    (one,) = feed.entries
    assert (feed.title, one.lang, one.title, one.text) == ("Atom", "az", "Xeber", "A\nB")
    assert (one.link, one.alternates) == (
        "https://example.com/az/1",
        (("en", "https://example.com/en/1"),),
    )
    assert one.published == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert one.updated == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_a_json_feed() -> None:
    """JSON Feed 1.1, ids that are numbers included."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "language": "az",
        "items": [
            {
                "id": 7,
                "url": "https://example.com/7",
                "title": "Başlıq",
                "content_html": "<p>Mətn</p>",
                "date_published": "2026-03-02T09:00:00Z",
                "image": "https://example.com/i.png",
            }
        ],
    }
    (one,) = read_feed(json.dumps(document).encode(), {}, URL, "sample").entries
    assert (one.guid, one.link, one.title, one.text) == ("7", "https://example.com/7", "Başlıq", "Mətn")
    assert (one.published, one.image, one.lang) == (
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        "https://example.com/i.png",
        "az",
    )


def test_repeated_guids_do_not_merge_entries() -> None:
    """An outlet that gives every item the same guid still has two entries; a repeated link is one."""
    feed = rss(
        "<title>a</title><link>https://e.example/1</link><guid>same</guid></item>"
        "<item><title>b</title><link>https://e.example/2</link><guid>same</guid></item>"
        "<item><title>b again</title><link>http://www.e.example/2/?utm_medium=x</link>"
    )
    assert [one.title for one in feed.entries] == ["a", "b"]


def test_broken_xml_is_still_read() -> None:
    """A bare ampersand and an unclosed tag cost nothing."""
    body = b"<rss version='2.0'><channel><item><title>A & B</title><link>https://e.example/1</link></item>"
    (one,) = read_feed(body, {}, URL, "sample").entries
    assert (one.title, one.link) == ("A & B", "https://e.example/1")


def test_a_feed_without_entries_is_a_feed() -> None:
    """Nothing new is no trouble."""
    assert (
        read_feed(b"<rss version='2.0'><channel><title>t</title></channel></rss>", {}, URL, "s").entries == ()
    )


@pytest.mark.parametrize("body", [b"<html><body>x</body></html>", b"plain", b"{}", b"<svg></svg>"])
def test_something_else_is_not_a_feed(body: bytes) -> None:
    """Pages, pictures and plain text are named as what they are not."""
    with pytest.raises(FeedError) as raised:
        read_feed(body, {}, URL, "s")
    assert raised.value.why is FeedTrouble.NOT_A_FEED


def test_the_wire_form_loses_nothing() -> None:
    """Records through JSON and back are the same feed."""
    feed = rss(
        "<title>ə</title><link>https://e.example/1</link><pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate>"
    )
    assert feed_from(json.loads(json.dumps(feed_record(feed))), "sample") == feed


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "../etc"), ("link", "file:///x"), ("title", 5), ("text", "x" * 100_001), ("published", "soon")],
)
def test_an_answer_of_another_shape_is_refused(field: str, value: object) -> None:
    """The worker may have been taken over: nothing it says is believed unchecked."""
    record = feed_record(rss("<title>t</title><link>https://e.example/1</link>"))
    record["entries"][0][field] = value
    with pytest.raises(FeedError) as raised:
        feed_from(record, "sample")
    assert raised.value.why is FeedTrouble.PARSER_FAILED


@pytest.mark.parametrize(
    "odd",
    [
        "<description>&#99999999999999; &#xD800; text &</description>",
        "<media:content url='https://e.example/i.jpg' width='wide'/><width>wide</width> &",
        "<georss:point/><gml:pos>1 2</gml:pos> &",
        "<a:b:c d:e='f'/>",
        f"<author>{'a' * 50_000}</author>",
        "<title xml:base='http://[bad'>Title</title>",
    ],
)
def test_one_odd_element_does_not_take_the_feed_with_it(odd: str) -> None:
    """Elements that the library stumbles over are passed over; the other items are there."""
    items = f"<item><title>A</title>{odd}</item><item><title>B</title></item>"
    body = f"<rss version='2.0'><channel>{items}</channel></rss>"
    assert [entry.title for entry in read_feed(body.encode(), {}, URL, "s").entries][-1] == "B"


def test_comments_before_a_feed_cost_nothing() -> None:
    """Hundreds of comments ahead of the first element are read in a moment: nothing tries every grouping."""

    def reading(comments: int) -> Callable[[], object]:
        item = b"<item><title>A</title></item>"
        body = b"<!-- a -->" * comments + b"<rss version='2.0'><channel>" + item + b"</channel></rss>"
        assert [entry.title for entry in read_feed(body, {}, URL, "s").entries] == ["A"]
        return lambda: read_feed(body, {}, URL, "s")

    assert growth(reading, 40) < MARGIN


@pytest.mark.parametrize("shared", ["<guid>x</guid>", "<guid>x</guid><link>/</link>"])
def test_items_that_share_a_guid_and_have_no_link_stay_apart(shared: str) -> None:
    """Each title is new once; the item that was there first keeps the identity that it had."""

    def ids(*titles: str) -> dict[str, str]:
        items = "".join(f"<item><title>{title}</title>{shared}</item>" for title in titles)
        body = f"<rss version='2.0'><channel>{items}</channel></rss>"
        return {entry.title: entry.id for entry in read_feed(body.encode(), {}, URL, "s").entries}

    first, second, third = ids("A"), ids("B", "A"), ids("C", "B", "A")
    assert list(third) == ["C", "B", "A"]
    assert first.items() <= second.items() <= third.items()
    assert len(set(third.values())) == 3

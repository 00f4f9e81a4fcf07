"""Feeds that nobody has seen: seeded damage to feeds that somebody wrote, and what must hold all the same."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC
from urllib.parse import urlsplit

from bot.feeds.parsed import (
    LONGEST_FIELD,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_ALTERNATES,
    MOST_ENTRIES,
    ParsedFeed,
)
from bot.model import Entry, Page

# --- sample feeds (every report in them is invented) --------------------------------------------

AZ = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Nümunə Xəbər</title><link>https://numune.example/</link><language>az</language>
<item><title>Jurnalist işgəncəyə məruz qaldığını deyir &amp;#8211; vəkil</title>
<link>https://numune.example/az/xeber?id=1&amp;utm_source=rss</link><guid isPermaLink="false">n-1</guid>
<pubDate>Mon, 23 Nov 2026 14:30:00 +0400</pubDate><dc:creator>Redaksiya</dc:creator>
<description><![CDATA[<p>Bakı şəhəri. Məhkəmə <b>dörd ay</b> həbs qərarı verib.</p>]]></description>
<content:encoded><![CDATA[<p>Bakı şəhəri. Məhkəmə dörd ay həbs qərarı verib.</p>
<p>İkinci abzas.</p>]]></content:encoded>
</item>
<item><title>İkinci xəbər: şəhərdə aksiya</title><link>https://numune.example/az/xeber?id=2</link>
<guid>https://numune.example/az/xeber?id=2</guid><pubDate>23 noyabr 2026, 15:10</pubDate>
<description>Etirazçılar saxlanılıb &lt;br/&gt; polis susur</description></item>
</channel></rss>""".encode()

RU = """<?xml version="1.0" encoding="windows-1251"?>
<rss version="2.0"><channel><title>Пример новостей</title><link>http://primer.example/</link><language>ru</language>
<item><title>Суд в Баку продлил арест журналиста — адвокат</title><link>/ru/news/15.html</link>
<pubDate>Mon, 23 Nov 2026 10:30:00 GMT</pubDate><description>Заседание прошло без прессы. «Он невиновен»,
— сказал адвокат.</description><enclosure url="/img/15.jpg" type="image/jpeg" length="1"/></item>
</channel></rss>""".encode("cp1251")

ATOM = b"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://sample.example/en/">
<title>Sample Monitor</title><link href="https://sample.example/"/><id>tag:sample.example,2026:f</id>
<updated>2026-11-23T10:00:00Z</updated>
<entry><title type="html">Court &lt;i&gt;upholds&lt;/i&gt; sentence</title><id>tag:sample.example,2026:1</id>
<link rel="alternate" href="reports/1"/><link rel="alternate" hreflang="az" href="/az/reports/1"/>
<published>2026-11-23T09:00:00+04:00</published><updated>2026-11-23T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>The court <b>upheld</b> it.</p></div></content>
</entry></feed>"""

RDF = b"""<?xml version="1.0" encoding="iso-8859-9"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://ornek.example/"><title>\xd6rnek</title>
<link>https://ornek.example/</link></channel>
<item rdf:about="https://ornek.example/1"><title>Gazeteci g\xf6zalt\xfdna al\xfdnd\xfd</title>
<link>https://ornek.example/1</link><dc:date>2026-11-23T12:00:00+03:00</dc:date></item></rdf:RDF>"""

JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Sample JSON", "language": "en",
"home_page_url": "https://sample.example/", "items": [{"id": 7, "url": "https://sample.example/7",
"title": "Seven &amp; eight", "content_html": "<p>Text of seven</p>",
"date_published": "2026-11-23T10:00:00Z",
"image": "https://sample.example/7.jpg"}, {"id": "8", "content_text": "No title, no link"}]}"""

PAGE = """<!DOCTYPE html><html lang="az"><head><meta charset="utf-8"><title>Nümunə</title>
<link rel="canonical" href="/az/1"><link rel="alternate" hreflang="en" href="https://numune.example/en/1">
<meta property="og:image" content="/i.jpg"></head><body><nav><a href="/">Ana səhifə</a></nav>
<article><h1>Xəbər</h1>
<p>Məhkəmə jurnalistin həbs müddətini dörd ay uzadıb, vəkil isə bunu qanunsuz adlandırıb.</p>
<p>Qərardan apelyasiya şikayəti veriləcək, ailə üzvləri iclasa buraxılmayıb.</p></article></body>
</html>""".encode()

OWN_FEEDS = (AZ, RU, ATOM, RDF, JSON)

# --- damage -------------------------------------------------------------------------------------

Damage = Callable[[random.Random, bytes], bytes]

_POISON = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\x1b$B",
        b"\x80\x81\xff",
    ),
    *(
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<?xml version='1.0' encoding='utf-7'?>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>",
    ),
    *(
        b"&amp;",
        b"&bogus;",
        b"&#0;",
        b"&#xD800;",
        b"&#x202e;",
        b"&#8203;",
        b"&#xFFFF;",
        b"&#99999999999999;",
        b"&",
    ),
    *(
        "\u202egnp\u2066".encode(),
        "\u200b\u2028\u2029\u0085".encode(),
        "\U000e0041".encode(),
        "a\u0301".encode() * 9,
    ),
    *(
        b"<item>",
        b"</item>",
        b"<entry>",
        b"</channel>",
        b"<a:b:c d:e='f'>",
        b"<",
        b">",
        b'"',
        b"'",
        b"</",
        b"<>",
    ),
    *(b"<link>javascript:alert(1)</link>", b"<link>http://[::1</link>", b"<link>//a\x0bb@c/\\d</link>"),
    *(
        b"<link>http://\xe2\x80\xae.example/\xe2\x80\xae</link>",
        b"<guid>http://a:99999999/</guid>",
        b"\\ud800",
        b"1e999",
    ),
    *(
        b"<pubDate>-1</pubDate>",
        b"<pubDate>99999-99-99T99:99:99+99:99</pubDate>",
        b"<updated>0001-01-01</updated>",
    ),
    *(b"<pubDate>9999-12-31T23:59:59-23:59</pubDate>", b"xml:base='http://[bad'", b"xml:lang='\xe2\x80\xae'"),
)
_ENCODINGS = (
    *(
        "utf-8",
        "utf-7",
        "utf-16",
        "utf-16-le",
        "utf-32",
        "windows-1251",
        "windows-1254",
        "iso-8859-9",
        "koi8-r",
        "cp037",
    ),
    *(
        "gb18030",
        "shift_jis",
        "iso-2022-jp",
        "hz",
        "big5",
        "rot13",
        "idna",
        "punycode",
        "base64",
        "zlib",
        "undefined",
    ),
    *("unicode_escape", "raw_unicode_escape", "mbcs", "x-user-defined", "ascii", "utf-8-sig", "", "\u0130"),
)


def _span(rng: random.Random, body: bytes, longest: int) -> tuple[int, int]:
    start = rng.randrange(len(body) + 1)
    return start, min(len(body), start + rng.randrange(1, longest))


def _flip(rng: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(rng.randrange(1, 30)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut_off(rng: random.Random, body: bytes) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _cut_out(rng: random.Random, body: bytes) -> bytes:
    start, end = _span(rng, body, 400)
    return body[:start] + body[end:]


def _again(rng: random.Random, body: bytes) -> bytes:
    start, end = _span(rng, body, 300)
    return body[:end] + body[start:end] * rng.randrange(1, 40) + body[end:]


def _tags_again(rng: random.Random, body: bytes) -> bytes:
    """One tag, many times, wherever tags stand."""
    tags = [part.partition(b">")[0] for part in body.split(b"<")[1:]] or [b"item"]
    tag = b"<" + rng.choice(tags) + b">"
    pieces = body.split(b"<")
    for _ in range(rng.randrange(1, 20)):
        pieces.insert(rng.randrange(len(pieces) + 1), (tag * rng.randrange(1, 30))[1:])
    return b"<".join(pieces)


def _poison(rng: random.Random, body: bytes) -> bytes:
    for _ in range(rng.randrange(1, 8)):
        at = rng.randrange(len(body) + 1)
        body = body[:at] + rng.choice(_POISON) + body[at:]
    return body


def _declare(rng: random.Random, body: bytes) -> bytes:
    """An encoding that the feed is not written in."""
    name = rng.choice(_ENCODINGS).encode()
    rest = body.partition(b"?>")[2] if body.startswith(b"<?xml") else body
    return b"<?xml version='1.0' encoding='" + name + b"'?>" + rest


def _recode(rng: random.Random, body: bytes) -> bytes:
    """Written in another encoding than declared."""
    try:
        return body.decode("utf-8", "replace").encode(rng.choice(_ENCODINGS), "replace")
    except (LookupError, ValueError):
        return body


def _nest(rng: random.Random, body: bytes) -> bytes:
    at, depth = rng.randrange(len(body) + 1), rng.choice((10, 150, 199, 201, 5_000))
    tag = rng.choice((b"<div>", b"<item>", b"<a><b>", b"&lt;div&gt;", b"[", b'{"items":['))
    return body[:at] + tag * depth + body[at:]


def _attributes(rng: random.Random, body: bytes) -> bytes:
    at = body.find(b"<", rng.randrange(len(body) + 1))
    at = body.find(b" ", at) if at >= 0 else -1
    at = len(body) if at < 0 else at
    giant = rng.choice(
        (
            b" ".join(b"a%d='%d'" % (n, n) for n in range(rng.choice((10, 63, 65, 3_000)))),
            b"href='" + b"x" * rng.choice((100, 9_000, 300_000)) + b"'",
            b"src='data:image/png;base64," + b"A" * 50_000 + b"'",
            b"xmlns:a='" + b"&amp;" * 500 + b"'",
        )
    )
    return body[:at] + b" " + giant + b" " + body[at:]


def _giant(rng: random.Random, body: bytes) -> bytes:
    at = body.find(b">", rng.randrange(len(body) + 1)) + 1
    text = rng.choice(
        (b"a", b"&", b"&lt;p&gt;", "\u0259".encode(), "\u0301".encode(), b"<![CDATA[", b"\\", b"&#x131;")
    )
    return body[:at] + text * rng.choice((1_000, 20_000, 60_000)) + body[at:]


def _open(rng: random.Random, body: bytes) -> bytes:
    """Something begins and never ends."""
    at = rng.randrange(len(body) + 1)
    return (
        body[:at]
        + rng.choice((b"<![CDATA[", b"<!--", b"<?", b"<!DOCTYPE [", b"<a b='", b'"', b"&#"))
        + body[at:]
    )


DAMAGES: tuple[Damage, ...] = (
    *(
        _flip,
        _cut_off,
        _cut_out,
        _again,
        _tags_again,
        _poison,
        _poison,
        _declare,
        _recode,
        _nest,
        _attributes,
        _giant,
    ),
    _open,
)


def mutated(rng: random.Random, body: bytes) -> bytes:
    """One to four kinds of damage on top of one another, at most 3 MB."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        body = rng.choice(DAMAGES)(rng, body)[:3_000_000]
    return body


# --- what must hold -----------------------------------------------------------------------------


def flaws(feed: ParsedFeed) -> list[str]:
    """What is wrong with a parsed feed, in words; empty for a good one."""
    found = [f"feed title: {flaw}" for flaw in _text_flaws(feed.title, LONGEST_TITLE, lines=False)]
    if len(feed.entries) > MOST_ENTRIES:
        found.append("too many entries")
    if len({entry.id for entry in feed.entries}) != len(feed.entries):
        found.append("an id twice")
    for entry in feed.entries:
        found += _entry_flaws(entry)
    return found


def page_flaws(page: Page) -> list[str]:
    """The same for a page."""
    found = [f"text: {flaw}" for flaw in _text_flaws(page.text, LONGEST_TEXT, lines=True)]
    links = [
        page.canonical,
        page.image,
        page.previous,
        page.next,
        *(address for _, address in page.alternates),
    ]
    return found + [flaw for link in links if link is not None for flaw in _link_flaws(link)]


def _entry_flaws(entry: Entry) -> Iterator[str]:
    yield from (f"title: {flaw}" for flaw in _text_flaws(entry.title, LONGEST_TITLE, lines=False))
    yield from (f"text: {flaw}" for flaw in _text_flaws(entry.text, LONGEST_TEXT, lines=True))
    yield from (f"guid: {flaw}" for flaw in _text_flaws(entry.guid or "", LONGEST_FIELD, lines=False))
    yield from (f"lang: {flaw}" for flaw in _text_flaws(entry.lang or "", 40, lines=False))
    if not (entry.title or entry.text or entry.link):
        yield "says nothing"
    if len(entry.alternates) > MOST_ALTERNATES:
        yield "too many alternates"
    for link in (entry.link, entry.image, *(address for _, address in entry.alternates)):
        if link is not None:
            yield from (f"{flaw} {link[:80]!a}" for flaw in _link_flaws(link))
    for moment in (entry.published, entry.updated):
        if moment is not None and (moment.tzinfo is not UTC or not 1971 <= moment.year <= 2200):
            yield f"date {moment}"


def _link_flaws(link: str) -> Iterator[str]:
    parts = urlsplit(link)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "@" in parts.netloc
        or len(link) > LONGEST_FIELD
    ):
        yield "link: not an absolute http(s) address"
    if any(character.isspace() or character in '<>"\\' for character in link):
        yield "link: a character that ends it elsewhere"
    yield from (f"link: {flaw}" for flaw in _text_flaws(link, LONGEST_FIELD, lines=False))


def _text_flaws(text: str, longest: int, *, lines: bool) -> Iterator[str]:
    if len(text) > longest:
        yield f"{len(text)} code points"
    for character in set(text):
        category = unicodedata.category(character)
        if category == "Cs":
            yield "a lone surrogate"
        elif category in {"Cc", "Zl", "Zp"} and not (lines and character == "\n"):
            yield f"control {ord(character):#x}"
        elif character in _INVISIBLE:
            yield f"invisible {ord(character):#x}"


_INVISIBLE = frozenset(
    map(chr, [0x61C, 0x200B, 0x200C, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2060, 0x2070),
              *range(0xE0000, 0xE0080)])
)  # fmt: skip

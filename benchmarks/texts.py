"""Texts and feeds to work on, put together from the demo's invented samples. The same in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from bot.demo.reports import Text, all_reports
from bot.model import Article, Language

WORDS = 600  # of a long report
BODY_WORDS = 450  # of an entry in a feed that carries whole texts
_NEWEST = datetime(2026, 11, 1, 12, tzinfo=UTC)


def samples(lang: Language) -> list[Text]:
    """Every sample in that language."""
    return [report.versions[lang] for report in all_reports() if lang in report.versions]


def long_text(lang: Language, words: int = WORDS, seed: int = 1) -> Text:
    """A title with a text of about `words` words, made of several samples' paragraphs."""
    rng = random.Random(seed)
    texts = rng.sample(samples(lang), k=len(samples(lang)))
    paragraphs: list[str] = []
    length = 0
    while length < words:
        for text in texts:
            paragraphs.append(text.text)
            length += len(text.text.split())
            if length >= words:
                break
    return Text(title=texts[0].title, text="\n\n".join(paragraphs))


def article(lang: Language, seed: int) -> Article:
    """A long report as the reading stage would leave it."""
    text = long_text(lang, seed=seed)
    return Article(
        id=str(seed),
        source="sample",
        outlet="Sample",
        url=f"https://sample.example/{lang.value}/{seed}",
        title=text.title,
        text=text.text,
        lang=lang,
        countries=("AZ",),
        human_rights=True,
        published=_NEWEST,
        seen=_NEWEST,
    )


def rss(entries: int, lang: Language, *, bodies: bool = True) -> bytes:
    """An RSS 2.0 feed; with `bodies`, each item has its whole text as HTML in content:encoded."""
    items = "".join(_item(text, at, bodies) for at, text in enumerate(_entries(entries, lang)))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Sample</title>'
        f"<link>https://sample.example/</link><language>{lang.value}</language>{items}</channel></rss>"
    ).encode()


def atom(entries: int, lang: Language) -> bytes:
    """An Atom feed whose entries carry their whole text as escaped HTML."""
    items = "".join(_atom_entry(text, at) for at, text in enumerate(_entries(entries, lang)))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang.value}"><title>Sample</title>'
        f"<id>https://sample.example/</id><updated>{_NEWEST.isoformat()}</updated>{items}</feed>"
    ).encode()


def _entries(count: int, lang: Language) -> Iterator[Text]:
    return (long_text(lang, BODY_WORDS, seed) for seed in range(count))


def _html(text: Text) -> str:
    """Mark-up as dense as outlets publish it: some ten tags and one link to a thousand characters."""
    paragraphs = []
    for at, part in enumerate(text.text.split("\n\n")):
        first, _, rest = escape(part).partition(". ")
        linked = f'<a href="/tag/{at}" rel="tag">{first}</a>' if at % 3 == 0 else first
        paragraphs.append(f'<p class="paragraph">{linked}. {rest}</p>\n')
    picture = '<figure class="lead"><img src="/images/1.jpg" alt="" loading="lazy"/></figure>'
    return f'<div class="body">{picture}{"".join(paragraphs)}</div>'


def _item(text: Text, at: int, bodies: bool) -> str:
    when = format_datetime(_NEWEST - timedelta(hours=at))
    body = f"<content:encoded><![CDATA[{_html(text)}]]></content:encoded>" if bodies else ""
    return (
        f"<item><title>{escape(text.title)}</title><link>https://sample.example/{at}</link>"
        f'<guid isPermaLink="false">sample-{at}</guid><pubDate>{when}</pubDate>'
        f"<dc:creator>Sample</dc:creator><description>{escape(text.text[:200])}</description>{body}</item>\n"
    )


def _atom_entry(text: Text, at: int) -> str:
    when = (_NEWEST - timedelta(hours=at)).isoformat()
    return (
        f'<entry><title>{escape(text.title)}</title><link href="https://sample.example/{at}"/>'
        f"<id>https://sample.example/{at}</id><updated>{when}</updated><author><name>Sample</name></author>"
        f'<content type="html">{escape(_html(text))}</content></entry>\n'
    )

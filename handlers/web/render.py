"""Everything the web chat shows, as escaped HTML: pure functions from typed spans to fragments.

Text is escaped unless it is already `Html`, which only this module makes; addresses become links
only when they are http(s). So a headline can neither open a tag nor forge a link.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any
from urllib.parse import urlsplit

from bot.model import AlertKind, Language
from handlers.text.message import Button, Card, Line, Message, Span, Style, VersionLink

#: Characters that say nothing and can mislead: controls, direction overrides, byte-order marks.
_UNSEEN: dict[int, None] = dict.fromkeys(
    code
    for first, last in (
        *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0x061C, 0x061C)),
        *((0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069), (0xFEFF, 0xFEFF)),
    )
    for code in range(first, last + 1)
)

#: The longest address that is worth a link.
LONGEST_URL = 2_048


class Html(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """`text` for the inside of an element or of a quoted attribute."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(text.translate(_UNSEEN), quote=True))


def fill(template: str, /, **values: str) -> Html:
    """`template` with each `$name` replaced, escaped by default."""
    return Html(Template(template).substitute({name: escaped(value) for name, value in values.items()}))


def joined(parts: Iterable[Html], by: str = "") -> Html:
    """Fragments one after the other."""
    return Html(by.join(parts))


def version_of(fragment: Html) -> str:
    """A short name for exactly this fragment, by which a browser is known to have it."""
    return hashlib.blake2s(fragment.encode(), digest_size=8).hexdigest()


# --- words and links ----------------------------------------------------------------------------


def is_link(url: str | None) -> bool:
    """Whether this may become a link."""
    if not url or len(url) > LONGEST_URL or url != url.translate(_UNSEEN) or any(c.isspace() for c in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _lang(lang: Language) -> Html:
    """The attribute that tells a screen reader how to pronounce what follows."""
    if lang in {Language.OTHER, Language.UND}:
        return Html("")
    return fill(' lang="$lang"', lang=lang.value)


def _link(url: str | None, label: Html, attributes: str = "") -> Html:
    if url is None or not is_link(url):
        return label
    return fill(
        '<a href="$url" rel="noopener noreferrer" target="_blank"$attributes>$label</a>',
        url=url,
        label=label,
        attributes=Html(attributes),
    )


_TAGS = {
    Style.PLAIN: "$text",
    Style.BOLD: "<strong>$text</strong>",
    Style.ITALIC: "<em>$text</em>",
    Style.CODE: "<code>$text</code>",
}


def _span(span: Span) -> Html:
    return _link(span.url, fill(_TAGS[span.style], text=span.text))


def _paragraphs(lines: Sequence[Line]) -> Html:
    """Lines that follow each other share a paragraph; an empty line ends it."""
    groups: list[list[Html]] = [[]]
    for line in lines:
        if any(span.text for span in line):
            groups[-1].append(joined(_span(span) for span in line))
        elif groups[-1]:
            groups.append([])
    return joined(fill("<p>$lines</p>", lines=joined(group, "<br>")) for group in groups if group)


def plain(message: Message) -> str:
    """The words of a message in one line, for where there is no room for more."""
    return " ".join("".join(span.text for span in line) for line in message.lines if line)


def _rows(rows: Sequence[Sequence[Button]], story: str = "") -> Html:
    """Buttons are a form, so that they work without a script too: pressing one says its command."""
    hidden = fill('<input type="hidden" name="story" value="$story">', story=story) if story else Html("")
    return joined(
        fill(
            '<form class="row" method="post" action="/say">$hidden$buttons</form>', hidden=hidden, buttons=row
        )
        for row in (joined(_button(button) for button in row) for row in rows)
        if row
    )


def _button(button: Button) -> Html:
    if button.command is None:
        return _link(button.url, escaped(button.label), ' class="button"')
    return fill('<button name="text" value="$say">$label</button>', say=button.command, label=button.label)


# --- cards --------------------------------------------------------------------------------------


def card(card: Card, item: str = "") -> Html:
    """One report. `item` is its id in the inbox; empty for a card inside an answer."""
    return fill(
        '<article class="card"$name>$state<h2$lang dir="auto">$title</h2><p class="meta">$meta</p>$topics'
        "$summary$note$versions$more$rows</article>",
        name=fill(' id="card-$item"', item=item) if item else Html(""),
        state=fill('<p class="state">$state</p>', state=card.state) if card.state else Html(""),
        lang=_lang(card.title_lang),
        title=_link(card.url, escaped(card.title)),
        meta=_meta(card),
        topics=fill('<p class="topics">$topics</p>', topics=" · ".join(card.topics))
        if card.topics
        else Html(""),
        summary=_summary(card),
        note=fill('<p class="note">$note</p>', note=card.note) if card.note else Html(""),
        versions=_versions(card.versions, "versions"),
        more=_versions(card.more, "more"),
        rows=_rows(_without_links(card.rows), card.story),
    )


def card_requests(shown: Card, kind: AlertKind) -> list[dict[str, Any]]:
    """What an open page is sent for a report; the inbox adds the card's id. An edit looks the same."""
    return [{"method": "card", "params": {"html": str(card(shown))}}]


def _without_links(rows: Sequence[Sequence[Button]]) -> list[list[Button]]:
    """The pills above lead to the versions already; a second pair of links would only be in the way."""
    return [[button for button in row if button.url is None] for row in rows]


def _meta(card: Card) -> Html:
    parts = [fill('<span class="source">$source</span>', source=card.source)]
    if card.countries:
        parts.append(fill("<span>$countries</span>", countries=", ".join(card.countries)))
    if card.kind:
        parts.append(fill("<span>$kind</span>", kind=card.kind))
    parts.append(fill('<time datetime="$iso">$time</time>', iso=card.published, time=card.time))
    return joined(parts, '<span class="dot"> · </span>')


def _summary(card: Card) -> Html:
    if not card.summary:
        return Html("")
    text = " ".join(card.summary)
    return fill('<p class="summary"$lang dir="auto">$text</p>', lang=_lang(card.title_lang), text=text)


def _versions(links: Sequence[VersionLink], name: str) -> Html:
    items = joined(_version(link) for link in links)
    return fill('<ul class="$name">$items</ul>', name=name, items=items) if items else Html("")


def _version(link: VersionLink) -> Html:
    pill = fill('<span class="pill">$label</span>', label=link.label)
    outlet = fill('<span class="outlet">$outlet</span>', outlet=link.outlet)
    note = fill(' <span class="quiet">$note</span>', note=link.note) if link.note else Html("")
    hreflang = fill(' hreflang="$lang"', lang=link.lang.value) if _lang(link.lang) else Html("")
    return fill("<li>$link$note</li>", link=_link(link.url, joined([pill, outlet], " "), hreflang), note=note)


# --- the conversation ---------------------------------------------------------------------------


def answer(message: Message, *, also: Html = Html("")) -> Html:  # noqa: B008 - an immutable string
    """What was answered: lines, cards, buttons."""
    return fill(
        '<div class="answer">$lines$cards$rows$also</div>',
        lines=_paragraphs(message.lines),
        cards=joined(card(one) for one in message.cards),
        rows=_rows(message.rows),
        also=also,
    )


def said(text: str) -> Html:
    """What the person typed or pressed."""
    return fill('<p class="you" dir="auto">$text</p>', text=text)


# --- pages --------------------------------------------------------------------------------------

Strings = Mapping[str, str]


@cache
def asset(name: str) -> str:
    """The text of a file beside this module."""
    return (files("handlers.web.assets") / name).read_text(encoding="utf-8")


@cache
def asset_address(name: str) -> str:
    """Where the page finds a file; changes with its content, so that it may be kept for good."""
    return f"/{name}?v={hashlib.blake2s(asset(name).encode(), digest_size=6).hexdigest()}"


def page(*, lang: Language, strings: Strings, timeline: Html, token: str, sign_out: bool) -> Html:
    """The whole chat. `token` says which cards it shows, see `handlers.web.live`."""
    leave = fill(
        '<form method="post" action="/sign-out"><button class="quiet">$label</button></form>',
        label=strings["sign_out"],
    )
    return _document(
        "chat.html",
        lang=lang,
        strings=strings,
        timeline=timeline,
        token=token,
        sign_out=leave if sign_out else Html(""),
        words=json.dumps(
            dict(strings), ensure_ascii=False
        ),  # the script says some, and exchanges all with /lang
    )


def sign_in_page(*, lang: Language, strings: Strings, problem: str = "") -> Html:
    """The door: asks for the code that `xeberdar web-login` prints."""
    told = (
        fill('<p class="problem" id="problem" role="alert">$problem</p>', problem=problem)
        if problem
        else Html("")
    )
    return _document("sign-in.html", lang=lang, strings=strings, problem=told)


def _document(name: str, *, lang: Language, strings: Strings, **values: str) -> Html:
    words = {f"t_{key}": word for key, word in strings.items()}
    addresses = {"style": asset_address("style.css"), "script": asset_address("chat.js")}
    return fill(asset(name), lang=lang.value, icon=asset_address("icon.svg"), **addresses, **words, **values)

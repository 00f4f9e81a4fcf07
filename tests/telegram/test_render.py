"""Rendering: whatever a feed says, Telegram takes it and makes no link of it."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.telegram.render import (
    TelegramText,
    card_message,
    neutral,
    plain_card,
    reply_messages,
)
from handlers.text.card import card
from handlers.text.graphemes import is_boundary
from handlers.text.hygiene import clean
from handlers.text.message import Button, Message, Span, Style, VersionLink
from tests.platforms.bot_api import checked_text
from tests.telegram.conftest import sample_alert

NASTY = st.sampled_from(
    [
        "<b>",
        "](",
        "@everyone",
        "/start",
        "#tag",
        "t.me/x",
        "evil.example",
        "👩‍👩‍👧",
        "e\u0301",
        "שלום",
        "🇦🇿",
        "\u202e",
    ]
)
TEXT = st.lists(st.one_of(st.text(max_size=30), NASTY), max_size=40).map(" ".join)
URL = st.sampled_from(
    ["https://example.org/a", "javascript:alert(1)", "http://", "https://example.org/ b", ""]
)
SPANS = st.builds(Span, TEXT, st.sampled_from(Style), st.one_of(st.none(), URL))
LINES = st.lists(st.lists(SPANS, max_size=6).map(tuple), max_size=80).map(tuple)


def accepted(message: TelegramText) -> None:
    markup = message.keyboard.to_dict() if message.keyboard else None
    checked_text(message.text, [entity.to_dict() for entity in message.entities], markup)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, st.lists(TEXT, max_size=5), URL)
def test_any_card_is_accepted(title: str, source: str, summary: list[str], url: str) -> None:
    """Shaped or plain, one message holds it."""
    base = card(sample_alert())
    links = tuple(replace(link, url=url) for link in base.versions * 12)
    hostile = replace(base, title=title, source=source, summary=tuple(summary), url=url, more=links)
    accepted(card_message(hostile))
    accepted(plain_card(hostile))


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_any_answer_is_accepted(lines: tuple[tuple[Span, ...], ...]) -> None:
    """However long: every piece is taken, and their words are the answer's words."""
    pieces = reply_messages(Message(lines=lines))
    for piece in pieces:
        accepted(piece)
    wanted = "".join(clean(span.text) for line in lines for span in line)
    assert _bare(wanted) == _bare("".join(piece.text for piece in pieces))


def _bare(text: str) -> str:
    """Without what may be added (joiners) or left out at edges (spaces)."""
    return "".join(text.replace("\u2060", "").split())


def test_a_long_story_is_split_at_paragraphs() -> None:
    """9,000 characters in paragraphs: nothing is lost, no paragraph is cut."""
    lines = tuple((Span(f"{number} " + "söz " * 24),) for number in range(90))
    pieces = reply_messages(Message(lines=lines, rows=((Button(label="Next", command="/list"),),)))
    assert 3 == len(pieces)
    assert [str(n) for n in range(90)] == [p.split()[0] for one in pieces for p in one.text.split("\n")]
    assert [False, False, True] == [piece.keyboard is not None for piece in pieces]


def test_a_hundred_links_and_more() -> None:
    """No message has more than a hundred entities, and no link is lost."""
    line = tuple(Span(f"a{n} ", url=f"https://example.org/{n}") for n in range(250))
    pieces = reply_messages(Message(lines=(line,)))
    for piece in pieces:
        accepted(piece)
    assert [f"https://example.org/{n}" for n in range(250)] == [
        entity.url for piece in pieces for entity in piece.entities
    ]


def test_a_long_summary_ends_at_a_sentence() -> None:
    """A card holds whole sentences; the links stay."""
    base = replace(card(sample_alert()), summary=tuple("Cümlə " * 100 + f"{n}." for n in range(15)))
    shown = card_message(base)
    accepted(shown)
    assert 3000 < len(shown.text) <= 4096
    assert re.search(r"\d\.\n", shown.text)
    assert "https://news.example.org/1" in [entity.url for entity in shown.entities]


def test_nothing_links_by_itself() -> None:
    """Mentions, commands, hashtags, hosts and numbers keep their look and lose their pull."""
    text = "@everyone /start #tag $USD t.me/x https://evil.example/a +994 50 123 45 67"
    calm = neutral(text)
    assert text == calm.replace("\u2060", "")
    assert None is re.search(r"[@#$]\w|/\w|\w\.\w|://|\d[ ]?\d[ ]?\d[ ]?\d", calm)


def test_code_is_left_alone() -> None:
    """What the person is to type can be copied as it is."""
    (piece,) = reply_messages(Message(lines=((Span("/unsubscribe 2", Style.CODE),),)))
    assert ("/unsubscribe 2", "code", 0, 14) == (
        piece.text,
        piece.entities[0].type,
        piece.entities[0].offset,
        piece.entities[0].length,
    )


def test_bold_after_astral_letters() -> None:
    """Places are in UTF-16 units."""
    (piece,) = reply_messages(Message(lines=((Span("🕊 "), Span("sülh", Style.BOLD)),)))
    assert (3, 4) == (piece.entities[0].offset, piece.entities[0].length)


def test_letters_stay_whole() -> None:
    """No edge inside a flag, a family, a letter with its mark."""
    for text in ("🇦🇿", "👩‍👩‍👧", "e\u0301", "👍🏽", "각"):
        assert [] == [at for at in range(1, len(text)) if is_boundary(text, at)]
    assert is_boundary("🇦🇿🇬🇧", 2)


def test_a_link_that_is_none_is_words() -> None:
    """Only http(s) becomes a link."""
    base = card(sample_alert())
    bad = VersionLink(label="EN", lang=base.title_lang, url="javascript:alert(1)", outlet="X", note="")
    shown = card_message(replace(base, url="tg://resolve", versions=(bad,), rows=()))
    assert ["bold"] == [entity.type for entity in shown.entities]

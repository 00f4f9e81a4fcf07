"""Block Kit: within every limit, and nothing that Slack could read as its own markup."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.model import AlertKind, Language
from handlers.slack.render import (
    card_message,
    card_requests,
    plain_card,
    reply_messages,
    typed_here,
)
from handlers.text.card import card as card_of
from handlers.text.graphemes import is_boundary
from handlers.text.hygiene import clean
from handlers.text.message import Button, Card, Message, Span, Style, VersionLink
from tests.platforms.slack_api import check_message
from tests.slack.conftest import sample_alert

HOSTILE = st.sampled_from(
    [
        "<!channel>",
        "<@U0BOT>",
        "&lt;",
        "<https://evil.example|bank>",
        "\u202eabc",
        "שלום",
        "👩‍👩‍👧‍👦",
        "🇦🇿",
        "é" * 9,
        "@here",
        "\x00",
        "*b*",
    ]
)
WORDS = st.lists(st.one_of(HOSTILE, st.text(max_size=60)), max_size=30).map(" ".join)
URL = st.one_of(
    st.just("https://news.example.org/1"),
    st.just("javascript:alert(1)"),
    st.just("https://news.example.org/" + "a" * 2900),
    st.just("https://news.example.org/" + "b" * 3900),
    st.text(max_size=20),
)
LINK = st.builds(VersionLink, label=WORDS, lang=st.just(Language.AZ), url=URL, outlet=WORDS, note=WORDS)
BUTTON = st.one_of(
    st.builds(Button, label=WORDS, command=st.text(max_size=60)), st.builds(Button, label=WORDS, url=URL)
)
ROWS = st.lists(st.lists(BUTTON, max_size=30).map(tuple), max_size=4).map(tuple)
CARDS = st.builds(
    Card,
    story=st.just("s1"),
    title=WORDS,
    title_lang=st.just(Language.AZ),
    url=st.one_of(st.none(), URL),
    state=WORDS,
    source=WORDS,
    countries=st.lists(WORDS, max_size=3).map(tuple),
    topics=st.lists(WORDS, max_size=3).map(tuple),
    kind=WORDS,
    time=WORDS,
    published=st.just(""),
    summary=st.lists(WORDS, max_size=6).map(tuple),
    note=WORDS,
    versions=st.lists(LINK, max_size=10).map(tuple),
    more=st.lists(LINK, max_size=30).map(tuple),
    rows=ROWS,
)
SPANS = st.builds(Span, text=WORDS, style=st.sampled_from(Style), url=st.one_of(st.none(), URL))
MESSAGES = st.builds(
    Message,
    lines=st.lists(st.lists(SPANS, max_size=5).map(tuple), max_size=40).map(tuple),
    cards=st.lists(CARDS, max_size=2).map(tuple),
    rows=ROWS,
)


def sample_card(title: str = "Sample: torture reported", summary: tuple[str, ...] = ("Sample.",)) -> Card:
    return card_of(sample_alert(title, summary))


def all_text(blocks: Any) -> str:
    return json.dumps(blocks, ensure_ascii=False)


@settings(max_examples=150, deadline=None)
@given(CARDS)
def test_every_card_is_within_every_limit(card: Card) -> None:
    """Whatever a feed does, Slack's own checks pass, and the plain form is short and harmless."""
    message = card_message(card)
    check_message({"text": message.text, "blocks": list(message.blocks)})
    plain = plain_card(card)
    check_message({"text": plain.text})
    assert "<" not in plain.text.replace("&lt;", "") + message.text.replace("&lt;", "")
    assert len(plain.text) < 40_000


@settings(max_examples=100, deadline=None)
@given(MESSAGES)
@example(Message(lines=((Span("x" * 9000),),)))
def test_every_answer_is_within_every_limit(message: Message) -> None:
    """However long an answer is, it is cut into messages that Slack takes."""
    for text in reply_messages(message):
        check_message({"text": text.text, "blocks": list(text.blocks)})


def test_a_headline_cannot_mention_or_link() -> None:
    """Markup from a feed stands only where Slack reads none, or is escaped."""
    message = card_message(sample_card("Sample <!channel> <@U1> <https://evil.example|bank> & *b*"))
    assert message.blocks[0]["text"]["type"] == "plain_text"
    assert "<!channel>" in message.blocks[0]["text"]["text"]
    assert message.text.startswith("Sample &lt;!channel&gt;")
    assert '"mrkdwn"' not in all_text(message.blocks)


def test_a_long_story_loses_the_end_of_its_summary_only() -> None:
    """Nine thousand characters: headline, links and buttons stay, the summary ends at a sentence."""
    sentences = tuple(f"Sample sentence number {n} about a hearing in Baku." for n in range(190))
    card = replace(sample_card(), summary=sentences)
    blocks = card_message(card).blocks
    (section,) = [block for block in blocks if block["type"] == "section"]
    assert section["text"]["text"].endswith("Baku.")
    assert 2500 < len(section["text"]["text"]) <= 3000
    assert ["header", "context", "section"] == [block["type"] for block in blocks[:3]]
    assert "actions" == blocks[-1]["type"]
    assert "https://news.example.org/1" in all_text(blocks)


@given(
    st.lists(st.sampled_from(["👩‍👩‍👧", "🇦🇿", "e\u0301", "ə", "한", "a "]), min_size=100, max_size=200).map(
        "".join
    )
)
@settings(max_examples=50, deadline=None)
def test_a_cut_tears_no_letter(title: str) -> None:
    """Where a label is cut, what is left is a beginning that ends between visible letters."""
    button = Button(label=title, command="/why s1")
    (message,) = reply_messages(Message(lines=(), rows=((button,),)))
    label = message.blocks[0]["elements"][0]["text"]["text"]
    whole = clean(title)
    kept = label.removesuffix("…")
    assert whole.startswith(kept)
    assert is_boundary(whole, len(kept))


def test_commands_are_shown_as_slack_wants_them_typed() -> None:
    """Other slash commands never reach us; addresses and words with slashes stay as they are."""
    assert "/xeberdar subscribe torture" == typed_here("/subscribe torture")
    assert "see /xeberdar list, /xeberdar help." == typed_here("see /list, /help.")
    assert "https://a.example/list and/or /invite @x" == typed_here(
        "https://a.example/list and/or /invite @x"
    )


@pytest.mark.parametrize(
    ("kind", "method", "keys"),
    [
        (
            AlertKind.NEW,
            "chat.postMessage",
            {"text", "blocks", "mrkdwn", "unfurl_links", "unfurl_media", "parse", "link_names"},
        ),
        (AlertKind.EDIT, "chat.update", {"text", "blocks", "parse", "link_names"}),
        (AlertKind.CORRECTION, "chat.update", {"text", "blocks", "parse", "link_names"}),
    ],
)
def test_requests_are_those_that_are_sent(kind: AlertKind, method: str, keys: set[str]) -> None:
    """Everything but the channel and the message to change."""
    (request,) = card_requests(sample_card(), kind)
    assert method == request["method"]
    assert keys == set(request["params"])
    assert json.loads(json.dumps(request)) == request

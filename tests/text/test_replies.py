"""Every reply has words in both languages, and its buttons fit every platform."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.desk import replies as desk
from bot.desk.replies import Answer, Reply
from bot.desk.requests import Verb
from bot.errors import BadFilter, FilterMistake
from bot.model import Language, Settings, Subscription
from handlers.text.message import Message, Span, Style
from handlers.text.replies import message
from tests.text.samples import MATCH, NOW, REPLIES, SOURCE, STORY, TWO

LANGUAGES = (Language.AZ, Language.EN)


def said(reply: Reply, lang: Language = Language.EN) -> Message:
    return message(Answer(reply=reply, settings=Settings(interface=lang)), NOW)


def text(shown: Message) -> str:
    return "\n".join("".join(span.text for span in line) for line in shown.lines)


def test_every_reply_type_has_a_sample() -> None:
    """A reply that is new in the desk fails here until it has words and a sample."""
    assert {type(reply) for reply in REPLIES} == set(get_args(Reply))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reply_is_said(lang: Language) -> None:
    """Each has a line, an unbroken first one, no shouting and no unfilled placeholder."""
    for reply in REPLIES:
        shown = said(reply, lang)
        words = text(shown)
        assert shown.lines
        assert words.strip()
        assert "!" not in words
        assert "{" not in words


def test_the_languages_differ() -> None:
    """No reply is left in English for Azerbaijani readers."""
    same = [type(one).__name__ for one in REPLIES if text(said(one, Language.AZ)) == text(said(one))]
    assert same == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_buttons_fit(lang: Language) -> None:
    """A button has a label and exactly one effect, and its command fits callback data."""
    for reply in REPLIES:
        for row in said(reply, lang).rows:
            for button in row:
                assert 0 < len(button.label) <= 40
                assert (button.command is None) != (button.url is None)
                assert len((button.command or "").encode()) <= 60


def test_a_long_query_has_no_button() -> None:
    """Nobody presses half a filter."""
    removed = Subscription(number=1, query="işgəncə " * 20)
    shown = said(desk.Unsubscribed(removed=(removed,), left=0))
    assert [button.command for row in shown.rows for button in row] == ["/list"]


def test_a_refused_filter_says_what_where_and_what_works() -> None:
    """The mistake, the token with its place, and a button with the mended filter."""
    problem = BadFilter(FilterMistake.UNKNOWN_COUNTRY, at=8, token="country:XY", suggestion="country:AZ")
    shown = said(desk.FilterRefused(verb=Verb.SUBSCRIBE, typed="torture country:XY", problem=problem))
    assert text(shown) == (
        "There is no such country: country:XY\n"
        "In torture country:XY, character 9: country:XY\n"
        "Did you mean country:AZ?\n"
        "This works: /subscribe torture country:AZ"
    )
    assert shown.rows[0][0].command == "/subscribe torture country:AZ"


def test_why_shows_the_words_in_context() -> None:
    """The word that matched is bold, with thirty characters on either side."""
    verdict = desk.Verdict(subscription=TWO, article=STORY.articles[0], decision=MATCH)
    shown = said(desk.Why(story=STORY, told=True, verdicts=(verdict,)))
    line = next(line for line in shown.lines if any(span == Span("beaten", Style.BOLD) for span in line))
    assert "".join(span.text for span in line) == (
        "– beaten, in the text: …rd yesterday that the man was beaten in custody and denied a lawye…"
    )
    assert "country:AZ: Azerbaijan" in text(shown)


@pytest.mark.parametrize(("lang", "ago"), [(Language.AZ, "12 dəqiqə əvvəl"), (Language.EN, "12 minutes ago")])
def test_sources_tell_when_they_were_read(lang: Language, ago: str) -> None:
    """With a clock the moment is relative."""
    assert ago in text(said(desk.SourcesListed(sources=(SOURCE,), moderator=False), lang))


def test_long_lists_are_bounded() -> None:
    """The rest is a number."""
    many = tuple(Subscription(number=n, query=f"word{n}") for n in range(1, 33))
    listed = desk.ChooseSubscription(verb=Verb.UNSUBSCRIBE, subscriptions=many)
    assert text(said(listed)).endswith("and 12 more")

"""Every reply has words in both languages, and its buttons fit every platform."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from bot.desk import replies as desk
from bot.desk.replies import Answer, Reply
from bot.desk.requests import Verb
from bot.errors import BadFilter, FilterMistake
from bot.filters.grammar import MOST_CHARACTERS, MOST_DEPTH, MOST_TERMS
from bot.model import Evidence, Language, Match, Miss, MissReason, Settings, Story, Subscription
from handlers.text.message import Message, Span, Style
from handlers.text.replies import message
from handlers.text.replies.subscriptions import MISTAKES
from tests.text.samples import MATCH, NOW, REPLIES, SOURCE, STORY, TWO

LANGUAGES = (Language.AZ, Language.EN)


def said(reply: Reply, lang: Language = Language.EN) -> Message:
    return message(Answer(reply=reply, settings=Settings(interface=lang)), NOW)


def labels(shown: Message) -> list[str]:
    return [button.label for row in shown.rows for button in row]


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


def test_a_refused_filter_says_what_where_and_what_was_meant() -> None:
    """The mistake, its place in bold, and one thing to do: a button with the mended filter."""
    problem = BadFilter(FilterMistake.UNKNOWN_COUNTRY, at=16, token="Gerogia", suggestion="GE")
    typed = "torture country:Gerogia lang:en"
    shown = said(desk.FilterRefused(verb=Verb.SUBSCRIBE, typed=typed, problem=problem))
    assert text(shown) == (
        "There is no such country: Gerogia\n"
        "In the filter: torture country:Gerogia lang:en\n"
        "Did you mean country:GE?"
    )
    assert Span("Gerogia", Style.BOLD) in shown.lines[1]
    assert shown.rows[0][0].command == "/subscribe torture country:GE lang:en"


def test_a_refused_filter_without_a_guess_has_an_example() -> None:
    """Nothing is guessed, nothing is said twice, and the example can be typed."""
    problem = BadFilter(FilterMistake.PREFIX_TOO_SHORT, at=0, token="mə*", example="məhb*")
    shown = said(desk.FilterRefused(verb=Verb.FILTER, typed="mə*", problem=problem))
    assert text(shown) == (
        "The beginning of a word needs at least three letters: mə*\nFor example: /filter test məhb*"
    )
    assert [button.command for row in shown.rows for button in row] == ["/help subscribe"]


def test_the_limits_that_are_told_are_the_limits() -> None:
    """The sentences name the figures of the grammar."""
    too_long, too_many = (MISTAKES[FilterMistake.TOO_LONG], MISTAKES[FilterMistake.TOO_MANY_TERMS])
    assert [str(MOST_CHARACTERS)] == re.findall(r"\d+", too_long)
    assert [str(MOST_TERMS), str(MOST_DEPTH)] == re.findall(r"\d+", too_many)


def test_a_source_is_told_by_its_name() -> None:
    """Why a filter for a source or an outlet's country matched: not the key, not the code."""
    why = (
        Evidence(term="source:sample", found=STORY.articles[0].source, field="source"),
        Evidence(term="from:AZ", found="AZ", field="source"),
    )
    verdict = desk.Verdict(subscription=TWO, article=STORY.articles[0], decision=Match(why=why))
    shown = text(said(desk.Why(story=STORY, stage=desk.Stage.TOLD, verdicts=(verdict,))))
    assert f"– source:sample: {STORY.articles[0].outlet}" in shown
    assert "– from:AZ: Azerbaijan" in shown


def test_a_report_whose_filter_is_gone_says_so() -> None:
    """It came, and no filter wants it now: that is explained, not left as a contradiction."""
    miss = Miss(reason=MissReason.WORDS, term="torture")
    verdict = desk.Verdict(subscription=TWO, article=STORY.articles[0], decision=miss)
    for verdicts in ((), (verdict,)):
        shown = text(said(desk.Why(story=STORY, stage=desk.Stage.TOLD, verdicts=verdicts)))
        assert shown.endswith("The filter that found it has been changed or stopped since.")


def test_why_tells_the_title_in_the_reader_s_language() -> None:
    """The same words as on the card."""
    first = STORY.articles[0]
    titles = {
        lang: replace(first, id=lang.value, lang=lang, title=f"Title {lang.value}") for lang in LANGUAGES
    }
    story = Story(id="s", articles=tuple(titles.values()))
    for lang in LANGUAGES:
        shown = text(said(desk.Why(story=story, stage=desk.Stage.TOLD, verdicts=()), lang))
        assert f"Title {lang.value}" == shown.splitlines()[1]


def test_each_of_several_stopped_filters_can_be_followed_again() -> None:
    """The button of one says so; those of several say which."""
    one, two = (Subscription(number=n, query=f"word{n}") for n in (1, 2))
    for removed, labels in (
        ((one,), ["Follow again"]),
        ((one, two), ["Follow again: word1", "Follow again: word2"]),
    ):
        shown = said(desk.Unsubscribed(removed=removed, left=0))
        assert [*labels, "My filters"] == [button.label for row in shown.rows for button in row]


def test_why_shows_the_words_in_context() -> None:
    """The word that matched is bold, with thirty characters on either side."""
    verdict = desk.Verdict(subscription=TWO, article=STORY.articles[0], decision=MATCH)
    shown = said(desk.Why(story=STORY, stage=desk.Stage.TOLD, verdicts=(verdict,)))
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


def test_why_shows_the_words_that_a_label_was_read_from() -> None:
    """A country or a topic is no word of the report; what it was read from is."""
    why = (
        Evidence(term="country:az", found="AZ", field="country"),
        Evidence(term="rights:yes", found="yes", field="rights"),
    )
    words = Evidence(term="country:AZ", found="Baku court", field="text", at=3)
    verdict = desk.Verdict(
        subscription=TWO, article=STORY.articles[0], decision=Match(why=why), read_from=(words,)
    )
    shown = text(said(desk.Why(story=STORY, stage=desk.Stage.TOLD, verdicts=(verdict,))))
    assert "– country:az: Azerbaijan, read from “Baku court”" in shown
    assert "– rights:yes: human-rights news" in shown.splitlines()


@pytest.mark.parametrize(("query", "remarked"), [("rights:yes", True), ("torture rights:yes", False)])
def test_a_filter_that_leaves_nothing_out_is_said_to_be_so(query: str, remarked: bool) -> None:
    """All human-rights news is a wish like any other; who has it should know."""
    reply = desk.Subscribed(subscription=Subscription(number=1, query=query), already=False, follows=False)

    assert remarked == ("Almost every report matches" in text(said(reply)))

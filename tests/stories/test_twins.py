"""The same article under another address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.links import link_key
from bot.model import Article, Language
from bot.stories.link import link
from bot.stories.links import claims
from bot.stories.twins import plain_address

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TITLE = "Nümunə fəalın vəsatəti rədd edilib"
TEXT = "Fəalın vəkili bildirib ki, məhkəmə qətimkan tədbirinin dəyişdirilməsi barədə vəsatəti rədd edib."


def article(name: str, url: str, *, title: str = TITLE, text: str = TEXT) -> Article:
    return Article(
        id=name,
        source="s",
        outlet="S",
        url=url,
        title=title,
        text=text,
        lang=Language.AZ,
        published=NOW,
        seen=NOW,
    )


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("https://m.example.az/news/1", "example.az/news/1"),
        ("https://mobile.example.az/news/1", "example.az/news/1"),
        ("https://amp.example.az/news/1", "example.az/news/1"),
        ("https://example.az/news/1/amp/", "example.az/news/1"),
        ("https://example.az/news/1/amp.html", "example.az/news/1"),
        ("https://example.az/az/amp/news/1", "example.az/az/news/1"),
        ("https://example.az/news/1?amp=1", "example.az/news/1"),
        ("https://example.az/news?amp&id=7", "example.az/news?id=7"),
        ("https://example.az/news/1", None),
        ("https://m.az/news/1", None),
        ("https://example.az/camp/1", None),
        ("https://example.az/amp", None),
        ("https://media.example.az/news/1", None),
    ],
)
def test_a_mobile_or_amp_page_leads_to_the_page_proper(typed: str, plain: str | None) -> None:
    """By host, path or parameter; names that merely begin or end so are left alone."""
    key = link_key(typed)
    assert key is not None
    assert plain == plain_address(key)


def test_twins_are_one_story() -> None:
    """Whichever comes first."""
    page, mobile = article("1", "https://example.az/n/1"), article("2", "https://m.example.az/n/1", text="")

    for batch in ([page, mobile], [mobile, page]):
        [story] = link(batch)
        assert ("mobile or AMP page example.az/n/1",) == story.links[0].why
    assert set(claims(page, None)) & set(claims(mobile, None))


def test_a_text_sent_again_under_another_address_is_one_story() -> None:
    """Re-dated, with other quotation marks, spaces and capitals."""
    title = TITLE.replace("i", "İ").upper()
    copy = article("2", "https://example.az/n/2", title=f"“{title}”", text=TEXT.replace(" ", "  "))
    again = replace(copy, published=NOW + timedelta(days=30))

    [story] = link([article("1", "https://www.example.az/n/1"), again])

    assert ("same headline and text",) == story.links[0].why


def test_one_notice_under_two_headlines_is_two_reports() -> None:
    """What happened is said by the headlines; the short text below stands under many."""
    first = article("1", "https://example.az/n/1")
    other = article("2", "https://example.az/n/2", title="Nümunə fəal azad edilib")

    assert 2 == len(link([first, other]))
    assert not set(claims(first, None)) & set(claims(other, None))


@pytest.mark.parametrize(
    "other",
    [
        article("2", "https://example.az/n/2", text=TEXT + " Vəkil bundan şikayət verəcək."),
        article("2", "https://other.example/n/2"),
    ],
)
def test_the_same_words_are_joined_by_what_they_tell(other: Article) -> None:
    """Lengthened, or in another outlet: no address says that it is one report, its words do."""
    first = article("1", "https://example.az/n/1")

    (story,) = link([first, other])

    assert 1.0 > story.links[0].score
    assert not set(claims(first, None)) & set(claims(other, None))


def test_what_comes_every_day_is_not_one_story() -> None:
    """A short headline, or hardly a text, says too little to be the same."""
    short = [article(str(n), f"https://example.az/n/{n}", title="Hava necə") for n in range(2)]
    bare = [article(str(n), f"https://example.az/n/{n}", text="Ardı saytda.") for n in range(2)]

    assert 2 == len(link(short))
    assert 2 == len(link(bare))

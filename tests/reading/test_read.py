"""Entry -> Article."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Article, Entry, Kind, Language, Page, Source, Topic
from bot.reading import read, read_text

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOURCE = Source(key="sample", title="Sample Outlet", url="https://sample.example/rss", country="GB")
TEXT = (
    "Bakı Apellyasiya Məhkəməsi jurnalist Aytac Səlimlinin şikayətini təmin etməyib. Hakim iş üzrə qərarı "
    "martın 2-də elan edib. Vəkil Rəna Qurbanlı müəkkilinin həbsxanada işgəncəyə məruz qaldığını iddia edir."
)


def entry(title: str = "Jurnalist həbsdə qalır", text: str = TEXT, **more: object) -> Entry:
    values: dict[str, object] = {
        "source": "sample", "id": "e1", "link": "https://sample.example/1", "guid": None, "title": title,
        "text": text, "published": NOW - timedelta(hours=1), **more,
    }  # fmt: skip
    return Entry(**values)  # type: ignore[arg-type]


def told(page: Page | None = None, **more: object) -> Article:
    return read(entry(**more), page, SOURCE, NOW)  # type: ignore[arg-type]


def test_an_entry_becomes_an_article() -> None:
    """Language, country, topics and summary are told; identity and outlet are carried over."""
    article = told()
    assert ("e1", "sample", "Sample Outlet") == (article.id, article.source, article.outlet)
    assert Language.AZ is article.lang
    assert ("AZ",) == article.countries
    assert article.human_rights
    assert {Topic.MEDIA_FREEDOM, Topic.TORTURE_ILL_TREATMENT} <= set(article.topics)
    assert Kind.NEWS is article.kind
    assert article.summary
    assert all(sentence in article.text for sentence in article.summary)


def test_the_seat_of_the_outlet_is_no_evidence() -> None:
    """An outlet in London does not make a text about nobody a text about Britain."""
    article = told(title="Yeni qanun nə deyir", text="")
    assert () == article.countries
    assert () == article.mentions


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, NOW),
        (NOW + timedelta(days=2), NOW),
        (NOW - timedelta(days=2), NOW - timedelta(days=2)),
        (datetime(2026, 3, 1, 8, 0), datetime(2026, 3, 1, 8, 0, tzinfo=UTC)),  # noqa: DTZ001 - a feed's
    ],
)
def test_a_missing_or_future_date_becomes_the_time_of_first_sight(
    given: datetime | None, expected: datetime
) -> None:
    """An outlet's date is believed unless it is missing or lies ahead."""
    assert expected == told(published=given).published
    assert NOW == told(published=given).seen


def test_the_fuller_text_is_read() -> None:
    """A page that says more about the same thing replaces the feed's teaser."""
    page = Page(url="https://sample.example/1", text=TEXT + "\n" + "Proses aprelin 5-də davam edəcək. " * 4)
    assert (
        page.text == told(page, text="Bakı Apellyasiya Məhkəməsi jurnalistin şikayətini təmin etməyib.").text
    )


def test_a_page_about_something_else_is_ignored() -> None:
    """A login or a cookie notice does not replace the feed's text, however long it is."""
    notice = "We value your privacy. Please sign in to continue using our services and accept cookies. " * 20
    assert TEXT == told(Page(url="https://sample.example/1", text=notice)).text


def test_language_versions_come_from_feed_and_page_once() -> None:
    """The same address named twice is one alternate."""
    pair = ("en", "https://sample.example/en/1")
    page = Page(url="https://sample.example/1", alternates=(pair, ("az", "https://sample.example/1")))
    assert (pair, ("az", "https://sample.example/1")) == told(page, alternates=(pair,)).alternates


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", ""),
        ("\x00\x07", "\ud800"),
        ("?", "“" * 5_000),
        ("x", "söz " * 1_250_000),
        ("ジャーナリスト", "逮捕された"),
    ],
)
def test_bad_input_gives_a_reading_back(title: str, text: str) -> None:
    """Nothing at all, megabytes, other scripts and open quotes are read without an error."""
    reading = read_text(title, text)
    assert () == reading.countries
    assert not reading.human_rights


def test_a_source_of_rights_news_is_taken_at_its_word() -> None:
    """Everything from a source marked `rights` is human-rights news."""
    source = Source(key="sample", title="Sample", url="https://sample.example/rss", rights=True)
    assert read(entry(title="Yeni qanun nə deyir", text=""), None, source, NOW).human_rights


def test_every_label_shows_the_words_that_caused_it() -> None:
    """The reasons name their place: the words stand there in the field."""
    title = "Bakıda jurnalist saxlanılıb"
    reading = read_text(title, TEXT)
    labels = {reason.label for reason in reading.why}
    assert {"country:AZ", "topic:media_freedom"} <= labels
    for reason in reading.why:
        field = title if reason.field == "title" else TEXT
        assert field.startswith(reason.found.split(" … ")[0], reason.at)


def test_reasons_are_given_for_the_labels_that_were_given() -> None:
    """What was found and did not suffice is no reason, and no reason is told twice."""
    reading = read_text(
        "Bakıda jurnalist saxlanılıb", "Nəsimi rayon məhkəməsi jurnalisti həbs edib. Ombudsman susur."
    )
    topics = {f"topic:{topic.value}" for topic in reading.topics}
    told = [reason.label for reason in reading.why if reason.label.startswith("topic:")]
    assert topics == set(told)
    assert len(reading.why) == len({(reason.label, reason.found) for reason in reading.why})


def test_old_cyrillic_is_read_like_latin() -> None:
    """The alphabet of 1958-1991 hides neither country nor topic."""
    reading = read_text("Азәрбајҹанда журналист һәбс олунуб", "")
    assert (Language.AZ, ("AZ",), (Topic.MEDIA_FREEDOM,)) == (reading.lang, reading.countries, reading.topics)

"""One report in several languages, by what its publisher says."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import Article, Language, Origin, Source
from bot.stories.link import link
from bot.stories.links import claims, key_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def article(
    name: str,
    url: str,
    *alternates: tuple[str, str],
    canonical: str | None = None,
    lang: Language = Language.AZ,
) -> Article:
    return Article(
        id=name,
        source="s",
        outlet="S",
        url=url,
        title=name,
        text="",
        lang=lang,
        published=NOW,
        seen=NOW,
        alternates=alternates,
        canonical=canonical,
    )


def test_hreflang_joins_two_versions() -> None:
    """The Azerbaijani page names the English one: one story, in the batch's order, and the reason."""
    az = article("az", "https://x.example/az/1", ("en", "https://x.example/en/1"))
    other = article("other", "https://x.example/az/2")
    en = article("en", "https://www.x.example/en/1/", lang=Language.EN)

    first, second = link([az, other, en])

    assert (("az", "en"), ("other",)) == (first.articles, second.articles)
    assert [("az", "en", 1.0, ("hreflang en x.example/en/1",))] == [
        (one.a, one.b, one.score, one.why) for one in first.links
    ]


def test_no_outlet_claims_anothers_report() -> None:
    """Alternates and canonicals on another site are ignored."""
    thief = article(
        "t", "https://y.example/1", ("en", "https://x.example/1"), canonical="https://x.example/1"
    )
    owner = article("o", "https://x.example/1", lang=Language.EN)

    assert [("t",), ("o",)] == [story.articles for story in link([thief, owner])]
    assert not set(claims(thief, None)) & set(claims(owner, None))


def test_front_pages_join_nothing() -> None:
    """A site that gives its front page as every article's translation does not become one story."""
    one = article(
        "1", "https://x.example/az/1", ("en", "https://x.example/en/"), ("x-default", "https://x.example/q")
    )
    two = article(
        "2", "https://x.example/az/2", ("en", "https://x.example/en/"), ("x-default", "https://x.example/q")
    )

    assert 2 == len(link([one, two]))
    assert not set(claims(one, None)) & set(claims(two, None))
    assert key_of("https://x.example/en/") is None


def test_a_section_page_claimed_by_many_joins_nothing() -> None:
    """Two Azerbaijani reports that call the same page their English version are still two."""
    one = article("1", "https://x.example/az/1", ("en", "https://x.example/en/news"))
    two = article("2", "https://x.example/az/2", ("en", "https://x.example/en/news"))

    assert [("1",), ("2",)] == [story.articles for story in link([one, two])]


def test_every_id_comes_once_and_links_are_transitive() -> None:
    """A repeated id counts once; a chain of versions is one story."""
    a = article("a", "https://x.example/1", ("en", "https://x.example/2"))
    b = article("b", "https://x.example/2", lang=Language.EN)
    c = article("c", "https://x.example/3", canonical="https://x.example/2", lang=Language.RU)

    assert [("c", "a", "b")] == [story.articles for story in link([c, a, b, a])]


def test_a_moderators_feed_speaks_for_its_own_site() -> None:
    """Its entries may link elsewhere, but what they say about that site's versions is not believed."""
    entry = article("e", "https://x.example/1", ("en", "https://x.example/2"))
    feed = Source(key="f", title="F", url="https://y.example/feed", origin=Origin.MODERATOR)

    assert (key_of("https://x.example/1"),) == claims(entry, feed)
    assert 2 == len(claims(entry, None))

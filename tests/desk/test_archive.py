"""`/latest`, `/search`, `/case` on the real archive."""

from __future__ import annotations

import pytest

from bot.desk.archive import split_page
from bot.desk.replies import (
    Audience,
    CaseShown,
    ChooseCase,
    FilterRefused,
    Found,
    LatestShown,
    Missing,
    Subscribed,
)
from bot.desk.requests import Verb
from bot.model import Language, Story
from tests.desk.conftest import GROUP, World


def titles(stories: tuple[Story, ...]) -> list[str]:
    return [story.articles[0].title for story in stories]


async def shown(world: World, name: str) -> CaseShown:
    reply = await world.ask(f"/case {name}")
    assert isinstance(reply, CaseShown)
    return reply


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("torture page:2", ("torture", 2)),
        ("torture səhifə:3", ("torture", 3)),
        ("torture sehife:3", ("torture", 3)),
        ("torture page:0", ("torture", 1)),
        ("torture page:99", ("torture", 20)),
        ("page:2 torture", ("page:2 torture", 1)),
        ("page:2", ("", 2)),
        ("torture", ("torture", 1)),
    ],
)
def test_a_page_stands_at_the_end(typed: str, expected: tuple[str, int]) -> None:
    """Elsewhere it belongs to the filter, which refuses it."""
    assert expected == split_page(typed)


async def test_the_latest_are_those_that_the_chat_follows(world: World) -> None:
    """All human-rights news where it follows nothing; newest first, five unless a number is said."""
    for n in range(7):
        await world.publishes(f"Torture report {n}")
    await world.publishes("Election watched")
    await world.publishes("Football match", rights=False)

    everything = await world.ask("/latest")
    assert isinstance(everything, LatestShown)
    assert (False, 5) == (everything.followed, len(everything.stories))
    assert ["Election watched", "Torture report 6"] == titles(everything.stories)[:2]

    await world.ask("/subscribe torture")
    followed = await world.ask("/son 30")
    assert isinstance(followed, LatestShown)
    assert followed.followed
    assert [f"Torture report {n}" for n in range(6, -1, -1)] == titles(followed.stories)


async def test_what_is_muted_is_not_among_the_latest(world: World) -> None:
    """As it would not come."""
    await world.publishes("Torture report")
    article = await world.publishes("Election watched")
    story = await world.store.archive.of_article(article.id)
    assert story is not None
    await world.ask(f"/mute story:{story.id}")
    reply = await world.ask("/latest")
    assert isinstance(reply, LatestShown)
    assert ["Torture report"] == titles(reply.stories)


async def test_two_versions_of_one_report_are_one(world: World) -> None:
    """They have one line, with both links."""
    az = "https://monitor.example/az/jurnaliste-isgence"
    await world.publishes("Journalist tortured", alternates=[("az", az)])
    await world.publishes("Jurnaliste isgence", lang=Language.AZ)

    reply = await world.ask("/latest")
    assert isinstance(reply, LatestShown)
    assert [2] == [len(story.articles) for story in reply.stories]


async def test_search_has_pages(world: World) -> None:
    """Five on each; what was found and looked at is counted."""
    for n in range(7):
        await world.publishes(f"Torture report {n}")
    await world.publishes("Election watched")

    first, second = await world.ask("/search torture"), await world.ask("/axtar torture page:2")
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert (7, 8, True) == (first.matched, first.looked_at, first.more)
    assert [f"Torture report {n}" for n in range(6, 1, -1)] == titles(first.stories)
    assert (["Torture report 1", "Torture report 0"], 6, False) == (
        titles(second.stories),
        second.first,
        second.more,
    )


async def test_search_reads_filters_as_subscribe_does(world: World) -> None:
    """Human-rights news by rule, all news when it says so, and the same mistakes."""
    await world.publishes("Football match", rights=False)

    none, one = await world.ask("/search football"), await world.ask("/search football rights:any")
    assert isinstance(none, Found)
    assert isinstance(one, Found)
    assert (0, 1) == (none.matched, one.matched)
    wrong = await world.ask("/search country:Atlantis")
    assert isinstance(wrong, FilterRefused)
    assert Verb.SEARCH is wrong.verb
    assert Missing(verb=Verb.SEARCH) == await world.ask("/search")


@pytest.mark.parametrize("typed", ["Anar Məmmədli", "anar mammadli", "Məmmədli Anar", "Анар Мамедли"])
async def test_a_case_has_every_spelling_of_the_name(world: World, typed: str) -> None:
    """Also inflected, also in the text; others with one of the names are not meant."""
    await world.publishes("Anar Məmmədlinin məhkəməsi", lang=Language.AZ)
    await world.publishes("Court hears appeal", text="The lawyer of Anar Mammadli's family spoke.")
    await world.publishes("Anar Aliyev fined")
    await world.publishes("Kamran Mammadli released")

    reply = await shown(world, typed)
    assert ["Court hears appeal", "Anar Məmmədlinin məhkəməsi"] == titles(reply.stories)
    assert (2, 4) == (reply.total, reply.looked_at)
    assert {"Anar Məmmədli", "Anar Mammadli"} == set(reply.spellings)


async def test_the_filter_of_a_case_finds_what_the_case_shows(world: World) -> None:
    """Following it is one press, and the case then says that it is followed."""
    await world.publishes("Anar Məmmədlinin məhkəməsi", lang=Language.AZ)
    await world.publishes("Court hears Anar Mammadli")

    reply = await shown(world, "Anar Mammadli")
    assert reply.follow is not None
    assert not reply.followed
    found = await world.ask(f"/search {reply.follow}")
    assert isinstance(found, Found)
    assert 2 == found.matched
    assert isinstance(await world.ask(f"/subscribe {reply.follow}"), Subscribed)
    assert (await shown(world, "Anar Mammadli")).followed


async def test_a_name_that_nobody_bears_can_be_followed(world: World) -> None:
    """In Azerbaijani and in English spelling."""
    await world.publishes("Election watched")

    reply = await shown(world, "Çingiz Qurbanov")
    assert (0, 1) == (reply.total, reply.looked_at)
    assert '("chingiz gurbanov" OR "çingiz qurbanov") rights:any' == reply.follow


async def test_a_single_name_asks_who_is_meant(world: World) -> None:
    """Where several people bear it; one person needs no question, in whatever spelling."""
    await world.publishes("Court hears Anar Mammadli")
    await world.publishes("Anar Məmmədli azadlığa çıxıb", lang=Language.AZ)
    assert 2 == (await shown(world, "Anar")).total

    await world.publishes("Police detain Anar Aliyev")
    asked = await world.ask("/case Anar")
    assert isinstance(asked, ChooseCase)
    assert {"Aliyev", "Mammadli"} == {
        full.split()[1].replace("Məmmədli", "Mammadli") for full in asked.people
    }


async def test_a_case_without_a_name_is_incomplete(world: World) -> None:
    """Nothing to look for is said to be so."""
    for typed in ("/case", "/case 2024", "/is page:2"):
        assert Missing(verb=Verb.CASE) == await world.ask(typed)


@pytest.mark.parametrize("typed", ["/latest", "/search torture", "/case Anar Mammadli"])
async def test_what_somebody_looks_for_is_not_shown_to_a_group(world: World, typed: str) -> None:
    """And everybody may ask, for nothing is changed."""
    answer = await world.answer(typed, GROUP, may_change=False)
    assert Audience.PERSONAL is answer.audience

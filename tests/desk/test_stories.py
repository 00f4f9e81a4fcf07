"""`/story`: what was linked, and how moderators put it right."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.replies import (
    Barrier,
    Missing,
    NotAllowed,
    StoriesJoined,
    StoryMistake,
    StoryRefused,
    StoryShown,
    StorySplit,
)
from bot.desk.requests import Verb
from bot.model import Language
from bot.store.protocols import Kinship
from tests.desk.conftest import World

EN = "https://monitor.example/en/journalist-orkhan-gadirli-detained"
AZ = "https://monitor.example/az/jurnalist-orxan-qədirli-saxlanılıb"


@pytest.fixture
async def desk(world: World) -> World:
    """Asked by a moderator, with one report in two languages and one beside it."""
    await world.store.people.invite("CODE", world.clock.now(), timedelta(hours=1))
    await world.ask("/moderator CODE")
    await world.publishes("Journalist Orkhan Gadirli detained", alternates=[("az", AZ)])
    await world.publishes("Jurnalist Orxan Qədirli saxlanılıb", lang=Language.AZ)
    await world.publishes("Lawyer disbarred")
    return world


async def stories(world: World) -> list[list[str]]:
    """The titles of every story, oldest first."""
    found = {}
    async for article in world.store.archive.newest(100):
        story = await world.store.archive.of_article(article.id)
        assert story is not None
        found[story.id] = [one.title for one in story.articles]
    return [found[key] for key in sorted(found, key=int)]


async def test_a_report_is_shown_with_what_holds_it_together(desk: World) -> None:
    """Both articles, and that the publisher says so."""
    shown = await desk.ask(f"/story show {EN}")

    assert isinstance(shown, StoryShown)
    assert 2 == len(shown.story.articles)
    assert [(1, 2, None)] == [(one.a, one.b, one.percent) for one in shown.ties]


async def test_what_is_split_stays_split(desk: World) -> None:
    """Also when the outlet publishes a third text that claims both."""
    split = await desk.ask(f"/story split {AZ}")
    await desk.publishes("Third text", alternates=[("az", AZ), ("en", EN)])

    assert isinstance(split, StorySplit)
    assert "Jurnalist Orxan Qədirli saxlanılıb" == split.article.title
    assert ["Journalist Orkhan Gadirli detained"] == [one.title for one in split.others]
    both = {"Journalist Orkhan Gadirli detained", "Jurnalist Orxan Qədirli saxlanılıb"}
    assert not any(both <= set(titles) for titles in await stories(desk))


async def test_a_split_is_undone_by_a_join(desk: World) -> None:
    """The answer to the split says how."""
    await desk.ask(f"/story split {AZ}")
    joined = await desk.ask(f"/story join {EN} {AZ}")

    assert isinstance(joined, StoriesJoined)
    assert 2 == len(joined.story.articles)
    assert 2 == len(await stories(desk))


async def test_what_linking_would_join_stays_split_too(desk: World) -> None:
    """Kinship found later joins the half that it can, and not both."""
    await desk.ask(f"/story split {AZ}")
    shown = await desk.ask(f"/story show {EN}")
    other = await desk.ask(f"/story show {AZ}")
    assert isinstance(shown, StoryShown)
    assert isinstance(other, StoryShown)
    third = await desk.publishes("Another outlet's text")
    kindred = [shown.story.articles[0].id, other.story.articles[0].id]
    await desk.store.archive.publish(
        replace(third, id="late"),
        entry_id="late",
        claims=[],
        filters=[],
        tell=False,
        now=desk.clock.now(),
        kinship=Kinship(packed=b"print", keys=("k",), kindred=kindred),
    )

    both = {"Journalist Orkhan Gadirli detained", "Jurnalist Orxan Qədirli saxlanılıb"}
    assert not any(both <= set(titles) for titles in await stories(desk))


async def test_those_who_were_told_are_told_again_and_nobody_else(desk: World) -> None:
    """A split and a join each hand out one correction, with no filter that could tell a new chat."""
    await desk.ask(f"/story split {AZ}")
    await desk.ask(f"/story join {EN} {AZ}")
    fanouts = await desk.store.outbox.take_fanouts("looking", 10, timedelta())

    assert [(), ()] == [fanout.filters for fanout in fanouts]


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ("/story show https://monitor.example/en/nothing", StoryMistake.NOT_FOUND),
        ("/story split https://monitor.example/en/lawyer-disbarred", StoryMistake.ALONE),
        (f"/story join {EN} {AZ}", StoryMistake.ONE_ALREADY),
        (f"/story join {EN} https://monitor.example/en/nothing", StoryMistake.NOT_FOUND),
        (f"/story merge {EN}", StoryMistake.UNKNOWN_ACTION),
    ],
)
async def test_what_cannot_be_done_says_why(typed: str, mistake: StoryMistake, desk: World) -> None:
    """An address that is not known, a report that is alone, two that are one, an unknown word."""
    refused = await desk.ask(typed)

    assert isinstance(refused, StoryRefused)
    assert mistake is refused.mistake


@pytest.mark.parametrize("typed", ["/story", "/story show", f"/story split {EN} {AZ}", f"/story join {EN}"])
async def test_what_is_missing_is_asked_for(typed: str, desk: World) -> None:
    """Too few addresses, or too many."""
    assert Missing(verb=Verb.STORY) == await desk.ask(typed)


async def test_only_moderators_may(world: World) -> None:
    """Everybody else is told so."""
    assert NotAllowed(verb=Verb.STORY, barrier=Barrier.NEEDS_MODERATOR) == await world.ask("/story show x")

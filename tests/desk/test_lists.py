"""`/source export` and `/source import`: lists of feeds in and out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.replies import (
    Barrier,
    NotAllowed,
    SourceAdded,
    SourceMistake,
    SourceRefused,
    SourcesExported,
    SourcesImported,
)
from bot.desk.requests import Verb
from bot.errors import FeedError, FeedTrouble
from bot.feeds.opml import outlines
from tests.desk.conftest import World

LIST = """<opml version="2.0"><body>
<outline text="One" xmlUrl="https://one.example/feed"/>
<outline text="Two" xmlUrl="https://one.example/other" language="az"/>
<outline text="Down" xmlUrl="https://down.example/feed"/>
<outline text="Odd" xmlUrl="javascript:alert(1)"/>
</body></opml>"""


@pytest.fixture
async def desk(world: World) -> World:
    """Asked by a moderator; two of the list's feeds work, one does not."""
    await world.store.people.invite("CODE", world.clock.now(), timedelta(hours=1))
    await world.ask("/moderator CODE")
    world.feeds.has("https://one.example/feed", "A", "B")
    world.feeds.has("https://one.example/other", "C")
    world.feeds.answers["https://down.example/feed"] = FeedError(FeedTrouble.UNREACHABLE, "no such host")
    return world


async def test_a_pasted_list_is_taken_as_far_as_it_works(desk: World) -> None:
    """Each feed is asked; short names of one host differ; what fails is named with its reason."""
    first = await desk.ask(f"/source import {LIST}")
    again = await desk.ask(f"/source import\n{LIST}")

    assert isinstance(first, SourcesImported)
    assert (
        SourceAdded(key="one", title="One", entries=2),
        SourceAdded(key="one-2", title="Two", entries=1),
    ) == first.added
    assert [("https://down.example/feed", FeedTrouble.UNREACHABLE), ("javascript:alert(1)", None)] == [
        (one.typed, one.trouble) for one in first.refused
    ]
    assert isinstance(again, SourcesImported)
    assert ((), 2) == (again.added, again.known)


async def test_a_list_at_an_address_is_fetched(desk: World) -> None:
    """The document comes from the open internet, like a feed."""
    desk.feeds.documents["https://lists.example/l.opml"] = LIST.encode()

    reply = await desk.ask("/source import https://lists.example/l.opml")

    assert isinstance(reply, SourcesImported)
    assert ["one", "one-2"] == [one.key for one in reply.added]


async def test_what_is_exported_can_be_imported(desk: World) -> None:
    """The document holds every source with its address."""
    await desk.ask(f"/source import {LIST}")

    reply = await desk.ask("/source export")

    assert isinstance(reply, SourcesExported)
    assert 2 == reply.count
    assert ["https://one.example/feed", "https://one.example/other"] == [
        one.url for one in outlines(reply.document.encode())
    ]


@pytest.mark.parametrize(
    ("typed", "mistake", "trouble"),
    [
        ("<opml><body/></opml>", SourceMistake.BAD_LIST, FeedTrouble.EMPTY),
        ("<rss/>", SourceMistake.BAD_LIST, FeedTrouble.NOT_A_FEED),
        ("<!DOCTYPE a><opml/>", SourceMistake.BAD_LIST, FeedTrouble.BOMB),
        ("file:///etc/passwd", SourceMistake.BAD_ADDRESS, None),
    ],
)
async def test_what_is_no_list_is_refused(
    desk: World, typed: str, mistake: SourceMistake, trouble: FeedTrouble | None
) -> None:
    """The reason is said, and nothing is added."""
    reply = await desk.ask(f"/source import {typed}")

    assert isinstance(reply, SourceRefused)
    assert (mistake, trouble) == (reply.mistake, reply.trouble)
    assert [] == await desk.store.sources.all()


async def test_only_moderators_may(world: World) -> None:
    """The addresses of feeds are not for everybody."""
    for text in ("/source export", f"/source import {LIST}"):
        assert NotAllowed(verb=Verb.SOURCE, barrier=Barrier.NEEDS_MODERATOR) == await world.ask(text)

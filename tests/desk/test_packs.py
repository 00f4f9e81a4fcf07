"""Packs: what moderators share with every chat, and what chats see of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.replies import (
    Barrier,
    FilterRefused,
    Missing,
    NotAllowed,
    PackCompared,
    PackLine,
    PackMistake,
    PackRefused,
    PackRemoved,
    PacksListed,
    Subscribed,
    Why,
)
from bot.desk.requests import Verb
from bot.errors import FilterMistake
from bot.model import Match
from tests.desk.conftest import World


@pytest.fixture
async def desk(world: World) -> World:
    """Asked by a moderator, with one report about a journalist and one about a lawyer in the archive."""
    await world.store.people.invite("CODE", world.clock.now(), timedelta(hours=1))
    await world.ask("/moderator CODE")
    await world.publishes("Journalist arrested in Baku")
    await world.publishes("Lawyer arrested in Ganja")
    return world


async def test_a_pack_is_tried_saved_shown_and_removed(desk: World) -> None:
    """Trying changes nothing; each answer has the figures."""
    tried = await desk.ask("/pack test press journalist OR blogger")
    nothing = await desk.ask("/pack list")
    saved = await desk.ask("/pack set press journalist OR blogger")
    shown = await desk.ask("/pack show press")

    assert isinstance(tried, PackCompared)
    assert (False, None, 1, 2, 1, 0) == (
        tried.saved,
        tried.before,
        tried.matched,
        tried.looked_at,
        tried.difference.gained,
        tried.difference.lost,
    )
    assert PacksListed(packs=()) == nothing
    assert isinstance(saved, PackCompared)
    assert saved.saved
    line = PackLine(name="press", query="blogger OR journalist", included=0)
    assert PacksListed(packs=(line,)) == shown
    assert PackRemoved(name="press", query="blogger OR journalist") == await desk.ask("/pack remove press")
    assert PacksListed(packs=()) == await desk.ask("/pack list")


async def test_a_change_reaches_the_filters_that_include_it(desk: World) -> None:
    """A chat follows the pack; after the change its filter finds what the pack finds now."""
    await desk.ask("/pack set press journalist")
    followed = await desk.ask("/subscribe pack:press country:AZ")
    changed = await desk.ask("/pack set press lawyer")
    reason = await desk.ask("/why")

    assert isinstance(followed, Subscribed)
    assert isinstance(changed, PackCompared)
    assert (1, 1, 1, "journalist") == (
        changed.included,
        changed.difference.gained,
        changed.difference.lost,
        changed.before,
    )
    assert ["Lawyer arrested in Ganja"] == [one.title for one in changed.difference.newest_gained]
    assert not isinstance(reason, Why) or not isinstance(reason.verdicts[0].decision, Match)


async def test_what_others_include_is_not_removed(desk: World) -> None:
    """By a filter, or by another pack; how many is said, and not whose they are."""
    await desk.ask("/pack set press journalist")
    await desk.ask("/pack set critics pack:press OR lawyer")
    await desk.ask("/subscribe pack:critics")

    assert PackRefused(mistake=PackMistake.INCLUDED, typed="press", included=2) == await desk.ask(
        "/pack remove press"
    )
    assert PackRefused(mistake=PackMistake.INCLUDED, typed="critics", included=1) == await desk.ask(
        "/pack remove critics"
    )


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ("/pack set critics pack:critics", FilterMistake.PACK_CYCLE),
        ("/pack set press pack:critics", FilterMistake.PACK_CYCLE),
        ("/pack set other country:XY", FilterMistake.UNKNOWN_COUNTRY),
        ("/pack set other rights:any torture", FilterMistake.RIGHTS_IN_PACK),
        ("/subscribe pack:pres", FilterMistake.UNKNOWN_PACK),
    ],
)
async def test_a_pack_that_cannot_be_is_refused(desk: World, typed: str, mistake: FilterMistake) -> None:
    """One that includes itself, on whatever way, or that no filter could be; nothing is saved."""
    await desk.ask("/pack set press journalist")
    await desk.ask("/pack set critics pack:press OR lawyer")
    before = await desk.store.packs.all()

    reply = await desk.ask(typed)

    assert isinstance(reply, FilterRefused)
    assert mistake is reply.problem.mistake
    assert before == await desk.store.packs.all()


async def test_wrong_orders_are_answered(desk: World) -> None:
    """A name that is none, an action that is none, a pack that is not there, and nothing at all."""
    await desk.ask("/pack set press journalist")

    assert PackRefused(mistake=PackMistake.BAD_NAME, typed="a_b") == await desk.ask("/pack set a_b torture")
    assert PackRefused(mistake=PackMistake.UNKNOWN_ACTION, typed="drop") == await desk.ask("/pack drop press")
    unknown = PackRefused(mistake=PackMistake.UNKNOWN_PACK, typed="pres", nearest="press")
    assert unknown == await desk.ask("/pack remove pres")
    assert Missing(verb=Verb.PACK) == await desk.ask("/pack set press")


async def test_packs_are_for_moderators(world: World) -> None:
    """Others include them, and do not see what everybody includes."""
    assert NotAllowed(verb=Verb.PACK, barrier=Barrier.NEEDS_MODERATOR) == await world.ask("/pack list")

"""The emergency brake in chat."""

from __future__ import annotations

from datetime import timedelta

from bot.desk.replies import FreezeShown, NotAllowed, Reply
from bot.model import Platform
from tests.desk.conftest import World


def frozen(reply: Reply) -> FreezeShown:
    assert isinstance(reply, FreezeShown)
    return reply


async def _moderator(world: World) -> None:
    people, now = world.store.people, world.clock.now()
    person = people.person_key(Platform.TELEGRAM, "1001")
    await people.invite("code", now, timedelta(days=1))
    assert await people.redeem("code", person, now)


async def test_only_moderators_pull_it(world: World) -> None:
    """Nobody else, in any chat."""
    assert isinstance(await world.ask("/freeze"), NotAllowed)
    assert isinstance(await world.ask("/unfreeze discard"), NotAllowed)
    assert None is (await world.store.outbox.frozen()).since


async def test_everything_stops_and_goes_on(world: World) -> None:
    """What came meanwhile is shown before anybody decides."""
    await _moderator(world)
    await world.ask("/subscribe torture")
    first = frozen(await world.ask("/freeze"))
    again = frozen(await world.ask("/freeze"))
    await world.publishes("Torture case in Baku", tell=True)

    shown = frozen(await world.ask("/unfreeze"))
    still = (await world.store.outbox.frozen()).since
    gone = frozen(await world.ask("/unfreeze send"))

    assert (True, False) == (first.changed, again.changed)
    assert first.since == again.since == still
    assert ["Torture case in Baku"] == [article.title for article in shown.newest]
    assert (None, True, False) == (gone.since, gone.changed, gone.discarded)
    assert None is (await world.store.outbox.frozen()).discarded


async def test_what_waited_is_discarded_on_demand(world: World) -> None:
    """Said in the answer."""
    await _moderator(world)
    await world.ask("/freeze")

    reply = frozen(await world.ask("/unfreeze discard"))

    assert reply.discarded
    assert None is not (await world.store.outbox.frozen()).discarded
    assert not frozen(await world.ask("/unfreeze discard")).changed

"""When a chat is told: digests, quiet hours, pauses and the time zone, as people type them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.replies import Listed, MyData, NotAllowed, Reply, Stage, Subscribed, Timing, Why
from bot.desk.requests import Verb
from bot.model import DigestTime, Hold, Quiet
from bot.store.protocols import Delivery
from tests.desk.conftest import ANNA, GROUP, World


def timing(reply: Reply) -> Timing:
    assert isinstance(reply, Timing)
    return reply


@pytest.mark.parametrize(
    ("typed", "digest"),
    [
        ("/digest daily 08:00", DigestTime(minute=480)),
        ("/digest daily 8", DigestTime(minute=480)),
        ("/icmal gündəlik 20.15", DigestTime(minute=1215)),
        ("/icmal hər gün 7", DigestTime(minute=420)),
        ("/digest weekly mon 08:00", DigestTime(minute=480, weekday=0)),
        ("/icmal həftəlik çərşənbə axşamı 09:30", DigestTime(minute=570, weekday=1)),
        ("/digest weekly Sunday 0:05", DigestTime(minute=5, weekday=6)),
    ],
)
async def test_a_digest_is_set_as_people_type_it(world: World, typed: str, digest: DigestTime) -> None:
    """In both languages, with or without minutes."""
    assert digest == timing(await world.ask(typed)).settings.digest
    assert digest == timing(await world.ask("/digest")).settings.digest


@pytest.mark.parametrize(
    ("typed", "quiet"),
    [
        ("/quiet 22-07", Quiet(start=1320, end=420)),
        ("/sakit 22:30 – 7:15", Quiet(start=1350, end=435)),
        ("/quiet 13-15", Quiet(start=780, end=900)),
        ("/quiet 18-24", Quiet(start=1080, end=0)),
    ],
)
async def test_quiet_hours_are_set_as_people_type_them(world: World, typed: str, quiet: Quiet) -> None:
    """Over midnight too."""
    assert quiet == timing(await world.ask(typed)).settings.quiet


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("/pause 2h", timedelta(hours=2)),
        ("/pause 3d", timedelta(days=3)),
        ("/fasile 2 saat", timedelta(hours=2)),
        ("/fasile 1 həftə", timedelta(days=7)),
        ("/pause 90 min", timedelta(minutes=90)),
    ],
)
async def test_a_pause_is_set_as_people_type_it(world: World, typed: str, span: timedelta) -> None:
    """And `/resume` ends it."""
    reply = timing(await world.ask(typed))
    assert reply.paused
    assert reply.now + span == reply.settings.paused_until

    resumed = timing(await world.ask("/resume"))
    assert not resumed.paused


async def test_a_pause_without_an_end(world: World) -> None:
    """Until somebody resumes."""
    reply = timing(await world.ask("/pause all"))

    assert (True, True) == (reply.paused, reply.endless)


@pytest.mark.parametrize(
    "typed",
    [
        "/digest at noon",
        "/digest daily 25:00",
        "/digest daily 24",
        "/digest weekly 08:00",
        "/digest weekly someday 08:00",
        "/quiet 22",
        "/quiet 7-7",
        "/quiet 24-0",
        "/quiet urgent perhaps",
        "/pause 0h",
        "/pause 2 fortnights",
        "/pause 9999d",
        "/zone Mars/Olympus",
        "/zone ../../etc/passwd",
    ],
)
async def test_what_is_not_understood_changes_nothing(world: World, typed: str) -> None:
    """And is repeated to the person; nothing is held about a chat that only mistypes."""
    reply = timing(await world.ask(typed))

    assert typed.partition(" ")[2] == reply.mistake
    assert not reply.changed
    assert None is await world.store.chats.get(ANNA)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("/zone Europe/Brussels", "Europe/Brussels"),
        ("/zone bakı", "Asia/Baku"),
        ("/qursaq Brüssel", "Europe/Brussels"),
        ("/zone new york", "America/New_York"),
        ("/timezone europe/istanbul", "Europe/Istanbul"),
    ],
)
async def test_a_zone_is_named_by_its_city(world: World, typed: str, zone: str) -> None:
    """Nobody knows IANA's names by heart."""
    assert zone == timing(await world.ask(typed)).settings.zone


async def test_urgent_actions_may_pass_quiet_hours(world: World) -> None:
    """Said apart from the hours."""
    await world.ask("/quiet 22-07")

    assert timing(await world.ask("/quiet urgent on")).settings.urgent_at_once
    assert not timing(await world.ask("/sakit təcili yox")).settings.urgent_at_once


async def _held(world: World) -> str:
    """One report that is held back for the chat."""
    article = await world.publishes("Torture case in Baku", tell=True)
    outbox = world.store.outbox
    for fanout in await outbox.take_fanouts("fan", 10, timedelta()):
        while not await outbox.spread("fan", fanout, 100, world.clock.now()):
            pass
    (delivery,) = await outbox.take(ANNA.platform, "one", 10, timedelta())
    due = world.clock.now() + timedelta(hours=9)
    await outbox.withhold("one", delivery, due, Hold.DIGEST, world.clock.now())
    return article.url or ""


async def _rung(world: World) -> list[Delivery]:
    await world.store.outbox.wake(world.clock.now(), 10)
    return await world.store.outbox.take(ANNA.platform, "one", 10, timedelta())


async def test_what_waited_comes_when_the_digest_is_turned_off(world: World) -> None:
    """The answer says so, and the bell rings."""
    await world.ask("/subscribe torture")
    await world.ask("/digest daily 08:00")
    link = await _held(world)
    shown = timing(await world.ask("/digest"))
    explained = await world.ask(f"/why {link}")
    early = await _rung(world)

    off = timing(await world.ask("/digest off"))

    assert (1, False) == (shown.waiting, shown.due is None)
    assert isinstance(explained, Why)
    assert (Stage.HELD, Hold.DIGEST) == (explained.stage, explained.hold)
    assert [] == early
    assert (1, None) == (off.waiting, off.due)
    assert [""] == [bell.story for bell in await _rung(world)]


async def test_a_pause_moves_the_bell(world: World) -> None:
    """What waits for the digest waits for the end of the pause."""
    await world.ask("/subscribe torture")
    await world.ask("/digest daily 08:00")
    await _held(world)
    await world.ask("/pause 3d")
    await world.clock.forward(days=2)
    during = await _rung(world)
    await world.clock.forward(days=2)

    assert [] == during
    assert 1 == len(await _rung(world))


async def test_subscribing_promises_nothing_at_once_while_reports_are_held(world: World) -> None:
    """The newest report would only wait."""
    await world.publishes("Torture case in Baku")
    await world.ask("/digest daily 08:00")

    reply = await world.ask("/subscribe torture")

    assert isinstance(reply, Subscribed)
    assert not reply.follows


async def test_what_waits_and_when_is_among_what_is_held(world: World) -> None:
    """`/mydata` leaves nothing out."""
    await world.ask("/subscribe torture")
    await world.ask("/digest daily 08:00")
    await _held(world)

    data = await world.ask("/mydata")

    assert isinstance(data, MyData)
    assert (1, DigestTime(minute=480)) == (data.waiting, data.settings.digest)


@pytest.mark.parametrize("typed", ["/digest off", "/quiet off", "/pause all", "/resume", "/zone baku"])
async def test_only_admins_change_when_a_group_is_told(world: World, typed: str) -> None:
    """As with everything that changes a chat."""
    assert isinstance(await world.ask(typed, GROUP, may_change=False), NotAllowed)


async def test_every_verb_answers_when_typed_alone(world: World) -> None:
    """With how it is."""
    verbs = (Verb.DIGEST, Verb.QUIET, Verb.PAUSE, Verb.RESUME, Verb.ZONE)

    assert list(verbs) == [timing(await world.ask(f"/{verb.value}")).verb for verb in verbs]


async def test_the_list_says_when_the_chat_is_told(world: World) -> None:
    """So that nobody wonders why nothing comes; at once goes without saying."""
    await world.ask("/subscribe torture")
    plain = await world.ask("/list")
    await world.ask("/pause 2h")
    paused = await world.ask("/list")

    assert isinstance(plain, Listed)
    assert None is plain.timing
    assert isinstance(paused, Listed)
    assert paused.timing is not None
    assert paused.timing.paused

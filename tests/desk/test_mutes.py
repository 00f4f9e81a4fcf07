"""What a chat leaves out, whatever its filters find."""

from __future__ import annotations

from bot.desk.replies import (
    MuteChoices,
    MuteRefused,
    MutesShown,
    NotAllowed,
    NothingToExplain,
    Stage,
    Why,
)
from bot.model import Mute, Muted, Source
from tests.desk.conftest import GROUP, World


async def test_a_topic_is_muted_and_unmuted(world: World) -> None:
    """By its key, its name in either language, or the beginning of it."""
    for typed in ("topic:elections", "mövzu:seçkilər", "topic:elect"):
        muted = await world.ask(f"/mute {typed}")
        assert isinstance(muted, MutesShown)
        assert (Mute(what=Muted.TOPIC, value="elections"),) == muted.mutes
    shown = await world.ask("/mute")
    unmuted = await world.ask("/unmute topic:elections")

    assert isinstance(shown, MutesShown)
    assert 1 == len(shown.mutes)
    assert isinstance(unmuted, MutesShown)
    assert () == unmuted.mutes


async def test_a_report_shows_what_of_it_can_be_muted(world: World) -> None:
    """By its link; the buttons then mute one thing each."""
    article = await world.publishes("Torture case in Baku")

    choices = await world.ask(f"/mute {article.url}")

    assert isinstance(choices, MuteChoices)
    assert article.id == choices.story.articles[0].id
    muted = await world.ask(f"/mute story:{choices.story.id}")
    assert isinstance(muted, MutesShown)
    assert (Mute(what=Muted.STORY, value=choices.story.id),) == muted.mutes


async def test_why_says_that_a_report_was_muted(world: World) -> None:
    """Otherwise nobody would find out."""
    await world.ask("/subscribe torture")
    other = await world.publishes("Second torture case in Ganja")
    other_choices = await world.ask(f"/mute {other.url}")
    assert isinstance(other_choices, MuteChoices)
    await world.ask(f"/mute story:{other_choices.story.id}")

    reply = await world.ask(f"/why {other.url}")

    assert isinstance(reply, Why)
    assert Stage.MUTED is reply.stage


async def test_what_does_not_exist_is_not_muted(world: World) -> None:
    """With the nearest that does."""
    await world.store.sources.add(
        Source(key="turan", title="Turan", url="https://turan.example/feed"), world.clock.now()
    )

    source = await world.ask("/mute source:turam")
    topic = await world.ask("/mute topic:electoins")
    story = await world.ask("/mute story:999")
    nothing = await world.ask("/mute https://example.org/none")
    strange = await world.ask("/unmute everything")

    assert isinstance(source, MuteRefused)
    assert (Muted.SOURCE, "turan") == (source.what, source.nearest)
    assert isinstance(topic, MuteRefused)
    assert "elections" == topic.nearest
    assert isinstance(story, MuteRefused)
    assert isinstance(nothing, NothingToExplain)
    assert isinstance(strange, MuteRefused)


async def test_everything_is_unmuted_at_once(world: World) -> None:
    """One word for all."""
    await world.ask("/mute topic:elections")
    await world.ask("/mute topic:religion")

    reply = await world.ask("/unmute all")

    assert isinstance(reply, MutesShown)
    assert ((), True) == (reply.mutes, reply.unmuted_all)


async def test_only_admins_mute_in_a_group(world: World) -> None:
    """It changes what everybody there reads."""
    assert isinstance(await world.ask("/mute topic:elections", GROUP, may_change=False), NotAllowed)
    assert isinstance(await world.ask("/unmute all", GROUP, may_change=False), NotAllowed)

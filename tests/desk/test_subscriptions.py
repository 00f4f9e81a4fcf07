"""What a chat follows: subscribe, list, change, drop."""

from __future__ import annotations

from bot.desk.replies import (
    ChooseFilter,
    ChooseSubscription,
    FilterRefused,
    Listed,
    NoSuchNumber,
    NotAllowed,
    Subscribed,
    TooMany,
    Unsubscribed,
)
from bot.errors import FilterMistake
from bot.model import Platform, Source
from tests.desk.conftest import ANNA, GROUP, World


async def test_subscribing_stores_the_filter_and_shows_it_in_its_canonical_spelling(world: World) -> None:
    """What `/list` shows is what was understood."""
    reply = await world.ask("/subscribe torture country:az")

    assert isinstance(reply, Subscribed)
    assert 1 == reply.subscription.number
    assert "torture" in reply.subscription.query
    assert "country:AZ" in reply.subscription.query
    assert not reply.already
    listed = await world.ask("/list")
    assert isinstance(listed, Listed)
    assert (reply.subscription,) == listed.subscriptions


async def test_subscribing_twice_is_one_subscription(world: World) -> None:
    """People press the button again; equal filters spell equally."""
    await world.ask("/subscribe torture country:AZ")

    again = await world.ask("/subscribe   country:Azerbaijan torture")

    assert isinstance(again, Subscribed)
    listed = await world.ask("/list")
    assert isinstance(listed, Listed)
    queries = {subscription.query for subscription in listed.subscriptions}
    assert len(listed.subscriptions) == len(queries)
    repeat = await world.ask("/subscribe torture country:AZ")
    assert isinstance(repeat, Subscribed)
    assert repeat.already


async def test_the_newest_report_that_matches_is_put_into_the_outbox(world: World) -> None:
    """A subscriber sees at once that it works."""
    await world.publishes("Old torture case in Baku")
    await world.publishes("New torture case in Ganja")
    await world.publishes("Elections observed", countries=("GE",))

    reply = await world.ask("/subscribe torture country:AZ")

    assert isinstance(reply, Subscribed)
    assert reply.follows
    told = await world.store.outbox.told_stories(world.desk.key_of(ANNA))
    (story_id,) = told
    story = await world.store.archive.story(story_id)
    assert story is not None
    assert "New torture case in Ganja" == story.articles[0].title


async def test_a_report_is_offered_once_however_many_filters_match_it(world: World) -> None:
    """Two subscriptions, one report, one alert."""
    await world.publishes("Torture of a journalist in Baku")

    first = await world.ask("/subscribe torture")
    second = await world.ask("/subscribe journalist")

    assert isinstance(first, Subscribed)
    assert isinstance(second, Subscribed)
    assert (True, False) == (first.follows, second.follows)


async def test_without_an_argument_some_filters_are_offered_that_work(world: World) -> None:
    """Every suggestion can be pressed."""
    reply = await world.ask("/subscribe")

    assert isinstance(reply, ChooseFilter)
    for suggestion in reply.suggestions:
        assert isinstance(await world.ask(f"/subscribe {suggestion}"), Subscribed)


async def test_a_country_that_does_not_exist_is_refused_with_its_place(world: World) -> None:
    """Nothing is stored, and the reply can point at the mistake."""
    reply = await world.ask("/subscribe country:XY")

    assert isinstance(reply, FilterRefused)
    assert FilterMistake.UNKNOWN_COUNTRY is reply.problem.mistake
    assert "XY" in "country:XY"[reply.problem.at :]
    assert None is await world.store.chats.get(ANNA)


async def test_a_source_that_does_not_exist_is_refused_with_the_nearest(world: World) -> None:
    """Only the catalogue knows the sources."""
    await world.store.sources.sync(
        [Source(key="amnesty", title="Amnesty", url="https://a.example/feed")], world.clock.now()
    )

    reply = await world.ask("/subscribe source:amnsety")

    assert isinstance(reply, FilterRefused)
    assert FilterMistake.UNKNOWN_SOURCE is reply.problem.mistake
    assert "amnesty" in (reply.problem.suggestion or "")


async def test_a_chat_has_a_bounded_number_of_subscriptions(world: World) -> None:
    """The limit is told, the others stay."""
    for number in range(50):
        await world.ask(f"/subscribe topic{number}word")

    reply = await world.ask("/subscribe onemore")

    assert TooMany(limit=50) == reply


async def test_unsubscribing_by_number_by_several_and_by_all(world: World) -> None:
    """Numbers stay what `/list` showed, whatever was dropped before."""
    for word in ("torture", "elections", "journalist", "religion"):
        await world.ask(f"/subscribe {word}")

    one = await world.ask("/unsubscribe 2")
    two = await world.ask("/unsubscribe 1, 3")
    rest = await world.ask("/unsubscribe all")

    assert isinstance(one, Unsubscribed)
    assert isinstance(two, Unsubscribed)
    assert isinstance(rest, Unsubscribed)
    assert [2] == [subscription.number for subscription in one.removed]
    assert [1, 3] == [subscription.number for subscription in two.removed]
    assert [4] == [subscription.number for subscription in rest.removed]
    assert (3, 1, 0) == (one.left, two.left, rest.left)
    assert {} == await world.store.filters.all()


async def test_half_an_order_is_not_carried_out(world: World) -> None:
    """`/unsubscribe 1 9` with no 9 drops nothing and says so."""
    await world.ask("/subscribe torture")

    reply = await world.ask("/unsubscribe 1 9")

    assert isinstance(reply, NoSuchNumber)
    listed = await world.ask("/list")
    assert isinstance(listed, Listed)
    assert 1 == len(listed.subscriptions)


async def test_unsubscribing_without_an_argument_asks_which(world: World) -> None:
    """A menu instead of an error."""
    await world.ask("/subscribe torture")

    reply = await world.ask("/unsubscribe")

    assert isinstance(reply, ChooseSubscription)
    assert 1 == len(reply.subscriptions)


async def test_only_admins_change_a_group(world: World) -> None:
    """A member may look and may not touch."""
    reply = await world.ask("/subscribe torture", GROUP, may_change=False)

    assert isinstance(reply, NotAllowed)
    assert None is await world.store.chats.get(GROUP)
    assert isinstance(await world.ask("/list", GROUP, may_change=False), Listed)


async def test_a_repeated_update_has_its_effect_once(world: World) -> None:
    """The platform hands in an update again when we fell before confirming it."""
    first = await world.ask("/subscribe torture", update="77")
    again = await world.ask("/subscribe torture", update="77")

    assert isinstance(first, Subscribed)
    assert isinstance(again, Subscribed)
    assert await world.store.people.done(Platform.TELEGRAM, "77")
    await world.ask("/unsubscribe 1", update="78")
    repeated = await world.ask("/unsubscribe 1", update="78")
    assert Listed is type(repeated) or ChooseSubscription is type(repeated)

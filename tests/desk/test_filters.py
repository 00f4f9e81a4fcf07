"""Trying a filter on the past, saving what was shown, and calling filters by a name."""

from __future__ import annotations

from bot.desk.replies import (
    FilterChanged,
    FilterNamed,
    FilterRefused,
    FilterTested,
    Listed,
    MyData,
    NameMistake,
    NameRefused,
    NoSuchNumber,
    NothingToSave,
    Subscribed,
    Unsubscribed,
)
from bot.model import Language, Subscription
from tests.desk.conftest import World


async def _followed(world: World) -> list[Subscription]:
    listed = await world.ask("/list")
    assert isinstance(listed, Listed)
    return list(listed.subscriptions)


async def _tried(world: World, typed: str) -> FilterTested:
    tried = await world.ask(typed)
    assert isinstance(tried, FilterTested)
    return tried


async def test_a_filter_is_replaced_in_place_once_it_is_saved(world: World) -> None:
    """What is typed is shown first; the number stays, and the index follows."""
    await world.ask("/subscribe torture")

    tried = await _tried(world, "/filter 1 torture -sport country:AZ")
    before = list((await world.store.filters.all()).values())
    saved = await world.ask(f"/filter save {tried.token}")

    assert ["torture rights:yes"] == before
    assert isinstance(saved, FilterChanged)
    assert (1, tried.query) == (saved.number, saved.after)
    assert [saved.after] == list((await world.store.filters.all()).values())


async def test_a_saved_filter_is_changed_back_with_its_button(world: World) -> None:
    """However long the old filter is, the button is short."""
    await world.ask("/subscribe torture")
    tried = await _tried(world, "/filter 1 journalist")
    saved = await world.ask(f"/filter save {tried.token}")
    assert isinstance(saved, FilterChanged)

    back = await world.ask(f"/filter save {saved.back}")

    assert isinstance(back, FilterChanged)
    assert "torture rights:yes" == back.after
    assert ["torture rights:yes"] == [one.query for one in await _followed(world)]


async def test_saving_twice_changes_once_and_is_answered_twice(world: World) -> None:
    """A button pressed again, or an update handed in again, must not take the change back."""
    await world.ask("/subscribe torture")
    tried = await _tried(world, "/filter 1 journalist")

    first = await world.ask(f"/filter save {tried.token}")
    again = await world.ask(f"/filter save {tried.token}")

    assert isinstance(first, FilterChanged)
    assert isinstance(again, FilterChanged)
    assert (first.before, first.after, first.back) == (again.before, again.after, again.back)
    assert ["journalist rights:yes"] == [one.query for one in await _followed(world)]


async def test_an_old_button_saves_nothing(world: World) -> None:
    """Another filter was tried since: the button would save what nobody looks at any more."""
    await world.ask("/subscribe torture")
    old = await _tried(world, "/filter 1 journalist")
    await _tried(world, "/filter 1 lawyer")

    reply = await world.ask(f"/filter save {old.token}")

    assert isinstance(reply, NothingToSave)
    assert ["torture rights:yes"] == [one.query for one in await _followed(world)]


async def test_a_filter_that_was_changed_since_is_not_overwritten(world: World) -> None:
    """Two admins: what one of them was shown is not what is there any more."""
    await world.ask("/subscribe torture")
    tried = await _tried(world, "/filter 1 journalist")
    await world.ask("/unsubscribe 1")

    reply = await world.ask(f"/filter save {tried.token}")

    assert isinstance(reply, NothingToSave)
    assert [] == await _followed(world)


async def test_a_new_filter_that_was_tried_is_followed_with_its_button(world: World) -> None:
    """A filter may be too long for a button; what it saves is kept with the chat."""
    await world.ask("/subscribe torture")
    long = " OR ".join(f"word{n}" for n in range(30))
    tried = await _tried(world, f"/filter test {long}")

    reply = await world.ask(f"/filter save {tried.token}")

    assert isinstance(reply, Subscribed)
    assert [1, 2] == [one.number for one in await _followed(world)]


async def test_nothing_is_kept_of_a_chat_that_only_tries(world: World) -> None:
    """A look at the past is no reason to hold anything about anybody."""
    tried = await _tried(world, "/filter test torture")

    data = await world.ask("/mydata")

    assert "" == tried.token
    assert isinstance(data, MyData)
    assert not data.held


async def test_what_was_tried_is_shown_among_what_is_held(world: World) -> None:
    """`/mydata` leaves nothing out."""
    await world.ask("/subscribe torture")
    await _tried(world, "/filter test journalist")

    data = await world.ask("/mydata")

    assert isinstance(data, MyData)
    assert "journalist rights:yes" == data.draft


async def test_a_filter_is_tried_on_the_past(world: World) -> None:
    """With the code that matches live."""
    await world.publishes("Torture case in Baku")
    await world.publishes("Bakıda işgəncə iddiası", lang=Language.AZ)
    await world.publishes("Weather for the weekend", rights=False)

    trial = (await _tried(world, "/filter test torture OR işgəncə")).trial

    assert (2, 3) == (trial.matched, trial.looked_at)
    assert {(Language.AZ, 1), (Language.EN, 1)} == set(trial.by_language)
    assert "Bakıda işgəncə iddiası" == trial.newest[0].title


async def test_subscribing_says_what_the_filter_would_have_found(world: World) -> None:
    """So that a filter that finds nothing, or everything, is noticed at once."""
    await world.publishes("Torture case in Baku")
    await world.publishes("Journalist arrested in Baku")

    reply = await world.ask("/subscribe torture")

    assert isinstance(reply, Subscribed)
    assert reply.trial is not None
    assert (1, 2) == (reply.trial.matched, reply.trial.looked_at)


async def test_a_new_filter_is_compared_with_the_one_it_would_replace(world: World) -> None:
    """Tried first and then saved: the same difference, and only saving changes anything."""
    await world.publishes("Torture case in Baku")
    await world.publishes("Journalist arrested in Baku")
    await world.ask("/subscribe torture")

    tried = await _tried(world, "/filter test 1 journalist")
    held = await _followed(world)
    changed = await world.ask(f"/filter save {tried.token}")

    assert isinstance(changed, FilterChanged)
    assert tried.difference is not None
    assert tried.difference == changed.difference
    assert ["Journalist arrested in Baku"] == [one.title for one in tried.difference.newest_gained]
    assert ["Torture case in Baku"] == [one.title for one in tried.difference.newest_lost]
    assert ["torture rights:yes"] == [one.query for one in held]


async def test_a_trial_that_begins_with_a_number_no_filter_has_is_a_filter(world: World) -> None:
    """ "17 iyun" is two words as long as the chat has no filter 17."""
    reply = await _tried(world, "/filter test 17 iyun")

    assert (None, None) == (reply.instead, reply.difference)
    assert "17" in reply.query


async def test_a_filter_that_cannot_be_used_leaves_the_last_trial_as_it_is(world: World) -> None:
    """A typing error does not cost what was tried before."""
    await world.ask("/subscribe torture")
    tried = await _tried(world, "/filter 1 journalist")

    wrong = await world.ask("/filter 1 country:Narnia")
    saved = await world.ask(f"/filter save {tried.token}")

    assert isinstance(wrong, FilterRefused)
    assert isinstance(saved, FilterChanged)


async def test_a_name_works_wherever_the_number_does(world: World) -> None:
    """In any spelling of its letters."""
    await world.ask("/subscribe jurnalist")
    named = await world.ask("/filter name 1 Mətbuat")
    tried = await _tried(world, "/filter mətbuat bloger")

    dropped = await world.ask("/unsubscribe METBUAT")

    assert isinstance(named, FilterNamed)
    assert "Mətbuat" == named.subscription.name
    assert tried.instead is not None
    assert 1 == tried.instead.number
    assert isinstance(dropped, Unsubscribed)
    assert [] == await _followed(world)


async def test_a_name_stays_when_the_filter_is_changed_and_goes_when_it_is_taken_away(world: World) -> None:
    """It is the subscription's name, not the query's."""
    await world.ask("/subscribe jurnalist")
    await world.ask("/filter name 1 media")
    tried = await _tried(world, "/filter media bloger")
    await world.ask(f"/filter save {tried.token}")
    kept = await _followed(world)

    await world.ask("/filter name media")

    assert ["media"] == [one.name for one in kept]
    assert [""] == [one.name for one in await _followed(world)]


async def test_names_that_would_be_mistaken_are_refused(world: World) -> None:
    """A number, a command's word, two words, and another filter's name."""
    await world.ask("/subscribe jurnalist")
    await world.ask("/subscribe torture")
    await world.ask("/filter name 1 media")

    answers = [await world.ask(f"/filter name 2 {name}") for name in ("7", "save", "a b", "Media")]
    nobody = await world.ask("/filter name 9 press")

    mistakes = [one.mistake for one in answers if isinstance(one, NameRefused)]
    assert [NameMistake.BAD, NameMistake.BAD, NameMistake.BAD, NameMistake.TAKEN] == mistakes
    assert isinstance(nobody, NoSuchNumber)

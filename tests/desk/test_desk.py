"""The one door: finding one's way, languages, data, reasons, sources, moderators."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.replies import (
    Audience,
    Barrier,
    Coverage,
    Forgotten,
    Help,
    InvitationRefused,
    LanguageSet,
    LanguageShown,
    ModeratorJoined,
    MyData,
    NotAllowed,
    NothingToExplain,
    PlainText,
    SourceAdded,
    SourceMistake,
    SourcePaused,
    SourceRefused,
    SourcesListed,
    SourceTested,
    Stage,
    UnknownCommand,
    Welcome,
    Why,
)
from bot.desk.requests import Verb
from bot.errors import FeedError, FeedTrouble
from bot.model import Language, Match, Miss, MissReason, Origin, Source, Versions
from tests.desk.conftest import ANNA, GROUP, World

FEED = "https://outlet.example/feed"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/subscirbe torture", Verb.SUBSCRIBE),
        ("/lst", Verb.LIST),
        ("/halp", Verb.HELP),
        ("/abunə", Verb.SUBSCRIBE),
        ("/xyzzy", None),
    ],
)
async def test_an_unknown_command_gets_the_nearest_one(world: World, typed: str, meant: Verb | None) -> None:
    """A typing error is answered with what was meant; nonsense with the way to help."""
    reply = await world.ask(typed)

    if typed == "/abunə":  # folds to an alias: understood, not corrected
        assert not isinstance(reply, UnknownCommand)
    else:
        assert isinstance(reply, UnknownCommand)
        assert meant is reply.nearest


async def test_plain_words_are_offered_as_a_filter(world: World) -> None:
    """People write what they look for."""
    reply = await world.ask("işgəncə ölkə haqqında")

    assert isinstance(reply, PlainText)
    assert "işgəncə ölkə haqqında" == reply.query


async def test_start_and_help(world: World) -> None:
    """Somebody who comes back is known by what the chat follows."""
    assert Welcome(returning=False) == await world.ask("/start")
    await world.ask("/subscribe torture")
    assert Welcome(returning=True) == await world.ask("/start")
    assert Help(verb=Verb.SUBSCRIBE, moderator=False) == await world.ask("/help subscribe")
    assert isinstance(await world.ask("/help nothing-like-it"), UnknownCommand)


async def test_personal_answers_are_marked_as_such(world: World) -> None:
    """In a group only what tells nothing about anybody is for all."""
    assert Audience.PERSONAL is (await world.answer("/list", GROUP)).audience
    assert Audience.SHARED is (await world.answer("/help", GROUP)).audience


@pytest.mark.parametrize(
    ("typed", "versions", "interface"),
    [
        ("az", Versions.AZ, Language.AZ),
        ("English", Versions.EN, Language.EN),
        ("hər ikisi", Versions.BOTH, Language.EN),
    ],
)
async def test_the_language_is_set(world: World, typed: str, versions: Versions, interface: Language) -> None:
    """In the words of either language; both leaves the bot's own language."""
    answer = await world.answer(f"/lang {typed}")

    assert LanguageSet(versions=versions) == answer.reply
    assert interface is answer.settings.interface
    assert LanguageShown(versions=versions) == await world.ask("/lang")


async def test_an_unknown_language_changes_nothing(world: World) -> None:
    """And says what was typed."""
    assert LanguageShown(versions=Versions.BOTH, typed="klingon") == await world.ask("/lang klingon")


async def test_mydata_shows_and_forget_erases(world: World) -> None:
    """Everything, at once; a second time there was nothing."""
    await world.publishes("Torture case in Baku")
    await world.ask("/subscribe torture")

    shown = await world.ask("/mydata")
    assert isinstance(shown, MyData)
    assert shown.held
    assert (1, 1) == (len(shown.subscriptions), shown.receipts)

    assert Forgotten(held=True) == await world.ask("/forget")
    assert Forgotten(held=False) == await world.ask("/forget")
    after = await world.ask("/mydata")
    assert isinstance(after, MyData)
    assert not after.held
    assert {} == await world.store.filters.all()


async def test_why_explains_a_match_and_a_miss(world: World) -> None:
    """By the link of the report, with the words or the reason."""
    article = await world.publishes("Torture case in Baku")
    await world.ask("/subscribe torture")
    await world.ask("/subscribe elections")

    reply = await world.ask(f"/why {article.url}")

    assert isinstance(reply, Why)
    found, missed = (verdict.decision for verdict in reply.verdicts)
    assert isinstance(found, Match)
    assert any("torture" == evidence.found.lower() for evidence in found.why)
    assert isinstance(missed, Miss)
    assert MissReason.WORDS is missed.reason


async def test_why_says_how_far_a_report_came(world: World) -> None:
    """Not sent, waiting, on its way, told, or refused by the platform: what the outbox has on record."""
    article = await world.publishes("Torture case in Baku")
    store, stages = world.store, []

    async def ask() -> None:
        reply = await world.ask(f"/why {article.url}")
        assert isinstance(reply, Why)
        stages.append(reply.stage)

    await ask()
    await world.ask("/subscribe torture")  # offers the newest match
    await ask()
    [delivery] = await store.outbox.take(ANNA.platform, "w", 1, timedelta(0))
    await store.outbox.sending(delivery)
    await ask()
    await store.outbox.give_up("w", delivery, "malformed", world.clock.now())
    await ask()
    await world.ask("/unsubscribe 1")
    await world.ask("/subscribe torture")
    [delivery] = await store.outbox.take(ANNA.platform, "w", 1, timedelta(0))
    await store.outbox.finish("w", delivery, "1", world.clock.now())
    await ask()

    assert [Stage.NOT_SENT, Stage.QUEUED, Stage.SENDING, Stage.GIVEN_UP, Stage.TOLD] == stages


async def test_why_names_the_words_that_labels_were_read_from(world: World) -> None:
    """The country is the reader's; the word is the report's."""
    article = await world.publishes("Torture case in Baku")
    await world.ask("/subscribe country:AZ lang:en rights:yes")

    reply = await world.ask(f"/why {article.url}")

    assert isinstance(reply, Why)
    (verdict,) = reply.verdicts
    assert {"country:AZ": "Baku", "human_rights": "Torture"} == {
        evidence.term: evidence.found for evidence in verdict.read_from
    }


async def test_why_finds_the_report_however_its_link_is_spelt(world: World) -> None:
    """Copied from a phone, with tracking and another scheme."""
    await world.publishes("Torture case in Baku")

    spelt = "http://www.monitor.example/en/torture-case-in-baku/?utm_source=x"
    assert isinstance(await world.ask(f"/why {spelt}"), Why)
    assert NothingToExplain(typed="https://nowhere.example/x") == await world.ask(
        "/why https://nowhere.example/x"
    )


async def test_moderators_join_with_a_code_that_works_once(world: World) -> None:
    """In a private chat, and only with a good code."""
    await world.store.people.invite("GOOD-CODE", world.clock.now(), timedelta(hours=1))

    assert isinstance(await world.ask("/source list"), NotAllowed)
    assert InvitationRefused() == await world.ask("/moderator WRONG")
    in_group = await world.ask("/moderator GOOD-CODE", GROUP)
    assert NotAllowed(verb=Verb.MODERATOR, barrier=Barrier.PRIVATE_ONLY) == in_group
    assert ModeratorJoined(already=False) == await world.ask("/moderator GOOD-CODE")
    assert InvitationRefused() == await world.ask("/moderator GOOD-CODE", person="someone else")
    assert isinstance(await world.ask("/source list"), SourcesListed)


@pytest.fixture
async def moderated(world: World) -> World:
    """A world in which Anna is a moderator."""
    await world.store.people.invite("CODE", world.clock.now(), timedelta(hours=1))
    await world.ask("/moderator CODE")
    return world


async def test_a_source_is_added_after_it_was_asked(moderated: World) -> None:
    """Only a feed that works is taken; its title comes with it."""
    moderated.feeds.has(FEED, "One", "Two")

    assert SourceAdded(key="outlet", title="The Outlet", entries=2) == await moderated.ask(
        f"/source add {FEED}"
    )
    state = await moderated.store.sources.get("outlet")
    assert state is not None
    assert Origin.MODERATOR is state.source.origin
    assert not state.source.allow_private
    again = await moderated.ask(f"/source add {FEED}")
    assert isinstance(again, SourceRefused)
    assert SourceMistake.KEY_TAKEN is again.mistake


async def test_a_source_that_does_not_work_is_refused_with_the_reason(moderated: World) -> None:
    """Nothing is stored."""
    moderated.feeds.answers[FEED] = FeedError(FeedTrouble.NOT_A_FEED, "an HTML page")

    reply = await moderated.ask(f"/source add {FEED}")

    assert isinstance(reply, SourceRefused)
    assert (SourceMistake.FEED_TROUBLE, FeedTrouble.NOT_A_FEED) == (reply.mistake, reply.trouble)
    assert None is await moderated.store.sources.get("outlet")


async def test_sources_are_tested_paused_and_resumed(moderated: World) -> None:
    """By key or by address; an unknown key gets the nearest."""
    moderated.feeds.has(FEED, "One", "Two", "Three", "Four")
    await moderated.ask(f"/source add {FEED} outlet az The Outlet's Own Name")

    tested = await moderated.ask("/source test outlet")
    assert isinstance(tested, SourceTested)
    assert (3, 4) == (len(tested.entries), tested.total)
    assert SourcePaused(key="outlet", paused=True) == await moderated.ask("/source pause outlet")
    assert SourcePaused(key="outlet", paused=False) == await moderated.ask("/source resume outlet")
    unknown = await moderated.ask("/source pause outlte")
    assert isinstance(unknown, SourceRefused)
    assert "outlet" == unknown.nearest


async def test_subscribers_see_no_address_and_no_detail(world: World) -> None:
    """A private feed's address is nobody's business."""
    await world.store.sources.sync([Source(key="a", title="A", url=FEED)], world.clock.now())

    reply = await world.ask("/sources")

    assert isinstance(reply, SourcesListed)
    assert ("", "") == (reply.sources[0].url, reply.sources[0].detail)


async def test_cards_of_a_web_chat_are_kept_as_references(world: World) -> None:
    """A card is rendered from the story as it is now, with every version that is known."""
    az = await world.publishes("Torture case in Baku")
    await world.ask("/subscribe elections")
    story = await world.store.archive.of_article(az.id)
    assert story is not None
    item = await world.store.inbox.put(world.desk.key_of(ANNA), story.id)

    ((item_id, alert),) = await world.desk.cards(ANNA, 10)

    assert item == item_id
    assert story.id == alert.story.id
    assert None is not await world.desk.card(ANNA, item)
    assert None is await world.desk.card(GROUP, item)


async def test_more_shows_every_article(world: World) -> None:
    """Of the report at an address; what is not known is said so."""
    article = await world.publishes("Journalist arrested in Baku")

    shown = await world.ask(f"/more {article.url}")

    assert isinstance(shown, Coverage)
    assert (article,) == shown.story.articles
    unknown = "https://nowhere.example/x"
    assert NothingToExplain(typed=unknown) == await world.ask(f"/more {unknown}")


async def test_moderators_see_when_nothing_was_read_and_what_was_found_late(world: World) -> None:
    """Subscribers see the sources alone."""
    await world.store.people.invite("CODE", world.clock.now(), timedelta(hours=1))
    await world.ask("/moderator CODE")
    sources, least = world.store.sources, timedelta(minutes=5)
    await sources.watched(world.clock.now(), least)
    await world.clock.forward(minutes=1)
    short = await sources.watched(world.clock.now(), least)
    since = world.clock.now()
    await world.clock.forward(hours=3)
    long = await sources.watched(world.clock.now(), least)
    until = world.clock.now()
    await world.publishes("Found late", published=since + timedelta(hours=1))
    await world.publishes("New since then")

    listed = await world.ask("/source list")
    plain = await world.ask("/sources", GROUP, may_change=False, person="2")

    assert (timedelta(), timedelta(hours=3)) == (short, long)
    assert isinstance(listed, SourcesListed)
    assert [(since, until, 1)] == [(gap.since, gap.until, gap.late) for gap in listed.gaps]
    assert isinstance(plain, SourcesListed)
    assert () == plain.gaps

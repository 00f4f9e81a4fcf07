"""Publishing: one entry, one article, one story, one fan-out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.model import Kind, Language, Topic
from bot.store.codec import decode_article, encode_article
from bot.store.connect import open_store
from bot.store.protocols import Kinship, Published, Store
from bot.store.seal import Keyring
from tests.clock import START
from tests.store.conftest import ArticleMaker


async def publish(
    store: Store, article: ArticleMaker, name: str, *claims: str, tell: bool = True, **changes: object
) -> Published:
    """Hand in a sample article under some link keys."""
    return await store.archive.publish(
        article(name, **changes), entry_id=f"entry-{name}", claims=claims, filters=["f"], tell=tell, now=START
    )


async def test_a_new_article_opens_a_story_and_a_fanout(store: Store, article: ArticleMaker) -> None:
    """The entry is seen, the article kept, the story found by its link, the fan-out enqueued."""
    done = await publish(store, article, "a", "link")
    story = await store.archive.by_link("link")
    assert story is not None
    assert (article("a"),) == story.articles
    assert Published(story=story.id, new_story=True, article_new=True) == done
    assert story == await store.archive.of_article("a")
    assert ["other"] == await store.sources.unseen("sample", ["entry-a", "other", "other"])
    assert 1 == (await store.outbox.depth())["fanout"]


async def test_a_known_article_is_not_told_again(store: Store, article: ArticleMaker) -> None:
    """Handing in the same article again, under another entry, enqueues nothing."""
    first = await publish(store, article, "a", "link")
    again = await store.archive.publish(
        article("a"), entry_id="other", claims=[], filters=["f"], tell=True, now=START
    )
    assert Published(story=first.story, new_story=False, article_new=False) == again
    assert [] == await store.sources.unseen("sample", ["other"])
    assert (1, 1) == (await store.archive.count(), (await store.outbox.depth())["fanout"])


async def test_a_baseline_is_not_told(store: Store, article: ArticleMaker) -> None:
    """`tell=False` keeps the article and enqueues nothing."""
    await publish(store, article, "a", tell=False)
    assert (1, 0) == (await store.archive.count(), (await store.outbox.depth())["fanout"])


async def test_two_pollers_make_one_story(
    store: Store, store_url: str, keyring: Keyring, article: ArticleMaker
) -> None:
    """Both versions of a report handed in at once, twenty times over, are one story each time."""
    async with open_store(store_url, keyring) as other:
        for turn in range(20):
            pair = await asyncio.gather(
                publish(store, article, f"az{turn}", f"link{turn}"),
                publish(other, article, f"en{turn}", f"link{turn}"),
            )
            assert 1 == len({one.story for one in pair})
            assert [False, True] == sorted(one.new_story for one in pair)


def kinship(*keys: str, kindred: Sequence[str] = (), last: int | None = None) -> Kinship:
    return Kinship(packed=b"print", keys=keys, kindred=kindred, last=last)


async def hand_in(store: Store, article: ArticleMaker, name: str, kin: Kinship) -> Published:
    return await store.archive.publish(
        article(name), entry_id=f"entry-{name}", claims=[], filters=["f"], tell=True, now=START, kinship=kin
    )


async def test_prints_are_found_by_their_keys(store: Store, article: ArticleMaker) -> None:
    """Newest last, each with the story that its article is in."""
    one = await hand_in(store, article, "a", kinship("nQdrl", "#9", "nQdrl"))
    two = await hand_in(store, article, "b", kinship("nQdrl"))
    filed = await store.archive.filed(["nQdrl", "#9", "nothing"])

    assert {"nQdrl": (1, 2), "#9": (1,)} == filed.numbers
    assert 2 == filed.last
    assert [(2, two.story, b"print"), (1, one.story, b"print")] == [
        (found.number, found.story, found.packed) for found in await store.archive.prints([2, 7, 1])
    ]


async def test_kindred_articles_are_one_story(store: Store, article: ArticleMaker) -> None:
    """Without any address in common; stories that the arrival connects are merged."""
    one = await hand_in(store, article, "a", kinship("k"))
    await hand_in(store, article, "b", kinship("k"))
    done = await hand_in(store, article, "c", kinship("k", kindred=["b", "a", "gone"]))
    story = await store.archive.story(done.story)

    assert story is not None
    assert (one.story, ["a", "b", "c"]) == (story.id, [each.id for each in story.articles])
    assert {one.story} == {found.story for found in await store.archive.prints([1, 2, 3])}


async def test_who_looked_before_somebody_filed_looks_again(store: Store, article: ArticleMaker) -> None:
    """Nothing is written, not even that the entry was seen; with what is known now it is."""
    before = (await store.archive.filed(["k"])).last
    await hand_in(store, article, "a", kinship("k"))
    late = await hand_in(store, article, "b", kinship("k", last=before))

    assert late.stale
    assert ["entry-b"] == await store.sources.unseen("sample", ["entry-b"])
    assert 1 == await store.archive.count()

    now = (await store.archive.filed(["k"])).last
    assert not (await hand_in(store, article, "b", kinship("k", kindred=["a"], last=now))).stale


async def test_a_key_that_all_have_keeps_the_newest(store: Store, article: ArticleMaker) -> None:
    """What is in all the news takes a bounded room."""
    for number in range(810):
        await hand_in(store, article, str(number), kinship("busy"))
    numbers = (await store.archive.filed(["busy"])).numbers["busy"]

    assert 400 <= len(numbers) <= 800
    assert 810 == numbers[-1]


async def test_a_section_page_that_many_name_as_their_translation_joins_nothing(
    store: Store, article: ArticleMaker
) -> None:
    """The first text of a language may have it; the second shows what it is. Another language still joins."""
    for name, changes in (("a", {}), ("b", {}), ("c", {"lang": Language.AZ})):
        await store.archive.publish(
            article(name, **changes),
            entry_id=name,
            claims=[name, "hub"],
            versions={"hub"},
            filters=[],
            tell=False,
            now=START,
        )
    stories = [await store.archive.of_article(name) for name in "abc"]

    assert [["a", "c"], ["b"], ["a", "c"]] == [
        [one.id for one in story.articles] for story in stories if story is not None
    ]


async def test_stories_found_to_be_one_are_merged_into_the_older(store: Store, article: ArticleMaker) -> None:
    """The older id survives, the younger leads to it, the articles stand in order of arrival."""
    older = await publish(store, article, "a", "one")
    younger = await publish(store, article, "b", "two")
    joined = await publish(store, article, "c", "two", "one")
    story = await store.archive.story(younger.story)
    assert story is not None
    assert older.story == joined.story == story.id
    assert ["a", "b", "c"] == [one.id for one in story.articles]
    assert story == await store.archive.by_link("two")
    assert [story, story] == await store.archive.stories([older.story, "99999", younger.story])


async def test_newest_reads_backwards_in_pages(store: Store, article: ArticleMaker) -> None:
    """More articles than a page come once each, the newest first, at most as many as asked."""
    for number in range(230):
        await publish(store, article, f"{number:03}", seen=START + timedelta(seconds=number))
    names = [one.id async for one in store.archive.newest(220)]
    assert [f"{number:03}" for number in range(229, 9, -1)] == names


async def test_prune_forgets_what_is_older_than_the_archive(store: Store, article: ArticleMaker) -> None:
    """The old article leaves its story, the younger one stays."""
    await publish(store, article, "old", "link")
    await publish(store, article, "young", "link", seen=START + timedelta(days=1))
    assert 1 == await store.archive.prune(START + timedelta(days=90, hours=1))
    story = await store.archive.by_link("link")
    assert story is not None
    assert ["young"] == [one.id for one in story.articles]
    assert 1 == await store.archive.count()


def test_an_article_comes_back_exactly(article: ArticleMaker) -> None:
    """Every field, every letter, lone surrogates included."""
    full = article(
        "a",
        title="Qətimkan tədbiri \ud800 \0 «İ»",
        lang=Language.AZ,
        countries=("AZ", "GE"),
        mentions=("TR",),
        human_rights=True,
        topics=(Topic.FAIR_TRIAL, Topic.RELIGION),
        kind=Kind.JUDGMENT,
        summary=("Bir.", "İki."),
        published=START - timedelta(microseconds=7),
        alternates=(("en", "https://sample.example/en"),),
        canonical="https://sample.example/c",
        image="https://sample.example/i.png",
        url=None,
    )
    assert full == decode_article(encode_article(full))

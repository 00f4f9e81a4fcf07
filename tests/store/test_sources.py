"""The catalogue and its polling state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.errors import FeedTrouble
from bot.model import Language, Origin, Source
from bot.store.protocols import Health, SourceState, Store, Validators
from tests.clock import START
from tests.store.conftest import ArticleMaker

LEASE = timedelta(minutes=2)
SAMPLE = Source(
    key="sample",
    title="Sample",
    url="https://sample.example/feed",
    lang=Language.AZ,
    country="AZ",
    rights=True,
)
ADDED = Source(key="added", title="Added", url="https://added.example/feed", origin=Origin.MODERATOR)


async def due(store: Store, minutes: float = 0) -> list[str]:
    now = START + timedelta(minutes=minutes)
    return sorted(state.source.key for state in await store.sources.claim_due(now, 10, LEASE))


async def polled(store: Store, *listed: str, **changes: object) -> SourceState:
    """End a poll of the sample source; its state."""
    validators = Validators(etag='"1"', last_modified="Mon", body_hash="ab")
    health = Health(
        last_success=START, last_attempt=START, trouble=FeedTrouble.TIMEOUT, detail="slow", failures=2
    )
    facts: dict[str, object] = {
        "validators": validators,
        "health": health,
        "baselined": True,
        "still_listed": listed,
        "next_poll": START + timedelta(minutes=10),
        "now": START,
    }
    await store.sources.polled("sample", **(facts | changes))  # type: ignore[arg-type]
    state = await store.sources.get("sample")
    assert state is not None
    return state


async def test_sync_keeps_what_moderators_added(store: Store) -> None:
    """Configured sources are exactly the given ones, the others stay."""
    await store.sources.sync([SAMPLE, replace(SAMPLE, key="gone")], START)
    assert await store.sources.add(ADDED, START)
    assert not await store.sources.add(ADDED, START)
    await store.sources.sync([SAMPLE], START)
    assert [SourceState(source=ADDED), SourceState(source=SAMPLE)] == await store.sources.all()


async def test_a_source_is_claimed_once(store: Store) -> None:
    """It is due again when the lease runs out, or when the poll said."""
    await store.sources.sync([SAMPLE], START)
    assert (["sample"], []) == (await due(store), await due(store))
    assert ["sample"] == await due(store, 3)
    state = await polled(store)
    assert (2, True, '"1"') == (state.health.failures, state.baselined, state.validators.etag)
    assert ([], ["sample"]) == (await due(store, 9), await due(store, 10))


async def test_a_paused_source_is_not_due(store: Store) -> None:
    """Not even when a poll ends after the pause; resumed, it is due at once. A restart changes nothing."""
    await store.sources.sync([SAMPLE], START)
    assert await store.sources.pause("sample", True)
    assert (await polled(store)).source.paused
    await store.sources.sync([SAMPLE], START)
    assert [] == await due(store, 99)
    assert await store.sources.pause("sample", False)
    assert ["sample"] == await due(store)
    assert not await store.sources.pause("nobody", True)


async def test_a_removed_source_stays_removed(store: Store) -> None:
    """A poll that ends afterwards does not bring it back."""
    await store.sources.add(ADDED, START)
    assert await store.sources.remove("added")
    await store.sources.polled(
        "added",
        validators=Validators(),
        health=Health(),
        baselined=True,
        still_listed=["a"],
        next_poll=START,
        now=START,
    )
    assert ([], []) == (await store.sources.all(), await due(store, 99))
    assert not await store.sources.remove("added")


async def test_another_address_is_another_feed(store: Store) -> None:
    """Its first sight is a baseline again."""
    await store.sources.sync([SAMPLE], START)
    assert (await polled(store)).baselined
    await store.sources.sync([replace(SAMPLE, url="https://sample.example/new")], START)
    state = await store.sources.get("sample")
    assert state is not None
    assert (False, Validators()) == (state.baselined, state.validators)
    assert ["sample"] == await due(store)


async def test_entries_still_listed_are_remembered(store: Store, article: ArticleMaker) -> None:
    """What left the feed is forgotten with the archive; what failed is not marked seen by being listed."""
    await store.sources.sync([SAMPLE], START)
    for name in ("old", "listed"):
        await store.archive.publish(
            article(name), entry_id=name, claims=[], filters=[], tell=False, now=START
        )
    later = START + timedelta(days=60)
    await polled(store, "listed", "failed", now=later)
    assert ["failed"] == await store.sources.unseen("sample", ["old", "listed", "failed"])
    await polled(store, now=START + timedelta(days=91))
    assert [] == await store.sources.unseen("sample", ["old", "listed"]), "nothing was listed: nothing left"
    await polled(store, "listed", now=START + timedelta(days=91))
    assert ["old"] == await store.sources.unseen("sample", ["old", "listed"])

"""`/why`: the reasons for an alert, or for its absence, from the code that decides."""

from __future__ import annotations

from dataclasses import replace

from bot.alerts.muting import muted_by
from bot.desk.look_back import sources_by_key
from bot.desk.ports import Ports
from bot.desk.replies import Coverage, NothingToExplain, Reply, Stage, Verdict, Why
from bot.desk.requests import Request
from bot.desk.typed_filters import Packs, all_packs
from bot.errors import BadFilter
from bot.filters.grammar import Filter, parse
from bot.filters.match import evaluate, prepare
from bot.filters.packs import expand
from bot.model import Evidence, Match, Miss, Source, Story, Subscription
from bot.reading.read import read_text
from bot.reading.topics import HUMAN_RIGHTS
from bot.store.protocols import DeliveryState, Told
from bot.stories.links import key_of

_STAGES = {
    DeliveryState.QUEUED: Stage.QUEUED,
    DeliveryState.SENDING: Stage.SENDING,
    DeliveryState.DONE: Stage.TOLD,
    DeliveryState.GIVEN_UP: Stage.GIVEN_UP,
}


async def explain(ports: Ports, request: Request, argument: str) -> Reply:
    """Explain the report that was replied to, pressed on, named by its link or id, or told last."""
    store = ports.store
    key = store.chats.key_of(request.chat)
    told = await store.outbox.told_stories(key)
    story = await meant(ports, request, argument, told)
    if story is None:
        return NothingToExplain(typed=argument)
    chat = await store.chats.get(request.chat)
    sources, packs = await sources_by_key(ports), await all_packs(ports)
    verdicts = tuple(
        verdict(subscription, wanted, story, sources)
        for subscription in (chat.subscriptions if chat else ())
        if (wanted := _whole(subscription, packs)) is not None
    )
    record = await store.outbox.told(key, story.id)
    stage = Stage.NOT_SENT if record is None else _STAGES[record.state]
    if record is None and chat is not None and muted_by(chat.settings, story) is not None:
        stage = Stage.MUTED
    hold = record.hold if record is not None and stage is Stage.QUEUED else None
    return Why(story=story, stage=Stage.HELD if hold else stage, verdicts=verdicts, hold=hold)


async def coverage(ports: Ports, request: Request, argument: str) -> Reply:
    """Every article of the report that was replied to, pressed on, named by its link or id, or told last."""
    told = await ports.store.outbox.told_stories(ports.store.chats.key_of(request.chat))
    story = await meant(ports, request, argument, told)
    return NothingToExplain(typed=argument) if story is None else Coverage(story=story)


async def meant(ports: Ports, request: Request, argument: str, told: dict[str, Told]) -> Story | None:
    """The report that somebody asks about."""
    archive = ports.store.archive
    if argument:
        link = key_of(argument)
        return await (archive.by_link(link) if link else archive.story(argument))
    if request.story:
        return await archive.story(request.story)
    if request.receipt:
        for story_id, kept in told.items():
            if kept.receipt == request.receipt:
                return await archive.story(story_id)
        return None
    stories = await archive.stories([story_id for story_id, kept in told.items() if kept.receipt])
    return max(stories, key=lambda story: story.articles[0].seen, default=None)


def _whole(subscription: Subscription, packs: Packs) -> Filter | None:
    """The filter with its packs; None when it cannot be read any more, and so wants nothing."""
    try:
        return expand(parse(subscription.query), packs)
    except BadFilter:
        return None


def verdict(subscription: Subscription, wanted: Filter, story: Story, sources: dict[str, Source]) -> Verdict:
    """What the subscription says of the story: its first article that matches, or the miss of the newest."""
    decisions = [
        Verdict(
            subscription=subscription,
            article=article,
            decision=evaluate(wanted, prepare(article, sources.get(article.source))),
        )
        for article in story.articles
    ]
    matches = [each for each in decisions if isinstance(each.decision, Match)]
    return _with_words(matches[0]) if matches else decisions[-1]


def _with_words(verdict: Verdict) -> Verdict:
    """With the words that the met labels were read from. Reading again gives what was read before."""
    if isinstance(verdict.decision, Miss):
        return verdict
    article = verdict.article
    labels = {
        HUMAN_RIGHTS if one.field == "rights" else f"{one.field}:{one.found}"
        for one in verdict.decision.why
        if one.at is None
    }
    reading = read_text(article.title, article.text, lang=article.lang)
    words = {
        reason.label: Evidence(term=reason.label, found=reason.found, field=reason.field, at=reason.at)
        for reason in reversed(reading.why)  # the first of a label is the strongest
        if reason.label.replace("mention:", "country:") in labels
    }
    return replace(verdict, read_from=tuple(words[label] for label in sorted(words)))

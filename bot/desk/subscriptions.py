"""`/subscribe`, `/unsubscribe`, `/list`, `/filter`: what a chat follows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bot.desk.chats import fresh_chat
from bot.desk.look_back import both_tested, difference, newest_match
from bot.desk.ports import Ports
from bot.desk.replies import (
    ChooseFilter,
    ChooseSubscription,
    FilterChanged,
    FilterRefused,
    FilterTested,
    Listed,
    NoSuchNumber,
    Reply,
    Subscribed,
    TooMany,
    Unsubscribed,
)
from bot.desk.requests import Request, Verb
from bot.desk.typed_filters import read_filter, read_saved, with_packs
from bot.errors import BadFilter
from bot.filters.terms import Filter
from bot.language.letters import fold
from bot.model import Chat, Settings, Subscription

#: What `/subscribe` alone offers: topics that our readers ask for first.
SUGGESTIONS = ("torture country:AZ", "country:AZ", "topic:political_prisoners", "topic:media_freedom")

ALL = frozenset({"all", "hamisi"})
TEST = frozenset({"test", "sina"})


async def subscribe(ports: Ports, request: Request, argument: str) -> Reply:
    """Follow one more filter, and send the newest report that matches it."""
    if not argument:
        return ChooseFilter(suggestions=SUGGESTIONS)
    try:
        query = (await read_filter(ports, argument)).query
    except BadFilter as problem:
        return FilterRefused(verb=Verb.SUBSCRIBE, typed=argument, problem=problem)
    before = await ports.store.chats.get(request.chat)
    if before is not None and (known := following(before, query)):
        follows = await send_newest(ports, before, query)
        return Subscribed(subscription=known, already=True, follows=follows)

    def change(chat: Chat) -> Chat:
        if following(chat, query) or len(chat.subscriptions) >= ports.most_subscriptions:
            return chat
        added = Subscription(number=chat.next_number, query=query)
        subscriptions = (*chat.subscriptions, added)
        return replace(chat, subscriptions=subscriptions, next_number=chat.next_number + 1, silent_since=None)

    chat = await ports.store.chats.update(request.chat, change, fresh=fresh_chat(ports, request))
    subscription = following(chat, query)
    if subscription is None:
        return TooMany(limit=ports.most_subscriptions)
    follows = await send_newest(ports, chat, query)
    return Subscribed(subscription=subscription, already=False, follows=follows)


async def unsubscribe(ports: Ports, request: Request, argument: str, *, repeated: bool) -> Reply:
    """Drop one filter, several, or all of them."""
    chat = await ports.store.chats.get(request.chat)
    subscriptions = chat.subscriptions if chat else ()
    if not argument or chat is None:
        return ChooseSubscription(verb=Verb.UNSUBSCRIBE, subscriptions=subscriptions)
    chosen = choose(subscriptions, argument)
    if not chosen:
        if repeated:
            return await show(ports, request)
        return NoSuchNumber(typed=argument, verb=Verb.UNSUBSCRIBE, subscriptions=subscriptions)
    numbers = {subscription.number for subscription in chosen}

    def change(chat: Chat) -> Chat:
        left = tuple(kept for kept in chat.subscriptions if kept.number not in numbers)
        return replace(chat, subscriptions=left)

    changed = await ports.store.chats.update(request.chat, change, fresh=chat)
    return Unsubscribed(removed=chosen, left=len(changed.subscriptions))


async def show(ports: Ports, request: Request) -> Reply:
    """What the chat follows."""
    chat = await ports.store.chats.get(request.chat)
    return Listed(
        subscriptions=chat.subscriptions if chat else (),
        versions=(chat.settings if chat else Settings()).versions,
        kind=request.chat.kind,
    )


async def change_filter(ports: Ports, request: Request, argument: str) -> Reply:
    """`/filter NUMBER QUERY` replaces a filter, `/filter test QUERY` tries one on the past."""
    chat = await ports.store.chats.get(request.chat)
    subscriptions = chat.subscriptions if chat else ()
    first, _, rest = argument.partition(" ")
    if fold(first) in TEST and rest.strip():
        return await _test(ports, rest.strip(), subscriptions)
    if not first or chat is None:
        return ChooseSubscription(verb=Verb.FILTER, subscriptions=subscriptions)
    wanted = choose(subscriptions, first) if first.lstrip("#").isdigit() else ()
    if not wanted:
        return NoSuchNumber(typed=first, verb=Verb.FILTER, subscriptions=subscriptions)
    if not rest.strip():
        return ChooseSubscription(verb=Verb.FILTER, subscriptions=wanted)
    return await _replace(ports, request, chat, wanted[0], rest.strip())


async def _replace(ports: Ports, request: Request, chat: Chat, old: Subscription, typed: str) -> Reply:
    try:
        wanted = await read_filter(ports, typed)
    except BadFilter as problem:
        return FilterRefused(verb=Verb.FILTER, typed=typed, problem=problem)
    query = wanted.query
    if query == old.query:
        return FilterChanged(number=old.number, before=query, after=query, follows=False)

    def change(chat: Chat) -> Chat:
        return replace(
            chat,
            subscriptions=tuple(
                replace(kept, query=query) if kept.number == old.number else kept
                for kept in chat.subscriptions
                if kept.number == old.number or kept.query != query
            ),
        )

    changed = await ports.store.chats.update(request.chat, change, fresh=chat)
    follows = await send_newest(ports, changed, query)
    before, after, _ = await both_tested(ports, await _saved(ports, old), await with_packs(ports, wanted))
    return FilterChanged(
        number=old.number,
        before=old.query,
        after=query,
        follows=follows,
        difference=difference(before, after),
    )


async def _saved(ports: Ports, subscription: Subscription) -> Filter | None:
    """The filter of a subscription, with its packs; None when it cannot be read any more."""
    try:
        return await read_saved(ports, subscription.query)
    except BadFilter:
        return None


async def _test(ports: Ports, typed: str, subscriptions: tuple[Subscription, ...]) -> Reply:
    """Try a filter on the past; `2 torture` in the place of filter 2, where the chat has one."""
    first, _, rest = typed.partition(" ")
    instead = choose(subscriptions, first) if rest.strip() and first.lstrip("#").isdigit() else ()
    typed = rest.strip() if instead else typed
    try:
        wanted = await read_filter(ports, typed)
    except BadFilter as problem:
        return FilterRefused(verb=Verb.FILTER, typed=typed, problem=problem)
    old = await _saved(ports, instead[0]) if instead else None
    before, matched, looked_at = await both_tested(ports, old, await with_packs(ports, wanted))
    languages = Counter(article.lang for article in matched)
    return FilterTested(
        query=wanted.query,
        matched=len(matched),
        looked_at=looked_at,
        by_language=tuple(languages.most_common()),
        newest=tuple(matched[:3]),
        instead=instead[0] if instead else None,
        difference=difference(before, matched) if instead else None,
    )


async def send_newest(ports: Ports, chat: Chat, query: str) -> bool:
    """Put the newest report that matches into the outbox; False when there is none or it was told before."""
    found = await newest_match(ports, query)
    if found is None:
        return False
    story, article = found
    return await ports.store.outbox.offer(chat, story.id, article.id, ports.clock.now())


def following(chat: Chat, query: str) -> Subscription | None:
    """The chat's subscription with exactly this filter."""
    return next((kept for kept in chat.subscriptions if kept.query == query), None)


def choose(subscriptions: tuple[Subscription, ...], typed: str) -> tuple[Subscription, ...]:
    """The subscriptions named by numbers ("2", "#2 3", "1,4"), by "all", or by the filter's own words.

    Nothing is chosen when one of several numbers does not exist: half an order is not carried out.
    """
    if fold(typed) in ALL:
        return subscriptions
    parts = [part.lstrip("#") for part in typed.replace(",", " ").split()]
    if all(part.isascii() and part.isdigit() for part in parts):
        numbered = {str(subscription.number): subscription for subscription in subscriptions}
        wanted = [numbered.get(part.lstrip("0")) for part in dict.fromkeys(parts)]
        return tuple(found for found in wanted if found) if all(wanted) else ()
    return tuple(kept for kept in subscriptions if fold(kept.query).startswith(fold(typed)))[:1]

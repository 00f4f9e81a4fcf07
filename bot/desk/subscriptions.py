"""`/subscribe`, `/unsubscribe`, `/list`: what a chat follows."""

from __future__ import annotations

from dataclasses import replace

from bot.alerts.holding import held_until
from bot.desk import timing
from bot.desk.chats import fresh_chat
from bot.desk.look_back import newest_match, tried
from bot.desk.ports import Ports
from bot.desk.replies import (
    ChooseFilter,
    ChooseSubscription,
    FilterRefused,
    Listed,
    NoSuchNumber,
    Reply,
    Subscribed,
    TooMany,
    Unsubscribed,
)
from bot.desk.requests import Request, Verb
from bot.desk.typed_filters import read_filter, with_packs
from bot.errors import BadFilter
from bot.language.letters import fold
from bot.model import Chat, Settings, Subscription

#: What `/subscribe` alone offers: topics that our readers ask for first.
SUGGESTIONS = ("torture country:AZ", "country:AZ", "topic:political_prisoners", "topic:media_freedom")

ALL = frozenset({"all", "hamisi"})


async def subscribe(ports: Ports, request: Request, argument: str) -> Reply:
    """Follow one more filter, and send the newest report that matches it."""
    if not argument:
        return ChooseFilter(suggestions=SUGGESTIONS)
    try:
        wanted = await read_filter(ports, argument)
    except BadFilter as problem:
        return FilterRefused(verb=Verb.SUBSCRIBE, typed=argument, problem=problem)
    query = wanted.query
    trial = await tried(ports, await with_packs(ports, wanted))
    before = await ports.store.chats.get(request.chat)
    if before is not None and (known := following(before, query)):
        follows = await send_newest(ports, before, query)
        return Subscribed(subscription=known, already=True, follows=follows, trial=trial)

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
    return Subscribed(subscription=subscription, already=False, follows=follows, trial=trial)


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
        timing=await timing.shown_in_list(ports, request, chat.settings) if chat else None,
    )


async def send_newest(ports: Ports, chat: Chat, query: str) -> bool:
    """Put the newest report that matches into the outbox; False when it is not told now.

    There is none, it was told before, or the chat gets its reports later, together.
    """
    if held_until(chat.settings, ports.clock.now()) is not None:
        return False
    found = await newest_match(ports, query)
    if found is None:
        return False
    story, article = found
    return await ports.store.outbox.offer(chat, story.id, article.id, ports.clock.now())


def following(chat: Chat, query: str) -> Subscription | None:
    """The chat's subscription with exactly this filter."""
    return next((kept for kept in chat.subscriptions if kept.query == query), None)


def choose(subscriptions: tuple[Subscription, ...], typed: str) -> tuple[Subscription, ...]:
    """The subscriptions meant by numbers ("2", "#2 3", "1,4"), by "all", by a name, or by their own words.

    Nothing is chosen when one of several numbers does not exist: half an order is not carried out.
    """
    if fold(typed) in ALL:
        return subscriptions
    parts = [part.lstrip("#") for part in typed.replace(",", " ").split()]
    if all(part.isascii() and part.isdigit() for part in parts):
        numbered = {str(subscription.number): subscription for subscription in subscriptions}
        wanted = [numbered.get(part.lstrip("0")) for part in dict.fromkeys(parts)]
        return tuple(found for found in wanted if found) if all(wanted) else ()
    named = tuple(kept for kept in subscriptions if kept.name and fold(kept.name) == fold(typed))
    return named or tuple(kept for kept in subscriptions if fold(kept.query).startswith(fold(typed)))[:1]

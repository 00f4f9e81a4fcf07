"""`/filter`: what a chat's filters find, tried on the past before anything is changed.

/filter 2 QUERY         shows what QUERY would change in the place of filter 2
/filter test QUERY      shows what it would find
/filter save TOKEN      makes what was shown last; the token is on the button
/filter name 2 media    calls filter 2 "media"; the name works wherever its number does
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import blake2b

from bot.desk.look_back import both_tested, difference, trial_of
from bot.desk.ports import Ports
from bot.desk.replies import (
    ChooseSubscription,
    FilterChanged,
    FilterNamed,
    FilterRefused,
    FilterTested,
    NameMistake,
    NameRefused,
    NoSuchNumber,
    NothingToSave,
    Reply,
)
from bot.desk.requests import Request, Verb
from bot.desk.subscriptions import ALL, choose, send_newest, subscribe
from bot.desk.typed_filters import read_filter, read_saved, with_packs
from bot.errors import BadFilter
from bot.filters.terms import Filter
from bot.language.letters import fold
from bot.model import Chat, Draft, Subscription

TEST = frozenset({"test", "sina"})
SAVE = frozenset({"save", "saxla"})
NAME = frozenset({"name", "ad"})

#: One word, so that a filter may follow it; not a number, which it stands for.
_NAME = re.compile(r"(?!\d+$)[^\W_][\w-]{0,29}")
_RESERVED = TEST | SAVE | NAME | ALL


async def change(ports: Ports, request: Request, argument: str) -> Reply:
    """`/filter ...`."""
    chat = await ports.store.chats.get(request.chat)
    subscriptions = chat.subscriptions if chat else ()
    first, _, rest = argument.partition(" ")
    rest = rest.strip()
    if fold(first) in TEST and rest:
        return await _test(ports, request, chat, rest)
    if fold(first) in SAVE:
        return await save(ports, request, chat, rest)
    if not first or chat is None:
        return ChooseSubscription(verb=Verb.FILTER, subscriptions=subscriptions)
    if fold(first) in NAME:
        return await call(ports, request, chat, rest)
    wanted = one_of(subscriptions, first)
    if wanted is None:
        return NoSuchNumber(typed=first, verb=Verb.FILTER, subscriptions=subscriptions)
    if not rest:
        return ChooseSubscription(verb=Verb.FILTER, subscriptions=(wanted,))
    return await _try(ports, request, chat, rest, instead=wanted)


def one_of(subscriptions: tuple[Subscription, ...], typed: str) -> Subscription | None:
    """The subscription with this number or name."""
    named = next((one for one in subscriptions if one.name and fold(one.name) == fold(typed)), None)
    if named is not None or not typed.lstrip("#").isdigit():
        return named
    return next(iter(choose(subscriptions, typed)), None)


# --- trying -------------------------------------------------------------------------------------


async def _test(ports: Ports, request: Request, chat: Chat | None, typed: str) -> Reply:
    """Try a filter on the past; `2 torture` in the place of filter 2, where the chat has one."""
    first, _, rest = typed.partition(" ")
    instead = one_of(chat.subscriptions, first) if chat and rest.strip() else None
    return await _try(ports, request, chat, rest.strip() if instead else typed, instead=instead)


async def _try(
    ports: Ports, request: Request, chat: Chat | None, typed: str, *, instead: Subscription | None
) -> Reply:
    try:
        wanted = await read_filter(ports, typed)
    except BadFilter as problem:
        return FilterRefused(verb=Verb.FILTER, typed=typed, problem=problem)
    if instead is not None and wanted.query == instead.query:
        return FilterChanged(number=instead.number, before=wanted.query, after=wanted.query, follows=False)
    old = await _saved(ports, instead.query) if instead else None
    before, matched, looked_at = await both_tested(ports, old, await with_packs(ports, wanted))
    draft = draft_of(wanted.query, instead)
    if chat is not None:
        await ports.store.chats.update(request.chat, lambda held: replace(held, draft=draft), fresh=chat)
    return FilterTested(
        query=wanted.query,
        trial=trial_of(matched, looked_at),
        token=draft.token if chat is not None else "",
        instead=instead,
        difference=difference(before, matched) if instead else None,
    )


def draft_of(query: str, instead: Subscription | None, saved_as: str = "") -> Draft:
    """A filter that may be saved, under a token that says which, and in whose place."""
    number = instead.number if instead else None
    before = instead.query if instead else ""
    told = "\0".join((query, str(number), before, saved_as))
    token = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return Draft(token=token, query=query, number=number, instead_of=before, saved_as=saved_as)


# --- saving -------------------------------------------------------------------------------------


async def save(ports: Ports, request: Request, chat: Chat | None, token: str) -> Reply:
    """Make what was tried last. A button of an older trial, or a filter changed since, changes nothing.

    Handed in twice, it is made once and answered twice: what takes the change back remembers its token.
    """
    draft = chat.draft if chat else None
    if chat is None or draft is None:
        return NothingToSave()
    if token and token == draft.saved_as:
        return FilterChanged(
            number=draft.number or 0,
            before=draft.query,
            after=draft.instead_of,
            follows=False,
            back=draft.token,
        )
    if token not in ("", draft.token):
        return NothingToSave()
    if draft.number is None:
        return await subscribe(ports, request, draft.query)
    return await _replace(ports, request, chat, draft)


async def _replace(ports: Ports, request: Request, chat: Chat, draft: Draft) -> Reply:
    """Put the draft in the place of the filter that it was compared with."""
    old = next((one for one in chat.subscriptions if one.number == draft.number), None)
    if old is None or old.query != draft.instead_of:
        return NothingToSave()
    try:
        wanted = await read_filter(ports, draft.query)
    except BadFilter as problem:  # a source or a pack that it names is gone since
        return FilterRefused(verb=Verb.FILTER, typed=draft.query, problem=problem)
    query = wanted.query
    back = draft_of(old.query, replace(old, query=query), saved_as=draft.token)

    def change(held: Chat) -> Chat:
        if held.draft != draft or old not in held.subscriptions:
            return held
        return replace(held, subscriptions=_with(held.subscriptions, old.number, query), draft=back)

    changed = await ports.store.chats.update(request.chat, change, fresh=chat)
    if changed.draft != back:
        return NothingToSave()
    follows = await send_newest(ports, changed, query)
    before, after, _ = await both_tested(
        ports, await _saved(ports, old.query), await with_packs(ports, wanted)
    )
    return FilterChanged(
        number=old.number,
        before=old.query,
        after=query,
        follows=follows,
        difference=difference(before, after),
        back=back.token,
    )


def _with(subscriptions: tuple[Subscription, ...], number: int, query: str) -> tuple[Subscription, ...]:
    """The subscription with a new filter; another that has the same filter already goes."""
    return tuple(
        replace(one, query=query) if one.number == number else one
        for one in subscriptions
        if one.number == number or one.query != query
    )


async def _saved(ports: Ports, query: str) -> Filter | None:
    """A followed filter, with its packs; None when it cannot be read any more."""
    try:
        return await read_saved(ports, query)
    except BadFilter:
        return None


# --- names --------------------------------------------------------------------------------------


async def call(ports: Ports, request: Request, chat: Chat, argument: str) -> Reply:
    """`/filter name 2 media`; without a name the old one is taken away."""
    first, _, name = argument.partition(" ")
    name = name.strip()
    wanted = one_of(chat.subscriptions, first)
    if wanted is None:
        if not first:
            return ChooseSubscription(verb=Verb.FILTER, subscriptions=chat.subscriptions)
        return NoSuchNumber(typed=first, verb=Verb.FILTER, subscriptions=chat.subscriptions)
    if name and (not _NAME.fullmatch(name) or fold(name) in _RESERVED):
        return NameRefused(typed=name, mistake=NameMistake.BAD, number=wanted.number)

    def taken(held: Chat) -> bool:
        others = (one for one in held.subscriptions if one.number != wanted.number and one.name)
        return bool(name) and fold(name) in {fold(one.name) for one in others}

    def change(held: Chat) -> Chat:
        if taken(held):
            return held
        renamed = tuple(
            replace(one, name=name) if one.number == wanted.number else one for one in held.subscriptions
        )
        return replace(held, subscriptions=renamed)

    changed = await ports.store.chats.update(request.chat, change, fresh=chat)
    if taken(changed):
        return NameRefused(typed=name, mistake=NameMistake.TAKEN, number=wanted.number)
    return FilterNamed(subscription=replace(wanted, name=name))

"""`/story ...` for moderators: what was taken for one report, why, and how to put it right.

What is split by hand stays split, whatever is found out later; what is joined stays joined. The messages of
the chats that were told follow.
"""

from __future__ import annotations

import re

from bot.desk.ports import Ports
from bot.desk.replies import (
    Missing,
    Reply,
    StoriesJoined,
    StoryMistake,
    StoryRefused,
    StoryShown,
    StorySplit,
    Tie,
)
from bot.desk.requests import Verb
from bot.language.letters import fold
from bot.links import link_key
from bot.model import Article, Story
from bot.stories.link import Link, link
from bot.stories.links import key_of

#: Reasons of a link that say the same in every language.
_EVIDENCE = re.compile(r"(?:name|article|day) (?P<words>.+)|number (?P<number>[\d.]+)")


async def moderate(ports: Ports, argument: str) -> Reply:
    """`/story show|split|join`."""
    action, _, rest = argument.partition(" ")
    addresses = rest.split()
    match fold(action):
        case "":
            return Missing(verb=Verb.STORY)
        case "show" | "split" if len(addresses) != 1:
            return Missing(verb=Verb.STORY)
        case "join" if len(addresses) != 2:
            return Missing(verb=Verb.STORY)
        case "show":
            return await show(ports, addresses[0])
        case "split":
            return await split(ports, addresses[0])
        case "join":
            return await join(ports, addresses[0], addresses[1])
        case _:
            return StoryRefused(mistake=StoryMistake.UNKNOWN_ACTION, typed=action)


async def show(ports: Ports, address: str) -> Reply:
    """The report at an address with everything that was taken for it."""
    story = await _at(ports, address)
    if story is None:
        return StoryRefused(mistake=StoryMistake.NOT_FOUND, typed=address)
    numbers = {article.id: at for at, article in enumerate(story.articles, 1)}
    ties = tuple(_tie(one, numbers) for linked in link(story.articles) for one in linked.links)
    return StoryShown(story=story, ties=ties)


def _tie(one: Link, numbers: dict[str, int]) -> Tie:
    found = [match["words"] or match["number"] for why in one.why if (match := _EVIDENCE.fullmatch(why))]
    percent = None if one.score >= 1 else min(99, int(one.score * 100))
    return Tie(a=numbers[one.a], b=numbers[one.b], percent=percent, evidence=tuple(found))


async def split(ports: Ports, address: str) -> Reply:
    """Make the article at an address a report of its own."""
    story = await _at(ports, address)
    article = _article(story, address)
    if story is None or article is None:
        return StoryRefused(mistake=StoryMistake.NOT_FOUND, typed=address)
    made = await ports.store.archive.split(article.id)
    if made is None:
        return StoryRefused(mistake=StoryMistake.ALONE, typed=address)
    return StorySplit(article=article, others=tuple(one for one in story.articles if one.id != article.id))


async def join(ports: Ports, one: str, two: str) -> Reply:
    """Make the reports at two addresses one."""
    first, second = await _at(ports, one), await _at(ports, two)
    if first is None or second is None:
        return StoryRefused(mistake=StoryMistake.NOT_FOUND, typed=one if first is None else two)
    if first.id == second.id:
        return StoryRefused(mistake=StoryMistake.ONE_ALREADY, typed=two)
    made = await ports.store.archive.join(first.id, second.id)
    story = await ports.store.archive.story(made) if made else None
    if story is None:  # it has left the archive between the two questions
        return StoryRefused(mistake=StoryMistake.NOT_FOUND, typed=two)
    return StoriesJoined(story=story)


async def _at(ports: Ports, address: str) -> Story | None:
    """The report with an article at this address. After a split a claim may lead to the other half."""
    key = key_of(address)
    if key is None:
        return await ports.store.archive.story(address)
    story = await ports.store.archive.by_link(key)
    if story is not None and _article(story, address) is None:
        wanted = link_key(address)
        async for article in ports.store.archive.newest(_LOOKED_THROUGH):
            if article.url and link_key(article.url) == wanted:
                return await ports.store.archive.of_article(article.id)
    return story


_LOOKED_THROUGH = 2_000  # newest articles among which a split one is looked for


def _article(story: Story | None, address: str) -> Article | None:
    """The article at an address; of a report told by its id, the last that joined."""
    if story is None:
        return None
    wanted = link_key(address)
    if wanted is None:
        return story.articles[-1]
    return next((one for one in story.articles if one.url and link_key(one.url) == wanted), None)

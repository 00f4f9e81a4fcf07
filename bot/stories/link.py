"""A whole batch of articles to stories, with the reason for every link. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.links import link_key
from bot.model import Article
from bot.stories.links import HREFLANG, RANK, SAME, TEXT, Claim, addresses

_Holder = tuple[int, Claim]  # an article's place in the batch, and what it claims
_Reasons = dict[tuple[int, int], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Why two articles are one report. `score` 1.0: the publisher says so."""

    a: str
    b: str
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedStory:
    """One report of the batch. `articles` are ids in the batch's order; `story` is the first of them."""

    story: str
    articles: tuple[str, ...]
    links: tuple[Link, ...]


def link(articles: Sequence[Article]) -> list[LinkedStory]:
    """Stories in the order of their first article; every id once (a repeated id counts for its first)."""
    distinct: dict[str, Article] = {}
    for article in articles:
        distinct.setdefault(article.id, article)
    batch = list(distinct.values())
    reasons = _reasons(batch)
    leader = _leaders(len(batch), reasons)
    members: dict[int, list[int]] = defaultdict(list)
    for at in range(len(batch)):
        members[leader[at]].append(at)
    found: dict[int, list[Link]] = defaultdict(list)
    for (a, b), why in sorted(reasons.items()):
        found[leader[a]].append(Link(a=batch[a].id, b=batch[b].id, score=1.0, why=tuple(why)))
    return [
        LinkedStory(
            story=batch[group[0]].id,
            articles=tuple(batch[at].id for at in group),
            links=tuple(found[lead]),
        )
        for lead, group in members.items()
    ]


def _reasons(batch: Sequence[Article]) -> _Reasons:
    """Which pairs (earlier, later) are linked. Each address ties everybody who claims it to one of them."""
    holders: dict[str, list[_Holder]] = defaultdict(list)
    for at, article in enumerate(batch):
        for claim in addresses(article):
            holders[claim.address].append((at, claim))
    reasons: _Reasons = defaultdict(list)
    for held in holders.values():
        believed = _without_hubs(held, batch)
        if not believed:
            continue
        anchor, _ = min(believed, key=lambda holder: (RANK[holder[1].why], holder[0]))
        for at, claim in believed:
            if at != anchor:
                reasons[min(at, anchor), max(at, anchor)].append(_reason(claim))
    return reasons


def _reason(claim: Claim) -> str:
    if claim.why in (SAME, TEXT):
        return claim.why
    return f"{claim.why} {claim.lang} {claim.address}".replace("  ", " ")


def _without_hubs(held: Sequence[_Holder], batch: Sequence[Article]) -> list[_Holder]:
    """Disbelieve a page that several texts of one language each call their other version: a section page."""
    texts: dict[str, set[str | None]] = defaultdict(set)
    for at, claim in held:
        if claim.why == HREFLANG:
            article = batch[at]
            texts[article.lang].add(link_key(article.canonical or article.url or article.id))
    return [(at, claim) for at, claim in held if claim.why != HREFLANG or len(texts[batch[at].lang]) < 2]


def _leaders(size: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """For each article the first one that it is linked to, directly or through others."""
    leader = list(range(size))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    for a, b in pairs:
        one, other = sorted((find(a), find(b)))
        leader[other] = one
    return [find(at) for at in range(size)]

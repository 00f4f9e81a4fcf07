"""A whole batch of articles to stories, with the reason for every link. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.links import link_key
from bot.model import Article
from bot.stories.decide import Group, Weighed, may_join, weigh
from bot.stories.fingerprint import Fingerprint, fingerprint
from bot.stories.likeness import Likeness
from bot.stories.links import HREFLANG, RANK, SAME, TEXT, Claim, addresses
from bot.stories.recent import Recent

_Holder = tuple[int, Claim]  # an article's place in the batch, and what it claims
_Reasons = dict[tuple[int, int], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Why two articles are one report. `score` 1.0: the publisher says so; less: how sure the evidence is."""

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
    groups = _Groups(len(batch))
    links: list[tuple[int, int, Link]] = []
    for (a, b), why in sorted(_reasons(batch).items()):
        groups.join(a, b)
        links.append((a, b, Link(a=batch[a].id, b=batch[b].id, score=1.0, why=tuple(why))))
    for a, b, found in _alike(batch, groups):
        links.append((a, b, Link(a=batch[a].id, b=batch[b].id, score=found.score, why=found.why)))
    members: dict[int, list[int]] = defaultdict(list)
    for at in range(len(batch)):
        members[groups.of(at)].append(at)
    of_group: dict[int, list[Link]] = defaultdict(list)
    for a, _, one in sorted(links, key=lambda made: (made[0], made[1])):
        of_group[groups.of(a)].append(one)
    return [
        LinkedStory(
            story=batch[group[0]].id,
            articles=tuple(batch[at].id for at in group),
            links=tuple(of_group[lead]),
        )
        for lead, group in members.items()
    ]


class _Groups:
    """Which articles of a batch are one story so far. A group is named after its first article."""

    def __init__(self, size: int) -> None:
        self._leader = list(range(size))
        self.members = [[at] for at in range(size)]

    def of(self, at: int) -> int:
        while self._leader[at] != at:
            self._leader[at] = self._leader[self._leader[at]]
            at = self._leader[at]
        return at

    def join(self, a: int, b: int) -> None:
        one, other = sorted((self.of(a), self.of(b)))
        if one != other:
            self._leader[other] = one
            self.members[one] += self.members[other]


def _alike(batch: Sequence[Article], groups: _Groups) -> Iterator[tuple[int, int, Likeness]]:
    """Join what tells the same, the surest first; each link that joined two groups."""
    place = {article.id: at for at, article in enumerate(batch)}
    prints = [fingerprint(article) for article in batch]
    recent, weighed = Recent(prints), Weighed()
    proposed: dict[tuple[int, int], Likeness] = {}
    for one in prints:
        for two, found in weigh(one, recent, weighed):
            a, b = sorted((place[one.id], place[two.id]))
            proposed[a, b] = found
    for (a, b), found in sorted(proposed.items(), key=lambda pair: (-pair[1].score, pair[0])):
        mine, its = groups.of(a), groups.of(b)
        if mine == its:
            continue
        if may_join(
            found, prints[a], prints[b], _group(mine, groups, prints), _group(its, groups, prints), weighed
        ):
            groups.join(mine, its)
            yield a, b, found


def _group(lead: int, groups: _Groups, prints: Sequence[Fingerprint]) -> Group:
    return tuple(prints[at] for at in groups.members[lead])


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

"""Whether two articles, and the stories they are in, are one report. Pure.

A wrong link under a report about a prisoner is worse than a missing one. So likeness alone does not join: the
partner must be the best on either side by a margin, no two members may exclude each other, and the groups as
wholes must be alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.stories.fingerprint import Fingerprint, same
from bot.stories.likeness import Likeness, likeness
from bot.stories.recent import Recent, within_window
from bot.stories.twins import LEAST_TITLE

#: Least likeness of a link: two languages, and one language. By the precision on labelled sets.
ACROSS_LEAST = 0.65
WITHIN_LEAST = 0.88
#: What an outlet sends again: share of the shorter text's words, and of the shorter headline's.
_AGAIN = 0.8
_RETITLED = 0.6
_WORDS = 12  # of a text that says something
_MANY_WORDS = 40  # of a text that is no notice: the same under another headline is the same article
_MARGIN = 0.05  # by which the best partner must lead the next of the same outlet and language
_KIN = 0.45  # least likeness on average of two groups that become one
_WORTH = 0.30  # likeness below which a partner is no rival either

_SURE = 0.95  # likeness of what an outlet sends again

Group = tuple[Fingerprint, ...]


class Weighed:
    """Likenesses that have been worked out, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Likeness] = {}
        self._partners: dict[str, list[tuple[Fingerprint, Likeness]]] = {}

    def of(self, one: Fingerprint, two: Fingerprint) -> Likeness:
        key = (one.id, two.id) if one.id < two.id else (two.id, one.id)
        found = self._known.get(key)
        if found is None:
            found = likeness(one, two)
            if (one.outlet, one.lang) == (two.outlet, two.lang) and is_again(one, two):
                found = replace(
                    found, score=max(found.score, _SURE), why=("the same words again", *found.why)
                )
            self._known[key] = found
        return found

    def remember(self, one: Fingerprint, found: list[tuple[Fingerprint, Likeness]]) -> None:
        """Keep the partners of an article, to tell rivals by."""
        self._partners[one.id] = found

    def rivals(self, one: Fingerprint, two: Fingerprint) -> Iterator[tuple[Fingerprint, Likeness]]:
        """Who else could be for `one` what `two` is: articles of the same outlet in the same language."""
        for other, found in self._partners.get(one.id, ()):
            if other.id != two.id and (other.outlet, other.lang) == (two.outlet, two.lang):
                yield other, found


def weigh(one: Fingerprint, recent: Recent, weighed: Weighed) -> list[tuple[Fingerprint, Likeness]]:
    """The partners of `one` that are worth a thought, best first."""
    found = [(two, weighed.of(one, two)) for two in recent.partners(one)]
    found = [(two, alike) for two, alike in found if alike.score >= _WORTH]
    found.sort(key=lambda pair: (-pair[1].score, pair[0].id))
    weighed.remember(one, found)
    return found


class Kin(NamedTuple):
    """An article that tells the same report."""

    article: str
    story: str
    likeness: Likeness


def kindred(one: Fingerprint, candidates: Sequence[tuple[Fingerprint, str]]) -> list[Kin]:
    """The articles whose stories `one` belongs to, the surest first; `candidates` come with their stories.

    As in a batch: a story is joined whole or not at all, and several stories may turn out to be one.
    """
    weighed, others = Weighed(), [(two, story) for two, story in candidates if within_window(one, two)]
    stories: dict[str, list[Fingerprint]] = defaultdict(list)
    for two, story in others:
        if two.id != one.id:
            stories[story].append(two)
    found = [(two, story, weighed.of(one, two)) for story, members in stories.items() for two in members]
    weighed.remember(one, [(two, alike) for two, _, alike in found])
    found = [row for row in found if row[2].score >= least(one, row[0])]
    kin: list[Kin] = []
    mine: Group = (one,)
    for two, story, alike in sorted(found, key=lambda row: (-row[2].score, row[0].id)):
        if story in {known.story for known in kin}:
            continue
        twins = [other for other, _ in others if (other.outlet, other.lang) == (one.outlet, one.lang)]
        weighed.remember(two, [(other, weighed.of(two, other)) for other in twins if other.id != two.id])
        if may_join(alike, one, two, mine, tuple(stories[story]), weighed):
            kin.append(Kin(two.id, story, alike))
            mine = (*mine, *stories[story])
    return kin


def least(one: Fingerprint, two: Fingerprint) -> float:
    """The likeness that a link of these two needs."""
    return ACROSS_LEAST if one.lang != two.lang else WITHIN_LEAST


def is_again(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether an outlet that writes a report once in each language has sent it a second time.

    Re-dated, retitled, lengthened: the words stay, and so do the figures and the people. Notices of one
    template about two people are not the same, nor are two weeks' figures.
    """
    shorter = min(len(one.words), len(two.words))
    if min(len(one.title), len(two.title)) < LEAST_TITLE or shorter < _WORDS:
        return False
    if len(one.words & two.words) < _AGAIN * shorter or one.numbers != two.numbers:
        return False
    if any(strange(a, b) for a, b in ((one, two), (two, one))):
        return False
    least_title = min(len(one.title_words), len(two.title_words))
    retitled = len(one.title_words & two.title_words) < _RETITLED * least_title
    return not retitled or shorter >= _MANY_WORDS


def strange(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether a headline names somebody whom the other article does not have."""
    return any(name.titled and not any(same(name.keys, its.keys) for its in two.names) for name in one.names)


def can_be_one(one: Fingerprint, two: Fingerprint, alike: Likeness) -> bool:
    """Whether two articles may be in one story at all, however they came there."""
    if alike.vetoed:
        return False
    return one.lang != two.lang or one.outlet != two.outlet or is_again(one, two)


def may_join(
    found: Likeness, one: Fingerprint, two: Fingerprint, mine: Group, its: Group, weighed: Weighed
) -> bool:
    """Whether `one` and `two`, members of the groups `mine` and `its`, make one story of both."""
    if not _are_one(one, two, found):
        return False
    if _has_rival(one, two, found, mine, its, weighed) or _has_rival(two, one, found, its, mine, weighed):
        return False
    total = 0.0
    for a in mine:
        for b in its:
            alike = weighed.of(a, b)
            if not can_be_one(a, b, alike):
                return False
            total += alike.score
    return total >= _KIN * len(mine) * len(its)


def _has_rival(
    one: Fingerprint, two: Fingerprint, found: Likeness, mine: Group, its: Group, weighed: Weighed
) -> bool:
    """Whether somebody outside both groups is about as good a partner of `one`, and another report."""
    inside = {member.id for member in (*mine, *its)}
    return any(
        alike.score > found.score - _MARGIN
        and not alike.vetoed
        and other.id not in inside
        and not _are_one(other, two, weighed.of(other, two))
        for other, alike in weighed.rivals(one, two)
    )


def _are_one(one: Fingerprint, two: Fingerprint, alike: Likeness) -> bool:
    """Whether two articles would be joined if nothing else were there."""
    return can_be_one(one, two, alike) and alike.score >= least(one, two)

"""Many filters against one article, without asking every filter.

Each distinct filter is filed under what its rarest required part needs: the first letters of a word's search
key, or a label. An article is asked only about the filters filed under something that it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.filters.match import ReadArticle, evaluate
from bot.filters.terms import And, Filter, LabelTerm, Node, Not, WordTerm
from bot.language.keywords import LONGEST_PREFIX, Passage
from bot.model import Match


class _Guard(NamedTuple):
    """A filter can match only an article that has one of `keys`; high `rarity` lets few articles through."""

    rarity: float
    keys: frozenset[str]


#: How well a label tells articles apart, on the scale of letters that a word's key has.
_RARITY = {
    "source": 3.6,
    "from": 2.4,
    "country": 2.6,
    "mentions": 2.5,
    "topic": 2.7,
    "kind": 1.5,
    "lang": 1.0,
}


class FilterIndex:
    """The filters that are followed, ready to be asked about an article."""

    def __init__(self) -> None:
        self._filters: dict[str, Filter] = {}
        self._ids: dict[str, list[str]] = {}
        self._postings: dict[str, list[str]] = {}
        self._always: list[str] = []

    def replace(self, filters: Mapping[str, Filter]) -> None:
        """Forget every filter and take these: id -> filter. Equal filters share one place."""
        by_query: dict[str, Filter] = {}
        ids: dict[str, list[str]] = {}
        for filter_id, wanted in filters.items():
            by_query[wanted.query] = wanted
            ids.setdefault(wanted.query, []).append(filter_id)
        postings: dict[str, list[str]] = {}
        always: list[str] = []
        for query, wanted in by_query.items():
            guard = _guard(wanted.root)
            for key in guard.keys if guard else ():
                postings.setdefault(key, []).append(query)
            if guard is None:
                always.append(query)
        self._filters, self._ids, self._postings, self._always = by_query, ids, postings, always

    def matching(self, read: ReadArticle) -> dict[str, Match]:
        """The filters that want the article, by id, with their reasons."""
        asked = set(self._always)
        for key in _keys(read):
            asked.update(self._postings.get(key, ()))
        matches: dict[str, Match] = {}
        for query in asked:
            decision = evaluate(self._filters[query], read)
            if isinstance(decision, Match):
                matches.update(dict.fromkeys(self._ids[query], decision))
        return matches


def _guard(node: Node) -> _Guard | None:
    """What an article must have for `node` to be met; None when nothing in particular."""
    if isinstance(node, WordTerm):
        return max(
            (_Guard(min(map(len, word.prefixes)), word.prefixes) for word in node.keyword.words),
            key=lambda guard: guard.rarity,
        )
    if isinstance(node, LabelTerm):
        if node.field not in _RARITY:
            return None
        return _Guard(_RARITY[node.field], frozenset(f"{node.field}:{value}" for value in node.values))
    if isinstance(node, Not):
        return None
    guards = [_guard(part) for part in node.parts]
    known = [guard for guard in guards if guard is not None]
    if isinstance(node, And):
        return max(known, key=lambda guard: guard.rarity, default=None)
    if len(known) < len(guards):
        return None
    return _Guard(min(g.rarity for g in known), frozenset().union(*(g.keys for g in known)))


def _keys(read: ReadArticle) -> set[str]:
    keys = {f"{field}:{value}" for field, values in read.labels.items() for value in values}
    return keys | _prefixes(read.title) | _prefixes(read.text)


def _prefixes(passage: Passage) -> set[str]:
    words = {word for form, _, _ in passage.spellings() for word in (form.folded, form.folded + form.suffix)}
    heads = {word[:LONGEST_PREFIX] for word in words}
    return {head[:length] for head in heads for length in range(1, LONGEST_PREFIX + 1)}

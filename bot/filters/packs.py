"""Packs put into the filters that include them.

    expand(parse("pack:press lang:az"), {"press": parse_pack("jurnalist OR bloger")})
        ->  (bloger OR jurnalist) lang:az rights:yes

A pack is a filter without a rights term; the filter that includes it has one, for all of it. Packs may
include packs, but not themselves. `-pack:x` leaves out whatever the pack finds. With its packs a filter has
at most `MOST_TERMS` terms and `MOST_DEPTH` levels. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.errors import BadPack, FilterMistake
from bot.filters import names
from bot.filters.terms import (
    And,
    Filter,
    LabelTerm,
    Node,
    Not,
    Or,
    PackTerm,
    WordTerm,
    all_of,
    any_of,
    none_of,
)

#: Both far above what a filter may have by itself, and low enough to be asked of every article.
MOST_TERMS = 500
MOST_DEPTH = 40


class _Size(NamedTuple):
    """How much a tree is with its packs in it."""

    terms: int
    depth: int


def packs_of(wanted: Filter) -> frozenset[str]:
    """The packs that a filter names itself; theirs are not among them."""
    return frozenset(_names_in(wanted.root))


def expand(wanted: Filter, packs: Mapping[str, Filter]) -> Filter:
    """The filter with every `pack:` term replaced; itself when it has none. Other terms keep their spelling.

    `packs`: name -> the pack as `grammar.parse_pack` reads it. Takes time in proportion to the result.

    Raises:
        BadPack: a pack is not there, includes itself, or makes the filter too large.
    """
    if not packs_of(wanted):
        return wanted
    sizes: dict[str, _Size] = {}
    for name in sorted(packs_of(wanted)):
        _Measure(wanted, packs, sizes).pack(name, ())
    whole = _size(wanted.root, sizes)
    if whole.terms > MOST_TERMS or whole.depth > MOST_DEPTH:
        largest = max(sorted(packs_of(wanted)), key=lambda name: sizes[name])
        raise _bad(FilterMistake.PACK_TOO_LARGE, wanted, (largest,))
    root = _replaced(wanted.root, packs, {})
    return Filter(root.query, root)


class _Measure:
    """Measures packs from the inside outwards, each once, so that nothing too large is ever built."""

    def __init__(self, wanted: Filter, packs: Mapping[str, Filter], sizes: dict[str, _Size]) -> None:
        self._wanted = wanted
        self._packs = packs
        self._sizes = sizes

    def pack(self, name: str, way: tuple[str, ...]) -> None:
        path = (*way, name)
        if name in self._sizes:
            return
        if name in way:
            raise _bad(FilterMistake.PACK_CYCLE, self._wanted, path)
        if name not in self._packs:
            near = names.nearest_of(name, self._packs)
            raise _bad(FilterMistake.UNKNOWN_PACK, self._wanted, path, near)
        if len(path) > MOST_DEPTH:
            raise _bad(FilterMistake.PACK_TOO_LARGE, self._wanted, path)
        root = self._packs[name].root
        for inner in sorted(set(_names_in(root))):
            self.pack(inner, path)
        size = _size(root, self._sizes)
        if size.terms > MOST_TERMS or size.depth > MOST_DEPTH:
            raise _bad(FilterMistake.PACK_TOO_LARGE, self._wanted, path)
        self._sizes[name] = size


def _bad(mistake: FilterMistake, wanted: Filter, path: tuple[str, ...], near: str | None = None) -> BadPack:
    """The error, at the term of the filter that leads there."""
    token = f"pack:{path[0]}"
    return BadPack(
        mistake,
        at=max(wanted.query.find(token), 0),
        token=token,
        path=path,
        suggestion=f"pack:{near}" if near and len(path) == 1 else None,
    )


def _names_in(node: Node) -> list[str]:
    if isinstance(node, PackTerm):
        return [node.name]
    return [name for part in _parts(node) for name in _names_in(part)]


def _size(node: Node, sizes: Mapping[str, _Size]) -> _Size:
    if isinstance(node, PackTerm):
        terms, depth = sizes[node.name]
        return _Size(terms, depth + 1)
    inner = [_size(part, sizes) for part in _parts(node)]
    return _Size(
        sum((size.terms for size in inner), 0) or 1, 1 + max((size.depth for size in inner), default=0)
    )


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, And | Or):
        return node.parts
    return (node.part,) if isinstance(node, Not) else ()


def _replaced(node: Node, packs: Mapping[str, Filter], done: dict[str, Node]) -> Node:
    if isinstance(node, WordTerm | LabelTerm) or (isinstance(node, Or) and node.one_term):
        return node
    if isinstance(node, PackTerm):
        if node.name not in done:
            done[node.name] = _replaced(packs[node.name].root, packs, done)
        return done[node.name]
    parts = [_replaced(part, packs, done) for part in _parts(node)]
    match node:
        case And():
            return all_of(parts)
        case Or():
            return any_of(parts)
        case Not():
            return none_of(parts[0])

"""What a filter is made of, and how it is spelled.

    Filter.root   And(parts) | Or(parts) | Not(part) | WordTerm | LabelTerm | PackTerm

Every node knows its canonical spelling, so equal filters spell equally: parts are sorted (words, then
fields, then groups, then exclusions, rights last) and doubles dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.language.keywords import Keyword


@dataclass(frozen=True, slots=True)
class WordTerm:
    """A word or phrase that must occur in the title, the text, or either ("")."""

    query: str
    field: str
    keyword: Keyword


@dataclass(frozen=True, slots=True)
class LabelTerm:
    """A field of the article that must have one of `values`."""

    query: str
    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackTerm:
    """What a shared pack asks for. It stands in filters as they are kept; `packs.expand` replaces it."""

    query: str
    name: str


@dataclass(frozen=True, slots=True)
class And:
    """Every part must be met."""

    query: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One part must be met."""

    query: str
    parts: tuple[Node, ...]
    one_term: bool = False  #: spelt as one term, `~torture`, and told as one; its parts are what it finds


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not be met."""

    query: str
    part: Node


Term = WordTerm | LabelTerm
Node = WordTerm | LabelTerm | PackTerm | And | Or | Not

#: The fields of an article, in the order of the canonical spelling.
FIELDS = ("title", "text", "country", "mentions", "from", "lang", "topic", "kind", "source", "rights")
PACK = "pack"  #: the field that names a pack


@dataclass(frozen=True, slots=True)
class Filter:
    """What a chat wants. `parse(query).query == query`."""

    query: str  #: canonical spelling
    root: Node


def all_of(parts: list[Node]) -> Node:
    """The conjunction of `parts`, flattened, sorted and without doubles."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    unique = sorted({part.query: part for part in flat}.values(), key=_place)
    if len(unique) == 1:
        return unique[0]
    return And(" ".join(_grouped(part) for part in unique), tuple(unique))


def any_of(parts: list[Node]) -> Node:
    """The disjunction of `parts`, flattened, sorted and without doubles."""
    flat = [inner for part in parts for inner in _alternatives(part)]
    unique = sorted({part.query: part for part in flat}.values(), key=_place)
    if len(unique) == 1:
        return unique[0]
    return Or(" OR ".join(_grouped(part) for part in unique), tuple(unique))


def _alternatives(part: Node) -> tuple[Node, ...]:
    return part.parts if isinstance(part, Or) and not part.one_term else (part,)


def none_of(part: Node) -> Not:
    """The negation of `part`."""
    return Not("-" + _grouped(part), part)


def _grouped(part: Node) -> str:
    group = isinstance(part, And) or (isinstance(part, Or) and not part.one_term)
    return f"({part.query})" if group else part.query


def _place(part: Node) -> tuple[int, int, str]:
    if isinstance(part, WordTerm):
        return (FIELDS.index(part.field) + 1 if part.field else 0), 0, part.query
    if isinstance(part, LabelTerm):
        return (99 if part.field == "rights" else 10 + FIELDS.index(part.field)), 0, part.query
    if isinstance(part, PackTerm):
        return 30, 0, part.query
    if isinstance(part, Not):
        return 50, 0, part.query
    if isinstance(part, Or) and part.one_term:
        return 0, 1, part.query
    return 40, 0, part.query


def parts_of(node: Node) -> tuple[Node, ...]:
    """What must all be met for `node` to be met."""
    return node.parts if isinstance(node, And) else (node,)


def terms_of(node: Node) -> list[Term]:
    """Every term below `node` that asks something of an article, excluded ones as well."""
    if isinstance(node, WordTerm | LabelTerm):
        return [node]
    if isinstance(node, PackTerm):
        return []
    parts = (node.part,) if isinstance(node, Not) else node.parts
    return [term for part in parts for term in terms_of(part)]


def wants_something(node: Node) -> bool:
    """Whether a match needs something to be there, rather than something to be absent."""
    if isinstance(node, LabelTerm):
        return node.values != ("any",)
    if isinstance(node, WordTerm | PackTerm):  # a pack is refused unless it wants something
        return True
    if isinstance(node, And):
        return any(wants_something(part) for part in node.parts)
    if isinstance(node, Or):
        return all(wants_something(part) for part in node.parts)
    return False

"""Does a filter make sense: can it match at all, and does it leave anything out?

    contradiction(parse("country:AZ -mentions:AZ").root)  ->  Contradiction("country:AZ", "-mentions:AZ")
    lets_everything_through(parse("lang:az,en").root)     ->  True

A text that would meet the filter is sought by trying its alternatives one by one, with what is certain of
every article: one language, one kind, one source, rights or none; a country that it is about is mentioned; a
word in the title is a word of the report, and so is each word of a phrase. The search gives up after
`_MOST_STEPS`, and then finds nothing wrong: what is refused here can never match, but not everything that can
never match is refused. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.filters.terms import And, LabelTerm, Node, Not, Or, PackTerm, WordTerm
from bot.model import Kind, Language

_MOST_STEPS = 3_000
_MOST_BRANCHES = 100  #: alternatives within alternatives
#: Fields of which an article has one value, with all values that there are; None: nobody can list them.
_SINGLE: dict[str, frozenset[str] | None] = {
    "lang": frozenset(lang.value for lang in Language),
    "kind": frozenset(kind.value for kind in Kind),
    "rights": frozenset({"yes", "no"}),
    "source": None,
    "from": None,
}
_READ_HERE = frozenset({Language.AZ.value, Language.EN.value})

_Fact = tuple[str, str]
"""A field, and what is in it: a label, or a word with the manner of its forms."""
_Wish = tuple[Node, bool]
"""A node that must, or must not, be met."""


class Contradiction(NamedTuple):
    """Two terms that cannot both hold; empty where it takes more than two."""

    first: str = ""
    second: str = ""


class _GaveUp(Exception):
    """Too many alternatives to try them all."""


def contradiction(root: Node) -> Contradiction | None:
    """Why no article whatever can meet `root`; None when one can, or when it is too much to find out."""
    try:
        return _Search().clash((root, True), _Facts())
    except _GaveUp:
        return None


def lets_everything_through(root: Node) -> bool:
    """Whether every human-rights report in Azerbaijani or English certainly meets `root`."""
    facts = _Facts()
    facts.allowed = {"lang": (_READ_HERE, ""), "rights": (frozenset({"yes"}), "")}
    try:
        return _Search().clash((root, False), facts) is not None
    except _GaveUp:
        return False


class _Search:
    """Tries alternatives until one of them holds together."""

    def __init__(self) -> None:
        self._steps = 0

    def clash(
        self, wish: _Wish, facts: _Facts, choices: tuple[list[_Wish], ...] = (), branches: int = 0
    ) -> Contradiction | None:
        """What is wrong with `wish` and one of each of `choices`, beside `facts`, which are changed."""
        todo, later = [wish], list(choices)
        while todo:
            self._count(branches)
            node, wanted = todo.pop()
            if isinstance(node, Not):
                todo.append((node.part, not wanted))
            elif isinstance(node, And | Or):
                parts: list[_Wish] = [(part, wanted) for part in node.parts]
                if isinstance(node, And) is wanted:
                    todo.extend(reversed(parts))
                else:
                    later.append(parts)
            elif wanted and isinstance(node, LabelTerm) and _is_choice(node):
                later.append([(LabelTerm(node.query, node.field, (value,)), True) for value in node.values])
            elif (wrong := facts.add(node, wanted)) is not None:
                return wrong
        if not later:
            return None
        first, *others = sorted(later, key=len)
        rest = tuple(others)
        lost = all(self.clash(one, facts.copy(), rest, branches + 1) is not None for one in first)
        return Contradiction() if lost else None

    def _count(self, branches: int) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS or branches > _MOST_BRANCHES:
            raise _GaveUp


def _is_choice(term: LabelTerm) -> bool:
    return term.field not in _SINGLE and len(term.values) > 1


class _Facts:
    """What is known of the article that is sought, each with the term that says so."""

    def __init__(self) -> None:
        self.there: dict[_Fact, str] = {}
        self.gone: dict[_Fact, str] = {}
        self.allowed: dict[str, tuple[frozenset[str], str]] = {}
        self.barred: dict[str, dict[str, str]] = {}

    def copy(self) -> _Facts:
        other = _Facts()
        other.there, other.gone, other.allowed = dict(self.there), dict(self.gone), dict(self.allowed)
        other.barred = {field: dict(values) for field, values in self.barred.items()}
        return other

    def add(self, term: Node, wanted: bool) -> Contradiction | None:
        """One term more that must, or must not, hold."""
        if isinstance(term, PackTerm):
            fact = ("pack", term.name)
            return self._there(fact, term.query) if wanted else self._gone(fact, "-" + term.query)
        if isinstance(term, WordTerm):
            fact = _word(term)
            return self._there_word(term) if wanted else self._gone(fact, "-" + term.query)
        assert isinstance(term, LabelTerm)
        if "any" in term.values:
            return None if wanted else Contradiction("-" + term.query, term.query)
        if term.field in _SINGLE:
            return self._only(term) if wanted else self._none(term)
        facts = [(term.field, value) for value in term.values]
        if wanted:
            return self._there(facts[0], term.query)
        return next((wrong for fact in facts if (wrong := self._gone(fact, "-" + term.query))), None)

    def _there_word(self, term: WordTerm) -> Contradiction | None:
        for fact in _implied(term):
            if (wrong := self._there(fact, term.query)) is not None:
                return wrong
        return None

    def _there(self, fact: _Fact, why: str) -> Contradiction | None:
        field, value = fact
        for implied in (fact, ("mentions", value)) if field == "country" else (fact,):
            if implied in self.gone:
                return Contradiction(self.gone[implied], why)
            self.there.setdefault(implied, why)
        return self._nowhere(value) if field == "" else None

    def _gone(self, fact: _Fact, why: str) -> Contradiction | None:
        if fact in self.there:
            return Contradiction(self.there[fact], why)
        self.gone.setdefault(fact, why)
        return self._nowhere(fact[1]) if fact[0] in ("title", "text") else None

    def _nowhere(self, word: str) -> Contradiction | None:
        """A word that must be there, and neither in the title nor in the text."""
        lost = ("", word) in self.there and ("title", word) in self.gone and ("text", word) in self.gone
        return Contradiction() if lost else None

    def _only(self, term: LabelTerm) -> Contradiction | None:
        wanted = frozenset(term.values)
        allowed, why = self.allowed.get(term.field, (wanted, term.query))
        if wanted.isdisjoint(allowed):
            return Contradiction(why, term.query)
        barred = self.barred.get(term.field, {})
        left = (wanted & allowed) - barred.keys()
        if not left:
            return Contradiction(min(barred.values()), term.query)
        self.allowed[term.field] = (left, term.query)
        return None

    def _none(self, term: LabelTerm) -> Contradiction | None:
        query = "-" + term.query
        barred = self.barred.setdefault(term.field, {})
        barred.update(dict.fromkeys(term.values, query))
        every = _SINGLE[term.field]
        allowed, why = self.allowed.get(term.field, (every, ""))
        if allowed is not None and allowed <= barred.keys():
            return Contradiction(why, query) if why else Contradiction()
        return None


def _word(term: WordTerm) -> _Fact:
    return term.field, f"{term.keyword.manner.value} {term.keyword.text}"


def _implied(term: WordTerm) -> Iterator[_Fact]:
    """Where a word must be there when the term is met: itself, each word of a phrase, here and anywhere."""
    found = [_word(term)[1]]
    if len(term.keyword.words) > 1:
        found += [f"{word.manner.value} {word.typed}" for word in term.keyword.words]
    for field in dict.fromkeys((term.field, "")):
        yield from ((field, one) for one in found)

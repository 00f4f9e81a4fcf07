"""A filter said in words, so that its author sees what it means before it is saved.

    describe(parse("torture country:AZ -football"), Language.EN)
        ->  reports about Azerbaijan that mention “torture”, except those that mention “football”

The parts of a filter become clauses in a fixed order, and each language joins them to its noun: English
before, Azerbaijani after them. No pattern puts a suffix on a name or a word that somebody typed. The rights
term is told only where it is not the rule. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from babel.lists import format_list

from bot.filters.terms import Filter, LabelTerm, Node, Not, Or, PackTerm, WordTerm, parts_of
from bot.language.keywords import Manner
from bot.model import Kind, Language, Topic
from handlers.text import names
from handlers.text.catalogue import N_, Translator, translator

_KINDS: dict[Kind, str] = {
    Kind.REPORT: N_("published reports"),
    Kind.URGENT_ACTION: N_("urgent actions"),
    Kind.JUDGMENT: N_("court judgments"),
    Kind.STATEMENT: N_("statements"),
    Kind.NEWS: N_("news stories"),
}
_LANGUAGES: dict[Language, str] = {
    Language.AZ: N_("in Azerbaijani"),
    Language.EN: N_("in English"),
    Language.TR: N_("in Turkish"),
    Language.RU: N_("in Russian"),
    Language.OTHER: N_("in another language"),
    Language.UND: N_("in a language that could not be told"),
}
_RIGHTS = {"any": N_("on any subject"), "no": N_("outside human-rights news")}
#: Label fields in the order in which they are told, each with its clause.
_LABELS = {
    "rights": N_("{values}"),
    "country": N_("about {values}"),
    "topic": N_("on the topic of {values}"),
    "lang": N_("{values}"),
    "source": N_("from the source {values}"),
    "from": N_("from outlets in {values}"),
    "mentions": N_("naming {values}"),
}
_PACK = N_("found by the pack {packs}")
_WORDS = {
    "title": N_("with {words} in the title"),
    "text": N_("with {words} in the text"),
    "": N_("that mention {words}"),
}
#: The same where the clause stands for its noun, which Azerbaijani shows at its verb.
_THOSE = {
    _WORDS["title"]: N_("(those) with {words} in the title"),
    _WORDS["text"]: N_("(those) with {words} in the text"),
    _WORDS[""]: N_("(those) that mention {words}"),
    _LABELS["mentions"]: N_("(those) naming {values}"),
}
#: Countries whose English names want an article inside a sentence.
_WITH_ARTICLE = frozenset(
    ("AE", "BS", "CF", "DO", "GB", "GM", "KM", "MH", "MV", "NL", "PH", "PS", "SB", "SC", "US", "VA")
)


def describe(wanted: Filter, interface: Language) -> str:
    """What the filter finds, as a phrase without capital and full stop; any packs by their names.

    `interface`: Azerbaijani, or English for any other language.
    """
    return _Teller(translator(interface)).found_by(wanted.root)


class _Clause(NamedTuple):
    """A sentence pattern and what is put into it."""

    pattern: str
    parts: dict[str, str]


class _Teller:
    """One language's way to say it."""

    def __init__(self, t: Translator) -> None:
        self._t = t

    def found_by(self, node: Node) -> str:
        """A noun with its clauses, what is left out last."""
        t = self._t
        if isinstance(node, Or) and not _is_words(node):
            return self._either(node)
        parts = [part for part in parts_of(node) if not _goes_without_saying(part)]
        groups = [part for part in parts if isinstance(part, Or) and not _is_words(part)]
        left_out = [self._excluded(part.part) for part in parts if isinstance(part, Not)]
        if groups and len(groups) + len(left_out) == len(parts):
            whole = self._either(groups.pop(0))
        else:
            whole = self._with_clauses(parts)
        for group in groups:
            whole = t._("{reports} that are also {others}").format(reports=whole, others=self._either(group))
        if left_out:
            whole = t._("{reports}, except {others}").format(reports=whole, others=self._list(left_out))
        return whole

    def _with_clauses(self, parts: list[Node]) -> str:
        t, kinds = self._t, _labels(parts, "kind")
        noun = self._kinds(kinds[0]) if kinds else t._("reports")
        clauses = [t._(one.pattern).format(**one.parts) for one in self._clauses(parts)]
        clauses += [t._("that are also {others}").format(others=self._kinds(values)) for values in kinds[1:]]
        if not clauses:
            return noun
        return t._("{reports} {clauses}").format(reports=noun, clauses=self._chained(clauses))

    def _excluded(self, node: Node) -> str:
        """What is left out: "those about Georgia"; what has a noun of its own keeps it."""
        t, parts = self._t, parts_of(node)
        if isinstance(node, Or) and not _is_words(node):
            return self._list([self._excluded(part) for part in node.parts])
        clauses = list(self._clauses(parts))
        if not all(_is_clause(part) for part in parts) or not clauses:
            return self.found_by(node)
        told = [t._(one.pattern).format(**one.parts) for one in clauses]
        last = clauses[-1]
        if last.pattern not in _THOSE:
            return t._("those {clauses}").format(clauses=self._chained(told))
        told[-1] = t._(_THOSE[last.pattern]).format(**last.parts)
        return t._("(those) {clauses}").format(clauses=self._chained(told))

    # --- clauses --------------------------------------------------------------------------------

    def _clauses(self, parts: Iterable[Node]) -> Iterator[_Clause]:
        parts = list(parts)
        for field, pattern in _LABELS.items():
            told = [
                self._any_of([self._value(field, one) for one in values]) for values in _labels(parts, field)
            ]
            if any(told):
                yield _Clause(pattern, {"values": self._list([one for one in told if one])})
        packs = [part.name for part in parts if isinstance(part, PackTerm)]
        if packs:
            yield _Clause(_PACK, {"packs": self._list(packs)})
        for field, pattern in _WORDS.items():
            words = [part for part in parts if _is_words(part) and _field(part) == field]
            if words:
                told = [self._words(word, alone=len(words) == 1) for word in words]
                yield _Clause(pattern, {"words": self._list(told)})

    def _kinds(self, values: tuple[str, ...]) -> str:
        return self._any_of([self._t._(_KINDS[Kind(value)]) for value in values])

    def _value(self, field: str, value: str) -> str:
        t = self._t
        match field:
            case "country" | "mentions" | "from":
                name = names.country(value, t)
                return f"the {name}" if t.lang is Language.EN and value in _WITH_ARTICLE else name
            case "topic":
                return names.topic(Topic(value), t)
            case "lang":
                return t._(_LANGUAGES[Language(value)])
            case "rights":
                return t._(_RIGHTS[value]) if value in _RIGHTS else ""
            case _:
                return value

    # --- words ----------------------------------------------------------------------------------

    def _words(self, node: Node, *, alone: bool = True) -> str:
        """One word, or alternatives; these in parentheses where others stand beside them."""
        if isinstance(node, WordTerm):
            return self._word(node)
        assert isinstance(node, Or)
        if node.one_term:
            first, *others = (self._word(part) for part in node.parts if isinstance(part, WordTerm))
            if not others:
                return first
            return self._t._("{word} (also {others})").format(word=first, others=", ".join(others))
        told = self._any_of([self._words(part) for part in node.parts])
        return told if alone else f"({told})"

    def _word(self, term: WordTerm) -> str:
        quoted = self._t._("“{words}”").format(words=term.keyword.text)
        match term.keyword.manner:
            case Manner.PREFIX:
                return self._t._("words that begin with {words}").format(words=quoted)
            case Manner.EXACT:
                return self._t._("exactly {words}").format(words=quoted)
            case _:
                return quoted

    # --- lists ----------------------------------------------------------------------------------

    def _chained(self, clauses: list[str]) -> str:
        told = clauses[0]
        for clause in clauses[1:]:
            told = self._t._("{clauses} {clause}").format(clauses=told, clause=clause)
        return told

    def _list(self, parts: list[str]) -> str:
        return format_list(parts, style="standard", locale=self._t.lang.value)

    def _any_of(self, parts: list[str]) -> str:
        return format_list(parts, style="or", locale=self._t.lang.value)

    def _either(self, node: Or) -> str:
        """Alternatives that are long: numbered, so that nobody has to guess where one ends."""
        parts = [self.found_by(part) for part in node.parts]
        numbered = "; ".join(f"{number}) {part}" for number, part in enumerate(parts, 1))
        return self._t._("one of these: {others}").format(others=numbered)


def _goes_without_saying(node: Node) -> bool:
    return isinstance(node, LabelTerm) and node.field == "rights" and node.values == ("yes",)


def _is_clause(node: Node) -> bool:
    if isinstance(node, LabelTerm):
        return node.field != "kind"
    return isinstance(node, PackTerm) or _is_words(node)


def _is_words(node: Node) -> bool:
    """A word, or alternatives of words in the same place."""
    if isinstance(node, WordTerm):
        return True
    return (
        isinstance(node, Or)
        and all(_is_words(part) for part in node.parts)
        and len({_field(part) for part in node.parts}) == 1
    )


def _field(node: Node) -> str:
    if isinstance(node, WordTerm):
        return node.field
    assert isinstance(node, Or)
    return _field(node.parts[0])


def _labels(parts: Iterable[Node], field: str) -> list[tuple[str, ...]]:
    return [part.values for part in parts if isinstance(part, LabelTerm) and part.field == field]

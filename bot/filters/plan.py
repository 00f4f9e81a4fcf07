"""What filters ask for, numbered, and each filter taken apart into these numbers.

An atom is what can be told of an article at once: a word in some field, a label. A literal is an atom, or
the number of a phrase or of a whole filter, which have to be looked for; negative where it must not hold. A
plan is a conjunction of literals and of alternatives of literals; what cannot be said so, such as a group in
a group, is asked as it is written, behind an atom that it cannot do without.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.filters.canonical import (
    Either,
    Every,
    Part,
    Without,
    keyword_of,
    known_term,
    label,
    read,
    row,
    spelt,
    words_of,
)
from bot.filters.grammar import parse
from bot.filters.match import ReadArticle, evaluate
from bot.filters.terms import Filter
from bot.filters.vocabulary import Vocabulary
from bot.language.keywords import Passage, Spelling, find
from bot.model import Match

Atom = int
"""3 * number + 0 anywhere (or a label), + 1 in the title, + 2 in the text. `ALWAYS` is in every article."""
Literal = int
"""An atom, `PHRASE` + a number, or `WHOLE` + a number; negative: it must not hold."""

ALWAYS: Atom = 1
PHRASE = 1 << 28
WHOLE = 1 << 29

_IN_FIELD = {"": 0, "title": 1, "text": 2}
#: For how many articles the filters themselves count, as a guess at what is rare.
_GUESS = 20


@dataclass(slots=True)
class Plan:
    """A filter taken apart; all of it must hold."""

    rights: str = "any"
    needs: set[Atom] = field(default_factory=set)
    steps: list[Literal] = field(default_factory=list)
    either: list[tuple[Literal, ...]] = field(default_factory=list)  #: one of each of these must hold
    guards: list[tuple[Atom, ...]] = field(default_factory=list)  #: one of each of these must be there
    whole: bool = False  #: something must be asked as it is written


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that stand side by side in some field."""

    term: str
    field: str
    words: tuple[int, ...]


class _Places:
    """Where in a passage the words of phrases stand; looked up once for each word."""

    __slots__ = ("_known", "_passage", "_spelt")

    def __init__(self, passage: Passage, spelt: dict[int, list[Spelling]]) -> None:
        self._passage = passage
        self._spelt = spelt  # word -> its forms there
        self._known: dict[int, set[int]] = {}

    def of(self, word: int) -> set[int]:
        """The indices of the tokens that are forms of the word."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = {
                place for spelling in self._spelt.get(word, ()) for place in self._passage.places(spelling)
            }
        return known

    def side_by_side(self, words: tuple[int, ...]) -> bool:
        """Whether forms of the words follow each other somewhere."""
        first, *others = map(self.of, words)
        return any(all(at + nth in where for nth, where in enumerate(others, 1)) for at in first)


class Asked:
    """An article that is being matched: the atoms it has, and what was looked for in it already."""

    __slots__ = ("_known", "_places", "present", "read")

    def __init__(self, read: ReadArticle, present: set[Atom], places: dict[str, _Places]) -> None:
        self.read = read
        self.present = present
        self._places = places
        self._known: dict[int, bool] = {}

    def has(self, number: int, phrase: _Phrase) -> bool:
        """Whether the phrase occurs: its forms are compared only where its words stand side by side."""
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = any(self._found(phrase))
        return known

    def _found(self, phrase: _Phrase) -> Iterator[bool]:
        for name, passage in (("title", self.read.title), ("text", self.read.text)):
            if phrase.field in ("", name) and self._places[name].side_by_side(phrase.words):
                yield find(keyword_of(spelt(phrase.term)), passage) is not None


class Conditions:
    """Every word, label and phrase of all filters, with its number, and how rare it is."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self._labels: dict[str, int] = {}
        self._new = itertools.count(1)
        self._literals: dict[str, tuple[Literal, ...]] = {}  # of words and labels, by term
        self._phrase_numbers: dict[str, int] = {}
        self._phrases: dict[int, _Phrase] = {}
        self._wholes: dict[int, Filter | str] = {}
        self._new_condition = itertools.count()
        self._asked_for: Counter[Atom] = Counter()  # by how many filters
        self._filters = 0  # counted in it
        self._fielded: set[Atom] = set()  # atoms of the title or the text alone
        self._seen: Counter[Atom] = Counter()  # in how many articles

    def __len__(self) -> int:
        """Words, labels, phrases, and filters kept whole."""
        return len(self.vocabulary) + len(self._labels) + len(self._phrases) + len(self._wholes)

    # --- taking a filter apart ------------------------------------------------------------------

    def plan(self, wanted: Filter | str) -> Plan:
        """Take a filter, or a canonical spelling, apart.

        Raises:
            BadFilter: it is not canonical, and the parser does not take it either.
        """
        query = wanted if isinstance(wanted, str) else wanted.query
        plan = Plan()
        if not self._take_row(row(query), plan):
            plan = self._of_parts(wanted)
        self._count(plan)
        return plan

    def _take_row(self, parts: Sequence[str], plan: Plan) -> bool:
        """Nearly all filters are a row of terms and lists: 5 µs. False: this one is not, or not certainly."""
        for part in parts:
            if part[0] == "(":
                clause = self._list(part)
                if clause is None:
                    return False
                plan.either.append(clause)
                plan.guards.append(clause)
                continue
            term = part[1:] if part[0] == "-" else part
            clause = self._known(term)
            if clause is None:
                return False
            if term is not part:
                plan.steps.extend([-literal for literal in clause])
            elif len(clause) == 1 and clause[0] != ALWAYS and part[:7] != "rights:":
                self._take_term(clause[0], plan)
            else:
                self._take(part, plan)
        return bool(parts)

    def _list(self, part: str) -> tuple[Atom, ...] | None:
        """The atoms of `(a OR b)`; None when it is more than a list of words and labels."""
        atoms: dict[Atom, None] = {}
        for term in part[1:-1].split(" OR "):
            clause = self._known(term)
            if clause is None or not ALWAYS < clause[0] < PHRASE:
                return None
            atoms.update(dict.fromkeys(clause))
        return tuple(atoms)

    def _known(self, term: str) -> tuple[Literal, ...] | None:
        """The literals of a term; None when it is not certainly one."""
        clause = self._literals.get(term)
        if clause is None and (term in self._phrase_numbers or known_term(term)):
            clause = self._term(term)
        return clause

    def _of_parts(self, wanted: Filter | str) -> Plan:
        parts = read(wanted if isinstance(wanted, str) else wanted.query)
        if parts is None and isinstance(wanted, str):
            wanted = parse(wanted)
            parts = read(wanted.query)
        plan = Plan(whole=parts is None)
        for part in parts or ():
            self._take(part, plan)
        if plan.whole:
            number = next(self._new_condition)
            self._wholes[number] = wanted
            plan.steps.append(WHOLE + number)
        return plan

    def _take(self, part: Part, plan: Plan) -> None:
        """One of the parts that must all be met."""
        if isinstance(part, str) and part.startswith("rights:") and self._take_rights(part, plan):
            return
        if isinstance(part, Without) and (clause := self._clause(part.part)):
            plan.steps.extend(-literal for literal in clause)
            return
        clause = self._clause(part)
        if len(clause) == 1 and clause[0] > 0:
            self._take_term(clause[0], plan)
            return
        if clause:
            plan.either.append(clause)
        else:
            plan.whole = True
        if guard := self._guard(part):
            plan.guards.append(guard)

    def _take_rights(self, term: str, plan: Plan) -> bool:
        values = term.removeprefix("rights:").split(",")
        if len(values) > 1 or plan.rights not in ("any", *values):
            return False
        if values != ["any"]:
            plan.rights = values[0]
        return True

    def _take_term(self, literal: Literal, plan: Plan) -> None:
        if literal < PHRASE:
            plan.needs.add(literal)
            return
        plan.needs.update(self._phrase_atoms(literal))
        plan.steps.append(literal)

    def _clause(self, part: Part) -> tuple[Literal, ...]:
        """Literals of which one must hold for `part` to be met, and suffices; () when it is not so."""
        if isinstance(part, str):
            return self._literals.get(part) or self._term(part)
        if isinstance(part, Either):
            clauses = [self._clause(one) for one in part.parts]
            return tuple(dict.fromkeys(itertools.chain(*clauses))) if all(clauses) else ()
        if isinstance(part, Without):
            inner = part.part
            clauses = [self._clause(one) for one in (inner.parts if isinstance(inner, Every) else [inner])]
            return tuple(-clause[0] for clause in clauses) if all(len(one) == 1 for one in clauses) else ()
        return ()

    def _term(self, term: str) -> tuple[Literal, ...]:
        number = self._phrase_numbers.get(term)
        if number is not None:
            return (PHRASE + number,)
        labelled = label(term)
        if labelled is not None:
            name, values = labelled
            atoms = tuple(3 * self._label(f"{name}:{value}") for value in values)
            literals = (ALWAYS,) if "any" in values else atoms
        else:
            word = spelt(term)
            words = tuple(self.vocabulary.number_of(*one, self._new) for one in words_of(word))
            if len(words) > 1:
                return (PHRASE + self._phrase(_Phrase(term, word.field, words)),)
            literals = (self._in_field(words[0], word.field),)
        self._literals[term] = literals
        return literals

    def _label(self, name: str) -> int:
        number = self._labels.get(name)
        if number is None:
            number = self._labels[name] = next(self._new)
        return number

    def _phrase(self, phrase: _Phrase) -> int:
        number = self._phrase_numbers[phrase.term] = next(self._new_condition)
        self._phrases[number] = phrase
        return number

    def _phrase_atoms(self, literal: Literal) -> list[Atom]:
        phrase = self._phrases[literal - PHRASE]
        return [self._in_field(word, phrase.field) for word in phrase.words]

    def _in_field(self, word: int, field: str) -> Atom:
        atom = 3 * word + _IN_FIELD[field]
        if field:
            self._fielded.add(atom)
        return atom

    def _guard(self, part: Part) -> tuple[Atom, ...]:
        """Atoms of which one must be there for `part` to be met; () when nothing in particular must."""
        if isinstance(part, Without):
            return ()
        if isinstance(part, str):
            literals = self._clause(part)
            if literals[0] >= PHRASE:
                return (min(self._phrase_atoms(literals[0]), key=self.weight),)
            return literals if literals != (ALWAYS,) else ()
        guards = [self._guard(one) for one in part.parts]
        if isinstance(part, Either):
            return tuple(dict.fromkeys(itertools.chain(*guards))) if all(guards) else ()
        return min((guard for guard in guards if guard), key=self.weight_of_all, default=())

    # --- how rare -------------------------------------------------------------------------------

    def weight(self, atom: Atom) -> float:
        """How many articles are expected to have the atom, in proportion to others."""
        guess = _GUESS * self._asked_for.get(atom, 0) / (self._filters or 1)
        return guess + self._seen[atom] if self._seen else guess

    def weight_of_all(self, atoms: Iterable[Atom]) -> float:
        """The same for alternatives together."""
        return sum(map(self.weight, atoms))

    def _count(self, plan: Plan) -> None:
        self._filters += 1
        for atom in itertools.chain(plan.needs, *plan.guards):
            self._asked_for[atom] = self._asked_for.get(atom, 0) + 1

    # --- asking ---------------------------------------------------------------------------------

    def ask(self, read: ReadArticle) -> Asked:
        """The atoms that an article has; they are counted."""
        present = {ALWAYS}
        for name, values in read.labels.items():
            for value in values:
                if number := self._labels.get(f"{name}:{value}"):
                    present.add(3 * number)
        places: dict[str, _Places] = {}
        for name, passage in (("title", read.title), ("text", read.text)):
            forms = self.vocabulary.spelt(passage)
            places[name] = _Places(passage, forms)
            anywhere = [3 * number for number in forms]
            present.update(anywhere)
            if self._fielded:
                present.update(self._fielded.intersection([atom + _IN_FIELD[name] for atom in anywhere]))
        self._seen.update(present)
        return Asked(read, present, places)

    def holds(self, literal: Literal, asked: Asked) -> bool:
        """Whether a literal holds of the article."""
        if literal < 0:
            return not self.holds(-literal, asked)
        if literal < PHRASE:
            return literal in asked.present
        if literal < WHOLE:
            return asked.has(literal - PHRASE, self._phrases[literal - PHRASE])
        whole = self._wholes[literal - WHOLE]
        return isinstance(evaluate(_parsed(whole) if isinstance(whole, str) else whole, asked.read), Match)

    # --- forgetting -----------------------------------------------------------------------------

    def keep(self, atoms: Collection[Atom], literals: Collection[Literal]) -> None:
        """Forget whatever is neither one of these atoms nor asked for by one of these (positive) literals."""
        self._wholes = {n: one for n, one in self._wholes.items() if WHOLE + n in literals}
        self._phrases = {n: one for n, one in self._phrases.items() if PHRASE + n in literals}
        self._phrase_numbers = {one.term: n for n, one in self._phrases.items()}
        used = {atom // 3 for atom in itertools.chain(atoms, literals) if atom < PHRASE}
        used.update(itertools.chain.from_iterable(one.words for one in self._phrases.values()))
        self.vocabulary.keep(used)
        self._labels = {name: number for name, number in self._labels.items() if number in used}
        self._fielded = {atom for atom in self._fielded if atom // 3 in used}
        self._literals = {
            term: known
            for term, known in self._literals.items()
            if all(literal // 3 in used for literal in known)
        }
        for counted in (self._asked_for, self._seen):
            for atom in [atom for atom in counted if atom // 3 not in used]:
                del counted[atom]


@lru_cache(maxsize=16_384)
def _parsed(query: str) -> Filter:
    return parse(query)

"""Many filters against one article, without asking every filter: a percolator.

Everything that a filter can ask for by itself (a word in some field, a label) is an atom with a number, and
an article is the set of the atoms that it has. A filter is filed under the rarest atom that it needs, beside
its second rarest, the gate: an article looks only at what is filed under its own atoms, and most of that
ends at the gate. What a filter wants beyond these two (further atoms, exclusions, alternatives, phrases,
groups) is asked of the few that are left. How rare an atom is, is counted: in the articles seen, and before
there are any, in the filters themselves. Filters come and go one by one; nothing is built anew.
"""

from __future__ import annotations

import itertools
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.filters.match import ReadArticle, evaluate
from bot.filters.terms import Filter, LabelTerm, Node, Not, Or, WordTerm, parts_of
from bot.filters.vocabulary import Vocabulary
from bot.language.keywords import Keyword, Passage, find
from bot.model import Match

Atom = int
"""3 * number + 0 anywhere (or a label), + 1 in the title, + 2 in the text. `ALWAYS` is in every article."""

ALWAYS: Atom = 0
_IN_FIELD = {"": 0, "title": 1, "text": 2}
_RIGHTS = ("yes", "no", "any")
_MOST_REMOVED = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class _Phrase:
    """Words that must stand side by side."""

    keyword: Keyword
    field: str

    def met(self, asked: _Asked) -> bool:
        known = asked.phrases.get(id(self))
        if known is None:
            passages = asked.passages(self.field)
            known = asked.phrases[id(self)] = any(find(self.keyword, one) is not None for one in passages)
        return known


@dataclass(frozen=True, slots=True)
class _AnyOf:
    """One of these atoms must be there."""

    atoms: tuple[Atom, ...]

    def met(self, asked: _Asked) -> bool:
        return not asked.present.isdisjoint(self.atoms)


@dataclass(frozen=True, slots=True, eq=False)
class _Nested:
    """A group that is no plain list of alternatives; asked as it is written."""

    wanted: Filter

    def met(self, asked: _Asked) -> bool:
        return isinstance(evaluate(self.wanted, asked.read), Match)


_Condition = Atom | _Phrase | _AnyOf | _Nested
"""A negative atom must be absent."""
_Rest = tuple[_Condition, ...]


@dataclass(slots=True)
class _Asked:
    """An article that is being matched."""

    read: ReadArticle
    present: set[Atom]
    phrases: dict[int, bool] = field(default_factory=dict)

    def passages(self, where: str) -> tuple[Passage, ...]:
        both = {"title": self.read.title, "text": self.read.text}
        return (both[where],) if where else tuple(both.values())

    def holds(self, rest: _Rest) -> bool:
        present = self.present
        for condition in rest:
            if type(condition) is int:
                if (condition in present) if condition > 0 else (-condition not in present):
                    continue
                return False
            if not condition.met(self):  # type: ignore[union-attr]  # an int was dealt with
                return False
        return True


@dataclass(slots=True)
class _Posting:
    """The filters that are filed under one atom, as parallel lists of their numbers and gates."""

    numbers: array[int] = field(default_factory=lambda: array("I"))
    gates: array[int] = field(default_factory=lambda: array("I"))
    checked: array[int] = field(default_factory=lambda: array("I"))  #: those that want more than two atoms
    checked_gates: array[int] = field(default_factory=lambda: array("I"))
    rests: list[_Rest] = field(default_factory=list)
    several: dict[int, _Rest] = field(default_factory=dict)  #: filed under every atom of an alternative

    def add(self, number: int, gate: Atom, rest: _Rest) -> None:
        if rest:
            self.checked.append(number)
            self.checked_gates.append(gate)
            self.rests.append(rest)
        else:
            self.numbers.append(number)
            self.gates.append(gate)

    def without(self, dead: set[int]) -> _Posting:
        """The same without these filters."""
        left = _Posting()
        for number, gate in zip(self.numbers, self.gates, strict=True):
            if number not in dead:
                left.add(number, gate, ())
        for number, gate, rest in zip(self.checked, self.checked_gates, self.rests, strict=True):
            if number not in dead:
                left.add(number, gate, rest)
        left.several = {number: rest for number, rest in self.several.items() if number not in dead}
        return left

    def __bool__(self) -> bool:
        return bool(self.numbers or self.checked or self.several)


@dataclass(slots=True)
class _Plan:
    """What a filter wants, taken apart."""

    rights: str = "any"
    needs: set[Atom] = field(default_factory=set)
    rest: list[_Condition] = field(default_factory=list)
    either: list[tuple[Atom, ...]] = field(default_factory=list)  #: one of each of these must be there too


class FilterIndex:
    """The filters that are followed, by id, ready to be asked about an article."""

    def __init__(self, *, most_removed: int = _MOST_REMOVED) -> None:
        """`most_removed`: filters that are carried along, or a quarter of all, before room is made."""
        self._most_removed = most_removed
        self._numbers: dict[str, int] = {}
        self._ids: list[str] = []  # "" where a filter was removed
        self._free: list[int] = []
        self._dead: set[int] = set()
        self._sections: dict[str, dict[Atom, _Posting]] = {rights: {} for rights in _RIGHTS}
        self._vocabulary = Vocabulary()
        self._labels: dict[str, int] = {}
        self._new = itertools.count(1)
        self._phrases: dict[tuple[str, str, object], _Phrase] = {}
        self._single: dict[Atom, tuple[Atom]] = {}  # rests of one atom, which many filters share
        self._asked_for: Counter[Atom] = Counter()  # by how many filters
        self._seen: Counter[Atom] = Counter()  # in how many articles

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, filter_id: str) -> bool:
        return filter_id in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def size(self) -> int:
        """How many words, labels and phrases are held for all the filters."""
        return len(self._vocabulary) + len(self._labels) + len(self._phrases)

    # --- coming and going -----------------------------------------------------------------------

    def replace(self, filters: Mapping[str, Filter]) -> None:
        """Hold these and no others: id -> filter. An id that is held already keeps its filter."""
        for filter_id in self._numbers.keys() - filters.keys():
            self.remove(filter_id)
        for filter_id, wanted in filters.items():
            self.add(filter_id, wanted)

    def add(self, filter_id: str, wanted: Filter) -> None:
        """Take one more; nothing happens when its id is held already."""
        if filter_id in self._numbers:
            return
        plan = _Plan()
        for part in parts_of(wanted.root):
            self._take(part, plan)
        number = self._number(filter_id)
        self._file(number, plan)

    def remove(self, filter_id: str) -> None:
        """Forget one; nothing happens when it is not held."""
        number = self._numbers.pop(filter_id, None)
        if number is None:
            return
        self._ids[number] = ""
        self._dead.add(number)
        if len(self._dead) >= max(self._most_removed, len(self._numbers) // 4):
            self._make_room()

    def _number(self, filter_id: str) -> int:
        if self._free:
            number = self._free.pop()
            self._ids[number] = filter_id
        else:
            number = len(self._ids)
            self._ids.append(filter_id)
        self._numbers[filter_id] = number
        return number

    def _file(self, number: int, plan: _Plan) -> None:
        section = self._sections[plan.rights]
        for atom in plan.needs:
            self._asked_for[atom] += 1
        if plan.needs:
            home, *others = sorted(plan.needs, key=self._rarity)
            gate = others[0] if others else ALWAYS
            section.setdefault(home, _Posting()).add(number, gate, self._shared((*others[1:], *plan.rest)))
            return
        rest = tuple(plan.rest)
        if not plan.either:
            section.setdefault(ALWAYS, _Posting()).add(number, ALWAYS, rest)
            return
        atoms = min(plan.either, key=lambda atoms: sum(map(self._asked_for.__getitem__, atoms)))
        for atom in atoms:
            self._asked_for[atom] += 1
            section.setdefault(atom, _Posting()).several[number] = rest

    def _rarity(self, atom: Atom) -> tuple[int, int]:
        return self._seen[atom], self._asked_for[atom]

    def _shared(self, rest: _Rest) -> _Rest:
        if len(rest) == 1 and type(rest[0]) is int:
            return self._single.setdefault(rest[0], (rest[0],))
        return rest

    def _make_room(self) -> None:
        """Drop what was removed, and the words, labels and phrases that nobody asks for any more."""
        used: set[int] = set()
        phrases: set[int] = set()
        for rights, section in self._sections.items():
            left = {atom: posting.without(self._dead) for atom, posting in section.items()}
            self._sections[rights] = {atom: posting for atom, posting in left.items() if posting}
            for atom, posting in self._sections[rights].items():
                used.add(atom // 3)
                used.update(gate // 3 for gate in {*posting.gates, *posting.checked_gates})
                for condition in itertools.chain(*posting.rests, *posting.several.values()):
                    if isinstance(condition, int):
                        used.add(abs(condition) // 3)
                    elif isinstance(condition, _AnyOf):
                        used.update(atom // 3 for atom in condition.atoms)
                    elif isinstance(condition, _Phrase):
                        phrases.add(id(condition))
        self._vocabulary.keep(used)
        self._labels = {label: number for label, number in self._labels.items() if number in used}
        self._phrases = {key: one for key, one in self._phrases.items() if id(one) in phrases}
        self._single.clear()
        for counted in (self._asked_for, self._seen):
            for atom in [atom for atom in counted if atom // 3 not in used]:
                del counted[atom]
        self._free.extend(self._dead)
        self._dead = set()

    # --- taking a filter apart ------------------------------------------------------------------

    def _take(self, part: Node, plan: _Plan) -> None:
        """One of the parts that must all be met."""
        if isinstance(part, WordTerm):
            plan.needs.update(self._word_atoms(part))
            if len(part.keyword.words) > 1:
                plan.rest.append(self._phrase(part))
        elif isinstance(part, LabelTerm):
            self._take_label(part, plan)
        elif isinstance(part, Not) and (atoms := self._plain_atoms(part.part)):
            plan.rest.extend(-atom for atom in atoms)
        else:
            atoms = self._plain_atoms(part)
            plan.rest.append(_AnyOf(atoms) if atoms else _Nested(Filter(part.query, part)))
            if guard := atoms or self._guard(part):
                plan.either.append(guard)

    def _take_label(self, part: LabelTerm, plan: _Plan) -> None:
        if "any" in part.values:
            return
        if part.field == "rights" and len(part.values) == 1:
            plan.rights = part.values[0]
            return
        atoms = self._label_atoms(part)
        if len(atoms) == 1:
            plan.needs.update(atoms)
        else:
            plan.rest.append(_AnyOf(atoms))
            plan.either.append(atoms)

    def _plain_atoms(self, node: Node) -> tuple[Atom, ...]:
        """The atoms of which one must be there for `node` to be met, and suffices; () when it is not so."""
        if isinstance(node, WordTerm):
            return self._word_atoms(node) if len(node.keyword.words) == 1 else ()
        if isinstance(node, LabelTerm):
            return () if "any" in node.values else self._label_atoms(node)
        if isinstance(node, Or):
            atoms = [self._plain_atoms(part) for part in node.parts]
            return tuple(dict.fromkeys(itertools.chain(*atoms))) if all(atoms) else ()
        return ()

    def _guard(self, node: Node) -> tuple[Atom, ...]:
        """Atoms of which one must be there for `node` to be met; () when nothing in particular must."""
        if isinstance(node, WordTerm):
            return (min(self._word_atoms(node), key=self._rarity),)
        if isinstance(node, LabelTerm):
            return () if "any" in node.values else self._label_atoms(node)
        if isinstance(node, Not):
            return ()
        guards = [self._guard(part) for part in node.parts]
        if isinstance(node, Or):
            return tuple(dict.fromkeys(itertools.chain(*guards))) if all(guards) else ()
        return min((guard for guard in guards if guard), key=len, default=())

    def _word_atoms(self, term: WordTerm) -> tuple[Atom, ...]:
        offset = _IN_FIELD[term.field]
        numbers = (self._vocabulary.number_of(word, self._new) for word in term.keyword.words)
        return tuple(dict.fromkeys(3 * number + offset for number in numbers))

    def _label_atoms(self, term: LabelTerm) -> tuple[Atom, ...]:
        return tuple(3 * self._label(f"{term.field}:{value}") for value in term.values)

    def _label(self, label: str) -> int:
        number = self._labels.get(label)
        if number is None:
            number = self._labels[label] = next(self._new)
        return number

    def _phrase(self, term: WordTerm) -> _Phrase:
        key = (term.keyword.text, term.field, term.keyword.manner)
        if key not in self._phrases:
            self._phrases[key] = _Phrase(term.keyword, term.field)
        return self._phrases[key]

    # --- asking ---------------------------------------------------------------------------------

    def matching(self, read: ReadArticle) -> list[str]:
        """The ids of the filters that want the article, in no particular order, each once."""
        asked = _Asked(read, self._atoms(read))
        self._seen.update(asked.present)
        numbers: list[int] = []
        for rights in ("any", *read.labels["rights"]):
            for posting in self._postings(self._sections[rights], asked.present):
                numbers += _wanting(posting, asked)
        several = {
            number
            for rights in ("any", *read.labels["rights"])
            for posting in self._postings(self._sections[rights], asked.present)
            for number, rest in posting.several.items()
            if asked.holds(rest)
        }
        ids = self._ids
        found = [ids[number] for number in itertools.chain(numbers, several)]
        return [one for one in found if one] if self._dead else found

    @staticmethod
    def _postings(section: dict[Atom, _Posting], present: Iterable[Atom]) -> Iterator[_Posting]:
        for atom in present:
            posting = section.get(atom)
            if posting is not None:
                yield posting

    def _atoms(self, read: ReadArticle) -> set[Atom]:
        present = {ALWAYS}
        for name, values in read.labels.items():
            for value in values:
                if number := self._labels.get(f"{name}:{value}"):
                    present.add(3 * number)
        for offset, passage in ((1, read.title), (2, read.text)):
            for number in self._vocabulary.met(passage):
                present.add(3 * number)
                present.add(3 * number + offset)
        return present


def _wanting(posting: _Posting, asked: _Asked) -> list[int]:
    """The filters filed here that want the article."""
    present = asked.present
    numbers = [number for number, gate in zip(posting.numbers, posting.gates, strict=True) if gate in present]
    if posting.rests:
        holds = asked.holds
        numbers += [
            number
            for number, gate, rest in zip(posting.checked, posting.checked_gates, posting.rests, strict=True)
            if gate in present and holds(rest)
        ]
    return numbers

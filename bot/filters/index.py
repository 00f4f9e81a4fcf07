"""Many filters against one article, without asking every filter: a percolator.

An article is the set of the atoms that it has (`bot.filters.plan`). A filter is filed under the rarest atom
that it needs, beside its second rarest, the gate: an article looks only at what is filed under its own atoms,
and most of that ends at the gate. Where alternatives (`a OR b`, `country:AZ,GE`) are together rarer than all
that it needs, it is filed under each of them. What is wanted beyond that is a program of a few numbers, run
for those that are left. How rare an atom is, is counted: in the articles seen, and before there are any, in
the filters themselves.

A million filters must fit beside everything else, so none is an object of its own: a query is 24 bytes, its
place in a posting 8, its program 4 a term, and everybody who wants it 24 more, with the tables that find
them some 100 bytes together; each distinct word is 1.3 kB beside that, and each phrase 250 bytes. Equal
queries share one entry, and the filter itself is not kept. Filters come and go one by one, by their canonical
spelling; nothing is built anew.

Figures of `benchmarks/matching.py` with a million (Python 3.11, one core of a small server): built in 20 s,
280 MB, and 220 MB when every query comes twice. An article of 600 words takes 11 ms, 2 ms of it to prepare
it, 2 to 3 ms to compare spellings that were not met lately, and the rest for the 6,600 filters that want it;
29 ms when 26,000 do, of which 11 ms read their ids out of memory that no cache holds.
"""

from __future__ import annotations

import itertools
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

from bot.filters.keyset import WIDTH, KeySet, gathered
from bot.filters.match import ReadArticle
from bot.filters.plan import ALWAYS, PHRASE, Asked, Atom, Conditions, Literal, Plan
from bot.filters.terms import Filter

_MOST_REMOVED = 1_000
_GROUP = 0  #: in a program: of the next so many literals one must hold

#: Marks of an entry in a posting: it has a program; it is filed under each of several atoms.
_PROGRAM, _SEVERAL = 1 << 31, 1 << 30
_NUMBER = _SEVERAL - 1

_Postings = dict[Atom, "array[int]"]
"""Atom -> marked entry, gate, marked entry, gate, ... of the filters that are filed under it."""


class _Names:
    """Ids as text and in 16 bytes: those of the store are 32 hexadecimal digits, of others it is a digest."""

    def __init__(self, ids: KeySet) -> None:
        self._ids = ids
        self._odd: dict[str, str] = {}  # digest -> id that is not 32 hexadecimal digits

    def key(self, filter_id: str) -> bytes:
        """The 16 bytes."""
        return bytes.fromhex(filter_id) if _HEX(filter_id) else _digest(filter_id)

    def keep(self, filter_id: str, key: bytes) -> None:
        """Remember how to say this id."""
        if not _HEX(filter_id):
            self._odd[key.hex()] = filter_id

    def forget(self, key: bytes) -> None:
        """Nobody asks for this id any more."""
        self._odd.pop(key.hex(), None)

    def of(self, seats: Sequence[int]) -> list[str]:
        """The ids on these seats."""
        names = self._ids.text(seats)
        return [self._odd.get(name, name) for name in names] if self._odd else names


_HEX = re.compile(r"[0-9a-f]{32}").fullmatch


class FilterIndex:
    """The filters that are followed, by id, ready to be asked about an article."""

    def __init__(self, *, most_removed: int = _MOST_REMOVED) -> None:
        """`most_removed`: filters that are carried along, or a quarter of all, before room is made."""
        self._most_removed = most_removed
        self._ids = KeySet()  # each has a seat
        self._names = _Names(self._ids)
        self._next = array("I", [0])  # seat -> the next seat of the same entry; 0: none
        self._entry = array("I", [0])  # seat -> its entry
        self._dead: set[int] = set()  # seats
        self._queries = KeySet()  # each is an entry
        self._shared = False  # some entry has two seats
        self._first = array("I", [0])  # entry -> its first seat
        self._program = array("I", [0])  # entry -> where its program begins; 0: it has none
        self._steps = array("i", [0])  # all programs: length, literals
        self._sections: dict[str, _Postings] = {rights: {} for rights in ("yes", "no", "any")}
        self._conditions = Conditions()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, filter_id: str) -> bool:
        return self._ids.find(self._names.key(filter_id)) > 0

    def __iter__(self) -> Iterator[str]:
        ids = self._ids
        return iter(self._names.of([seat for seat in ids.numbers() if ids.find(ids.key(seat)) == seat]))

    def size(self) -> int:
        """How many words, labels and phrases are held for all the filters."""
        return len(self._conditions)

    # --- coming and going -----------------------------------------------------------------------

    def replace(self, filters: Mapping[str, Filter]) -> None:
        """Hold these and no others: id -> filter. An id that is held already keeps its filter."""
        for filter_id in [one for one in self if one not in filters]:
            self.remove(filter_id)
        for filter_id, wanted in filters.items():
            self.add(filter_id, wanted)

    def add(self, filter_id: str, wanted: Filter | str) -> None:
        """Take one more, a filter or its canonical spelling; nothing happens when its id is held already.

        Raises:
            BadFilter: the spelling is not canonical, and the parser does not take it either.
        """
        key = self._names.key(filter_id)
        if self._ids.find(key):
            return
        digest = _digest(wanted if isinstance(wanted, str) else wanted.query)
        entry = self._queries.find(digest)
        if not entry:
            plan = self._conditions.plan(wanted)  # may raise: nothing is entered before
            entry = self._queries.add(digest)
            _put(self._first, entry, 0)
            _put(self._program, entry, 0)
            self._file(entry, plan)
        seat = self._ids.add(key)
        self._names.keep(filter_id, key)
        self._shared = self._shared or self._first[entry] != 0
        _put(self._next, seat, self._first[entry])
        _put(self._entry, seat, entry)
        self._first[entry] = seat

    def remove(self, filter_id: str) -> None:
        """Forget one; nothing happens when it is not held."""
        key = self._names.key(filter_id)
        if not self._ids.find(key):
            return
        self._names.forget(key)
        self._dead.add(self._ids.drop(key))
        if len(self._dead) >= max(self._most_removed, len(self._ids) // 4):
            self._make_room()

    def _file(self, entry: int, plan: Plan) -> None:
        conditions, postings = self._conditions, self._sections[plan.rights]
        needs = sorted(plan.needs, key=conditions.weight) if len(plan.needs) > 1 else list(plan.needs)
        homes: tuple[Atom, ...] = (needs[0] if needs else ALWAYS,)
        if plan.guards:
            guard = min(plan.guards, key=conditions.weight_of_all)
            if not needs or conditions.weight_of_all(guard) < conditions.weight(needs[0]):
                homes = guard
        if needs and homes == (needs[0],):
            del needs[0]
        gate = needs[0] if needs else ALWAYS
        either = [clause for clause in plan.either if clause != homes]
        self._program[entry] = self._write(needs[1:], plan.steps, either)
        marked = entry | (_PROGRAM if self._program[entry] else 0) | (_SEVERAL if len(homes) > 1 else 0)
        for home in homes:
            posting = postings.get(home)
            if posting is None:
                posting = postings[home] = array("I")
            posting.append(marked)
            posting.append(gate)

    def _write(self, needs: list[Atom], steps: list[Literal], either: list[tuple[Literal, ...]]) -> int:
        """Where the program begins that asks for all this, the cheapest first; 0 when there is nothing."""
        dear = [step for step in steps if step >= PHRASE or step <= -PHRASE]
        program = [*needs, *(step for step in steps if -PHRASE < step < PHRASE)]
        for clause in either:
            program += (_GROUP, len(clause), *clause)
        program += dear
        if not program:
            return 0
        start = len(self._steps)
        self._steps.append(len(program))
        self._steps.extend(program)
        return start

    # --- asking ---------------------------------------------------------------------------------

    def matching(self, read: ReadArticle) -> list[str]:
        """The ids of the filters that want the article, in no particular order, each once."""
        asked = self._conditions.ask(read)
        found: list[int] = []
        for rights in ("any", *read.labels["rights"]):
            found += _through_gates(self._sections[rights], asked.present)
        entries = [entry for entry in found if entry < _SEVERAL]
        marked = {entry for entry in found if entry >= _SEVERAL}
        entries += [entry & _NUMBER for entry in marked if entry < _PROGRAM or self._fulfils(entry, asked)]
        return self._names.of(self._seats(entries))

    def _fulfils(self, entry: int, asked: Asked) -> bool:
        """Whether the entry's program holds."""
        present, holds = asked.present, self._conditions.holds
        program = self._program[entry & _NUMBER]
        literals = iter(self._steps[program + 1 : program + 1 + self._steps[program]])
        for literal in literals:
            if literal == _GROUP:
                group = list(itertools.islice(literals, next(literals)))
                if not present.isdisjoint(group):
                    continue
                if (0 < min(group) and max(group) < PHRASE) or not any(holds(one, asked) for one in group):
                    return False
            elif 0 < literal < PHRASE:
                if literal not in present:
                    return False
            elif -PHRASE < literal < 0:
                if -literal in present:
                    return False
            elif not holds(literal, asked):
                return False
        return True

    def _seats(self, entries: Sequence[int]) -> Sequence[int]:
        level = gathered(self._first, entries)
        if not self._shared and not self._dead:
            return level
        seats: list[int] = []
        while level:
            seats += level
            level = [after for after in gathered(self._next, level) if after]
        return [seat for seat in seats if seat not in self._dead] if self._dead else seats

    # --- making room ----------------------------------------------------------------------------

    def _make_room(self) -> None:
        """Drop what was removed, and the words, labels and phrases that nobody asks for any more."""
        gone = {entry for entry in {self._entry[seat] for seat in self._dead} if not self._unseat(entry)}
        for seat in self._dead:
            self._ids.freed(seat)
        self._dead = set()
        if not gone:
            return
        atoms = self._clear_postings(gone)
        for entry in gone:
            self._queries.drop(self._queries.key(entry))
            self._queries.freed(entry)
            self._program[entry] = 0
        self._rewrite()
        self._conditions.keep(atoms, {abs(step) for step in self._steps})

    def _unseat(self, entry: int) -> bool:
        """Take the dead out of an entry's chain; whether anybody is left."""
        left = []
        seat = self._first[entry]
        while seat:
            if seat not in self._dead:
                left.append(seat)
            seat = self._next[seat]
        self._first[entry] = left[0] if left else 0
        for seat, after in itertools.zip_longest(left, left[1:], fillvalue=0):
            self._next[seat] = after
        return bool(left)

    def _clear_postings(self, gone: set[int]) -> set[Atom]:
        """Drop these entries from all postings; the atoms that are left, homes and gates."""
        atoms: set[Atom] = set()
        for postings in self._sections.values():
            for home, posting in list(postings.items()):
                pairs = iter(posting)
                kept = [pair for pair in zip(pairs, pairs, strict=True) if pair[0] & _NUMBER not in gone]
                if not kept:
                    del postings[home]
                    continue
                if 2 * len(kept) < len(posting):
                    postings[home] = posting = array("I", itertools.chain.from_iterable(kept))
                atoms.add(home)
                atoms.update(posting[1::2])
        return atoms

    def _rewrite(self) -> None:
        """Copy the programs that are left."""
        old, self._steps = self._steps, array("i", [0])
        for entry, program in enumerate(self._program):
            if program:
                self._program[entry] = len(self._steps)
                self._steps.extend(old[program : program + 1 + old[program]])


def _through_gates(postings: _Postings, present: set[Atom]) -> list[int]:
    """The entries that are filed under atoms of the article and whose gates it has as well."""
    found: list[int] = []
    for atom in postings.keys() & present:
        pairs = iter(postings[atom])
        found += [entry for entry, gate in zip(pairs, pairs, strict=True) if gate in present]
    return found


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=WIDTH).digest()


def _put(values: array[int], at: int, value: int) -> None:
    """Set the value at a number that was given before, or is the next."""
    if at < len(values):
        values[at] = value
    else:
        values.append(value)

"""The words of all filters, numbered, and which of them a text has.

A spelling is compared only with the words whose forms can begin as it does; what was found is remembered,
because texts repeat their words. A million filters share some ten thousand words, so asking a text for all
of them costs little more than cutting it into words. Pure but for what it remembers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.language.english import irregular_forms, lemmas
from bot.language.keywords import Manner, Passage, Spelling, Word
from bot.model import Language

_REMEMBERED = 32_768  # spellings met lately, and as many before; about 20 MB together


class Vocabulary:
    """Words with numbers from 1; a number is given anew when its word is forgotten."""

    def __init__(self) -> None:
        self._words: dict[int, Word] = {}
        self._numbers: dict[Manner, dict[str, int]] = {manner: {} for manner in Manner}
        self._heads: dict[str, tuple[int, ...]] = {}
        self._lemmas: dict[str, tuple[int, ...]] = {}
        self._known: dict[tuple[str, str, bool, Language], tuple[int, ...]] = {}
        self._before: dict[tuple[str, str, bool, Language], tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._words)

    def number_of(self, typed: str, manner: Manner, new: Iterator[int]) -> int:
        """The number of a word, compiled (40 µs) and given the next of `new` when it is not known yet."""
        numbers = self._numbers[manner]
        number = numbers.get(typed)
        if number is None:
            word = Word.of(typed, manner)
            number = numbers[typed] = next(new)
            self._words[number] = word
            for head in _heads(word):
                self._heads[head] = (*self._heads.get(head, ()), number)
            for lemma in _lemmas(word):
                self._lemmas[lemma] = (*self._lemmas.get(lemma, ()), number)
            self._forget_spellings()
        return number

    def keep(self, used: Iterable[int]) -> None:
        """Forget every word whose number is not among `used`."""
        gone = self._words.keys() - set(used)
        for number in gone:
            word = self._words.pop(number)
            del self._numbers[word.manner][word.typed]
            for head in _heads(word):
                _drop(self._heads, head, number)
            for lemma in _lemmas(word):
                _drop(self._lemmas, lemma, number)
        if gone:
            self._forget_spellings()

    def _forget_spellings(self) -> None:
        if self._known or self._before:
            self._known, self._before = {}, {}

    def spelt(self, passage: Passage) -> dict[int, list[Spelling]]:
        """The numbers of the words that `passage` has, each with the spellings that are forms of it."""
        found: dict[int, list[Spelling]] = {}
        for spelling in passage.spellings():
            for number in self._meant(spelling, passage.lang):
                found.setdefault(number, []).append(spelling)
        return found

    def _meant(self, spelling: Spelling, lang: Language) -> tuple[int, ...]:
        form = spelling.form
        key = (form.text, form.tail, spelling.shouted, lang)
        numbers = self._known.get(key)
        if numbers is None:
            numbers = self._before.get(key)
            if len(self._known) >= _REMEMBERED:  # what was not met since the last time is forgotten
                self._before, self._known = self._known, {}
            if numbers is None:
                numbers = tuple(self._accepting(spelling, lang))
            self._known[key] = numbers
        return numbers

    def _accepting(self, spelling: Spelling, lang: Language) -> Iterator[int]:
        form, words = spelling.form, self._words
        for number in self._candidates(form.folded, form.suffix, lang):
            if words[number].accepts(form, spelling.shouted, lang):
                yield number

    def _candidates(self, folded: str, suffix: str, lang: Language) -> set[int]:
        heads, found = self._heads, set[int]()
        whole = folded + suffix
        for length in range(1, len(whole) + 1):
            if head := heads.get(whole[:length]):
                found.update(head)
        if lang is not Language.AZ:  # words of Azerbaijani texts are no forms of English lemmas
            for lemma in {*lemmas(folded), *irregular_forms(folded)}:
                found.update(self._lemmas.get(lemma, ()))
        return found


def _heads(word: Word) -> set[str]:
    """A token that `word` accepts begins with one of these, unless it shares a lemma with it."""
    if not word.folded.isascii():  # other scripts are compared by their own stems
        return {word.folded[:2]}
    return {word.folded, *(stem.text for stem in word.stems)}


def _lemmas(word: Word) -> set[str]:
    if word.manner is not Manner.FORMS or word.acronym:
        return set()
    return {*lemmas(word.folded), *irregular_forms(word.folded)}


def _drop(lists: dict[str, tuple[int, ...]], key: str, number: int) -> None:
    left = tuple(one for one in lists[key] if one != number)
    if left:
        lists[key] = left
    else:
        del lists[key]

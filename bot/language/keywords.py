"""Keywords: does a text contain this word or phrase, in any of its forms?

    keyword = Keyword.of("siyasi məhbus")
    hit = find(keyword, Passage.of("SİYASİ MƏHBUSLARA azadlıq", Language.AZ))
    hit.found, hit.at  ->  "SİYASİ MƏHBUSLARA", 0

Nobody tells the language of a keyword, so both rules are tried where the text allows: an Azerbaijani word
is found when a legal suffix chain follows it (`bot.language.suffixes`), an English one when it is a form of
the same lemma (`bot.language.english`). English text takes no Azerbaijani chains: `here` is no form of `her`.
Two to five capitals are an acronym: `DİN` finds DİN-in and DİNin, not din. Compiled once, used often. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import snowballstemmer

from bot.language.english import DATA, irregular_forms, same_word
from bot.language.letters import az_lower, fold, from_az_cyrillic, is_az_cyrillic
from bot.language.suffixes import (
    BACK,
    FRONT,
    VOWELS,
    begins,
    is_noun_chain,
    is_owned_chain,
    is_plural_chain,
    is_verb_chain,
)
from bot.language.words import Form, Shape, cut, nfc, tokenise
from bot.model import Language


class Manner(Enum):
    """How a keyword's last word may differ from the text."""

    FORMS = "forms"  #: inflected forms
    PREFIX = "prefix"  #: anything may follow
    EXACT = "exact"  #: as typed, case and diacritics included


class Hit(NamedTuple):
    """Where a keyword occurs. `text[at : at + len(found)] == found`."""

    found: str
    at: int  #: code-point offset
    first: int  #: index of its first token
    last: int  #: index of its last token


class Spelling(NamedTuple):
    """A way in which a word is spelt somewhere in a text."""

    form: Form
    shouted: bool  #: among words that are all in capitals
    first: int  #: index of the first token that is spelt so


class Passage:
    """A text, cut once for any number of keywords; asked by spelling, not by token."""

    __slots__ = ("_places", "_spellings", "lang", "text", "words")

    def __init__(self, text: str, lang: Language = Language.UND) -> None:
        """Cut `text`; `lang` is its language where that is known."""
        old = lang is Language.AZ and _is_cyrillic(text[:_SAMPLE])
        self.text, self.lang, self.words = text, lang, cut(text, old=old or None)
        self._spellings: dict[str, list[Spelling]] = {}
        self._places: dict[tuple[Form, bool], list[int]] = {}
        for spelling in self._distinct():
            self._spellings.setdefault(spelling.form.folded[:2], []).append(spelling)

    @classmethod
    def of(cls, text: str, lang: Language = Language.UND) -> Passage:
        """Cut `text`; `lang` is its language where that is known."""
        return cls(text, lang)

    def _distinct(self) -> list[Spelling]:
        forms, shouted = self.words.forms, self.words.shouted
        firsts: dict[tuple[Form, bool], int] = {}
        # Tokens that are spelt alike mostly share one object, so few are left to compare.
        met = dict(zip(map(id, reversed(forms)), range(len(forms) - 1, -1, -1), strict=True))
        for at in sorted({*met.values(), *shouted}):
            firsts.setdefault((forms[at], at in shouted), at)
        return [Spelling(form, loud, at) for (form, loud), at in firsts.items()]

    def spellings(self) -> Iterator[Spelling]:
        """Every distinct spelling."""
        return chain.from_iterable(self._spellings.values())

    def begun(self, keys: frozenset[str]) -> list[Spelling]:
        """The spellings whose search key begins with one of `keys` (two letters), in order of the text."""
        if len(keys) == 1:
            (key,) = keys
            return self._spellings.get(key, [])
        return sorted((s for key in keys for s in self._spellings.get(key, ())), key=lambda s: s.first)

    def places(self, spelling: Spelling) -> list[int]:
        """The indices of the tokens that are spelt so."""
        if not self._places:
            by_id: dict[int, list[int]] = {}
            forms, shouted = self.words.forms, self.words.shouted
            for at, form in enumerate(forms):
                if at in shouted:
                    self._places.setdefault((form, True), []).append(at)
                else:
                    by_id.setdefault(id(form), []).append(at)
            for found in by_id.values():
                self._places.setdefault((forms[found[0]], False), []).extend(found)
        return self._places.get((spelling.form, spelling.shouted), [])


class _Way(Enum):
    NOUN = 0
    SOFT = 1  #: a changed stem, before vowels only
    OWNED = 2  #: carries the possessive -(s)I already
    PLURAL = 3  #: its bare stem, before the plural only
    THIRD = 4  #: its bare stem, before the possessive -(s)I only
    VERB = 5
    SOFT_VERB = 6


class _Stem(NamedTuple):
    text: str
    way: _Way
    harmonies: tuple[str, ...]


_ACRONYM_LETTERS = 5
_AZ_LETTERS = frozenset("əöüğşçı")
_VOWEL_DROP = frozenset(fold(word) for word in DATA["vowel_drop"])
_NOT_VERBS = frozenset(fold(word) for word in DATA["not_verbs"])
_SOFT_T = frozenset(fold(word) for word in DATA["soft_t"])
_ACRONYM_OR_WORD = frozenset(DATA["acronym_or_word"])
_EXACT_LETTERS = frozenset(DATA["exact_letters"])
_RUSSIAN = snowballstemmer.stemmer("russian")
_CYRILLIC = re.compile("[\u0400-\u04ff]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a keyword, ready to be compared with tokens."""

    typed: str
    folded: str
    manner: Manner
    acronym: bool
    stems: tuple[_Stem, ...]
    others: tuple[tuple[str, _Stem], ...]  #: different words that look like forms of this one
    keys: frozenset[str]  #: first two letters of every search key that it can accept

    @classmethod
    def of(cls, typed: str, manner: Manner = Manner.FORMS) -> Word:
        """Compile one word as typed."""
        folded = fold(typed).replace("'", "").replace(".", "")
        acronym = is_acronym(typed) and manner is Manner.FORMS
        inflects = manner is Manner.FORMS and not acronym and folded[-1:].isalpha()
        stems = tuple(_stems(az_lower(typed), folded)) if inflects else ()
        others = tuple(_longer(folded, stems))
        keys = {folded[:2]} | {stem.text[:2] for stem in stems}
        if inflects:
            keys |= {form[:2] for form in irregular_forms(folded)}
        return cls(typed, folded, manner, acronym, stems, others, frozenset(keys))

    def accepts(self, form: Form, shouted: bool, lang: Language) -> bool:
        """Whether a token so spelt, in a text of language `lang`, is this word or one of its forms."""
        if form.shape is Shape.URL or form.shape is Shape.EMAIL:
            return False
        if self.manner is Manner.EXACT:
            return nfc(form.text) == self.typed
        if self.manner is Manner.PREFIX:
            return (form.folded + form.suffix).startswith(self.folded)
        if self.acronym:
            return form.caps and self._is_acronym(form, shouted)
        if form.caps and not shouted and self.folded in _ACRONYM_OR_WORD:
            return False
        if form.folded == self.folded:
            return self._same_letters(form)
        return self._has_form(form, lang)

    def _is_acronym(self, form: Form, shouted: bool) -> bool:
        if form.folded == self.folded:
            return True
        rest = form.folded.removeprefix(self.folded)
        if not shouted or rest == form.folded:
            return False
        return any(is_noun_chain(rest, begin, harmony) for begin in "CV" for harmony in (FRONT, BACK))

    def _has_form(self, form: Form, lang: Language) -> bool:
        if _CYRILLIC.search(self.folded):
            return _russian(self.typed) == _russian(form.text)
        if lang is not Language.AZ and same_word(self.folded, form.folded):
            return True
        if lang is Language.EN and form.text.isascii():
            return False
        return self._has_chain(form.folded, form) or (
            bool(form.suffix) and self._has_chain(form.folded + form.suffix, form)
        )

    def _has_chain(self, folded: str, form: Form) -> bool:
        written = _letters(form) if folded == form.folded else ""
        if not any(_fits(stem, folded) and _is_spelt(written[len(stem.text) :]) for stem in self.stems):
            return False
        for word, stem in self.others:
            if (not written or written.startswith(word.rstrip("qk"))) and _fits(stem, folded):
                return False
        return self._same_letters(form)

    def _same_letters(self, form: Form) -> bool:
        """Whether spelling agrees where both sides show that they care for diacritics."""
        if form.text.isascii() and self.typed.isascii():
            return True
        mine, its = az_lower(self.typed), az_lower(form.text)
        strict = mine in _EXACT_LETTERS or not _SURE.isdisjoint(mine)
        if not strict or _SURE.isdisjoint(its):
            return True
        return all(
            a == b or a in "ıiqğky" or b in "ıi"
            for a, b in zip(mine, its, strict=False)
            if fold(a) == fold(b)
        )


_SURE = frozenset("əöüğşç")
#: What no suffix has where a text has the letters of Azerbaijani: `kitabça` is not the equative of `kitab`.
_NO_SUFFIX = re.compile("[çöe]|(?<![ıiuü])ş")
_SAMPLE = 2_000  # code points that tell the alphabet of a text


def _letters(form: Form) -> str:
    """The word in small letters, one for each of its search key; empty where its letters tell nothing."""
    if form.text.isascii() or _CYRILLIC.search(form.text):
        return ""
    written = az_lower(form.text)
    return written if len(written) == len(form.folded) else ""


def _is_spelt(residue: str) -> bool:
    return not residue or _NO_SUFFIX.search(residue) is None


def _is_cyrillic(text: str) -> bool:
    """Whether most letters are Cyrillic, as in no Azerbaijani text of today."""
    return 2 * len(_CYRILLIC.findall(text)) > sum(map(str.isalpha, text))


@lru_cache(maxsize=16_384)
def _russian(word: str) -> str:
    return str(_RUSSIAN.stemWord(word.lower())) if len(word) <= 40 else word


def is_acronym(typed: str) -> bool:
    """Two to five letters, all capitals: `DİN`, `AI`, `BMT`, `G7`."""
    return 2 <= len(typed.replace(".", "")) <= _ACRONYM_LETTERS and typed.isupper()


def _harmonies(word: str) -> tuple[str, ...]:
    """Which suffix vowels `word` (lower case) can take; without diacritics, o, u and i can be either."""
    last = next((letter for letter in reversed(word) if fold(letter) in VOWELS), "")
    if last in ("a", "ı"):
        return (BACK,)
    if last in ("e", "ə", "ö", "ü"):
        return (FRONT,)
    if last and not _AZ_LETTERS.isdisjoint(word):
        return (FRONT,) if last == "i" else (BACK,)
    return (FRONT, BACK)


def _stems(word: str, folded: str) -> Iterator[_Stem]:
    """Every stem under which forms of `word` can begin, with what may follow it."""
    harmonies = _harmonies(word)
    yield _Stem(folded, _Way.NOUN, harmonies)
    syllables = sum(letter in VOWELS for letter in folded)
    if syllables >= 2 and folded.endswith("q"):
        yield _Stem(folded[:-1] + "g", _Way.SOFT, harmonies)
    if syllables >= 2 and folded.endswith("k"):
        yield _Stem(folded[:-1] + "y", _Way.SOFT, harmonies)
    if folded in _VOWEL_DROP:
        yield _Stem(folded[:-2] + folded[-1], _Way.SOFT, harmonies)
    if folded == "su":
        yield _Stem("suy", _Way.SOFT, harmonies)
    yield from _owned_stems(folded, harmonies)
    if folded.endswith(("maq", "mek")) and len(folded) > 4 and folded not in _NOT_VERBS:
        yield from _verb_stems(folded[:-3], BACK if folded.endswith("maq") else FRONT)


def _owned_stems(folded: str, harmonies: tuple[str, ...]) -> Iterator[_Stem]:
    """A keyword typed as plural or with the possessive: məhbuslar, hüquqları, Nazirliyi."""
    if folded.endswith(("lar", "ler")) and len(folded) >= 7:
        yield _Stem(folded[:-3], _Way.NOUN, harmonies)
    if len(folded) < 5 or folded[-1] not in "iu" or folded[-2] in VOWELS:
        return
    yield _Stem(folded, _Way.OWNED, harmonies)
    bare = folded[:-1]
    bases = {bare, re.sub("y$", "k", bare), re.sub("g$", "q", bare)}
    if folded[-2] == "s" and folded[-3] in VOWELS:  # -si after a vowel, or -i after -s or -ş
        bases.add(folded[:-2])
    for base in sorted(bases):
        yield _Stem(base, _Way.PLURAL, harmonies)
    if bare.endswith(("lar", "ler")) and len(bare) >= 7:
        yield _Stem(bare[:-3], _Way.THIRD, harmonies)


def _verb_stems(root: str, harmony: str) -> Iterator[_Stem]:
    yield _Stem(root, _Way.VERB, (harmony,))
    syllables = sum(letter in VOWELS for letter in root)
    if root.endswith("t") and (syllables >= 2 or root in _SOFT_T):
        yield _Stem(root[:-1] + "d", _Way.SOFT_VERB, (harmony,))


def _fits(stem: _Stem, folded: str) -> bool:
    """Whether `folded` is the stem followed by a chain that is legal after it."""
    if not folded.startswith(stem.text):
        return False
    residue, way = folded[len(stem.text) :], stem.way
    if not residue:
        return way is _Way.NOUN
    if way in (_Way.SOFT, _Way.SOFT_VERB) and residue[0] not in VOWELS:
        return False
    return any(_follows(stem, residue, harmony) for harmony in stem.harmonies)


def _follows(stem: _Stem, residue: str, harmony: str) -> bool:
    match stem.way:
        case _Way.NOUN | _Way.SOFT:
            return is_noun_chain(residue, begins(stem.text), harmony)
        case _Way.OWNED:
            return is_owned_chain(residue, harmony)
        case _Way.PLURAL:
            return is_plural_chain(residue, harmony)
        case _Way.THIRD:
            return residue[0] in "iu" and is_owned_chain(residue[1:], harmony)
        case _Way.VERB | _Way.SOFT_VERB:
            return is_verb_chain(residue, begins(stem.text), harmony)


_LONGER: dict[str, tuple[tuple[str, _Stem], ...]] = {
    fold(word): tuple((word, stem) for stem in _stems(word, fold(word))) for word in DATA["longer"]
}


def _longer(folded: str, stems: tuple[_Stem, ...]) -> Iterator[tuple[str, _Stem]]:
    """Other, longer words that a keyword's forms can be mistaken for, as written and with their stems."""
    heads = [stem.text for stem in stems]
    for word, others in _LONGER.items():
        if word != folded and any(word.startswith(head) and word != head for head in heads):
            yield from others


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase to look for, compiled."""

    text: str  #: as typed
    words: tuple[Word, ...]
    manner: Manner

    @classmethod
    def of(cls, text: str, manner: Manner = Manner.FORMS) -> Keyword:
        """Compile `text`. A phrase typed in capitals only is shouted, not a row of acronyms.

        Raises:
            ValueError: it has no letter or digit to look for.
        """
        tokens = tokenise(from_az_cyrillic(text) if is_az_cyrillic(text) else text)
        if not tokens:
            raise ValueError("nothing to look for")
        shouted = any(token.shouted for token in tokens)
        typed = [
            az_lower(t.form.text) if shouted and manner is not Manner.EXACT else nfc(t.form.text)
            for t in tokens
        ]
        inner = Manner.EXACT if manner is Manner.EXACT else Manner.FORMS
        words = [Word.of(word, inner) for word in typed[:-1]]
        return cls(text, (*words, Word.of(typed[-1], manner)), manner)

    @property
    def rarest(self) -> Word:
        """The longest word: where a search should begin."""
        return max(self.words, key=lambda word: len(word.folded))


def find(keyword: Keyword, passage: Passage) -> Hit | None:
    """The first place where `keyword` occurs."""
    if len(keyword.words) > 1:
        return next(find_all(keyword, passage), None)
    word, lang = keyword.words[0], passage.lang
    for form, shouted, at in passage.begun(word.keys):
        if word.accepts(form, shouted, lang):
            return Hit(form.whole, passage.words.starts[at], at, at)
    return None


def find_all(keyword: Keyword, passage: Passage) -> Iterator[Hit]:
    """Every place where `keyword` occurs, in order."""
    last, before, lang = keyword.words[-1], len(keyword.words) - 1, passage.lang
    accepted = [s for s in passage.begun(last.keys) if last.accepts(s.form, s.shouted, lang)]
    forms, starts = passage.words.forms, passage.words.starts
    for at in sorted(place for spelling in accepted for place in passage.places(spelling)):
        if at >= before and _precede(keyword, passage, at):
            start, stop = starts[at - before], starts[at] + len(forms[at].whole)
            yield Hit(passage.text[start:stop], start, at - before, at)


def _precede(keyword: Keyword, passage: Passage, at: int) -> bool:
    """Whether the words of the phrase but the last stand directly before `at`; attributes do not inflect."""
    words, start = passage.words, at - len(keyword.words) + 1
    if any(words.apart[start + 1 : at + 1]):
        return False
    return all(
        _is_attribute(word, words.forms[place], place in words.shouted, passage.lang)
        for place, word in enumerate(keyword.words[:-1], start)
    )


def _is_attribute(word: Word, form: Form, shouted: bool, lang: Language) -> bool:
    if word.manner is Manner.EXACT or word.acronym or form.folded == word.folded:
        return word.accepts(form, shouted, lang)
    return lang is not Language.AZ and same_word(word.folded, form.folded)

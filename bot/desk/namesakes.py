"""Who bears a name: its spellings in the archive, and the full names of people called so. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from bot.errors import BadFilter
from bot.filters.grammar import parse
from bot.filters.spelling import quoted, spell
from bot.language.keywords import Keyword, Passage, find, is_acronym
from bot.language.letters import fold
from bot.language.names import NameKey, is_same_name, name_key, name_keys, stems_of
from bot.language.persons import is_given_name, is_surname
from bot.model import Article, Language

MOST_PARTS = 5  #: words of a name
MOST_SPELLINGS = 6  #: in the filter that follows a name
MOST_PEOPLE = 8  #: that are offered for a single name

_WORD = re.compile(r"[^\W\d_][\w'’ʼ-]*")
_POSSESSIVE = re.compile(r"['’ʼ]s$")
_LANGS = {Language.AZ: "az", Language.EN: "en"}

#: How Azerbaijani names are written in English.
_ENGLISH = {
    "ə": "a",
    "x": "kh",
    "q": "g",
    "ğ": "gh",
    "c": "j",
    "ç": "ch",
    "ş": "sh",
    "ö": "o",
    "ü": "u",
    "ı": "i",
}


class Namesakes:
    """One name as typed, looked for in one article after the other; remembers what it met."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        self._typed = parts
        self._parts = [(name_key(part), name_key(part, True)) for part in parts]
        self._known: dict[tuple[str, str], frozenset[int]] = {}
        self._spellings: Counter[tuple[str, str]] = Counter()
        self._people: Counter[str] = Counter()

    @classmethod
    def of(cls, typed: str) -> Namesakes | None:
        """None where nothing is typed that could be a name."""
        parts = tuple(_WORD.findall(typed.strip('"“”«»')))
        return cls(parts) if 0 < len(parts) <= MOST_PARTS and len("".join(parts)) > 1 else None

    def are_in(self, article: Article) -> bool:
        """Whether the article bears the name: all its words in a row; of two, also the other way round."""
        lang, met = _LANGS.get(article.lang, "ru"), False
        for text in (article.title, article.text):
            words = list(_WORD.finditer(text))
            bears = [word.start() if self._which(word.group(), lang) else -1 for word in words]
            for at, start in enumerate(bears):
                if start >= 0 and self._stands_at(words, at, text, lang):
                    met = True
                    last = words[at + len(self._parts) - 1]
                    self._spellings[(_bare(text[start : last.end()], self._parts, lang), lang)] += 1
                    self._note_person(words, at, text, lang)
        return met

    def _which(self, word: str, lang: str) -> frozenset[int]:
        """The parts of the name that a word may be."""
        if not word[0].isupper():
            return frozenset()
        if (word, lang) not in self._known:
            keys = name_keys(word, lang)
            self._known[(word, lang)] = frozenset(
                at for at, part in enumerate(self._parts) if any(_same(key, part) for key in keys)
            )
        return self._known[(word, lang)]

    def _stands_at(self, words: list[re.Match[str]], at: int, text: str, lang: str) -> bool:
        row = words[at : at + len(self._parts)]
        if len(row) < len(self._parts) or not _in_a_row(row, text):
            return False
        # `oğlu` and `qızı` are written small, so words behind the first are asked in capitals.
        which = [self._which(word.group()[:1].upper() + word.group()[1:], lang) for word in row]
        straight = all(nth in parts for nth, parts in enumerate(which))
        turned = len(row) == 2 and 1 in which[0] and 0 in which[1]
        return straight or turned

    def _note_person(self, words: list[re.Match[str]], at: int, text: str, lang: str) -> None:
        """Who it is, where one name was typed and the text has the other beside it."""
        if len(self._parts) > 1:
            return
        near = words[max(at - 1, 0) : at + 2]
        for one, two in pairwise(near):
            given, surname = one.group(), two.group()
            if not (given[0].isupper() and surname[0].isupper() and _in_a_row([one, two], text)):
                continue
            if is_given_name(fold(given)) and is_surname(fold(surname)) and not is_acronym(surname):
                bare = _bare(f"{given} {surname}", [(), ()], lang)
                self._people[bare] += 1

    def spellings(self) -> list[str]:
        """The spellings that were met, commonest first; those that differ in capitals only are one."""
        kept: dict[str, str] = {}
        for (spelling, _), _times in self._spellings.most_common():
            kept.setdefault(fold(spelling), spelling)
        return list(kept.values())[:MOST_SPELLINGS]

    def people(self) -> list[str]:
        """Full names of different people who bear the single name that was typed, commonest first."""
        kept: list[str] = []
        for full, _times in self._people.most_common():
            if not any(_is_one_person(full, other) for other in kept):
                kept.append(full)
        return kept[:MOST_PEOPLE]


def _in_a_row(words: list[re.Match[str]], text: str) -> bool:
    return all(text[one.end() : two.start()] in (" ", "\u00a0") for one, two in pairwise(words))


def _same(key: NameKey, part: tuple[NameKey, ...]) -> bool:
    return any(is_same_name(key, one) for one in part)


def _is_one_person(one: str, two: str) -> bool:
    return all(
        _same(name_key(a), (name_key(b), name_key(b, True)))
        or _same(name_key(a, True), (name_key(b), name_key(b, True)))
        for a, b in zip(one.split(), two.split(), strict=True)
    )


def _bare(spelling: str, parts: Sequence[tuple[NameKey, ...]], lang: str) -> str:
    """The spelling without the ending of its last word: `Anar Məmmədlinin` is `Anar Məmmədli`."""
    head, _, last = spelling.rpartition(" ")
    last = _POSSESSIVE.sub("", last)
    if lang == "az":
        known = parts[-1] + parts[0]
        fits = [
            (-_likeness(name_key(stem), known), len(stem), stem)
            for stem in stems_of(last)
            if (_same(name_key(stem), known) if known else is_surname(fold(stem)))
        ]
        last = min(fits)[2] if fits else last
    return f"{head} {last}".strip()


def _likeness(key: NameKey, part: tuple[NameKey, ...]) -> float:
    """How much a stem is like what was typed, from 0 to 1."""
    return max((Levenshtein.normalized_similarity(key.classes, one.classes) for one in part), default=0.0)


def english_of(name: str) -> str:
    """How English texts write an Azerbaijani name: `Anar Məmmədli` is `Anar Mammadli`."""
    return "".join(
        _ENGLISH.get(letter.lower(), letter.lower()).capitalize()
        if letter.isupper()
        else _ENGLISH.get(letter, letter)
        for letter in name.replace("İ", "I")
    )


def follow_query(name: str, spellings: list[str]) -> str | None:
    """A filter, as it is kept, that finds the name in every spelling; None when it would be none."""
    kept: list[str] = []
    for spelling in (name, *spellings, english_of(name)):
        passage = Passage.of(spelling)
        if len(kept) < MOST_SPELLINGS and not any(find(Keyword.of(one), passage) for one in kept):
            kept.append(spelling)
    typed = " OR ".join(quoted(" ".join(spell(word, keep=True) for word in one.split())) for one in kept)
    try:
        return parse(f"({typed}) rights:any").query  # whatever is told of somebody belongs to the case
    except BadFilter:
        return None

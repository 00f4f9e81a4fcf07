"""Finding thousands of phrases in a text at once, inflected forms included.

A `Book` holds phrases of one language. A text is scanned once into light tokens; each token is looked up by
its prefixes (cached, because texts repeat their words), and phrases are followed through a trie of words, so
the cost depends on the text and hardly on the number of phrases.

How a phrase is written in the data files:

    siyasi məhbus       Azerbaijani: the last word takes any legal suffix chain; English: plural, -ed, -ing
    saxlanıl*           anything may follow
    saxla+              a verb's root: any voice, tense, participle or gerund (Azerbaijani only)
    ~polis əməkdaşı     a word before the last that is inflected too
    =mali               this form only
    ^Mali               must begin with a capital letter in the text
    ^^DİN               must be written in capitals (suffixes may be small)
    _march              must be written small (a month has a capital)

Pure; imports only the folding and the suffix chains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from bot.language.letters import fold
from bot.language.suffixes import VOWELS, is_noun_chain, is_verb_chain

_SMALL_ONLY = -1
LOWER, TITLE, CAPITALS = 0, 1, 2  #: how a token is written

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){1,5}[^\W\d_](?![^\W_])\.?")
_LONGEST_WORD = 40
_SHORTEST_PREFIX = 2


class Token(NamedTuple):
    """One run of letters or digits; hyphens and apostrophes separate."""

    folded: str
    start: int  #: code-point offset in the text
    end: int
    case: int  #: LOWER, TITLE or CAPITALS


@lru_cache(maxsize=65_536)
def _seen(word: str) -> tuple[str, int]:
    letters = word[:2]
    if letters[0].isupper():
        case = CAPITALS if len(letters) > 1 and (letters[1].isupper() or letters[1] == ".") else TITLE
    else:
        case = LOWER
    return fold(word).replace(".", ""), case


@lru_cache(maxsize=8)  # one text is scanned for countries, topics and the summary
def scan(text: str) -> tuple[Token, ...]:
    """The tokens of `text` in order."""
    tokens = []
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        folded, case = _seen(found.group()) if end - start <= _LONGEST_WORD else ("", LOWER)
        tokens.append(Token(folded, start, end, case))
    return tuple(tokens)


P = TypeVar("P")


class Hit(NamedTuple, Generic[P]):
    """A phrase met in a text: tokens `first` to `last`, both included."""

    first: int
    last: int
    what: P


class _Node(Generic[P]):
    __slots__ = ("next", "what")

    def __init__(self) -> None:
        self.next: dict[int, _Node[P]] = {}
        self.what: list[tuple[int, P]] = []  # (least case, what the phrase stands for)


def _harmony(word: str) -> str:
    for letter in reversed(word):
        if letter in "eəiöüEƏİÖÜ":
            return "e"
        if letter in "aıouAIOU":
            return "a"
    return "e"


def _syllables(folded: str) -> int:
    return sum(letter in "aeiou" for letter in folded)


def english_forms(word: str) -> set[str]:
    """Plural and regular verb forms of an English word, generously: a form that is no word harms nobody."""
    forms = {word, word + "s"}
    if word.endswith(("s", "x", "z", "ch", "sh")):
        forms |= {word + "es"}
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        forms |= {word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    elif word.endswith("e"):
        forms |= {word + "d", word[:-1] + "ing"}
    else:
        forms |= {word + "ed", word + "ing"}
        if len(word) > 2 and word[-1] in "bdgmnprtl" and word[-2] in "aeiou" and word[-3] not in "aeiou":
            forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
    return forms


class Book(Generic[P]):
    """Phrases of one language, each standing for something."""

    def __init__(self, *, azerbaijani: bool, names: bool = False) -> None:
        """`names`: proper names, which nobody inflects for "my" and "your" (`Roman` is not "your Rome")."""
        self._azerbaijani = azerbaijani
        self._barred = ("n", "m") if names else ()
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[tuple[str, str, bool, int]]] = {}
        self._verbs: dict[str, list[tuple[str, str, bool, int]]] = {}
        self._prefixes: dict[str, list[int]] = {}
        self._keys: dict[tuple[str, str], int] = {}
        self._root: _Node[P] = _Node()
        self._known: dict[str, tuple[int, ...]] = {}

    def add(self, phrase: str, what: P) -> None:
        """Learn a phrase; the notation is in the module's docstring."""
        case = LOWER
        while phrase.startswith("^"):
            case, phrase = case + 1, phrase[1:]
        if phrase.startswith("_"):
            case, phrase = _SMALL_ONLY, phrase[1:]
        phrase = _DOTTED.sub(lambda found: found.group().replace(".", ""), phrase)
        words = [word for word in re.split(r"[\s\-'’.]+", phrase) if word]
        node = self._root
        for at, word in enumerate(words):
            node = node.next.setdefault(self._key(word, at == len(words) - 1), _Node())
        node.what.append((case, what))

    def _key(self, word: str, last: bool) -> int:
        bare = word.strip("~=*+")
        if word.endswith("*"):
            manner = "prefix"
        elif word.endswith("+"):
            manner = "verb"
        elif word.startswith("=") or not (last or word.startswith("~")):
            manner = "exact"
        else:
            manner = "inflected"
        folded = fold(bare)
        key = self._keys.setdefault((manner, folded), len(self._keys))
        if key == len(self._keys) - 1:
            self._index(manner, bare, folded, key)
        return key

    def _index(self, manner: str, bare: str, folded: str, key: int) -> None:
        self._known.clear()
        if manner == "prefix":
            self._prefixes.setdefault(folded, []).append(key)
        elif manner == "exact":
            self._exact.setdefault(folded, []).append(key)
        elif not self._azerbaijani:
            for form in english_forms(folded):
                self._exact.setdefault(form, []).append(key)
        elif manner == "verb":
            harmony, begin = _harmony(bare), "V" if folded[-1:] in VOWELS else "C"
            self._verbs.setdefault(folded, []).append((begin, harmony, False, key))
            if folded[-1:] == "t":  # et- becomes ed- before a vowel
                self._verbs.setdefault(folded[:-1] + "d", []).append((begin, harmony, True, key))
        else:
            harmony, begin = _harmony(bare), "V" if folded[-1:] in VOWELS else "C"
            self._stems.setdefault(folded, []).append((begin, harmony, False, key))
            softened = {"q": "g", "k": "y"}.get(folded[-1:])
            if softened and _syllables(folded) > 1:
                self._stems.setdefault(folded[:-1] + softened, []).append((begin, harmony, True, key))

    def _keys_of(self, folded: str) -> tuple[int, ...]:
        known = self._known.get(folded)
        if known is None:
            if len(self._known) > 50_000:
                self._known.clear()
            known = self._known[folded] = tuple(self._find_keys(folded))
        return known

    def _find_keys(self, folded: str) -> Iterator[int]:
        yield from self._exact.get(folded, ())
        for length in range(_SHORTEST_PREFIX, len(folded) + 1):
            prefix = folded[:length]
            yield from self._prefixes.get(prefix, ())
            for begin, harmony, soft, key in self._stems.get(prefix, ()):
                rest = folded[length:]
                if soft and rest[:1] not in VOWELS:
                    continue
                if rest not in self._barred and is_noun_chain(rest, begin, harmony):
                    yield key
            for begin, harmony, soft, key in self._verbs.get(prefix, ()):
                rest = folded[length:]
                if (not soft or rest[:1] in VOWELS) and is_verb_chain(rest, begin, harmony):
                    yield key

    def is_bare(self, folded: str) -> bool:
        """Whether a token is a last word as it was learnt, without any suffix."""
        return any(not soft for _, _, soft, _ in self._stems.get(folded, ()))

    def find(self, tokens: tuple[Token, ...]) -> list[Hit[P]]:
        """Every phrase met in `tokens`, in order of its first token."""
        hits: list[Hit[P]] = []
        root, total = self._root.next, len(tokens)
        for first in range(total):
            for key in self._keys_of(tokens[first].folded):
                node = root.get(key)
                if node is not None:
                    self._follow(tokens, first, first, node, hits)
        return hits

    def _follow(
        self, tokens: tuple[Token, ...], first: int, last: int, node: _Node[P], hits: list[Hit[P]]
    ) -> None:
        case = tokens[first].case
        hits.extend(
            Hit(first, last, what)
            for least, what in node.what
            if case >= least and (least != _SMALL_ONLY or case == LOWER)
        )
        if not node.next or last + 1 >= len(tokens):
            return
        for key in self._keys_of(tokens[last + 1].folded):
            following = node.next.get(key)
            if following is not None:
                self._follow(tokens, first, last + 1, following, hits)


def longest(hits: list[Hit[P]]) -> list[Hit[P]]:
    """Hits that are not inside a longer one; of several over the same words all stay."""
    kept: list[Hit[P]] = []
    reach, width = -1, 0
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
        same = bool(kept) and (kept[-1].first, kept[-1].last) == (hit.first, hit.last)
        if hit.first > reach or same:
            kept.append(hit)
            reach, width = hit.last, hit.last - hit.first
        elif hit.last > reach and hit.last - hit.first > width:
            while kept and kept[-1].last >= hit.first:
                kept.pop()
            kept.append(hit)
            reach, width = hit.last, hit.last - hit.first
    return kept


def outermost(hits: list[Hit[P]]) -> list[Hit[P]]:
    """Hits that are not inside a longer one; such as merely overlap stay."""
    kept: list[Hit[P]] = []
    reach, span = -1, (-1, -1)
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
        if hit.last > reach or (hit.first, hit.last) == span:
            kept.append(hit)
            reach, span = hit.last, (hit.first, hit.last)
    return kept

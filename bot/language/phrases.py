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

Words are compared by their search key, without diacritics. In an Azerbaijani text that is written with its
own letters they must be spelt alike as well, but for the dots of i: there `olan` is not `ölən`, and `Nəsimi`
is no form of `nəşi`. A text without them (`olen`, `nesi`) is given the benefit of the doubt.

Pure; imports only the folding and the suffix chains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from bot.language.letters import az_lower, fold
from bot.language.suffixes import VOWELS, begins, is_noun_chain, is_verb_chain
from bot.language.words import CAPITALS, LOWER, TITLE, Token, tokenise

__all__ = ["CAPITALS", "LOWER", "TITLE", "Book", "Hit", "Token", "longest", "outermost", "scan"]

_SMALL_ONLY = -1
_SHORTEST_PREFIX = 2
_LONGEST_WORD = 40  # letters; longer words are no form of anything
_KNOWN_WORDS = 16_384


@lru_cache(maxsize=8)
def scan(text: str) -> tuple[Token, ...]:
    """`tokenise(text)`, remembered: one text is scanned for countries, topics and the summary."""
    return tokenise(text)


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


def well_spelt(tokens: Sequence[Token]) -> bool:
    """Whether these are Azerbaijani words in its own letters: one in two has an ə, one in ten suffices."""
    return 10 * sum("ə" in token.form.text or "Ə" in token.form.text for token in tokens) >= len(tokens) > 0


_DOTLESS = str.maketrans({"ı": "i", "'": None, "’": None, "ʼ": None})


@lru_cache(maxsize=16_384)
def _spelt(word: str) -> str:
    """Lower case with the letters of Azerbaijani, but for the dots of i; as long as the search key."""
    return az_lower(word).translate(_DOTLESS)


@lru_cache(maxsize=2_048)
def _words_of(chunk: str) -> tuple[Token, ...]:
    """`tokenise(chunk)`, remembered: the phrases of the data share half of their words."""
    return tokenise(chunk)


def _written(phrase: str) -> list[tuple[str, Token]]:
    """The words of a phrase with the mark that each was written with: "", "~", "=", "*" or "+"."""
    words: list[tuple[str, Token]] = []
    for chunk in phrase.split():
        lead, close = chunk[0] if chunk[0] in "~=" else "", chunk[-1] if chunk[-1] in "*+" else ""
        tokens = _words_of(chunk.strip("~=*+"))
        words += [(close if at == len(tokens) and close else lead, t) for at, t in enumerate(tokens, 1)]
    return words


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


class _Head(NamedTuple):
    """How words can begin that are forms of one which was learnt."""

    way: str  #: "~" noun chain, "+" verb chain, "*" anything
    begin: str
    harmony: str
    key: int
    spelt: str  #: how it begins in a well-spelt text
    soft: bool = False  #: a changed stem, before vowels only


class _Meaning(NamedTuple, Generic[P]):
    """What a spelling can be: numbers of learnt words, and the phrases that begin with them."""

    keys: tuple[int, ...]
    begun: tuple[_Node[P], ...]


class Book(Generic[P]):
    """Phrases of one language, each standing for something."""

    def __init__(self, *, azerbaijani: bool, names: bool = False) -> None:
        """`names`: proper names, which nobody inflects for "my" and "your" (`Roman` is not "your Rome")."""
        self._azerbaijani = azerbaijani
        self._barred = ("n", "m") if names else ()
        self._exact: dict[str, list[tuple[int, str]]] = {}  # search key -> (number, spelling)
        self._forms: dict[str, list[int]] = {}
        self._heads: dict[str, list[_Head]] = {}
        self._keys: dict[tuple[str, str], int] = {}
        self._root: _Node[P] = _Node()
        self._known: dict[str, _Meaning[P]] = {}  # by search key
        self._known_spelt: dict[str, _Meaning[P]] = {}  # by spelling, for well-spelt texts

    def add(self, phrase: str, what: P) -> None:
        """Learn a phrase; the notation is in the module's docstring."""
        case = LOWER
        while phrase.startswith("^"):
            case, phrase = case + 1, phrase[1:]
        if phrase.startswith("_"):
            case, phrase = _SMALL_ONLY, phrase[1:]
        node = self._root
        words = _written(phrase)
        self._known.clear()
        self._known_spelt.clear()
        for at, (manner, word) in enumerate(words):
            inflects = at == len(words) - 1 or manner == "~"
            node = node.next.setdefault(self._key(manner, word, inflects), _Node())
        node.what.append((case, what))

    def _key(self, manner: str, word: Token, inflects: bool) -> int:
        """The number of a word with the way it is met; alike words share one."""
        if manner in ("*", "+"):
            way, folded = manner, word.inflected
        elif manner == "=" or not inflects:
            way, folded = "=", word.form.key
        else:
            way, folded = "~", word.inflected
        spelt = _spelt(word.form.text) + _spelt(word.form.suffix)
        number = len(self._keys)
        key = self._keys.setdefault((way, spelt if self._azerbaijani else folded), number)
        if key == number:
            self._index(_Head(way, begins(folded), _harmony(az_lower(word.form.text)), key, spelt), folded)
        return key

    def _index(self, head: _Head, folded: str) -> None:
        spelt = head.spelt
        if head.way == "=":
            self._exact.setdefault(folded, []).append((head.key, spelt))
        elif head.way == "*":
            self._head(folded, head)
        elif head.way == "+":
            self._head(folded, head)
            if folded[-1:] == "t":  # et- becomes ed- before a vowel
                self._head(folded[:-1] + "d", head._replace(spelt=spelt[:-1] + "d", soft=True))
        elif not self._azerbaijani:
            for form in english_forms(folded):
                self._forms.setdefault(form, []).append(head.key)
        else:
            self._head(folded, head)
            softened = {"q": "ğ", "k": "y"}.get(folded[-1:])
            if softened and _syllables(folded) > 1:
                soft = head._replace(spelt=spelt[:-1] + softened, soft=True)
                self._head(folded[:-1] + fold(softened), soft)

    def _head(self, prefix: str, head: _Head) -> None:
        self._heads.setdefault(prefix, []).append(head)

    def _meaning(self, token: Token, spelt: str = "") -> _Meaning[P]:
        """What a word can be, worked out when it is first met; `spelt`: how it must be spelt as well."""
        known = self._known_spelt if spelt else self._known
        if len(known) >= _KNOWN_WORDS:
            known.clear()
        folded, key = token.folded, token.form.key
        keys = [number for number, exact in self._exact.get(key, ()) if not spelt or exact == spelt]
        if len(folded) <= _LONGEST_WORD:
            keys += self._inflected(folded, spelt)
            if key != folded:
                keys += self._inflected(token.inflected, spelt)
        begun = [self._root.next[number] for number in keys if number in self._root.next]
        meaning = _Meaning(tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(begun)))
        known[token.form.text + token.form.tail if spelt else key] = meaning
        return meaning

    def _inflected(self, folded: str, spelt: str) -> Iterator[int]:
        yield from self._forms.get(folded, ())
        heads = self._heads
        for length in range(_SHORTEST_PREFIX, len(folded) + 1):
            for head in heads.get(folded[:length], ()):
                if (not spelt or spelt.startswith(head.spelt)) and self._continues(head, folded[length:]):
                    yield head.key

    def _spelt_meaning(self, token: Token) -> _Meaning[P]:
        form = token.form
        known = self._known_spelt.get(form.text + form.tail)
        return known or self._meaning(token, _spelt(form.text) + _spelt(form.suffix))

    def _continues(self, head: _Head, rest: str) -> bool:
        if head.way == "*":
            return True
        if head.soft and rest[:1] not in VOWELS:
            return False
        if head.way == "+":
            return is_verb_chain(rest, head.begin, head.harmony)
        return rest not in self._barred and is_noun_chain(rest, head.begin, head.harmony)

    def is_bare(self, folded: str) -> bool:
        """Whether a token is a last word as it was learnt, without any suffix."""
        return any(head.way == "~" and not head.soft for head in self._heads.get(folded, ()))

    def find(self, tokens: tuple[Token, ...]) -> list[Hit[P]]:
        """Every phrase met in `tokens`, in order of its first token."""
        hits: list[Hit[P]] = []
        if self._azerbaijani and well_spelt(tokens):
            meanings = [self._spelt_meaning(token) for token in tokens]
        else:
            known = self._known
            meanings = [known.get(token.form.key) or self._meaning(token) for token in tokens]
        last = len(tokens) - 1
        for first, meaning in enumerate(meanings):
            for node in meaning.begun:
                if node.what:
                    _keep(node, tokens[first].case, first, first, hits)
                if node.next and first < last:
                    _follow(node, tokens[first].case, meanings, first, hits)
        return hits


def _keep(node: _Node[P], case: int, first: int, last: int, hits: list[Hit[P]]) -> None:
    new = tuple.__new__  # half the time of calling Hit, and there are hundreds in a text
    for least, what in node.what:
        if case >= least and (least != _SMALL_ONLY or case == LOWER):
            hits.append(new(Hit, (first, last, what)))


def _follow(node: _Node[P], case: int, meanings: list[_Meaning[P]], first: int, hits: list[Hit[P]]) -> None:
    """Append the longer phrases that begin with `node` at `first`."""
    begun = [(node, first + 1)]
    while begun:
        before, at = begun.pop()
        following = before.next
        for key in meanings[at].keys:
            if key in following:
                node = following[key]
                _keep(node, case, first, at, hits)
                if node.next and at + 1 < len(meanings):
                    begun.append((node, at + 1))


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

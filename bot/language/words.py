"""Words of a text: what is one word, where it stands, and which suffix is merely glued to it.

Azerbaijani glues suffixes to everything: `“Turan”a`, `ATƏT-in`, `BMTnin`, `2023-cü`, `LGBTQİ+ların`.
`tokenise` cuts them off into `Token.tail`, so that the word itself can be compared. Compounds such as
`həbs-qətimkan` and `Nyu-Yorkda` become neighbouring tokens, which a phrase finds with or without the hyphen.
One pass with possessive regular expressions: linear in the length of the text. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from bot.language.letters import fold, from_az_cyrillic, is_az_cyrillic
from bot.language.suffixes import is_glued_suffix


class Shape(IntEnum):
    """What a token looks like."""

    WORD = 0
    NUMBER = 1
    INITIAL = 2  #: one letter before a name: H.Babalı
    URL = 3
    EMAIL = 4
    HASHTAG = 5  #: text and folded without the #
    HANDLE = 6  #: text and folded without the @


class Token(NamedTuple):
    """One word. `source[at : at + len(text)] == text`, and `tail` follows it immediately."""

    text: str  #: as in the original, without the tail
    folded: str  #: the search key of `text`, apostrophes and invisible code points removed
    at: int  #: code-point offset of `text`
    shape: Shape = Shape.WORD
    tail: str = ""  #: suffix glued on, as in the original with its hyphen, apostrophe or quote: `-in`
    suffix: str = ""  #: search key of the letters of the tail: `in`
    caps: bool = False  #: two capitals or more and no small letter: an acronym, unless `shouted`
    shouted: bool = False  #: stands among words that are all in capitals
    apart: bool = False  #: a full stop, comma or paragraph separates it from the token before

    @property
    def end(self) -> int:
        """Offset behind the word, without its tail."""
        return self.at + len(self.text)

    @property
    def whole(self) -> str:
        """The word as it stands in the original; with its tail, unless that begins with a closing quote."""
        return self.text if self.tail[:1] in _CLOSING else self.text + self.tail


_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe20-\ufe2f\u00ad\u200b-\u200d\u2060"
)
_APOSTROPHES = "'’ʼ‘´`"
_CLOSING = frozenset("”“\"»'’")
_WORD = rf"(?P<W>\d{{0,9}}+[^\W\d_][^\W_]*+(?:[{_MARKS}]++[^\W_]*+)*+)"
_NUMBER = r"(?P<N>\d++(?:[.,:/]\d++)*+%?)"
_DOTTED = r"(?P<D>(?<![\w.])[^\W\d_](?:\.[^\W\d_]){1,5}(?!\.?[^\W_])\.?)"
_TAGGED = r"(?P<T>(?<!\w)[#@](?=[^\W_])\w++)"
_URL = r"(?P<U>(?<!\w)(?:https?://|www\.)[^\s<>\"“”«»]++)"
_EMAIL = r"(?P<E>(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
_PLAIN = re.compile(f"{_DOTTED}|{_WORD}|{_NUMBER}")
_FULL = re.compile(f"{_URL}|{_EMAIL}|{_TAGGED}|{_DOTTED}|{_WORD}|{_NUMBER}", re.IGNORECASE)
_NEEDS_FULL = re.compile(r"[@#]|://|www\.", re.IGNORECASE)
_TAIL = re.compile(
    rf"(?P<mark>[{_APOSTROPHES}]|[”“\"»]-?|\+-?|\)-|[-‐‑])(?P<letters>[^\W\d_]{{1,20}})(?![^\W_])"
)
_JOINED = re.compile(rf"[{_APOSTROPHES}][^\W\d_](?:[^\W_]|[{_MARKS}])*+")
_BREAK = re.compile(r"[.!?…;:,|•·]|\n\s*\n")
_ENGLISH_TAILS = frozenset({"s", "re", "ll", "ve", "d", "m"})
_ABBREVIATIONS = frozenset(
    {"dr", "mr", "mrs", "ms", "st", "prof", "gen", "col", "akad", "dos", "no", "v", "vs"}
)
_SHAPES = {"W": Shape.WORD, "N": Shape.NUMBER, "D": Shape.WORD, "U": Shape.URL, "E": Shape.EMAIL}


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of `text` in order. Linear in its length, whatever it holds."""
    old = is_az_cyrillic(text)
    pattern = _FULL if _NEEDS_FULL.search(text) else _PLAIN
    tokens: list[Token] = []
    at, last = 0, len(text)
    before = 0  # where the previous token ended, its tail included
    any_caps = False
    while at < last:
        found = pattern.search(text, at)
        if found is None:
            break
        kind = found.lastgroup or "W"
        start, end = found.span()
        token = _plain_word(text, start, end, old) if kind == "W" else _other(kind, text, start, end)
        apart = bool(tokens) and _is_apart(text, before, start, tokens[-1])
        if apart:
            token = token._replace(apart=True)
        tokens.append(token)
        any_caps = any_caps or token.caps
        before = at = token.at + len(token.text) + len(token.tail)
    return _mark_shouting(tokens) if any_caps else tuple(tokens)


def _plain_word(text: str, start: int, end: int, old: bool) -> Token:
    follow = text[end : end + 1]
    word = text[start:end]
    if follow in _APOSTROPHES and follow and not _tail_at(text, word, end, Shape.WORD):
        while joined := _JOINED.match(text, end):
            end = joined.end()
        word = text[start:end]
    return _word(text, start, word, old)


def _word(text: str, start: int, word: str, old: bool) -> Token:
    upper = word.isupper()
    split = _acronym_length(word) if not upper and word[1:2].isupper() else 0
    if split:
        glued = word[split:]
        return Token(word[:split], fold(word[:split]), start, Shape.WORD, glued, fold(glued), True)
    tail, suffix = _tail_at(text, word, start + len(word), Shape.WORD) or ("", "")
    folded = fold(from_az_cyrillic(word) if old else word)
    if "'" in folded:
        folded = folded.replace("'", "")
    initial = len(word) == 1 and upper and text[start + 1 : start + 2] == "."
    shape = Shape.INITIAL if initial else Shape.WORD
    return Token(word, folded, start, shape, tail, suffix, upper and len(word) > 1)


def _other(kind: str, text: str, start: int, end: int) -> Token:
    """A token that is not a plain word: address, tag, number or dotted acronym."""
    word = text[start:end]
    if kind == "T":
        shape = Shape.HASHTAG if word[0] == "#" else Shape.HANDLE
        return Token(word[1:], fold(word[1:]), start + 1, shape, caps=word[1:].isupper() and len(word) > 2)
    if kind == "U":
        word = word.rstrip(").,;:!?'’]}")
        return Token(word, fold(word), start, Shape.URL)
    if kind == "N":
        word = word.rstrip(".,:/")
        tail, suffix = _tail_at(text, word, start + len(word), Shape.NUMBER) or _bare_tail(
            text, start + len(word)
        )
        return Token(word, fold(word), start, Shape.NUMBER, tail, suffix)
    if kind == "D":
        tail, suffix = _tail_at(text, word, end, Shape.WORD) or ("", "")
        return Token(word, fold(word).replace(".", ""), start, Shape.WORD, tail, suffix, word.isupper())
    return Token(word, fold(word), start, _SHAPES[kind])


def _tail_at(text: str, word: str, end: int, shape: Shape) -> tuple[str, str] | None:
    """The glued suffix at `end` as (as written, search key), or None if what follows is no suffix."""
    if text[end : end + 1] not in _TAIL_STARTS:
        return None
    found = _TAIL.match(text, end)
    if not found or not found["letters"].islower():
        return None
    mark, suffix = found["mark"][0], fold(found["letters"])
    if mark in _APOSTROPHES and suffix in _ENGLISH_TAILS:
        return found.group(), suffix
    named = shape is Shape.NUMBER or word[:1].isupper()
    if mark in "-‐‑" or mark in _APOSTROPHES:
        allowed = named and (len(word) > 1 or shape is Shape.NUMBER)
    else:
        allowed = True
    return (found.group(), suffix) if allowed and is_glued_suffix(suffix) else None


_TAIL_STARTS = frozenset("'’ʼ‘´`”“\"»+)-‐‑")
_BARE = re.compile(r"[^\W\d_]{1,12}(?![^\W_])")


def _bare_tail(text: str, end: int) -> tuple[str, str]:
    found = _BARE.match(text, end)
    if found and found.group().islower() and is_glued_suffix(fold(found.group())):
        return found.group(), fold(found.group())
    return "", ""


def _acronym_length(word: str) -> int:
    """How many letters of `BMTnin` are the acronym; 0 when it is none with a legal suffix."""
    capitals = next((at for at, letter in enumerate(word) if not letter.isupper()), len(word))
    rest = word[capitals:]
    if capitals < 2 or not rest.islower():
        return 0
    return capitals if rest == "s" or is_glued_suffix(fold(rest)) else 0


def _is_apart(text: str, before: int, start: int, previous: Token) -> bool:
    gap = text[before:start]
    if gap in (" ", "-", ""):
        return False
    found = _BREAK.search(gap)
    if not found:
        return False
    dotted = previous.shape is Shape.INITIAL or previous.folded in _ABBREVIATIONS
    return not (dotted and gap.strip() in (".", ""))


def _mark_shouting(tokens: list[Token]) -> tuple[Token, ...]:
    """Mark runs of words in capitals, in which an acronym looks like any other word."""
    run: list[int] = []
    for at, token in enumerate([*tokens, _END]):
        if token.caps and not token.suffix and not (run and token.apart):
            run.append(at)
            continue
        words = [len(tokens[i].text) for i in run]
        if len(words) >= 2 and max(words) >= 6 and sum(words) >= 10:
            for i in run:
                tokens[i] = tokens[i]._replace(shouted=True)
        run = [at] if token.caps and not token.suffix else []
    return tuple(tokens)


_END = Token("ab", "ab", 0)


def slug_words(url: str) -> tuple[str, ...]:
    """The words of an address's path as search keys: `/az/siyasi-mehbus_2.html` -> az, siyasi, mehbus, 2."""
    path = unquote(urlsplit(url).path) if "://" in url else unquote(url.partition("?")[0])
    stem = re.sub(r"\.(?:html?|php|aspx?)$", "", path)
    return tuple(fold(word) for word in re.findall(r"[^\W_]+", stem))


def nfc(text: str) -> str:
    """Canonical composition, for comparisons that keep case and diacritics."""
    return unicodedata.normalize("NFC", text)

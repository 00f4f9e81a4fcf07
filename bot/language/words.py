"""Words of a text: what is one word, where it stands, and which suffix is merely glued to it.

Azerbaijani glues suffixes to everything: `“Turan”a`, `ATƏT-in`, `BMTnin`, `2023-cü`, `LGBTQİ+ların`.
`tokenise` cuts them off into `Form.tail`, so that the word itself can be compared. Compounds such as
`həbs-qətimkan` and `Nyu-Yorkda` become neighbouring tokens, which a phrase finds with or without the hyphen.

Everything that reads words reads these: keywords, the phrases of topics and countries, the summary. A text is
split at white space, and each piece is cut once: texts repeat their words, so most pieces are met in a table
that knows their tokens already. Possessive regular expressions: linear in the length of the text. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import NamedTuple
from unicodedata import combining
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
    HASHTAG = 5  #: without the #
    HANDLE = 6  #: without the @


LOWER, TITLE, CAPITALS = 0, 1, 2  #: how a token begins: small, one capital, two capitals


class Form(NamedTuple):
    """A word as it is spelt, wherever it stands; tokens that are spelt alike share one."""

    text: str  #: as in the original, without the tail
    folded: str  #: the search key of `text`, apostrophes and invisible code points removed
    shape: Shape = Shape.WORD
    tail: str = ""  #: suffix glued on, as in the original with its hyphen, apostrophe or quote: `-in`
    suffix: str = ""  #: search key of the letters of the tail: `in`
    caps: bool = False  #: two capitals or more and no small letter: an acronym, unless it is shouted
    case: int = LOWER
    key: str = ""  #: search key with a tail set off by an apostrophe: `bmt'nin`, `women's`

    @property
    def whole(self) -> str:
        """The word as it stands in the original; with its tail, unless that begins with a closing quote."""
        return self.text if self.tail[:1] in _CLOSING else self.text + self.tail


class Token(NamedTuple):
    """One word of a text. `source[start:end] == form.text`, and `form.tail` follows it immediately."""

    folded: str  #: `form.folded`
    start: int  #: code-point offset in the text
    end: int  #: offset behind the word, without its tail
    case: int  #: LOWER, TITLE or CAPITALS
    form: Form
    apart: bool = False  #: a full stop, comma or paragraph separates it from the token before
    shouted: bool = False  #: stands among words that are all in capitals

    @property
    def inflected(self) -> str:
        """The search key with the letters of its tail: `bmtnin`."""
        return self.folded + self.form.suffix


class _Piece(NamedTuple):
    """A token of a cut run of letters, with offsets in that run."""

    start: int
    form: Form
    apart: bool


class _Parts(NamedTuple):
    """What stands between two white spaces."""

    pieces: tuple[_Piece, ...]
    breaks_before: bool  #: what leads to its first token separates it from the one before
    breaks_after: bool
    caps: bool  #: some token is in capitals


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
_RUN = re.compile(r"\S++|\n[^\S\n]*+\n\s*+")
_SIMPLE = re.compile(r"[\"“”«»(\[]?([^\W\d_]{2,}+)([\"“”»)\].,;:!?…]*+)")  # what most runs are
_BREAK = re.compile(r"[.!?…;:,|•·]")
_ENGLISH_TAILS = frozenset({"s", "re", "ll", "ve", "d", "m"})
#: Sit-in, Check-in: English compounds, not the genitive of a name.
_ENGLISH_IN = frozenset({
    "break", "built", "cave", "check", "die", "drive", "live", "lock", "log", "love", "opt", "phone", "plug",
    "shut", "sit", "stand", "sworn", "tie", "walk",
})  # fmt: skip
_ABBREVIATIONS = frozenset(
    {"dr", "mr", "mrs", "ms", "st", "prof", "gen", "col", "akad", "dos", "no", "v", "vs"}
)
_SHAPES = {"W": Shape.WORD, "N": Shape.NUMBER, "D": Shape.WORD, "U": Shape.URL, "E": Shape.EMAIL}
_LONGEST_RUN = 48  # code points; longer runs are seldom met twice
_KNOWN_RUNS = 16_384  # about 10 MB

_latin: dict[str, _Parts] = {}
_old_cyrillic: dict[str, _Parts] = {}


class Words(NamedTuple):
    """A text that was cut: as many forms as offsets. A long text is held without an object for each token."""

    forms: list[Form]
    starts: list[int]  #: code-point offsets
    apart: bytearray  #: 1 where a full stop, comma or paragraph separates a token from the one before
    shouted: set[int]  #: tokens among words that are all in capitals


def cut(text: str, *, old: bool | None = None) -> Words:
    """The words of `text` in order. Linear in its length, whatever it holds.

    `old`: whether it is in the Azerbaijani Cyrillic of 1958-1991, where its letters need not be asked.
    """
    if old is None:
        old = is_az_cyrillic(text)
    known = _old_cyrillic if old else _latin
    forms: list[Form] = []
    starts: list[int] = []
    aparts = bytearray()
    capitals: list[int] = []
    broken = False
    for found in _RUN.finditer(text):
        run = found.group()
        parts = known.get(run) or _learn(run, old, known)
        broken = broken or parts.breaks_before
        if not parts.pieces:
            continue
        if parts.caps:
            capitals.extend(len(forms) + nth for nth, piece in enumerate(parts.pieces) if piece.form.caps)
        at = found.start()
        for start, form, apart in parts.pieces:
            forms.append(form)
            starts.append(at + start)
            aparts.append(broken or apart)
            broken = False
        broken = parts.breaks_after
    aparts[:1] = bytes(len(aparts[:1]))
    return Words(forms, starts, aparts, _shouted(forms, aparts, capitals) if capitals else set())


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of `text` in order, each as a token. Linear in its length, whatever it holds."""
    forms, starts, aparts, shouted = cut(text)
    new = tuple.__new__
    tokens = [
        new(Token, (form.folded, start, start + len(form.text), form.case, form, apart == 1, False))
        for form, start, apart in zip(forms, starts, aparts, strict=True)
    ]
    for at in shouted:
        tokens[at] = tokens[at]._replace(shouted=True)
    return tuple(tokens)


def _learn(run: str, old: bool, known: dict[str, _Parts]) -> _Parts:
    parts = _parts(run, old)
    if len(run) <= _LONGEST_RUN:
        if len(known) >= _KNOWN_RUNS:
            known.clear()
        known[run] = parts
    return parts


def _parts(run: str, old: bool) -> _Parts:
    """The tokens of a run without white space; a run of white space is the end of a paragraph."""
    plain = None if old else _SIMPLE.fullmatch(run)
    if plain and not plain[1][1].isupper():
        word = plain[1]
        folded = fold(word)
        form = Form(word, folded, Shape.WORD, "", "", False, TITLE if word[0].isupper() else LOWER, folded)
        return _Parts((_Piece(plain.start(1), form, False),), False, _separates(plain[2], form), False)
    pattern = _FULL if _NEEDS_FULL.search(run) else _PLAIN
    pieces: list[_Piece] = []
    at = 0  # where the previous token ended, its tail included
    while found := pattern.search(run, at):
        kind = found.lastgroup or "W"
        start, end = found.span()
        start, form = _plain_word(run, start, end, old) if kind == "W" else _other(kind, run, start, end)
        apart = bool(pieces) and _separates(run[at:start], pieces[-1].form)
        end = start + len(form.text)
        pieces.append(_Piece(start, form, apart))
        at = end + len(form.tail)
    if not pieces:
        return _Parts((), run.isspace() or _BREAK.search(run) is not None, False, False)
    return _Parts(
        tuple(pieces),
        _BREAK.search(run, 0, pieces[0].start) is not None,
        _separates(run[at:], pieces[-1].form),
        any(piece.form.caps for piece in pieces),
    )


def _separates(gap: str, before: Form) -> bool:
    """Whether what follows a word separates it from the next; the full stop of an abbreviation does not."""
    if gap in ("", "-") or not _BREAK.search(gap):
        return False
    return gap != "." or not (before.shape is Shape.INITIAL or before.folded in _ABBREVIATIONS)


def _case(word: str) -> int:
    if not word[0].isupper():
        return LOWER
    return CAPITALS if word[1:2].isupper() or word[1:2] == "." else TITLE


def _form(
    text: str, folded: str, shape: Shape, tail: str = "", suffix: str = "", *, caps: bool = False
) -> Form:
    return Form(
        text, folded, shape, tail, suffix, caps, _case(text), f"{folded}'{suffix}" if suffix else folded
    )


def _plain_word(text: str, start: int, end: int, old: bool) -> tuple[int, Form]:
    follow = text[end : end + 1]
    word = text[start:end]
    if follow and follow in _APOSTROPHES and not _tail_at(text, word, end, Shape.WORD):
        while joined := _JOINED.match(text, end):
            end = joined.end()
        word = text[start:end]
    return start, _word(text, start, word, old)


def _word(text: str, start: int, word: str, old: bool) -> Form:
    upper = word.isupper()
    second = word[1:2]
    split = _acronym_length(word) if not upper and (second.isupper() or combining(second or " ")) else 0
    if split:
        glued = word[split:]
        return _form(word[:split], fold(word[:split]), Shape.WORD, glued, fold(glued), caps=True)
    tail, suffix = _tail_at(text, word, start + len(word), Shape.WORD) or ("", "")
    folded = fold(from_az_cyrillic(word) if old else word)
    if "'" in folded:
        folded = folded.replace("'", "")
    initial = len(word) == 1 and upper and text[start + 1 : start + 2] == "."
    shape = Shape.INITIAL if initial else Shape.WORD
    return _form(word, folded, shape, tail, suffix, caps=upper and len(word) > 1)


def _other(kind: str, text: str, start: int, end: int) -> tuple[int, Form]:
    """A token that is not a plain word: address, tag, number or dotted acronym."""
    word = text[start:end]
    if kind == "T":
        shape = Shape.HASHTAG if word[0] == "#" else Shape.HANDLE
        word = word[1:]
        return start + 1, _form(word, fold(word), shape, caps=word.isupper() and len(word) > 1)
    if kind == "U":
        word = word.rstrip(").,;:!?'’]}")
        return start, _form(word, fold(word), Shape.URL)
    if kind == "N":
        word = word.rstrip(".,:/")
        end = start + len(word)
        tail, suffix = _tail_at(text, word, end, Shape.NUMBER) or _bare_tail(text, end)
        return start, _form(word, fold(word), Shape.NUMBER, tail, suffix)
    if kind == "D":
        tail, suffix = _tail_at(text, word, end, Shape.WORD) or ("", "")
        return start, _form(word, fold(word).replace(".", ""), Shape.WORD, tail, suffix, caps=word.isupper())
    return start, _form(word, fold(word), _SHAPES[kind])


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
    if suffix == "in" and mark in "-‐‑" and word.lower() in _ENGLISH_IN:
        return None
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
    small = (at for at, letter in enumerate(word) if not letter.isupper() and not combining(letter))
    capitals = next(small, len(word))
    rest = word[capitals:]
    if not word[:capitals].isupper() or sum(map(str.isupper, word[:capitals])) < 2 or not rest.islower():
        return 0
    return capitals if rest == "s" or is_glued_suffix(fold(rest)) else 0


def _shouted(forms: list[Form], apart: bytearray, capitals: list[int]) -> set[int]:
    """Runs of words in capitals, in which an acronym looks like any other word."""
    shouted: set[int] = set()
    run: list[int] = []
    for at in [*capitals, len(forms) + 1]:
        alone = at < len(forms) and bool(forms[at].suffix)
        if run and (alone or at != run[-1] + 1 or apart[at]):
            lengths = [len(forms[nth].text) for nth in run]
            if len(run) >= 2 and max(lengths) >= 6 and sum(lengths) >= 10:
                shouted.update(run)
            run = []
        if not alone:
            run.append(at)
    return shouted


def slug_words(url: str) -> tuple[str, ...]:
    """The words of an address's path as search keys: `/az/siyasi-mehbus_2.html` -> az, siyasi, mehbus, 2."""
    path = unquote(urlsplit(url).path) if "://" in url else unquote(url.partition("?")[0])
    stem = re.sub(r"\.(?:html?|php|aspx?)$", "", path)
    return tuple(fold(word) for word in re.findall(r"[^\W_]+", stem))


def nfc(text: str) -> str:
    """Canonical composition, for comparisons that keep case and diacritics."""
    return unicodedata.normalize("NFC", text)

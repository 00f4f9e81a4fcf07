"""Sentences of Azerbaijani and English news, as spans of the text.

A boundary is a full stop, question or exclamation mark or ellipsis, with its closing quotes, before a space
and the start of something new, or between a small and a capital letter where the space was forgotten
(`çıxdı.Məhkəmə`); not after abbreviations and initials, not before a small letter, a digit or the dash of
`“...”, – deyə`, and not inside a quotation: quoted passages stay whole. Line breaks always separate. Linear
in the length of the text; pure.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_QUOTES = '"“”«»„'
_MARKS = re.compile(r"[.!?…]+[\"”’'»“)\]]*|[\"“”«»„]")
_PATIENCE = 400  # characters after which an open quotation is taken for a forgotten closing mark
_IN_WORDS = ".-№"  # besides letters and digits, before a full stop
_LONGEST_WORD = 24
_DASHES = "-–—―"
_GLUED = re.compile(r"[^\W\d_]{3}$")  # before a full stop that no space follows: a word, no initial
_NUMBERED = re.compile(r"\s*\d{1,3}$")  # `1. Free elections`: the number belongs to what follows
_BY_THE_CLOCK = re.compile(r"\s*(?:At|By|Around|About|From|Until|Before|After) [\d.:]+ ?[ap]\.?m$")
_DAY = re.compile(r"\s*(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\s*(?:local|GMT|Baku) ")
#: After `U.S.` or `Inc.` a capital is a name as often as a new sentence; these words begin one.
_STARTER = re.compile(
    r"\s*(?:He|She|It|They|We|You|I|The|An?|This|That|These|Those|His|Her|Its|Their|In|On|At|But|And|When|"
    r"After|Before|However|There|Meanwhile|Since|As|If|While|For|From|With|No|Nobody|Not)\s"
)
_COMPANIES = frozenset({"co", "inc", "ltd", "corp", "jr", "sr", "llc", "etc"})


@cache
def _abbreviations() -> frozenset[str]:
    data = tomllib.loads(files("bot.language").joinpath("data/abbreviations.toml").read_text("utf-8"))
    return frozenset(data["before_a_stop"])


@lru_cache(maxsize=8)
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of every sentence, in order; no sentence begins or ends with white space.

    Remembered, because topics and the summary ask for the same text.
    """
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        _split_line(text, line.start(), line.end(), found)
    return tuple(found)


def sentences(text: str) -> tuple[str, ...]:
    """Every sentence of `text`, each a substring of it."""
    return tuple(text[start:end] for start, end in spans(text))


def _split_line(
    text: str, start: int, end: int, found: list[tuple[int, int]], blind_from: int | None = None
) -> None:
    """Append the sentences of one line; quotation marks from `blind_from` on are not minded."""
    opened: int | None = None  # where the open quotation began
    at = start
    begin = start
    while at < end:
        mark = _MARKS.search(text, at, end)
        if mark is None:
            break
        where = mark.start()
        blind = blind_from is not None and where >= blind_from
        if mark.group()[0] in _QUOTES:
            opened = None if blind else _after_quote(text, where, opened)
            at = where + 1
            continue
        at = mark.end()
        closing = text[where:at].lstrip(".!?…")
        for position, letter in enumerate(closing):
            if letter in _QUOTES and not blind:
                opened = _after_quote(text, at - len(closing) + position, opened)
        if opened is not None and at - opened > _PATIENCE:
            opened = None
        if opened is None and _is_boundary(text, begin, where, at, end):
            _keep(text, begin, at, found)
            begin = at
    if opened is not None and blind_from is None:  # never closed: its mark was forgotten
        _split_line(text, begin, end, found, opened)
    else:
        _keep(text, begin, end, found)


def _after_quote(text: str, where: int, opened: int | None) -> int | None:
    """Where the open quotation begins after the mark at `where`, or None when there is none."""
    letter = text[where]
    if letter in "”»":
        return None
    if letter in "«„":
        return where
    before = text[where - 1 : where]
    opening = not before or before.isspace() or before in "([—–-"
    if letter == "“":
        return where if opening else None  # some outlets close with “
    return where if opened is None and opening else None


def _is_boundary(text: str, begin: int, where: int, after: int, end: int) -> bool:
    if after >= end:
        return True
    if not text[after].isspace():
        return _is_glued(text, begin, where, after)
    rest = text[after : after + 4].lstrip()
    if not rest:
        return True
    first = rest[0]
    if first in _DASHES and rest[1:2].isspace():
        return _is_dialogue(text, begin, where, after, rest)
    if first.islower():
        return False
    if text[where] != "." or text[where : where + 2] == "..":
        return True
    if where - begin < 24:
        opening = text[begin:where]
        if _NUMBERED.match(opening) or _BY_THE_CLOCK.match(opening):
            return False
    return not _is_abbreviated(text, begin, where, after)


def _is_glued(text: str, begin: int, where: int, after: int) -> bool:
    """Whether a sentence ends although no space follows: `çıxdı.Məhkəmə`, not `example.Org` or `H.Babalı`."""
    word = text[max(begin, where - 3) : where]
    if not text[after].isupper() or not text[after + 1 : after + 2].islower() or not _GLUED.match(word):
        return False
    if not word.islower():
        return False
    token = text[max(begin, where - _LONGEST_WORD) : where].rpartition(" ")[2].lower()
    return "/" not in token and "@" not in token and token not in _abbreviations()


def _is_dialogue(text: str, begin: int, where: int, after: int, rest: str) -> bool:
    """Whether a dash after a sentence opens the next speaker's words, as in `– Siz kimsiniz? – Vəkiləm.`"""
    spoken = rest[1:].lstrip()[:1].isupper()
    begins = text[begin : begin + 3].lstrip()[:1]
    return spoken and begins != "" and begins in _DASHES and text[where] in ".?!…" and after - where <= 3


def _is_abbreviated(text: str, begin: int, where: int, after: int) -> bool:
    start, least = where, max(begin, where - _LONGEST_WORD)
    while start > least and (text[start - 1].isalnum() or text[start - 1] in _IN_WORDS):
        start -= 1
    if start == where or text[max(begin, start - 1) : start] in tuple("=/&?#"):
        return False
    word = text[start:where].strip("-").lower().replace("i̇", "i")
    following = text[after : after + 4].lstrip()[0]
    if word == "s" and text[max(begin, where - 4) : where - 1].strip().lower() in ("və", "ve"):
        return not following.isupper()
    if word.isdigit():
        return following.isdigit() or (len(word) <= 2 and not following.isupper())
    if len(word) == 1 and word.isalpha():
        return True
    if "." in word and all(len(part) <= 2 for part in word.split(".")):
        if word.replace(".", "") in ("am", "pm"):
            return _DAY.match(text, after) is not None
        return _STARTER.match(text, after) is None
    return word in _abbreviations() and not (word in _COMPANIES and _STARTER.match(text, after))


def _keep(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))

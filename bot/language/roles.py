"""What part a named country plays in its sentence: where it happened, who is addressed, who merely passes by.

A role moves a country in the order of countries (`rank`) and says how much of its weight counts for what
the text is about (`share`): a quoted ambassador's country has little of either. The words are in
`data/roles.toml`. Pure.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.language.doubt import Passage
from bot.language.gazetteer import Sense, book
from bot.language.letters import fold
from bot.language.phrases import LOWER, Hit, Token

_INNER = re.compile(r"[a-z]{2}(?:i|u|s[iu])nd[ae](?:ki\w*)?$")  # of a compound: məhkəməsində, vilayətində
_CASES = {
    **dict.fromkeys(("da", "de", "ta", "te", "nda", "nde"), "locative"),
    **dict.fromkeys(("dan", "den", "tan", "ten", "ndan", "nden"), "ablative"),
    **dict.fromkeys(("a", "e", "ya", "ye", "na", "ne"), "dative"),
    **dict.fromkeys(("i", "u", "ni", "nu", "yi", "yu"), "accusative"),
    **dict.fromkeys(("in", "un", "nin", "nun"), "genitive"),
    **dict.fromkeys(("la", "le", "yla", "yle"), "instrumental"),
}
_HEAD = 3  # words from a place to the head of a name that it begins
_LONGEST_CASE = 8  # letters of a plural with its case


class Role(NamedTuple):
    """How a country's part in the sentence moves it."""

    rank: float = 0.0  #: added to its place in the order, in the units of the weights
    share: float = 1.0  #: of its weight that counts for "about"


class _Words(NamedTuple):
    """Lists of `data/roles.toml` for one language: words, and beginnings of words."""

    words: dict[str, frozenset[str]]
    beginnings: dict[str, tuple[str, ...]]

    def has(self, kind: str, token: Token | None) -> bool:
        """Whether a token is in the list `kind`."""
        if token is None:
            return False
        return token.folded in self.words.get(kind, ()) or token.folded.startswith(
            self.beginnings.get(kind, ())
        )


@cache
def _words(lang: str) -> _Words:
    data = tomllib.loads(files("bot.language").joinpath("data/roles.toml").read_text("utf-8"))[lang]
    words, beginnings = {}, {}
    for kind, line in data.items():
        listed = [fold(word) for word in line.split()]
        words[kind] = frozenset(word for word in listed if not word.endswith("*"))
        beginnings[kind] = tuple(word[:-1] for word in listed if word.endswith("*"))
    return _Words(words, beginnings)


def role(hit: Hit[Sense], passage: Passage, sort: str) -> Role:
    """The role of a hit that stands for a country; `sort` as it was settled."""
    match passage.lang:
        case "en":
            return _english(hit, passage, sort)
        case "ru":
            return _russian(hit, passage, sort)
        case _:
            return _suffixed(hit, passage, sort)


def is_located(hit: Hit[Sense], passage: Passage) -> bool:
    """Whether something is said to happen there: "in Lagos", "Laqosda", "в Лагосе"."""
    match passage.lang:
        case "en":
            return _words("en").has("in", passage.before(hit))
        case "ru":
            last = passage.tokens[hit.last].folded
            return _words("ru").has("in", passage.before(hit)) and not last.endswith(("ю", "у"))
        case _:
            return _case(hit, passage) == "locative" or _has_locative_head(hit, passage)


def _is_label(hit: Hit[Sense], passage: Passage) -> bool:
    """Whether a headline begins with it and a colon: "Turkey: Journalists held", "Putin: ..."."""
    return hit.first == 0 and passage.field == "title" and passage.gap_after(hit)[:1] == ":"


def _speaks(sort: str) -> Role:
    """What a colon makes of the country before it: the place of the news, or of who speaks about others."""
    return _QUOTED if sort == "institution" else _LABEL


def _is_inner(token: Token, passage: Passage) -> bool:
    """Whether a word is the head of a compound in the locative: "məhkəməsində", and not "Berlində"."""
    inner = _INNER.search(token.inflected)
    return inner is not None and not book(passage.lang).is_bare(token.inflected[: -len("de")])


def _has_locative_head(hit: Hit[Sense], passage: Passage) -> bool:
    """Whether the name that a place begins ends in the locative: "Laqos Dövlət Stadionunda"."""
    for token in passage.tokens[hit.last + 1 : hit.last + 1 + _HEAD]:
        if _is_inner(token, passage):
            return True
        if token.case == LOWER or token.apart:
            return False
    return False


def _sum(*roles: Role) -> Role:
    rank, share = 0.0, 1.0
    for one in roles:
        rank, share = rank + one.rank, share * one.share
    return Role(rank, share)


_NONE = Role()
_LOCATED = Role(1.75)  # more than a name and the first place count above a town
_ADDRESSED = Role(1.5)
_BLAMED = Role(1.75)
_SPEAKER = Role(-2.5, 0.9)
_ORIGIN = Role(-1.5)
_GOAL = Role(-1.5)
_PASSING = Role(-2.5, 0.4)
_ATTRIBUTE = Role(-3.5, 0.35)
_PERSON = Role(-1.0)
_AWAY = Role(-2.0)  # where others met
_COUNTERPART = Role(-1.0)  # whose minister somebody met
_ATTACKER = Role(-2.5)  # who struck somebody elsewhere
_STATE = Role(1.5)
_LABEL = Role(2.5)
_QUOTED = Role(-1.5)


def _english(hit: Hit[Sense], passage: Passage, sort: str) -> Role:
    words, tokens = _words("en"), passage.tokens
    after = tokens[hit.last + 1 : hit.last + 4]
    before = tokens[max(0, hit.first - 4) : hit.first]
    close = passage.gap_after(hit) in (" ", "-") and not tokens[hit.last].form.suffix
    if after and passage.gap_after(hit) == "-" and words.has("attack", after[0]):
        return _ATTACKER  # in Russian-annexed Crimea it happened in Crimea
    found = [_beside(words, after[0], sort)] if after and close else []
    if after and close and passage.field == "title" and words.has("attack", after[0]):
        found.append(_NONE if is_located(hit, passage) else _ATTACKER)
    if before:
        found.append(_behind(words, before, sort, passage))
    if _is_label(hit, passage):
        found.append(_speaks(sort))
    for at, token in enumerate(after):
        if words.has("towards", token):
            suffered = token.folded.endswith("ed") and words.has(
                "passive", after[at + 1] if at + 1 < len(after) else None
            )
            found.append(_ADDRESSED if suffered else _SPEAKER)
            break
    if any(words.has("towards", token) for token in before):
        found.append(Role(1.0))
    return _sum(*found)


def _beside(words: _Words, after: Token, sort: str) -> Role:
    """What the word right after a country makes of it."""
    if words.has("attribute", after):
        return _ATTRIBUTE
    if words.has("diplomat", after):
        return _PASSING
    if words.has("citizen", after):
        return Role(-2.0)
    if sort != "people":
        return _NONE
    if words.has("state", after):
        return _STATE
    return _PERSON if words.has("person", after) else _NONE


def _tells(passage: Passage, words: _Words, kind: str) -> bool:
    """Whether a headline has a word of the list `kind`."""
    return passage.field == "title" and any(words.has(kind, token) for token in passage.tokens)


def _behind(words: _Words, before: tuple[Token, ...], sort: str, passage: Passage) -> Role:
    """What the words before a country make of it."""
    last = before[-1]
    if words.has("compared", last) or (
        last.folded == "in" and len(before) > 1 and before[-2].folded in ("than", "as", "like", "unlike")
    ):
        return _PASSING
    if words.has("in", last):
        if _tells(passage, words, "talks"):
            return _AWAY
        if any(words.has("lives", token) for token in before[-3:-1]):
            return _PASSING
        return _NONE if sort == "venue" else _LOCATED
    if words.has("from", last):
        people = len(before) > 1 and words.has("person", before[-2])
        return Role(-3.0) if people else _ORIGIN
    if last.folded == "to" and any(words.has("moves", token) for token in before):
        return _GOAL
    return _NONE


def _suffixed(hit: Hit[Sense], passage: Passage, sort: str) -> Role:
    """Azerbaijani and Turkish."""
    words = _words("az")
    case = _case(hit, passage)
    after = passage.tokens[hit.last + 1 : hit.last + 3]
    following = after[0] if after and passage.gap_after(hit)[:1] in (" ", "-") else None
    if any(words.has("diplomat", token) for token in after[:1]) or (
        case == "locative" and any(words.has("lives", token) for token in after)
    ):
        return _PASSING
    if words.has("compared", following):
        return _PASSING
    if case == "dative" and words.has("attribute", following):
        return _ATTRIBUTE
    if words.has("citizen", following) and case != "locative":
        return Role(-2.0)
    found = [_of_case(case, passage, sort, words, following)]
    if case in ("", "genitive") and hit.first == 0 and _tells(passage, words, "attack"):
        found.append(_ATTACKER)
    if case == "genitive" and hit.first and _tells(passage, words, "talks"):
        found.append(_COUNTERPART)
    if sort == "people":
        found.append(
            _STATE if words.has("state", following) else _PERSON if words.has("person", following) else _NONE
        )
    if _is_label(hit, passage):
        found.append(_speaks(sort))
    return _sum(*found)


def _of_case(case: str, passage: Passage, sort: str, words: _Words, following: Token | None) -> Role:
    inner = not case and following is not None and _is_inner(following, passage)
    if case == "locative" or inner:
        if _tells(passage, words, "talks"):
            return _AWAY
        return _NONE if sort == "venue" else _LOCATED
    if case in ("ablative", "instrumental"):
        return Role(-1.0)
    if passage.field != "title":
        return _NONE
    if case == "dative" and sort != "people":
        return Role(-1.0) if _tells(passage, words, "moves") else _ADDRESSED
    if case == "accusative" and _tells(passage, words, "towards"):
        return _BLAMED
    if case == "genitive" and following is not None and words.has("doing", following):
        return _ATTACKER
    return _NONE


def _case(hit: Hit[Sense], passage: Passage) -> str:
    """The case in which an Azerbaijani or Turkish name stands; "" for none."""
    folded = passage.tokens[hit.last].inflected
    names = book(passage.lang)
    if names.is_bare(folded):
        return ""
    for length in range(1, min(_LONGEST_CASE, len(folded) - 2) + 1):
        if names.is_bare(folded[:-length]):
            return _case_of(folded[-length:])
    return _case_of(folded[-2:]) or _case_of(folded[-1:])


def _case_of(suffix: str) -> str:
    """The case of a suffix chain, with or without the plural."""
    suffix = suffix[3:] if suffix.startswith(("lar", "ler")) else suffix
    return "locative" if suffix.startswith(("daki", "deki", "taki", "teki")) else _CASES.get(suffix, "")


def _russian(hit: Hit[Sense], passage: Passage, sort: str) -> Role:
    words = _words("ru")
    before, after = passage.before(hit), passage.after(hit)
    found = [_NONE]
    if is_located(hit, passage) and sort != "venue":
        found.append(_LOCATED)
    elif words.has("from", before):
        found.append(_ORIGIN)
    if sort == "people" and passage.gap_after(hit) == " ":
        found.append(
            _STATE if words.has("state", after) else _PERSON if words.has("person", after) else _NONE
        )
    if passage.gap_after(hit) == " " and words.has("diplomat", after):
        found.append(_PASSING)
    if _is_label(hit, passage):
        found.append(_speaks(sort))
    return _sum(*found)

"""English words: is one an inflected form of the other?

Snowball stems alone join too much (university and universe, prison and prisoner, international and internal).
Two words belong together here when their stems agree *and* they can be forms of one lemma: plural,
possessive, -ed, -ing, or a pair from the list of irregular words. Pure; words are search keys.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

import snowballstemmer

DATA: dict[str, Any] = tomllib.loads((files("bot.language") / "data" / "keywords.toml").read_text("utf-8"))
_IRREGULAR: dict[str, frozenset[str]] = {}
for _group in DATA["irregular"]:
    for _word in _group.split():
        _IRREGULAR[_word] = _IRREGULAR.get(_word, frozenset()) | frozenset(_group.split())
_NOT_A_FORM = frozenset(DATA["not_a_form"])
_STEMMER = snowballstemmer.stemmer("english")
_VOWELS = frozenset("aeiouy")
_LONGEST = 40


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The Snowball stem of an English word; words of hostile length are their own stem."""
    return str(_STEMMER.stemWord(word)) if len(word) <= _LONGEST else word


@lru_cache(maxsize=65_536)
def lemmas(word: str) -> frozenset[str]:
    """What `word` could be a form of, itself included; not all of them are words."""
    found = {word}
    if word in _NOT_A_FORM or len(word) > _LONGEST:
        return frozenset(found)
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        found.add(word[:-1])
        if word.endswith("ies") and len(word) > 4:
            found.add(word[:-3] + "y")
        elif word.endswith("es"):
            found.add(word[:-2])
    for ending in ("ed", "ing"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 2 and _VOWELS & set(root):
            found |= _roots(root)
            if ending == "ed" and root.endswith("i"):
                found.add(root[:-1] + "y")
    return frozenset(found)


def _roots(root: str) -> set[str]:
    roots = {root, root + "e"}
    if len(root) > 2 and root[-1] == root[-2] and root[-1] not in "aeiou":
        roots.add(root[:-1])
    return roots


def irregular_forms(word: str) -> frozenset[str]:
    """Forms that no rule connects with `word`: child, children."""
    return _IRREGULAR.get(word, frozenset())


def same_word(one: str, other: str) -> bool:
    """Whether two English words are forms of one lemma."""
    if one == other or other in irregular_forms(one):
        return True
    if one[:2] != other[:2] or not lemmas(one) & lemmas(other):
        return False
    return stem(one) == stem(other)

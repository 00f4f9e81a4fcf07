"""One key for a name in Azerbaijani, English and Russian spelling: Cəfərov, Jafarov, Dzhafarov, Джафаров.

A name is written in one phonemic alphabet, then reduced to a skeleton of consonant classes, in which g, q, k,
x and h are one (so are c, ç and j) and vowels do not count; the vowels are compared by class afterwards. The
skeleton indexes, the comparison decides. Azerbaijani inflection is undone by trying the stems that a legal
suffix chain leaves. The classes and the threshold of 0.72 were settled on 409 pairs of variants. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from bot.language.letters import from_az_cyrillic, is_az_cyrillic
from bot.language.suffixes import is_noun_chain

_ALIKE = 0.72  # least similarity of the vowel-class strings
_ALIKE_SHORT = 0.85  # for skeletons of one or two letters, which many names share
_SHORTEST = 3  # letters of a stem that is tried

_RUSSIAN = (
    ("дж", "c"), ("зейн", "zeyn"), ("а", "a"), ("б", "b"), ("в", "v"), ("г", "q"), ("д", "d"), ("е",
    "e"), ("ё", "o"),
    ("ж", "j"), ("з", "z"), ("и", "i"), ("й", "y"), ("к", "k"), ("л", "l"), ("м", "m"), ("н", "n"),
    ("о", "o"),
    ("п", "p"), ("р", "r"), ("с", "s"), ("т", "t"), ("у", "u"), ("ф", "f"), ("х", "x"), ("ц", "s"),
    ("ч", "ç"),
    ("ш", "ş"), ("щ", "ş"), ("ъ", ""), ("ы", "ı"), ("ь", ""), ("э", "e"), ("ю", "ü"), ("я", "ə"),
)  # fmt: skip
_ENGLISH = (
    ("dzh", "c"), ("dj", "c"), ("tch", "ç"), ("ch", "ç"), ("sh", "ş"), ("zh", "j"), ("kh", "x"), ("gh", "ğ"),
    ("ph", "f"), ("j", "c"), ("w", "v"), ("oo", "u"), ("ee", "i"),
)  # fmt: skip
_CLASS = str.maketrans("kgqğxhcçjw", "KKKKKKCCCv", "aəeıioöuüy")
_NEAR = str.maketrans(
    {
        **dict.fromkeys("kgqğxh", "K"),
        **dict.fromkeys("cçj", "C"),
        "ə": "a",
        "e": "a",
        "ı": "i",
        "ö": "u",
        "o": "u",
        "ü": "u",
    }
)
_POSSESSIVE = re.compile(r"['’]s$")
_MARKS = re.compile(r"['’ʼ`´.\-]")
_DOUBLED = re.compile(r"(.)\1+")
_LAST_H = re.compile(r"(?<=[aəeıioöuü])h$")
_FEMININE = re.compile(r"(?:ov|ev|yev|iyev|ayev)a$")
_BARE_Y = re.compile(r"(?<![aeiou])y(?![aeiou])")
_GLIDE = re.compile(r"(?<=[iaə])y(?=[aəe])")
_CYRILLIC = re.compile("[\u0400-\u052f]")
#: Where a surname ends; what follows is inflection.
_SURNAME = re.compile(r"^(\w{2,}?(?:zadə|zade|oğlu|oglu|qızı|qizi|bəyli|beyli|(?:[oe]v|yev)|l[ıiuü]))(\w*)$")

#: What makes a surname of a given name: Həsənov and Hüseynov are as different as Həsən and Hüseyn.
_FAMILY = re.compile(r"(?:ova?|l[ıiuü]|zad[əe]|o[ğq]lu)$")
#: Pairs that share a skeleton and are different names: their vowels must be equal.
_CONFUSABLE = frozenset(
    {
        "həsən",
        "hüseyn",
        "cəmil",
        "camal",
        "emin",
        "əmin",
        "cavid",
        "cavad",
        "leyla",
        "lalə",
        "ülvi",
        "ülviyyə",
    }
)


class NameKey(NamedTuple):
    """A name ready to be compared."""

    skeleton: str  #: equal for all spellings of a name; what an index is built on
    classes: str  #: the name with its vowels and consonants reduced to classes
    sound: str  #: the name in the phonemic alphabet


@lru_cache(maxsize=16_384)
def name_key(name: str, english: bool = False) -> NameKey:
    """The key of one word of a name as it stands (nothing is undone). `english`: read j as c, ch as ç."""
    sound = _sound(name, english)
    plain = _LAST_H.sub("", _DOUBLED.sub(r"\1", sound))
    skeleton = plain.translate(_CLASS)
    if plain[:1] and plain[0] in "aəeıioöuüy":
        skeleton = "A" + skeleton
    skeleton = _DOUBLED.sub(r"\1", skeleton)
    if _FEMININE.search(plain):
        skeleton += "F"
    return NameKey(skeleton, _GLIDE.sub("", plain.translate(_NEAR)), plain)


def _sound(name: str, english: bool) -> str:
    """A name in the phonemic alphabet. Before b an n is heard as m: Qənbərov is Gambarov to many."""
    return _heard(name, english).replace("nb", "mb")


def _heard(name: str, english: bool) -> str:
    name = _POSSESSIVE.sub("", name)
    if _CYRILLIC.search(name):
        if is_az_cyrillic(name) or "ә" in name.lower():
            name = from_az_cyrillic(name)
        else:
            return _replace(_MARKS.sub("", name.lower()), _RUSSIAN)
    lowered = _MARKS.sub("", name.replace("İ", "i").replace("I", "i" if english else "ı").lower())
    lowered = lowered.replace("i̇", "i")
    return _BARE_Y.sub("i", _replace(lowered, _ENGLISH)) if english else lowered.replace("w", "v")


def _replace(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def name_keys(word: str, lang: str) -> tuple[NameKey, ...]:
    """Every key that `word` of a text in `lang` ("az", "en", "ru") may stand for, the barest stem last.

    For Azerbaijani the word itself and every stem that a legal suffix chain leaves: `Həsənova` is a woman's
    surname and the dative of `Həsənov`.
    """
    if lang != "az" or _CYRILLIC.search(word):
        return (name_key(word, lang == "en"),)
    return tuple(dict.fromkeys(name_key(stem) for stem in stems_of(word)))


def stems_of(word: str) -> list[str]:
    """An Azerbaijani word and every stem that a legal suffix chain leaves of it."""
    lowered = word.replace("İ", "i").replace("I", "ı").lower()
    stems = [word]
    surname = _SURNAME.match(lowered)
    if surname and _is_chain(surname[1], surname[2]):
        stems.append(word[: len(surname[1])])
    for length in range(len(word) - 1, _SHORTEST - 1, -1):
        if _is_chain(lowered[:length], lowered[length:]):
            stems.append(word[:length])
            hard = {"ğ": "q", "y": "k"}.get(lowered[length - 1])
            if hard:
                stems.append(word[: length - 1] + hard)
    return stems


def _is_chain(stem: str, rest: str) -> bool:
    if rest in ("", "n", "m"):
        return not rest
    last = next((letter for letter in reversed(stem) if letter in "aəeıioöuü"), "e")
    folded = rest.replace("ə", "e").replace("ı", "i").replace("ü", "u").replace("ö", "o").replace("ğ", "g")
    begin = "V" if stem[-1] in "aəeıioöuü" else "C"
    return is_noun_chain(folded, begin, "a" if last in "aıou" else "e")


def is_same_name(one: NameKey, two: NameKey) -> bool:
    """Whether two keys are spellings of one name."""
    if one.skeleton != two.skeleton or not one.skeleton:
        return False
    given = _FAMILY.sub("", one.sound), _FAMILY.sub("", two.sound)
    if given[0] in _CONFUSABLE and given[1] in _CONFUSABLE:
        return given[0] == given[1]
    least = _ALIKE_SHORT if len(one.skeleton) <= 2 else _ALIKE
    return Levenshtein.normalized_similarity(one.classes, two.classes) >= least


def same_name(one: str, two: str, langs: tuple[str, str] = ("az", "en")) -> bool:
    """Whether two words of texts in `langs` may be the same name, inflection undone."""
    others = name_keys(two, langs[1])
    return any(is_same_name(key, other) for key in name_keys(one, langs[0]) for other in others)

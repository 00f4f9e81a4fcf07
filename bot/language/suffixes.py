"""The legal suffix chains of Azerbaijani, over search keys (see `bot.language.letters.fold`).

A word belongs to a keyword when what follows the keyword is a chain that the grammar allows: this needs no
dictionary. Folded letters keep only the difference between a and e, so vowel harmony is checked front (e)
against back (a); rounding is not. The order of suffixes follows the reference grammars of the language:
noun  (plural) (possessive) (instrumental | (case) (ki) (copula))
verb  (voice) (negation) (tense (auxiliary) (person) | participle + noun chain | gerund)
First- and second-person copulas are left out for nouns: in news they are not used, and they would make
`adam` a form of `ad`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

VOWELS = frozenset("aeiou")
FRONT = "e"
BACK = "a"

_LONGEST = 32  # letters; no chain in use comes near, and hostile words must stay cheap

_COPULA = "(?:dIr(?:lAr)?|y?dI(?:lAr)?|y?mIs(?:dIr)?|y?sA|mI(?:dIr)?)"
_AFTER_KI = "(?:lAr)?(?:nIn|nA|nI|ndA|ndAn|In|A|I|dA|dAn)?"


def _case(begin: str) -> str:
    """Case, -ki and copula after a consonant "C", a vowel "V" or the third-person possessive "P"."""
    genitive, dative, accusative, inner, buffer, with_ = {
        "C": ("In", "A", "I", "", "A", "lA"),
        "V": ("nIn", "yA", "nI", "", "yA", "ylA"),
        "P": ("nIn", "nA", "nI", "n", "nA", "ylA"),
    }[begin]
    cases = (
        f"{genitive}(?:kI{_AFTER_KI})?|{dative}|{accusative}|{inner}dA(?:kI{_AFTER_KI})?|{inner}dAn"
        f"|{inner}cA|{buffer}cAn"
    )
    return f"(?:{with_}(?:dIr)?|(?:{cases})?{_COPULA}?)"


def _possessive(begin: str) -> str:
    link, third = ("I", "I") if begin == "C" else ("", "sI")
    own = f"(?:{link}m|{link}n|{link}mIz|{link}nIz){_case('C')}"
    return f"(?:{own}|{third}{_case('P')}|lArI{_case('P')})"


def _noun(begin: str) -> str:
    plural = f"lAr(?:sIz(?:cA)?|{_case('C')}|{_possessive('C')})"
    return f"(?:{plural}|{_possessive(begin)}|{_case(begin)})"


_AUXILIARY = "(?:y?dI|y?mIs|y?sA|dIr)?"
_PERSON = "(?:Am|m|sAn|n|IQ|Q|sInIz|nIz|lAr)?"
_PARTICLE = "(?:mI)?"


def _finite(begin: str, negated: bool) -> str:
    """What may follow a root (with its voice and negation): tense, participle or gerund."""
    y = "y" if begin == "V" else ""
    tense = (
        f"(?:dI|mIs|{y}Ib|{y}Ir|{y}AcAK|{y}Ar|mAlI|sA|{y}A|{y}AsI|mAQdA|sIn){_AUXILIARY}{_PERSON}{_PARTICLE}"
    )
    solid, open_ = f"(?:{y}An|dIK|mIs|{y}AcAK|mAK)", f"(?:mA|mAlI|{y}AsI)"
    participle = f"(?:{solid}{_noun('C')}|{open_}{_noun('V')}|(?:mA|{y}AsI){_case('P')})"
    gerund = f"(?:{y}ArAQ|{y}AndA|dIQdA|dIQcA|{y}IncA|mAdAn|{y}AlI|{y}[ae]rken)"
    extra = "" if negated else "|mAz(?:dI|mIs|sA|lAr)?(?:lAr)?|mIr(?:dI|mIs|sA)?(?:Am|sAn|IQ|sInIz|lAr)?"
    return f"(?:{tense}|{participle}|{gerund}{extra})"


def _verb(begin: str, voice: bool) -> str:
    plain = f"(?:mA{_finite('V', True)}|{_finite(begin, False)})"
    if not voice:
        return plain
    first = "(?:Il|In|dIr|Ir|Is|InIl|dIrIl)" if begin == "C" else "(?:n|nIl|l|t|tdIr|tdIrIl|s)"
    more = "(?:Il|dIr|dIrIl|In)?"
    return f"(?:{plain}|{first}{more}(?:mA{_finite('V', True)}|{_finite('C', False)}))"


@cache
def _chain(kind: str, begin: str, harmony: str) -> re.Pattern[str]:
    """The chains of one kind, compiled when they are first asked for: the verbs' take 10 ms each.

    Archiphonemes become letters: A by harmony, I any close vowel, Q and K as they soften.
    """
    patterns: dict[str, Callable[[], str]] = {
        "noun": lambda: _noun(begin),
        "owned": lambda: _case("P"),
        "plural": lambda: f"lAr(?:{_case('C')}|{_possessive('C')})",
        "verb": lambda: _verb(begin, voice=False),
        "voice": lambda: _verb(begin, voice=True),
        "glued": lambda: "(?:lI|lIQ|cI|cIlIQ|sIz|ncI|IncI|yA|ylA|vari)",
    }
    letters = {"A": harmony, "I": "[iu]", "Q": "[qk]", "K": "[qkgy]"}
    return re.compile("".join(letters.get(letter, letter) for letter in patterns[kind]()))


@lru_cache(maxsize=65_536)
def is_noun_chain(residue: str, begin: str, harmony: str) -> bool:
    """Whether `residue` may follow a noun that ends in a consonant "C" or vowel "V"; the empty chain may."""
    return len(residue) <= _LONGEST and _chain("noun", begin, harmony).fullmatch(residue) is not None


@lru_cache(maxsize=16_384)
def is_owned_chain(residue: str, harmony: str) -> bool:
    """Whether `residue` may follow a noun that already carries the third-person possessive -(s)I."""
    return len(residue) <= _LONGEST and _chain("owned", "", harmony).fullmatch(residue) is not None


@lru_cache(maxsize=16_384)
def is_plural_chain(residue: str, harmony: str) -> bool:
    """Whether `residue` is the plural with whatever may follow it."""
    return len(residue) <= _LONGEST and _chain("plural", "", harmony).fullmatch(residue) is not None


@lru_cache(maxsize=65_536)
def is_verb_chain(residue: str, begin: str, harmony: str, voice: bool = True) -> bool:
    """Whether `residue` may follow a verb's root; with `voice`, also through passive and causative."""
    return (
        len(residue) <= _LONGEST
        and _chain("voice" if voice else "verb", begin, harmony).fullmatch(residue) is not None
    )


@lru_cache(maxsize=16_384)
def is_glued_suffix(residue: str) -> bool:
    """Whether `residue` (a search key) can be written after a hyphen, quote, number or acronym.

    Harmony and buffer letters follow how the acronym is read aloud, which is not known: any will do.
    """
    if not residue or len(residue) > _LONGEST:
        return False
    for harmony in (FRONT, BACK):
        if _chain("glued", "", harmony).fullmatch(residue) or is_owned_chain(residue, harmony):
            return True
        if is_noun_chain(residue, "C", harmony) or is_noun_chain(residue, "V", harmony):
            return True
    return False


def begins(stem: str) -> str:
    """How a suffix sees the end of `stem`: "V" after a vowel, else "C"."""
    return "V" if stem[-1:] in VOWELS else "C"

"""Spellings that a word of a filter finds: examples to look at, each tried on the matcher itself.

    forms_of(term of `həbs`)  ->  {"az": ("həbs", "həbsi", "həbsə", ...)}

Candidates are the word with common endings, in its vowel harmony. Only those that the matcher accepts are
shown, so nothing is promised that a report would not keep. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.filters.terms import WordTerm
from bot.language.english import irregular_forms
from bot.language.glossary import pairs
from bot.language.keywords import Keyword, Manner, Passage, find
from bot.language.letters import az_lower
from bot.model import Language

MOST = 8
#: Last vowel -> (a or ə, ı, i, u or ü).
_HARMONY = {
    **dict.fromkeys("aı", ("a", "ı")),
    **dict.fromkeys("ou", ("a", "u")),
    **dict.fromkeys("eəi", ("ə", "i")),
    **dict.fromkeys("öü", ("ə", "ü")),
}
#: A stands for a or ə, I for ı, i, u or ü.
_AFTER_VOWEL = ("sI", "yA", "dA", "dAn", "nIn")
_AFTER_CONSONANT = ("I", "A", "dA", "dAn", "In")
_PLURAL = ("lAr", "lArI")
_VERBAL = ("Ir", "Ib", "An", "dI", "IlIb", "mIş")


def forms_of(term: WordTerm) -> dict[str, tuple[str, ...]]:
    """Language of a text -> up to `MOST` spellings in it that meet the term, its own first.

    A phrase is shown with the forms of its last word; a word that is of one language only, in that one.
    """
    text = term.keyword.text
    if term.keyword.manner is Manner.EXACT:
        return {"az": (text,), "en": (text,)}
    head, space, last = text.rpartition(" ")
    ways = {Language.AZ: _azerbaijani, Language.EN: _english}
    found: dict[str, tuple[str, ...]] = {}
    for lang in _languages(text):
        forms = [f"{head}{space}{form}" for form in dict.fromkeys(ways[lang](last))]
        accepted = [form for form in forms if _is_found(term.keyword, form, lang)]
        found[lang.value] = tuple(accepted[:MOST])
    return found


def _languages(text: str) -> tuple[Language, ...]:
    """The languages that a word may be of."""
    if not text.isascii():
        return (Language.AZ,)
    az = any(text in pair.az for pair in pairs())
    en = any(text in pair.en for pair in pairs())
    return (Language.AZ, Language.EN) if az == en else (Language.AZ,) if az else (Language.EN,)


def _is_found(keyword: Keyword, form: str, lang: Language) -> bool:
    hit = find(keyword, Passage.of(form, lang))
    return hit is not None and hit.found == form


def _azerbaijani(word: str) -> Iterator[str]:
    yield word
    small = az_lower(word)
    if small.endswith(("maq", "mək")) and len(small) > len("maq"):
        yield from _verb(small[:-3])
        return
    ends_in_vowel = small[-1:] in _HARMONY
    joint = "-" if word.isupper() and len(word) > 1 else ""
    soft = {"q": "ğ", "k": "y"}.get(small[-1:], "") if _syllables(small) > 1 and not joint else ""
    for ending in _written(_AFTER_VOWEL if ends_in_vowel else _AFTER_CONSONANT, small):
        yield word[:-1] + soft + ending if soft and ending[0] in _HARMONY else word + joint + ending
    plural = "lar" if _harmony(small)[0] == "a" else "lər"
    yield from (word + joint + ending for ending in _written(_PLURAL, plural))


def _verb(root: str) -> Iterator[str]:
    """Of a root in -t the softened forms as well; the matcher knows which are right."""
    for ending in _written(_VERBAL, root):
        if root.endswith("t") and ending[0] in _HARMONY:
            yield root[:-1] + "d" + ending
        yield root + ending


def _written(endings: tuple[str, ...], word: str) -> Iterator[str]:
    a, i = _harmony(word)
    return (ending.replace("A", a).replace("I", i) for ending in endings)


def _harmony(word: str) -> tuple[str, str]:
    vowel = next((letter for letter in reversed(word) if letter in _HARMONY), "ə")
    return _HARMONY[vowel]


def _syllables(word: str) -> int:
    return sum(letter in _HARMONY for letter in word)


def _english(word: str) -> Iterator[str]:
    yield word
    irregular = sorted(irregular_forms(word.lower()) - {word.lower()})
    yield from irregular
    if irregular or word.isupper():
        return
    if word.endswith("e"):
        yield from (word + "s", word + "d", word[:-1] + "ing")
    elif word.endswith("y") and word[-2:-1] not in "aeiou":
        yield from (word[:-1] + "ies", word[:-1] + "ied", word + "ing")
    else:
        plural = "es" if word.endswith(("s", "x", "ch", "sh")) else "s"
        yield from (word + ending for ending in (plural, "ed", "ing"))

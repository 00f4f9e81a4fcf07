"""Case forms of Russian names of places and people, by the endings of the regular declensions.

Names are few and known beforehand, so they are declined once when a book is built, instead of every word of
a text being taken apart. Where an ending is shared by two declensions (`Кремль` and `Рязань`) both sets come
out: a form that nobody writes harms nobody. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

_SOFT_STEMS = "гкхжшчщ"  # they are followed by и where others have ы
_VOWELS = "аеёиоуыэюя"

#: Ending of the nominative -> the six cases (nominative to prepositional), the longest ending first.
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ская", ("ская", "ской", "ской", "скую", "ской", "ской")),
    ("ный", ("ный", "ного", "ному", "ный", "ным", "ном")),
    ("ский", ("ский", "ского", "скому", "ский", "ским", "ском")),
    ("ная", ("ная", "ной", "ной", "ную", "ной", "ной")),
    ("вая", ("вая", "вой", "вой", "вую", "вой", "вой")),
    ("жая", ("жая", "жой", "жой", "жую", "жой", "жой")),
    ("ные", ("ные", "ных", "ным", "ные", "ными", "ных")),
    ("ские", ("ские", "ских", "ским", "ские", "скими", "ских")),
    ("ий", ("ий", "ия", "ию", "ия", "ием", "ии")),
    ("ия", ("ия", "ии", "ии", "ию", "ией", "ии")),
    ("ея", ("ея", "еи", "ее", "ею", "еей", "ее")),
    ("я", ("я", "и", "е", "ю", "ей", "е")),
    ("а", ("а", "ы", "е", "у", "ой", "е")),
    ("ай", ("ай", "ая", "аю", "ай", "аем", "ае")),
    ("ей", ("ей", "ея", "ею", "ей", "еем", "ее")),
    ("ой", ("ой", "оя", "ою", "ой", "оем", "ое")),
    ("ы", ("ы", "", "ам", "ы", "ами", "ах")),
    ("и", ("и", "", "ам", "и", "ами", "ах")),
)


def cases(phrase: str) -> tuple[str, ...]:
    """The forms of `phrase` in all cases, the phrase itself first; each once.

    Every word is declined, or only the first (`Республика Корея`, `Республики Корея`).
    """
    rows = [_word(word) for word in phrase.split()]
    whole = (" ".join(words) for words in zip(*rows, strict=True))
    rest = phrase.split()[1:]
    first = (" ".join((form, *rest)) for form in rows[0]) if rest else ()
    soft = _both(phrase) if not rest else ()
    return tuple(dict.fromkeys((*whole, *first, *soft)))


def _word(word: str) -> tuple[str, ...]:
    if word.isupper():
        return (word,) * 6
    for ending, forms in _ENDINGS:
        if word.lower().endswith(ending) and len(word) > len(ending):
            return tuple(_joined(word[: len(word) - len(ending)], form) for form in forms)
    if word[-1:] in _VOWELS:
        return (word,) * 6
    if word.endswith("ь"):
        stem = word[:-1]
        return (word, stem + "и", stem + "и", word, stem + "ью", stem + "и")
    return (word, word + "а", word + "у", word + "а", word + "ом", word + "е")


def _joined(stem: str, ending: str) -> str:
    return stem + ("и" if ending == "ы" and stem[-1:] in _SOFT_STEMS else ending)


def _both(word: str) -> Iterator[str]:
    """What a second declension would have: masculine names in -ь, surnames in -ов and -ин."""
    if word.endswith("ь"):
        yield from (word[:-1] + ending for ending in ("я", "ю", "ем", "ём", "е"))
    elif word.endswith(("ов", "ев", "ин", "ын")):
        yield word + "ым"
    elif word.endswith("ский"):
        yield from (word[:-2] + ending for ending in ("ого", "ому", "им", "ом"))

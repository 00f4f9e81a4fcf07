"""Letters of Azerbaijani: lower case, the search key, old Cyrillic.

Two levels that must not be confused. `az_lower` is right for text known to be Azerbaijani or Turkish only.
`fold` is the language-neutral search key: every index, keyword and hash uses it, so that proper spelling,
spelling without diacritics and capitals meet. `fold` works code point by code point, hence a place in the
folded text can always be traced to the original. Pure; imports nothing of ours.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Letters that have no decomposition, and what they become in the search key.
_SPECIAL = {
    "İ": "i", "ı": "i", "ə": "e", "Ə": "e", "ǝ": "e", "Ǝ": "e", "ɘ": "e",
    "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ł": "l", "Ł": "l", "þ": "th", "Þ": "th",
    "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe",
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "′": "'", "＇": "'",
}  # fmt: skip

# Invisible code points that outlets leave inside words: soft hyphen, zero-width and direction marks.
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff") | frozenset(
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
)


class _FoldTable(dict[int, str]):
    """Computes the key of a code point when it is first met; bounded by the size of Unicode."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter in _INVISIBLE:
            key = ""
        elif letter in _SPECIAL:
            key = _SPECIAL[letter]
        else:
            parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
            key = "".join(_SPECIAL.get(part, part) for part in parts if not unicodedata.combining(part))
        self[code] = key
        return key


_FOLD = _FoldTable()

# Cyrillic letters that look like Latin ones and hide inside Latin words, and the way back.
_CYRILLIC_LOOKALIKES = "әӘаАеЕоОсСрРхХуУіІјЈһҺӏӀВКМНТѕЅԛԚԝԜҹҸ"
_LATIN_LOOKALIKES = "əƏaAeEoOcCpPxXyYiIjJhHIIBKMHTsSqQwWçÇ"
_TO_LATIN = str.maketrans(_CYRILLIC_LOOKALIKES, _LATIN_LOOKALIKES)
_TO_CYRILLIC = str.maketrans("aAeEoOcCpPxXyYBKMHTəƏ", "аАеЕоОсСрРхХуУВКМНТәӘ")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_MIXED = re.compile(r"[A-Za-z\u00c0-\u024f\u0250-\u02af\u0300-\u036f\u0400-\u052f\u00ad\u200b-\u200d]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u0259]")


def az_lower(text: str) -> str:
    """Lower case by the rule of Azerbaijani and Turkish (I is ı, İ is i). Result in NFC."""
    text = unicodedata.normalize("NFC", text).replace("I\u0307", "İ").replace("ǝ", "ə").replace("Ǝ", "Ə")
    if _CYRILLIC.search(text):
        text = _unmix(text)
    text = text.replace("İ", "i").replace("I", "ı").lower()
    return text.replace("i\u0307", "i") if "\u0307" in text else text


def fold(text: str) -> str:
    """The search key of `text`: no case, no diacritics, ə as e, lookalike letters put right."""
    if text.isascii():
        return text.lower().replace("`", "'")
    if _CYRILLIC.search(text):
        text = _unmix(text)
    return text.translate(_FOLD)


class Folded(NamedTuple):
    """A folded text and, for each of its code points, the offset in the original."""

    text: str
    offsets: tuple[int, ...]  #: one longer than `text`: the last is the length of the original

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` lies in the original; marks that follow the last letter are included."""
        if end <= start:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], max(self.offsets[end], self.offsets[end - 1] + 1)


def fold_with_offsets(text: str) -> Folded:
    """`fold(text)` with the way back to code-point offsets of the original."""
    source = _unmix(text) if _CYRILLIC.search(text) else text
    keys: list[str] = []
    offsets: list[int] = []
    for at, letter in enumerate(source):
        key = "'" if letter == "`" else _FOLD[ord(letter)]
        keys.append(key)
        offsets.extend([at] * len(key))
    offsets.append(len(text))
    return Folded("".join(keys), tuple(offsets))


def _unmix(text: str) -> str:
    """Replace lookalikes in words that mix Latin and Cyrillic; as many code points as before."""
    return _MIXED.sub(lambda found: _one_script(found.group()), text)


def _one_script(word: str) -> str:
    if not _LATIN.search(word) or not _CYRILLIC.search(word):
        return word
    latin = word.translate(_TO_LATIN)
    if not _CYRILLIC.search(latin):
        return latin
    cyrillic = word.translate(_TO_CYRILLIC)
    return latin if _LATIN.search(cyrillic) else cyrillic


# --- the Cyrillic alphabet of 1958-1991 -----------------------------------------------------------

_OLD_LOWER = {
    "а": "a", "б": "b", "в": "v", "г": "q", "ғ": "ğ", "ҝ": "g", "д": "d", "е": "e", "ә": "ə", "ж": "j",
    "з": "z", "и": "i", "ы": "ı", "ј": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "ө": "ö",
    "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ү": "ü", "ф": "f", "х": "x", "һ": "h", "ч": "ç",
    "ҹ": "c", "ш": "ş", "й": "y", "э": "e", "ц": "s", "щ": "ş", "ю": "yu", "я": "ya", "ё": "yo",
    "ъ": "", "ь": "",
}  # fmt: skip


def _old_upper(latin: str) -> str:
    return {"i": "İ", "ı": "I"}.get(latin, latin.capitalize())


_OLD = str.maketrans(
    {**_OLD_LOWER, **{letter.upper(): _old_upper(latin) for letter, latin in _OLD_LOWER.items()}}
)
_OLD_APOSTROPHE = re.compile(r"(?<=[\u0400-\u052f])['’ʼ](?=[\u0400-\u052f])")
_ONLY_OURS = re.compile("[ҝҜҹҸ]")
_OURS = re.compile("[јЈһҺғҒөӨүҮ]")
_SCHWA = re.compile("[әӘ]")


def from_az_cyrillic(text: str) -> str:
    """Azerbaijani in the Cyrillic alphabet of 1958-1991, written in today's Latin alphabet.

    Meant for text that `is_az_cyrillic` recognises; Russian would come out as nonsense.
    """
    return _OLD_APOSTROPHE.sub("", unicodedata.normalize("NFC", text)).translate(_OLD)


def is_az_cyrillic(text: str) -> bool:
    """Whether `text` has letters that only Azerbaijani Cyrillic has, or its mixture of shared ones."""
    if text.isascii():
        return False
    text = unicodedata.normalize("NFC", text)
    if _ONLY_OURS.search(text):
        return True
    if not _SCHWA.search(text) or not _OURS.search(text):
        return False
    return not (set(text) & set("қҚңҢұҰіІўЎ"))

"""Numbers in a text, in digits and in words, Azerbaijani (inflected) and English. Pure.

Numbers survive translation when words do not: "9 il" and "nine years", "yeddi nəfər" and "seven people".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bot.language.phrases import Token, scan
from bot.language.suffixes import is_glued_suffix

UNITS_AZ = {
    "sifir": 0, "bir": 1, "iki": 2, "uc": 3, "dord": 4, "bes": 5, "alti": 6, "yeddi": 7, "sekkiz": 8,
    "doqquz": 9,
    "on": 10, "iyirmi": 20, "otuz": 30, "qirx": 40, "elli": 50, "altmis": 60, "yetmis": 70,
    "seksen": 80, "doxsan": 90,
}  # fmt: skip
UNITS_EN = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}  # fmt: skip
_SCALE = {
    "az": {
        "yuz": 100,
        "min": 1_000,
        "milyon": 10**6,
        "mln": 10**6,
        "milyard": 10**9,
        "mlrd": 10**9,
        "trilyon": 10**12,
    },
    "en": {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12},
}
_DIGITS = re.compile(
    r"(?<![\w.,/-])\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?![\d])"
    r"|(?<![\w.])\d+(?:[.,]\d+)?(?![\d])"
)
_ARTICLE = re.compile(r"\d+(?:\.\d+){2,}")


class Number(NamedTuple):
    """A number met in a text."""

    value: float
    found: str
    at: int  #: code-point offset


def numbers(text: str, lang: str) -> tuple[Number, ...]:
    """The numbers of `text` in order. `lang`: "az" or "en". Articles of codes (206.3.2) are none."""
    found = _in_digits(text, lang)
    taken = [(number.at, number.at + len(number.found)) for number in found]
    found += [
        number
        for number in _in_words(text, lang)
        if not any(start <= number.at < end for start, end in taken)
    ]
    return tuple(sorted(found, key=lambda number: number.at))


def articles(text: str) -> tuple[str, ...]:
    """Articles of codes such as 206.3.2, which no translation changes."""
    return tuple(dict.fromkeys(_ARTICLE.findall(text)))


def _in_digits(text: str, lang: str) -> list[Number]:
    found = []
    taken = [match.span() for match in _ARTICLE.finditer(text)]
    for match in _DIGITS.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        value = _value(match.group(), lang)
        scale = re.match(r"[\s\u00a0]+([^\W\d_]+)", text[match.end() : match.end() + 14])
        end = match.end()
        if scale:
            word = scan(scale[1])[0].folded
            factor = next((f for name, f in _SCALE[lang].items() if _is_form(word, name, lang)), 1)
            if factor > 1:
                value, end = value * factor, match.end() + scale.end()
        found.append(Number(value, text[match.start() : end], match.start()))
    return found


def _value(digits: str, lang: str) -> float:
    bare = digits.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare):
        return float(bare.replace(",", "").replace(".", ""))
    return float(bare.replace(",", "."))


def _in_words(text: str, lang: str) -> list[Number]:
    tokens = scan(text)
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        value, after = _read(tokens, at, lang, text)
        if value is None:
            at += 1
            continue
        start, end = tokens[at].start, tokens[after - 1].end
        found.append(Number(float(value), text[start:end], start))
        at = after
    return found


def _read(tokens: tuple[Token, ...], at: int, lang: str, text: str) -> tuple[int | None, int]:
    """The number that begins at a token and where it ends; None when no number begins there."""
    units = UNITS_AZ if lang == "az" else UNITS_EN
    total, current, last = 0, 0, at
    started = False
    while last < len(tokens):
        word = tokens[last].folded
        if started and "." in text[tokens[last - 1].end : tokens[last].start]:
            break
        unit, scale = _meaning(word, lang)
        if unit is not None and not (started and 0 < current % 10):
            current += unit
        elif scale == 100:
            current = (current or 1) * 100
        elif scale is not None and (started or (lang == "az" and word != "min")):
            total, current = total + (current or 1) * scale, 0
        elif not (word == "and" and started and last + 1 < len(tokens) and tokens[last + 1].folded in units):
            break
        started = True
        last += 1
    alone = last == at + 1 and tokens[at].folded in ("bir", "one", "min")  # articles as often as numbers
    return (None, at + 1) if alone or not started else (total + current, last)


@lru_cache(maxsize=16_384)
def _meaning(word: str, lang: str) -> tuple[int | None, int | None]:
    """What a word counts: a unit, a scale, or neither."""
    units = UNITS_AZ if lang == "az" else UNITS_EN
    unit = next((value for name, value in units.items() if _is_form(word, name, lang)), None)
    scale = next((value for name, value in _SCALE[lang].items() if _is_form(word, name, lang)), None)
    return unit, scale


def _is_form(word: str, name: str, lang: str) -> bool:
    if word == name:
        return True
    if lang == "en":
        return word == name + "s" and name in ("hundred", "thousand", "million", "billion")
    return word.startswith(name) and len(name) > 2 and is_glued_suffix(word[len(name) :])

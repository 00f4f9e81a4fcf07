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
#: `nine and a half years`, `9½`, `doqquz il yarım`: half of one, after a number.
_HALF = {
    "az": re.compile(r"½|\s(?:(?:il|saat|ay|gün|həftə|gun|hefte)\s)?yar[ıi]m\b"),
    "en": re.compile(r"½|[ -]and[ -]a[ -]half\b"),
}
#: Half of a scale: `yarım milyon`, `half a million`.
_HALF_OF = {
    "az": re.compile(r"yar[ıi]m\s$", re.IGNORECASE),
    "en": re.compile(r"half(?: a)?\s$", re.IGNORECASE),
}
#: `$3.5m`, `€2bn`: only after a currency, since 3.5m is also a length.
_SHORT_SCALE = re.compile(r"(?:(m|mn)|(bn)|(tn)|(k))\b")
_MANY = re.compile(r"l[ae]rl[ae]$")  # yüzlərlə: hundreds of
_ARTICLE = re.compile(r"\d+(?:\.\d+){2,}")


class Number(NamedTuple):
    """A number met in a text."""

    value: float
    found: str
    at: int  #: code-point offset


def numbers(text: str, lang: str) -> tuple[Number, ...]:
    """The numbers of `text` in order. `lang`: "az" or "en". Articles of codes (206.3.2) are none."""
    found = _in_digits(text, lang)
    found += _in_words(text, lang)
    numbers: list[Number] = []
    reach = -1
    for number in sorted(found, key=lambda number: (number.at, -len(number.found))):
        if number.at >= reach:
            numbers.append(_with_half(number, text, lang))
            reach = number.at + len(numbers[-1].found)
    return tuple(numbers)


def _with_half(number: Number, text: str, lang: str) -> Number:
    end = number.at + len(number.found)
    half = _HALF[lang].match(text, end)
    if half is None:
        return number
    return Number(number.value + 0.5, text[number.at : half.end()], number.at)


def articles(text: str) -> tuple[str, ...]:
    """Articles of codes such as 206.3.2, which no translation changes."""
    return tuple(dict.fromkeys(_ARTICLE.findall(text)))


def _in_digits(text: str, lang: str) -> list[Number]:
    found = []
    articles = {place for match in _ARTICLE.finditer(text) for place in range(*match.span())}
    for match in _DIGITS.finditer(text):
        if match.start() in articles:
            continue
        value = _value(match.group(), lang)
        scale = re.match(r"[\s\u00a0]+([^\W\d_]+)", text[match.end() : match.end() + 14])
        end = match.end()
        short = (
            _SHORT_SCALE.match(text, end)
            if text[match.start() - 1 : match.start()] in tuple("$€£₼")
            else None
        )
        if short and short.lastindex:
            value, end = value * (10**6, 10**9, 10**12, 10**3)[short.lastindex - 1], short.end()
        elif scale:
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
        half = _HALF_OF[lang].search(text, max(0, start - 8), start)
        if half and _meaning(tokens[at].folded, lang)[1] is not None:
            start, value = half.start(), value / 2
        found.append(Number(float(value), text[start:end], start))
        at = after
    return found


def _read(tokens: tuple[Token, ...], at: int, lang: str, text: str) -> tuple[float | None, int]:
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
        elif scale is not None and (started or _counts_alone(tokens, at, lang, text)):
            total, current = total + (current or 1) * scale, 0
        elif not (word == "and" and started and last + 1 < len(tokens) and tokens[last + 1].folded in units):
            break
        started = True
        last += 1
    # articles as often as numbers; hundreds of, yüzlərlə
    alone = last == at + 1 and (
        tokens[at].folded in ("bir", "one", "hundreds") or (lang == "az" and _MANY.search(tokens[at].folded))
    )
    return (None, at + 1) if alone or not started else (total + current, last)


def _counts_alone(tokens: tuple[Token, ...], at: int, lang: str, text: str) -> bool:
    """Whether a scale is a number with nothing before it: `milyon manat`, `min nəfər`, `half a million`."""
    start, end = tokens[at].start, tokens[at].end
    if lang == "en":
        return (
            tokens[at].folded[-1] != "s" and _HALF_OF["en"].search(text, max(0, start - 8), start) is not None
        )
    return tokens[at].folded != "min" or (text[end : end + 1] == " " and text[end + 1 : end + 2].islower())


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
    if name == "min" and word.startswith("mina"):  # the mine that goes off: `minaya`, `minalar`
        return False
    return word.startswith(name) and len(name) > 2 and is_glued_suffix(word[len(name) :])

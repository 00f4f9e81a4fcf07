"""The books of what stands for a country: its names, people, places and institutions, in four languages.

Names come from CLDR; short names, inhabitants, cities, institutions and leaders from `data/countries*.toml`.
Azerbaijani and Turkish words inflect by their suffix chains, English names do not inflect, Russian names are
declined beforehand. Built once for each language, when a text in it is first read. Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from babel import Locale

from bot.language.declension import cases
from bot.language.letters import fold
from bot.language.phrases import Book, scan

#: CLDR codes that are not ISO 3166-1: islands of somebody, unions, test data. Kosovo (XK) is in common use.
_NOT_ISO = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})

#: Section of the data files -> what its phrases are.
_SECTIONS = (
    ("names", "name"),
    ("places", "place"),
    ("institutions", "institution"),
    ("venues", "venue"),
    ("presumed", "presumed"),
)
_EXTRA = {"tr": "data/countries_tr.toml", "ru": "data/countries_ru.toml"}


class Sense(NamedTuple):
    """What a phrase stands for."""

    code: str  #: "" when it only looks like a country
    sort: str  #: name, place, institution, people, venue, presumed, nothing, ambiguous
    rule: int = -1  #: for ambiguous: which


class Clue(NamedTuple):
    """A word or phrase of the text that speaks for or against a country, as search keys between blanks."""

    key: str

    @classmethod
    def of(cls, written: str) -> Clue:
        """`word=` is this word only; else it may go on."""
        whole = " " if written.endswith("=") else ""
        return cls(" " + plain(written.rstrip("=")) + whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When an ambiguous word is a country."""

    country: str
    instead: str
    default: str
    person: bool
    clue: tuple[Clue, ...]
    against: tuple[Clue, ...]
    needs_clue: bool


@cache
def _data() -> Mapping[str, Any]:
    return _load("data/countries.toml")


def _load(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files("bot.language").joinpath(name).read_text("utf-8"))


@cache
def codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code, and XK."""
    names = Locale("en").territories
    return frozenset(
        code for code in map(str, names) if len(code) == 2 and code.isalpha() and code not in _NOT_ISO
    )


@cache
def not_in_slugs() -> frozenset[str]:
    """Search keys of words that are a country's with a capital only."""
    ambiguous = (
        word for entry in _data()["ambiguous"] for lang in ("az", "en") for word in entry.get(lang, ())
    )
    return frozenset(fold(word) for word in (*_data()["small"]["words"].split(), *ambiguous))


def plain(phrase: str) -> str:
    """The search keys of a phrase, with one blank between."""
    return " ".join(token.folded for token in scan(phrase))


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of ambiguous words; `Sense.rule` counts them from 0."""
    return tuple(
        Rule(
            country=entry["country"],
            instead=entry.get("instead", ""),
            default=entry.get("default", entry["country"]),
            person=entry.get("person", False),
            clue=tuple(Clue.of(word) for word in entry.get("clue", ())),
            against=tuple(Clue.of(word) for word in entry.get("against", ())),
            needs_clue=bool(entry.get("clue")) and not entry.get("against") and "instead" not in entry
            and not entry.get("person", False),
        )
        for entry in _data()["ambiguous"]
    )  # fmt: skip


@cache
def book(lang: str) -> Book[Sense]:
    """Everything that stands for a country in `lang` ("az", "en", "tr" or "ru")."""
    found: Book[Sense] = Book(azerbaijani=lang in ("az", "tr"), names=True)
    taken: set[str] = set()
    for number, entry in enumerate(_data()["ambiguous"]):
        for word in _ambiguous_words(entry, lang):
            taken.add(fold(word.lstrip("=").removesuffix("'s")))
            found.add("^" + word, Sense(entry["country"], "ambiguous", number))
    seen: set[tuple[str, str]] = set()
    for phrase, sense in _phrases(lang):
        bare = fold(re.sub("[=^]", "", phrase))
        learnt = (bare, sense.code if phrase[0] == "^" else sense.code + " small")
        if bare.removesuffix("'s") not in taken and learnt not in seen:
            seen.add(learnt)
            found.add(phrase, sense)
    return found


def _ambiguous_words(entry: Mapping[str, Any], lang: str) -> Iterator[str]:
    if lang == "ru":
        for word in entry.get("ru", ()):
            yield from ("=" + form for form in cases(word))
    elif lang == "en":
        for word in entry.get("en", ()):
            yield from ("=" + word, f"={word}'s")
    else:
        yield from entry.get("az", ())


def _phrases(lang: str) -> Iterator[tuple[str, Sense]]:
    match lang:
        case "en":
            yield from _english()
        case "ru":
            yield from _russian()
        case "tr":
            yield from _turkish()
            yield from _azerbaijani(towns=False)
        case _:
            yield from _azerbaijani(towns=True)


def _azerbaijani(*, towns: bool) -> Iterator[tuple[str, Sense]]:
    """`towns` False leaves out the towns of Azerbaijan, whose names are people's names in Turkish."""
    data = _data()
    for phrase in data["nothing"]["az"]:
        yield phrase, Sense("", "nothing")
    for code, name in _cldr_names("az"):
        yield from _suffixed(code, name, "name")
    for code, sort, phrase in _listed("az"):
        if towns or (code, sort) != ("AZ", "place"):
            yield from _suffixed(code, phrase, sort)
    for code, words in data["people"]["az"].items():
        for word in words:
            yield word, Sense(code, "people")


def _turkish() -> Iterator[tuple[str, Sense]]:
    data = _load(_EXTRA["tr"])
    for phrase in data["nothing"]:
        yield phrase, Sense("", "nothing")
    for code, name in _cldr_names("tr"):
        yield from _suffixed(code, name, "name", turkish=True)
    for section, sort in _SECTIONS:
        for code, phrases in data.get(section, {}).items():
            for phrase in phrases:
                yield from _suffixed(code, phrase, sort, turkish=True)
    for code, words in data["people"].items():
        for word in words:
            yield word, Sense(code, "people")


def _english() -> Iterator[tuple[str, Sense]]:
    data = _data()
    for phrase in data["nothing"]["en"]:
        yield phrase, Sense("", "nothing")
    for code, name in _cldr_names("en"):
        for form in _genitive(name):
            yield form, Sense(code, "name")
    for code, sort, phrase in _listed("en"):
        for form in _genitive(phrase):
            yield form, Sense(code, sort)
    for code, words in data["people"]["en"].items():
        for word in words:
            for number in (word, *_plural(word)):
                for form in _genitive(number):
                    yield form, Sense(code, "people")


def _genitive(phrase: str) -> tuple[str, str]:
    """An English name in no other forms than these: `Hamas` is not two `Hama`."""
    exact = _capital(_exactly(phrase))
    return exact, exact + "'s"


def _plural(word: str) -> tuple[str, ...]:
    return () if word.endswith(("s", "sh", "ch", "ese", "z")) else (word + "s",)


def _russian() -> Iterator[tuple[str, Sense]]:
    data = _load(_EXTRA["ru"])
    for phrase in data["nothing"]:
        yield phrase, Sense("", "nothing")
    for code, name in _cldr_names("ru"):
        for form in cases(name):
            yield _capital("=" + form), Sense(code, "name")
    for section, sort in _SECTIONS:
        for code, phrases in data.get(section, {}).items():
            for phrase in phrases:
                for form in cases(phrase.lstrip("^")):
                    yield (
                        _capital(phrase[: len(phrase) - len(phrase.lstrip("^"))] + _exactly(form)),
                        Sense(code, sort),
                    )
    for code, words in data["people"].items():
        for word in words:
            yield word, Sense(code, "people")


def _listed(lang: str) -> Iterator[tuple[str, str, str]]:
    """(code, sort, phrase) of the common file."""
    data = _data()
    for section, sort in _SECTIONS:
        for code, phrases in data[section].get(lang, {}).items():
            for phrase in phrases:
                yield code, sort, phrase


def _suffixed(code: str, phrase: str, sort: str, *, turkish: bool = False) -> Iterator[tuple[str, Sense]]:
    """A name of Azerbaijani or Turkish, and somebody from there: `gürcüstanlı`, `bakılı`."""
    yield _capital(phrase), Sense(code, sort)
    for suffix in _turkish_suffixes(phrase) if turkish else ():
        yield _capital(_exactly(phrase)) + suffix, Sense(code, sort)
    if phrase.isalpha() and (sort == "name" or (sort == "place" and len(phrase) > 3)):
        yield phrase + _resident(phrase), Sense(code, "people")


def _turkish_suffixes(name: str) -> tuple[str, ...]:
    """Suffixes that Azerbaijani does not write so: `Türkiye'yi`, `Irak'tan`."""
    if name[-1:] in "aeıioöuü":
        return ("yi", "yu")
    return ("ta", "te", "tan", "ten", "taki", "teki") if name[-1:] in "fstkçşhp" else ()


def _capital(phrase: str) -> str:
    """Ask for a capital in the text, unless the phrase begins small itself (`al-Shabaab`, `manat`)."""
    bare = phrase.lstrip("=")
    return phrase if phrase[0] == "^" or bare[0].islower() else "^" + phrase


def _exactly(phrase: str) -> str:
    """Forbid other forms of the last word: `Hamas` is not two `Hama`."""
    marks = phrase[: len(phrase) - len(phrase.lstrip("^"))]
    head, _, last = phrase[len(marks) :].rpartition(" ")
    return (
        f"{marks}{head} {last if last.startswith('=') else '=' + last}"
        if head
        else f"{marks}={last.lstrip('=')}"
    )


def _cldr_names(lang: str) -> Iterator[tuple[str, str]]:
    territories = Locale(lang).territories
    for code in sorted(codes()):
        name = re.sub(r"\s*[(][^)]*[)]", "", str(territories.get(code, ""))).strip()
        if not name:
            continue
        if " - " not in name:
            yield code, name
        if "&" in name:
            yield code, name.replace("&", "and")
        if name.startswith("St. "):
            yield code, "Saint " + name[4:]


def _resident(name: str) -> str:
    """The suffix of "somebody from `name`" by vowel harmony."""
    for letter in reversed(name.lower()):
        if letter in "eəi":
            return "li"
        if letter in "öü":
            return "lü"
        if letter in "aı":
            return "lı"
        if letter in "ou":
            return "lu"
    return "li"

"""How alike two articles are, as the probability that they tell one report, with the reasons. Pure.

Evidence of each sort is measured on its own: names, numbers, days, concepts and, in one language, words, each
as the cosine of two fingerprints weighed by rarity. What speaks against is measured as well: other people,
other figures, another stage of the case. A logistic model, learnt from labelled pairs (see
`benchmarks/learn_likeness.py`), makes one probability of them; one model for two languages and one for one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, log1p, sqrt
from typing import TypeVar

from bot.stories.fingerprint import (
    Count,
    Fingerprint,
    Name,
    Person,
    code_key,
    concept_key,
    day_key,
    number_key,
    same,
    skeletons,
    word_key,
)
from bot.stories.rarity import weight

T = TypeVar("T")

#: Two texts in one language need nothing translated, so other evidence counts.
ACROSS, WITHIN = "across", "within"

#: Stages that end what others begin: never one report, whatever else is shared.
_OPPOSED = (
    ({"released", "acquitted"}, {"detained", "remanded", "extended", "sentenced", "charged", "demanded"}),
    ({"released"}, {"release_demanded"}),
    ({"hunger_strike"}, {"hunger_strike_over"}),
    ({"extended"}, {"sentenced", "appealed", "moved_home"}),
    ({"demanded"}, {"sentenced", "appealed"}),
    ({"summoned"}, {"sentenced", "extended", "remanded"}),
)
_OF_A_CASE = frozenset({"detained", "remanded", "extended", "charged", "sentenced", "appealed", "beaten"})
_SAID = frozenset({"reacted", "release_demanded"})
_DECIDING = ("year", "month", "money", "people", "percent")  # units whose figures belong to one event


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What two fingerprints have in common."""

    score: float  #: 0.0 to 1.0, the probability that they tell one report
    why: tuple[str, ...]
    vetoed: str = ""  #: what makes them two reports whatever the score


def likeness(one: Fingerprint, two: Fingerprint) -> Likeness:
    """Compare two articles."""
    model = ACROSS if one.lang != two.lang else WITHIN
    measured, why = measure(one, two)
    weights = _weights()[model]
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in measured.items())
    score = 1 / (1 + exp(-max(-30.0, min(30.0, total))))
    return Likeness(score=round(score, 4), why=tuple(why), vetoed=veto(one, two))


def veto(one: Fingerprint, two: Fingerprint) -> str:
    """Why two articles cannot be one report; "" when nothing forbids it."""
    stages = _opposed(one, two)
    if stages:
        return f"{stages[0]} is not {stages[1]}"
    if _others_titled(one, two):
        return "the headlines name different people"
    if _others_speak(one, two):
        return "others speak"
    if one.outlet != two.outlet and (_answers(one, two) or _answers(two, one)):
        return "what somebody says of it is another report"
    return ""


def measure(one: Fingerprint, two: Fingerprint) -> tuple[dict[str, float], list[str]]:
    """Every sort of evidence as a number, and what was found in words."""
    names, shared_names, pairs = _names(one.names, two.names)
    titled, _, _ = _names(
        [name for name in one.names if name.titled],
        [name for name in two.names if name.titled],
    )
    numbers, same_numbers = _cosine(one.numbers, two.numbers, number_key)
    codes, same_codes = _cosine(one.codes, two.codes, code_key)
    days, same_days = _cosine(one.days, two.days, day_key)
    concepts, same_concepts = _cosine(one.concepts, two.concepts, concept_key)
    headline, _ = _cosine(one.title_concepts, two.title_concepts, concept_key)
    against = _contradictions(one.counts, two.counts)
    hours = abs((one.published - two.published).total_seconds()) / 3_600
    outlet = one.outlet == two.outlet
    persons, strangers = _persons(one, two)
    missing = _missing_in_title(one, two) + _missing_in_title(two, one)
    measured = {
        "names": names,
        "shared_names": log1p(shared_names),
        "title_names": titled,
        "persons": persons,
        "strangers": strangers,
        "missing_names": missing,
        "other_focus": _other_focus(one, two),
        "numbers": numbers,
        "shared_numbers": log1p(sum(map(weight, map(number_key, same_numbers)))),
        "contradictions": float(min(len(against), 2)),
        "codes": codes,
        "days": days,
        "concepts": concepts,
        "shared_concepts": log1p(sum(map(weight, map(concept_key, same_concepts)))),
        "title_concepts": headline,
        "covered_concepts": (
            _cover(one.title_concepts, two.concepts) + _cover(two.title_concepts, one.concepts)
        )
        / 2,
        "covered_names": _cover_names(one.names, two.names),
        "stages": _stages(one, two),
        "other_stages": float(_other_stages(one, two)),
        "same_case": persons * _stages(one, two),
        "other_case": persons * float(_other_stages(one, two)),
        "reaction": float(_reacts(one, two) or _reacts(two, one)),
        "countries": _countries(one, two),
        "hours": log1p(hours),
        "outlet": float(outlet),
        "outlet_hours": log1p(hours) if outlet else 0.0,
        "same_id": float(outlet and not one.ids.isdisjoint(two.ids)),
        "near_id": float(outlet and _are_near(one.ids, two.ids)),
        "image": float(one.image is not None and one.image == two.image),
    }
    if one.lang == two.lang:
        lang = one.lang
        words, _ = _cosine(one.words, two.words, lambda word: word_key(lang, word))
        title_words, _ = _cosine(one.title_words, two.title_words, lambda word: word_key(lang, word))
        measured |= {"words": words, "title_words": title_words}
    why = [
        *(f"name {a} = {b}" if a != b else f"name {a}" for a, b in pairs[:6]),
        *(f"number {number}" for number in sorted(same_numbers)[:4]),
        *(f"article {code}" for code in sorted(same_codes)[:3]),
        *(f"day {day.isoformat()}" for day in sorted(same_days)[:3]),
        *_meanings(same_concepts),
    ]
    if measured["same_id"]:
        why.append("equal number in the address")
    elif measured["near_id"]:
        why.append("neighbouring number in the address")
    if measured["image"]:
        why.append("same picture")
    return measured, why


def _meanings(shared: Iterable[str]) -> list[str]:
    """The rarest shared concepts by name; the glossary's pairs have none."""
    named = sorted(
        (concept for concept in shared if concept[0] not in "=+"),
        key=lambda concept: (-weight(concept_key(concept)), concept),
    )
    return [f"about {concept.replace('_', ' ')}" for concept in named[:4]]


def _names(one: Iterable[Name], two: Iterable[Name]) -> tuple[float, float, list[tuple[str, str]]]:
    """Cosine of the names, the weight of those shared, and which they are."""
    mine, its = list(one), list(two)
    filed: dict[str, list[int]] = {}
    for at, name in enumerate(its):
        for skeleton in skeletons(name):
            filed.setdefault(skeleton, []).append(at)
    taken: set[int] = set()
    pairs: list[tuple[float, str, str]] = []
    for name in mine:
        for skeleton in skeletons(name):
            free = (at for at in filed.get(skeleton, ()) if at not in taken)
            met = next((at for at in free if same(name.keys, its[at].keys)), None)
            if met is not None:
                taken.add(met)
                pairs.append((weight(f"n{skeleton}"), name.word, its[met].word))
                break
    shared = sum(found * found for found, _, _ in pairs)
    norm = sqrt(_length(mine) * _length(its))
    pairs.sort(reverse=True)
    return (
        min(shared / norm, 1.0) if norm else 0.0,
        sum(found for found, _, _ in pairs),
        [(a, b) for _, a, b in pairs],
    )


def _length(names: Iterable[Name]) -> float:
    return sum(
        min(weight(f"n{skeleton}") for skeleton in skeletons(name)) ** 2 for name in names if name.keys
    )


def _cosine(one: frozenset[T], two: frozenset[T], key: Callable[[T], str]) -> tuple[float, frozenset[T]]:
    shared = one & two
    if not shared:
        return 0.0, shared
    both = sum(weight(key(item)) ** 2 for item in shared)
    norm = sqrt(sum(weight(key(item)) ** 2 for item in one) * sum(weight(key(item)) ** 2 for item in two))
    return (both / norm if norm else 0.0), shared


def _cover(some: frozenset[str], others: frozenset[str]) -> float:
    """How much of what a headline means the other article means as well: a headline alone has little else."""
    whole = sum(weight(concept_key(concept)) for concept in some)
    return sum(weight(concept_key(concept)) for concept in some & others) / whole if whole else 0.0


def _cover_names(one: tuple[Name, ...], two: tuple[Name, ...]) -> float:
    """Share of the names of whoever has fewer that the other has too."""
    fewer, more = sorted((one, two), key=len)
    if not fewer:
        return 0.0
    return sum(any(same(name.keys, other.keys) for other in more) for name in fewer) / len(fewer)


def _persons(one: Fingerprint, two: Fingerprint) -> tuple[float, float]:
    """Whether both name somebody in full, and whether each names only people whom the other does not."""
    met = any(same(a.surname, b.surname) and same(a.given, b.given) for a in one.persons for b in two.persons)
    if met:
        return 1.0, 0.0
    near = (
        [person for person in one.persons if person.near],
        [person for person in two.persons if person.near],
    )
    if not near[0] or not near[1]:
        return 0.0, 0.0
    known = any(_has(two, person) for person in near[0]) or any(_has(one, person) for person in near[1])
    return 0.0, 0.0 if known else 1.0


def _others_titled(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether each headline names people, none of whom the other article has."""
    mine, its = (
        [person for person in article.persons if person.titled and person.sure] for article in (one, two)
    )
    return (
        bool(mine and its)
        and not any(_has(two, person) for person in mine)
        and not any(_has(one, person) for person in its)
    )


def _has(article: Fingerprint, person: Person) -> bool:
    """Whether somebody is named in an article, by the surname alone where no given name stands by it.

    Two brothers are not one man.
    """
    namesakes = [other for other in article.persons if same(other.surname, person.surname)]
    if namesakes:
        return any(same(other.given, person.given) for other in namesakes)
    return any(same(person.surname, name.keys) for name in article.names)


def _other_focus(one: Fingerprint, two: Fingerprint) -> float:
    """Whether the first person that either names is another: who is arrested stands before the lawyer."""
    mine, its = (next((p for p in article.persons if p.sure), None) for article in (one, two))
    if mine is None or its is None:
        return 0.0
    return 0.0 if same(mine.surname, its.surname) and same(mine.given, its.given) else 1.0


def _is_acronym(name: Name) -> bool:
    """Every language has its own: DTX and SSS, AŞPA and PACE."""
    return len(name.word) <= 5 and name.word.isupper()


def _missing_in_title(one: Fingerprint, two: Fingerprint) -> float:
    """Share of the names in one headline that the other article does not have at all."""
    titled = [name for name in one.names if name.titled and not _is_acronym(name)]
    if not titled or not two.names:
        return 0.0
    return sum(not any(same(name.keys, other.keys) for other in two.names) for name in titled) / len(titled)


def _contradictions(one: frozenset[Count], two: frozenset[Count]) -> list[str]:
    """Units in which both give figures near their headlines, and none in common."""
    found = []
    for unit in _DECIDING:
        mine = {count.value for count in one if count.unit == unit}
        its = {count.value for count in two if count.unit == unit}
        if mine and its and mine.isdisjoint(its):
            found.append(unit)
    return found


def _stages(one: Fingerprint, two: Fingerprint) -> float:
    """1.0 when the headlines tell one stage, 0.5 when a headline's stage is in the other's first lines."""
    if one.stages & two.stages:
        return 1.0
    return 0.5 if (one.stages & two.near_stages) or (two.stages & one.near_stages) else 0.0


def _other_stages(one: Fingerprint, two: Fingerprint) -> bool:
    """Each headline tells a stage that the other article does not tell near its own."""
    if not one.stages or not two.stages:
        return False
    return one.stages.isdisjoint(two.stages | two.near_stages) and two.stages.isdisjoint(
        one.stages | one.near_stages
    )


def _reacts(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether one article is what somebody says of the other's event."""
    return "reacted" in one.stages and "reacted" not in two.stages | two.near_stages


def _others_speak(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether both are statements, and each by somebody whom the other does not name."""
    saying = all(article.stages & _SAID for article in (one, two))
    return saying and bool(one.speakers and two.speakers) and one.speakers.isdisjoint(two.speakers)


def _answers(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether one article is somebody's word on the stage of a case that the other reports."""
    speaks = one.statement and not two.statement and "reacted" not in two.stages | two.near_stages
    return (_reacts(one, two) or speaks) and bool(two.stages & _OF_A_CASE)


def _opposed(one: Fingerprint, two: Fingerprint) -> tuple[str, str] | None:
    if not _other_stages(one, two):
        return None
    for some, others in _OPPOSED:
        for a, b in ((one, two), (two, one)):
            if a.stages & some and b.stages & others and not a.stages & others:
                return sorted(a.stages & some)[0], sorted(b.stages & others)[0]
    return None


def _countries(one: Fingerprint, two: Fingerprint) -> float:
    """1.0 for the same main country, -1.0 when both have countries and none in common."""
    if not one.countries or not two.countries:
        return 0.0
    if one.countries[0] == two.countries[0]:
        return 1.0
    return 0.3 if set(one.countries) & set(two.countries) else -1.0


def _are_near(one: frozenset[int], two: frozenset[int]) -> bool:
    """Whether two pages were made one after the other: many outlets write both versions in one go."""
    return any(0 < abs(a - b) <= 3 for a in one for b in two)


@cache
def _weights() -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, float]] = tomllib.loads(
        (files("bot.stories") / "data" / "likeness.toml").read_text("utf-8")
    )
    return tables

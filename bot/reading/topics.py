"""Which of the twenty topics a text belongs to, and whether it is human-rights news at all.

`data/concepts.toml` lists concepts with their words in both languages; `data/rules.toml` says which concepts
in one sentence make a topic, and how strongly. `data/field.toml` goes through the field topic by topic:
wordings that make a topic by themselves, and narrower concepts that also stand for a wider one (`as`). A rule
counts once, most when it holds in the headline. Rules
under `rights` speak for human-rights news without a topic, rules under `other` against it. Pure.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from bot.language.phrases import Book, outermost, scan
from bot.language.sentences import spans
from bot.model import Language, Topic

_TITLE, _LEAD, _BODY = 1.0, 0.9, 0.45  # how much a rule counts by where it holds
_BACKGROUND = 0.95  # what all that stands further down can add, to a topic or to rights
_LEADING = 3  # sentences of the text that count as its lead
_TOPIC = 2.0  # the least score of a topic
_SHARE = 0.3  # and its least share of the strongest topic's score
_RIGHTS = 1.79  # the least score of human-rights news: a rule of 2 in the lead
_SURE, _DOUBT = 2.4, 0.5  # where rights are plainly spoken of, signs of other news count half
_READ = 12_000  # code points of the text that are read


class Found(NamedTuple):
    """A concept met in the text."""

    concept: str
    words: str
    field: str  #: "title" or "text"
    at: int  #: code-point offset in that field


class Cause(NamedTuple):
    """Why a label was given: the concepts of the rule that held, in the order of the rule."""

    label: str  #: a topic's key, or "human_rights"
    found: tuple[Found, ...]
    weight: float


class Topics(NamedTuple):
    """What `find_topics` says."""

    topics: tuple[Topic, ...]  #: strongest first
    human_rights: bool
    causes: tuple[Cause, ...]


class _Rule(NamedTuple):
    label: str
    weight: float
    rights: float
    groups: tuple[frozenset[str], ...]
    barred: frozenset[str]


class _Concept(NamedTuple):
    az: str
    en: str
    wider: tuple[str, ...]  #: concepts that its words stand for too
    rules: tuple[tuple[str, str], ...]  #: (label, weight) of the rules that it makes by itself
    unless: str


def _toml(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("bot.reading").joinpath(f"data/{name}.toml").read_text("utf-8"))


@cache
def _concepts() -> dict[str, _Concept]:
    """Every concept by name; ValueError when one is there twice or stands for one that is not there."""
    concepts: dict[str, _Concept] = {}
    for file in ("concepts", "field"):
        for section, entries in _toml(file).items():
            for name, entry in entries.items():
                if name in concepts:
                    raise ValueError(f"two concepts {name!r}")
                concepts[name] = _concept(section, entry)
    for name, concept in concepts.items():
        missing = set(concept.wider) - concepts.keys()
        if missing:
            raise ValueError(f"{name} stands for {sorted(missing)}, which are not there")
    return concepts


def _concept(section: str, entry: dict[str, Any]) -> _Concept:
    made = ((section, str(entry["w"])),) if "w" in entry else ()
    also = [part.split() for part in entry.get("also", "").split(",") if part.strip()]
    return _Concept(
        entry.get("az", ""),
        entry.get("en", ""),
        tuple(entry.get("as", "").split()),
        made + tuple((label, weight) for label, weight in also),
        entry.get("unless", ""),
    )


@cache
def _book(lang: str) -> Book[str]:
    book: Book[str] = Book(azerbaijani=lang == "az")
    for name, concept in _concepts().items():
        for phrase in (concept.az if lang == "az" else concept.en).split(";"):
            if phrase.strip():
                for stands_for in (name, *concept.wider):
                    book.add(phrase.strip(), stands_for)
    return book


_RULE = re.compile(r"^(?P<weight>[\d.]+)(?:/(?P<rights>-?[\d.]+))?:(?P<all>[^-]*)(?:-(?P<none>.*))?$")


@cache
def rules() -> tuple[_Rule, ...]:
    """The rules as written in `data/rules.toml`; ValueError names the first that cannot be read."""
    data = _toml("rules")
    groups = {name: _names(members, data["groups"]) for name, members in data["groups"].items()}
    lines = [(label, line) for label, some in data["rules"].items() for line in some]
    for name, concept in _concepts().items():
        unless = f" - {concept.unless}" if concept.unless else ""
        lines += [(label, f"{weight}: {name}{unless}") for label, weight in concept.rules]
    return tuple(_rule(label, line, groups) for label, line in lines)


def _names(members: str, groups: dict[str, str]) -> frozenset[str]:
    names: set[str] = set()
    for name in members.split():
        if name in groups:
            names |= _names(groups[name], groups)
        else:
            names.add(name)
    return frozenset(names)


def _rule(label: str, line: str, groups: dict[str, frozenset[str]]) -> _Rule:
    read = _RULE.match(line.replace(" ", ""))
    if read is None:
        raise ValueError(f"rule of {label}: {line!r}")
    weight = float(read["weight"])
    parts = tuple(_alternatives(part, label, groups) for part in read["all"].split("+"))
    barred = _alternatives(read["none"], label, groups) if read["none"] else frozenset()
    return _Rule(label, weight, float(read["rights"] or weight), parts, barred)


def _alternatives(part: str, label: str, groups: dict[str, frozenset[str]]) -> frozenset[str]:
    names: set[str] = set()
    for name in part.split("|"):
        if name not in groups and name not in _concepts():
            raise ValueError(f"rule of {label}: no concept or group {name!r}")
        names |= groups.get(name, {name})
    return frozenset(names)


@cache
def _by_concept() -> dict[str, tuple[int, ...]]:
    """Concept -> the rules whose rarest group has it; every rule is found through one group only."""
    index: dict[str, list[int]] = {}
    for number, rule in enumerate(rules()):
        for concept in min(rule.groups, key=len):
            index.setdefault(concept, []).append(number)
    return {concept: tuple(numbers) for concept, numbers in index.items()}


def find_topics(title: str, text: str, lang: Language) -> Topics:
    """Topics (strongest first), whether it is human-rights news, and the words that decided it."""
    name = "az" if lang in (Language.AZ, Language.TR) else "en"
    if lang is Language.RU:
        return Topics((), False, ())
    return _decide(_fired(_windows(title[:1_000], text[:_READ], name)))


def _windows(title: str, text: str, lang: str) -> list[tuple[float, dict[str, Found]]]:
    """(how much it counts, concepts in it) for headline, headline with lead, and every sentence."""
    heading = _met(title, "title", lang)
    edges = spans(text)
    starts = [start for start, _ in edges]
    sentences: list[dict[str, Found]] = [{} for _ in edges]
    for found in _met(text, "text", lang).values() if not edges else _all(text, "text", lang):
        sentences[bisect_right(starts, found.at) - 1].setdefault(found.concept, found)
    windows = [(_TITLE, heading)]
    for at, sentence in enumerate(sentences):
        if at < _LEADING:
            windows.append((_LEAD, {**sentence, **heading} if at == 0 else sentence))
        elif sentence:
            windows.append((_BODY, sentence))
    return windows


def _all(text: str, field: str, lang: str) -> list[Found]:
    tokens = scan(text)
    hits = _book(lang).find(tokens)
    kept = outermost(hits)
    return [
        Found(hit.what, text[tokens[hit.first].start : tokens[hit.last].end], field, tokens[hit.first].start)
        for hit in kept
    ]


def _met(text: str, field: str, lang: str) -> dict[str, Found]:
    met: dict[str, Found] = {}
    for found in _all(text, field, lang):
        met.setdefault(found.concept, found)
    return met


def _fired(windows: list[tuple[float, dict[str, Found]]]) -> dict[int, tuple[float, tuple[Found, ...]]]:
    """Rule -> (how much it counts, what it found), for the window where it counts most."""
    index, table = _by_concept(), rules()
    fired: dict[int, tuple[float, tuple[Found, ...]]] = {}
    for share, concepts in windows:
        tried: set[int] = set()
        for concept in concepts:
            for number in index.get(concept, ()):
                if number in tried or fired.get(number, (0.0,))[0] >= share:
                    continue
                tried.add(number)
                rule = table[number]
                found = _holds(rule, concepts)
                if found:
                    fired[number] = (share, found)
    return fired


def _holds(rule: _Rule, concepts: dict[str, Found]) -> tuple[Found, ...]:
    if not rule.barred.isdisjoint(concepts):
        return ()
    found = []
    for group in rule.groups:
        one = next((concepts[name] for name in concepts if name in group), None)
        if one is None:
            return ()
        found.append(one)
    return tuple(found)


def _decide(fired: dict[int, tuple[float, tuple[Found, ...]]]) -> Topics:
    table = rules()
    scores: dict[str, float] = {}
    below: dict[str, float] = {}
    rights = against = background = 0.0
    causes: list[Cause] = []
    for number, (share, found) in fired.items():
        rule = table[number]
        if rule.label == "other":
            against += rule.weight * share
            continue
        if rule.label != "rights":
            kept = scores if share > _BODY else below
            kept[rule.label] = kept.get(rule.label, 0.0) + rule.weight * share
        if share > _BODY:
            rights += rule.rights * share
        else:
            background += rule.rights * share
        label = "human_rights" if rule.label == "rights" else rule.label
        causes.append(Cause(label, found, round(rule.weight * share, 2)))
    for label, points in below.items():
        scores[label] = scores.get(label, 0.0) + min(points, _BACKGROUND)
    rights += min(background, _BACKGROUND)
    top = max(scores.values(), default=0.0)
    least = max(_TOPIC, _SHARE * top)
    topics = tuple(
        Topic(key) for key in sorted(scores, key=lambda key: -scores[key]) if scores[key] >= least - 1e-9
    )
    human_rights = rights - against * (_DOUBT if rights >= _SURE else 1.0) >= _RIGHTS
    return Topics(topics if human_rights else (), human_rights, tuple(causes))

"""Which of the twenty topics a text belongs to, and whether it is human-rights news at all.

`bot.language.concepts` has the vocabulary and the rules: which concepts in one sentence make a topic, and how
strongly. A rule counts once, most when it holds in the headline. Rules under `rights` speak for human-rights
news without a topic, rules under `other` against it. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import NamedTuple

from bot.language.concepts import Rule, book, rules
from bot.language.phrases import outermost, scan
from bot.language.sentences import spans
from bot.model import Language, Topic

HUMAN_RIGHTS = "human_rights"  #: the label of a cause that makes no topic

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

    label: str  #: a topic's key, or HUMAN_RIGHTS
    found: tuple[Found, ...]
    weight: float


class Topics(NamedTuple):
    """What `find_topics` says."""

    topics: tuple[Topic, ...]  #: strongest first
    human_rights: bool
    causes: tuple[Cause, ...]


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
    hits = book(lang).find(tokens)
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


def _holds(rule: Rule, concepts: dict[str, Found]) -> tuple[Found, ...]:
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
        label = HUMAN_RIGHTS if rule.label == "rights" else rule.label
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

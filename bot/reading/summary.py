"""One to three sentences of an article that say what it says; nothing is invented, nothing is cut in half.

Sentences are weighed by how much they share with the others (TextRank), by how early they come and by the
words of the title; the lead usually wins, as in news it should. They stay in their order. A sentence whose
source or doubt stands in the next one ("This was claimed by ...") is never taken without it. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from bot.language.phrases import scan
from bot.language.sentences import spans
from bot.reading.boilerplate import blank

ROOM = 700  #: code points that a card has for its summary, unless told otherwise
_MOST = 3
_SHORTEST = 30  # code points: below, it is a label, not a sentence
_LONGEST = 12_000  # code points
_READ = 30  # sentences that are weighed; what matters in news comes before
_DAMPING, _ROUNDS = 0.85, 6
_LEAD_BONUS, _TITLE_BONUS = 1.1, 0.6
_ALIKE = 0.5
_ENOUGH = 0.42  # share of the best score that a further sentence needs
_STEM = 5  # letters: enough for either language to see that two words are the same

_FINISHED = re.compile(r"[.!?…][\"”’»“)\]]*$")
_LEANING = re.compile(
    r"(?:however|but|and|also|meanwhile|moreover|in addition|he|she|they|it|this|that|"
    r"these|those|his|her|their|"
    r"lakin|amma|ancaq|bundan əlavə|həmçinin|eyni zamanda|o|onlar|bu|bunlar|onun|onların|belə ki|həmin)\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(?:this|that|it|so|the claims?|these claims|the allegations?)\s+(?:is|was|were|has been|are)?\s*"
    r"(?:alleged|claimed|reported|stated|according|said|allegedly|denied|confirmed by)"
    r"|according to|(?:he|she|they) (?:claims?|claimed|alleges?|alleged|denies|denied|insists?|says?|said)\b"
    r"|bu barədə|bunu|bu haqda|bu haqqda|bu iddia|iddia(?:nı|lar|ları|ya görə)?\b|(?:onun|"
    r"onların) (?:sözlərinə|iddiasına)",
    re.IGNORECASE,
)
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))


def summarise(title: str, text: str, room: int = ROOM) -> tuple[str, ...]:
    """At most three sentences, in order, each a substring of `text`, together at most `room` code points.

    Empty when the text is no more than the headline.
    """
    body = blank(text)[:_LONGEST]
    found = [(start, end) for start, end in spans(body) if _is_whole(body[start:end])][:_READ]
    heading = _stems(title)
    found = _without_headline(title, body, found)
    if not found:
        return ()
    bags = _bags(body, found)
    scores = _scores(bags, heading)
    chosen = _choose(body, found, bags, scores, room)
    return tuple(text[found[at][0] : found[at][1]] for at in sorted(chosen))


def _is_whole(sentence: str) -> bool:
    """Whether a span reads as a sentence: long enough, finished, quotation marks in pairs."""
    if len(sentence) < _SHORTEST or not _FINISHED.search(sentence):
        return False
    if sentence.count('"') % 2:
        return False
    return all(
        sentence.count(opening) == sentence.count(closing)
        or (opening == "“" and sentence.count("“") % 2 == 0 and "”" not in sentence)
        or (opening == "“" and sentence.count("„") + sentence.count("“") == 2 and "”" not in sentence)
        or (
            opening == "“"
            and "„" in sentence
            and sentence.count("„") + sentence.count("“") == 2 * sentence.count("„")
        )
        for opening, closing in _PAIRS
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(token.folded[:_STEM] for token in scan(text) if len(token.folded) > 3)


def _bags(body: str, found: list[tuple[int, int]]) -> list[frozenset[str]]:
    """The stems of each sentence."""
    tokens = scan(body)
    starts = [token.start for token in tokens]
    return [
        frozenset(
            token.folded[:_STEM]
            for token in tokens[bisect_left(starts, start) : bisect_left(starts, end)]
            if len(token.folded) > 3
        )
        for start, end in found
    ]


def _without_headline(title: str, body: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out a first sentence that only repeats the headline."""
    bare = _letters(title)
    return [
        (start, end)
        for at, (start, end) in enumerate(found)
        if at > 1 or abs(end - start - len(title)) > 12 or _letters(body[start:end]) != bare
    ]


def _letters(text: str) -> str:
    return "".join(token.folded for token in scan(text))


def _scores(bags: list[frozenset[str]], heading: frozenset[str]) -> list[float]:
    ranks = _rank(bags)
    top = max(ranks) or 1.0
    scores = []
    for at, bag in enumerate(bags):
        overlap = len(bag & heading) / (len(heading) or 1)
        scores.append(ranks[at] / top + _LEAD_BONUS / (1 + at) + _TITLE_BONUS * overlap)
    return scores


def _rank(bags: list[frozenset[str]]) -> list[float]:
    """TextRank over shared stems."""
    total = len(bags)
    links: list[list[tuple[int, float]]] = [[] for _ in bags]
    sums = [0.0] * total
    for one in range(total):
        for two in range(one + 1, total):
            like = _similar(bags[one], bags[two])
            if like > 0:
                links[one].append((two, like))
                links[two].append((one, like))
                sums[one] += like
                sums[two] += like
    shares = [[(other, like / sums[other]) for other, like in row] for row in links]
    ranks = [1.0] * total
    for _ in range(_ROUNDS):
        ranks = [
            (1 - _DAMPING) + _DAMPING * sum([ranks[other] * part for other, part in row]) for row in shares
        ]
    return ranks


def _similar(one: frozenset[str], two: frozenset[str]) -> float:
    shared = len(one & two)
    return shared / (len(one) * len(two)) ** 0.5 if shared else 0.0


def _choose(
    body: str, found: list[tuple[int, int]], bags: list[frozenset[str]], scores: list[float], room: int
) -> set[int]:
    chosen: set[int] = set()
    best = max(scores)
    for at in sorted(range(len(found)), key=lambda at: -scores[at]):
        if len(chosen) >= _MOST or (chosen and scores[at] < _ENOUGH * best):
            break
        wanted = _with_source(body, found, at) - chosen
        if not wanted or len(chosen | wanted) > _MOST or _length(found, chosen | wanted) > room:
            continue
        if any(_similar(bags[at], bags[other]) > _ALIKE for other in chosen):
            continue
        leans = _LEANING.match(body, found[at][0]) is not None
        if leans and at and at - 1 not in chosen:
            continue
        chosen |= wanted
    return chosen


def _with_source(body: str, found: list[tuple[int, int]], at: int) -> set[int]:
    """A sentence, and the next one where that says who claims it."""
    if at + 1 < len(found) and _SOURCE.match(body, found[at + 1][0]):
        return {at, at + 1}
    return {at}


def _length(found: list[tuple[int, int]], chosen: set[int]) -> int:
    return sum(found[at][1] - found[at][0] + 1 for at in chosen)

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
from bot.reading.boilerplate import after_dateline, blank

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

_NEW = 2  # words that a sentence must have beyond the headline
_UNFINISHED = 400  # code points: a longer text without a full stop was cut off somewhere

_FINISHED = re.compile(r"[.!?…][\"”’'»“)\]]*$")
_CUT_OFF = re.compile(
    r"(?:\.\.\.|…|[,;:(–—-]|\b(?:the|a|an|of|to|in|and|or|və|ki|ilə|üçün|bu))\W*$", re.IGNORECASE
)
#: What leans on the sentence before: connectors, pronouns, a verb of speech whose speaker was named there.
_LEANING = re.compile(
    r"(?:however|but|and|also|meanwhile|moreover|in addition|additionally|furthermore|nevertheless|instead|"
    r"similarly|likewise|yet|so|still|then|therefore|thus|such|both|in response|as a result|"
    r"at the same time|for (?:this|that) reason|according to (?:him|her|them|it)|the latter|"
    r"he|she|they|it|this(?! (?:week|month|year|morning))|that|these|those|his|her|hers|their|its|him|them|"
    r"lakin|amma|ancaq|fəqət|bununla|bundan|buna|bunu|bunun|bunlar\w*|bu(?! (?:gün|il|ay|həftə))|belə\w*|elə|"
    r"həmin|həmçinin|habelə|eyni zamanda|eləcə də|üstəlik|nəticədə|çünki|yəni|halbuki|odur ki|əslində|"
    r"o|onu|ona|onun|onlar\w*|ondan|artıq bu|daha sonra|sonra|sonradan|digər\w*|adıçəkilən|sözügedən|"
    r"qeyd ed\w+|bildir\w+|deyib|deyir|əlavə edi\w+|vurğulay\w+|xatırlad\w+|\S+ isə|\S+ \S+ isə|"
    r"rapora göre|ayrıca|ancak)\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(?:this|that|it|so|the claims?|these claims|the allegations?)\s+(?:is|was|were|has been|are)?\s*"
    r"(?:alleged|claimed|reported|stated|according|said|allegedly|denied|confirmed by)"
    r"|according to|(?:he|she|they) (?:claims?|claimed|alleges?|alleged|denies|denied|insists?|says?|said)\b"
    r"|bu barədə|bunu|bu haqda|bu haqqda|bu iddia|iddia(?:nı|lar|ları|ya görə)?\b|belə (?:iddia|deyi)"
    r"|(?:onun|onların) (?:sözlərinə|iddiasına)",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"(?:(?:[A-ZƏÖÜĞÇŞİ]{2,}|\d+)[ ,:?!-]+){3,}")  # a subheading, glued or alone
_OPENING, _CLOSING = "“«„‘", "”»’"
_PAIRS = (("(", ")"), ("[", "]"))
_BLANKED = 2 * _LONGEST
_LINES = re.compile(r"[^\r\n\u2028\u2029]+")
_MARKS = re.compile("[“”«»„‘’'\"]")
#: An Azerbaijani sentence is over with its verb, whatever dots follow.
_VERB = re.compile(r"(?:[ıiuü]b|[dt][ıiuü]r?|[ıiuü]r|acaq|əcək|m[ıiuü]ş)(?:l[aə]r)?(?:\.\.\.|…)$")
_CONTINUED = re.compile(r"(?:\.\.\.|…)\]?\s*(?:\Z|\])")  # a text that the feed cut off


def summarise(title: str, text: str, room: int = ROOM) -> tuple[str, ...]:
    """At most three sentences, in order, each a substring of `text`, together at most `room` code points.

    Empty when the text is no more than the headline. A text of one sentence gives that sentence, finished by
    a full stop or not, unless it was cut off.
    """
    body = blank(text[:_BLANKED])[:_LONGEST]
    quoted = _quotations(body)
    cut = [(after_dateline(body, start, end) if start < 200 else start, end) for start, end in spans(body)]
    found = [(start, end) for start, end in cut if _is_whole(body, start, end, quoted)][:_READ]
    if not found:
        found = [(start, end) for start, end in cut if _is_plain_line(body, start, end, quoted)][:1]
    heading = _stems(title)
    found = _without_headline(title, body, found, heading)
    if not found:
        return ()
    bags = _bags(body, found)
    scores = _scores(bags, heading)
    chosen = _choose(body, found, bags, scores, room)
    return tuple(text[found[at][0] : found[at][1]] for at in sorted(chosen))


def _quotations(body: str) -> list[tuple[int, int]]:
    """(opening mark, end) of the quotations of each line, nested ones as one; straight marks in pairs.

    A mark that is never closed in its line was a slip and does not count, unless the line begins with it or a
    colon stands before it: then all that follows in the line is quoted and goes on in the next one.
    """
    found: list[tuple[int, int]] = []
    for line in _LINES.finditer(body):
        opened: list[int] = []
        for mark in _MARKS.finditer(body, line.start(), line.end()):
            _mark(body, mark.start(), opened, found)
        if opened and (before := body[line.start() : opened[0]].rstrip()[-1:]) in ("", ":", "•", "–", "-"):
            found.append((opened[0], line.end() + (before != "")))
    return found


def _mark(body: str, at: int, opened: list[int], found: list[tuple[int, int]]) -> None:
    """Open or close a quotation at one mark."""
    letter, before, after = body[at], body[at - 1 : at], body[at + 1 : at + 2]
    free = not before or before.isspace() or before in '([—–-:“«„‘"'
    if letter in "’'" and (not (opened and body[opened[0]] == "‘") or after.isalpha()):
        return  # an apostrophe
    if letter == '"':
        opens = not any(body[place] == '"' for place in opened) and free
    else:
        opens = letter in _OPENING and (free or letter in "«„")
    if opens:
        opened.append(at)
    elif opened:
        start = opened.pop()
        if not opened:
            found.append((start, at + 1))


def _is_whole(body: str, start: int, end: int, quoted: list[tuple[int, int]]) -> bool:
    """Whether a span reads as a sentence: long enough, finished, whole quotations, brackets in pairs."""
    sentence = body[start:end]
    return bool(
        end - start >= _SHORTEST
        and _FINISHED.search(sentence)
        and _stands_alone(sentence, start, end, quoted)
        and (_VERB.search(sentence) or not _CONTINUED.search(body, max(start, end - 4), end + 20))
    )


def _is_plain_line(body: str, start: int, end: int, quoted: list[tuple[int, int]]) -> bool:
    """Whether a line without a full stop is a sentence all the same, as digests often are."""
    sentence = body[start:end]
    return bool(
        _SHORTEST <= end - start <= _UNFINISHED
        and not _FINISHED.search(sentence)
        and not _CUT_OFF.search(sentence)
        and len(sentence.split()) >= 5
        and _stands_alone(sentence, start, end, quoted)
    )


def _stands_alone(sentence: str, start: int, end: int, quoted: list[tuple[int, int]]) -> bool:
    """Whether marks and brackets are in pairs and no quotation reaches over an end of the sentence."""
    if any(sentence.count(opening) != sentence.count(closing) for opening, closing in _PAIRS):
        return False
    if sentence.count('"') % 2 or _SHOUTED.match(sentence):
        return False
    if any((a < start < b) or (a < end < b) for a, b in quoted):
        return False
    within = sum(a >= start and b <= end for a, b in quoted)
    marks = sum(sentence.count(letter) for letter in "“«„”»")
    return marks == 0 or (within > 0 and _paired(sentence))


def _paired(sentence: str) -> bool:
    """Whether as many quotations are closed as opened; some outlets close „ with “ and “ with “."""
    opened = sentence.count("“") + sentence.count("«") + sentence.count("„")
    closed = sentence.count("”") + sentence.count("»")
    if closed == 0 or "„" in sentence:
        return (opened + closed) % 2 == 0
    return opened == closed


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


def _without_headline(
    title: str, body: str, found: list[tuple[int, int]], heading: frozenset[str]
) -> list[tuple[int, int]]:
    """Leave out first sentences that only repeat the headline."""
    return [
        span
        for at, span in enumerate(found)
        if at > 1 or not _repeats(title, body[span[0] : span[1]], heading)
    ]


def _repeats(title: str, sentence: str, heading: frozenset[str]) -> bool:
    """Whether a sentence says no more than the headline: the same letters, or hardly a word besides."""
    if _letters(sentence) == _letters(title):
        return True
    words = {token.folded for token in scan(sentence)}
    fresh = [word for word in words if word[:_STEM] not in heading and (len(word) > 3 or word.isdigit())]
    return len(fresh) < _NEW


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
        wanted = _needed(body, found, at) - chosen
        if not wanted or len(chosen | wanted) > _MOST or _length(found, chosen | wanted) > room:
            continue
        if any(_similar(bags[at], bags[other]) > _ALIKE for other in chosen):
            continue
        chosen |= wanted
    return chosen


def _needed(body: str, found: list[tuple[int, int]], at: int) -> set[int]:
    """A sentence with those it leans on, and the next one where that says who claims it.

    More than three where nothing less would do: such a sentence is never chosen.
    """
    wanted = _with_source(body, found, at)
    first = at
    while first > 0 and len(wanted) <= _MOST and _LEANING.match(body, found[first][0]):
        first -= 1
        wanted.add(first)
    if _is_bare_quotation(body[found[at][0] : found[at][1]]) and len(wanted) == 1:
        wanted.update(range(at - 1, at + _MOST))
    return wanted


def _is_bare_quotation(sentence: str) -> bool:
    """Whether a sentence is somebody's words and does not say whose."""
    bare = sentence.rstrip(".!?…")
    return sentence[:1] in '“«„‘"' and bare[-1:] in '”»“’"' and not _MARKS.search(bare[1:-1].replace("'", ""))


def _with_source(body: str, found: list[tuple[int, int]], at: int) -> set[int]:
    """A sentence, and the next one where that says who claims it."""
    if at + 1 < len(found) and _SOURCE.match(body, found[at + 1][0]):
        return {at, at + 1}
    return {at}


def _length(found: list[tuple[int, int]], chosen: set[int]) -> int:
    return sum(found[at][1] - found[at][0] + 1 for at in chosen)

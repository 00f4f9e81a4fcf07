"""Which countries a text is about, and which it merely mentions.

Found in the title and the text: what stands for a country (`gazetteer`), cleared of look-alikes (`doubt`),
weighed by where it stands and by the part it plays in its sentence (`roles`). The headline decides what a
text is about and which country is the main one; what the first lines name joins unless it only passes by. It
fails closed: no evidence, no country. A dateline and the outlet's own seat say nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bot.language.doubt import Passage, settle
from bot.language.gazetteer import Sense, book, codes, not_in_slugs
from bot.language.persons import azerbaijanis
from bot.language.phrases import CAPITALS, LOWER, TITLE, Hit, Token, longest, scan
from bot.language.roles import Role, is_located, role
from bot.model import Language

__all__ = ["Countries", "Evidence", "codes", "find_countries"]

#: Weight of a hit by what was found: (title, lead, body).
_WEIGHTS = {
    "name": (6.0, 3.0, 0.6),
    "place": (5.0, 2.6, 0.5),
    "institution": (5.0, 2.4, 0.5),
    "people": (4.5, 2.4, 0.45),
    "venue": (2.4, 1.0, 0.2),
    "presumed": (4.0, 2.0, 0.4),
}
_LEAD_ROLE = 0.4  # of a role's rank counts below the headline, where sentences are long
_FIRST = 0.5  # of two equals in a headline the first named is the main one
_TITLED = 2.2  # the least counted weight of a headline's country that the headline is about
_BODY_CAP = 5.0  # a country named over and over in the background does not outweigh the title
_BODY_RANK = 4.0  # nor does it come before what the headline names
_BESIDE = 0.25  # of the body's weight that orders countries of the headline among themselves
_ABOUT = 2.2  # the least score of what a text is about when the title names a country
_UNTITLED = 0.9  # the least score when the headline names none: once in the lead, twice below
_SHARE = 0.25  # and its least share of the main country's score
_SEVERAL = 6  # a text is about no more countries than this
_LEAD = 320  # code points of the text that count as its lead
_READ = 12_000  # code points of the text that are read
_WORDS_OF_A_SLUG = 3  # a headline of fewer words without a capital is no address
_SPORT_WORDS = 60  # tokens in which the words of sport are looked for

_DATELINE = re.compile(
    r"^\s*(?:"
    r"[A-ZƏÖÜĞÇŞİ][\w.’'-]{1,30}(?:\s[A-ZƏÖÜĞÇŞİ][\w.’'-]{0,20}){0,3}"
    r"(?:,\s*[A-ZƏÖÜĞÇŞİ][\w.’' -]{1,30}){0,2}(?:,?\s*\d{1,2}[^—–:\n]{0,25})?"
    r"\s*(?:\([^)\n]{2,40}\)\s*[—–:-]{1,2}|/[^/\n]{2,20}/\s*[—–:-]{0,2}|\s[—–]|--|\s-\s)"
    r"|[A-ZƏÖÜĞÇŞİ][\w’'-]{2,20}(?:,\s*\d{1,2}\s+\w{3,9}(?:\s+\d{4})?[,.]?)\s+[A-ZƏÖÜĞÇŞİ]{4,12}(?=\s)"
    r"|[A-ZƏÖÜĞÇŞİ][\w’'-]{2,20}\.\s+[A-ZƏÖÜĞÇŞİ][\w.’'-]{2,20}:"
    r"|[A-Za-zıİƏə-]{3,20}/\d{1,2}[./]\d{1,2}[./]\d{2,4}(?:/\s*\w+)?\s*[:/.–—-]?"
    r"|[A-ZƏÖÜĞÇŞİ][\w’'-]{2,20},\s*\d{1,2}\s+\w{3,9}(?:,\s*\w+|\s*,?\s*\d{4})?[.:,]?\s*[A-Z]?\w*\s*[:–—-]\s"
    r")\s*"
)
_LONGEST_DATELINE = 90
_LISTED = frozenset({", ", " and ", ", and ", " & ", " və ", " ve ", " и ", "-", "–", "/", " ilə ", " with "})
_SPORT = frozenset({
    "futbol", "football", "soccer", "liqa", "league", "cempionat", "championship", "cup", "kubok",
    "kuboku", "match", "matc", "oyun", "qol", "goal", "komanda", "klub", "klubu", "fc", "fk", "uefa",
    "fifa", "mesqci", "coach", "olimpiya", "olympic", "olympics", "tennis", "sahmat", "chess", "medal",
    "referee", "hakim", "striker", "midfielder", "derby", "playoff", "turnir", "tournament", "voleybol",
    "basketbol", "gules", "arsenal", "stoppage", "hucumcu", "qapici", "liqasi", "liqasinda",
})  # fmt: skip
_BOOKS = {Language.AZ: "az", Language.TR: "tr", Language.RU: "ru"}


class Evidence(NamedTuple):
    """One reason for a country."""

    code: str
    found: str  #: the words of the text
    field: str  #: "title" or "text"
    at: int  #: code-point offset in that field
    weight: float  #: how much it counts for being what the text is about
    rank: float = 0.0  #: how much it counts in the order of countries
    sort: str = ""  #: name, place, institution, people, venue or presumed


class Countries(NamedTuple):
    """What `find_countries` says: ISO 3166-1 alpha-2 codes, the main one first, and the reasons."""

    about: tuple[str, ...]
    mentions: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def find_countries(title: str, text: str, lang: Language) -> Countries:
    """The countries a title with its text is about (main first), those it mentions, and why.

    `text` should have its boilerplate blanked; a dateline at its beginning is passed over here.
    """
    text = text[:_READ]
    dateline = _DATELINE.match(text)
    skip = dateline.end() if dateline and dateline.end() < _LONGEST_DATELINE else 0
    heading = _with_capitals(scan(title[:1_000]))
    tokens = scan(text)
    if skip:
        tokens = tuple(token for token in tokens if token.start >= skip)
    plain = " " + " ".join(token.folded for part in (heading, tokens) for token in part) + " "
    sport = sum(token.folded in _SPORT for part in (heading, tokens) for token in part[:_SPORT_WORDS]) >= 2
    name = _BOOKS.get(lang, "en")
    first = Passage(
        field="title",
        text=title[:1_000],
        tokens=heading,
        lang=name,
        plain=plain,
        titled=_all_titled(scan(title[:1_000])),
        shouting=_shouts(heading),
    )
    second = Passage(
        field="text",
        text=text,
        tokens=tokens,
        lang=name,
        plain=plain,
        titled=False,
        shouting=_shouts(tokens[:_SPORT_WORDS]),
        persons=first.persons,
    )
    evidence = (*_in_field(first, sport, 0), *_in_field(second, sport, skip))
    if name == "az":
        evidence = (*evidence, *_persons(first, 0), *_persons(second, skip))
    return _weigh(evidence)


def _with_capitals(heading: tuple[Token, ...]) -> tuple[Token, ...]:
    """A headline without any capital, as an address spells it, read as if each word had one."""
    if len(heading) < _WORDS_OF_A_SLUG or any(token.case != LOWER for token in heading):
        return heading
    return tuple(token if token.folded in not_in_slugs() else token._replace(case=TITLE) for token in heading)


def _all_titled(tokens: tuple[Token, ...]) -> bool:
    long = [token for token in tokens if len(token.folded) > 3]
    return len(long) > 2 and all(token.case != LOWER for token in long)


def _shouts(tokens: tuple[Token, ...]) -> bool:
    return bool(tokens) and sum(token.case == CAPITALS for token in tokens) > 0.6 * len(tokens)


def _in_field(passage: Passage, sport: bool, skip: int) -> Iterator[Evidence]:
    """The evidence of one field, each word once, in order."""
    previous: Evidence | None = None
    met: set[tuple[int, str]] = set()
    for hit in longest(book(passage.lang).find(passage.tokens)):
        code, sort = settle(hit, passage)
        if not code or (hit.first, code) in met:
            continue
        met.add((hit.first, code))
        if sport and sort in ("place", "venue") and not is_located(hit, passage):
            continue
        found = _evidence(hit, passage, code, sort, skip)
        if previous is not None and _are_listed(previous, found, passage.text):
            found = found._replace(
                weight=max(found.weight, previous.weight - 0.01), rank=min(found.rank, previous.rank)
            )
        previous = found
        yield found


def _persons(passage: Passage, skip: int) -> Iterator[Evidence]:
    """What names in full presume: a country where no other is named."""
    for person in azerbaijanis(passage.tokens):
        hit = Hit(person.first, person.last, Sense("AZ", "presumed"))
        yield _evidence(hit, passage, "AZ", "presumed", skip)


def _evidence(hit: Hit[Sense], passage: Passage, code: str, sort: str, skip: int) -> Evidence:
    first = passage.tokens[hit.first]
    at = first.start - skip
    title, lead, body = _WEIGHTS[sort]
    near = passage.field == "title" or at < _LEAD
    part = role(hit, passage, sort) if near else Role()
    weight = title if passage.field == "title" else lead if near else body
    scale = 1.0 if passage.field == "title" else _LEAD_ROLE
    return Evidence(
        code,
        passage.words(hit),
        passage.field,
        first.start,
        round(weight * part.share, 2),
        round(weight + part.rank * scale, 2),
        sort,
    )


def _are_listed(previous: Evidence, found: Evidence, text: str) -> bool:
    """Whether two names stand in one enumeration: what holds for the first holds for the second."""
    if previous.field != found.field or previous.sort != found.sort:
        return False
    return text[previous.at + len(previous.found) : found.at] in _LISTED


@dataclass(slots=True)
class _Case:
    """What speaks for one country."""

    titled: float = 0.0
    title_rank: float | None = None
    body: float = 0.0
    body_rank: float = 0.0
    venue: bool = True

    def add(self, reason: Evidence) -> None:
        self.venue = self.venue and reason.sort == "venue"
        if reason.field == "title":
            self.titled = max(self.titled, reason.weight)
            self.title_rank = max(self.title_rank or reason.rank, reason.rank)
        else:
            self.body += reason.weight
            self.body_rank += reason.rank

    @property
    def score(self) -> float:
        return self.titled + min(self.body, _BODY_CAP)

    @property
    def order(self) -> float:
        body = min(self.body_rank, _BODY_RANK)
        return body if self.title_rank is None else self.title_rank + _BESIDE * body


def _weigh(evidence: tuple[Evidence, ...]) -> Countries:
    evidence = _without_presumed(evidence)
    cases: dict[str, _Case] = {}
    for number, reason in enumerate(evidence):
        if not number and reason.field == "title":
            reason = reason._replace(rank=reason.rank + _FIRST)
        cases.setdefault(reason.code, _Case()).add(reason)
    order = sorted(cases, key=lambda code: -cases[code].order)  # stable: the first named wins a tie
    top = max((case.score for case in cases.values()), default=0.0)
    titled = any(case.titled >= _TITLED and not case.venue for case in cases.values())
    least = max(_ABOUT if titled else _UNTITLED, _SHARE * top)
    about = [
        code
        for code in order
        if not cases[code].venue and (cases[code].titled >= _TITLED or cases[code].score >= least)
    ]
    if not about:
        about = [code for code in order if cases[code].titled and not cases[code].venue][:1]
    return Countries(
        tuple(about[:_SEVERAL]), tuple(code for code in order if code not in about[:_SEVERAL]), evidence
    )


def _without_presumed(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Institutions and names that every country has speak for the reader's own where no other is named.

    Beside another country they do so in a headline whose lead names the reader's own: the minister of the
    headline is then the minister of the lead.
    """
    sure = [reason for reason in evidence if reason.sort not in ("presumed", "venue")]
    certain = {reason.code for reason in sure}
    leading = {reason.code for reason in sure if reason.field == "title" or reason.at < _LEAD}
    return tuple(
        reason
        for reason in evidence
        if reason.sort != "presumed"
        or certain <= {reason.code}
        or (reason.field == "title" and reason.code in leading)
    )

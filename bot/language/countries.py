"""Which countries a text is about, and which it merely mentions.

Names come from CLDR, the rest (short names, inhabitants, capitals, cities, institutions) from
`data/countries.toml`; both are found inflected, the longest phrase first, so that `Cənubi Sudan` is not
`Sudan`. It fails closed: no evidence, no country. Words that are a country only sometimes (Georgia, Jordan,
Mali) need a second clue. A dateline and the outlet's own seat say nothing. Pure.
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

from bot.language.letters import fold
from bot.language.phrases import CAPITALS, LOWER, TITLE, Book, Hit, Token, longest, scan
from bot.model import Language

#: CLDR codes that are not ISO 3166-1: islands of somebody, unions, test data. Kosovo (XK) is in common use.
_NOT_ISO = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})

#: Weight of a hit by what was found: (title, lead, body).
_WEIGHTS = {
    "name": (6.0, 3.0, 1.0),
    "place": (5.0, 2.6, 0.9),
    "institution": (5.0, 2.4, 0.8),
    "people": (4.0, 2.2, 0.7),
    "venue": (2.6, 1.2, 0.4),
}
_SECTIONS = (("names", "name"), ("places", "place"), ("institutions", "institution"), ("venues", "venue"))
_ATTRIBUTE = frozenset(
    {
        "protest",
        "protests",
        "protester",
        "protesters",
        "post",
        "posts",
        "rally",
        "march",
        "solidarity",
        "style",
        "backed",
        "made",
        "led",
        "linked",
    }
)
_TALKS = frozenset({"talks", "meeting", "summit", "negotiations", "meet", "meets", "conference"})
_TITLED = 3.0  # the least weight of a headline's country that the headline is about
_BODY_CAP = 3.0  # a country named over and over in the background does not outweigh the title
_ABOUT = 3.0  # the least score of what a text is about when the title names nothing stronger
_UNTITLED = 1.2  # the least score when the headline names no country: once in the lead
_SHARE = 0.45  # and its least share of the main country's score
_SEVERAL = 5  # a headline names no more countries than this as its subject
_LEAD = 320  # code points of the text that count as its lead
_READ = 12_000  # code points of the text that are read

_DATELINE = re.compile(
    r"^\s*(?:"
    r"[A-ZƏÖÜĞÇŞİ][\w.’'-]{1,30}(?:\s[A-ZƏÖÜĞÇŞİ][\w.’'-]{0,20}){0,3}"
    r"(?:,\s*[A-ZƏÖÜĞÇŞİ][\w.’' -]{1,30}){0,2}(?:,?\s*\d{1,2}[^—–:\n]{0,25})?"
    r"\s*(?:\([^)\n]{2,40}\)\s*[—–:-]{0,2}|/[^/\n]{2,20}/\s*[—–:-]{0,2}|\s[—–]|--|\s-\s)"
    r"|[A-Za-zıİƏə-]{3,20}/\d{1,2}[./]\d{1,2}[./]\d{2,4}(?:/\s*\w+)?\s*[:/.–—-]?"
    r"|[A-ZƏÖÜĞÇŞİ][\w’'-]{2,20},\s*\d{1,2}\s+\w{3,9}(?:,\s*\w+|\s*,?\s*\d{4})?[.:,]?\s*[A-Z]?\w*\s*[:–—-]\s"
    r")\s*"
)
_LOCATIVE_AZ = re.compile(r"(?:n?[dt][ae](?:ki\w*)?)$")
_SURNAME_AZ = re.compile(
    r"(?:[oe]va?|yeva?|zade|oglu|qizi|beyli|[a-z]{3}l[iu])(?:n?[iu]n|[dt][ae]n?|n?[aeiu]|ya|ye|l[ae])?$"
)
_LOCATIVE_EN = frozenset({"in", "across", "inside", "within", "near", "outside"})
_TOWARDS_EN = frozenset({
    "urge", "urges", "urged", "call", "calls", "press", "presses", "pressed", "ask", "asks",
    "asked", "warn", "warns", "condemn", "condemns", "condemned", "accuse", "accuses", "accused",
    "criticise", "criticises", "criticize", "criticizes", "slam", "slams", "sanctions", "sanction",
    "tells", "demands", "against", "demand", "rebuke", "rebukes", "denounce", "denounces",
})  # fmt: skip
_SPORT = frozenset({
    "futbol", "football", "soccer", "liqa", "league", "cempionat", "championship", "cup", "kubok",
    "kuboku", "match", "matc", "oyun", "qol", "goal", "komanda", "klub", "klubu", "fc", "fk", "uefa",
    "fifa", "mesqci", "coach", "olimpiya", "olympic", "olympics", "tennis", "sahmat", "chess", "medal",
    "referee", "hakim", "striker", "midfielder", "derby", "playoff", "turnir", "tournament", "voleybol",
    "basketbol", "gules",
})  # fmt: skip


class Evidence(NamedTuple):
    """One reason for a country."""

    code: str
    found: str  #: the words of the text
    field: str  #: "title" or "text"
    at: int  #: code-point offset in that field
    weight: float


class Countries(NamedTuple):
    """What `find_countries` says: ISO 3166-1 alpha-2 codes, the main one first, and the reasons."""

    about: tuple[str, ...]
    mentions: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class _Sense(NamedTuple):
    """What a phrase stands for."""

    code: str  #: "" when it only looks like a country
    sort: str  #: name, place, institution, people, nothing, ambiguous
    rule: int = -1  #: for ambiguous: which


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """When an ambiguous word is a country."""

    country: str
    instead: str
    default: str
    person: bool
    clue: tuple[str, ...]
    against: tuple[str, ...]
    needs_clue: bool


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("bot.language").joinpath("data/countries.toml").read_text("utf-8"))


@cache
def codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code, and XK."""
    names = Locale("en").territories
    return frozenset(
        code for code in map(str, names) if len(code) == 2 and code.isalpha() and code not in _NOT_ISO
    )


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            country=entry["country"],
            instead=entry.get("instead", ""),
            default=entry.get("default", entry["country"]),
            person=entry.get("person", False),
            clue=tuple(" " + _plain(word) for word in entry.get("clue", ())),
            against=tuple(" " + _plain(word) for word in entry.get("against", ())),
            needs_clue=bool(entry.get("clue")) and not entry.get("against") and "instead" not in entry
            and not entry.get("person", False),
        )
        for entry in _data()["ambiguous"]
    )  # fmt: skip


def _plain(phrase: str) -> str:
    return " ".join(token.folded for token in scan(phrase))


@cache
def _book(lang: str) -> Book[_Sense]:
    """Everything that stands for a country in `lang` ("az" or "en")."""
    book: Book[_Sense] = Book(azerbaijani=lang == "az", names=True)
    taken: set[str] = set()
    for number, entry in enumerate(_data()["ambiguous"]):
        for word in entry.get(lang, ()):
            taken.add(fold(word))
            book.add("^" + word, _Sense(entry["country"], "ambiguous", number))
    seen: set[tuple[str, str]] = set()
    for phrase, sense in _phrases(lang):
        if fold(phrase.lstrip("^=")) not in taken and (phrase, sense.code) not in seen:
            seen.add((phrase, sense.code))
            book.add(phrase, sense)
    return book


def _phrases(lang: str) -> Iterator[tuple[str, _Sense]]:
    data = _data()
    for phrase in data["nothing"][lang]:
        yield phrase, _Sense("", "nothing")
    for code, name in _cldr_names(lang):
        yield "^" + name, _Sense(code, "name")
        if lang == "az" and name.isalpha():
            yield name + _resident(name), _Sense(code, "people")
    for section, sort in _SECTIONS:
        for code, by_language in data[section].items():
            for phrase in by_language[lang]:
                yield (phrase if phrase[0] in "^=" else "^" + phrase), _Sense(code, sort)
                if lang == "az" and sort == "place" and phrase.isalpha() and len(phrase) > 3:
                    yield phrase + _resident(phrase), _Sense(code, "people")
    for code, words in data["people_az" if lang == "az" else "people_en"].items():
        for word in words:
            yield (word if lang == "az" else "^" + word), _Sense(code, "people")


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


def find_countries(title: str, text: str, lang: Language) -> Countries:
    """The countries a title with its text is about (main first), those it mentions, and why.

    `text` should have its boilerplate blanked; a dateline at its beginning is passed over here.
    """
    text = text[:_READ]
    dateline = _DATELINE.match(text)
    skip = dateline.end() if dateline and dateline.end() < 90 else 0
    parts = (("title", title[:1_000]), ("text", " " * skip + text[skip:]))
    scans = [(field, part, scan(part)) for field, part in parts]
    plain = " " + " ".join(token.folded for _, _, tokens in scans for token in tokens) + " "
    sport = sum(token.folded in _SPORT for _, _, tokens in scans for token in tokens[:60]) >= 2
    evidence: list[Evidence] = []
    persons: set[str] = set()
    for name in _languages(lang):
        for field, part, tokens in scans:
            evidence.extend(_in_field(field, part, tokens, name, plain, sport, persons, skip))
    return _weigh(tuple(evidence))


def _languages(lang: Language) -> tuple[str, ...]:
    if lang in (Language.AZ, Language.TR):
        return ("az",)
    if lang is Language.EN:
        return ("en",)
    return ("en",) if lang in (Language.OTHER, Language.UND) else ()


def _in_field(
    field: str,
    part: str,
    tokens: tuple[Token, ...],
    lang: str,
    plain: str,
    sport: bool,
    persons: set[str],
    skip: int,
) -> Iterator[Evidence]:
    hits = longest(_book(lang).find(tokens))
    headline = field == "title" and _all_titled(tokens)
    shouting = bool(tokens) and sum(token.case == CAPITALS for token in tokens) > 0.6 * len(tokens)
    for hit in hits:
        code, sort = _settle(hit, tokens, part, lang, plain, persons, headline)
        if not code:
            continue
        if lang == "az" and sort == "people" and not shouting and _is_surname(hit, tokens, part):
            continue
        if lang == "az" and sort == "place" and _is_given_name(hit, tokens, part):
            continue
        first, last = tokens[hit.first], tokens[hit.last]
        place = _located(hit, tokens, lang)
        if sport and sort == "place" and not place:
            continue
        weight = _weight(field, sort, first.start - skip)
        if field == "title" or first.start - skip < _LEAD:
            weight += _tilt(hit, tokens, part, lang, field, place)
        yield Evidence(code, part[first.start : last.end], field, first.start, round(weight, 2))


def _weight(field: str, sort: str, at: int) -> float:
    title, lead, body = _WEIGHTS[sort]
    if field == "title":
        return title
    return lead if at < _LEAD else body


def _tilt(
    hit: Hit[_Sense], tokens: tuple[Token, ...], part: str, lang: str, field: str, place: bool
) -> float:
    """A little more for where it happens and for who is addressed, a little less for who speaks."""
    scale = 1.0 if field == "title" else 0.4
    tilt = 1.5 if place else 0.0
    if lang == "en":
        after = tokens[hit.last + 1 : hit.last + 4]
        before = tokens[max(0, hit.first - 4) : hit.first]
        close = bool(after) and part[tokens[hit.last].end : after[0].start] in (" ", "-")
        if any(token.folded in _TOWARDS_EN for token in after):
            tilt -= 2.5
        if any(token.folded in _TOWARDS_EN for token in before):
            tilt += 1.0
        if after and close and after[0].folded in _ATTRIBUTE:
            tilt -= 3.5
        if place and any(token.folded in _TALKS for token in before[-2:]):
            tilt -= 4.0
    elif field == "title" and _is_dative(tokens[hit.last].folded, lang):
        tilt += 1.5
    return tilt * scale


def _is_dative(folded: str, lang: str) -> bool:
    """Whether an Azerbaijani name stands in the dative: whom something is done or said to."""
    return folded[-1:] in ("a", "e") and not _LOCATIVE_AZ.search(folded) and not _book(lang).is_bare(folded)


def _located(hit: Hit[_Sense], tokens: tuple[Token, ...], lang: str) -> bool:
    if lang == "en":
        before = tokens[hit.first - 1].folded if hit.first else ""
        return before in _LOCATIVE_EN
    return _LOCATIVE_AZ.search(tokens[hit.last].folded) is not None


def _all_titled(tokens: tuple[Token, ...]) -> bool:
    long = [token for token in tokens if len(token.folded) > 3]
    return len(long) > 2 and all(token.case != LOWER for token in long)


def _is_surname(hit: Hit[_Sense], tokens: tuple[Token, ...], part: str) -> bool:
    """A word for a people that is written with a capital where no sentence begins, or before a name."""
    first = tokens[hit.first]
    if first.case == LOWER:
        return False
    following = tokens[hit.last + 1] if hit.last + 1 < len(tokens) else None
    close = following is not None and part[tokens[hit.last].end : following.start] == " "
    if close and following is not None and following.case != LOWER:
        return True
    before = part[max(0, first.start - 3) : first.start].strip()
    return bool(before or first.start > 2) and before[-1:] not in (
        ".",
        "!",
        "?",
        "…",
        "“",
        '"',
        ":",
        "–",
        "—",
        "\n",
    )


def _is_given_name(hit: Hit[_Sense], tokens: tuple[Token, ...], part: str) -> bool:
    """A town's name right before a surname is a person's: Şirvan Kərimov, Oğuz Həsənli."""
    following = tokens[hit.last + 1] if hit.last + 1 < len(tokens) else None
    if following is None or following.case == LOWER or part[tokens[hit.last].end : following.start] != " ":
        return False
    return _SURNAME_AZ.search(following.folded) is not None


def _settle(
    hit: Hit[_Sense],
    tokens: tuple[Token, ...],
    part: str,
    lang: str,
    plain: str,
    persons: set[str],
    headline: bool,
) -> tuple[str, str]:
    """(code, sort) of a hit; the code is empty when it is no country here."""
    sense = hit.what
    if sense.sort != "ambiguous":
        return sense.code, sense.sort
    rule = _rules()[sense.rule]
    clues = sum(clue in plain for clue in rule.clue)
    against = sum(word in plain for word in rule.against)
    word = tokens[hit.first].folded
    if rule.person and not _is_place(hit, tokens, part, lang, clues, persons, headline):
        persons.add(word)
        return "", ""
    if against > clues:
        return rule.instead, "name"
    if rule.needs_clue and not clues:
        return "", ""
    if clues and not against:
        return rule.country, "name"
    return rule.default, "name"


def _is_place(
    hit: Hit[_Sense],
    tokens: tuple[Token, ...],
    part: str,
    lang: str,
    clues: int,
    persons: set[str],
    headline: bool,
) -> bool:
    """Whether a word that is also a person's name stands for the country."""
    first, last = tokens[hit.first], tokens[hit.last]
    before = tokens[hit.first - 1] if hit.first else None
    after = tokens[hit.last + 1] if hit.last + 1 < len(tokens) else None
    if before is not None and before.folded in _LOCATIVE_EN | {"from", "to", "of"}:
        return True
    if lang == "az" and _LOCATIVE_AZ.search(last.folded):
        return True
    named = (
        before is not None
        and before.case == TITLE
        and part[before.end : first.start] == " "
        and before.folded not in _ORDINARY
    ) or (
        after is not None
        and after.case == TITLE
        and part[last.end : after.start] == " "
        and after.folded not in _ORDINARY
    )
    if clues >= 2 or (clues and not named):
        return True
    if headline:
        return first.folded not in persons and not (
            named and after is not None and not _is_verb(after.folded)
        )
    return not named and first.folded not in persons


_ORDINARY = frozenset({
    "king", "president", "prime", "foreign", "minister", "parliament", "court", "the", "in", "and",
    "court's", "army", "police", "queen",
})  # fmt: skip


def _is_verb(word: str) -> bool:
    return (
        word.endswith(("s", "ed", "ing"))
        or word in _LOCATIVE_EN
        or word in {"to", "and", "must", "court", "police"}
    )


def _weigh(evidence: tuple[Evidence, ...]) -> Countries:
    score: dict[str, float] = {}
    body: dict[str, float] = {}
    counts: dict[str, int] = {}
    titled: dict[str, float] = {}
    for reason in evidence:
        counts[reason.code] = counts.get(reason.code, 0) + 1
        score.setdefault(reason.code, 0.0)
        if reason.field == "title":
            titled[reason.code] = max(titled.get(reason.code, 0.0), reason.weight)
        else:
            body[reason.code] = body.get(reason.code, 0.0) + reason.weight
    for code in score:
        score[code] = titled.get(code, 0.0) + min(body.get(code, 0.0), _BODY_CAP + 2.0)
    order = sorted(score, key=lambda code: -score[code])  # stable: the first named wins a tie
    top = score[order[0]] if order else 0.0
    least = max(_ABOUT if titled else _UNTITLED, _SHARE * top)
    about = tuple(code for code in order if titled.get(code, 0.0) >= _TITLED or score[code] >= least)[
        :_SEVERAL
    ]
    return Countries(about, tuple(code for code in order if code not in about), evidence)

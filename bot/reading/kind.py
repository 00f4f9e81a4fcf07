"""What sort of document an article is: report, urgent action, judgment, statement, or news.

The headline is asked first, the first lines next. Words decide alone (`urgent action`, `birgə bəyanat`), or
as a speaker with a verb (`the Supreme Court` ... `overturns`, `UN experts` ... `condemn`), because
`overturns` or `demands` alone are said of anybody; or the headline has the form of a document
(`Samplev v. Azerbaijan`, `Turkey: Drop the case`). The words are in `data/kinds.toml`. Pure.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.language.phrases import Book, Hit, Token, longest, scan
from bot.language.sentences import spans
from bot.model import Kind, Language

_LEAD = 400  # code points of the text that can decide
_NEAR = 12  # tokens from the speaker to the verb in a headline
_NEARER = 4  # and in the first sentence, where more is said
_ORDER = (Kind.URGENT_ACTION, Kind.JUDGMENT, Kind.REPORT, Kind.STATEMENT)
_PLACES = ("title", "lead", "who", "says")

#: `Samplev v. Azerbaijan`, `№25/11 ... AZƏRBAYCANA QARŞI – 2 MAY 2020`, `Nümunəyev Azərbaycana qarşı`.
_CASE = re.compile(
    r"\bv(?:s)?\. (?:the )?[A-ZƏÖÜĞÇŞİ]\w+"
    r"|№ ?\d+/\d\d.{0,80}\bqarşı\b"
    r"|^[^:,.!?]{3,60}\w[aə] qarşı(?: işi\b.*|\W*$|\W+\d{1,2} \w+ \d{4}.*)",
    re.IGNORECASE,
)
#: A demand in the imperative after the name of whom it is put to: `Turkey: Drop the case`.
_DEMAND = re.compile(
    r"^[^:]{2,60}:\s+(?:Immediately |Urgently )?(?:Release|Free|Drop|End|Stop|Halt|Investigate|Respect"
    r"|Protect|Quash|Lift|Ensure|Let|Allow|Revoke|Repeal|Amend|Withdraw|Abolish|Overturn|Restore"
    r"|Don[’']t|Do not|Scrap)\b"
)
#: The headline of an appeal for one person: place, what happens, name: `Iran: Writer at risk: Sample Person`.
_APPEAL = re.compile(
    r"^[A-Z][\w ’'-]{2,40}: [^:]{8,120}: (?:Dr\.? |Prof\.? )?[A-Z][\w’'-]+(?: [\w’'-]+){1,4}$"
)
_QUOTE_BEFORE = re.compile(r"[”\"»'’]\s*[-–—]\s*[“\"«]?(?:\S{1,30}\s){0,3}$")
_QUOTE_AFTER = re.compile(r"[”\"»]?:\s*[“\"«„‘']")
_FORMS = ((_CASE, Kind.JUDGMENT), (_APPEAL, Kind.URGENT_ACTION), (_DEMAND, Kind.STATEMENT))


class KindFound(NamedTuple):
    """The kind, and the words that told it ("" for news, which is the rest)."""

    kind: Kind
    words: str = ""
    field: str = "title"
    at: int = 0


class _What(NamedTuple):
    kind: Kind
    place: str  #: of `_PLACES`


@cache
def _book(lang: str) -> Book[_What]:
    data = tomllib.loads(files("bot.reading").joinpath("data/kinds.toml").read_text("utf-8"))
    book: Book[_What] = Book(azerbaijani=lang == "az")
    for kind in (*_ORDER, Kind.NEWS):
        for place in _PLACES:
            for phrase in data[kind.value].get(place, {}).get(lang, "").split(";"):
                if phrase.strip():
                    book.add(phrase.strip(), _What(kind, place))
    return book


def find_kind(title: str, text: str, lang: Language) -> KindFound:
    """The kind of document; a lead decides only by words that say so themselves."""
    if lang is Language.RU:
        return KindFound(Kind.NEWS)
    book = _book("az" if lang in (Language.AZ, Language.TR) else "en")
    title, lead = title[:1_000], text[:_LEAD]
    found = _found(book, title, "title")
    if Kind.URGENT_ACTION not in found:
        for pattern, kind in _FORMS:
            form = pattern.search(title)
            if form:
                return KindFound(kind, form.group(), "title", form.start())
    found = found or _found(book, lead, "text")
    return _first(found) if found else KindFound(Kind.NEWS)


def _first(found: dict[Kind, KindFound]) -> KindFound:
    """The strongest kind; of a report and a statement about each other, what is named first."""
    best = next(found[kind] for kind in _ORDER if kind in found)
    other = found.get(Kind.STATEMENT)
    return other if other and best.kind is Kind.REPORT and other.at < best.at else best


def _found(book: Book[_What], part: str, field: str) -> dict[Kind, KindFound]:
    tokens = scan(part)
    hits = longest(book.find(tokens))
    alone = ("title", "lead") if field == "title" else ("lead",)
    found: dict[Kind, KindFound] = {}
    for hit in hits:
        if hit.what.kind is not Kind.NEWS and hit.what.place in alone:
            found.setdefault(hit.what.kind, _words(part, tokens, hit, hit, field))
    reach = len(part) if field == "title" else _first_sentence(part)
    for kind in (Kind.JUDGMENT, Kind.REPORT, Kind.STATEMENT):
        if kind not in found:
            near = _NEAR if field == "title" else _NEARER
            pair = _spoken([hit for hit in hits if tokens[hit.last].end <= reach], kind, near)
            if pair:
                found[kind] = _words(part, tokens, *pair, field)
    if field == "title" and not found:
        found.update(_quoted(part, tokens, hits))
    return found


def _quoted(title: str, tokens: tuple[Token, ...], hits: list[Hit[_What]]) -> dict[Kind, KindFound]:
    """A headline that is a quotation of a body which makes statements: `“...” – BMT`, `Amnesty: “...”`."""
    for hit in hits:
        if hit.what == (Kind.STATEMENT, "who"):
            before, after = title[: tokens[hit.first].start], title[tokens[hit.last].end :]
            if _QUOTE_BEFORE.search(before) and not after.strip(' .”"»'):
                return {Kind.STATEMENT: _words(title, tokens, hit, hit, "title")}
            if _QUOTE_AFTER.match(after) and not before.strip(' “"«'):
                return {Kind.STATEMENT: _words(title, tokens, hit, hit, "title")}
    return {}


def _first_sentence(part: str) -> int:
    return next((end for start, end in spans(part) if end - start > 25), 0)


def _spoken(hits: list[Hit[_What]], kind: Kind, near: int) -> tuple[Hit[_What], Hit[_What]] | None:
    """A speaker and a verb near each other; a court or a report may also be named after its finding."""
    speakers = [hit for hit in hits if hit.what == (kind, "who")]
    verbs = [hit for hit in hits if hit.what == (kind, "says")]
    for speaker in speakers:
        for verb in verbs:
            gap = verb.first - speaker.last
            if 0 < gap <= near:
                return speaker, verb
            if kind is not Kind.STATEMENT and 0 < speaker.first - verb.last <= near:
                return verb, speaker
    return None


def _words(
    part: str, tokens: tuple[Token, ...], first: Hit[_What], last: Hit[_What], field: str
) -> KindFound:
    start = tokens[first.first].start
    return KindFound(first.what.kind, part[start : tokens[last.last].end], field, start)

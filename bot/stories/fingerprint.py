"""What is left of an article when its words are taken away: names, numbers, days, meanings. Pure.

Two reporters who tell one event in two languages share hardly a word. They share who (names, spelt as each
language hears them), how much (terms, sums, counts, articles of a code), when (days) and what happened
(concepts that have words in both languages). A fingerprint holds these as keys that are equal, or nearly so,
in every language; `likeness` compares two of them, `recent` finds those worth comparing.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from bot.language.concepts import book as concept_book
from bot.language.dates import dates
from bot.language.gazetteer import book as countries_book
from bot.language.glossary import pairs
from bot.language.names import NameKey, is_same_name, name_keys
from bot.language.numbers import articles as code_articles
from bot.language.numbers import numbers
from bot.language.persons import is_given_name, is_surname
from bot.language.phrases import LOWER, Book, Token, scan
from bot.language.suffixes import BACK, FRONT, begins, is_noun_chain
from bot.language.words import Shape
from bot.links import host_of, link_key
from bot.model import Article, Language
from bot.stories.speakers import speakers_of
from bot.stories.stages import stages_of

HEAD = 320  #: code points of a text that say what it reports; what follows is background more and more often
BODY = 1_600  #: code points that are read at all: a report's facts are told by then
_SHORTEST_NAME = 3
_MOST_NAMES = 60
_NEWS_LEAST = 60  # code points that stand before any background
_BACKGROUND = re.compile(
    r"(?<!\S)(?:\*{1,3}\s?(?=\w)|(?:Xatırladaq|Xatırlatma|Qeyd edək ki|Qeyd olunsun|Recall that|To recall)\b)"
)
_STEM = 6  # letters by which words of one language are compared
_GAP = re.compile(r"[\s\u00a0]+|-")
_NUMERIC_ID = re.compile(r"(?<!\d)(\d{4,12})(?!\d)")
_DATE_ID = re.compile(r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?\Z")
_SOFT_S = str.maketrans("ş", "s")

#: What is counted, by the word beside the number, as search keys of either language.
_UNITS = {
    "year": ("il", "ill", "year"),
    "month": ("ay", "month"),
    "day": ("gun", "sutka", "day"),
    "hour": ("saat", "hour"),
    "people": (
        "nefer", "adam", "sexs", "people", "person", "jurnalist", "journalist", "feal", "activist",
        "mehbus", "prisoner", "usaq", "child", "children", "qadin", "women", "woman", "numayisci",
        "protester", "isci", "worker", "esger", "soldier", "telebe", "student", "vekil", "lawyer",
        "men", "man", "miqrant", "migrant", "detainee", "others", "civilian", "sakin", "resident",
        "members", "uzv", "civil", "mulki", "dead", "killed", "detained", "arrested", "olu", "yarali",
        "wounded", "injured", "inmate", "girl", "boy", "refugee", "qacqin",
    ),
    "money": ("manat", "azn", "dollar", "avro", "euro", "usd", "eur", "rubl", "ruble", "lari", "lira", "gel"),
    "percent": ("faiz", "percent", "per"),
}  # fmt: skip
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_AGE = ("yasli", "yasinda", "old", "aged")

#: Begin sentences with a capital and are no names.
_STARTERS = frozenset(
    """bu o onun onlar onlari hemin bele bununla lakin amma ancaq daha ise eger cunki sonra evvel hazirda
    artiq butun bir iki uc indi burada orada belelikle eyni her hec kim ne niye nece neden beli xeyr
    mehz yalniz the a an in on at he she it they we his her its their this that these those after before
    according as by for from with while when where who what why how but and or nor not no more most all
    some two three four five six seven eight nine ten new former also earlier last next since under over
    during between against police court mr mrs ms dr news video photo breaking live exclusive interview
    opinion update foto xeber son deqiqe muallif monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december jan feb
    mar apr jun jul aug sep sept oct nov dec yanvar fevral mart aprel iyun iyul avqust sentyabr oktyabr
    noyabr dekabr bazar ertesi cersenbe axsami cume senbe says said told milli meclis majlis mejlis""".split()  # noqa: SIM905 - a table of words reads best as words
)


class Name(NamedTuple):
    """A capitalised word that is no ordinary one, with every key that it may stand for."""

    word: str
    keys: tuple[NameKey, ...]
    titled: bool  #: it stands in the headline


class Person(NamedTuple):
    """Somebody named in full."""

    given: tuple[NameKey, ...]
    surname: tuple[NameKey, ...]
    words: str
    titled: bool  #: named in the headline
    near: bool  #: named in the headline or in the first lines
    sure: bool  #: the names are such as people have: two capitals alone may be a company


class Count(NamedTuple):
    """A number with what it counts ("" when that is not known)."""

    value: float
    unit: str

    @property
    def key(self) -> str:
        return f"{self.value:g}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """One article as the linker sees it."""

    id: str
    lang: str  #: "az", "en" or another code
    outlet: str  #: the site that published it, or its source
    published: datetime
    title: str
    names: tuple[Name, ...]
    persons: tuple[Person, ...]
    counts: frozenset[Count]  #: of the headline and the first lines
    numbers: frozenset[str]
    codes: frozenset[str]  #: articles of codes, 206.3.2
    days: frozenset[date]
    concepts: frozenset[str]
    title_concepts: frozenset[str]
    stages: frozenset[str]  #: what happened, by the headline
    near_stages: frozenset[str]  #: and by the first lines
    speakers: frozenset[str]  #: organisations and states in the headline or the first lines
    words: frozenset[str]  #: beginnings of words, for texts in one language
    title_words: frozenset[str]
    countries: tuple[str, ...]
    ids: frozenset[int]  #: numbers in the address that may be its number at the outlet
    image: str | None
    statement: bool  #: published by an organisation that speaks of cases, not by a news outlet
    body: bool  #: there is a text below the headline

    @property
    def leads(self) -> Iterator[str]:
        """By what an article that tells the same is found: names, figures, and its headline's words."""
        for name in self.names:
            for skeleton in skeletons(name):
                yield f"n{skeleton}"
        yield from map(number_key, self.numbers)
        yield from map(code_key, self.codes)
        yield from map(concept_key, self.title_concepts)
        yield from (word_key(self.lang, word) for word in self.title_words)


def number_key(number: str) -> str:
    """How a number is filed."""
    return f"#{number}"


def code_key(code: str) -> str:
    """How an article of a code is filed."""
    return f"§{code}"


def day_key(day: date) -> str:
    """How a day is filed."""
    return f"@{day.isoformat()}"


def concept_key(concept: str) -> str:
    """How a meaning is filed."""
    return f"c{concept}"


def word_key(lang: str, word: str) -> str:
    """How the beginning of a word is filed: by language, for it means something in that one alone."""
    return f"{lang}:{word}"


def fingerprint(article: Article) -> Fingerprint:
    """The fingerprint of an article; never raises, whatever the text."""
    lang = article.lang.value
    title, text = article.title[:400], _without_background(article.text)[:BODY]
    above, below = scan(title), scan(text)
    near = [token for token in below if token.start < HEAD]
    common = _common(above, below)
    names = _names(above, below, lang, common)
    title_concepts = _concepts(above, lang)
    near_text = text[:HEAD]
    counts = frozenset(_counts(title, lang)) | frozenset(_counts(near_text, lang))
    rest = frozenset(_counts(text[HEAD:], lang))
    return Fingerprint(
        id=article.id,
        lang=lang,
        outlet=_outlet(article),
        published=article.published,
        title=article.title,
        names=names,
        persons=tuple(_persons(above, lang, titled=True, common=common))
        + tuple(_persons(below, lang, titled=False, common=common)),
        counts=counts,
        numbers=frozenset(_telling(counts | rest)),
        codes=frozenset(code_articles(title + " " + text)),
        days=frozenset(_days(title + ". " + text, lang, article.published)),
        concepts=title_concepts | _concepts(below, lang),
        title_concepts=title_concepts,
        stages=stages_of(above, lang),
        near_stages=stages_of(tuple(near), lang),
        speakers=speakers_of((*above, *near), lang, host_of(article.url) if article.url else None),
        words=frozenset(_words((*above, *below))),
        title_words=frozenset(_words(above)),
        countries=article.countries,
        ids=_ids(article.url),
        image=link_key(article.image) if article.image else None,
        statement=_is_statement(article),
        body=len(text) >= 40,
    )


def pack(one: Fingerprint) -> bytes:
    """A fingerprint as compressed JSON, about 1 kB; `unpack` reads it."""
    row = {name: _plain(getattr(one, name)) for name in _FIELDS}
    return zlib.compress(json.dumps(row, separators=(",", ":")).encode("ascii"))


def unpack(packed: bytes) -> Fingerprint:
    """A packed fingerprint. Raises ValueError for what another version wrote in another way."""
    try:
        row = json.loads(zlib.decompress(packed))
        return Fingerprint(
            id=row["id"],
            lang=row["lang"],
            outlet=row["outlet"],
            published=datetime.fromisoformat(row["published"]),
            title=row["title"],
            names=tuple(Name(word, _name_keys(keys), titled) for word, keys, titled in row["names"]),
            persons=tuple(
                Person(_name_keys(given), _name_keys(surname), words, titled, near, sure)
                for given, surname, words, titled, near, sure in row["persons"]
            ),
            counts=frozenset(Count(value, unit) for value, unit in row["counts"]),
            days=frozenset(map(date.fromisoformat, row["days"])),
            countries=tuple(row["countries"]),
            ids=frozenset(row["ids"]),
            image=row["image"],
            statement=row["statement"],
            body=row["body"],
            **{name: frozenset(row[name]) for name in _SETS},
        )
    except (KeyError, TypeError, ValueError, zlib.error) as wrong:
        raise ValueError(f"no fingerprint: {type(wrong).__name__}") from wrong


_SETS = (
    "numbers",
    "codes",
    "concepts",
    "title_concepts",
    "stages",
    "near_stages",
    "speakers",
    "words",
    "title_words",
)
_FIELDS = tuple(Fingerprint.__dataclass_fields__)


def _plain(value: object) -> object:
    """A field as JSON has it: sets become sorted lists, times their ISO spelling."""
    if isinstance(value, frozenset):
        return sorted(map(_plain, value), key=repr)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _name_keys(rows: Iterable[Iterable[str]]) -> tuple[NameKey, ...]:
    return tuple(NameKey(*row) for row in rows)


def skeletons(name: Name) -> tuple[str, ...]:
    """What an index files a name under: sources without diacritics write s for ş."""
    return tuple(dict.fromkeys(key.skeleton.translate(_SOFT_S) for key in name.keys))


@lru_cache(maxsize=65_536)
def same(one: tuple[NameKey, ...], two: tuple[NameKey, ...]) -> bool:
    """Whether two words may be one name."""
    return any(
        is_same_name(a, b) or is_same_name(_soft(a), _soft(b))
        for a in one
        for b in two
        if a.skeleton.translate(_SOFT_S) == b.skeleton.translate(_SOFT_S)
    )


def _soft(key: NameKey) -> NameKey:
    return NameKey(*(part.translate(_SOFT_S) for part in key))


def _without_background(text: str) -> str:
    """What is new: outlets repeat a paragraph on the case for months under `*` or "Xatırladaq ki"."""
    found = _BACKGROUND.search(text, _NEWS_LEAST)
    return text[: found.start()] if found else text


def _outlet(article: Article) -> str:
    host = host_of(article.url) if article.url else None
    if host is None:
        return article.source
    labels = host.split(".")
    return ".".join(labels[1:]) if len(labels) > 2 and labels[0] in _SUBDOMAINS else host


def _is_statement(article: Article) -> bool:
    host = host_of(article.url) if article.url else None
    if host is None:
        return False
    labels = host.split(".")
    return any(".".join(labels[at:]) in _organisations() for at in range(len(labels) - 1))


@cache
def _organisations() -> frozenset[str]:
    lines = (files("bot.stories") / "data" / "organisations.txt").read_text("utf-8").splitlines()
    return frozenset(host for line in lines if not line.startswith("#") for host in line.split())


_SUBDOMAINS = frozenset({"az", "en", "eng", "aze", "ru", "m", "amp", "news", "mobile", "english"})


def _common(above: tuple[Token, ...], below: tuple[Token, ...]) -> frozenset[str]:
    """Words that the text writes small as well: capitals in a headline make no names of them."""
    return frozenset(token.folded for token in (*above, *below) if token.case == LOWER)


def _names(
    above: tuple[Token, ...], below: tuple[Token, ...], lang: str, common: frozenset[str]
) -> tuple[Name, ...]:
    found: dict[str, Name] = {}
    repeated = Counter(token.folded for token in (*above, *below) if token.case != LOWER)
    for tokens, titled in ((above, True), (below, False)):
        elsewhere = _of_countries(tokens, lang)
        for at, token in enumerate(tokens):
            if not _may_be_name(token, common) or len(found) >= _MOST_NAMES:
                continue
            if token.folded in found or at in elsewhere or _is_ordinary(token.folded, lang):
                continue
            first = at == 0 or token.apart
            if _is_known(token.folded, lang) and not _is_somebodys(token.folded):
                continue
            if first and not titled and not _stands_for_somebody(tokens, at, repeated):
                continue
            found[token.folded] = Name(token.form.text, _keys(token.form.text, lang), titled)
    return tuple(_merged(found.values()))


def _is_somebodys(folded: str) -> bool:
    """Whether a word is such as people are called."""
    return is_given_name(folded) or is_surname(folded)


def _stands_for_somebody(tokens: tuple[Token, ...], at: int, repeated: Counter[str]) -> bool:
    """Whether the first word of a sentence is a name: any word has a capital there."""
    token = tokens[at]
    if _is_somebodys(token.folded) or repeated[token.folded] > 1:
        return True
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is not None and after.case != LOWER and not after.apart


def _merged(names: Iterable[Name]) -> list[Name]:
    """Inflected forms of one name as one: `Cəfərov`, `Cəfərovun`, `Cəfərova`."""
    kept: list[Name] = []
    bare: dict[str, int] = {}
    for name in names:
        at = next((bare[skeleton] for skeleton in skeletons(name) if skeleton in bare), None)
        if at is not None and same(kept[at].keys, name.keys):
            shorter = min(kept[at], name, key=lambda one: len(one.keys))
            kept[at] = shorter._replace(titled=kept[at].titled or name.titled)
            continue
        for skeleton in skeletons(name):
            bare.setdefault(skeleton, len(kept))
        kept.append(name)
    return kept


def _may_be_name(token: Token, common: frozenset[str]) -> bool:
    return (
        token.case != LOWER
        and token.form.shape is Shape.WORD
        and len(token.folded) >= _SHORTEST_NAME
        and token.folded not in _STARTERS
        and token.folded not in common
    )


@lru_cache(maxsize=32_768)
def _keys(word: str, lang: str) -> tuple[NameKey, ...]:
    return name_keys(word, lang if lang in ("az", "en") else "ru")[:8]


def _of_countries(tokens: tuple[Token, ...], lang: str) -> set[int]:
    """Where countries and their people are named: who reads `Georgian` has been told of Georgia."""
    if lang not in ("az", "en"):
        return set()
    return {
        at
        for hit in countries_book(Language(lang)).find(tokens)
        if hit.what.sort in ("name", "people")
        for at in range(hit.first, hit.last + 1)
    }


@lru_cache(maxsize=32_768)
def _is_ordinary(folded: str, lang: str) -> bool:
    """Whether news writes the word small, in any of its forms: `Məhkəməsinin` in the name of a court."""
    common = _ordinary().get(lang, frozenset())
    if folded in common or is_given_name(folded):
        return folded in common
    return lang == "az" and any(
        folded[:length] in common and _ends_legally(folded[:length], folded[length:])
        for length in range(4, len(folded))
    )


def _ends_legally(stem: str, rest: str) -> bool:
    return any(is_noun_chain(rest, begins(stem), harmony) for harmony in (FRONT, BACK))


@cache
def _ordinary() -> dict[str, frozenset[str]]:
    lines = (files("bot.stories") / "data" / "common.txt").read_text("utf-8").splitlines()
    tables = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {lang: frozenset(words.split()) for lang, _, words in tables}


@lru_cache(maxsize=32_768)
def _is_known(folded: str, lang: str) -> bool:
    """Whether the vocabulary has the word: `Jurnalist` at the head of a sentence is nobody's name."""
    if lang not in ("az", "en"):
        return False
    tokens = scan(folded)
    return bool(tokens) and bool(_glossary(lang).find(tokens) or concept_book(lang).find(tokens))


def _persons(
    tokens: tuple[Token, ...], lang: str, *, titled: bool, common: frozenset[str]
) -> Iterator[Person]:
    for one, two in pairwise(tokens):
        if two.apart or not _may_be_name(one, common) or not _may_be_name(two, common):
            continue
        if is_given_name(two.folded):
            continue
        if any(_is_known(word, lang) or _is_ordinary(word, lang) for word in (one.folded, two.folded)):
            continue
        yield Person(
            _keys(one.form.text, lang),
            _keys(two.form.text, lang),
            f"{one.form.text} {two.form.text}",
            titled,
            titled or one.start < HEAD,
            is_given_name(one.folded) or is_surname(two.folded),
        )


def _concepts(tokens: tuple[Token, ...], lang: str) -> frozenset[str]:
    """Meanings: the reader's concepts, and the glossary's pairs."""
    if lang not in ("az", "en") or not tokens:
        return frozenset()
    return frozenset(hit.what for hit in concept_book(lang).find(tokens)) | frozenset(
        hit.what for hit in _glossary(lang).find(tokens)
    )


@cache
def _glossary(lang: str) -> Book[str]:
    learnt: Book[str] = Book(azerbaijani=lang == "az")
    for number, pair in enumerate(pairs()):
        for word in pair.az if lang == "az" else pair.en:
            learnt.add(word, f"={number}")
    for number, sides in enumerate(_lexicon()):
        for word in sides[0] if lang == "az" else sides[1]:
            learnt.add(word, f"+{number}")
    return learnt


@cache
def _lexicon() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Everyday words in both languages. Raises ValueError at a line that is no pair."""
    read = []
    for line in (files("bot.stories") / "data" / "lexicon.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        sides = [tuple(word.strip() for word in side.split(",")) for side in line.split(" = ")]
        if len(sides) != 2 or not all(word for side in sides for word in side):
            raise ValueError(f"no pair of the lexicon: {line!r}")
        read.append((sides[0], sides[1]))
    return tuple(read)


def _counts(text: str, lang: str) -> Iterator[Count]:
    """The numbers of a text with their units."""
    if lang not in ("az", "en"):
        for match in re.finditer(r"(?<![\w.])\d{1,9}(?![\w.])", text):
            yield Count(float(match.group()), "")
        return
    for number in numbers(text, lang):
        end = number.at + len(number.found)
        calendar_year = number.value.is_integer() and 1_900 <= number.value <= 2_100
        yield Count(number.value, "" if calendar_year else _unit(text, number.at, end))


def _unit(text: str, start: int, end: int) -> str:
    if text[end : end + 1] == "%":
        return "percent"
    if start and text[start - 1] in "$€£₼":
        return "money"
    words = [token.folded for token in scan(text[end : end + 32])[:3]]
    if any(word.startswith(_AGE) for word in words[:2]):
        return "age"
    for word in words[:2]:
        unit = _unit_of(word)
        if unit:
            return unit
    return ""


@lru_cache(maxsize=8_192)
def _unit_of(word: str) -> str:
    if word in _UNIT_OF:
        return _UNIT_OF[word]
    if word.endswith("s") and word[:-1] in _UNIT_OF:
        return _UNIT_OF[word[:-1]]
    for stem, unit in _UNIT_OF.items():
        rest = word.removeprefix(stem)
        if rest != word and (rest in _CASES or re.match(r"l[iu][qkgy]", rest)):
            return unit
    return ""


_CASES = frozenset(
    """in un e a i u de da den dan lik liyine liyina luga lar ler larin lerin larina lerine lari leri
    lara lere si ni ne na nin""".split()  # noqa: SIM905 - a table of words reads best as words
)


def _telling(counts: Iterable[Count]) -> Iterator[str]:
    """Numbers worth comparing: not one and two alone, which are everywhere."""
    for count in counts:
        if count.unit or count.value > 2:
            yield f"{count.value:g}"
        if count.unit:
            yield count.key


def _days(text: str, lang: str, published: datetime) -> Iterator[date]:
    if lang not in ("az", "en"):
        return
    for day in dates(text, lang, published):
        if day.days == 1 and abs(day.day - published.date()) < timedelta(days=3_660):
            yield day.day


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if len(token.folded) >= 3 and token.form.shape is not Shape.URL and token.folded not in _STARTERS:
            yield token.folded[:_STEM]


def _ids(url: str | None) -> frozenset[int]:
    """Numbers in an address that may count articles: no dates, none that are too short."""
    address = link_key(url) if url else None
    if address is None:
        return frozenset()
    path = address.partition("/")[2]
    path = re.sub(r"(?<!\d)(?:19|20)\d\d[/-]\d{1,2}[/-]\d{1,2}(?!\d)", "", path)
    return frozenset(int(one) for one in _NUMERIC_ID.findall(path) if not _DATE_ID.match(one))

"""Which language a title or text is written in.

Letters of a script decide what only they can; then words that only one of the neighbours uses (`və`, `ve`,
`the`) and how words begin and end (Azerbaijani `getdi`, Turkish `gitti`); then pycld2 where it
is installed. What is still open goes to the feed's declared language, a prior only. A title and a text count
word for word, so where they differ in language the text, being longer, decides; what another alphabet adds
below the beginning (Russian under an English page) does not.

Of 474 titles of two to six words, half of them in languages that look alike, 98.3 % are told without a prior,
with and without pycld2 (eldc 0.4 in its place: 98.7 %, for 71 MB on disk).

Anything may come in: control characters, lone surrogates, megabytes, nothing at all.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from bot.language.letters import fold, is_az_cyrillic
from bot.model import Language

_SAMPLE = 900  # code points of the text that are looked at
_TITLE = 600
_BEGINNING = 250  # code points that name the script, where a text mixes them
_GROUPS = ("az", "tr", "en", "other")
_SILENT = (0.0, 0.0, 0.0, 0.0)
_SHAPED = (0.7, 0.7, 0.4, 0.4)  # what a shape says, beside the 1.0 of a listed word
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")
_ANY_LATIN = re.compile("[A-Za-z]")
_LATIN_LETTER = re.compile(
    "[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0259\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a]"
)
_CYRILLIC_LETTER = re.compile("[\u0400-\u0481\u048a-\u052f]")
_LETTERS = re.compile(r"[^\W\d_]+")
_SCHWA = re.compile("[əƏǝƎ]")
_FOREIGN_CYRILLIC = re.compile("[іїєґўјљњђћџѓќѕқңұҷӣӯҳһғҗҙҫҡөүәӀӏ]", re.IGNORECASE)
_NEVER_AZ_CYRILLIC = re.compile("[җңқұіўҙҫҡ]", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэёЫЭЁ]")
_TURKISH_LETTERS = re.compile("[âîûÂÎÛ]")
#: Latin letters that none of Azerbaijani, Turkish and English has.
_FOREIGN_LATIN = re.compile(
    "[äßéèêëàáãåæøðþńśźżłąęćčďěňñřšťůžőűțșăāēīūķļņģėįųýìíòóõôùúơưđ\u1ea0-\u1ef9]", re.IGNORECASE
)
#: `İstanbul'da`: Turkish cuts its suffixes off names, Azerbaijani and English (but for 's) do not.
_TURKISH_CUT = re.compile(
    r"\b[A-ZÇĞİÖŞÜ]\w{1,30}['’](?:[dt][ae](?:n|ki)?|n?[iıuü]n|[yn]?[eaiıuü]|l[iıuü]|yl[ea])\b"
)
#: `Oʻzbekiston`, `bo'yicha`.
_UZBEK_CUT = re.compile(r"[OoGg](?:[ʻ‘][a-zA-Z]|['’`][a-z]{2})")
#: `Watch-dan`: Azerbaijani cuts its suffixes off foreign names with a hyphen.
_AZ_CUT = re.compile(r"[^\W\d_]{2}-(?:d[aə]n?|den|n[iıuü]n|y[aə]|[ıuü]n|l[aə])\b")
#: Letters where Turkish has none or others: q, and x before a vowel. Over search keys.
_AZ_SHAPE = re.compile(r"^(?:q[^u]|x[^v]|\w+q[^u]\w*|\w+[aeiou]x[^aeiou]\w*)|\w[aiou]q$")
#: Plurals with their cases, which both neighbours have and hardly anybody else.
_TURKIC_SHAPE = re.compile(r"\w{3}l[ae]r(?:[iu](?:n|n[iu]n|n[ae]|n[iu]|nd[ae]n?)?|d[ae]n?)$")
_OF = {"az": Language.AZ, "tr": Language.TR, "en": Language.EN}
_TURKIC = frozenset({"tk", "crh", "uz", "kk", "tt"})

_Speech = tuple[float, float, float, float]


class _Votes(NamedTuple):
    """How strongly the words speak for each language."""

    az: float
    tr: float
    en: float
    other: float
    words: int

    def score(self) -> dict[Language, float]:
        """The same by language."""
        return {Language.AZ: self.az, Language.TR: self.tr, Language.EN: self.en, Language.OTHER: self.other}


def detect(title: str, text: str = "", prior: Language | None = None) -> Language:
    """The language of a title with its text. Never raises; UND when there is nothing to tell it by."""
    sample = _clean(f"{title[:_TITLE]}\n{text[:_SAMPLE]}")
    script = _script(sample)
    if script == "cyrillic":
        return _cyrillic(_only(sample, _CYRILLIC_LETTER, _ANY_LATIN), prior)
    if script == "latin":
        return _latin(_only(sample, _ANY_LATIN, _CYRILLIC_LETTER), prior)
    return Language.OTHER if script else Language.UND


def _clean(text: str) -> str:
    return _ADDRESS.sub(" ", _UNSAFE.sub(" ", text))


def _script(sample: str) -> str:
    """The alphabet of most letters: "latin", "cyrillic", "another"; of the beginning where that is clear."""
    if sample.isascii():
        return "latin" if _ANY_LATIN.search(sample) else ""
    counts = _counts(sample)
    total = sum(counts.values())
    if not total:
        return ""
    main = max(counts, key=lambda script: counts[script])
    if counts[main] < 0.9 * total and len(sample) > 2 * _BEGINNING:
        first = _counts(sample[:_BEGINNING])
        begins = max(first, key=lambda script: first[script])
        if first[begins] >= 0.9 * sum(first.values()):
            return begins
    return main


def _counts(text: str) -> dict[str, int]:
    """How many letters of each script."""
    latin, cyrillic = len(_LATIN_LETTER.findall(text)), len(_CYRILLIC_LETTER.findall(text))
    another = sum(map(len, _LETTERS.findall(text))) - latin - cyrillic
    # A Latin outlet's name weighs little beside words of another alphabet: "Дело Meydan TV".
    heavier = 2 if len(text) < _BEGINNING else 1
    return {"cyrillic": heavier * cyrillic, "latin": latin, "another": another}


def _only(sample: str, wanted: re.Pattern[str], foreign: re.Pattern[str]) -> str:
    """`sample` without the lines that are wholly in the other alphabet."""
    if "\n" not in sample or not foreign.search(sample):
        return sample
    lines = [line for line in sample.split("\n") if wanted.search(line) or not foreign.search(line)]
    return "\n".join(lines)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("bot.language").joinpath("data/detect.toml").read_text("utf-8"))


@cache
def _weights() -> dict[str, _Speech]:
    """Folded word -> what it says for (az, tr, en, other)."""
    table: dict[str, list[float]] = {}
    for place, group in enumerate(_GROUPS):
        for key, weight in (("words", 1.0), ("weak", 0.5)):
            for word in {fold(one) for line in _data()[group].get(key, ()) for one in line.split()}:
                table.setdefault(word, [0.0] * 4)[place] += weight
    return {word: (a, t, e, o) for word, (a, t, e, o) in table.items()}


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_data()["shapes"][group]) for group in _GROUPS)


@cache
def _outlets() -> re.Pattern[str]:
    """Names that outlets write alike in every language; they say nothing about the language."""
    return re.compile(r"\b(?:" + "|".join(map(re.escape, _data()["names"]["everywhere"])) + r")\b")


@lru_cache(maxsize=32_768)
def _speaks(word: str) -> _Speech:
    """What one word says for (az, tr, en, other): by its letters, by lists, by how it begins and ends."""
    folded = fold(word)
    capital = word[0].isupper()
    proper = capital and not word.isupper()  # a name, or the first word
    az, tr, en, other = known = _weights().get(folded, _SILENT)
    if _SCHWA.search(word):
        az += 0.5 if proper else 1.5
    if known is _SILENT and 2 < len(folded) <= 40:
        part = 0.5 if proper else 1.0
        shapes = [
            part * weight if shape.search(folded) else 0.0
            for shape, weight in zip(_shapes(), _SHAPED, strict=True)
        ]
        az, tr, en, other = az + shapes[0], tr + shapes[1], en + shapes[2], other + shapes[3]
        if _TURKIC_SHAPE.search(folded):
            az, tr = az + 0.4 * part, tr + 0.4 * part
        if _AZ_SHAPE.search(folded):
            az += 0.2 if capital else 0.5
    if not capital and any(letter in word for letter in "ğışö"):
        az, tr = az + 0.4, tr + 0.4
    if _TURKISH_LETTERS.search(word):
        tr += 0.4
    if _FOREIGN_LATIN.search(word):
        other += 0.4 if proper else 1.2
    return az, tr, en, other


def _votes(sample: str) -> _Votes:
    bare = _TURKISH_CUT.sub(" ", _outlets().sub(" ", sample))  # the da of Bakü'de is nobody's word
    words = _WORD.findall(bare) or _WORD.findall(sample)
    az = tr = en = other = 0.0
    for word in words:
        a, t, e, o = _speaks(word)
        az, tr, en, other = az + a, tr + t, en + e, other + o
    if not sample.isascii() or "'" in sample or "-" in sample:
        az += min(2.0, 1.0 * len(_AZ_CUT.findall(sample)))
        tr += min(2.4, 1.2 * len(_TURKISH_CUT.findall(sample)))
        other += min(3.0, 1.2 * len(_UZBEK_CUT.findall(sample)))
    return _Votes(az, tr, en, other, len(words))


def _cld2(sample: str) -> str | None:
    """What pycld2 says ("az", "en", ..., "un"), or None where it is not installed or refuses the text."""
    detector = _detector()
    if detector is None:
        return None
    try:
        _, _, details = detector.detect(sample, isPlainText=True, bestEffort=True)
    except detector.error:
        return None
    return str(details[0][1])


@cache
def _detector() -> Any:
    try:
        import pycld2
    except ImportError:  # no wheel for this platform: our own rules do the work
        return None
    return pycld2


def _latin(sample: str, prior: Language | None) -> Language:
    votes = _votes(sample)
    if votes.words == 0:
        return Language.UND
    score = votes.score()
    best, second = sorted(score, key=lambda language: -score[language])[:2]
    lead = score[best] - score[second]
    if (
        score[best] >= 1.0
        and lead >= max(1.0, 0.25 * score[best])
        and (best is not Language.OTHER or lead >= 2.0)
    ):
        return best
    _weigh(score, votes.words, _cld2(sample))
    if prior in score:
        score[prior] += 0.7 if votes.words >= 4 else 1.0
    language = max(score, key=lambda candidate: score[candidate])
    if score[language] < 0.4:
        return prior if prior is not None else Language.UND
    return language


def _weigh(score: dict[Language, float], words: int, guess: str | None) -> None:
    """Words alone did not decide: add the detector's guess; short titles are trusted to it less."""
    if guess in _OF:
        score[_OF[guess]] += 0.9 if words >= 4 else 0.6
    elif guess in _TURKIC:  # taken for neighbours as often as not
        score[Language.AZ] += 0.2
        score[Language.TR] += 0.2
        score[Language.OTHER] += 0.4
    elif guess not in (None, "un"):
        score[Language.OTHER] += 0.6 if words >= 4 else 0.4


def _cyrillic(sample: str, prior: Language | None) -> Language:
    lowered = sample.lower()
    words = _WORD.findall(lowered)
    if _is_az_cyrillic(sample, lowered, set(words)):
        return Language.AZ
    foreign, letters = len(_FOREIGN_CYRILLIC.findall(sample)), len(_CYRILLIC_LETTER.findall(sample))
    if foreign > max(1, 0.01 * letters) or (foreign and not _RUSSIAN.search(sample)):
        return Language.OTHER
    russian, other = _cyrillic_votes(words)
    other += float(foreign > 0 and letters < 60)
    if _RUSSIAN.search(sample):
        russian += 0.5
    if prior is Language.RU:
        russian += 0.7
    if abs(russian - other) < 1.5:
        trust = 0.9 if len(words) >= 4 else 0.7 if len(words) == 3 else 0.3
        guess = _cld2(sample)
        if guess == "ru":
            russian += trust
        elif guess in _data()["ru"]["neighbours"]:
            other += trust
    return Language.OTHER if other > russian + 0.35 else Language.RU


def _is_az_cyrillic(sample: str, lowered: str, words: set[str]) -> bool:
    listed = _data()["az_cyrillic"]
    if _NEVER_AZ_CYRILLIC.search(sample):
        return False
    if words & set(listed["only"]):
        return True
    if is_az_cyrillic(sample):
        ours = bool(re.search("[ҝҹј]", lowered)) or bool(words & set(listed["words"]))
        return ours or not words & set(listed["tatar"])
    return "ә" in lowered and bool(words & set(listed["words"]))


@cache
def _cyrillic_ends() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = _data()["ru"]
    return re.compile(data["russian_ends"]), re.compile(data["others_ends"])


def _cyrillic_votes(words: list[str]) -> tuple[float, float]:
    """How strongly words without letters of their own speak for Russian and for its neighbours."""
    data = _data()["ru"]
    ours, theirs = _cyrillic_ends()
    russian = other = 0.0
    for word in words:
        if word in data["not_russian"]:
            other += 1.0
        elif word in data["words"]:
            russian += 1.0 if len(word) > 1 else 0.3
        elif len(word) > 3:
            russian += 0.4 * bool(ours.search(word))
            other += 0.5 * bool(theirs.search(word))
    return russian, other

"""Which language a title or text is written in.

Letters of a script decide what only they can; then words that only one of the neighbours uses (`və`, `ve`,
`the`), endings and letters; then pycld2 where it is installed. What is still open goes to the feed's declared
language, a prior only. Anything may come in: control characters, lone surrogates, megabytes, nothing at all.
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
_RUSSIAN = re.compile("[ыэёЫЭЁ]")
_TURKISH_LETTERS = re.compile("[âîûÂÎÛ]")
#: Endings that Azerbaijani has and Turkish, Uzbek and the languages of Europe have not, over search keys.
_AZ_ENDING = re.compile(r"\w{2,}(?:[iu]bdir|[iu]blar|[iu]b|acaqdir|ecekdir|[ae]raq|mlidir|maqda|ligi?nin)$")
_AZ_SHAPE = re.compile(r"^(?:q[^u]|x[^v]|\w+q[^u]\w*|\w+[aeiou]x[^aeiou]\w*)|\w[aiou]q$")


class _Votes(NamedTuple):
    """How strongly the words speak for each language."""

    az: float
    tr: float
    en: float
    other: float
    words: int

    def best(self) -> tuple[Language, float]:
        """The strongest and its lead over the second."""
        ranked = sorted(
            (
                (self.az, Language.AZ),
                (self.tr, Language.TR),
                (self.en, Language.EN),
                (self.other, Language.OTHER),
            ),
            key=lambda vote: -vote[0],
        )
        return ranked[0][1], ranked[0][0] - ranked[1][0]


def detect(title: str, text: str = "", prior: Language | None = None) -> Language:
    """The language of a title with its text. Never raises; UND when there is nothing to tell it by."""
    sample = _clean(f"{title[:_TITLE]}\n{text[:_SAMPLE]}")
    scripts = _scripts(sample)
    if not scripts:
        return Language.UND
    main = max(scripts, key=lambda script: scripts[script])
    if main == "cyrillic":
        return _cyrillic(sample)
    if main != "latin":
        return Language.OTHER
    return _latin(sample, prior)


def _clean(text: str) -> str:
    return _ADDRESS.sub(" ", _UNSAFE.sub(" ", text))


def _scripts(text: str) -> dict[str, int]:
    """How many letters of each script."""
    if text.isascii():
        return {"latin": 1} if _ANY_LATIN.search(text) else {}
    latin, cyrillic = len(_LATIN_LETTER.findall(text)), len(_CYRILLIC_LETTER.findall(text))
    another = sum(map(len, _LETTERS.findall(text))) - latin - cyrillic
    counts = {"latin": latin, "cyrillic": cyrillic, "another": another}
    return {script: count for script, count in counts.items() if count > 0}


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("bot.language").joinpath("data/detect.toml").read_text("utf-8"))


@cache
def _weights() -> dict[str, tuple[float, float, float, float]]:
    """Folded word -> what it says for (az, tr, en, other)."""
    table: dict[str, list[float]] = {}
    for place, group in enumerate(("az", "tr", "en", "other")):
        for word in _data()[group]["words"]:
            for one in word.split():
                table.setdefault(fold(one), [0.0] * 4)[place] += 1.0
        for word in _data()[group].get("weak", []):
            for one in word.split():
                table.setdefault(fold(one), [0.0] * 4)[place] += 0.5
    return {word: (a, t, e, o) for word, (a, t, e, o) in table.items()}


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    return fold(word)


def _votes(sample: str) -> _Votes:
    weights = _weights()
    az = tr = en = other = 0.0
    words = _WORD.findall(sample)
    for word in words:
        folded = _folded(word)
        capital = word[0].isupper()
        known = weights.get(folded)
        if known:
            az, tr, en, other = az + known[0], tr + known[1], en + known[2], other + known[3]
        if _SCHWA.search(word):
            az += 0.5 if capital and not word.isupper() else 1.5
        elif not known and not capital and _AZ_ENDING.search(folded):
            az += 0.8
        elif not known and _AZ_SHAPE.search(folded):
            az += 0.2 if capital else 0.5
        if not capital and any(letter in word for letter in "ğışö"):
            az, tr = az + 0.4, tr + 0.4
        if _TURKISH_LETTERS.search(word):
            tr += 0.4
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
    best, lead = votes.best()
    strength = max(votes.az, votes.tr, votes.en, votes.other)
    clear = strength >= 1.0 and lead >= max(1.0, 0.25 * strength)
    if clear and (best is not Language.OTHER or lead >= 2.0):
        return best
    guess = _cld2(sample) or "un"
    return _settle(votes, guess, prior)


def _settle(votes: _Votes, guess: str, prior: Language | None) -> Language:
    """Words alone did not decide: weigh the detector's guess and the feed's word."""
    score = {Language.AZ: votes.az, Language.TR: votes.tr, Language.EN: votes.en, Language.OTHER: votes.other}
    known = {"az": Language.AZ, "tr": Language.TR, "en": Language.EN}
    trust = 0.9 if votes.words >= 4 else 0.6
    if guess in known:
        score[known[guess]] += trust
    elif guess == "tk" or guess == "crh":
        score[Language.AZ] += 0.3
        score[Language.TR] += 0.3
    elif guess != "un":
        score[Language.OTHER] += trust if votes.words >= 4 else 0.4
    if prior in score:
        score[prior] += 0.7 if votes.words >= 4 else 1.0
    language = max(score, key=lambda candidate: score[candidate])
    if score[language] < 0.4:
        return prior if prior is not None else Language.UND
    return language


def _cyrillic(sample: str) -> Language:
    lowered = sample.lower()
    if is_az_cyrillic(sample) and not re.search("[җңқұіўҙҫҡ]", lowered):
        strong = re.search("[ҝҹј]", lowered)
        words = set(_WORD.findall(lowered))
        if strong or words & set(_data()["az_cyrillic"]["words"]):
            return Language.AZ
        if not words & set(_data()["az_cyrillic"]["tatar"]):
            return Language.AZ
        return Language.OTHER
    letters = sum("\u0400" <= letter < "\u0530" for letter in sample)
    foreign = len(_FOREIGN_CYRILLIC.findall(sample))
    if foreign > max(1, 0.01 * letters) or (foreign and not _RUSSIAN.search(sample)):
        return Language.OTHER
    if _RUSSIAN.search(sample):
        return Language.RU
    words = set(_WORD.findall(lowered))
    if words & set(_data()["ru"]["not_russian"]):
        return Language.OTHER
    if words & set(_data()["ru"]["words"]):
        return Language.RU
    guess = _cld2(sample)
    return (
        Language.OTHER
        if guess in ("bg", "uk", "be", "mk", "sr", "kk", "ky", "tg", "mn", "tt")
        else Language.RU
    )

"""Keywords: every form of the word, and no other word."""

from __future__ import annotations

import pytest

from bot.language.keywords import Keyword, Passage, find
from bot.model import Language

_CASES = [
    ("siyasi məhbus", "siyasi məhbusların", True),
    ("siyasi məhbus", "SİYASİ MƏHBUSLARA azadlıq", True),
    ("siyasi məhbus", "siyasi mehbuslar", True),
    ("məhbus", "MƏHBUSLARSIZ", True),
    ("siyasi məhbus", "SİYASİ MƏHBUSLARSIZ", True),
    ("AI", "The air is AI-based", True),
    ("AI", "the air aid ai", False),
    ("din", "dindirilib", False),
    ("din", "dinin", True),
    ("həbs", "həbsin", True),
    ("həbs", "həbsxana", False),
    ("hebs", "həbsdən", True),
    ("Eliyev", "Əliyevin", True),
    ("isgence", "işgəncəyə", True),
    ("DİN", "DİN-in", True),
    ("DİN", "DİNin", True),
    ("DİN", "dinin din Din", False),
    ("REAL", "real Real", False),
    ("REAL", "REAL-ın", True),
    ("BMT", "BMT-yə", True),
    ("BMT", "BMTnin", True),
    ("din", "DİN əməkdaşları", False),
    ("bmt", "BMT-nin", True),
    ("insan hüquqları", "insan hüquqlarının", True),
    ("insan hüquqları", "insan hüququ", True),
    ("öldürmək", "öldürülüb", True),
    ("saxlamaq", "saxlanılıb", True),
    ("azadlıq", "azadlığa", True),
    ("fikir", "fikrini", True),
    ("azad", "azadlıq", False),
    ("torture", "tortured", True),
    ("torture", "torturing", True),
    ("university", "universe", False),
    ("prison", "prisoners", False),
    ("political prisoner", "political prisoners", True),
    ("child", "children", True),
    ("tələb", "tələbələr", False),
    ("qan", "qanunu", False),
    ("Abzas Media", "“Abzas Media”nın əməkdaşı", True),
    ("Turan", "“Turan”a", True),
    ("SİYASİ MƏHBUS", "siyasi məhbuslar", True),
    ("Xarici İşlər Nazirliyi", "Xarici İşlər Nazirliyinin", True),
    ("etmək", "edir", True),
    ("ШАР", "шар", False),
    ("həbs", "hәbsin", True),
]


@pytest.mark.parametrize(("keyword", "text", "found"), _CASES)
def test_a_keyword_finds_its_forms_only(keyword: str, text: str, found: bool) -> None:
    """Inflected, shouted and unaccented forms are found; look-alikes are not."""
    assert found == (find(Keyword.of(keyword), Passage.of(text)) is not None)


def test_english_text_takes_no_azerbaijani_suffixes() -> None:
    """`here` is no dative of `her`."""
    assert find(Keyword.of("her"), Passage.of("here", Language.EN)) is None


_NOUNS = {
    "məhkəmə": (
        "lər",
        "nin",
        "yə",
        "ni",
        "də",
        "dən",
        "si",
        "sinin",
        "sinə",
        "sində",
        "lərin",
        "lərdən",
        "dir",
    ),
    "jurnalist": ("lər", "in", "ə", "i", "də", "dən", "lərin", "lərə", "imiz", "lərimizdən", "lə", "dir"),
    "azadlıq": ("da", "dan", "lar", "ların", "dır", "la", "dakı"),
    "azadlığ": ("ı", "ın", "a", "ının", "ına", "ımız"),
}


@pytest.mark.parametrize("form", [(stem, chain) for stem, chains in _NOUNS.items() for chain in chains])
def test_a_noun_is_found_in_its_paradigm(form: tuple[str, str]) -> None:
    """Plural, possessive, case and copula, in the order of the grammar; unaccented too."""
    stem, chain = form
    keyword = Keyword.of(stem.replace("lığ", "lıq"))
    plain = (stem + chain).translate(str.maketrans("əıöüğşç", "eiougsc"))
    assert find(keyword, Passage.of(stem + chain, Language.AZ)) is not None
    assert find(keyword, Passage.of(plain, Language.AZ)) is not None

"""One key for a name in three spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.names import same_name

_SAME = [
    ("Əliyev", "Aliyev", "en"), ("Xədicə", "Khadija", "en"), ("Cəfərovun", "Jafarov", "en"),
    ("Cəfərov", "Dzhafarov", "en"), ("Cəfərov", "Джафаров", "ru"), ("Qarabağda", "Karabakh", "en"),
    ("Qarabağ", "Garabagh", "en"), ("Hacıyevə", "Hajiyev", "en"), ("Hacıyev", "Гаджиев", "ru"),
    ("Naxçıvandan", "Нахичевань", "ru"), ("Vaqifqızının", "Vagifgyzy", "en"), ("Sevinclə", "Sevinj", "en"),
    ("Rəsulzadənin", "Rasulzadeh", "en"), ("Hüseynlinin", "Huseynli", "en"), ("Мәммәдов", "Mammadov", "en"),
    ("Çingiz", "Chingiz", "en"), ("Şəhla", "Shahla", "en"), ("Qurbanlını", "Gurbanli", "en"),
    ("Əliyevaya", "Aliyeva's", "en"), ("İsmayılovdan", "Ismayilov", "en"),
]  # fmt: skip
_APART = [
    ("Əliyev", "Aliyeva", "en"), ("Həsən", "Hüseyn", "az"), ("Cavid", "Cavad", "az"), ("Leyla", "Lalə", "az"),
    ("Məmmədov", "Muradov", "en"), ("Kərimov", "Rahimov", "en"), ("Quliyev", "Veliyev", "en"),
    ("Emin", "Əmin", "az"),
]  # fmt: skip


def _listed() -> list[tuple[str, str, str]]:
    """(section, one, another) of every pair in the list."""
    pairs, section = [], ""
    for line in Path(__file__).with_name("data").joinpath("names.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            one, *others = line.split()
            pairs += [(section, one, other) for other in others]
    return pairs


_LISTED = _listed()


@pytest.mark.parametrize(("section", "one", "two"), [pair for pair in _LISTED if pair[0] != "differ"])
def test_common_names_meet_in_every_spelling(section: str, one: str, two: str) -> None:
    """Nearly two hundred pairs: English and Russian spellings, older ones, Azerbaijani inflection."""
    assert same_name(one, two, ("az", section.removeprefix("az-")))


@pytest.mark.parametrize(("section", "one", "two"), [pair for pair in _LISTED if pair[0] == "differ"])
def test_names_that_begin_alike_differ(section: str, one: str, two: str) -> None:
    """Sixty pairs of neighbours."""
    assert not same_name(one, two, ("az", "az"))


@pytest.mark.parametrize(("one", "two", "lang"), _SAME)
def test_spellings_of_one_name_meet(one: str, two: str, lang: str) -> None:
    """Letters that languages confuse and Azerbaijani inflection do not keep a name apart."""
    assert same_name(one, two, ("az", lang))


@pytest.mark.parametrize(("one", "two", "lang"), _APART)
def test_names_that_only_sound_alike_stay_apart(one: str, two: str, lang: str) -> None:
    """Women's surnames, given names with other vowels and other surnames are different names."""
    assert not same_name(one, two, ("az", lang))


@pytest.mark.parametrize("odd", ["", "-", "’s", "A", "\ud800", "ж" * 500, "ə" * 500])
def test_odd_words_have_keys_too(odd: str) -> None:
    """Whatever stands where a name should stand is compared without an error."""
    assert not same_name(odd, "Aliyev")

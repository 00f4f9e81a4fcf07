"""One key for a name in three spellings."""

from __future__ import annotations

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

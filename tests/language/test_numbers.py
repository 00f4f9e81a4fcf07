"""Numbers in digits and words."""

from __future__ import annotations

import pytest

from bot.language.numbers import articles, numbers


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("az", "Məhkəmə 9 il verdi", [9]),
        ("az", "doqquz il", [9]),
        ("az", "yeddi nəfərin", [7]),
        ("az", "20 min avro", [20_000]),
        ("az", "1 200 manat", [1200]),
        ("az", "12,5 faiz", [12.5]),
        ("az", "yüz iyirmi beş nəfər", [125]),
        ("az", "2 milyon", [2_000_000]),
        ("az", "206.3.2-ci maddə ilə 3 ay", [3]),
        ("az", "bir gün", []),
        ("az", "yeddisi üçün", [7]),
        ("en", "nine years", [9]),
        ("en", "twenty-one people", [21]),
        ("en", "two hundred and five", [205]),
        ("en", "20,000 euros", [20_000]),
        ("en", "3.5 million", [3_500_000]),
        ("en", "one of them", []),
        ("en", "12.5 percent of 300", [12.5, 300]),
    ],
)
def test_numbers_are_read_in_digits_and_words(lang: str, text: str, expected: list[float]) -> None:
    """The same amount is the same number however it is written."""
    found = numbers(text, lang)
    assert expected == [number.value for number in found]
    assert all(text.startswith(number.found, number.at) for number in found)


def test_articles_of_codes_are_kept_whole() -> None:
    """206.3.2 is one article, not three numbers."""
    assert ("206.3.2",) == articles("206.3.2-ci maddə; 206.3.2, 12.5")

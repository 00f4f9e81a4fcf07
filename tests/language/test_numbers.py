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
        ("az", "9 il 6 ay", [9, 6]),
        ("az", "doqquz il altı ay", [9, 6]),
        ("az", "doqquz il yarım", [9.5]),
        ("az", "9 il yarım", [9.5]),
        ("en", "nine and a half years", [9.5]),
        ("en", "9½ years", [9.5]),
        ("en", "two-and-a-half years", [2.5]),
        ("az", "iki il yarım", [2.5]),
        ("az", "yarım milyon manat", [500000]),
        ("en", "half a million", [500000]),
        ("az", "1,5 milyon", [1500000]),
        ("az", "50 min manat", [50000]),
        ("en", "$3.5m", [3500000]),
        ("en", "€20,000", [20000]),
        ("en", "20 000 euros", [20000]),
        ("az", "10%-ə", [10]),
        ("az", "12 faizi", [12]),
        ("en", "12%", [12]),
        ("en", "twenty per cent", [20]),
        ("az", "206.3.2-ci maddə", []),
        ("az", "“15 sutka”", [15]),
        ("az", "300-ü keçib", [300]),
        ("az", "15-dən çox", [15]),
        ("en", "dozens of people", []),
        ("en", "a dozen people", [12]),
        ("en", "a hundred people", [100]),
        ("en", "hundreds of people", []),
        ("az", "yüzlərlə insan", []),
        ("az", "minlərlə", []),
        ("az", "onlarla etirazçı", []),
        ("az", "min manat", [1000]),
        ("az", "on beş nəfər", [15]),
        ("az", "iyirmi üç", [23]),
        ("en", "one hundred and twenty-three", [123]),
        ("az", "yüz iyirmi üç min", [123000]),
        ("en", "14-year sentence", [14]),
        ("az", "14 illik həbs", [14]),
        ("az", "onillik həbs", []),
        ("az", "on dörd illik", [14]),
        ("en", "first", []),
        ("az", "5-6 nəfər", [5, 6]),
        ("en", "5–6 people", [5, 6]),
        ("az", "üçüncü həftə", []),
        ("en", "Article 206.3.2", []),
        ("en", "1.2 billion", [1200000000]),
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

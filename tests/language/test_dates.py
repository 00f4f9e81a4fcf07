"""Dates in a text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.language.dates import dates

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("az", "İyulun 9-da başlayıb", ["2026-07-09"]),
        ("az", "2023-cü il dekabrın 14-də", ["2023-12-14"]),
        ("az", "15 may 2024", ["2024-05-15"]),
        ("az", "20 noyabrda", ["2025-11-20"]),
        ("az", "dünən və bu gün", ["2026-03-01", "2026-03-02"]),
        ("az", "3 gün əvvəl", ["2026-02-27"]),
        ("az", "iki həftə əvvəl", ["2026-02-16"]),
        ("az", "12.05.2024", ["2024-05-12"]),
        ("az", "31.02.2024", []),
        ("az", "Iyunun 1-dən", ["2026-06-01"]),
        ("az", "mayor 5 nəfər", []),
        ("en", "On July 9, 2024", ["2024-07-09"]),
        ("en", "3 March", ["2026-03-03"]),
        ("en", "the 14th of December 2023", ["2023-12-14"]),
        ("en", "yesterday", ["2026-03-01"]),
        ("en", "three days ago", ["2026-02-27"]),
        ("en", "2024-07-09", ["2024-07-09"]),
        ("en", "may 500 people", []),
        ("az", "9 iyul 2024-cü ildə", ["2024-07-09"]),
        ("az", "9 iyul 2024-cü il", ["2024-07-09"]),
        ("en", "9 July", ["2026-07-09"]),
        ("az", "12.05.24", ["2024-05-12"]),
        ("az", "mayın 5-dən iyunun 7-dək", ["2026-05-05", "2026-06-07"]),
        ("az", "dekabrın 14-15-də", ["2025-12-14", "2025-12-15"]),
        ("az", "mayın 3-ü və 4-də", ["2026-05-03", "2026-05-04"]),
        ("en", "July 9-12, 2024", ["2024-07-09", "2024-07-12"]),
        ("en", "9-12 July 2024", ["2024-07-09", "2024-07-12"]),
        ("az", "üç gün öncə", ["2026-02-27"]),
        ("az", "ötən həftə", ["2026-02-23"]),
        ("en", "last week", ["2026-02-23"]),
        ("az", "bu ilin mart ayında", ["2026-03-01"]),
        ("az", "keçən ilin noyabrında", ["2025-11-01"]),
        ("en", "in March 2024", ["2024-03-01"]),
        ("az", "2024-cü ilin mayında", ["2024-05-01"]),
        ("en", "on Monday", ["2026-03-02"]),
        ("en", "on Friday", ["2026-02-27"]),
        ("az", "bazar ertəsi", ["2026-03-02"]),
        ("az", "cümə günü", ["2026-02-27"]),
        ("en", "the 3rd of May", ["2026-05-03"]),
        ("en", "Sept. 5, 2023", ["2023-09-05"]),
        ("en", "two weeks ago", ["2026-02-16"]),
        ("az", "srağagün", ["2026-02-28"]),
        ("az", "martın 1-i", ["2026-03-01"]),
        ("az", "30 iyun 2025", ["2025-06-30"]),
        ("az", "15 Mart 2024", ["2024-03-15"]),
        ("az", "2024.05.12", ["2024-05-12"]),
        ("en", "may not", []),
        ("en", "March on Baku", []),
        ("az", "205.1 maddə", []),
        ("az", "Bakı/12.03.24/Turan", ["2024-03-12"]),
        ("en", "Baku/12.03.24/Turan", ["2024-03-12"]),
        ("az", "iyunun əvvəlində", []),
    ],
)
def test_days_are_found_however_they_are_written(lang: str, text: str, expected: list[str]) -> None:
    """Inflected months, ordinals, numeric dates and days counted back become calendar days."""
    found = dates(text, lang, NOW)
    assert expected == [day.day.isoformat() for day in found]
    assert all(text.startswith(day.found, day.at) for day in found)


@pytest.mark.parametrize(
    ("lang", "text", "first", "days"),
    [
        ("az", "ötən həftə", "2026-02-23", 7),
        ("az", "2024-cü ilin fevralında", "2024-02-01", 29),
        ("en", "in March 2024", "2024-03-01", 31),
        ("en", "last year", "2025-01-01", 365),
        ("az", "gələn ay", "2026-04-01", 30),
        ("en", "last month", "2026-02-01", 28),
    ],
)
def test_periods_are_their_first_day_with_their_length(lang: str, text: str, first: str, days: int) -> None:
    """A week, a month or a year is no single day."""
    assert [(first, days)] == [(day.day.isoformat(), day.days) for day in dates(text, lang, NOW)]


@pytest.mark.parametrize("part", ["today ", "9 may ", "9.9.", "1-", "may ", "in May 2024, ", "\x00"])
def test_megabytes_of_dates_take_no_more_than_their_share(part: str) -> None:
    """Linear in the length of the text, also where everything is a date."""
    text = part * (400_000 // len(part))
    assert all(text.startswith(day.found, day.at) for day in dates(text, "en", NOW)[:10])

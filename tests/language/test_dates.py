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
    ],
)
def test_days_are_found_however_they_are_written(lang: str, text: str, expected: list[str]) -> None:
    """Inflected months, ordinals, numeric dates and days counted back become calendar days."""
    found = dates(text, lang, NOW)
    assert expected == [day.day.isoformat() for day in found]
    assert all(text.startswith(day.found, day.at) for day in found)

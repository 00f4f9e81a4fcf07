"""Which earlier report an article goes on with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Article, Language
from bot.stories.development import earlier, goes_on
from bot.stories.fingerprint import Fingerprint, fingerprint

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ARREST = "Jurnalist Orxan Qədirli saxlanılıb"


def printed(title: str, *, hours: float = 0, lang: Language = Language.AZ) -> Fingerprint:
    at = NOW + timedelta(hours=hours)
    return fingerprint(
        Article(
            id=title,
            source="sample",
            outlet="Sample",
            url=f"https://n.example/{lang.value}/{abs(hash(title))}",
            title=title,
            text="Nümunə mətn." if lang is Language.AZ else "A sample text.",
            lang=lang,
            countries=("AZ",),
            published=at,
            seen=at,
        )
    )


@pytest.mark.parametrize(
    ("title", "lang"),
    [
        ("Orxan Qədirlinin həbs müddəti üç ay uzadılıb", Language.AZ),
        ("Journalist Orkhan Gadirli sentenced to nine years", Language.EN),
        ("Apellyasiya məhkəməsi Orxan Qədirlinin şikayətini təmin etmədi", Language.AZ),
    ],
)
def test_a_later_stage_of_one_persons_case_goes_on_with_it(title: str, lang: Language) -> None:
    """In either language."""
    assert goes_on(printed(title, hours=48, lang=lang), printed(ARREST))


@pytest.mark.parametrize(
    "title",
    [
        "Anar Qədirlinin həbs müddəti üç ay uzadılıb",  # a brother
        "Həbs müddəti üç ay uzadılıb",  # nobody is named
        "Jurnalist Orxan Qədirli bu gün saxlanılıb",  # the same stage
        "Orxan Qədirli kitab yazıb",  # no stage at all
    ],
)
def test_what_is_not_certainly_the_same_case_goes_on_with_nothing(title: str) -> None:
    """A reply under another person's report says something false about somebody."""
    assert not goes_on(printed(title, hours=48), printed(ARREST))


def test_nothing_goes_on_with_what_came_later() -> None:
    """Feeds list their entries in any order."""
    extension = printed("Orxan Qədirlinin həbs müddəti üç ay uzadılıb", hours=48)

    assert not goes_on(printed(ARREST), extension)


def test_of_several_stages_the_last_is_gone_on_with() -> None:
    """The verdict follows the extension, not the arrest."""
    arrest = printed(ARREST)
    extension = printed("Orxan Qədirlinin həbs müddəti üç ay uzadılıb", hours=48)
    verdict = printed("Orxan Qədirli doqquz il həbs cəzası aldı", hours=96)

    assert extension.id == earlier(verdict, [(extension, "2"), (arrest, "1")])
    assert None is earlier(arrest, [])

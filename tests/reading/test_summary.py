"""One to three sentences that say what an article says."""

from __future__ import annotations

import pytest

from bot.reading.summary import summarise

AZ = (
    "Bakı, 12 noyabr.\n"
    "Bakı Apellyasiya Məhkəməsi jurnalist Aytac Səlimlinin şikayətini noyabrın 12-də təmin etməyib. "
    "Jurnalist ötən ilin yanvarından istintaq təcridxanasında saxlanılır. "
    "“Bu qərar qanunsuzdur. Biz Avropa Məhkəməsinə müraciət edəcəyik”, – vəkil Rəna Qurbanlı bildirib. "
    "Prokurorluq ittihamların əsaslı olduğunu iddia edir.\n"
    "Foto: arxiv\n"
    "Ətraflı oxuyun: Daha bir jurnalistin həbs müddəti uzadıldı\n"
    "Paylaş\n"
)


def test_sentences_are_substrings_in_order() -> None:
    """Nothing is invented: every sentence stands in the text, in this order."""
    found = summarise("Jurnalistin şikayəti rədd edildi", AZ)
    places = [AZ.index(sentence) for sentence in found]
    assert 1 <= len(found) <= 3
    assert sorted(places) == places
    assert found[0].startswith("Bakı Apellyasiya Məhkəməsi")


def test_quotations_are_taken_whole_or_not_at_all() -> None:
    """No summary begins or ends inside a quotation."""
    for room in range(60, 900, 40):
        for sentence in summarise("Jurnalistin şikayəti rədd edildi", AZ, room):
            assert sentence.count("“") == sentence.count("”")


@pytest.mark.parametrize("room", [0, 50, 120, 200, 400, 2_000])
def test_the_room_is_kept(room: int) -> None:
    """All sentences with their spaces fit the room, which may be none."""
    found = summarise("Jurnalistin şikayəti rədd edildi", AZ, room)
    assert len(" ".join(found)) <= room


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Jurnalistin şikayəti rədd edildi",
        "Jurnalistin şikayəti rədd edildi.",
        "JURNALİSTİN ŞİKAYƏTİ RƏDD EDİLDİ!",
        "Foto: arxiv\nƏtraflı\n",
        "Read more\nThe post Journalist loses appeal appeared first on Sample.",
    ],
)
def test_a_bare_headline_has_no_summary(text: str) -> None:
    """An entry that repeats its headline, or carries only boilerplate, is not summarised."""
    assert () == summarise("Jurnalistin şikayəti rədd edildi", text)


def test_boilerplate_is_passed_over() -> None:
    """Credits, shares and "appeared first on" are no part of the article."""
    text = (
        "Photo: Sample Archive / 2024, taken in the courtroom.\n"
        "Subscribe to our newsletter and never miss a report from us.\n"
        "Guards beat two prisoners in the Sample colony on Monday, their relatives said. Read more.\n"
        "The post Guards beat prisoners appeared first on Sample Outlet."
    )
    assert ("Guards beat two prisoners in the Sample colony on Monday, their relatives said.",) == summarise(
        "Guards beat prisoners", text
    )


def test_a_claim_keeps_the_sentence_that_says_whose_it_is() -> None:
    """What is only alleged is never told as a fact."""
    text = (
        "The deputy minister took bribes from the contractors of the new prison for years. "
        "This was alleged by a former accountant, who has left the country. "
        "The ministry has not replied to questions about the contracts so far."
    )
    found = summarise("Deputy minister took bribes", text)
    assert any("alleged" in sentence for sentence in found)
    short = summarise("Deputy minister took bribes", text, room=100)
    assert not any("bribes" in sentence for sentence in short)


def test_an_open_quotation_does_not_stop_the_summary() -> None:
    """Unbalanced marks are common; whole sentences after them are still found."""
    text = "Vəkil “bu qərar qanunsuzdur deyib, sonra gedib. Məhkəmə şikayəti təmin etməyib, proses bitib."
    assert ("Məhkəmə şikayəti təmin etməyib, proses bitib.",) == summarise("Proses", text)

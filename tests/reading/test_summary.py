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


@pytest.mark.parametrize(
    "text",
    [
        "Gənc fəal bu gün Bakıda evinin qarşısında polislər tərəfindən saxlanılıb.",
        "Gənc fəal bu gün Bakıda evinin qarşısında polislər tərəfindən saxlanılıb",
        "The activist was taken from his home by men in plain clothes on Monday",
    ],
)
def test_a_text_of_one_sentence_gives_that_sentence(text: str) -> None:
    """With or without its full stop, as digests of feeds come."""
    assert (text,) == summarise("Fəal saxlanıldı", text)
    assert () == summarise("Fəal saxlanıldı", text, room=40)


@pytest.mark.parametrize(
    "text",
    [
        "Gənc fəal bu gün Bakıda evinin qarşısında polislər tərəfindən saxlanılıb və…",
        "Gənc fəal bu gün Bakıda evinin qarşısında polislər tərəfindən [...]",
        "The activist was taken from his home by men in plain clothes on Monday and",
        "In a letter from prison, the activist said: “I was beaten on the first night. I was",
    ],
)
def test_a_sentence_that_the_feed_cut_off_is_not_given(text: str) -> None:
    """Half a sentence may lack the half that says who claims it."""
    assert () == summarise("Fəal saxlanıldı", text)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Bakı/12.03.24/Turan: Fəal dörd ay həbsdə qalacaq, hakim belə qərar verib.", "Fəal dörd"),
        ("Bakı, 5 mart, APA. Fəal dörd ay həbsdə qalacaq, hakim belə qərar verib.", "Fəal dörd"),
        ("KYIV, Ukraine -- Two reporters were wounded by shelling on Monday evening.", "Two rep"),
        ("BRUSSELS: Two reporters were expelled from the hall on Monday evening.", "Two rep"),
        ("(Reuters) – Two reporters were expelled from the hall on Monday evening.", "Two rep"),
        ("Sample Town (Turkey) (AFP) - Two reporters were expelled from the hall.", "Two rep"),
        ("NATO and its members discussed the expulsion of two reporters on Monday.", "NATO and"),
    ],
)
def test_a_dateline_is_no_part_of_the_summary(text: str, first: str) -> None:
    """Place, day and agency are cut off the first sentence; what remains stands in the text."""
    found = summarise("Başlıq", text)
    assert found[0].startswith(first)
    assert all(sentence in text for sentence in found)


def test_nothing_is_taken_from_inside_somebodys_words() -> None:
    """Long quotations, nested ones, single marks, quotations over paragraphs or never closed."""
    long = "Mən qapını açdım və gördüm ki, beş nəfər gözləyir. " * 12
    for opening, closing in (("“", "”"), ("«", "»"), ("‘", "’"), ('"', '"'), ("“", "")):
        text = (
            "Həbsdəki jurnalist məktubunda istintaq təcridxanasında baş verənləri yazıb: "
            f"{opening}{long}{closing}\n"
            "Penitensiar Xidmət jurnalistin məktubuna hələ cavab verməyib, vəkil şikayət edib."
        )
        found = summarise("Jurnalistin məktubu", text)
        assert not any(sentence.startswith("Mən qapını") for sentence in found), opening
        assert any(sentence.startswith("Penitensiar") for sentence in found), opening


def test_somebodys_words_do_not_stand_without_the_speaker() -> None:
    """A sentence that is a quotation only comes with the one that says whose it is, or not at all."""
    text = (
        "The prison service has published its yearly figures on inmates and their health. "
        "“Guards beat every prisoner in the colony on the first night.” "
        "The service employs four hundred guards in the colony and eighty nurses."
    )
    for room in range(60, 500, 40):
        assert not any("beat" in sentence for sentence in summarise("Prison figures", text, room))


@pytest.mark.parametrize(
    "connector", ["Lakin", "O,", "Bu,", "Bundan əlavə,", "Bildirib ki,", "However,", "He"]
)
def test_a_sentence_comes_with_the_one_that_it_leans_on(connector: str) -> None:
    """Pronouns and connectors do not dangle: the sentence before is taken too, or neither."""
    text = (
        "Prokurorluq işin materiallarını məhkəməyə göndərib. "
        "Müstəntiq şahidlərin hamısını noyabrda yenidən dindirib. "
        f"{connector} jurnalistin həbs müddəti jurnalist ailəsinin iştirakı olmadan uzadılıb."
    )
    for room in range(60, 400, 20):
        found = summarise(
            "Jurnalistin həbs müddəti jurnalist ailəsinin iştirakı olmadan uzadılıb", text, room
        )
        if any(sentence.startswith(connector) for sentence in found):
            assert any(sentence.startswith("Müstəntiq") for sentence in found)


def test_hostile_texts_are_summarised_in_an_instant() -> None:
    """Megabytes of marks, boilerplate and quotations; nothing in them takes quadratic time."""
    for part in ("“a. ", "the post ", "Foto: \n", "‘’ ", "BAKI, ", "((", '"', "A. B. "):
        text = part * (5_000_000 // len(part))
        assert all(sentence in text for sentence in summarise("Başlıq", text))

"""Which articles are one report when no publisher says so, and which are not for all they share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Article, Language
from bot.stories.decide import kindred
from bot.stories.fingerprint import Fingerprint, fingerprint
from bot.stories.likeness import likeness
from bot.stories.link import link
from bot.stories.stages import stages

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def article(name: str, title: str, text: str = "", *, hours: float = 0, site: str = "n.example") -> Article:
    lang = Language.AZ if name.startswith("az") else Language.EN
    at = NOW + timedelta(hours=hours)
    return Article(
        id=name,
        source=site,
        outlet=site,
        url=f"https://{site}/{lang.value}/{name}",
        title=title,
        text=text,
        lang=lang,
        countries=("AZ",),
        published=at,
        seen=at,
    )


ARREST = article("az1", "Jurnalist Orxan Qədirli saxlanılıb", "Onu evindən mülki geyimli şəxslər aparıb.")
ARREST_EN = article("en1", "Journalist Orkhan Gadirli detained", "Men took him from his home.", hours=1)
EXTENDED = article("az2", "Orxan Qədirlinin həbs müddəti 3 ay uzadıldı", "Qərarı məhkəmə verib.", hours=5)
EXTENDED_EN = article(
    "en2", "Detention of Orkhan Gadirli extended by three months", "A court ruled.", hours=6
)
VERDICT = article("az3", "Orxan Qədirli 9 il həbs cəzası aldı", "Hökmü məhkəmə oxuyub.", hours=20)
RELEASE_EN = article("en4", "Journalist Orkhan Gadirli released", "He met his family.", hours=30)


def joined(*articles: Article) -> set[tuple[str, ...]]:
    return {story.articles for story in link(articles)}


def test_stages_of_one_case_are_reports_of_their_own() -> None:
    """Arrest, extension, verdict and release of one man: each with its own version in the other language."""
    batch = (ARREST, EXTENDED, VERDICT, EXTENDED_EN, RELEASE_EN, ARREST_EN)

    assert {("az1", "en1"), ("az2", "en2"), ("az3",), ("en4",)} == joined(*batch)


def test_the_order_of_arrival_changes_nothing() -> None:
    """The English text first, or a day of other news in between."""
    batch = (RELEASE_EN, ARREST_EN, VERDICT, EXTENDED_EN, ARREST, EXTENDED)

    assert {("en1", "az1"), ("en2", "az2"), ("az3",), ("en4",)} == joined(*batch)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # two people, one template
        ("Jurnalist Ülviyyə Əhmədli 15 sutka həbs olundu", "Blogger Rashad Valiyev jailed for 15 days"),
        # two statements on one case
        (
            "RSF jurnalist Orxan Qədirlinin azad edilməsini tələb edir",
            "CPJ calls for release of Orkhan Gadirli",
        ),
        # two brothers
        ("Ziyəddin Səfərov saxlanılıb", "Huseyn Safarov detained"),
        # two weeks' figures
        ("Ötən həftə 412 hektar ərazi minalardan təmizlənib", "388 hectares cleared of mines last week"),
        # the demand and the verdict
        ("Prokuror Orxan Qədirli üçün 9 il həbs istədi", "Orkhan Gadirli sentenced to nine years"),
        # free, and asked to be free
        ("Orxan Qədirli azadlığa buraxıldı", "Calls for release of Orkhan Gadirli"),
    ],
)
def test_near_misses_stay_apart(one: str, two: str) -> None:
    """They share a name, a figure or a form, and tell different things."""
    assert {("az1",), ("en1",)} == joined(article("az1", one), article("en1", two, hours=2))


def test_what_an_organisation_says_of_an_arrest_is_not_the_arrest() -> None:
    """By its words where it condemns, and by who publishes it where it does not."""
    said = article(
        "en1", "Azerbaijan: detained journalist Orkhan Gadirli", "He was taken from his home.", hours=3
    )
    elsewhere = article("en2", said.title, said.text, hours=3, site="p.example")
    speaking = replace(said, url="https://www.amnesty.org/en/latest/news/1", source="amnesty")

    assert {("az1",), ("en1",)} == joined(ARREST, speaking)
    assert {("az1", "en2")} == joined(ARREST, elsewhere)


def test_what_is_a_month_apart_is_another_report() -> None:
    """Every year has its report of the year."""
    late = article("en1", "Journalist Orkhan Gadirli detained", "Men took him from his home.", hours=24 * 30)

    assert {("az1",), ("en1",)} == joined(ARREST, late)


def test_a_partner_that_is_not_clearly_the_best_is_not_taken() -> None:
    """Two English texts that fit alike, and exclude each other: neither is linked to the Azerbaijani one."""
    one = article("en1", "Two people detained at rally in Ganja", "Police broke up the gathering.", hours=1)
    two = article("en2", "Three people detained at rally in Ganja", "Police broke up the gathering.", hours=1)
    az = article("az1", "Gəncədə mitinqdə adamlar saxlanılıb", "Polis toplantını dağıdıb.")

    assert {("az1",), ("en1",), ("en2",)} == joined(az, one, two)


def test_links_say_how_sure_they_are_and_why() -> None:
    """Names as either language writes them, and what it is about."""
    (story,) = link([ARREST, ARREST_EN])
    (made,) = story.links

    assert ("az1", "en1") == (made.a, made.b)
    assert 0.68 <= made.score < 1.0
    assert "name Qədirli = Gadirli" in made.why


def prints(*articles: Article) -> list[Fingerprint]:
    return [fingerprint(one) for one in articles]


def test_an_arrival_finds_its_story() -> None:
    """Of four stories about one man it is the one about his arrest."""
    mine, *others = prints(ARREST_EN, ARREST, EXTENDED, VERDICT, RELEASE_EN)

    (kin,) = kindred(mine, list(zip(others, "1234", strict=True)))

    assert ("az1", "1") == (kin.article, kin.story)


def test_an_arrival_can_show_that_two_stories_are_one() -> None:
    """Two outlets' texts that did not find each other both find the third."""
    far = article(
        "az9", "Orxan Qədirli saxlanılıb: evindən aparılıb", "Mülki geyimli şəxslər.", site="o.example"
    )
    mine, *others = prints(ARREST_EN, ARREST, far)

    assert {"1", "2"} == {kin.story for kin in kindred(mine, list(zip(others, "12", strict=True)))}


def test_a_story_is_joined_whole_or_not_at_all() -> None:
    """Whoever is in a story with what the arrival excludes keeps it out."""
    mine, arrest, release = prints(ARREST_EN, ARREST, RELEASE_EN)

    assert [] == kindred(mine, [(arrest, "1"), (release, "1")])


def test_likeness_does_not_depend_on_the_order() -> None:
    """Who came first does not count."""
    a, b, c = prints(ARREST, ARREST_EN, EXTENDED_EN)

    for one, two in ((a, b), (a, c), (b, c)):
        assert likeness(one, two).score == likeness(two, one).score
        assert bool(likeness(one, two).vetoed) == bool(likeness(two, one).vetoed)


def test_every_stage_can_be_read() -> None:
    """The data refers only to concepts that are there."""
    assert {"detained", "extended", "sentenced", "released"} <= stages().keys()

"""Topics, and what is human-rights news."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from bot.language.concepts import rules
from bot.model import Kind, Language, Topic
from bot.reading import read_text
from bot.reading.topics import find_topics


class Row(NamedTuple):
    """One line of data/headlines.txt."""

    lang: str
    countries: tuple[str, ...]
    rights: bool
    topics: frozenset[str]
    title: str
    text: str


def _row(line: str) -> Row:
    lang, countries, rights, topics, title, text = (part.strip() for part in line.split("|"))
    split = tuple(filter(None, countries.split(",")))
    return Row(lang, split, rights == "+", frozenset(filter(None, topics.split(","))), title, text)


_FILES = sorted(Path(__file__).with_name("data").glob("headlines*.txt"))
ROWS = [
    _row(line)
    for file in _FILES
    for line in file.read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title[:40])
def test_a_headline_is_read_for_what_it_is(row: Row) -> None:
    """Language and countries are right, and a rights story is told from anything else."""
    reading = read_text(row.title, row.text)
    assert Language(row.lang) is reading.lang
    assert set(row.countries) == set(reading.countries)
    assert row.countries[:1] == reading.countries[:1]
    assert row.rights is reading.human_rights


def test_topics_are_right_most_of_the_time() -> None:
    """Micro-averaged F1 over all topics of all rows; a fall means that a rule was broken."""
    hit = wrong = missed = 0
    for row in ROWS:
        found = {topic.value for topic in read_text(row.title, row.text).topics}
        hit += len(found & row.topics)
        wrong += len(found - row.topics)
        missed += len(row.topics - found)
    assert 2 * hit / (2 * hit + wrong + missed) >= 0.87


def test_every_topic_has_a_rule_in_both_languages() -> None:
    """No topic can be asked for in vain."""
    assert {topic.value for topic in Topic} <= {rule.label for rule in rules()}


def test_the_cause_of_a_topic_is_in_the_text() -> None:
    """Each cause names the words of its rule and where they stand."""
    title = "Məhbus həbsxanada işgəncəyə məruz qalıb"
    causes = find_topics(title, "", Language.AZ).causes
    assert "torture_ill_treatment" in {cause.label for cause in causes}
    for cause in causes:
        for found in cause.found:
            assert title.startswith(found.words, found.at)


@pytest.mark.parametrize(
    ("kind", "title", "text"),
    [
        (Kind.URGENT_ACTION, "Urgent Action: Journalist at risk of torture", ""),
        (Kind.URGENT_ACTION, "Təcili müraciət: məhbusun həyatı təhlükədədir", ""),
        (Kind.JUDGMENT, "AİHM Azərbaycana qarşı qərar çıxarıb", ""),
        (Kind.JUDGMENT, "Strasbourg court finds violation in activist's case", ""),
        (Kind.REPORT, "Amnesty International-ın illik hesabatı açıqlandı", ""),
        (Kind.REPORT, "Torture is widespread in prisons, new report says", ""),
        (Kind.STATEMENT, "Hüquq müdafiəçiləri jurnalistin azad edilməsini tələb edib", ""),
        (Kind.STATEMENT, "Rights groups condemn arrest of lawyer", ""),
        (Kind.NEWS, "Bakıda jurnalist saxlanılıb", ""),
        (Kind.NEWS, "Court sentences blogger to two years", ""),
    ],
)
def test_the_kind_of_document_is_told(kind: Kind, title: str, text: str) -> None:
    """Reports, urgent actions, judgments and statements are told from news."""
    assert kind is read_text(title, text).kind

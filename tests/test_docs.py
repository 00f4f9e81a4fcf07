"""The pages say what the program does: examples are run, commands and links are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk.requests import ALIASES, Verb
from bot.errors import BadFilter
from bot.filters import packs as packs_module
from bot.filters.door import admit
from bot.filters.grammar import parse, parse_pack
from bot.filters.match import evaluate, prepare
from bot.filters.terms import FIELDS, PACK
from bot.model import Article, Kind, Language, Match, Topic
from bot.reading.read import read_text
from handlers.text.catalogue import INTERFACES, translator
from handlers.text.describe import describe
from handlers.text.replies.guide import page
from tests.filters.articles import article as sample

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
#: The packs that the pages speak of.
PACKS = {name: parse_pack("müxbir") for name in ("press-freedom", "lawyers", "sport")}
FILTERS = [ROOT / "docs" / "filters.md", ROOT / "docs" / "filters.az.md"]
PAGES = [README, *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "deploy").glob("*.md"))]


def _fenced(path: Path, kind: str) -> list[str]:
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", path.read_text("utf-8"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


def _rows(path: Path, columns: int, heads: set[str]) -> Iterator[list[str]]:
    """The rows of the tables whose first heading is one of `heads`."""
    inside = False
    for line in path.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[0] in heads:
            inside = len(cells) == columns
        elif inside and not set(cells[0]) <= set("-: "):
            yield cells


_EXAMPLES = [
    pytest.param(row, id=f"{path.name}: {row[0]}")
    for path in FILTERS
    for row in _rows(path, 3, {"filter", "filtr"})
]


def _read(headline: str) -> Article:
    """The headline as the reading stage understands it."""
    reading = read_text(headline, "")
    return sample(
        headline,
        lang=reading.lang,
        countries=reading.countries,
        mentions=reading.mentions,
        human_rights=reading.human_rights,
        topics=reading.topics,
        kind=reading.kind,
    )


@pytest.mark.parametrize("row", _EXAMPLES)
def test_filters_find_what_the_page_says(row: list[str]) -> None:
    """Each row of the pages, with the real reader and the real matcher."""
    typed, finds, misses = row
    wanted = parse(typed.strip("`"), default_rights="any")
    assert isinstance(evaluate(wanted, prepare(_read(finds))), Match)
    assert not isinstance(evaluate(wanted, prepare(_read(misses))), Match)


@pytest.mark.parametrize("path", FILTERS, ids=lambda path: path.name)
def test_every_example_is_read_or_refused_as_the_page_says(path: Path) -> None:
    """Fenced filters parse; fenced mistakes are refused with an example that works."""
    good, bad = _fenced(path, "filter"), _fenced(path, "refused")
    assert len(good) > 8
    assert len(bad) > 6
    for line in good:
        assert admit(line, packs=PACKS)
    for line in bad:
        with pytest.raises(BadFilter) as caught:
            admit(line, packs=PACKS)
        assert admit(caught.value.example, packs=PACKS)


@pytest.mark.parametrize("path", FILTERS, ids=lambda path: path.name)
def test_the_page_names_the_limits_of_packs(path: Path) -> None:
    """Both figures, as they are enforced."""
    packs = path.read_text("utf-8").partition("`rights:`")[2]
    assert re.search(rf"{packs_module.MOST_TERMS}\b.*?\b{packs_module.MOST_DEPTH}\b", packs)


@pytest.mark.parametrize("path", FILTERS, ids=lambda path: path.name)
def test_the_page_names_every_field_and_value(path: Path) -> None:
    """Nothing that a filter can say is missing; each field's example parses."""
    rows = list(_rows(path, 3, {"field", "sahə"}))
    named = re.findall(r"(\w+):", " ".join(row[0] for row in rows))
    assert sorted((*FIELDS, PACK)) == sorted(named)
    for *_, example in rows:
        typed = example.strip("`")
        assert parse(typed if typed != "rights:any" else f"torture {typed}")
    text = path.read_text("utf-8")
    names = [*(topic.value for topic in Topic), *(kind.value for kind in Kind), *("az", "en", "tr", "ru")]
    assert [] == [name for name in names if not re.search(rf"\b{name}\b", text)]


@pytest.mark.parametrize(("path", "lang"), [(FILTERS[0], Language.EN), (FILTERS[1], Language.AZ)])
def test_the_page_says_what_its_filter_means(path: Path, lang: Language) -> None:
    """The sentence beside the example of `filters explain` is the one that it answers with."""
    text = path.read_text("utf-8")
    (query,) = re.findall(r"filters explain '([^']+)'", text)
    assert describe(parse(query), lang) in " ".join(text.split())


@pytest.mark.parametrize("path", FILTERS, ids=lambda path: path.name)
def test_the_page_shows_the_spelling_that_is_kept(path: Path) -> None:
    """The last section's filter becomes what the page says it becomes."""
    last = path.read_text("utf-8").rpartition("\n## ")[2]
    typed, kept = re.findall(r"`([^`/]+country:[^`]+)`", last)
    assert kept == parse(typed).query


def test_the_readme_names_every_command() -> None:
    """Every verb and every other spelling of it."""
    typed = set(re.findall(r"/(\w+)", README.read_text("utf-8")))
    commands = {verb.value for verb in Verb} | set(ALIASES)
    assert set() == commands - typed


def test_the_runbook_has_every_event_and_no_other() -> None:
    """What the program writes to its log, wherever in the code, stands in the runbook's table."""
    code = [
        path.read_text("utf-8") for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")
    ]
    said = {
        name
        for text in code
        for name in re.findall(
            r'(?:\blog\.(?:debug|info|warning|error|exception|critical)|\btell)\(\s*"([a-z_.]+)"', text
        )
    }
    shown = [
        re.findall(r"`([a-z_.]+)`", row[0]) for row in _rows(ROOT / "deploy" / "runbook.md", 2, {"event"})
    ]
    listed = [name for names in shown for name in names]
    assert sorted(said) == sorted(listed)


@pytest.mark.parametrize("lang", INTERFACES)
@pytest.mark.parametrize("verb", Verb)
def test_the_help_names_every_command(verb: Verb, lang: Language) -> None:
    """A command's page shows it with its other spellings."""
    lines = page(verb, translator(lang)).lines
    text = "\n".join("".join(span.text for span in line) for line in lines)
    spellings = [verb.value, *(alias for alias, meant in ALIASES.items() if meant is verb)]
    assert [] == [name for name in spellings if not re.search(rf"/{name}\b", text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    """Files and pictures that a page links or shows are in the repository."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.M | re.S)
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    local = [target.partition("#")[0] for target in targets if "://" not in target]
    assert [] == [target for target in local if target and not (path.parent / target).exists()]

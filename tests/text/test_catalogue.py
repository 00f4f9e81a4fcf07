"""The catalogues are complete, and no sentence goes around them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages import Catalog

from bot.model import Language
from handlers.text import catalogue, names, notices
from handlers.text.catalogue import UntranslatedWarning, main, problems, translator
from handlers.text.commands import SUMMARIES, Menu, menu

TEXT = Path(catalogue.__file__).parent
SPEAKERS = {"say", "Span", "bold", "plain", "press", "Button"}


def test_both_catalogues_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    """`make check` passes."""
    assert (main(), capsys.readouterr().out.count(".po:")) == (0, 0)


def test_every_kind_of_mistake_is_reported() -> None:
    """Missing, stale, untranslated, fuzzy, and other placeholders."""
    held = Catalog(locale="az")
    held.add("Old", "Köhnə")
    held.add("Empty", "")
    held.add("Sure?", "Bəlkə", flags=["fuzzy"])
    held.add("Type {a}", "Yazın: {b}")
    wanted: set[tuple[str, ...]] = {("Empty",), ("Sure?",), ("Type {a}",), ("New",)}
    assert problems(held, wanted) == [
        "fuzzy: Sure?",
        "missing: New",
        "not translated: Empty",
        "other placeholders: Type {a}",
        "stale: Old",
    ]


def test_an_unknown_sentence_warns_and_stays_english() -> None:
    """Readers get English rather than nothing; the suite turns the warning into a failure."""
    with pytest.warns(UntranslatedWarning, match="az: Unheard of"):
        assert translator(Language.AZ)._("Unheard of") == "Unheard of"


def test_no_sentence_shouts() -> None:
    """No exclamation marks in any language."""
    for lang in catalogue.INTERFACES:
        for forms in translator(lang).sentences.values():
            assert not any("!" in form for form in forms)


def literals_past_the_catalogue(source: str) -> list[str]:
    """String literals with two words that are given to `say`, `Span`, `bold`, `plain` or a label directly."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKERS:
            given = [*node.args[:1], *(keyword.value for keyword in node.keywords)]
            values = [one.value for one in given if isinstance(one, ast.Constant)]
            found += [value for value in values if isinstance(value, str) and _is_prose(value)]
    return found


def _is_prose(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]+ +[^\W\d_]+", re.sub(r"\{\w+\}", "", text)))


def test_no_sentence_bypasses_the_catalogues() -> None:
    """Everything that reads like a sentence comes through `_` or `n_`."""
    assert literals_past_the_catalogue('say("Two words")') == ["Two words"]
    for file in TEXT.rglob("*.py"):
        assert literals_past_the_catalogue(file.read_text(encoding="utf-8")) == [], file.name


def test_every_key_has_a_name() -> None:
    """The tables name every member of their enums."""
    for table in (names.TOPICS, names.KINDS, names.LANGUAGES, names.TROUBLES, names.MISSES, SUMMARIES):
        assert set(table) == set(type(next(iter(table))))


@pytest.mark.parametrize("lang", catalogue.INTERFACES)
def test_menus_fit_telegram(lang: Language) -> None:
    """Names are `[a-z0-9_]{1,32}`, descriptions 1 to 256 characters."""
    for who in Menu:
        for command in menu(lang, who):
            assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
            assert 1 <= len(command.description) <= 256


def test_the_page_has_the_same_strings_in_both_languages() -> None:
    """No key is missing, and none is empty."""
    az, en = notices.web_strings(Language.AZ), notices.web_strings(Language.EN)
    assert az.keys() == en.keys()
    assert all(az.values())
    assert az["send"] == "Göndər"

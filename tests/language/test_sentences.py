"""Where sentences end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.language.sentences import sentences, spans

_GOLD = [
    line.partition(": ")[2]
    for line in Path(__file__).with_name("data").joinpath("sentences.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
_CUT = [
    ["Prof. R. Əliyev dedi ki, “Bu belə deyil. Mən getmirəm”.", "Polis gəldi və s.", "Məhkəmə qərar verdi."],
    ["Məhkəmə 206.3.2-ci maddə ilə qərar verdi.", '"Mən haqlıyam!" – deyə bildirib.', "Sonra getdi."],
    ["O, 5 mln. manat istəyib.", "Proses sabah davam edəcək."],
    ["H.Babalının vəkili gəlməyib.", "M.Ə.Rəsulzadə küç. 5-də axtarış aparılıb."],
    ["«Biz getmirik. Qalırıq!» — etirazçılar deyib.", "Polis susub."],
    ["Saat 14.30-da başlayıb.", "Kim gəlib?", "Heç kim…", "Hamı gedib."],
    ["Onlar Nizami küç. 12-də toplaşıb.", "Aksiya 20 dəq. çəkib."],
    ["Mr. Smith of the U.S. State Department said “No. We will not.”", "Then he left."],
    ["It was 5 p.m.", "The U.N. said so.", "Dr. Khan, et al., agreed."],
    ['"Stop!" he shouted.', "Nobody stopped."],
    ["The case is Karimov v. Azerbaijan, no. 12345/19.", "The applicant won."],
]


@pytest.mark.parametrize("paragraph", _GOLD)
def test_paragraphs_with_every_trap_are_cut_exactly(paragraph: str) -> None:
    """Glued sentences, dialogues, lists, articles, clock times, addresses, forgotten marks."""
    text = re.sub(r" \|\+ ?", "", paragraph).replace(" |n ", "\n").replace(" | ", " ")
    assert re.split(r" \|n | \|\+ ?| \| ", paragraph) == list(sentences(text))


@pytest.mark.parametrize("expected", _CUT)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    """Abbreviations, initials, articles and quotations do not end a sentence."""
    assert expected == list(sentences(" ".join(expected)))


def test_lines_are_never_joined() -> None:
    """A line break separates, with or without a full stop."""
    assert ("Birinci sətir", "İkinci sətir.") == sentences("Birinci sətir\n\nİkinci sətir.\n")


def test_a_forgotten_closing_mark_does_not_swallow_the_text() -> None:
    """An open quotation is given up when the line has no end of it."""
    text = "Vəkil “bu qərar qanunsuzdur deyib. Məhkəmə susub. Proses davam edir."
    assert 3 == len(sentences(text))


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "...", "“" * 10_000, ". " * 50_000, '"a. ' * 20_000, "a" * 1_000_000]
)
def test_spans_are_in_order_and_within_the_text(text: str) -> None:
    """Whatever comes in, spans do not overlap and hold no white space at their ends."""
    before = 0
    for start, end in spans(text):
        assert before <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        before = end

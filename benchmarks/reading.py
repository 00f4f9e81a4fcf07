"""A long report -> language, countries, topics, kind and summary, beside cutting it into words.

Nobody else reads Azerbaijani completely; packages that do one of the parts stand beside that part: CLD2 tells
the language, syntok cuts sentences, Snowball's Turkish stemmer (the nearest there is) reduces words.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import count

import pycld2
import snowballstemmer
from syntok import segmenter

from benchmarks.measure import Size, Watch, Work, in_turns, repeated
from benchmarks.report import Against, Finding, Row, times
from benchmarks.texts import WORDS, long_text
from bot.demo.reports import Text
from bot.language.detect import detect
from bot.language.sentences import sentences
from bot.language.words import tokenise
from bot.model import Language
from bot.reading.read import read_text

_RESIDENT = """
from bot.demo.reports import all_reports

def resident():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))

texts = [text for report in all_reports() for text in report.versions.values()]
before = resident()
from bot.reading.read import read_text
for text in texts:
    read_text(text.title, text.text)
print(resident() - before)
"""


async def run(size: Size, watch: Watch) -> Finding:
    """Both languages; nothing is known of the text beforehand."""
    words = size.of(WORDS)
    texts = {lang: long_text(lang, words) for lang in (Language.AZ, Language.EN)}
    works: dict[str, Work] = {}
    for lang, text in texts.items():
        for name, job in _jobs(text).items():
            works[f"{name} {lang.value}"] = repeated(size.of(10), job)
    took = await in_turns(works, size, watch)
    rows = tuple(row for lang in texts for row in _rows(words, lang.value, took))
    whole = [row for row in rows if row.against is Against.LIMIT]
    return Finding(
        title=f"one core reads {1 / max(row.ours for row in whole):,.0f} long reports a second,"
        f" in {times(whole[0].ours, whole[0].theirs)} the time of cutting them into words",
        unit="report",
        rows=rows,
        note=f"the reader and its data take {resident_megabytes():.0f} MB above an empty process",
    )


def resident_megabytes() -> float:
    """Resident memory that importing the reader and reading every sample adds, in a process of its own."""
    said = subprocess.run([sys.executable, "-c", _RESIDENT], check=True, capture_output=True, text=True)
    return int(said.stdout) / 1024


def _jobs(text: Text) -> dict[str, Callable[[], object]]:
    stemmer = snowballstemmer.stemmer("turkish")
    split = text.text.split()
    number = count()

    def body() -> str:
        return f"{text.text} {next(number)}."  # never the same text twice: what was read is remembered

    return {
        "read": lambda: read_text(text.title, body()),
        "cut": lambda: (tokenise(text.title), tokenise(body())),
        "detect": lambda: detect(text.title, body()),
        "cld2": lambda: pycld2.detect(f"{text.title} {body()}", bestEffort=True),
        "sentences": lambda: sentences(body()),
        "syntok": lambda: [list(some) for some in segmenter.process(body())],
        "stem": lambda: stemmer.stemWords(split),
    }


def _rows(words: int, lang: str, took: dict[str, float]) -> list[Row]:
    def row(what: str, ours: str, other: str, theirs: str, against: Against = Against.PEER) -> Row:
        ours, theirs = f"{ours} {lang}", f"{theirs} {lang}"
        return Row(what=f"{what}, {lang}", ours=took[ours], other=other, theirs=took[theirs], against=against)

    rows = [
        row(f"{words} words, everything", "read", "tokenise only", "cut", Against.LIMIT),
        row("language alone", "detect", "CLD2", "cld2"),
        row("sentences alone", "sentences", "syntok", "syntok"),
    ]
    if lang == "az":
        rows.append(row("everything", "read", "Snowball's Turkish stems alone", "stem"))
    return rows

"""From typed text to a verb and its argument. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.desk.requests import ALIASES, Verb
from bot.language.letters import fold

#: How alike an unknown command and a known one must be to be suggested, of 100.
LIKE_ENOUGH = 60

VERBS: dict[str, Verb] = {**{verb.value: verb for verb in Verb}, **ALIASES}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Parsed:
    """What was typed: a known verb, or None with the word that is none (`""`: not a command at all)."""

    verb: Verb | None
    word: str
    argument: str


def parse(text: str) -> Parsed:
    """Split "/subscribe torture" into its verb and the rest. The slash is optional before known verbs."""
    text = text.strip()
    slashed = text.startswith("/")
    word, _, argument = text.removeprefix("/").partition(" ")
    if "\n" in word:
        word, _, argument = text.removeprefix("/").partition("\n")
    name = fold(word.partition("@")[0])
    verb = VERBS.get(name)
    if verb is not None:
        return Parsed(verb=verb, word=word, argument=argument.strip())
    return Parsed(verb=None, word=word if slashed else "", argument=argument.strip() if slashed else text)


def nearest(word: str) -> Verb | None:
    """The verb that somebody who typed `word` probably meant."""
    found = process.extractOne(fold(word), VERBS.keys(), scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH)
    return VERBS[found[0]] if found else None

"""The sentences in both languages: gettext catalogues, read from `locale/*.po` at first use.

The msgid is the English sentence. Azerbaijani nouns stay singular after a numeral, so its two plural
forms are usually the same; both are there because CLDR counts two.

`python -m handlers.text.catalogue` compares the catalogues with the sentences in the code, and fails
with a list when one is missing, stale, fuzzy or has other placeholders.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.model import Language

LOCALE = Path(__file__).parent / "locale"
HANDLERS = Path(__file__).parent.parent

#: The languages in which the bot itself speaks.
INTERFACES = (Language.AZ, Language.EN)

#: Functions whose literal arguments are sentences; for plurals the positions of both forms.
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "n_": (1, 2)}


class UntranslatedWarning(UserWarning):
    """A sentence is in no catalogue. The test suite turns warnings into errors; readers get English."""


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogues where it is written; `_` translates it where it is used."""
    return sentence


@dataclass(frozen=True, slots=True)
class Translator:
    """One language's sentences."""

    lang: Language
    sentences: dict[str, tuple[str, ...]]

    def _(self, sentence: str) -> str:
        """The sentence in this language."""
        return self._forms(sentence, (sentence,))[0]

    def n_(self, one: str, many: str, n: int) -> str:
        """The form for `n` things. Both languages: the first for 1, the second for the rest."""
        forms = self._forms(one, (one, many))
        return forms[0] if n == 1 else forms[-1]

    def _forms(self, key: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        found = self.sentences.get(key)
        if found is None:
            warnings.warn(UntranslatedWarning(f"{self.lang.value}: {key}"), stacklevel=3)
            return otherwise
        return found


@cache
def translator(lang: Language) -> Translator:
    """The sentences of `lang`; English for a language in which the bot does not speak."""
    spoken = lang if lang in INTERFACES else Language.EN
    messages = dict(_sentences(_read(spoken)))
    return Translator(spoken, messages)


def _read(lang: Language) -> Catalog:
    with (LOCALE / f"{lang.value}.po").open("rb") as file:
        return read_po(file, locale=lang.value, abort_invalid=True)


def _sentences(catalogue: Catalog) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(first form of the msgid, translation) of everything but the header and what is not translated."""
    for message in catalogue:
        if message.id and all(_forms_of(message.string)):
            yield _forms_of(message.id)[0], _forms_of(message.string)


def _forms_of(sentence: str | Iterable[str] | None) -> tuple[str, ...]:
    return (sentence or "",) if isinstance(sentence, str | None) else tuple(sentence)


# --- the check ----------------------------------------------------------------------------------


def extracted(root: Path = HANDLERS) -> set[tuple[str, ...]]:
    """Every sentence that the code under `root` can say, as its forms."""
    found = extract_from_dir(root, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {_forms_of(sentence) for _file, _line, sentence, _comments, _context in found}


def problems(catalogue: Catalog, wanted: set[tuple[str, ...]]) -> list[str]:
    """What is wrong with a catalogue, one line each; empty when it is complete."""
    held = {_forms_of(message.id): message for message in catalogue if message.id}
    wrong = [f"missing: {forms[0]}" for forms in wanted - held.keys()]
    wrong += [f"stale: {forms[0]}" for forms in held.keys() - wanted]
    for forms, message in held.items():
        strings = _forms_of(message.string)
        if message.fuzzy:
            wrong.append(f"fuzzy: {forms[0]}")
        if len(strings) != len(forms) or not all(strings):
            wrong.append(f"not translated: {forms[0]}")
        elif {*map(_placeholders, strings)} != {*map(_placeholders, forms)}:
            wrong.append(f"other placeholders: {forms[0]}")
    return sorted(wrong)


def _placeholders(sentence: str) -> frozenset[str]:
    return frozenset(name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name)


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    wanted = extracted()
    wrong = [f"{lang.value}.po: {line}" for lang in INTERFACES for line in problems(_read(lang), wanted)]
    report = wrong or [f"{len(wanted)} sentences, complete in Azerbaijani and English"]
    sys.stdout.write("\n".join(report) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

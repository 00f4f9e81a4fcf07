"""The words that join what a filter asks for, in English and Azerbaijani, with or without their dots.

    OR    or   |   və ya   vəya   ya   ya da   yaxud
    AND   and  və
    NOT   not  deyil

Capitals do not matter. In quotation marks they are words like others.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_OPERATOR = re.compile(
    r"""(?P<OR>\|+)
    | (?: (?P<or>or | vəya | veya | (?:(?:və|ve)\s+)? (?:yaxud | ya(?:\s+da)?))
        | (?P<AND>and | və | ve)
        | (?P<NOT>not | dey[iıİI]l)
      ) (?=[\s()|,"]|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(r"\s*(?:$|[,)])")


class Operator(NamedTuple):
    """An operator that stands somewhere."""

    name: str  #: "OR", "AND" or "NOT"
    text: str  #: as typed


def operator_at(text: str, at: int) -> Operator | None:
    """The operator that begins at `at`, where a word can begin."""
    found = _OPERATOR.match(text, at)
    return None if found is None else Operator((found.lastgroup or "").upper(), found.group())


def is_operator(word: str) -> bool:
    """Whether a word would be read as an operator if it stood alone."""
    return _OPERATOR.fullmatch(word) is not None


def follows_its_word(text: str, operator: Operator, at: int) -> bool:
    """Whether `deyil` stands as in a sentence, after what it negates, before nothing that it could negate.

    `at` is where the operator begins.
    """
    end = at + len(operator.text)
    return operator.text[0] in "dD" and (_AFTER.match(text, end) is not None or _joins(text, end))


def _joins(text: str, at: int) -> bool:
    after = re.compile(r"\s*").match(text, at)
    return after is not None and operator_at(text, after.end()) is not None

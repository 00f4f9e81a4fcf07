"""Whether an outlet has corrected or withdrawn what it wrote, and not merely gone on writing. Pure.

Outlets change headlines and live texts all day; a reader need not hear of it. An outlet that takes something
back says so, in words that are the same everywhere.
"""

from __future__ import annotations

import re

from bot.language.letters import fold

_NEAR = 600  # code points of a text in which a notice stands, at its head or at its end

#: As search keys. "Correction" alone is also a prison service; as a notice a colon or a full stop follows it.
_NOTICES = re.compile(
    r"\b(?:duzelis\s*[:.]|duzelis edilib|sehv duzeldilib|xeber geri goturulub|xeber silinib|uzr isteyirik"
    r"|redaksiyadan\s*:|deqiqlesdirme\s*[:.]"
    r"|corrections?\s*[:.]|corrected version|clarification\s*[:.]|editor'?s note\s*:|retract(?:ed|ion|s)"
    r"|(?:article|story|report|version|headline) (?:has been|was)"
    r" (?:corrected|amended|withdrawn|retracted|removed)"
    r"|earlier version of this|we (?:apologise|apologize|regret))"
)


def notice(title: str, text: str) -> str:
    """The notice of a correction as a search key; "" when there is none."""
    near = text if len(text) <= 2 * _NEAR else f"{text[:_NEAR]} \n {text[-_NEAR:]}"
    found = _NOTICES.search(fold(f"{title}\n{near}"))
    return found.group() if found else ""


def is_correction(before: tuple[str, str], after: tuple[str, str]) -> bool:
    """Whether a (title, text) has got a notice that it did not have."""
    return bool(notice(*after)) and not notice(*before)

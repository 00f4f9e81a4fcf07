"""Words that are a country only sometimes: Georgia, Jordan, Chad, Mali, and towns that are given names.

The second clue may be a word anywhere in the text (`Tbilisi` beside Georgia) or what stands next to the word
(a name right before or after Jordan makes it a person's). Fails closed: in doubt it is no country. Pure.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from bot.language.gazetteer import Rule, Sense, rules
from bot.language.phrases import CAPITALS, LOWER, TITLE, Hit, Token

_LOCATIVE = re.compile(r"(?:n?[dt][ae](?:ki\w*)?)$")
_PLACED_BY = frozenset({"in", "across", "inside", "within", "near", "outside", "from", "to", "of"})
_SURNAME = re.compile(
    r"(?:[oe]va?|yeva?|zade|oglu|qizi|beyli|[a-z]{3}l[iu])(?:n?[iu]n|[dt][ae]n?|n?[aeiu]|ya|ye|l[ae])?$"
)
_SURE_SURNAME = re.compile(
    r"(?:[a-z]{2}(?:[oe]va?|yeva?)|zade|oglu|qizi|beyli)(?:n?[iu]n|[dt][ae]n?|n?[aeiu]|ya|ye|l[ae])?$"
)
_GIVEN_NAMES = frozenset({"iran", "rusiya", "turkiye", "almaniya", "ukrayna", "suriya", "misir", "amerika"})
_ORDINARY = frozenset({
    "king", "president", "prime", "foreign", "minister", "parliament", "court", "the", "in", "and",
    "court's", "army", "police", "queen", "government", "authorities", "lake", "eastern", "western",
    "northern", "southern", "ex", "former", "activists", "journalists", "opposition", "refugees",
})  # fmt: skip
_VERBS = frozenset({"to", "and", "must", "court", "police", "in", "on", "for", "over", "after"}) | _PLACED_BY
_SENTENCE_ENDS = (".", "!", "?", "…", "“", '"', ":", "–", "—", "\n", "«", "„", "-", "•")


@dataclass(slots=True, kw_only=True)
class Passage:
    """One part of a text while it is read, and what was learnt from the parts before."""

    field: str  #: "title" or "text"
    text: str
    tokens: tuple[Token, ...]
    lang: str  #: of the book: az, en, tr, ru
    plain: str  #: search keys of title and text, between blanks
    titled: bool  #: a headline in which every long word has a capital
    shouting: bool  #: most words are in capitals
    persons: set[str] = dataclasses.field(default_factory=set)  #: words found to be somebody's name

    def before(self, hit: Hit[Sense]) -> Token | None:
        """The token before a hit."""
        return self.tokens[hit.first - 1] if hit.first else None

    def after(self, hit: Hit[Sense]) -> Token | None:
        """The token after a hit."""
        return self.tokens[hit.last + 1] if hit.last + 1 < len(self.tokens) else None

    def gap_after(self, hit: Hit[Sense]) -> str:
        """What separates a hit with its suffix from the next token; all of the rest where there is none."""
        last, following = self.tokens[hit.last], self.after(hit)
        return self.text[last.end + len(last.form.tail) : following.start if following else None]

    def words(self, hit: Hit[Sense]) -> str:
        """The words of a hit as they stand in the text."""
        last = self.tokens[hit.last]
        return self.text[self.tokens[hit.first].start : last.start + len(last.form.whole)]


def settle(hit: Hit[Sense], passage: Passage) -> tuple[str, str]:
    """(code, sort) of a hit; the code is empty when it is no country here."""
    sense = hit.what
    if passage.gap_after(hit)[:1] == "$":  # US$40 is money
        return "", ""
    if sense.sort == "ambiguous":
        return _by_rule(hit, passage, rules()[sense.rule])
    if passage.lang == "az" and sense.code and _is_somebody(hit, passage, sense.sort):
        return "", ""
    return sense.code, sense.sort


def _by_rule(hit: Hit[Sense], passage: Passage, rule: Rule) -> tuple[str, str]:
    clues = sum(clue.key in passage.plain for clue in rule.clue)
    against = sum(clue.key in passage.plain for clue in rule.against)
    if rule.person and not _is_place(hit, passage, clues):
        passage.persons.add(passage.tokens[hit.first].folded)
        return "", ""
    if against > clues:
        return rule.instead, "name"
    if rule.needs_clue and not clues:
        return "", ""
    if clues and not against:
        return rule.country, "name"
    return rule.default, "name"


def _is_place(hit: Hit[Sense], passage: Passage, clues: int) -> bool:
    """Whether a word that is also a person's name stands for the country."""
    tokens, text = passage.tokens, passage.text
    first, last = tokens[hit.first], tokens[hit.last]
    before, after = passage.before(hit), passage.after(hit)
    if before is not None and before.folded in _PLACED_BY and not _is_named(after, last, text):
        return True
    if passage.lang != "en" and _LOCATIVE.search(last.inflected):
        return True
    named = (
        before is not None
        and before.case == TITLE
        and text[before.end : first.start] == " "
        and before.folded not in _ORDINARY
    ) or _is_named(after, last, text)
    if clues >= 2 or (clues and not named):
        return True
    if passage.titled:
        return first.folded not in passage.persons and not (
            named and after is not None and not _is_verb(after.folded)
        )
    return not named and first.folded not in passage.persons


def _is_named(after: Token | None, last: Token, text: str) -> bool:
    """Whether a name with a capital follows immediately."""
    return (
        after is not None
        and after.case == TITLE
        and text[last.end + len(last.form.tail) : after.start] == " "
        and after.folded not in _ORDINARY
    )


def _is_verb(word: str) -> bool:
    return word.endswith(("s", "ed", "ing")) or word in _VERBS


def _is_somebody(hit: Hit[Sense], passage: Passage, sort: str) -> bool:
    """Whether an Azerbaijani word for a people or place is part of a person's name here."""
    if sort == "people":
        return not passage.shouting and _is_surname(hit, passage)
    following = passage.after(hit)
    if following is None or following.case == LOWER or passage.gap_after(hit) != " ":
        return False
    if sort == "place":
        return _SURNAME.search(following.folded) is not None
    given = passage.tokens[hit.first].folded in _GIVEN_NAMES and hit.first == hit.last
    return given and _SURE_SURNAME.search(following.folded) is not None


def _is_surname(hit: Hit[Sense], passage: Passage) -> bool:
    """A word for a people that is written with a capital where no sentence begins, or before a name."""
    first = passage.tokens[hit.first]
    if first.case == LOWER:
        return False
    following = passage.after(hit)
    if following is not None and passage.gap_after(hit) == " " and following.case == TITLE:
        return True
    if following is not None and passage.gap_after(hit) == " " and following.case == CAPITALS:
        return first.case != CAPITALS
    before = passage.text[max(0, first.start - 3) : first.start].strip()
    return bool(before or first.start > 2) and not before.endswith(_SENTENCE_ENDS)

"""The language of filters: from what a moderator typed to a `Filter`, or a `BadFilter` that helps.

    siyasi məhbus            both words occur, in any form        "siyasi məhbus"   next to each other
    =DİN  ="DİN"             exactly so, case included            məhb*             anything may follow
    ~işgəncə  ~torture       the word or its counterpart in the other language (`bot.language.glossary`)
    a OR b   a | b           one of them                          -a  -(a b)  NOT a  must not occur
    a və ya b   a və b       the same in Azerbaijani              deyil a
    title: text:             where a word must occur
    country:AZ,GE            what the report is about, by code or name (Azerbaijani, English, Russian)
    mentions:                countries that it is about or mentions
    from:                    the country of the outlet
    lang: topic: kind: source:
    pack:                    everything that a shared pack asks for
    rights:yes|any|no        human-rights news; every filter has rights:yes unless it says otherwise

Every branch of a filter must want something: only exclusions are refused, because they would match almost
everything; `country:AZ -sport` is fine. At most 500 characters, 50 terms and 10 levels of parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import partial
from typing import NamedTuple, NoReturn, TypeVar

from bot.errors import BadFilter, FilterMistake
from bot.filters import names
from bot.filters.counterparts import in_both_languages
from bot.filters.counterparts import nearest as nearest_word
from bot.filters.fields import EXAMPLE, KEPT, LABELLED, example_of, field_of
from bot.filters.fields import nearest as nearest_field
from bot.filters.operators import Operator, follows_its_word, is_operator, operator_at
from bot.filters.spelling import quoted, spell
from bot.filters.terms import (
    PACK,
    Filter,
    LabelTerm,
    Node,
    PackTerm,
    WordTerm,
    all_of,
    any_of,
    none_of,
    terms_of,
    wants_something,
)
from bot.language.keywords import Keyword, Manner
from bot.language.letters import fold
from bot.language.words import Shape, Token, nfc, tokenise

__all__ = ["MOST_CHARACTERS", "MOST_DEPTH", "MOST_TERMS", "Filter", "parse", "parse_pack"]

MOST_CHARACTERS = 500
MOST_TERMS = 50
_MOST_TYPED = 2 * MOST_CHARACTERS  # with the spaces around a rights term; nothing longer is looked at
MOST_DEPTH = 10
_SHORTEST_PREFIX = 3
_MOST_NAME_WORDS = 6
_LONGEST_TOKEN = 60

_STRAIGHT = str.maketrans("“”„‟«»″＂", '""""""""')
_FIELD = re.compile(r"([^\W\d_]+)\s*:(?!//)\s*")
_UNKNOWN_FIELD = re.compile(r"([^\W\d_][\w-]*):")
_BARE = re.compile(r'[^\s()"|,]+')
_KEY = re.compile(r"[a-z0-9-]{1,40}")
_DEFAULT = re.compile(r"\s+rights:(?:yes|any)\s*$")


class Placed(NamedTuple):
    """A filter and where its terms stand in what was typed."""

    wanted: Filter
    typed: str
    places: dict[str, tuple[int, int]]  #: canonical spelling of a term, or exclusion -> from, to


def parse(
    text: str,
    *,
    sources: Collection[str] | None = None,
    packs: Collection[str] | None = None,
    default_rights: str = "yes",
) -> Filter:
    """Read a filter. `sources` and `packs`: what `source:` and `pack:` may name (None: any well-formed key).

    `default_rights` ("yes" or "any") is the rights term of a filter that has none. `pack:` terms are kept;
    `bot.filters.packs.expand` puts in their place what they stand for.

    Raises:
        BadFilter: with the place, the token, what was probably meant, and an example that works.
    """
    return read(text, sources=sources, packs=packs, default_rights=default_rights).wanted


def parse_pack(
    text: str, *, sources: Collection[str] | None = None, packs: Collection[str] | None = None
) -> Filter:
    """Read a pack: a filter without a rights term, which the filters that include it have.

    Raises:
        BadFilter: as `parse` does, and for a rights term.
    """
    return read_pack(text, sources=sources, packs=packs).wanted


def read(
    text: str,
    *,
    sources: Collection[str] | None = None,
    packs: Collection[str] | None = None,
    default_rights: str = "yes",
) -> Placed:
    """`parse`, with the places of the terms."""
    root, places = _root(text, sources, packs)
    if _rights_of(root) is None:
        if len(root.query) > MOST_CHARACTERS:
            raise BadFilter(FilterMistake.TOO_LONG, at=len(text))
        root = all_of([root, LabelTerm(f"rights:{default_rights}", "rights", (default_rights,))])
    elif len(_DEFAULT.sub("", root.query)) > MOST_CHARACTERS:
        raise BadFilter(FilterMistake.TOO_LONG, at=len(text))
    return Placed(Filter(root.query, root), text, places)


def read_pack(
    text: str, *, sources: Collection[str] | None = None, packs: Collection[str] | None = None
) -> Placed:
    """`parse_pack`, with the places of the terms."""
    root, places = _root(text, sources, packs)
    rights = _rights_of(root)
    if rights is not None:
        at, end = places.get(rights.query, (0, 0))
        raise BadFilter(FilterMistake.RIGHTS_IN_PACK, at=at, token=text[at:end])
    if len(root.query) > MOST_CHARACTERS:
        raise BadFilter(FilterMistake.TOO_LONG, at=len(text))
    return Placed(Filter(root.query, root), text, places)


def _root(
    text: str, sources: Collection[str] | None, packs: Collection[str] | None
) -> tuple[Node, dict[str, tuple[int, int]]]:
    if len(text) > _MOST_TYPED or len(_DEFAULT.sub("", text)) > MOST_CHARACTERS:
        raise BadFilter(FilterMistake.TOO_LONG, at=MOST_CHARACTERS)
    if not text.strip():
        raise BadFilter(FilterMistake.EMPTY, at=0)
    parser = _Parser(text, sources, packs)
    root = parser.everything()
    if not wants_something(root):
        raise BadFilter(
            FilterMistake.NOTHING_TO_FIND,
            at=len(text) - len(text.lstrip()),
            token=text.strip()[:_LONGEST_TOKEN],
            example="country:AZ -football",
        )
    return root, parser.places


def _rights_of(root: Node) -> LabelTerm | None:
    """The first rights term, wherever it stands."""
    terms = (term for term in terms_of(root) if isinstance(term, LabelTerm) and term.field == "rights")
    return next(terms, None)


_T = TypeVar("_T")


class _Spelled(NamedTuple):
    """A value as typed: its words, where they begin, and how they were marked."""

    words: str
    at: int
    quoted: bool
    mark: str  #: "=" exactly so, "~" in both languages, or ""
    prefix: bool

    @property
    def exact(self) -> bool:
        return self.mark == "="


class _Parser:
    """Recursive descent over the typed text; every error knows its code-point offset."""

    def __init__(self, text: str, sources: Collection[str] | None, packs: Collection[str] | None) -> None:
        self._typed = text
        self._text = text.translate(_STRAIGHT)
        self._at = 0
        self._kept = {"source": sources, PACK: packs}
        self._terms = 0
        self._joined: tuple[int, str] | None = None  # the last operator, and where it stands
        self.places: dict[str, tuple[int, int]] = {}  #: see `Placed`
        self._shouts = _is_shouted(self._text)

    def everything(self) -> Node:
        root = self._either(0)
        if self._at < len(self._text):
            self._fail(FilterMistake.UNBALANCED_PARENTHESIS, ")", example="torture (prison OR detention)")
        return root

    def _either(self, depth: int) -> Node:
        parts = [self._every(depth)]
        while self._take_operator("OR"):
            parts.append(self._every(depth))
        return any_of(parts)

    def _every(self, depth: int) -> Node:
        parts: list[Node] = []
        before: int | None = None
        while True:
            self._skip()
            if parts and self._take_operator("AND"):
                self._skip()
                if self._ends():
                    self._fail(FilterMistake.MISPLACED_OPERATOR, self._peek())
            if self._ends():
                break
            start = self._at
            parts.append(self._one(depth, before))
            self.places.setdefault(parts[-1].query, (start, self._at))
            before = start if isinstance(parts[-1], WordTerm | LabelTerm | PackTerm) else None
        if not parts:
            self._fail_empty()
        return all_of(parts)

    def _ends(self) -> bool:
        return self._at >= len(self._text) or self._text[self._at] == ")" or self._is("OR")

    def _one(self, depth: int, before: int | None = None) -> Node:
        """A term, group or exclusion; `before`: where the term that stands directly before it begins."""
        self._skip()
        start = self._at
        if self._is("AND"):
            self._fail(FilterMistake.MISPLACED_OPERATOR, self._peek())
        self._check_order(before)
        if self._take_minus() or self._take_operator("NOT"):
            self._skip()
            if self._ends() or self._text[self._at] in "-−–—" or self._operator():
                self._fail(FilterMistake.MISPLACED_OPERATOR, self._text[start : self._at].strip(), at=start)
            return none_of(self._one(depth))
        if self._text[self._at] == "(":
            return self._group(depth)
        return self._term()

    def _check_order(self, before: int | None) -> None:
        """`futbol deyil` is how one speaks; here `deyil` stands before, or nobody knows what it negates."""
        operator = self._operator()
        if before is None or operator is None or operator.name != "NOT":
            return
        if follows_its_word(self._text, operator, self._at):
            end = self._at + len(operator.text)
            term = self._text[before : self._at].strip()
            self._fail(
                FilterMistake.MISPLACED_OPERATOR,
                self._text[before:end],
                at=before,
                suggestion=f"-{term}",
                example="torture -football",
            )

    def _group(self, depth: int) -> Node:
        start = self._at
        if depth >= MOST_DEPTH:
            self._fail(FilterMistake.TOO_MANY_TERMS, "(")
        self._at += 1
        inner = self._either(depth + 1)
        if self._text[self._at : self._at + 1] != ")":
            self._fail(
                FilterMistake.UNBALANCED_PARENTHESIS, "(", at=start, example="torture (prison OR detention)"
            )
        self._at += 1
        return inner

    # --- terms ---

    def _term(self) -> Node:
        start = self._at
        found = _FIELD.match(self._text, start)
        field = field_of(found[1]) if found else None
        if found and field:
            self._at = found.end()
            return self._fielded(field, start)
        unknown = _UNKNOWN_FIELD.match(self._text, start)
        if unknown:
            near = nearest_field(unknown[1])
            self._fail(
                FilterMistake.UNKNOWN_FIELD,
                unknown[1],
                suggestion=near,
                example="country:AZ",
            )
        return self._word_term("", self._value(start))

    def _fielded(self, field: str, start: int) -> Node:
        if field not in LABELLED:
            parts: list[Node] = [self._word_term(field, self._value(start, field))]
            while self._take_comma_of_list():
                parts.append(self._word_term(field, self._value(self._at, field)))
            return any_of(parts)
        values = [self._label(field, start)]
        while self._take_comma_of_list():
            values.append(self._label(field, self._at))
        kept = tuple(sorted(set(values)))
        if field == PACK:
            return any_of([PackTerm(f"{PACK}:{name}", name) for name in kept])
        return LabelTerm(f"{field}:{','.join(kept)}", field, kept)

    def _value(self, start: int, field: str = "") -> _Spelled:
        """One word or quoted phrase with its marks. Counts the terms."""
        self._terms += 1
        if self._terms > MOST_TERMS:
            self._fail(FilterMistake.TOO_MANY_TERMS, self._peek())
        at = self._at
        mark = self._text[at : at + 1] if self._text[at : at + 1] in ("=", "~") else ""
        self._at += len(mark)
        if self._text[self._at : self._at + 1] == '"':
            opening = self._at
            closing = self._text.find('"', opening + 1)
            if closing < 0:
                opened = self._text[opening:].rstrip()
                self._fail(
                    FilterMistake.UNCLOSED_QUOTE,
                    opened,
                    at=opening,
                    suggestion=opened + '"' if len(opened) <= _LONGEST_TOKEN else None,
                    example='"political prisoner"',
                )
            inner = self._text[opening + 1 : closing]
            self._at = closing + 1
            after = self._text[self._at : self._at + 1] == "*"
            self._at += after
            star = after or inner.rstrip().endswith("*")
            return _Spelled(inner.strip().rstrip("*"), opening, True, mark, star)
        found = _BARE.match(self._text, self._at)
        if not found:
            self._fail(
                FilterMistake.MISSING_VALUE if field or mark else FilterMistake.MISPLACED_OPERATOR,
                self._text[start : self._at + 1].strip(),
                at=start,
                example=self._example(field),
            )
        self._at = found.end()
        bare = found.group()
        return _Spelled(bare.rstrip("*"), found.start(), False, mark, bare.endswith("*"))

    def _word_term(self, field: str, value: _Spelled) -> Node:
        return self._both_languages(field, value) if value.mark == "~" else self._one_word(field, value)

    def _both_languages(self, field: str, value: _Spelled) -> Node:
        """The word and its counterparts, which together are one term."""
        start = value.at - 1
        if value.prefix:
            self._fail_star(value, "~torture")
        known = in_both_languages(field, value.words)
        if known is None and not value.quoted:
            known = self._longer_name(partial(in_both_languages, field), value)
        if known is None:
            near = nearest_word(value.words)
            self._fail(
                FilterMistake.NO_COUNTERPART,
                self._text[start : self._at],
                at=start,
                suggestion=f"~{quoted(near)}" if near else None,
                example="~torture",
            )
        return known

    def _one_word(self, field: str, value: _Spelled) -> WordTerm:
        tokens = tokenise(value.words)
        if value.prefix:
            self._check_prefix(value, tokens)
        if (
            not tokens
            or any(token.form.shape in (Shape.URL, Shape.EMAIL) for token in tokens)
            or "*" in value.words
        ):
            self._fail(FilterMistake.NOTHING_TO_FIND, self._text[value.at : self._at], at=value.at)
        if value.exact and value.prefix:
            self._fail_star(value, "məhb*")
        manner = Manner.EXACT if value.exact else Manner.PREFIX if value.prefix else Manner.FORMS
        shout = not value.exact and (self._shouts or any(token.shouted for token in tokens))
        last = len(tokens) - 1
        words = [
            nfc(token.form.text)
            if value.exact
            else spell(token.form.text, keep=not shout and not (value.prefix and at == last))
            for at, token in enumerate(tokens)
        ]
        spelled = " ".join(words)
        try:
            keyword = Keyword.of(spelled, manner)
        except ValueError:
            self._fail(FilterMistake.NOTHING_TO_FIND, self._text[value.at : self._at], at=value.at)
        query = quoted(spelled, "*" if value.prefix else "")
        where = f"{field}:" if field else ""
        return WordTerm(f"{where}{'=' if value.exact else ''}{query}", field, keyword)

    def _fail_star(self, value: _Spelled, example: str) -> NoReturn:
        """A star beside a sign that it does not go with."""
        star = self._text.rfind("*", value.at, self._at)
        self._fail(FilterMistake.MISPLACED_OPERATOR, "*", at=star, example=example)

    def _check_prefix(self, value: _Spelled, tokens: tuple[Token, ...]) -> None:
        reaches_end = bool(tokens) and tokens[-1].end == len(value.words)
        if not reaches_end or len(tokens[-1].folded) < _SHORTEST_PREFIX:
            self._fail(
                FilterMistake.PREFIX_TOO_SHORT,
                self._text[value.at : self._at],
                at=value.at,
                example="məhb*",
            )

    def _label(self, field: str, start: int) -> str:
        value = self._value(start, field)
        table = "country" if field in ("mentions", "from") else field
        found = self._key(field, value) if field in KEPT else names.resolve(table, value.words)
        if found is None and field not in KEPT and not value.quoted:
            found = self._longer_name(partial(names.resolve, table), value)
        if found is None:
            near = self._near_key(field, value.words) if field in KEPT else names.nearest(table, value.words)
            self._fail(
                LABELLED[field],
                value.words,
                at=self._text.find(value.words, value.at),
                suggestion=near,
                example=self._example(field),
            )
        return found

    def _longer_name(self, resolve: Callable[[str], _T | None], value: _Spelled) -> _T | None:
        """`country:Saudi Arabia` without quotes: the fewest following words that make it a name."""
        ends = [found.end() for found in re.finditer(r'[^\s()"|,:]+(?=[\s),|]|$)', self._text[self._at :])]
        for end in ends[: _MOST_NAME_WORDS - 1]:
            more = self._text[self._at : self._at + end]
            if re.search(r'[()"|,]|\s-', more):
                return None
            found = resolve(value.words + more) if more[:1].isspace() else None
            if found is not None:
                self._at += end
                return found
        return None

    def _key(self, field: str, value: _Spelled) -> str | None:
        key, known = fold(value.words), self._kept[field]
        return key if _KEY.fullmatch(key) and (known is None or key in known) else None

    def _near_key(self, field: str, typed: str) -> str | None:
        known = self._kept[field]
        return names.nearest_of(typed, known) if known else None

    def _example(self, field: str) -> str:
        """What works with this field; of sources and packs, one that there is."""
        if field not in KEPT:
            return example_of(field)
        known = self._kept[field]
        if known is None:
            return f"{field}:{KEPT[field]}"
        return f"{field}:{min(known)}" if known else EXAMPLE

    # --- small steps ---

    def _skip(self) -> None:
        """Spaces, and commas between words."""
        while self._at < len(self._text) and (self._text[self._at].isspace() or self._text[self._at] == ","):
            self._at += 1

    def _peek(self) -> str:
        found = _BARE.match(self._text, self._at)
        return found.group() if found else self._text[self._at : self._at + 1]

    def _operator(self) -> Operator | None:
        return operator_at(self._text, self._at)

    def _is(self, name: str) -> bool:
        operator = self._operator()
        return operator is not None and operator.name == name

    def _take_operator(self, name: str) -> bool:
        self._skip()
        operator = self._operator()
        if operator is None or operator.name != name:
            return False
        self._joined = self._at, operator.text
        self._at += len(operator.text)
        return True

    def _take_minus(self) -> bool:
        sign = self._text[self._at] in "-−–—"
        if sign:
            self._at += 1
            if self._text[self._at : self._at + 1].isspace():
                self._fail(
                    FilterMistake.MISPLACED_OPERATOR, "-", at=self._at - 1, example="torture -football"
                )
        return sign

    def _take_comma_of_list(self) -> bool:
        """A comma that continues a list: directly after the value, and directly before the next."""
        found = re.compile(r",(?=[^\s,()|:]+(?![^\s,()|]*:))").match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found is not None

    def _fail_empty(self) -> NoReturn:
        rest = self._peek()
        if rest == "(" or rest == ")" or not rest:
            before = self._text[: self._at].rstrip()
            if before.endswith("("):
                self._fail(FilterMistake.UNBALANCED_PARENTHESIS, "(", at=len(before) - 1)
            if not before and rest == ")":
                self._fail(FilterMistake.UNBALANCED_PARENTHESIS, ")")
            if not before.strip(" ,"):
                self._fail(FilterMistake.EMPTY, "")
        if self._joined is not None and (not rest or rest == ")"):
            at, token = self._joined
            self._fail(FilterMistake.MISPLACED_OPERATOR, token, at=at, example="torture OR detention")
        self._fail(FilterMistake.MISPLACED_OPERATOR, rest, example="torture OR detention")

    def _fail(
        self,
        mistake: FilterMistake,
        token: str,
        *,
        at: int | None = None,
        suggestion: str | None = None,
        example: str = EXAMPLE,
    ) -> NoReturn:
        at = self._at if at is None else at
        raise BadFilter(
            mistake,
            at=at,
            token=self._as_typed(token, at)[:_LONGEST_TOKEN],
            suggestion=suggestion,
            example=example,
        )

    def _as_typed(self, token: str, at: int) -> str:
        """The token with the quotation marks that were typed; we read them as straight ones."""
        end = at + len(token)
        return self._typed[at:end] if self._text[at:end] == token else token


def _is_shouted(text: str) -> bool:
    """Whether a filter of plain words is typed in capitals throughout: then no word of it is an acronym."""
    words = text.split()
    if len(words) < 2 or not all(word.isalpha() and word.isupper() for word in words):
        return False
    plain = [word for word in words if not is_operator(word)]
    return len(plain) == len(words) and max(map(len, words)) >= 6

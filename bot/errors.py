"""Everything that can go wrong on purpose.

XeberdarError
├── ConfigError        problems: every one of them, not the first
├── StoreError
│   ├── StoreAway      the store does not answer; pause and try again
│   ├── StoreTooNew    written by a newer version of the program
│   └── KeyMissing     sealed data exists and the master key is missing or wrong
├── FeedError          why: FeedTrouble
└── BadRequest         said to the person who asked
    └── BadFilter      at, token, suggestion
        └── BadPack    path: the packs that lead there
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class XeberdarError(Exception):
    """The root of the tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in the configuration: where it is, what is wrong, and what would work."""

    key: str  #: dotted, e.g. "source.2.url"
    message: str
    line: int | None = None
    example: str | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, {self.key}" if self.line else self.key
        hint = f" (for example: {self.example})" if self.example else ""
        return f"{place}: {self.message}{hint}"


class ConfigError(XeberdarError):
    """The configuration cannot be used. `problems` lists everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class StoreError(XeberdarError):
    """Something about the store."""


class StoreAway(StoreError):
    """The store does not answer. Nothing was lost: whoever sees this pauses and tries again."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of the program, which this one must not touch."""


class KeyMissing(StoreError):
    """Sealed data exists, and the master key that opens it is missing or is another one."""


class FeedTrouble(StrEnum):
    """Why a feed could not be used. Closed: reaches `/sources`, logs and metrics."""

    REFUSED_ADDRESS = "refused_address"  #: our own guard does not allow it
    UNREACHABLE = "unreachable"  #: DNS, connection, TLS
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    BOMB = "bomb"  #: unpacks to far more than it weighs
    REDIRECT_LOOP = "redirect_loop"
    HTTP_STATUS = "http_status"
    GONE = "gone"  #: 410
    NOT_A_FEED = "not_a_feed"  #: a page: a login, a challenge, an error with status 200
    EMPTY = "empty"
    PARSER_KILLED = "parser_killed"  #: the parser used up its CPU, memory or wall-clock limit
    PARSER_FAILED = "parser_failed"


class FeedError(XeberdarError):
    """One feed cannot be used now."""

    def __init__(
        self,
        why: FeedTrouble,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{why.value}: {detail}" if detail else why.value)
        self.why = why
        self.detail = detail  #: for operators and moderators; never shown to subscribers
        self.status = status
        self.retry_after = retry_after


class BadRequest(XeberdarError):
    """What a person asked cannot be done; the desk turns it into a reply that says what would work."""


class FilterMistake(StrEnum):
    """What can be wrong with a filter as typed."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY_TERMS = "too_many_terms"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_TOPIC = "unknown_topic"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_SOURCE = "unknown_source"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_PACK = "unknown_pack"
    PACK_CYCLE = "pack_cycle"  #: a pack that includes itself, through others or at once
    PACK_TOO_LARGE = "pack_too_large"  #: more terms or levels, with its packs, than a filter may have
    RIGHTS_IN_PACK = "rights_in_pack"  #: the filter that includes a pack has the rights term
    NO_COUNTERPART = "no_counterpart"  #: `~word` that the glossary does not have
    MISSING_VALUE = "missing_value"
    UNCLOSED_QUOTE = "unclosed_quote"
    UNBALANCED_PARENTHESIS = "unbalanced_parenthesis"
    MISPLACED_OPERATOR = "misplaced_operator"
    NOTHING_TO_FIND = "nothing_to_find"  #: only exclusions, or a word without letters
    PREFIX_TOO_SHORT = "prefix_too_short"
    CONTRADICTION = "contradiction"  #: no report whatever can match


class BadFilter(BadRequest):
    """A filter that cannot be understood: what is wrong, where, and what was probably meant."""

    def __init__(
        self,
        mistake: FilterMistake,
        *,
        at: int,
        token: str = "",
        suggestion: str | None = None,
        example: str = "torture country:AZ",
        against: str = "",
    ) -> None:
        super().__init__(f"{mistake.value} at {at}: {token!r}")
        self.mistake = mistake
        self.at = at  #: code-point offset in the typed text
        self.token = token
        self.suggestion = suggestion  #: what to put in the place of the token
        self.example = example
        self.against = against  #: of a contradiction: the other term, as typed


class BadPack(BadFilter):
    """Packs that cannot be put into a filter. `token` is its `pack:` term, `at` the place in its query."""

    def __init__(
        self,
        mistake: FilterMistake,
        *,
        at: int,
        token: str,
        path: tuple[str, ...],
        suggestion: str | None = None,
    ) -> None:
        super().__init__(mistake, at=at, token=token, suggestion=suggestion)
        self.path = path  #: names of packs, from the one that the filter includes to the one that is wrong

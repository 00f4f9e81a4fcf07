"""A filter at the door: what somebody typed, read and judged before it is saved.

`grammar.parse` says whether a text is a filter; what was saved once is read by it for ever. Here it is also
asked whether the filter, with its packs, makes sense: one that can never match is refused while its author is
still there. One that lets almost every report through is somebody's wish, and is only said to be so. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.errors import BadFilter, BadPack, FilterMistake
from bot.filters.grammar import Placed, read, read_pack
from bot.filters.packs import expand
from bot.filters.sense import Contradiction, contradiction
from bot.filters.terms import Filter

_NO_PACKS: Mapping[str, Filter] = {}


def admit(
    text: str,
    *,
    sources: Collection[str] | None = None,
    packs: Mapping[str, Filter] = _NO_PACKS,
    default_rights: str = "yes",
) -> Filter:
    """Read a filter that is about to be saved; its `pack:` terms are kept.

    `packs`: every pack by its name, as `grammar.parse_pack` reads it.

    Raises:
        BadFilter: it cannot be read, its packs cannot be put into it (`BadPack`), it can never match, or it
            would let almost every report through.
    """
    placed = read(text, sources=sources, packs=packs, default_rights=default_rights)
    whole = _expanded(placed, packs)
    _check_contradiction(placed, contradiction(whole.root))
    return placed.wanted


def admit_pack(
    name: str,
    text: str,
    *,
    sources: Collection[str] | None = None,
    packs: Mapping[str, Filter] = _NO_PACKS,
) -> Filter:
    """Read the pack `name` that is about to be saved among `packs`, of which it may be one already.

    Raises:
        BadFilter: as `admit` does; also when the pack would include itself.
    """
    placed = read_pack(text, sources=sources, packs={*packs, name})
    whole = _expanded(placed, {**packs, name: placed.wanted})
    _check_contradiction(placed, contradiction(whole.root))
    return placed.wanted


def _expanded(placed: Placed, packs: Mapping[str, Filter]) -> Filter:
    """The filter with its packs; an error stands where the pack was typed."""
    try:
        return expand(placed.wanted, packs)
    except BadPack as problem:
        at, token = _typed(placed, problem.token) or (0, "")
        raise BadPack(problem.mistake, at=at, token=token, path=problem.path) from None


def _check_contradiction(placed: Placed, found: Contradiction | None) -> None:
    if found is None:
        return
    first, second = (_typed(placed, term) for term in found)
    if not first or not second:
        raise BadFilter(FilterMistake.CONTRADICTION, at=0)
    (_, against), (at, token) = sorted((first, second))
    raise BadFilter(FilterMistake.CONTRADICTION, at=at, token=token, against=against)


def _typed(placed: Placed, term: str) -> tuple[int, str] | None:
    """Where a term stands in what was typed, and how; None when it comes from a pack or is taken as read."""
    if term not in placed.places:
        return None
    start, end = placed.places[term]
    return start, placed.typed[start:end]

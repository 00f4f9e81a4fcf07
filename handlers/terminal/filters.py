"""`xeberdar filters explain`: what a filter means, before anybody is told by it."""

from __future__ import annotations

import sys

from bot.errors import BadFilter
from bot.filters.examples import forms_of
from bot.filters.grammar import parse, parse_pack
from bot.filters.packs import expand, packs_of
from bot.filters.sense import contradiction, lets_everything_through
from bot.filters.terms import And, Filter, LabelTerm, Node, Not, Or, WordTerm, parts_of
from bot.model import Language
from handlers.terminal.jsonl import UNUSABLE, Row, write
from handlers.text.catalogue import translator
from handlers.text.describe import describe
from handlers.text.replies.subscriptions import MISTAKES

#: Code points of a refused filter shown on either side of what is wrong in it.
_AROUND = 60


def explain_filter(query: str, packs: list[str], lang: Language) -> int:
    """Write one object about `query`; a mistake goes to standard error, with its place, and gives status 2.

    `packs`: `NAME=QUERY` each, for the `pack:` terms.
    """
    asked = query
    try:
        known: dict[str, Filter] = {}
        for pack in packs:
            name, _, asked = pack.partition("=")
            known[name] = parse_pack(asked)
        asked = query
        wanted = parse(query, packs=known or None)
        write(explained(wanted, expand(wanted, known) if known else wanted, lang))
    except BadFilter as problem:
        sys.stderr.write(f"xeberdar: {filter_problem(asked, problem, lang)}\n")
        return UNUSABLE
    return 0


def explained(wanted: Filter, whole: Filter, lang: Language) -> Row:
    """What is known of a filter. `whole`: the same with its packs in it, where these are given."""
    wrong = contradiction(whole.root)
    row: Row = {"query": wanted.query, "meaning": describe(wanted, lang)}
    if packs_of(wanted):
        row["packs"] = sorted(packs_of(wanted))
    if whole.query != wanted.query:
        row |= {"expanded": whole.query, "expanded_meaning": describe(whole, lang)}
    row["can_match"] = wrong is None
    if wrong is not None and wrong.first:
        row["contradiction"] = [wrong.first, wrong.second]
    row["everything"] = lets_everything_through(whole.root)
    row["required"] = [part.query for part in parts_of(whole.root) if _is_required(part)]
    row["terms"] = [*_told(whole.root, True)]
    return row


def _is_required(part: Node) -> bool:
    """Whether a report cannot match without something being there."""
    return not isinstance(part, Not) and not (isinstance(part, LabelTerm) and part.values == ("any",))


def _told(node: Node, wanted: bool) -> list[Row]:
    """Every term with what it finds; `wanted` is false below an exclusion."""
    match node:
        case WordTerm():
            return [
                {"term": node.query, "wanted": wanted, "field": node.field or None, "finds": forms_of(node)}
            ]
        case LabelTerm():
            return [{"term": node.query, "wanted": wanted, "field": node.field, "values": list(node.values)}]
        case Or(one_term=True):
            parts = [part.query for part in node.parts]
            return [{"term": node.query, "wanted": wanted, "either": parts, "finds": _together(node)}]
        case And() | Or():
            return [row for part in node.parts for row in _told(part, wanted)]
        case Not():
            return _told(node.part, not wanted)
    return [{"term": node.query, "wanted": wanted, "field": "pack"}]


def _together(node: Or) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in node.parts:
        if isinstance(part, WordTerm):
            for lang, forms in forms_of(part).items():
                found.setdefault(lang, []).extend(forms)
    return found


def filter_problem(query: str, problem: BadFilter, lang: Language = Language.EN) -> str:
    """What is wrong with a filter: the place under the text, and one that works."""
    t = translator(lang)
    lines = [t._(MISTAKES[problem.mistake]).format(token=_shown(problem.token))]
    if problem.against:
        lines.append(t._("It cannot be together with: {term}").format(term=_shown(problem.against)))
    if query.strip():
        start = max(problem.at - _AROUND, 0)
        before = "… " if start else ""
        rest = query[start : problem.at + _AROUND]
        lines += [before + _shown(rest), " " * (len(before) + problem.at - start) + "^"]
    if problem.suggestion:
        lines.append(t._("Did you mean {suggestion}?").format(suggestion=problem.suggestion))
    return "\n  ".join([*lines, t._("For example: {command}").format(command=problem.example)])


def _shown(typed: str) -> str:
    """As typed, but for what would move the cursor or turn the line around."""
    return "".join(letter if letter.isprintable() else "·" for letter in typed)

"""What can never match, and what lets everything through."""

from __future__ import annotations

from itertools import product
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadFilter, BadPack, FilterMistake
from bot.filters.door import admit, admit_pack
from bot.filters.grammar import parse, parse_pack
from bot.filters.match import ReadArticle, evaluate
from bot.filters.sense import contradiction, lets_everything_through
from bot.filters.terms import Filter, Node, any_of, none_of
from bot.model import Language, Match, Source
from tests.filters.articles import read


@pytest.mark.parametrize(
    "query",
    [
        "country:AZ -country:AZ",
        "country:AZ -mentions:AZ",
        "country:AZ,GE -country:AZ -country:GE",
        "lang:az -lang:az",
        "lang:az lang:en,ru",
        "lang:az,en -lang:en -lang:az",
        "rights:yes rights:no",
        "kind:report kind:news",
        "source:a1 source:b1",
        "from:AZ from:GE",
        "həbs -həbs",
        "İşgəncə -işgəncə",
        "title:həbs -həbs",
        "həbs -title:həbs -text:həbs",
        '"siyasi məhbus" -məhbus',
        "(həbs OR işgəncə) -həbs -işgəncə",
        "(həbs (polis OR vəkil) OR azad) (-polis OR azad) -vəkil -azad",
        "həbs -(həbs OR futbol)",
        "~torture -torture -işgəncə",
        "country:AZ lang:az -(country:AZ lang:az)",
    ],
)
def test_what_contradicts_itself_can_never_match(query: str) -> None:
    """Labels, words, places of words, and alternatives that are all excluded."""
    assert contradiction(parse(query).root) is not None


@pytest.mark.parametrize(
    "query",
    [
        "country:AZ country:GE",
        "mentions:AZ -country:AZ",
        "country:AZ,GE -country:AZ",
        "həbs -title:həbs",
        "məhbus -“siyasi məhbus”",
        "=Həbs -=həbs",
        "həbs* -həbs",
        "(həbs OR işgəncə) -həbs",
        "lang:az,en -lang:en",
        "country:AZ -source:a1 -source:b1",
    ],
)
def test_what_can_match_is_not_refused(query: str) -> None:
    """It only looks like a contradiction."""
    assert contradiction(parse(query).root) is None
    assert admit(query)


_TERMS = st.sampled_from(
    [
        "həbs",
        "title:həbs",
        "text:həbs",
        "məhbus",
        '"siyasi məhbus"',
        "həbs*",
        "=həbs",
        "country:AZ",
        "country:AZ,GE",
        "mentions:AZ",
        "lang:az",
        "lang:az,en",
        "rights:yes",
        "rights:no",
        "rights:any",
        "source:numune",
        "source:other",
        "from:AZ",
        "from:GE",
        "~torture",
        "kind:news",
    ]
)


def _node(query: str) -> Node:
    return parse(f"{query} country:AZ" if query == "rights:any" else query).root


_NODES = st.recursive(
    _TERMS.map(_node),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda both: any_of(list(both))),
        inner.map(none_of),
    ),
    max_leaves=8,
)

_ARTICLES: list[ReadArticle] = [
    read(
        title,
        text,
        lang=lang,
        countries=countries,
        mentions=("AZ",),
        human_rights=rights,
        source=Source(key="numune", title="Nümunə", url="https://example.org", country="AZ"),
    )
    for title, text, lang, countries, rights in product(
        ("", "Həbs", "siyasi məhbuslar"),
        ("", "həbs işgəncə torture", "siyasi məhbus"),
        (Language.AZ, Language.EN),
        ((), ("AZ", "GE")),
        (True, False),
    )
]


@given(_NODES)
def test_nothing_that_matches_is_called_a_contradiction(node: Node) -> None:
    """Sound: whatever a sample article meets can match, and what misses one does not let all through."""
    wanted = Filter(node.query, node)
    matched = [isinstance(evaluate(wanted, one), Match) for one in _ARTICLES]
    rights = [hit for hit, one in zip(matched, _ARTICLES, strict=True) if one.article.human_rights]
    if contradiction(node) is not None:
        assert not any(matched)
    if lets_everything_through(node):
        assert all(rights)


@pytest.mark.parametrize(
    "query",
    [
        "rights:yes",
        "lang:az,en",
        "lang:en,az rights:any",
        "kind:report,news,statement,judgment,urgent_action",
        "torture OR lang:az,en",
        "lang:az OR lang:en",
    ],
)
def test_a_filter_that_leaves_nothing_out_is_known_as_such(query: str) -> None:
    """Every report in the two languages would come: a wish like any other, of which its author is told."""
    assert lets_everything_through(admit(query).root)


def test_one_language_is_enough() -> None:
    """Narrow is the author's own measure."""
    assert not lets_everything_through(admit("dil:az").root)


@pytest.mark.parametrize(
    ("typed", "token", "against"),
    [
        ("torture country:AZ -country:AZ", "-country:AZ", "country:AZ"),
        ("ölkə:AZ deyil ölkə:Azərbaycan", "deyil ölkə:Azərbaycan", "ölkə:AZ"),
        ("Həbs, -HEBS -həbs", "-həbs", "Həbs"),
        ("rights:no həbs hüquq:hə", "hüquq:hə", "rights:no"),
        ("(həbs OR azad) -həbs -azad", "", ""),
        ("həbs -pack:arrests", "", ""),
        ("pack:arrests pack:never", "", ""),
    ],
)
def test_a_contradiction_is_shown_as_typed(typed: str, token: str, against: str) -> None:
    """Both terms, in the writer's own spelling; none where it takes more than two, or a pack's inside."""
    packs = {"arrests": parse_pack("həbs"), "never": parse_pack("-həbs azad")}
    with pytest.raises(BadFilter) as caught:
        admit(typed, packs=packs)
    problem = caught.value
    assert FilterMistake.CONTRADICTION is problem.mistake
    assert (token, against) == (problem.token, problem.against)
    assert typed[problem.at :].startswith(token)


def test_what_was_saved_once_is_still_read() -> None:
    """The grammar judges nothing, so an older filter without sense harms nobody."""
    assert "həbs -həbs rights:yes" == parse("həbs -həbs").query


def test_a_pack_is_judged_with_what_it_includes() -> None:
    """It must not include itself, and must be able to match; its name may be new."""
    packs = {"press": parse_pack("jurnalist"), "loop": parse_pack("pack:new həbs")}
    assert "həbs pack:press" == admit_pack("new", "həbs pack:press", packs=packs).query
    with pytest.raises(BadPack) as caught:
        admit_pack("new", "azad, paket:loop", packs=packs)
    problem = caught.value
    assert (FilterMistake.PACK_CYCLE, ("loop", "new", "loop")) == (problem.mistake, problem.path)
    with pytest.raises(BadFilter):
        admit_pack("new", "pack:press -jurnalist", packs=packs)


@pytest.mark.parametrize(
    "typed",
    [
        "a " * 10_000,
        "(" * 1_000 + "a" + ")" * 1_000,
        "x" * 5_000_000,
        " " * 5_000_000 + "x",
        "ə\u0301" * 240,
        "a*",
        "🙂",
        "\u200f\u202e",
        "\u200fcountry:AZ\u200e -country:AZ",
        "e\u0301 " * 48,
        '"' * 499,
        "-" * 499,
        "~" * 499,
        "deyil " * 80,
        "və ya " * 80,
        "(a OR b) " * 25,
        " ".join(f"(a{n} OR b{n})" for n in range(22)) + " (x1 OR y1) -x1 -y1",
        "country:" + "x " * 200,
    ],
)
def test_hostile_filters_are_answered_at_once(typed: str) -> None:
    """Whatever it is, the answer is a filter or a mistake with its place, within a tenth of a second."""
    start = process_time()
    problem = _problem(typed)
    assert process_time() - start < 0.1
    assert problem is None or (0 <= problem.at <= len(typed) and len(problem.token) <= 60)


def _problem(typed: str) -> BadFilter | None:
    try:
        admit(typed)
    except BadFilter as problem:
        return problem
    return None

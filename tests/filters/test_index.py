"""The percolator says what asking every filter would say, whatever comes and goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadFilter
from bot.filters.canonical import read as read_canonical
from bot.filters.grammar import parse, parse_pack
from bot.filters.index import FilterIndex
from bot.filters.match import ReadArticle, evaluate
from bot.filters.packs import expand
from bot.filters.terms import Filter
from bot.model import Language, Match
from tests.filters.articles import read

_QUERIES = [
    "torture",
    "həbs",
    "azadlıq",
    "fikir",
    "etmək",
    "child",
    "people",
    "DİN",
    "=DİN",
    "məhb*",
    '"siyasi məhbus"',
    "su",
    "a OR həbs",
    "country:AZ -həbs",
    "country:GE,AZ",
    "(torture prison) OR country:AZ",
    "lang:az",
    "rights:yes",
    "say",
    "die",
    "title:həbs",
    "qəti",
    "hüquqları",
    '"insan hüquqları"',
    "öldürmək",
    "суд",
    "U.S.",
    "2023",
    "stop",
    "kömək",
]
_WORDS = [
    "tortured",
    "həbsdən",
    "azadlığa",
    "fikrini",
    "edir",
    "children",
    "person",
    "DİN-in",
    "DİN",
    "məhbuslar",
    "siyasi",
    "siyasi məhbusun",
    "suyu",
    "prisons",
    "said",
    "dying",
    "Qət’i",
    "hüququ",
    "insan",
    "öldürülüb",
    "суда",
    "U.S.",
    "2023-cü",
    "stopped",
    "köməyi",
    "MƏHBUSLARA",
    ".",
]

_TERMS = st.sampled_from(
    [*_QUERIES[:-8], "country:TR,AZ", "text:həbs", 'title:"siyasi məhbus"', "rights:any"]
)


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Two to four parts side by side, as alternatives, or the last one excluded; sometimes in parentheses."""
    some = st.lists(parts, min_size=2, max_size=4)
    return st.one_of(
        some.map(" ".join),
        some.map(lambda several: f"({' OR '.join(several)})"),
        some.map(lambda several: f"({' '.join(several[:-1])} -({several[-1]}))"),
        some.map(lambda several: f"({several[0]} (həbs OR ({' '.join(several[1:])})))"),
    )


_FILTERS = st.lists(st.recursive(_TERMS, _joined, max_leaves=6), max_size=8)
_TEXTS = st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join)
_LANGUAGES = st.sampled_from([Language.AZ, Language.EN, Language.UND])


def _plain(filters: dict[str, Filter], article: ReadArticle) -> list[str]:
    return sorted(key for key, wanted in filters.items() if isinstance(evaluate(wanted, article), Match))


@given(_TEXTS, _LANGUAGES, st.sampled_from([(), ("AZ",), ("GE", "AZ")]), st.booleans())
def test_the_index_agrees_with_asking_every_filter(
    text: str, lang: Language, countries: tuple[str, ...], rights: bool
) -> None:
    """Pre-selection never loses a match and never adds one."""
    filters = {str(at): parse(query, default_rights="any") for at, query in enumerate(_QUERIES)}
    index = FilterIndex()
    index.replace(filters)
    article = read("Sınaq", text, lang=lang, countries=countries, human_rights=rights)
    assert _plain(filters, article) == sorted(index.matching(article))


@given(_FILTERS, _FILTERS, _TEXTS, _TEXTS, _LANGUAGES, st.booleans())
def test_whatever_comes_and_goes_the_rest_is_as_before(
    first: list[str], second: list[str], title: str, text: str, lang: Language, rights: bool
) -> None:
    """Groups in groups, filters added and removed one by one: the same as all the others asked one by one."""
    articles = [read(title, text, lang=lang, countries=("AZ",), human_rights=rights), read(text, title)]
    queries = {query: _parsed(query) for query in (*first, *second)}
    index = FilterIndex(most_removed=1)
    for query in first:
        index.add(query, queries[query])
    for article in articles:
        assert _plain({query: queries[query] for query in first}, article) == sorted(index.matching(article))
    for query in first[::2]:
        index.remove(query)
    for query in second:
        index.add(query, queries[query])
    left = {query: queries[query] for query in (set(first) - set(first[::2])) | set(second)}
    assert left.keys() == set(index)
    for article in articles:
        assert _plain(left, article) == sorted(index.matching(article))


def _parsed(query: str) -> Filter:
    return parse(f"{query} kömək OR {query} say")


def test_equal_filters_are_all_told() -> None:
    """Two ids with one query both appear; replacing forgets the old ones."""
    index = FilterIndex()
    index.replace(
        {"a": parse("həbs rights:any"), "b": parse("Həbs rights:any"), "c": parse("rights:any həbs")}
    )
    assert ["a", "b", "c"] == sorted(index.matching(read("həbsin")))
    index.replace({})
    assert [] == index.matching(read("həbsin"))


def test_what_nobody_asks_for_any_more_is_forgotten() -> None:
    """Words, labels and phrases of removed filters do not pile up while filters come and go."""
    index = FilterIndex(most_removed=10)
    for at in range(200):
        index.add(f"f{at}", parse(f'söz{at}a "iki söz{at}b" country:AZ'))
        index.remove(f"f{at}")
    assert index.size() <= 3 * 12 + 1
    assert [] == list(index)


# --- packs --------------------------------------------------------------------------------------

_PACKS = {
    name: parse_pack(query)
    for name, query in {
        "one": "həbs OR torture",
        "two": '"siyasi məhbus" -people',
        "three": "pack:one country:AZ",
        "four": "(pack:two OR title:həbs) -pack:one",
    }.items()
}
_WITH_PACKS = st.recursive(
    _TERMS | st.sampled_from([f"pack:{name}" for name in _PACKS]), _joined, max_leaves=5
)


@given(st.lists(_WITH_PACKS, max_size=6), _TEXTS, _TEXTS, _LANGUAGES)
def test_filters_with_packs_agree_too(queries: list[str], title: str, text: str, lang: Language) -> None:
    """Packs in packs, in alternatives and excluded: put in and filed as any filter, also when some go."""
    wanted = {query: expand(_parsed(query), _PACKS) for query in queries}
    index = FilterIndex(most_removed=1)
    index.replace(wanted)
    article = read(title, text, lang=lang, countries=("AZ",))
    assert _plain(wanted, article) == sorted(index.matching(article))
    for query in queries[::2]:
        index.remove(query)
        wanted.pop(query, None)
    assert _plain(wanted, article) == sorted(index.matching(article))


# --- canonical spellings ------------------------------------------------------------------------


@given(_FILTERS, _TEXTS, _LANGUAGES, st.booleans())
def test_a_spelling_is_as_good_as_the_filter(
    queries: list[str], text: str, lang: Language, rights: bool
) -> None:
    """What is read from canonical spellings alone finds what the parser's filters find."""
    filters = {query: _parsed(query) for query in queries}
    index = FilterIndex()
    for query, wanted in filters.items():
        index.add(query, wanted.query)
    article = read("Sınaq", text, lang=lang, countries=("AZ",), human_rights=rights)
    assert _plain(filters, article) == sorted(index.matching(article))


@pytest.mark.parametrize("query", _QUERIES)
def test_the_parser_is_not_needed_for_what_it_spelt(query: str) -> None:
    """Every shape of filter is read from its canonical spelling: a million are read at every start."""
    assert read_canonical(parse(query).query) is not None


@pytest.mark.parametrize(
    "stored",
    [
        'word"',
        '"open',
        "(a",
        "a)",
        "a OR",
        "-",
        "country:Atlantis",
        "rights:maybe",
        "mə*",
        "()",
        "x:y",
        "(" * 5000,
    ],
)
def test_what_is_no_filter_is_refused_and_leaves_nothing(stored: str) -> None:
    """A stored text that no parser takes raises the parser's own error; the index is as before."""
    index = FilterIndex()
    with pytest.raises(BadFilter):
        index.add("bad", stored)
    assert ([], 0) == (list(index), len(index))
    index.add("good", "həbs rights:any")
    assert ["good"] == index.matching(read("həbs"))


def test_a_spelling_that_is_not_canonical_is_read_by_the_parser() -> None:
    """It means what the parser says that it means."""
    index = FilterIndex()
    index.add("a", "Həbs və country:Azerbaijan rights:any")
    assert ["a"] == index.matching(read("həbsdən", countries=("AZ",)))
    assert [] == index.matching(read("həbsdən", countries=("GE",)))


# --- coming and going ---------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 15), st.sampled_from(_QUERIES)), min_size=1, max_size=60
    ),
    st.integers(1, 5),
)
def test_ids_and_equal_queries_in_any_order(changes: list[tuple[bool, int, str]], most_removed: int) -> None:
    """Many ids for one query, ids that return with another: as a fresh index after every change."""
    index, held = FilterIndex(most_removed=most_removed), dict[str, Filter]()
    article = read("həbs torture", "DİN siyasi məhbusun suyu", countries=("AZ",), human_rights=True)
    for adding, number, query in changes:
        name = f"{number:032x}" if number % 2 else str(number)
        if adding:
            held.setdefault(name, parse(query))
            index.add(name, parse(query).query)
        else:
            held.pop(name, None)
            index.remove(name)
        assert _plain(held, article) == sorted(index.matching(article))
    assert sorted(held) == sorted(index)
    assert all(name in index for name in held)
    assert len(held) == len(index)


def test_equal_queries_share_what_is_held_for_them() -> None:
    """A thousand ids of one query cost no more words, and removing all but one keeps it."""
    index = FilterIndex(most_removed=1)
    index.add("0", '"siyasi məhbus" country:AZ rights:any')
    alone = index.size()
    for number in range(1, 1_000):
        index.add(str(number), '"siyasi məhbus" country:AZ rights:any')
    assert alone == index.size()
    article = read("siyasi məhbuslar", countries=("AZ",))
    assert 1_000 == len(index.matching(article))
    for number in range(999):
        index.remove(str(number))
    assert ["999"] == index.matching(article)


@pytest.mark.parametrize(
    "query",
    [
        " OR ".join(f"w{at}" for at in range(45)),
        " ".join(f"(w{at} OR həbs)" for at in range(20)),
        " OR ".join(f"bax{letter}*" for letter in "abcdefghijklmnopqrstuvxyz"),
        "(" * 10 + "həbs OR (a b)" + ")" * 10,
        " ".join(f'-"the of{at}"' for at in range(20)) + " həbs",
        " ".join(f"w{at}" for at in range(10_000)),
        "(" * 1_000 + "həbs" + ")" * 1_000,
        "h*",
    ],
)
def test_an_adversary_is_refused_or_answered_rightly(query: str) -> None:
    """What the grammar lets through is filed, a hundred times over, and found as if asked one by one."""
    try:
        wanted = parse(query, default_rights="any")
    except BadFilter:
        return
    index = FilterIndex()
    for number in range(100):
        index.add(f"{number:032x}", wanted)
    article = read("Bakıda həbs", "bax həbs the of " * 300)
    assert 100 * len(_plain({"one": wanted}, article)) == len(index.matching(article))

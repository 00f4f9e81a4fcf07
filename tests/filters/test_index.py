"""The percolator says what asking every filter would say, whatever comes and goes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.filters.grammar import parse
from bot.filters.index import FilterIndex
from bot.filters.match import ReadArticle, evaluate
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

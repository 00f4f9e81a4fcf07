"""Filters said in words, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.filters.grammar import parse
from bot.filters.terms import Filter, Node, WordTerm, all_of, any_of, none_of, terms_of
from bot.model import Language
from handlers.text.describe import describe

AZ, EN = Language.AZ, Language.EN


@pytest.mark.parametrize(
    ("query", "english", "azerbaijani"),
    [
        ("torture", "reports that mention “torture”", "«torture» keçən xəbərlər"),
        (
            "işgəncə country:AZ -idman",
            "reports about Azerbaijan that mention “işgəncə”, except those that mention “idman”",
            "Azərbaycan haqqında, «işgəncə» keçən xəbərlər, «idman» keçənlər istisna olmaqla",
        ),
        (
            "torture (prison OR detention) -country:US",
            "reports that mention “torture” and (“detention” or “prison”), "
            "except those about the United States",
            "«torture» və («detention» yaxud «prison») keçən xəbərlər, "
            "Amerika Birləşmiş Ştatları haqqında olanlar istisna olmaqla",
        ),
        (
            "topic:media,torture country:TR,GE lang:az",
            "reports about Georgia or Türkiye on the topic of media freedom or torture and ill-treatment "
            "in Azerbaijani",
            "Gürcüstan yaxud Türkiyə haqqında, media azadlığı yaxud işgəncə və pis rəftar mövzusunda, "
            "Azərbaycan dilində xəbərlər",
        ),
        (
            "kind:judgment mentions:GE title:həbs",
            "court judgments naming Georgia with “həbs” in the title",
            "Gürcüstan adı çəkilən, başlığında «həbs» keçən məhkəmə qərarları",
        ),
        (
            "country:AZ -mentions:GE -text:futbol -kind:statement",
            "reports about Azerbaijan, except statements, those naming Georgia, "
            "and those with “futbol” in the text",
            "Azərbaycan haqqında xəbərlər, bəyanatlar, Gürcüstan adı çəkilənlər və "
            "mətnində «futbol» keçənlər istisna olmaqla",
        ),
        (
            "=DİN məhb* rights:any",
            "reports on any subject that mention exactly “DİN” and words that begin with “məhb”",
            "istənilən mövzuda, məhz «DİN» və «məhb» ilə başlayan söz keçən xəbərlər",
        ),
        (
            "~torture pack:press-freedom source:amnesty",
            "reports from the source amnesty found by the pack press-freedom "
            "that mention “torture” (also “işgəncə”)",
            "amnesty mənbəyindən, press-freedom paketinə uyğun, "
            "«torture» (həmçinin «işgəncə») keçən xəbərlər",
        ),
        (
            "(torture country:AZ) OR topic:elections",
            "one of these: 1) reports on the topic of elections; 2) reports about Azerbaijan that mention "
            "“torture”",
            "bunlardan biri: 1) seçkilər mövzusunda xəbərlər; "
            "2) Azərbaycan haqqında, «torture» keçən xəbərlər",
        ),
        (
            "futbol rights:no",
            "reports outside human-rights news that mention “futbol”",
            "insan hüquqlarına aid olmayan, «futbol» keçən xəbərlər",
        ),
    ],
)
def test_a_filter_is_said_in_words(query: str, english: str, azerbaijani: str) -> None:
    """As a person would say it; names and words stand as they are, without suffixes of ours."""
    assert english == describe(parse(query), EN)
    assert azerbaijani == describe(parse(query), AZ)


_TERMS = [
    "həbs",
    "=DİN",
    "məhb*",
    '"siyasi məhbus"',
    "title:vəkil",
    "text:polis",
    "~torture",
    "country:AZ,US",
    "mentions:GE",
    "from:TR",
    "lang:az,ru",
    "topic:fair",
    "kind:report,news",
    "source:numune",
    "rights:yes",
    "rights:no",
    "pack:press",
]
_NODES = st.recursive(
    st.sampled_from(_TERMS).map(lambda query: parse(query).root),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(all_of),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
        inner.map(none_of),
    ),
    max_leaves=10,
)


@given(_NODES, st.sampled_from([AZ, EN]))
def test_no_word_is_left_unsaid(node: Node, lang: Language) -> None:
    """Whatever the filter, each of its words is in the sentence, and the brackets close."""
    told = describe(Filter(node.query, node), lang)
    words = [term.keyword.text for term in terms_of(node) if isinstance(term, WordTerm)]
    assert [] == [word for word in words if word not in told]
    assert "{" not in told
    assert told == " ".join(told.split())

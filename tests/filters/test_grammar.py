"""What a moderator types, and what is made of it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import BadFilter, FilterMistake
from bot.filters.grammar import parse


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("torture", "torture rights:yes"),
        ("Torture, PRISON", "prison torture rights:yes"),
        ("“siyasi məhbus”", '"siyasi məhbus" rights:yes'),
        ("SİYASİ MƏHBUS", "məhbus siyasi rights:yes"),
        ("«Siyasi məhbus»", '"siyasi məhbus" rights:yes'),
        ('="DİN"', "=DİN rights:yes"),
        ("=DİN", "=DİN rights:yes"),
        ("məhb*", "məhb* rights:yes"),
        ("BMT-nin", "BMT rights:yes"),
        ("a1 | b1", "(a1 OR b1) rights:yes"),
        ("torture NOT sport", "torture -sport rights:yes"),
        ("torture -(b OR c)", "torture -(b OR c) rights:yes"),
        ("country:Azerbaijan", "country:AZ rights:yes"),
        ("country: Gürcüstan,az", "country:AZ,GE rights:yes"),
        ("country:Saudi Arabia prison", "prison country:SA rights:yes"),
        ('country:"South Korea"', "country:KR rights:yes"),
        ("country:abş", "country:US rights:yes"),
        ("topic:torture", "topic:torture_ill_treatment rights:yes"),
        ("topic:işgəncə", "topic:torture_ill_treatment rights:yes"),
        ("lang:English kind:hesabat", "lang:en kind:report rights:yes"),
        ("title:həbs rights:any", "title:həbs rights:any"),
        ("title:həbs,məhkəmə", "(title:həbs OR title:məhkəmə) rights:yes"),
        ("country:AZ -sport", "country:AZ -sport rights:yes"),
        ("ölkə:Azərbaycan mövzu:işgəncə", "country:AZ topic:torture_ill_treatment rights:yes"),
        ("işgəncə və həbs", "həbs işgəncə rights:yes"),
        ("işgəncə VƏ YA həbs", "(həbs OR işgəncə) rights:yes"),
        ("iskence ve ya hebs", "(hebs OR iskence) rights:yes"),
        ("piket vəya mitinq ya da yürüş yaxud aksiya", "(aksiya OR mitinq OR piket OR yürüş) rights:yes"),
        ("işgəncə deyil futbol", "işgəncə -futbol rights:yes"),
        ("işgəncə DEYİL (futbol və ya güləş)", "işgəncə -(futbol OR güləş) rights:yes"),
        ('"və" ="deyil" yaxşı', '"və" ="deyil" yaxşı rights:yes'),
        ("anılan:Türkiyə mənşə:AZ", "mentions:TR from:AZ rights:yes"),
        ("dil:azərbaycanca hüquq:hamısı növ:hökm", "lang:az kind:judgment rights:any"),
        ("~isgence", "~işgəncə rights:yes"),
        ("~Political prisoner -~protest", '~"political prisoner" -~protest rights:yes'),
        ("başlıq:~bmt və ya title:~torture", "(title:~BMT OR title:~torture) rights:yes"),
        ("OLKE:az dil:en menbe:amnesty huquq:any", "country:AZ lang:en source:amnesty rights:any"),
    ],
)
def test_a_filter_has_one_spelling(typed: str, canonical: str) -> None:
    """Names, quotes, case and order are normalised, and the rights term is visible."""
    assert canonical == parse(typed).query
    assert canonical == parse(canonical).query


@pytest.mark.parametrize(
    ("typed", "mistake", "at", "suggestion"),
    [
        ("", FilterMistake.EMPTY, 0, None),
        ("country:Azerbaijn", FilterMistake.UNKNOWN_COUNTRY, 8, "AZ"),
        ("topic:tortre", FilterMistake.UNKNOWN_TOPIC, 6, "torture_ill_treatment"),
        ("topic:freedom_of", FilterMistake.UNKNOWN_TOPIC, 6, None),
        ("torture contry:AZ", FilterMistake.UNKNOWN_FIELD, 8, "country"),
        ("torture ölkr:AZ", FilterMistake.UNKNOWN_FIELD, 8, "ölkə"),
        ("torture mövzular:AZ", FilterMistake.UNKNOWN_FIELD, 8, None),
        ("torture pakt:a", FilterMistake.UNKNOWN_FIELD, 8, "paket"),
        ("həbs rights:maybe", FilterMistake.UNKNOWN_VALUE, 12, None),
        ("lang:xx", FilterMistake.UNKNOWN_LANGUAGE, 5, None),
        ("country:XY", FilterMistake.UNKNOWN_COUNTRY, 8, None),
        ("country:irak", FilterMistake.UNKNOWN_COUNTRY, 8, None),
        ("country:AZ,Gerogia", FilterMistake.UNKNOWN_COUNTRY, 11, "GE"),
        ("source:numnue", FilterMistake.UNKNOWN_SOURCE, 7, "numune"),
        ("source:numu", FilterMistake.UNKNOWN_SOURCE, 7, "numune"),
        ("kind:raport", FilterMistake.UNKNOWN_KIND, 5, "report"),
        ('"siyasi', FilterMistake.UNCLOSED_QUOTE, 0, '"siyasi"'),
        ("(a b", FilterMistake.UNBALANCED_PARENTHESIS, 0, None),
        ("a)", FilterMistake.UNBALANCED_PARENTHESIS, 1, None),
        ("OR a", FilterMistake.MISPLACED_OPERATOR, 0, None),
        ("a OR", FilterMistake.MISPLACED_OPERATOR, 2, None),
        ("(a və ya )", FilterMistake.MISPLACED_OPERATOR, 3, None),
        ("a ( )", FilterMistake.UNBALANCED_PARENTHESIS, 2, None),
        ("a -", FilterMistake.MISPLACED_OPERATOR, 2, None),
        ("-sport", FilterMistake.NOTHING_TO_FIND, 0, None),
        ("torture OR -sport", FilterMistake.NOTHING_TO_FIND, 0, None),
        ("!!!", FilterMistake.NOTHING_TO_FIND, 0, None),
        ("mə*", FilterMistake.PREFIX_TOO_SHORT, 0, None),
        ("title:", FilterMistake.MISSING_VALUE, 0, None),
        ("source:nope", FilterMistake.UNKNOWN_SOURCE, 7, None),
        ("həbs futbol deyil", FilterMistake.MISPLACED_OPERATOR, 5, "-futbol"),
        ("futbol deyil, həbs", FilterMistake.MISPLACED_OPERATOR, 0, "-futbol"),
        ("country:AZ (dil:ru deyil)", FilterMistake.MISPLACED_OPERATOR, 12, "-dil:ru"),
        ("və həbs", FilterMistake.MISPLACED_OPERATOR, 0, None),
        ("həbs ~journalists", FilterMistake.NO_COUNTERPART, 5, "~journalist"),
        ("həbs ~siyasi-məhbuslar", FilterMistake.NO_COUNTERPART, 5, None),
        ("title:~toture", FilterMistake.NO_COUNTERPART, 6, "~torture"),
        ("~işgəncə*", FilterMistake.MISPLACED_OPERATOR, 8, None),
        ("~", FilterMistake.MISSING_VALUE, 0, None),
        ("a " * 51, FilterMistake.TOO_MANY_TERMS, 100, None),
        ("(" * 11 + "a" + ")" * 11, FilterMistake.TOO_MANY_TERMS, 10, None),
        ("a" * 501, FilterMistake.TOO_LONG, 500, None),
    ],
)
def test_a_mistake_is_named_with_its_place(
    typed: str, mistake: FilterMistake, at: int, suggestion: str | None
) -> None:
    """The error says what, where, what was probably meant, and gives an example that works."""
    with pytest.raises(BadFilter) as caught:
        parse(typed, sources={"numune"})
    problem = caught.value
    assert (mistake, at) == (problem.mistake, problem.at)
    assert suggestion == problem.suggestion
    assert parse(problem.example, sources={"numune"})


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("torture country:Azerbaijn", "torture country:AZ"),
        ('country:"Saudi Arbia" prison', 'country:"SA" prison'),
        ("country:AZ,Gerogia", "country:AZ,GE"),
        ("torture contry:AZ", "torture country:AZ"),
        ("topic:tortre", "topic:torture_ill_treatment"),
        ("mentions:Turky lang:az", "mentions:TR lang:az"),
        ("source:numnue", "source:numune"),
        ("həbs futbol deyil", "həbs -futbol"),
        ("həbs ~məhbuslara", "həbs ~məhbus"),
        ("~“human right” az", '~"human rights" az'),
        ("title:“siyasi məhbus", 'title:"siyasi məhbus"'),
    ],
)
def test_the_suggestion_stands_in_the_place_of_the_token(typed: str, mended: str) -> None:
    """Whoever presses the button gets the whole filter mended, and it works."""
    with pytest.raises(BadFilter) as caught:
        parse(typed, sources={"numune"})
    problem = caught.value
    end = problem.at + len(problem.token)
    assert problem.token == typed[problem.at : end]
    assert mended == typed[: problem.at] + (problem.suggestion or "") + typed[end:]
    assert parse(mended, sources={"numune"})


_PIECES = st.sampled_from(
    [
        "torture",
        "DİN",
        "məhb*",
        '"siyasi məhbus"',
        "=AI",
        "OR",
        "|",
        "-",
        "(",
        ")",
        "country:AZ",
        "topic:media",
        "title:",
        "rights:any",
        ",",
        "NOT",
        "həbs-qətimkan",
        "206.3.2",
        "İ",
        "I",
        "“",
        "lang:",
        "az",
        "=",
        "*",
        "U.S.",
        "~torture",
        "~",
        "və",
        "ya",
        "DEYİL",
        "pack:a",
    ]
)


@given(
    st.lists(_PIECES, max_size=12).map(" ".join)
    | st.lists(_PIECES, max_size=9).map("".join)
    | st.text(max_size=60)
)
@example("a-\u0301b")
def test_any_text_is_a_filter_or_a_bad_filter(typed: str) -> None:
    """Nothing but `BadFilter` is raised, and a filter's spelling reads back as itself."""
    try:
        wanted = parse(typed)
    except BadFilter as mistake:
        problem = mistake
    else:
        assert wanted.query == parse(wanted.query).query
        return
    assert 0 <= problem.at <= len(typed)
    assert problem.token == typed[problem.at :][: len(problem.token)]


def test_order_and_doubles_do_not_make_another_filter() -> None:
    """Equal filters spell equally."""
    assert parse("a b b country:GE,AZ").query == parse("country:AZ,GE B a").query

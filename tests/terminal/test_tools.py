"""The JSON-lines tools, as the shell sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from handlers.terminal.rendering import render_alerts
from handlers.terminal.tools import guard_urls, link_articles, match_articles, parse_files, read_articles
from tests.waiting import PATIENCE

XEBERDAR = str(Path(sys.executable).with_name("xeberdar"))
TEXT = "Police tortured an activist in Baku. His lawyer filed a complaint on Monday. The ministry denies it."
RSS = (
    '<rss version="2.0"><channel><title>S</title><item><title>A</title>'
    "<link>https://a.example/1</link></item></channel></rss>"
)


def shell(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    """Exit status, standard output, standard error of the installed command."""
    done = subprocess.run(
        [XEBERDAR, *arguments], input=given, capture_output=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def lines(*each: object) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in each)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "in.jsonl"


def test_read_has_the_documented_shape(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exactly the fields of the design page, and sentences that stand in the text."""
    file.write_text(lines({"id": 7, "title": "Activist tortured in Azerbaijan", "text": TEXT}))

    status = read_articles(str(file), why=False)

    (row,) = rows(capsys.readouterr().out)
    fields = ["id", "lang", "countries", "mentions", "human_rights", "topics", "kind", "summary"]
    assert (0, fields) == (status, list(row))
    assert (7, "en", ["AZ"], True) == (row["id"], row["lang"], row["countries"], row["human_rights"])
    assert row["summary"]
    assert all(sentence in TEXT for sentence in row["summary"])


def test_why_names_the_words(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--why` adds the reasons and changes nothing else."""
    file.write_text(lines({"id": "a", "title": "Activist tortured in Azerbaijan", "text": TEXT}))
    read_articles(str(file), why=False)
    (plain,) = rows(capsys.readouterr().out)

    read_articles(str(file), why=True)

    (row,) = rows(capsys.readouterr().out)
    assert row.pop("why")
    assert plain == row


BAD: list[tuple[bytes, dict[str, Any]]] = [
    (b"nonsense", {"error": "not JSON: Expecting value at character 1"}),
    (b"\x00", {"error": "not JSON: Expecting value at character 1"}),
    (b"[1]", {"error": 'a list, not an object like {"id": "1", "title": "…"}'}),
    (b'{"id": "x"}', {"id": "x", "error": '"title" is missing; an article needs "id" and "title"'}),
    (b'{"title": "x"}', {"error": '"id" is missing; an article needs "id" and "title"'}),
    (b'{"id": true, "title": "x"}', {"error": '"id" is a boolean, not a text'}),
    (b'{"id": 1.5, "title": "x"}', {"error": '"id" is a fraction; it should be a text or a whole number'}),
    (b'{"id": 3, "title": 5}', {"id": 3, "error": '"title" is a number, not a text'}),
    (b"[" * 100_000, {"error": "JSON that is nested too deeply"}),
    (b'{"id":' + b"9" * 5000 + b"}", {"error": "JSON with a number that is too long"}),
]


def test_bad_lines_are_answered_in_their_place(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each bad line has its error, the good ones between them their answer, and the status is 1."""
    good = b'{"id": "good", "title": "Torture"}'
    file.write_bytes(b"\n".join([good, b"", *(bad for bad, _ in BAD), b"   ", good]) + b"\n")

    status = match_articles("torture", str(file))

    first, *answers, last = rows(capsys.readouterr().out)
    assert (1, True, True) == (status, first["matched"], last["matched"])
    assert [expected for _, expected in BAD] == answers


def test_hostile_but_good_lines(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A byte-order mark, a NUL, a lone surrogate and bytes that are no UTF-8 are words like others."""
    good = [r'{"id":1,"title":"a\u0000b"}', r'{"id":"\ud800","title":"\ud83d"}', '{"id":3,"title":"?"}']
    file.write_bytes(b"\xef\xbb\xbf" + "\n".join(good).encode().replace(b"?", b"\xff") + b"\n")

    status = read_articles(str(file), why=False)

    assert (0, [1, "\ud800", 3]) == (status, [row["id"] for row in rows(capsys.readouterr().out)])


def test_match_points_at_what_it_found(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`at` counts code points of the field as it was given, whatever folding did to it."""
    title, text = "İŞGƏNCƏ 🕊 report", "🕊🕊 Bakıda siyasi məhbusa işgəncə verilib."
    file.write_text(lines({"id": 1, "title": title, "text": text}))

    status = match_articles("işgəncə məhbus report", str(file))

    (row,) = rows(capsys.readouterr().out)
    fields = {"title": title, "text": text}
    places = [(fields[one["field"]], one["at"], one["found"]) for one in row["why"] if one["at"] is not None]
    assert (0, True, 3) == (status, row["matched"], len(places))
    assert [found for _, _, found in places] == [field[at : at + len(found)] for field, at, found in places]


def test_match_takes_any_news_by_default(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`rights` is `any` here; `rights:yes` asks for human-rights news, and the miss says so."""
    file.write_text(lines({"id": 1, "title": "Football match ends in a draw"}))

    match_articles("football", str(file))
    match_articles("football rights:yes", str(file))

    first, second = rows(capsys.readouterr().out)
    assert (True, False, "rights") == (first["matched"], second["matched"], second["miss"])


def test_a_bad_filter_is_shown_with_its_place() -> None:
    """What is wrong, where, and one that works; nothing on standard output, status 2."""
    status, out, said = shell("match", "--filter", "torture country:Atlantis")

    assert (2, "") == (status, out)
    told = said.splitlines()
    assert "xeberdar: There is no such country: Atlantis" == told[0]
    assert told[1].index("Atlantis") == told[2].index("^")
    assert told[-1].startswith("  For example: ")


def test_link_gives_every_id_once(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ids come back as they were given, in stories in the order of their first article."""
    az, en = "https://a.example/az/1", "https://a.example/en/1"
    file.write_text(
        lines(
            {"id": 1, "title": "Activist tortured", "text": TEXT, "url": en, "alternates": {"az": az}},
            {"id": "other", "title": "Festival", "text": "Music.", "url": "https://b.example/2"},
            {"id": 3, "title": "İşgəncə", "text": "Polis onu döyüb.", "url": az, "alternates": {"en": en}},
        )
    )

    status = link_articles(str(file))

    stories = rows(capsys.readouterr().out)
    assert (0, [[1, 3], ["other"]]) == (status, [story["articles"] for story in stories])
    assert [(1, 3)] == [(one["a"], one["b"]) for one in stories[0]["links"]]
    assert stories[0]["links"][0]["why"]


def test_parse_answers_for_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A feed gives its entries, a file that is none its error, both in the order of the arguments."""
    feed, page = tmp_path / "feed.xml", tmp_path / "page.html"
    feed.write_text(RSS)
    page.write_text("<!doctype html><html><body>Log in</body></html>")

    status = parse_files([str(page), str(feed), str(tmp_path / "none")])

    first, second, third = rows(capsys.readouterr().out)
    assert 1 == status
    assert first["error"].startswith("not_a_feed")
    assert (str(feed), "https://a.example/1", "A") == (second["file"], second["link"], second["title"])
    assert "cannot read it: No such file or directory" == third["error"]


def test_parse_reads_standard_input() -> None:
    """`-`, and no argument."""
    by_dash, by_nothing = shell("parse", "-", given=RSS.encode()), shell("parse", given=RSS.encode())

    assert by_dash == by_nothing
    assert (0, ["A"]) == (by_dash[0], [row["title"] for row in rows(by_dash[1])])


def test_guard_judges_the_spelling(capsys: pytest.CaptureFixture[str]) -> None:
    """Addresses are answered in order, without asking anybody."""
    status = guard_urls(["https://example.org/feed", "http://127.0.0.1/", "file:///x"], resolve=False)

    answers = rows(capsys.readouterr().out)
    assert (0, [True, False, False]) == (status, [row["allowed"] for row in answers])
    assert (None, "private_address") == (answers[0]["reason"], answers[1]["reason"])


def test_guard_reads_lines() -> None:
    """One a line on standard input, also as `-`; blank lines are none."""
    status, out, _ = shell("guard", "--no-resolve", "-", given=b"http://10.0.0.1\r\n\nhttps://example.org\n")

    assert (0, ["http://10.0.0.1", "https://example.org"]) == (status, [row["url"] for row in rows(out)])


ALERT = {
    "id": 5,
    "kind": "new",
    "chat": {"lang": "en", "zone": "Asia/Baku"},
    "story": {
        "articles": [
            {
                "title": "🕊 <b>Activist</b> tortured",
                "url": "https://a.example/en/1",
                "outlet": "A & B",
                "lang": "en",
                "summary": ["The police beat him."],
                "published": "2026-03-02T09:00:00Z",
            }
        ]
    },
}


@pytest.mark.parametrize(("kind", "method"), [("new", "sendMessage"), ("edit", "editMessageText")])
def test_render_for_telegram(file: Path, capsys: pytest.CaptureFixture[str], kind: str, method: str) -> None:
    """Text with entities in UTF-16 units, no parse mode, no preview, and no chat."""
    file.write_text(lines(ALERT | {"kind": kind}))

    status = render_alerts("telegram", str(file))

    (row,) = rows(capsys.readouterr().out)
    (request,) = row["requests"]
    params = request["params"]
    assert (0, 5, method) == (status, row["id"], request["method"])
    assert {"text", "entities", "reply_markup", "link_preview_options"} == set(params)
    units = params["text"].encode("utf-16-le")
    headline = next(one for one in params["entities"] if one["type"] == "bold")
    shown = units[2 * headline["offset"] : 2 * (headline["offset"] + headline["length"])].decode("utf-16-le")
    assert params["text"].splitlines()[0] == shown


def test_render_for_the_web_escapes(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A headline cannot open a tag."""
    file.write_text(lines(ALERT))

    render_alerts("web", str(file))

    (row,) = rows(capsys.readouterr().out)
    html = row["requests"][0]["params"]["html"]
    assert "<b>" not in html
    assert "&lt;b&gt;Activist" in html


def test_render_refuses_unknown_platforms_and_kinds(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A platform is an argument (2), a kind is a line (1)."""
    file.write_text(lines(ALERT | {"kind": "old"}))

    assert (2, 1) == (render_alerts("icq", str(file)), render_alerts("web", str(file)))
    (row,) = rows(capsys.readouterr().out)
    assert {"id": 5, "error": "\"kind\" is 'old'; it should be one of new, edit, correction"} == row


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "/nowhere"),
        ("read", "/"),
        ("read", "--bogus"),
        ("match",),
        ("match", "--filter", ""),
        ("render",),
        ("link", "/nowhere"),
        ("nonsense",),
    ],
)
def test_unusable_arguments(arguments: tuple[str, ...]) -> None:
    """Status 2, a sentence on standard error, no traceback, nothing on standard output."""
    status, out, said = shell(*arguments)

    assert (2, "") == (status, out)
    assert said
    assert "Traceback" not in said


@pytest.mark.parametrize("tool", [("read",), ("link",), ("match", "--filter", "x"), ("guard",)])
def test_empty_input_is_processed(tool: tuple[str, ...]) -> None:
    """Nothing in, nothing out, and all is well."""
    assert (0, "", "") == shell(*tool, given=b"\n  \n")


def test_an_answer_comes_before_the_input_ends() -> None:
    """Whoever asks line by line need not close the pipe to hear the first answer."""
    command = [XEBERDAR, "match", "--filter", "torture"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}) as tool:
        assert tool.stdin is not None
        assert tool.stdout is not None
        for number in range(3):
            tool.stdin.write(lines({"id": number, "title": "Torture"}).encode())
            tool.stdin.flush()
            assert number == json.loads(tool.stdout.readline())["id"]
        tool.stdin.close()

        assert 0 == tool.wait(timeout=PATIENCE)


def test_a_closed_pipe_ends_quietly(file: Path) -> None:
    """`| head -1`: no complaint, and no traceback."""
    file.write_text(lines(*({"id": n, "title": "Torture"} for n in range(5000))))
    command = [XEBERDAR, "match", "--filter", "torture", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        assert tool.stdout is not None
        assert tool.stderr is not None
        assert 0 == json.loads(tool.stdout.readline())["id"]
        tool.stdout.close()

        assert (0, b"") == (tool.wait(timeout=PATIENCE), tool.stderr.read())


def test_a_very_long_text_is_read(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five megabytes are one article like others."""
    file.write_text(lines({"id": "long", "title": "Torture", "text": TEXT * 50_000}))

    assert 0 == read_articles(str(file), why=False)
    assert ["en"] == [row["lang"] for row in rows(capsys.readouterr().out)]

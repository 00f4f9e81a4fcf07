"""The parser pool: hostile input costs one process and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from bot.errors import FeedError, FeedTrouble
from bot.feeds.parse import ParserPool, parse_file
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "feeds"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/feeds is not there")

ITEM = b"<item><title>T%d</title><link>https://example.com/%d</link></item>"
GOOD = b"<rss version='2.0'><channel><title>Good</title>" + ITEM % (1, 1) + b"</channel></rss>"


def rss(inside: bytes) -> bytes:
    return b"<rss version='2.0'><channel>" + inside + b"</channel></rss>"


# Escaped markup of 18 MB: nothing bounds it before the parser, so a limit of the process has to.
EATER = rss(b"<item><title>t</title><description>" + b"&lt;b&gt;" * 2_000_000 + b"</description></item>")


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    async with ParserPool(2, wall=PATIENCE) as one:  # their CPU ends them, not other programs' share of it
        yield one


def alive(pids: Iterable[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def trouble(pool: ParserPool, body: bytes) -> FeedTrouble:
    with pytest.raises(FeedError) as raised:
        await pool.feed(body, {}, "https://example.com/feed", "s")
    return raised.value.why


async def test_a_feed_comes_back_as_entries(pool: ParserPool) -> None:
    """The worker's answer is a ParsedFeed again."""
    feed = await pool.feed(GOOD, {}, "https://example.com/feed", "s")
    assert (feed.title, [(entry.title, entry.link) for entry in feed.entries]) == (
        "Good",
        [("T1", "https://example.com/1")],
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (rss(b"<item " + b" ".join(b"a%d='x'" % n for n in range(100_000)) + b"/>"), FeedTrouble.BOMB),
        (rss(b"<item " + b" ".join(b"a%d='x'" % n for n in range(65)) + b"/>"), FeedTrouble.BOMB),
        (b"<rss><channel>" + b"<a>" * 200_000, FeedTrouble.BOMB),
        (rss(b"<item a='" + b"x" * 100_000 + b"'/>"), FeedTrouble.BOMB),
        (b"", FeedTrouble.EMPTY),
        (b" \n\t", FeedTrouble.EMPTY),
        (b"\0" * 1000, FeedTrouble.EMPTY),
        (b"<!DOCTYPE html><html><title>Sign in</title></html>", FeedTrouble.NOT_A_FEED),
        (b"<html><head><script>challenge()</script></head></html>", FeedTrouble.NOT_A_FEED),
        (b'{"a":' + b"[" * 100_000, FeedTrouble.NOT_A_FEED),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100, FeedTrouble.NOT_A_FEED),
        (b"/etc/passwd", FeedTrouble.NOT_A_FEED),
        (b"http://127.0.0.1/feed", FeedTrouble.NOT_A_FEED),
        (b"x" * (21 * 1024 * 1024), FeedTrouble.TOO_LARGE),
    ],
    ids=[
        *(
            "100,000 attributes",
            "65 attributes",
            "deep",
            "long tag",
            "empty",
            "blank",
            "nuls",
            "login",
            "challenge",
        ),
        *("deep json", "picture", "a path", "an address", "too large"),
    ],
)
async def test_what_is_no_feed_is_named(pool: ParserPool, body: bytes, why: FeedTrouble) -> None:
    """Refused before a parser can be hurt; the worker lives on."""
    assert await trouble(pool, body) is why
    assert pool.kills == 0


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (rss(b"".join(ITEM % (n, n) for n in range(100_000))), 500),
        (rss(b"<item><link>https://e.com/a</link><title>" + b"x" * 10_000_000 + b"</title></item>"), 1),
        (rss(b"<item><title>a</title><description>" + b"<div>" * 150 + b"</description></item>"), 1),
        (rss(b"<item><title><![CDATA[never closed"), 0),
        (rss(b""), 0),
    ],
    ids=["100,000 items", "10 MB title", "150 deep", "open cdata", "no entries"],
)
async def test_what_is_only_too_much_is_bounded(pool: ParserPool, body: bytes, count: int) -> None:
    """Too many items or too long a title lose their tail, not the feed."""
    feed = await pool.feed(body, {}, "", "s")
    assert len(feed.entries) == count
    assert all(len(entry.title) <= 512 for entry in feed.entries)


async def test_a_killed_parser_takes_nothing_with_it(pool: ParserPool) -> None:
    """A worker that eats itself to death is ended, and afterwards there are two again."""
    before = set(pool.pids)
    assert await trouble(pool, EATER) is FeedTrouble.PARSER_KILLED
    assert pool.kills == 1
    both = await asyncio.gather(*(pool.feed(GOOD, {}, "", "s") for _ in range(40)))
    assert {len(feed.entries) for feed in both} == {1}
    assert before != set(pool.pids)


async def test_a_parser_that_hangs_holds_up_nobody(pool: ParserPool) -> None:
    """While one worker does nothing the other serves; only the task of the one is lost with it."""
    stopped, _ = pool.pids
    os.kill(stopped, signal.SIGSTOP)
    tasks = {asyncio.create_task(pool.feed(GOOD, {}, "", "s")) for _ in range(2)}
    served, hanging = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for _ in range(20):
        assert len((await pool.feed(GOOD, {}, "", "s")).entries) == 1
    assert (1, 1) == (len(served), len(hanging))
    os.kill(stopped, signal.SIGKILL)
    (lost,) = await asyncio.gather(*hanging, return_exceptions=True)
    assert isinstance(lost, FeedError)
    assert (lost.why, pool.kills) == (FeedTrouble.PARSER_KILLED, 1)


async def test_a_task_has_its_time() -> None:
    """Whoever uses no CPU is ended by the wall clock."""
    async with ParserPool(1, wall=0.2) as pool:
        os.kill(pool.pids[0], signal.SIGSTOP)
        assert await trouble(pool, GOOD) is FeedTrouble.PARSER_KILLED
        assert pool.kills == 1


async def test_a_worker_has_nothing_of_ours(pool: ParserPool) -> None:
    """Three pipes, no environment, no files to open, no directory, no core dump."""
    for pid in pool.pids:
        proc = Path(f"/proc/{pid}")
        assert sorted(name.name for name in (proc / "fd").iterdir()) == ["0", "1", "2"]
        names = {line.partition(b"=")[0] for line in (proc / "environ").read_bytes().split(b"\0") if line}
        assert names <= {b"PYTHONPATH", b"LANG", b"LC_CTYPE"}
        limits = (proc / "limits").read_text()
        assert limits.split("Max open files")[1].split()[:2] == ["3", "3"]
        assert limits.split("Max file size")[1].split()[:2] == ["0", "0"]
        assert limits.split("Max core file size")[1].split()[:2] == ["0", "0"]
        assert limits.split("Max address space")[1].split()[0] == str(384 * 1024 * 1024)
        assert (proc / "cwd").readlink() == Path("/")


async def test_external_entities_stay_outside(pool: ParserPool, tmp_path: Path) -> None:
    """A document type that names a file brings none of it."""
    secret = tmp_path / "secret"
    secret.write_text("the-secret")
    body = b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file://%s'>]>" % str(secret).encode() + rss(
        b"<title>&x;</title><item><title>a &x;</title></item>"
    )
    feed = await pool.feed(body, {}, "", "s")
    assert "the-secret" not in repr(feed)


async def test_closing_leaves_no_process() -> None:
    """Idle, busy or being replaced: every worker is gone."""
    pool = ParserPool(2, tasks_per_worker=1, wall=PATIENCE)
    await pool.start()
    first = pool.pids
    busy = asyncio.create_task(trouble(pool, EATER))
    await pool.feed(GOOD, {}, "", "s")  # its worker is being replaced from here on
    pids = {*first, *pool.pids}
    busy.cancel()
    await asyncio.gather(busy, return_exceptions=True)
    await pool.close()
    await pool.close()
    assert alive(pids) == []


async def test_workers_are_renewed_after_their_share_of_tasks() -> None:
    """What a library leaks is bounded."""
    async with ParserPool(1, tasks_per_worker=2, wall=PATIENCE) as pool:
        seen: set[int] = set()
        for _ in range(5):
            await pool.feed(GOOD, {}, "", "s")
            seen.update(pool.pids)
        assert len(seen) >= 2
        assert pool.kills == 0


async def test_a_worker_ends_when_its_pipe_does() -> None:
    """A parent that is gone, however it went, leaves no worker behind."""
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.feeds.worker"),
        stdin=reading,
        stdout=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT)},
    )
    os.close(reading)
    os.close(writing)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


async def test_a_page_names_its_other_language(pool: ParserPool) -> None:
    """hreflang of the head, canonical, image, neighbours, language and the article's text."""
    paragraph = "<p>Bakıda keçirilən aksiyada iştirak edən jurnalist saxlanılıb və polisə aparılıb.</p>"
    page = await pool.page(
        f"""<html lang="az"><head><link rel="alternate" hreflang="en" href="/en/1?utm_source=x">
        <link rel="alternate" hreflang="ru" href="http://127.0.0.1/"><link rel=canonical href="/az/1">
        <meta property="og:image" content="/i.jpg"><link rel="prev" href="/az/0"></head>
        <body><nav>Menyu</nav><link rel="alternate" hreflang="tr" href="/tr/1">
        <article>{paragraph * 6}</article></body></html>""".encode(),
        {"content-type": "text/html; charset=utf-8"},
        "https://example.com/az/1",
    )
    assert page.alternates == (("en", "https://example.com/en/1"),)
    assert (page.lang, page.canonical) == ("az", "https://example.com/az/1")
    assert (page.image, page.previous, page.next) == (
        "https://example.com/i.jpg",
        "https://example.com/az/0",
        None,
    )
    assert "jurnalist saxlanılıb" in page.text
    assert "Menyu" not in page.text


async def test_a_language_switch_stands_in_for_a_silent_head(pool: ParserPool) -> None:
    """WPML and Polylang mark the links of their switch with hreflang."""
    body = b"<html><body><a hreflang='en-US' href='/en/x'>EN</a><a href='/other'>x</a></body></html>"
    page = await pool.page(body, {}, "https://example.com/x")
    assert page.alternates == (("en-US", "https://example.com/en/x"),)


@pytest.mark.shared
@shared
async def test_feeds_that_nobody_here_wrote_survive(pool: ParserPool) -> None:
    """Every file of feedparser's own tests is read or named; none costs a worker."""
    files = sorted(path for path in (SHARED / "feedparser").rglob("*") if path.suffix in {".xml", ".json"})
    assert len(files) > 2000

    async def why(path: Path) -> FeedTrouble | None:
        try:
            await parse_file(path, pool)
        except FeedError as error:
            return error.why
        return None

    found = await asyncio.gather(*(why(path) for path in files))
    refused = {path.name: reason for path, reason in zip(files, found, strict=True) if reason is not None}
    assert refused == {"rss_empty_document.xml": FeedTrouble.NOT_A_FEED}
    assert pool.kills == 0


@pytest.mark.shared
@shared
async def test_real_feeds_are_read_whole(pool: ParserPool) -> None:
    """Every entry of real news feeds has a link, a title and a date."""
    for path in sorted((SHARED / "real").glob("*.xml")):
        feed = await parse_file(path, pool)
        data = path.read_bytes()
        assert len(feed.entries) == data.count(b"<item>") + data.count(b"<item "), path.name
        assert [entry for entry in feed.entries if not (entry.link and entry.title and entry.published)] == []
        assert {entry.published.year for entry in feed.entries if entry.published} <= set(range(2023, 2027))


async def test_only_where_the_request_ended_counts_as_the_sources_own_place(pool: ParserPool) -> None:
    """A feed that declares a private home of its own does not get private links into its entries."""
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://127.0.0.1/"><link href="http://127.0.0.1/"/>'
        b'<entry><id>1</id><title>T</title><link rel="alternate" href="https://example.org/1"/>'
        b'<link rel="alternate" hreflang="az" href="http://127.0.0.1/az"/></entry></feed>'
    )

    public = await pool.feed(body, {}, "https://example.org/feed", "s")
    own = await pool.feed(body, {}, "http://127.0.0.1/feed", "s")

    assert () == public.entries[0].alternates
    assert (("az", "http://127.0.0.1/az"),) == own.entries[0].alternates


@pytest.mark.parametrize(
    "start", [b"<div ", b"<div a='>' ", b"<div a='<' ", b'<p a="', b"<div/", b"<!-- --><i "]
)
@pytest.mark.parametrize("attribute", [b"a%d='x' ", b"a%d='x'", b"a%d ", b"a%d/", b"a%d='<' "])
async def test_a_crowded_tag_of_a_page_kills_nobody(pool: ParserPool, start: bytes, attribute: bytes) -> None:
    """A page's tag with 20,000 attributes is refused before any parser tries to understand it."""
    page = b"<html><body><p>Text</p>" + start + b"".join(attribute % n for n in range(20_000)) + b">"
    with contextlib.suppress(FeedError):  # where an open quote makes it one long value, it is harmless
        await pool.page(page, {}, "https://example.com/p")
    assert pool.kills == 0


async def test_scripts_with_comparisons_are_no_tags(pool: ParserPool) -> None:
    """Minified code full of `<` does not make a page a bomb, nor hide its text."""
    code = b"<script>for(i=0;i<n;i++){" + b"a b=c " * 2000 + b"}</script>"
    text = (
        b"<p>The court has upheld the sentence of the journalist, the defence lawyer said on Monday.</p>" * 4
    )
    page = await pool.page(b"<html lang=en><body><article>" + code + text, {}, "https://example.com/p")
    assert (page.lang, page.text[:25]) == ("en", "The court has upheld the ")


async def test_international_names_are_known_inside_the_wall(pool: ParserPool) -> None:
    """An image on an Azerbaijani name needs tables that can no longer be read from the disk."""
    image = "<title>t</title><enclosure type='image/jpeg' url='https://xəbər.example/1.jpg'/>"
    feed = await pool.feed(rss(f"<item>{image}</item>".encode()), {}, "https://example.com/feed", "s")
    assert [entry.image for entry in feed.entries] == ["https://xəbər.example/1.jpg"]

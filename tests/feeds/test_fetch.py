"""The fetcher against publishers that misbehave, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.errors import FeedError, FeedTrouble
from bot.feeds.fetch import Body, Fetcher, Limits, NotModified, freshness, next_hop, waiting
from bot.feeds.fetch import _checked as checked
from bot.feeds.fetch import _Hop as Hop
from tests.feeds.publisher import Answer, Publisher, publisher, says, writes
from tests.waiting import until

#: Small bodies, and far more time than a test may take: what ends here is not ended by a clock.
PATIENT = Limits(
    connect=600, first_byte=600, total=600, grace=600, rate=0.1, packed=200_000, unpacked=2_000_000
)
FEED = b"<rss version='2.0'><channel><title>t</title></channel></rss>"


@dataclass(frozen=True)
class Known:
    etag: str | None = None
    last_modified: str | None = None


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(user_agent="Xeberdar-test", limits=PATIENT) as one:
        yield one


async def trouble(fetcher: Fetcher, answer: Answer, known: Known | None = None) -> FeedError:
    """The error that this answer leads to."""
    async with publisher(answer) as shop:
        with pytest.raises(FeedError) as raised:
            await fetcher.fetch(shop.url(), known, allow_private=True)
    return raised.value


async def body(fetcher: Fetcher, answer: Answer) -> Body:
    async with publisher(answer) as shop:
        found = await fetcher.fetch(shop.url(), allow_private=True)
    assert isinstance(found, Body)
    return found


async def test_an_honest_feed_arrives_with_its_validators(fetcher: Fetcher) -> None:
    """Body, validators, freshness and the headers a parser needs."""
    headers = 'ETag: "e1"\r\nLast-Modified: Mon, 02 Mar 2026 09:00:00 GMT\r\nCache-Control: max-age=300\r\n'
    found = await body(fetcher, says(FEED, headers=headers + "Content-Type: text/xml; charset=utf-8\r\n"))
    assert (found.content, found.etag, found.max_age) == (FEED, '"e1"', timedelta(minutes=5))
    assert found.last_modified == "Mon, 02 Mar 2026 09:00:00 GMT"
    assert found.headers == {"content-type": "text/xml; charset=utf-8"}
    assert len(found.body_hash) == 32


async def test_what_has_not_changed_is_not_sent_again(fetcher: Fetcher) -> None:
    """Validators go out as conditions, and 304 is an answer of its own."""
    async with publisher(says(status="304 Not Modified")) as shop:
        found = await fetcher.fetch(shop.url(), Known(etag='"e1"', last_modified="then"), allow_private=True)
        assert isinstance(found, NotModified)
        assert b'If-None-Match: "e1"' in shop.asked[0]
        assert b"If-Modified-Since: then" in shop.asked[0]


async def test_connections_are_kept(fetcher: Fetcher) -> None:
    """A second question to the same publisher uses the same connection."""
    peers = set()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
        peers.add(writer.get_extra_info("peername"))
        await says(FEED)(_, writer, request)

    async with publisher(answer) as shop:
        for _n in range(3):
            await fetcher.fetch(shop.url(), allow_private=True)
    assert len(peers) == 1


async def test_a_validator_that_ends_a_line_is_not_sent(fetcher: Fetcher) -> None:
    """What a publisher once gave us cannot add headers to our requests."""
    async with publisher(says(FEED)) as shop:
        await fetcher.fetch(shop.url(), Known(etag='"a"\r\nX-Evil: 1'), allow_private=True)
        assert b"X-Evil" not in shop.asked[0]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("404 Not Found", FeedTrouble.HTTP_STATUS),
        ("410 Gone", FeedTrouble.GONE),
        ("204 No Content", FeedTrouble.EMPTY),
        ("206 Partial Content", FeedTrouble.HTTP_STATUS),
        ("304 Not Modified", FeedTrouble.HTTP_STATUS),
        ("403 Forbidden", FeedTrouble.HTTP_STATUS),
        ("500 Oops", FeedTrouble.HTTP_STATUS),
        ("302 Found", FeedTrouble.HTTP_STATUS),
    ],
)
async def test_only_200_carries_a_feed(fetcher: Fetcher, status: str, why: FeedTrouble) -> None:
    """Every other status is trouble of a known kind; so is a 304 that nobody asked for."""
    assert (await trouble(fetcher, says(status=status))).why is why


async def test_a_busy_publisher_says_when(fetcher: Fetcher) -> None:
    """Retry-After of 429 and 503 reaches whoever plans the next poll."""
    error = await trouble(fetcher, says(status="429 Slow Down", headers="Retry-After: 120\r\n"))
    assert (error.why, error.status, error.retry_after) == (
        FeedTrouble.HTTP_STATUS,
        429,
        timedelta(minutes=2),
    )


async def test_an_empty_body_is_empty(fetcher: Fetcher) -> None:
    """200 with nothing in it is not a feed without entries."""
    assert (await trouble(fetcher, says(b""))).why is FeedTrouble.EMPTY


# --- compression --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("gzip", gzip.compress(FEED[:20]) + gzip.compress(FEED[20:])),
        ("gzip", gzip.compress(FEED) + b"\0" * 20),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
        ("gzip", FEED),
        ("identity", FEED),
    ],
    ids=["gzip", "x-gzip", "two members", "padding", "zlib", "bare deflate", "a lie", "identity"],
)
async def test_packed_bodies_are_unpacked(fetcher: Fetcher, encoding: str, packed: bytes) -> None:
    """gzip and deflate in the spellings that servers use."""
    found = await body(fetcher, says(packed, headers=f"Content-Encoding: {encoding}\r\n"))
    assert found.content == FEED


@pytest.mark.parametrize(
    ("encoding", "packed", "why"),
    [
        ("gzip", gzip.compress(b"\0" * 50_000_000), FeedTrouble.BOMB),
        ("deflate", zlib.compress(b"\0" * 50_000_000), FeedTrouble.BOMB),
        ("gzip, gzip", gzip.compress(gzip.compress(FEED)), FeedTrouble.BOMB),
        ("br", b"whatever", FeedTrouble.BOMB),
        ("gzip", gzip.compress(FEED)[:-12], FeedTrouble.UNREACHABLE),
        ("gzip", b"\x1f\x8b\x08\x00nonsense-nonsense", FeedTrouble.UNREACHABLE),
    ],
    ids=["gzip bomb", "deflate bomb", "nested", "unasked", "torn", "garbage"],
)
async def test_bombs_are_not_unpacked(
    fetcher: Fetcher, encoding: str, packed: bytes, why: FeedTrouble
) -> None:
    """A body that unpacks to far more than it weighs, or in layers, is refused."""
    assert (await trouble(fetcher, says(packed, headers=f"Content-Encoding: {encoding}\r\n"))).why is why


# --- size and time ------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
FIRST = {"first_byte": 0.5}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (writes(HEAD, b"x" * 50_000, forever=True), FeedTrouble.TOO_LARGE),
        (says(b"x" * 300_000), FeedTrouble.TOO_LARGE),
        (writes(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", forever=True), FeedTrouble.UNREACHABLE),
        (writes(b"HTTP/1.1 200 OK\r\nX-A: ", b"b" * 5000, forever=True), FeedTrouble.UNREACHABLE),
        (writes(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort"), FeedTrouble.UNREACHABLE),
        (writes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), FeedTrouble.UNREACHABLE),
        (writes(b"SSH-2.0-OpenSSH_9.0\r\n"), FeedTrouble.UNREACHABLE),
        (writes(b"\x16\x03\x01\x02\x00garbage"), FeedTrouble.UNREACHABLE),
        (writes(b""), FeedTrouble.UNREACHABLE),
    ],
    ids=[
        *("endless body", "says it is large", "endless headers", "endless header"),
        *("breaks off", "bad chunks", "not http", "garbage", "hangs up"),
    ],
)
async def test_bad_manners_are_known_by_themselves(
    fetcher: Fetcher, answer: Answer, why: FeedTrouble
) -> None:
    """What is too large or is no HTTP ends a request without any clock."""
    assert (await trouble(fetcher, answer)).why is why


@pytest.mark.parametrize(
    ("answer", "limit", "detail"),
    [
        (writes(HEAD, b"x", every=0.05, forever=True), {"grace": 0.3, "rate": 2000}, "bytes a second"),
        (writes(HEAD, b"x", every=0.05, forever=True), {"total": 0.5}, "not done within 0.5 s"),
        (writes(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", every=0.1, forever=True), FIRST, "no answer in time"),
        (writes(b"HTTP/1.1 100 Continue\r\n\r\n", every=0.05, forever=True), FIRST, "no answer in time"),
        (writes(b"", every=3600), FIRST, "no answer in time"),
    ],
    ids=["a byte at a time", "no end of it", "slow headers", "continue for ever", "silence"],
)
async def test_every_limit_of_time_ends_a_request_by_itself(
    answer: Answer, limit: dict[str, float], detail: str
) -> None:
    """Each one alone, all others being far away: a server that goes on for ever is given up."""
    async with Fetcher(user_agent="Xeberdar-test", limits=replace(PATIENT, **limit)) as fetcher:  # type: ignore[arg-type]
        error = await trouble(fetcher, answer)
    assert error.why is FeedTrouble.TIMEOUT
    assert detail in error.detail


async def test_a_slow_publisher_does_not_hold_up_another(fetcher: Fetcher) -> None:
    """Twenty requests that hang for ever and a good one: the good one is back."""
    async with publisher(writes(b"", every=3600)) as slow, publisher(says(FEED)) as good:
        hanging = [asyncio.create_task(fetcher.fetch(slow.url(), allow_private=True)) for _ in range(20)]
        await until(lambda: slow.asked)
        found = await fetcher.fetch(good.url().replace("127.0.0.1", "localhost"), allow_private=True)
        assert isinstance(found, Body)
        assert not any(task.done() for task in hanging)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)


# --- redirects and addresses --------------------------------------------------------------------


def leads_to(where: str, status: str = "302 Found") -> Answer:
    return says(status=status, headers=f"Location: {where}\r\n")


def by_path(**answers: Answer) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
        path = request.split()[1].decode().strip("/")
        await answers[path](reader, writer, request)

    return answer


@pytest.mark.parametrize(
    ("first", "moved"), [("301 Moved", True), ("308 Moved", True), ("302 Found", False), ("307 Found", False)]
)
async def test_redirects_are_followed_and_lasting_ones_reported(
    fetcher: Fetcher, first: str, moved: bool
) -> None:
    """Only a chain of permanent redirects gives the feed a new address."""
    async with publisher(by_path(feed=leads_to("/new", first), new=says(FEED))) as shop:
        found = await fetcher.fetch(shop.url(), allow_private=True)
        assert isinstance(found, Body)
        assert found.url == shop.url("/new")
        assert found.moved_to == (shop.url("/new") if moved else None)


async def test_a_loop_of_redirects_ends(fetcher: Fetcher) -> None:
    """Coming back, and going on for ever, are both loops."""
    assert (await trouble(fetcher, leads_to("/feed"))).why is FeedTrouble.REDIRECT_LOOP

    async def onward(_: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
        await leads_to(request.split()[1].decode() + "x")(_, writer, request)

    async with publisher(onward) as shop:
        with pytest.raises(FeedError) as raised:
            await fetcher.fetch(shop.url(), allow_private=True)
        assert raised.value.why is FeedTrouble.REDIRECT_LOOP
        assert len(shop.asked) == 6


@pytest.mark.parametrize(
    "where",
    [
        *(
            "http://169.254.169.254/latest/meta-data/",
            "http://127.0.0.2/",
            "http://localhost/",
            "//10.0.0.1/x",
        ),
        *(
            "file:///etc/passwd",
            "http://127.0.0.1:6379/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::1",
        ),
        *("gopher://127.0.0.1:6379/_FLUSHALL", "http://user@example.com/", "http://exa mple.com/"),
    ],
)
async def test_a_redirect_cannot_lead_inside(fetcher: Fetcher, where: str) -> None:
    """Not even from a source that is itself allowed to be private."""
    assert (await trouble(fetcher, leads_to(where))).why is FeedTrouble.REFUSED_ADDRESS


def test_a_redirect_never_gives_up_encryption() -> None:
    """https to http is refused; http to https is welcome."""
    secure = Hop(place=checked("https://example.com/feed", allow_private=False), private=False)
    with pytest.raises(FeedError):
        next_hop(secure, secure, "http://example.com/feed")
    plain = Hop(place=checked("http://example.com/feed", allow_private=False), private=False)
    assert next_hop(plain, plain, "https://example.com/feed").place.url == "https://example.com/feed"


async def test_permission_for_one_source_is_not_permission_for_another(fetcher: Fetcher) -> None:
    """After a private fetch, the same address over a kept connection is still refused to others."""
    async with publisher(says(FEED)) as shop:
        await fetcher.fetch(shop.url(), allow_private=True)
        with pytest.raises(FeedError) as raised:
            await fetcher.fetch(shop.url())
        assert raised.value.why is FeedTrouble.REFUSED_ADDRESS
        assert len(shop.asked) == 1


# --- headers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Cache-Control": "public, max-age=600"}, timedelta(minutes=10)),
        ({"Cache-Control": 'max-age="60"', "Age": "20"}, timedelta(seconds=40)),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        (
            {"Expires": "Mon, 02 Mar 2026 10:00:00 GMT", "Date": "Mon, 02 Mar 2026 09:00:00 GMT"},
            timedelta(hours=1),
        ),
        ({"Expires": "0", "Date": "Mon, 02 Mar 2026 09:00:00 GMT"}, None),
        ({"Cache-Control": "max-age=99999999999999999999"}, timedelta(days=365)),
        ({}, None),
    ],
)
def test_freshness_is_what_the_publisher_says(headers: dict[str, str], expected: timedelta | None) -> None:
    """max-age less Age, above Expires; nonsense counts as silence."""
    assert freshness(headers) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        (
            {"Retry-After": "Mon, 02 Mar 2026 09:05:00 GMT", "Date": "Mon, 02 Mar 2026 09:00:00 GMT"},
            timedelta(minutes=5),
        ),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_waiting_has_two_forms(headers: dict[str, str], expected: timedelta | None) -> None:
    """Seconds, or a date by the server's own clock."""
    assert waiting(headers) == expected


def test_the_publisher_of_these_tests_has_an_address() -> None:
    """A publisher that was not started must not be mistaken for one that refuses."""
    assert Publisher(port=80).url("/x") == "http://127.0.0.1:80/x"

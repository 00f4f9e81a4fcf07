"""The web chat over a real server."""

from __future__ import annotations

import asyncio
import json

import aiohttp

from bot.clock import SystemClock
from bot.config import WebConfig
from bot.model import Language
from handlers.web.app import web_app
from handlers.web.live import PER_CHAT
from handlers.web.serve import serve
from tests.waiting import PATIENCE
from tests.web.desk import RecordingDesk, alert, article

SESSION = "A" * 22


def cookie(http: aiohttp.ClientSession) -> str:
    return next(one.value for one in http.cookie_jar)


async def next_event(response: aiohttp.ClientResponse) -> tuple[str, dict[str, object], str]:
    """The next named event of a stream: name, data, id."""
    fields: dict[str, str] = {}
    async with asyncio.timeout(PATIENCE):
        async for raw in response.content:
            line = raw.decode().rstrip("\n")
            if not line and "event" in fields:
                return fields["event"], json.loads(fields["data"]), fields.get("id", "")
            name, _, value = line.partition(": ")
            fields[name] = value
    raise AssertionError("the stream ended")


async def test_the_page_comes_with_a_session_and_strict_headers(
    base: str, http: aiohttp.ClientSession
) -> None:
    """A page, a cookie that scripts cannot read, and a policy that allows nothing from elsewhere."""
    async with http.get(base) as response:
        text = await response.text()
    policy = response.headers["content-security-policy"]
    assert response.status == 200
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "HttpOnly; SameSite=Strict" in response.headers["set-cookie"]
    assert "<script>" not in text
    assert " style=" not in text
    assert "https://" not in text
    assert 'role="log"' in text


async def test_a_command_reaches_the_desk_and_its_answer_the_page(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """Text, zone, language and the id of the sending arrive as a request of the session."""
    await http.get(base)
    body = {"text": "/subscribe torture country:AZ", "zone": "Europe/Berlin", "update": "0123456789abcdef"}
    headers = {"Accept-Language": "az,en;q=0.5"}
    data: dict[str, str] = {}
    for _ in range(2):
        async with http.post(f"{base}/say", json=body, headers=headers) as response:
            data = await response.json()
            assert response.status == 200
    first, second = desk.requests
    assert (first.text, first.zone, first.hint) == (body["text"], "Europe/Berlin", Language.AZ)
    assert first.chat.chat == first.person == cookie(http)
    assert first.update == second.update is not None
    assert cookie(http) not in str(first.update)
    assert "<code>torture country:AZ</code>" in data["html"]


async def test_it_works_without_a_script(base: str, desk: RecordingDesk, http: aiohttp.ClientSession) -> None:
    """A form gets the whole page back, with what was said in it, escaped."""
    await http.get(base)
    async with http.post(f"{base}/say", data={"text": "/nonsense <b>&"}) as response:
        text = await response.text()
    assert '<p class="you" dir="auto">/nonsense &lt;b&gt;&amp;</p>' in text
    assert text.startswith("<!doctype html>")


async def test_a_card_is_pushed_and_an_edit_follows_under_the_same_name(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """Without reloading: the new card, then the same card with its second language."""
    await http.get(base)
    async with http.get(f"{base}/events") as stream:
        assert (await next_event(stream))[0] == "ready"
        await desk.deliver(cookie(http), "7-0", alert())
        name, first, _ = await next_event(stream)
        await desk.deliver(cookie(http), "7-0", alert(article(), article("Fəal döyüldü", Language.AZ)))
        _, second, _ = await next_event(stream)
    assert name == "card"
    assert first["id"] == second["id"] == "7-0"
    assert 'hreflang="az"' not in str(first["html"])
    assert 'hreflang="az"' in str(second["html"])


async def test_a_page_that_returns_gets_what_it_missed_and_nothing_twice(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """`Last-Event-ID` says what it has; nobody rang for what came in between."""
    await http.get(base)
    await desk.deliver(cookie(http), "1-0", alert(), ring=False)
    async with http.get(f"{base}/events") as stream:
        assert (await next_event(stream))[1]["id"] == "1-0"
        _, _, token = await next_event(stream)
    async with http.get(f"{base}/events", headers={"Last-Event-ID": token}) as stream:
        assert (await next_event(stream))[0] == "ready"
    await desk.deliver(cookie(http), "2-0", alert(story="s2"), ring=False)
    async with http.get(f"{base}/events", headers={"Last-Event-ID": token}) as stream:
        names = [(await next_event(stream))[1].get("id") for _ in range(2)]
    assert names == ["1-0", "2-0"]


async def test_another_session_sees_nothing(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """A bell for one chat is not heard in another."""
    await http.get(base)
    async with http.get(f"{base}/events") as stream:
        await next_event(stream)
        await desk.deliver(SESSION, "1-0", alert())
        await desk.deliver(cookie(http), "2-0", alert())
        assert (await next_event(stream))[1]["id"] == "2-0"


async def test_a_headline_cannot_become_markup(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """Tags, quotes and event handlers of a hostile title arrive as letters."""
    await http.get(base)
    hostile = "\"><img src=x onerror=alert(1)><script>alert('x')</script>\u202eevil"
    await desk.deliver(cookie(http), "1-0", alert(article(hostile)))
    async with http.get(base) as response:
        text = await response.text()
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "<img" not in text
    assert "<script>" not in text
    assert "\u202e" not in text


async def test_the_cards_speak_the_new_language_after_lang(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """`/lang az` changes the page's words, and the open page gets its cards anew."""
    await http.get(base)
    await desk.deliver(cookie(http), "1-0", alert(article(), article("Fəal döyüldü", Language.AZ)))
    async with http.get(f"{base}/events") as stream:
        assert "Activist" in str((await next_event(stream))[1]["title"])
        await next_event(stream)
        async with http.post(f"{base}/say", json={"text": "/lang az"}) as response:
            assert (await response.json())["words"]["lang"] == "az"
        assert (await next_event(stream))[1]["title"] == "Fəal döyüldü"


async def test_forgetting_clears_the_open_page(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """After `/forget` the cards leave the screen too."""
    await http.get(base)
    await desk.deliver(cookie(http), "1-0", alert())
    async with http.get(f"{base}/events") as stream:
        assert [(await next_event(stream))[0] for _ in range(2)] == ["card", "ready"]
        await http.post(f"{base}/say", json={"text": "/forget"})
        assert (await next_event(stream))[0] == "cleared"


async def test_a_store_that_is_away_is_said_and_heals(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """503 with the words for it, one event on the stream, and everything works afterwards."""
    await http.get(base)
    desk.away = True
    async with http.post(f"{base}/say", json={"text": "/list"}) as response:
        assert response.status == 503
        assert "Nothing was changed" in (await response.json())["html"]
    async with http.get(f"{base}/events") as stream:
        assert (await next_event(stream))[0] == "away"
    async with http.get(base) as response:
        assert response.status == 503
    desk.away = False
    async with http.post(f"{base}/say", json={"text": "/list"}) as response:
        assert response.status == 200


async def test_only_our_own_names_are_served(base: str, http: aiohttp.ClientSession) -> None:
    """A name that somebody pointed at this machine gets nothing; the port does not matter."""
    for host, status in (("evil.example", 421), ("127.0.0.1.evil.example:80", 421), ("localhost:99", 200)):
        async with http.get(base, headers={"Host": host}) as response:
            assert (host, response.status) == (host, status)


async def test_other_sites_cannot_say_anything(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """A POST that a browser sends for another page is refused before anything is read."""
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        async with http.post(f"{base}/say", data={"text": "/forget"}, headers=headers) as response:
            assert response.status == 403
    assert desk.requests == []
    async with http.post(f"{base}/say", data={"text": "/list"}, headers={"Origin": base}) as response:
        assert response.status == 200


async def test_bodies_are_bounded_and_understood(
    base: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """More than 8 KB, and what is neither form nor JSON object, never reaches the desk."""
    kind = {"Content-Type": "application/json"}
    for body, status in (
        (b'{"text": "%s"}' % (b"x" * 9_000), 413),
        (b"[1]", 400),
        (b"{", 400),
        (b"\xff", 400),
    ):
        async with http.post(f"{base}/say", data=body, headers=kind) as response:
            assert response.status == status
    assert desk.requests == []


async def test_a_chat_has_room_for_so_many_pages(base: str, http: aiohttp.ClientSession) -> None:
    """One more stream than allowed is refused; a page that closed makes room."""
    await http.get(base)
    streams = [await http.get(f"{base}/events") for _ in range(PER_CHAT)]
    for stream in streams:
        await next_event(stream)
    async with http.get(f"{base}/events") as response:
        assert response.status == 429
    for stream in streams:
        stream.close()
    async with asyncio.timeout(PATIENCE):
        while response.status != 200:
            await asyncio.sleep(0.01)  # the server learns of a closed connection in its own time
            async with http.get(f"{base}/events") as response:
                pass


async def test_the_door_opens_with_a_code_once(
    guarded: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """Nothing without a code; with it the page, until signing out."""
    desk.codes["good"] = SESSION
    async with http.get(guarded) as response:
        assert 'name="code"' in await response.text()
    async with http.get(f"{guarded}/events") as response:
        assert response.status == 401
    async with http.post(f"{guarded}/say", json={"text": "/list"}) as response:
        assert response.status == 401
    async with http.post(f"{guarded}/sign-in", data={"code": " good "}) as response:
        assert 'role="log"' in await response.text()
    async with http.post(f"{guarded}/sign-out") as response:
        assert 'name="code"' in await response.text()
    assert (desk.open, desk.requests) == (set(), [])


async def test_codes_cannot_be_guessed(
    guarded: str, desk: RecordingDesk, http: aiohttp.ClientSession
) -> None:
    """After five wrong codes even the right one has to wait, whoever tries."""
    desk.codes["good"] = SESSION
    statuses, wait = [], 0
    for code in ("1", "2", "3", "4", "5", "good"):
        async with http.post(f"{guarded}/sign-in", data={"code": code}) as response:
            statuses.append(response.status)
            wait = int(response.headers.get("retry-after", 0))
    assert statuses == [403] * 5 + [429]
    assert 0 < wait <= 61


async def test_stopping_lets_open_streams_end(desk: RecordingDesk) -> None:
    """Streams are let go first and end properly: nobody is waited for, and nobody is cut off."""
    app = web_app(desk, WebConfig(sign_in=False), SystemClock())
    async with aiohttp.ClientSession(cookies={"xeberdar": SESSION}) as http:
        async with serve(app, "127.0.0.1", 0, grace=10 * round(PATIENCE)) as at:
            streams = [await http.get(f"{at.url}/events") for _ in range(3)]
            for stream in streams:
                await next_event(stream)
        assert [await stream.content.read() for stream in streams] == [b""] * 3

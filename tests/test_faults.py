"""The whole bot, as processes that are killed, starved and lied to: nothing is lost, little is repeated.

Everything is real: `xeberdar run` in processes of its own, its embedded database or one beside it, a feed
and a strict Telegram on loopback. Seeds are fixed; a figure that a test measures is in its failure message.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.delivery.worker import AT_ONCE
from bot.store.masterkey import load_or_create
from bot.store.seal import Keyring
from bot.store.server import running
from tests.faults.outside import OutsideStore
from tests.faults.place import Bot, Item, Place, event_names
from tests.platforms.bot_api import Refusal

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CHATS = range(700_001, 700_031)


@asynccontextmanager
async def subscribed(
    folder: Path, chats: Iterable[int] = CHATS, *, store_url: str = "", settings: str = ""
) -> AsyncIterator[tuple[Place, Bot]]:
    """A bot that has seen the feed's past, and chats that follow it and have its newest report."""
    wanted = list(chats)
    async with Place(folder, store_url=store_url, settings=settings) as place:
        place.feed.publish("Sample zero")
        bot = await place.start()
        await place.polled()
        await place.subscribe(wanted)
        await place.all_told(["Sample zero"], wanted)
        yield place, bot


def backlog(place: Place, name: str, count: int) -> list[str]:
    """New reports, published at once."""
    titles = [f"Sample {name} {number}" for number in range(count)]
    place.feed.publish(*titles)
    return titles


def tracebacks(bot: Bot) -> list[object]:
    """What a defect leaves in the log."""
    return [one for one in bot.events() if "exception" in one or "Traceback" in one["event"]]


# --- the process dies ---------------------------------------------------------------------------


async def test_thirty_kills_lose_nothing(tmp_path: Path) -> None:
    """SIGKILL at any moment of a backlog: every report reaches every chat, a kill repeats eight at most."""
    chance, kills = random.Random(20_260_302), 30
    async with subscribed(tmp_path) as (place, bot):
        place.api.limits, place.api.latency = True, 0.02
        titles = backlog(place, "first", 12)
        await place.polled()
        lives = 0
        for number in range(kills):
            before, asked = len(place.api.sent), place.feed.asked
            if number % 6 == 2:  # a life long enough to start a parser, and to be killed while it publishes
                titles += backlog(place, f"batch {number}", 1)
                await place.until(lambda asked=asked: place.feed.asked > asked)  # type: ignore[misc]
            else:
                sent = before + chance.choice((0, 1, 2, 5, 12))
                await place.until(lambda sent=sent: len(place.api.sent) >= sent)  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0.0, 0.3))  # in the middle of whatever it does
            lives += len(place.api.sent) > before
            bot.kill()
            bot = await place.start(ready=False)
        await place.all_told(titles, CHATS)
        await place.settled()
        duplicates = place.duplicates(titles)
        bot.kill()
        await place.until(lambda: running(tmp_path / "var") is None)
        assert [] == tracebacks(bot)

    assert duplicates <= AT_ONCE * kills, f"{duplicates} duplicates"
    assert lives >= kills // 2, f"only {lives} of {kills} lives delivered anything"
    print(f"kills {kills}, duplicates {duplicates}")  # noqa: T201


async def test_two_senders_share_one_store_and_one_lease(tmp_path: Path) -> None:
    """Two processes on one store, either of them killed at any moment: the other goes on."""
    chance, kills = random.Random(7), 8
    with OutsideStore() as store:
        async with subscribed(tmp_path, store_url=store.url) as (place, first):
            bots = [first, await place.start(name="second")]
            place.api.limits = True
            titles = backlog(place, "shared", 8)
            for number in range(kills):
                sent = len(place.api.sent) + chance.choice((1, 3, 8))
                await place.until(lambda sent=sent: len(place.api.sent) >= sent)  # type: ignore[misc]
                await asyncio.sleep(chance.uniform(0.0, 0.3))  # in the middle of whatever they do
                victim = chance.randrange(2)
                bots[victim].kill()
                bots[victim] = await place.start(name=("bot", "second")[victim], ready=False)
                if number == 3:
                    titles += backlog(place, "late", 1)
            await place.all_told(titles, CHATS)
            await place.settled()
            duplicates = place.duplicates(titles)
            assert duplicates <= AT_ONCE * kills, f"{duplicates} duplicates"
            assert [[], []] == [tracebacks(bot) for bot in bots]
    print(f"kills {kills}, duplicates {duplicates}")  # noqa: T201


# --- the store goes away ------------------------------------------------------------------------


async def _freeze(store: OutsideStore) -> None:
    store.freeze()


async def _thaw(store: OutsideStore) -> None:
    store.thaw()


async def _fill(store: OutsideStore) -> None:
    await store.limit(1)


async def _empty(store: OutsideStore) -> None:
    await store.limit(0)


async def _end(store: OutsideStore) -> None:
    store.stop()


async def _begin(store: OutsideStore) -> None:
    store.start()


OUTAGES = {"frozen": (_freeze, _thaw), "full": (_fill, _empty), "killed": (_end, _begin)}


@pytest.mark.parametrize("outage", OUTAGES)
async def test_a_store_that_goes_away_pauses_everything_once(tmp_path: Path, outage: str) -> None:
    """Frozen, full or killed: the bot says so once, asks no publisher, keeps commands, and loses nothing."""
    goes, comes = OUTAGES[outage]
    chats, late = range(700_001, 700_011), 700_099
    with OutsideStore() as store:
        async with subscribed(tmp_path, chats, store_url=store.url) as (place, bot):
            titles = backlog(place, "before", 4)
            await place.until(lambda: any(place.told(title) for title in titles))
            await goes(store)
            titles += backlog(place, "during", 1)
            await place.until(lambda: bool(bot.said("polling.paused")))
            place.api.private_message(late, "/subscribe rights:yes")
            status, said = await typed(bot, "/subscribe rights:yes")
            asked = place.feed.asked
            for _ in range(3):  # for as long as it takes to ask the store three times more
                await typed(bot, "/list")
            kept = [one["message"]["text"] for one in place.api.pending]
            meanwhile = place.feed.asked - asked
            await comes(store)
            await place.all_told(titles, chats)
            await place.until(lambda: late in place.told("Sample zero") or late in place.told(titles[-1]))
            await place.until(lambda: bool(bot.said("delivery.store_back")) and not place.api.pending)
            subscribed_once = sum(
                one["chat_id"] == late and "rights:yes" in one["text"] for one in place.api.sent
            )
            place.api.private_message(late, "/list")
            await place.until(lambda: place.api.sent[-1]["text"].count("rights:yes") >= 1)

            assert (503, True) == (status, "database" in said or "moment" in said or "store" in said), said
            assert ["/subscribe rights:yes"] == kept
            assert 0 == meanwhile, "no publisher is asked while nothing can be kept"
            assert 0 == place.duplicates(titles)
            assert 1 == subscribed_once, "the command took effect once"
            assert [] == [one for one in bot.events() if one["event"].startswith("Execution of job")]
            assert [] == tracebacks(bot)
            names = event_names(bot)
            assert (1, 1) == (names["polling.paused"], names["polling.resumed"])
            for role in ("fanout", "send:telegram", "send:web"):
                said_of = [
                    one["event"]
                    for one in bot.events()
                    if one.get("role") == role and "store" in one["event"]
                ]
                assert said_of in ([], ["delivery.store_away", "delivery.store_back"])
            assert len(bot.events()) < 60, names


async def typed(bot: Bot, command: str) -> tuple[int, str]:
    """What the web chat answers: status and page."""
    (listening,) = bot.said("web.listening")
    headers = {"Origin": listening["url"]}
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
        session.post(f"{listening['url']}/say", json={"text": command}, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


# --- Telegram answers otherwise -----------------------------------------------------------------


async def test_a_storm_for_some_chats_leaves_the_others_alone(tmp_path: Path) -> None:
    """Chats that Telegram slows down get everything later; the others get it at once; nobody twice."""
    slow = set(range(700_001, 700_011))
    async with subscribed(tmp_path) as (place, bot):
        for chat in slow:
            place.api.refuse[chat] = Refusal(429, "Too Many Requests: retry after 2", retry_after=2)
        titles = backlog(place, "storm", 2)
        await place.all_told(titles, set(CHATS) - slow)
        assert all(not slow & place.told(title).keys() for title in titles)
        place.api.refuse.clear()
        await place.all_told(titles, CHATS)
        assert 0 == place.duplicates(titles)
        assert [] == tracebacks(bot)


async def test_a_group_that_moves_in_the_middle_goes_on_at_its_new_address(tmp_path: Path) -> None:
    """The refused message arrives at the supergroup, and the later ones; the old id is nowhere any more."""
    old, new = -4_100_200_300, -1_004_100_200_300
    with OutsideStore() as store:
        async with subscribed(tmp_path, CHATS[:10], store_url=store.url) as (place, bot):
            place.api.member(old, CHATS[0], "administrator")
            place.api.group_message(old, CHATS[0], "/subscribe rights:yes")
            await place.until(lambda: place.told("Sample zero")[old] == 1)
            place.api.refuse[old] = Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=new,
            )
            titles = backlog(place, "move", 3)
            await place.all_told(titles, [*CHATS[:10], new])
            place.api.migration(old, new)
            titles += backlog(place, "after", 1)
            await place.all_told(titles, [*CHATS[:10], new])
            assert 0 == place.duplicates(titles)
            assert [0] * len(titles) == [place.told(title)[old] for title in titles]
            assert [] == tracebacks(bot)
            held = await store.everything()
            was, now = (key_of(place, chat) for chat in (old, new))
            leading = [row for row in held if was in row]
            assert [b"x:moved:" + was] == leading, "only the forwarding note is left"
            assert b"x:chat:" + now in held


async def test_blocked_is_silent_and_unblocked_is_alive(tmp_path: Path) -> None:
    """A chat that blocked the bot is asked once and gets nothing more, until it comes back."""
    gone = CHATS[3]
    async with subscribed(tmp_path, CHATS[:10]) as (place, bot):
        others = set(CHATS[:10]) - {gone}
        place.api.refuse[gone] = Refusal(403, "Forbidden: bot was blocked by the user")
        first = backlog(place, "blocked", 1)
        await place.all_told(first, others)
        await place.until(lambda: bool(bot.said("delivery.chat_gone")))
        second = backlog(place, "silent", 1)
        await place.all_told(second, others)
        tries = [one for name, one in place.api.calls if name == "sendMessage" and one["chat_id"] == gone]
        del place.api.refuse[gone]
        place.api.my_chat_member(gone, "private", "kicked", "member")
        await place.until(lambda: not place.api.pending)
        third = backlog(place, "back", 1)
        await place.all_told(third, CHATS[:10])

        assert 1 == sum(one["text"].startswith(tuple(first + second)) for one in tries)
        assert [0, 0, 1] == [place.told(title)[gone] for title in first + second + third]


async def test_a_revoked_token_keeps_the_queue(tmp_path: Path) -> None:
    """Nothing is lost while the token is refused; a start with a good one goes on at once."""
    async with subscribed(tmp_path) as (place, bot):
        good, place.api.token = place.api.token, "987654321:another-token_another-token_another"
        titles = backlog(place, "revoked", 2)
        await place.until(lambda: bool(bot.said("delivery.stopped")))
        await place.polled()
        assert [] == [place.told(title) for title in titles if place.told(title)]
        assert 1 == len(bot.said("delivery.stopped"))
        bot.kill(signal.SIGTERM)
        place.api.token = good
        bot = await place.start()
        await place.all_told(titles, CHATS)
        assert 0 == place.duplicates(titles)
        assert [] == tracebacks(bot)


async def test_a_lost_reply_repeats_at_most_once(tmp_path: Path) -> None:
    """Telegram took the message and its answer was lost: one repetition for each, none otherwise."""
    lost = 7
    async with subscribed(tmp_path) as (place, bot):
        titles = backlog(place, "lost", 3)
        for _ in range(lost):
            place.api.lose_reply("sendMessage")
        await place.all_told(titles, CHATS)
        await place.settled()
        assert lost == place.duplicates(titles)
        assert [] == tracebacks(bot)


async def test_a_hanging_request_holds_up_its_own_chat_only(tmp_path: Path) -> None:
    """One request that is never answered: everybody else is told, and its chat after the next start."""
    async with subscribed(tmp_path) as (place, bot):
        place.api.hang("sendMessage")
        titles = backlog(place, "hanging", 1)
        await place.until(lambda: len(place.told(titles[0])) == len(CHATS) - 1)
        bot.kill(signal.SIGTERM)  # it records what was answered; a SIGKILL may come in between
        bot = await place.start()
        await place.all_told(titles, CHATS)
        assert 0 == place.duplicates(titles)


# --- a report in two versions -------------------------------------------------------------------

AZ = Item(
    title="Nümunə: məhkəmə jurnalistin həbsini uzatdı",
    lang="az",
    path="hesabat-az",
    other=("en", "report-en"),
    text="Məhkəmə jurnalist barəsində həbs qətimkan tədbirinin müddətini uzadıb. Bu, nümunə mətnidir.",
)
EN = Item(
    title="Sample: the court extended the arrest of a journalist",
    path="report-en",
    other=("az", "hesabat-az"),
    text="The court has extended the pre-trial arrest of the journalist. This is a sample text.",
)


def shows(message: dict[str, object]) -> set[str]:
    """Which versions a message links to."""
    entities: list[dict[str, str]] = message.get("entities", [])  # type: ignore[assignment]
    urls = {entity.get("url", "").rpartition("/")[2] for entity in entities}
    return urls & {AZ.path, EN.path}


def about(place: Place, chat: int) -> list[set[str]]:
    """The messages of a chat about the report, by the versions that each shows."""
    return [shows(one) for one in place.api.sent if one["chat_id"] == chat and shows(one)]


@pytest.mark.parametrize("moment", ["before", "during", "a moment after", "long after"])
async def test_the_second_version_joins_the_message_whenever_it_comes(tmp_path: Path, moment: str) -> None:
    """Before, during or after the first message: one message, both links, for whoever wants either."""
    both, english = CHATS[:8], 700_050
    async with subscribed(tmp_path, both) as (place, bot):
        await place.subscribe([english], "lang:en")
        place.feed.add(AZ)
        await PUBLISH_ENGLISH[moment](place, both)
        done = [{AZ.path, EN.path}]
        everybody = (*both, english)
        with contextlib.suppress(TimeoutError):
            await place.until(lambda: all(about(place, chat) == done for chat in everybody))
        await place.polled()
        await place.settled()
        assert dict.fromkeys(everybody, done) == {chat: about(place, chat) for chat in everybody}
        assert [] == tracebacks(bot)


async def _before(place: Place, _: Iterable[int]) -> None:
    place.feed.add(EN)


async def _during(place: Place, _: Iterable[int]) -> None:
    place.api.open.clear()
    calls = len(place.api.calls)
    await place.until(lambda: any(name == "sendMessage" for name, _ in place.api.calls[calls:]))
    place.feed.add(EN)
    await place.polled()
    await place.polled()
    place.api.open.set()


async def _a_moment_after(place: Place, chats: Iterable[int]) -> None:
    await place.until(lambda: all(about(place, chat) for chat in chats))
    place.feed.add(EN)


async def _long_after(place: Place, chats: Iterable[int]) -> None:
    await place.until(lambda: all(about(place, chat) for chat in chats))
    await place.polled()
    await place.polled()
    place.feed.add(EN)


PUBLISH_ENGLISH: dict[str, Callable[[Place, Iterable[int]], Awaitable[None]]] = {
    "before": _before,
    "during": _during,
    "a moment after": _a_moment_after,
    "long after": _long_after,
}


# --- readers ------------------------------------------------------------------------------------


def key_of(place: Place, chat: int) -> bytes:
    """The keyed index under which a chat is held."""
    master = load_or_create(place.folder / "key" / "master.key", create=False, sealed_data_exists=True)
    return ("t" + Keyring.from_master(master).index("chat", "telegram", str(chat), "")).encode()


def spellings(number: int) -> dict[str, bytes]:
    """The ways in which a number may be written down."""
    text, size = str(number).encode(), 8
    raw = {order: number.to_bytes(size, order, signed=True) for order in ("big", "little")}
    short = {order: raw[order].strip(b"\0\xff") for order in raw}
    return {
        "decimal": text,
        "hex": f"{abs(number):x}".encode(),
        "HEX": f"{abs(number):X}".encode(),
        "hex of text": text.hex().encode(),
        "base64 of text": base64.b64encode(text).rstrip(b"=")[:-1],
        **{f"{order} endian": value for order, value in short.items()},
        **{f"base64 of {order} endian": base64.b64encode(value).rstrip(b"=") for order, value in raw.items()},
    }


def found_in(where: str, data: bytes, canaries: dict[str, bytes]) -> list[str]:
    return [f"{name} in {where}" for name, canary in canaries.items() if canary in data]


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


async def test_forgetting_in_the_middle_of_a_fan_out(tmp_path: Path) -> None:
    """After the answer at most what was on its way arrives; nothing of the chat is left, on disk neither."""
    chat = 7_345_678_901
    with OutsideStore() as store:
        async with subscribed(tmp_path, [*CHATS, chat], store_url=store.url) as (place, bot):
            key = key_of(place, chat)
            assert any(key in row for row in await store.everything()), "the scan can find it"
            wait = Refusal(429, "Too Many Requests: retry after 1", retry_after=1)

            def after_the_first(to: int, text: str) -> Refusal | None:
                title = text.split("\n")[0].strip()
                one = any(place.told(title)[chat] for title in titles)
                return wait if to == chat and title in titles and one else None

            titles = [f"Sample forgotten {number}" for number in range(6)]
            place.api.bar = after_the_first
            place.feed.publish(*titles)
            await place.until(lambda: any(place.told(title)[chat] for title in titles))
            place.api.private_message(chat, "/forget")
            await place.until(lambda: forgotten(place, chat) is not None)
            place.api.bar = lambda to, text: None
            await place.all_told(titles, CHATS)
            await place.settled()
            assert sum(place.told(title)[chat] for title in titles) <= 2
            held = await store.everything()
            assert [] == [row for row in held if key in row]
            canaries = spellings(chat)
            assert [] == [hit for row in held for hit in found_in("the store", row, canaries)]
            disk = {name: data for name, data in files_in(store.data).items() if "aof" in name}
            assert disk
            assert [] == [hit for name, data in disk.items() for hit in found_in(name, data, canaries)]
            assert [] == tracebacks(bot)


def forgotten(place: Place, chat: int) -> int | None:
    """Where in the conversation the answer to /forget stands."""
    texts = [one["text"] for one in place.api.sent if one["chat_id"] == chat]
    return next(
        (at for at, text in enumerate(texts) if "forg" in text.lower() or "eras" in text.lower()), None
    )


async def test_no_trace_of_readers_or_tokens(tmp_path: Path) -> None:
    """Chat ids, words and tokens appear in no log, metric, file, environment or argument, in no spelling."""
    person, group = 8_123_456_789_012, -1_007_654_321_098
    keyword = "qaranquşyuvası"
    async with subscribed(tmp_path, [person]) as (place, bot):
        place.api.member(group, person, "administrator")
        place.api.group_message(group, person, f"/subscribe rights:yes OR {keyword}")
        place.api.private_message(person, f"/subscribe {keyword}")
        place.api.private_message(person, f"{keyword} salam")
        place.api.private_message(person, "/why https://sample.example/nothing")
        place.api.lose_reply("sendMessage")
        place.api.fault("sendMessage", 400, "Bad Request: message is too long")
        place.api.fault("sendMessage", 500, "Internal Server Error")
        place.api.push(message={"chat": {"id": person}, "text": keyword})  # poison
        titles = backlog(place, "canary", 2)
        await place.all_told(titles, [person, group])
        place.api.refuse[person] = Refusal(403, "Forbidden: bot was blocked by the user")
        await place.all_told(backlog(place, "refused", 1), [group])
        await place.until(lambda: bool(bot.said("delivery.chat_gone")))
        (operator,) = bot.said("operator.listening")
        async with aiohttp.ClientSession() as session, session.get(f"{operator['url']}/metrics") as answer:
            metrics = await answer.read()
        assert b"xeberdar_" in metrics

        canaries = {
            **{f"person, {how}": spelling for how, spelling in spellings(person).items()},
            **{f"group, {how}": spelling for how, spelling in spellings(group).items()},
            "keyword": keyword.encode(),
            "keyword, escaped": keyword.encode("unicode_escape"),
            "keyword, JSON": b"qaranqu\\u015f",
            "token": place.api.token.encode(),
            "half of the token": place.api.token.partition(":")[2].encode(),
        }
        proc = surroundings_of(bot.pid)
        places = {"the log": bot.log.read_bytes(), "metrics": metrics, **files_in(tmp_path / "var"), **proc}
        assert [] == [hit for name, data in places.items() for hit in found_in(name, data, canaries)]
        assert any("aof" in name for name in places)
        assert len(proc) >= 4, "the bot and its database"


def surroundings_of(pid: int) -> dict[str, bytes]:
    """Environment and arguments of a process and its children."""
    return {
        f"/proc/{process}/{name}": Path(f"/proc/{process}/{name}").read_bytes()
        for process in (pid, *children_of(pid))
        for name in ("environ", "cmdline")
    }


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]

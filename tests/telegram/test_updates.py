"""Updates: nothing lost, each effect once, one bad update holds up nobody."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.platforms.bot_api import BotApi
from tests.telegram.conftest import Start
from tests.telegram.desk import RecordingDesk
from tests.waiting import PATIENCE


async def test_an_update_is_answered_and_confirmed(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """The message reaches the desk, the answer reaches the person, the update is confirmed."""
    update = api.private_message(7, "/start", lang="az")
    async with start(desk):
        await api.until(lambda: bool(api.sent) and not api.pending)
    assert {str(update["update_id"]): "/start"} == desk.effects
    assert [7] == [message["chat_id"] for message in api.sent]
    asked = next(arguments for name, arguments in api.calls if name == "getUpdates")
    assert ["message", "callback_query", "my_chat_member"] == asked["allowed_updates"]


async def test_killed_before_the_confirmation_nothing_is_lost(
    api: BotApi, start: Start, desk: RecordingDesk
) -> None:
    """Dying before the effect leaves the update with Telegram; dying after it does not repeat it."""
    update = api.private_message(7, "/forget")
    desk.away = 1000
    async with start(desk):
        await api.until(lambda: desk.away < 1000)
    assert [update["update_id"]] == [one["update_id"] for one in api.pending]
    assert {} == desk.effects

    desk.away = 0
    died = asyncio.Event()
    desk.on_effect = died.set
    api.hang("sendMessage")  # the effect is there, its answer is not: killed here
    async with start(desk):
        await asyncio.wait_for(died.wait(), PATIENCE)
    assert [update["update_id"]] == [one["update_id"] for one in api.pending]

    async with start(desk):
        await api.until(lambda: not api.pending)
    assert {str(update["update_id"]): "/forget"} == desk.effects


async def test_a_store_that_is_away_pauses_once(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """One event when it pauses and one when it resumes; the update is done after all."""
    desk.away = 5
    api.private_message(7, "/list")
    with capture_logs() as logs:
        async with start(desk):
            await api.until(lambda: not api.pending)
    assert ["telegram.paused", "telegram.resumed"] == [entry["event"] for entry in logs]
    assert ["/list"] == list(desk.effects.values())


async def test_poison_is_skipped_without_a_word_of_it(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """A handler that fails and an update that cannot be read are logged by type; the rest goes on."""
    desk.poison = "secret-word"
    api.private_message(7, "/subscribe secret-word")
    api.push(message={"no": "message"})
    api.push(message={"message_id": "x", "chat": 5, "text": "secret-word"})
    api.private_message(7, "/list")
    with capture_logs() as logs:
        async with start(desk):
            await api.until(lambda: not api.pending)
    assert ["/list"] == list(desk.effects.values())
    assert 3 == len([entry for entry in logs if entry["event"] == "telegram.update_skipped"])
    assert "secret-word" not in str(logs)


async def test_duplicates_and_disorder(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """Ids handed out twice, backwards and anew after a week have one effect each."""
    for number in (1200, 1201, 1199, 1200):
        api.next_update = number
        api.private_message(7, f"/list {number}")
    async with start(desk):
        await api.until(lambda: not api.pending)
        api.next_update = 5  # a quiet week later
        api.private_message(7, "/list 5")
        await api.until(lambda: not api.pending)
    assert {"1200", "1201", "1199", "5"} == set(desk.effects)
    assert 4 == len(desk.requests)


async def test_one_chat_in_order(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """Thirty messages of three chats: each chat's own stay in their order."""
    for number in range(30):
        api.private_message(7 + number % 3, f"/list {number}")
    async with start(desk):
        await api.until(lambda: not api.pending)
    for person in ("7", "8", "9"):
        texts = [int(one.text.split()[1]) for one in desk.requests if one.person == person]
        assert 10 == len(texts)
        assert sorted(texts) == texts


@pytest.mark.parametrize(("status", "why"), [(409, "conflict"), (401, "token_refused"), (500, "unreachable")])
async def test_trouble_is_told_once(
    api: BotApi, start: Start, desk: RecordingDesk, status: int, why: str
) -> None:
    """Three failures in a row: one event when it begins, one when it ends."""
    for _ in range(3):
        api.fault("getUpdates", status, "sample")
    with capture_logs() as logs:
        async with start(desk):
            api.private_message(7, "/list")
            await api.until(lambda: bool(desk.effects))
    assert [("telegram.unreachable", why), ("telegram.reachable", None)] == [
        (entry["event"], entry.get("why")) for entry in logs
    ]


async def test_taking_in_stops_and_goes_on_without_losing_what_was_in_hand(
    api: BotApi, start: Start, desk: RecordingDesk
) -> None:
    """Another process had its turn meanwhile, or the store was away for longer than the lease."""
    update = api.private_message(7, "/list")
    desk.away = 1000
    async with start(desk, serve=False) as app:
        first = asyncio.create_task(app.updates.run())
        await api.until(lambda: desk.away < 1000)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        kept = [one["update_id"] for one in api.pending]

        desk.away = 0
        second = asyncio.create_task(app.updates.run())
        await api.until(lambda: not api.pending)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)

    assert [update["update_id"]] == kept
    assert {str(update["update_id"]): "/list"} == desk.effects

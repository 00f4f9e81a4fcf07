"""Slack in front of the engine's own desk and a real store."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from bot.clock import Clock, SystemClock
from bot.desk.desk import Desk
from bot.desk.ports import Ports, Probed
from bot.model import Source
from bot.store.connect import open_store
from bot.store.protocols import Store
from bot.store.seal import Keyring
from bot.store.server import EmbeddedServer, embedded_sync
from handlers.slack.access import address_of
from tests.clock import ManualClock
from tests.platforms.slack_api import BOT_USER, SlackApi
from tests.slack.conftest import Start
from tests.waiting import PATIENCE

CHANNEL = address_of("T0TEAM", "C1")


async def no_probe(source: Source) -> Probed:
    raise NotImplementedError(source.key)


async def no_documents(url: str) -> bytes:
    raise NotImplementedError(url)


def desk_of(store: Store, clock: Clock) -> Desk:
    return Desk(
        Ports(
            store=store, clock=clock, probe=no_probe, documents=no_documents, zone="Asia/Baku", receipt_days=7
        )
    )


@pytest.fixture
def desk_on(store: Store, clock: ManualClock) -> Desk:
    return desk_of(store, clock)


async def test_a_channel_subscribes_once_is_silenced_and_comes_back(
    slack: SlackApi, start: Start, desk_on: Desk, store: Store
) -> None:
    """A repeated command adds nothing; who may not change the channel does not; leaving silences it."""
    async with start(desk_on):
        for trigger in ("t1", "t1", "t2"):
            slack.command("U1", "C1", "subscribe torture country:AZ", trigger=trigger)
        await slack.until(lambda: len(slack.ephemeral) == 3)
        slack.command("U3", "C1", "unsubscribe all")
        await slack.until(lambda: len(slack.ephemeral) == 4)
        chat = await store.chats.get(CHANNEL)
        assert chat is not None
        assert ["torture country:AZ rights:yes"] == [one.query for one in chat.subscriptions]

        gone = slack.event({"type": "member_left_channel", "user": BOT_USER, "channel": "C1"})
        await slack.until(lambda: gone in slack.acks)
        silent = await store.chats.get(CHANNEL)
        back = slack.event({"type": "member_joined_channel", "user": BOT_USER, "channel": "C1"})
        await slack.until(lambda: back in slack.acks)
        again = await store.chats.get(CHANNEL)
    assert silent is not None
    assert again is not None
    assert (True, False) == (silent.silent_since is not None, again.silent_since is not None)
    assert "administrators" in slack.ephemeral[3]["text"]


async def test_a_store_that_hangs_loses_nothing_that_was_not_acked(
    slack: SlackApi, start: Start, tmp_path: Path, keyring: Keyring
) -> None:
    """A command says so and changes nothing; an event is acked when the store has taken its effect."""
    slack.repetitions = 10_000
    with embedded_sync(EmbeddedServer(tmp_path)) as server:
        async with (
            open_store(server.socket, keyring, timeout=2.0) as hasty,
            open_store(server.socket, keyring, timeout=PATIENCE) as store,
        ):
            desk = desk_of(hasty, SystemClock())
            async with start(desk):
                os.kill(server.pid, signal.SIGSTOP)
                try:
                    event = slack.message_im("U5", "subscribe torture")
                    slack.command("U1", "C1", "subscribe elections")
                    await slack.until(lambda: slack.ephemeral)
                    assert {event} & set(slack.acks) == set()
                finally:
                    os.kill(server.pid, signal.SIGCONT)
                await slack.until(lambda: event in slack.acks and slack.posted)
            direct = await store.chats.get(address_of("T0TEAM", "DU5"))
            channel = await store.chats.get(CHANNEL)
    assert "Nothing was changed" in slack.ephemeral[0]["text"]
    assert direct is not None
    assert ["torture rights:yes"] == [one.query for one in direct.subscriptions]
    assert channel is None or channel.subscriptions == ()
    assert 1 == len(slack.posted)


async def test_every_answer_of_the_desk_is_one_that_slack_takes(
    slack: SlackApi, start: Start, desk_on: Desk
) -> None:
    """Each verb, bare and with nonsense behind it, in a channel: one ephemeral answer, never a fault."""
    slack.person("U1", admin=True, locale="az-AZ")
    typed = [
        "start",
        "help",
        "help subscribe",
        "subscribe",
        "subscribe country:XX",
        "list",
        "filter",
        "filter 9 x",
    ]
    typed += [
        "filter test torture",
        "why",
        "why <https://a.example.org/x>",
        "lang",
        "lang az",
        "sources",
        "mydata",
    ]
    typed += ["source list", "moderator x", "nonsense", "unsubscribe 7", "forget", "<!channel> &amp; *b*"]
    async with start(desk_on):
        for number, text in enumerate(typed, 1):
            slack.command("U1", "C1", text)
            await slack.until(lambda number=number: len(slack.ephemeral) == number)  # type: ignore[misc]
    assert [] == [
        one["text"] for one in slack.ephemeral if "fault" in one["text"] or "nasazlı" in one["text"]
    ]
    assert len(typed) == len([name for name, _ in slack.calls if name == "response_url"])
    assert [] == [one for one in slack.ephemeral if "<!channel>" in one["text"]]

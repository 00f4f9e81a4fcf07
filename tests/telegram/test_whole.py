"""Telegram, the real desk and the real store together."""

from __future__ import annotations

from bot.desk.desk import Desk
from bot.desk.ports import Ports
from bot.model import Address, Platform
from bot.store.protocols import Store
from tests.clock import ManualClock
from tests.desk.conftest import Feeds
from tests.platforms.bot_api import BotApi
from tests.telegram.conftest import Start


async def test_a_life_of_a_chat(api: BotApi, start: Start, store: Store, clock: ManualClock) -> None:
    """Subscribe, look, move, forget: each effect is in the store, and every answer arrives."""
    feeds = Feeds()
    desk = Desk(
        Ports(
            store=store, clock=clock, probe=feeds, documents=feeds.document, zone="Asia/Baku", receipt_days=7
        )
    )
    person = Address(platform=Platform.TELEGRAM, chat="7000000001")

    async with start(desk):
        for text in ("/start", "/subscribe torture country:AZ", "/list", "/subscribe country:XY", "/mydata"):
            api.private_message(7000000001, text, lang="az")
        await api.until(lambda: not api.pending)
        chat = await store.chats.get(person)
        assert chat is not None
        assert 1 == len(chat.subscriptions)
        api.private_message(7000000001, "/forget", lang="az")
        await api.until(lambda: not api.pending)

    assert 6 <= len(api.sent)
    assert None is await store.chats.get(person)
    assert await store.people.done(Platform.TELEGRAM, "1005")

"""What people type and press, through the real Application."""

from __future__ import annotations

import pytest

from bot.desk.replies import Audience
from bot.model import Address, ChatKind, Language, Platform
from handlers.telegram.access import aim_of
from handlers.telegram.commands import addressed_text
from tests.platforms.bot_api import BOT, BotApi
from tests.telegram.conftest import Start
from tests.telegram.desk import RecordingDesk

GROUP = -1001234567


@pytest.mark.parametrize(
    ("text", "private", "heard"),
    [
        ("/list", False, "/list"),
        ("/list@SampleBot x", False, "/list x"),
        ("/list@samplebot", True, "/list"),
        ("/list@OtherBot", False, None),
        ("/list@OtherBot", True, None),
        ("/unheardof", False, None),
        ("/unheardof@SampleBot", False, "/unheardof"),
        ("/unheardof", True, "/unheardof"),
        ("hello", False, None),
        ("hello", True, "hello"),
    ],
)
def test_who_is_addressed(text: str, private: bool, heard: str | None) -> None:
    """In a group only what is for us; in a private chat everything."""
    assert heard == addressed_text(text, "SampleBot", private=private)


async def test_rights_in_a_group(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """Administrators and anonymous ones may change a group, members may not; topics are places."""
    api.member(GROUP, 8, "administrator")
    api.group_message(GROUP, 7, "/subscribe a")
    api.topic_message(GROUP, 5, 8, "/subscribe b")
    api.topic_message(GROUP, 1, 8, "/subscribe general")
    api.anonymous_admin(GROUP, "/subscribe c")
    async with start(desk):
        await api.until(lambda: not api.pending)
    assert [
        ("/subscribe a", False, None),
        ("/subscribe b", True, "5"),
        ("/subscribe general", True, None),
        ("/subscribe c", True, None),
    ] == [(one.text, one.may_change, one.chat.thread) for one in desk.requests]


async def test_personal_answers_leave_the_group(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """The answer goes to the person; the group reads a neutral word, or the way to the private chat."""
    api.group_message(GROUP, 7, "/list")
    async with start(desk):
        await api.until(lambda: not api.pending)
        assert [7, GROUP] == [one["chat_id"] for one in api.sent]
        api.sent.clear()
        api.fault("sendMessage", 403, "Forbidden: bot can't initiate conversation with a user")
        api.group_message(GROUP, 7, "/list")
        await api.until(lambda: not api.pending)
        assert [GROUP] == [one["chat_id"] for one in api.sent]
        (button,) = api.sent[0]["reply_markup"]["inline_keyboard"][0]
        assert button["url"].startswith("https://t.me/SampleBot?start=")
        api.sent.clear()
        desk.audience = Audience.SHARED
        api.topic_message(GROUP, 5, 7, "/help")
        await api.until(lambda: not api.pending)
    assert [(GROUP, 5)] == [(one["chat_id"], one["message_thread_id"]) for one in api.sent]


async def test_an_anonymous_admin_gets_no_answer_for_all_to_read(
    api: BotApi, start: Start, desk: RecordingDesk
) -> None:
    """Only the neutral word: what the desk answered stays unsaid."""
    api.anonymous_admin(GROUP, "/list")
    async with start(desk):
        await api.until(lambda: not api.pending)
    assert [GROUP] == [one["chat_id"] for one in api.sent]
    assert "own name" in api.sent[0]["text"]


async def test_buttons(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """A press types its command, names the message it stands under, and is always answered."""
    first = api.callback(7, 7, "v1:/why s1")
    api.callback(7, 7, "v0:old")
    api.member(GROUP, 9, "creator")
    api.callback(GROUP, 9, "v1:/unsubscribe 1", kind="supergroup")
    async with start(desk):
        await api.until(lambda: not api.pending and len(api.presses) == 3)
    receipt = str(first["callback_query"]["message"]["message_id"])
    assert {("/why s1", True), ("/unsubscribe 1", True)} == {
        (one.text, one.may_change) for one in desk.requests
    }
    assert receipt == next(one.receipt for one in desk.requests if one.text == "/why s1")
    assert {7, 9} == {one["chat_id"] for one in api.sent}


async def test_channels_from_the_private_chat(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """Only a channel's administrators, and only where the bot may post."""
    channel, user = -1007654321, 7
    api.chat(channel, "channel", username="sample_news")
    api.private_message(user, "/subscribe @sample_news torture")
    api.private_message(user, "/subscribe @nowhere torture")
    async with start(desk):
        await api.until(lambda: not api.pending)
        assert [] == desk.requests
        assert ["The bot may not post in this channel.", "The bot does not see this channel."] == [
            one["text"].splitlines()[0] for one in api.sent
        ]
        api.member(channel, int(str(BOT["id"])), "administrator", can_post_messages=True)
        api.private_message(user, "/subscribe @sample_news torture")
        await api.until(lambda: not api.pending)
        assert [] == desk.requests
        api.member(channel, 8, "creator")
        api.private_message(8, f"/subscribe {channel} torture", lang="az")
        await api.until(lambda: not api.pending)
    (request,) = desk.requests
    assert Address(platform=Platform.TELEGRAM, chat=str(channel), kind=ChatKind.CHANNEL) == request.chat
    assert ("/subscribe torture", "8", Language.AZ) == (request.text, request.asked_in.chat, request.hint)


async def test_comings_and_goings(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """Blocked, unblocked, removed, moved: the desk hears of it."""
    api.my_chat_member(7, "private", "member", "kicked")
    api.my_chat_member(7, "private", "kicked", "member")
    api.my_chat_member(GROUP, "supergroup", "member", "left")
    api.migration(-55, -10055)
    async with start(desk):
        await api.until(lambda: not api.pending)
    assert {
        ("left", "7", "private"),
        ("returned", "7", "private"),
        ("left", str(GROUP), "group"),
        ("moved", "-55", "-10055"),
    } == set(desk.events)


async def test_menus_in_both_languages(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """Private chats and admins see the commands; a group as a whole sees help only."""
    async with start(desk):
        await api.until(lambda: len(api.menus) == 9)
    assert ["help"] == [one["command"] for one in api.menus["all_group_chats", "az"]]
    assert "forget" in [one["command"] for one in api.menus["all_private_chats", "en"]]
    assert api.menus["all_private_chats", "az"] != api.menus["all_private_chats", "en"]


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("/digest @sample_news daily 08:00", "/digest daily 08:00"),
        ("/quiet @sample_news 22-07", "/quiet 22-07"),
        ("/mute @sample_news topic:elections", "/mute topic:elections"),
        ("/latest @sample_news 3", "/latest 3"),
    ],
)
def test_a_channel_is_looked_after_from_the_private_chat(typed: str, rest: str) -> None:
    """With every command that changes a chat."""
    aimed = aim_of(typed)

    assert aimed is not None
    assert ("@sample_news", rest) == (aimed.channel, aimed.text)

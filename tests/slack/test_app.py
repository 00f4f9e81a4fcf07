"""Slack as a whole: the real bolt application, driven over real sockets."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import structlog

from bot.model import ChatKind, Language
from handlers.slack.access import address_of
from handlers.slack.sockets import ACK_SECONDS, AFTER_FAILURE_SECONDS
from tests.platforms.slack_api import BOT_USER, SlackApi
from tests.slack.conftest import HastyClock, Start, sample_alert
from tests.slack.desk import RecordingDesk


def words(message: dict[str, Any]) -> str:
    return str(message["text"])


async def test_a_command_is_acked_done_and_answered_to_whoever_asked(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """The request names the chat, the person's rights, language and zone; the answer is ephemeral."""
    slack.person("U1", locale="az-AZ", tz="Asia/Baku")
    async with start(desk):
        name = slack.command("U1", "C1", "subscribe torture &amp; &lt;x&gt;")
        await slack.until(lambda: slack.ephemeral and name in slack.acks)

    (request,) = desk.requests
    assert "/subscribe torture & <x>" == request.text
    assert ("T0TEAM:C1", ChatKind.CHANNEL) == (request.chat.chat, request.chat.kind)
    assert (True, Language.AZ, "Asia/Baku") == (request.may_change, request.hint, request.zone)
    assert "ephemeral" == slack.ephemeral[0]["response_type"]
    assert [] == slack.posted


async def test_the_bare_command_asks_for_help(slack: SlackApi, start: Start, desk: RecordingDesk) -> None:
    """`/xeberdar` alone."""
    async with start(desk):
        slack.command("U1", "C1", "")
        await slack.until(lambda: slack.ephemeral)
    assert ["/help"] == [request.text for request in desk.requests]


async def test_only_creator_and_administrators_may_change_a_channel(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """The channel's creator and the workspace's administrators may; others may only ask."""
    slack.person("U2", admin=True)
    async with start(desk):
        for user in ("U1", "U2", "U3"):
            slack.command(user, "C1", "list")
        await slack.until(lambda: len(slack.ephemeral) == 3)
    rights = {request.person: request.may_change for request in desk.requests}
    assert {"T0TEAM:U1": True, "T0TEAM:U2": True, "T0TEAM:U3": False} == rights


@pytest.mark.parametrize("known", [True, False])
async def test_a_channel_without_the_bot_is_told_how_to_invite_it(
    slack: SlackApi, start: Start, desk: RecordingDesk, known: bool
) -> None:
    """Nothing is subscribed where nothing could be posted, in public and in unseen channels."""
    slack.person("U2", admin=True)
    if known:
        slack.channel("C2", member=False)
    async with start(desk):
        slack.command("U2", "C2", "subscribe torture")
        await slack.until(lambda: slack.ephemeral)
    assert [] == desk.requests
    assert "invite @" in words(slack.ephemeral[0]).replace("\u2060", "")


async def test_a_direct_message_needs_no_slash(slack: SlackApi, start: Start, desk: RecordingDesk) -> None:
    """Links and escapes of Slack are undone; the answer is a message in the conversation."""
    async with start(desk):
        name = slack.message_im("U5", "why <https://news.example.org/a?b=1&amp;c=2>")
        await slack.until(lambda: slack.posted and name in slack.acks)
    (request,) = desk.requests
    assert "why https://news.example.org/a?b=1&c=2" == request.text
    assert ("T0TEAM:DU5", ChatKind.PRIVATE, True) == (
        request.chat.chat,
        request.chat.kind,
        request.may_change,
    )
    assert "DU5" == slack.posted[0]["channel"]


async def test_a_command_between_two_people_is_about_the_chat_with_the_bot(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """A direct message in which the bot is not is never subscribed."""
    async with start(desk):
        slack.command("U5", "DOTHER", "subscribe torture")
        await slack.until(lambda: slack.ephemeral)
    assert ["T0TEAM:DU5"] == [request.chat.chat for request in desk.requests]


async def test_the_bots_own_words_and_changed_messages_are_no_commands(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """They are acked, and nothing else happens."""
    async with start(desk):
        names = [
            slack.message_im("U5", "list", subtype="message_changed"),
            slack.message_im(BOT_USER, "list"),
            slack.message_im("U5", "list", bot_id="B7"),
            slack.event({"type": "emoji_changed"}),
        ]
        await slack.until(lambda: set(names) <= set(slack.acks))
    assert [] == desk.requests


async def test_a_press_types_its_command(slack: SlackApi, start: Start, desk: RecordingDesk) -> None:
    """With the message it stands under; a button of another version is told to be too old."""
    async with start(desk):
        slack.press("U3", "C1", "/why s1", ts="17.5")
        await slack.until(lambda: slack.ephemeral)
        slack.press("U3", "C1", "/why s1", action_id="v0:0")
        await slack.until(lambda: len(slack.ephemeral) == 2)
    assert [("/why s1", "17.5", False)] == [(r.text, r.receipt, r.may_change) for r in desk.requests]
    assert "too old" in words(slack.ephemeral[1])


async def test_coming_and_going_reaches_the_desk(slack: SlackApi, start: Start, desk: RecordingDesk) -> None:
    """Of the bot and of channels; not of other people."""
    async with start(desk):
        for event in (
            {"type": "member_left_channel", "user": "U3", "channel": "C1"},
            {"type": "member_left_channel", "user": BOT_USER, "channel": "C1"},
            {"type": "channel_archive", "channel": "C2", "user": "U1"},
            {"type": "group_left", "channel": "G1"},
            {"type": "channel_unarchive", "channel": "C2", "user": "U1"},
            {"type": "member_joined_channel", "user": BOT_USER, "channel": "C1"},
            {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C8"},
            {"type": "tokens_revoked", "tokens": {"bot": [BOT_USER]}},
        ):
            name = slack.event(event)
            await slack.until(lambda name=name: name in slack.acks)  # type: ignore[misc]
    assert [
        ("left", "T0TEAM:C1", "channel"),
        ("left", "T0TEAM:C2", "channel"),
        ("left", "T0TEAM:G1", "group"),
        ("returned", "T0TEAM:C2", "channel"),
        ("returned", "T0TEAM:C1", "channel"),
        ("moved", "T0TEAM:C1", "T0TEAM:C8"),
    ] == desk.events


async def test_a_repeated_event_has_one_effect(slack: SlackApi, start: Start, desk: RecordingDesk) -> None:
    """The same event id in other envelopes, at once and later, is acked and not done again."""
    async with start(desk):
        names = [slack.message_im("U5", "list", event_id="Ev1") for _ in range(20)]
        await slack.until(lambda: set(names) <= set(slack.acks))
        late = slack.message_im("U5", "list", event_id="Ev1")
        await slack.until(lambda: late in slack.acks)
    assert 1 == len(desk.requests) == len(slack.posted)


async def test_acks_wait_for_events_and_not_for_commands(
    slack: SlackApi, start: Start, desk: RecordingDesk, hasty: HastyClock
) -> None:
    """While the desk works on all of them at once, commands are acked; events are when it has done them."""
    slack.repeat_after, hasty.endless = None, {ACK_SECONDS}
    desk.open.clear()
    async with start(desk):
        commands = {slack.command("U1", "C1", "list"), slack.press("U3", "C1", "/list")}
        events = {slack.message_im(f"U{n}", "list") for n in range(10, 30)}
        await slack.until(lambda: commands <= set(slack.acks) and desk.begun == 22)
        assert ([], commands) == (desk.requests, set(slack.acks))
        desk.open.set()
        await slack.until(lambda: commands | events == set(slack.acks) and len(slack.ephemeral) == 2)
    assert 22 == len(desk.effects) == len(desk.requests)


async def test_an_event_that_takes_too_long_is_acked_at_its_repetition(
    slack: SlackApi, start: Start, desk: RecordingDesk, hasty: HastyClock
) -> None:
    """Before Slack's three seconds are over we stop waiting to ack; the repetition joins the same work."""
    slack.repeat_after, slack.repetitions, hasty.instant = 0.1, 10_000, {ACK_SECONDS}
    desk.open.clear()
    async with start(desk):
        name = slack.message_im("U5", "list")
        await slack.until(lambda: hasty.waits.count(ACK_SECONDS) >= 2)
        assert (1, {}) == (desk.begun, slack.acks)
        desk.open.set()
        await slack.until(lambda: name in slack.acks)
    assert 1 == len(desk.requests) == len(slack.posted)
    assert ACK_SECONDS < 3


async def test_an_event_is_not_acked_before_its_effect(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """The store is away: no ack; Slack repeats it, and the effect happens once when the store is back."""
    slack.repeat_after, slack.repetitions = 0.2, 10_000
    desk.away = 1
    async with start(desk):
        name = slack.message_im("U5", "forget")
        await slack.until(lambda: name in slack.acks)
        assert ["forget"] == list(desk.effects.values())
    assert 1 == len(desk.requests)


async def test_a_command_says_when_the_store_is_away(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """A command is acked at once, so the answer must say that nothing was changed."""
    desk.away = 1
    async with start(desk):
        slack.command("U1", "C1", "forget")
        await slack.until(lambda: slack.ephemeral)
    assert "Nothing was changed" in words(slack.ephemeral[0])


async def test_a_poisonous_command_is_answered_and_holds_nobody_up(
    slack: SlackApi, start: Start, desk: RecordingDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    """The person hears of a fault; the next command works; the text is in no log."""
    desk.poison = "canary"
    async with start(desk):
        slack.command("U1", "C1", "list canary-words")
        slack.command("U1", "C1", "list")
        await slack.until(lambda: len(slack.ephemeral) == 2)
        name = slack.message_im("U5", "canary-words")
        await slack.until(lambda: name in slack.acks)
    assert 1 == sum("fault" in words(one) for one in slack.ephemeral)
    logged = "".join(capsys.readouterr())
    assert "slack.event_failed" in logged
    assert "canary" not in logged


async def test_an_answer_finds_another_way_when_the_response_url_fails(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """First the address of the command, then chat.postEphemeral; a 429 is waited out."""
    slack.fault("response_url", "used_url", status=404)
    slack.fault("chat.postEphemeral", "ratelimited", status=429, retry_after=1)
    async with start(desk):
        slack.command("U3", "C1", "list")
        await slack.until(lambda: slack.ephemeral)
    used = [name for name, _ in slack.calls if name in {"response_url", "chat.postEphemeral"}]
    assert used.count("chat.postEphemeral") >= 1
    assert "U3" == slack.ephemeral[0]["user"]


async def test_many_refreshes_lose_nothing(slack: SlackApi, start: Start, desk: RecordingDesk) -> None:
    """120 refreshes of two connections under traffic: every event's effect once, never ten connections."""
    slack.repeat_after, slack.repetitions = 1.0, 10_000
    async with start(desk):
        names = []
        for number in range(120):
            names.append(slack.message_im(f"U{number}", "list"))
            await slack.refresh(
                number % len(slack.sockets), reason="warning" if number % 2 else "refresh_requested"
            )
            names.append(slack.message_im(f"U{number}", "why"))
            await slack.until(lambda: len(slack.sockets) >= 2)
        await slack.until(lambda: set(names) <= set(slack.acks))
    assert 240 == len(desk.effects)
    assert 240 == len(desk.requests)
    assert slack.most_sockets <= 10


async def test_connections_that_break_lose_no_event(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """Without any announcement, with events on their way: what was not acked comes again, once in effect."""
    slack.repeat_after, slack.repetitions = 0.5, 10_000
    async with start(desk):
        names: list[str] = []
        for number in range(4):
            desk.open.clear()
            before = desk.begun
            names += [slack.message_im(f"U{number}{each}", "list") for each in range(5)]
            await slack.until(lambda before=before: desk.begun >= before + 5)  # type: ignore[misc]
            await slack.refresh(0, abrupt=True)
            desk.open.set()
            await slack.until(lambda: len(slack.sockets) >= 2)
        await slack.until(lambda: set(names) <= set(slack.acks))
    assert 20 == len(desk.effects) == len(desk.requests)


async def test_failures_to_connect_are_waited_out(
    slack: SlackApi, start: Start, desk: RecordingDesk, hasty: HastyClock
) -> None:
    """After an error of apps.connections.open a connection is asked for once a minute at most."""
    slack.fault("apps.connections.open", "internal_error", times=4)
    async with start(desk):
        assert 2 == len(slack.sockets)
    long = [wait for wait in hasty.waits if wait >= 5]
    assert 4 == len(long)
    assert min(long) >= AFTER_FAILURE_SECONDS


async def test_a_revoked_token_is_said_clearly_and_stops_nothing_else(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """auth.test is refused twice: one error that says what to do, and service when the token is good."""
    slack.fault("auth.test", "token_revoked", times=2)
    with structlog.testing.capture_logs() as events:
        async with start(desk):
            slack.command("U1", "C1", "list")
            await slack.until(lambda: slack.ephemeral)
    (error,) = [event for event in events if event["log_level"] == "error"]
    assert ("slack.token_refused", "token_revoked") == (error["event"], error["code"])
    assert "slack.bot_token_file" in error["todo"]
    assert 1 == [event["event"] for event in events].count("slack.reachable")


async def test_tokens_are_in_no_log_and_no_error(
    slack: SlackApi,
    start: Start,
    desk: RecordingDesk,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Faults of every sort leave no trace of a token or a message, at the most talkative level."""
    caplog.set_level(logging.DEBUG)
    desk.poison = "canary"
    async with start(desk) as app:
        slack.fault("users.info", f"see {slack.bot_token}")
        slack.command("U1", "C1", "list canary")
        slack.message_im("U5", "canary")
        for error in ("invalid_auth", "fatal_error", f"see {slack.bot_token}"):
            slack.fault("chat.postMessage", error)
            outcome = await app.sender.send(sample_alert(), address_of("T0TEAM", "C1"))
            assert slack.bot_token not in repr(outcome)
        await slack.refresh(0, abrupt=True)
        await slack.until(lambda: slack.ephemeral)
        shown = repr(app) + repr(app.client) + repr(app.application)
    shown += caplog.text + "".join(capsys.readouterr())
    assert "slack.command_failed" in shown
    for secret in (slack.bot_token, slack.app_token, "TESTCANARY", "ticket0", "canary"):
        assert secret not in shown


async def test_the_library_silences_itself_and_not_us(start: Start, desk: RecordingDesk) -> None:
    """bolt gives the logger that is named like the application its own level: our events must still come."""
    before = logging.getLogger("xeberdar").getEffectiveLevel()

    async with start(desk):
        assert before == logging.getLogger("xeberdar").getEffectiveLevel()
        assert logging.getLogger("slack_bolt.xeberdar").getEffectiveLevel() > logging.CRITICAL

"""Slack's answers become outcomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Digest, Outcome, Past, Refused, Scope, Sent, Settings, Trouble, TryLater
from handlers.slack.access import address_of
from tests.platforms.slack_api import SlackApi
from tests.slack.conftest import Start, sample_alert
from tests.slack.desk import RecordingDesk

CHANNEL = address_of("T0TEAM", "C1")

NO_RIGHTS = TryLater(why=Trouble.NO_RIGHTS)
STOPPED = TryLater(why=Trouble.TOKEN_REVOKED, scope=Scope.BOT)
BUSY = TryLater(why=Trouble.PLATFORM_ERROR, scope=Scope.BOT)
UNCLEAR = TryLater(why=Trouble.AMBIGUOUS)
UNKNOWN = TryLater(why=Trouble.PLATFORM_ERROR)
FINAL = Refused(why=Trouble.NOT_EDITABLE)

MATRIX: list[tuple[str, Outcome]] = [
    ("channel_not_found", TryLater(why=Trouble.CHAT_NOT_FOUND)),
    ("not_in_channel", NO_RIGHTS),
    ("is_archived", NO_RIGHTS),
    ("restricted_action", NO_RIGHTS),
    ("restricted_action_read_only_channel", NO_RIGHTS),
    ("restricted_action_thread_only_channel", NO_RIGHTS),
    ("restricted_action_non_threadable_channel", NO_RIGHTS),
    ("token_revoked", STOPPED),
    ("token_expired", STOPPED),
    ("invalid_auth", STOPPED),
    ("not_authed", STOPPED),
    ("account_inactive", STOPPED),
    ("missing_scope", STOPPED),
    ("app_access_restricted", STOPPED),
    ("team_not_found", STOPPED),
    ("message_limit_exceeded", BUSY),
    ("team_added_to_org", BUSY),
    ("org_login_required", BUSY),
    ("fatal_error", UNCLEAR),
    ("internal_error", UNCLEAR),
    ("service_unavailable", UNCLEAR),
    ("request_timeout", UNCLEAR),
    ("cant_update_message", FINAL),
    ("message_not_found", FINAL),
    ("edit_window_closed", FINAL),
    ("an_error_of_tomorrow", UNKNOWN),
]


@pytest.mark.parametrize(("error", "outcome"), MATRIX)
async def test_every_error_has_one_meaning(
    slack: SlackApi, start: Start, desk: RecordingDesk, error: str, outcome: Outcome
) -> None:
    """The error table of the platform page, for new messages and for changed ones."""
    slack.fault("chat.postMessage", error)
    slack.fault("chat.update", error)
    async with start(desk, serve=False) as app:
        assert outcome == await app.sender.send(sample_alert(), CHANNEL)
        assert outcome == await app.sender.edit(sample_alert(), CHANNEL, "1.1")


@pytest.mark.parametrize("status", [200, 429])
@pytest.mark.parametrize("error", ["ratelimited", "rate_limited"])
async def test_a_refusal_to_go_faster_carries_its_wish(
    slack: SlackApi, start: Start, desk: RecordingDesk, error: str, status: int
) -> None:
    """`Retry-After` reaches the pacing as it is."""
    slack.fault("chat.postMessage", error, status=status, retry_after=7)
    slack.fault("chat.postMessage", error, status=status)
    async with start(desk, serve=False) as app:
        first = await app.sender.send(sample_alert(), CHANNEL)
        second = await app.sender.send(sample_alert(), CHANNEL)
    assert TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=7)) == first
    assert TryLater(why=Trouble.RATE_LIMITED) == second


@pytest.mark.parametrize(("status", "outcome"), [(500, UNCLEAR), (503, UNCLEAR), (404, UNKNOWN)])
async def test_a_status_without_an_answer_is_no_verdict(
    slack: SlackApi, start: Start, desk: RecordingDesk, status: int, outcome: Outcome
) -> None:
    """A page of a proxy says nothing about the chat."""
    slack.break_off("chat.postMessage", status)
    async with start(desk, serve=False) as app:
        assert outcome == await app.sender.send(sample_alert(), CHANNEL)


async def test_a_message_is_posted_and_changed(slack: SlackApi, start: Start, desk: RecordingDesk) -> None:
    """The receipt is the message's `ts`; nothing is unfurled and nothing is parsed."""
    async with start(desk, serve=False) as app:
        sent = await app.sender.send(sample_alert(), CHANNEL)
        assert isinstance(sent, Sent)
        changed = await app.sender.edit(sample_alert("Sample: another"), CHANNEL, sent.receipt)
        missing = await app.sender.edit(sample_alert(), CHANNEL, "9.9")
    assert sent == changed
    assert FINAL == missing
    (message,) = slack.posted
    assert ("C1", sent.receipt) == (message["channel"], message["ts"])
    assert {"type": "plain_text", "text": "Sample: another", "emoji": False} == message["blocks"][0]["text"]
    assert (False, False, False) == tuple(
        message[key] for key in ("unfurl_links", "unfurl_media", "link_names")
    )


async def test_several_reports_are_one_message(slack: SlackApi, start: Start, desk: RecordingDesk) -> None:
    """With every headline in it."""
    digest = Digest(alerts=(sample_alert("Sample: one"), sample_alert("Sample: two")), settings=Settings())
    async with start(desk, serve=False) as app:
        fits = app.sender.fitting(digest)
        sent = await app.sender.send_digest(digest, CHANNEL)

    assert 2 == fits
    assert isinstance(sent, Sent)
    (message,) = slack.posted
    assert all(title in str(message["blocks"]) for title in ("Sample: one", "Sample: two"))


async def test_a_development_answers_in_the_thread_of_the_message_before(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """The channel sees the answer too."""
    async with start(desk, serve=False) as app:
        first = await app.sender.send(sample_alert(), CHANNEL)
        assert isinstance(first, Sent)
        past = Past(story=sample_alert().story, receipt=first.receipt)
        await app.sender.send(replace(sample_alert("Sample: verdict"), past=past), CHANNEL)

    assert (first.receipt, True) == (slack.posted[1]["thread_ts"], slack.posted[1]["reply_broadcast"])


async def test_a_closed_way_and_a_lost_reply_differ(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """A reply lost after acceptance is ambiguous; a server that is not there is the network."""
    slack.lose_reply("chat.postMessage")
    async with start(desk, serve=False) as app:
        assert UNCLEAR == await app.sender.send(sample_alert(), CHANNEL)
        assert 1 == len(slack.posted)
        await slack.__aexit__()
        assert TryLater(why=Trouble.NETWORK) == await app.sender.send(sample_alert(), CHANNEL)


@pytest.mark.parametrize(
    "error", ["invalid_blocks", "msg_blocks_too_long", "no_text", "invalid_blocks_format"]
)
async def test_refused_blocks_are_sent_plain_once(
    slack: SlackApi, start: Start, desk: RecordingDesk, error: str
) -> None:
    """The second try has no blocks; when it is refused too, the message is given up."""
    slack.fault("chat.postMessage", error)
    async with start(desk, serve=False) as app:
        sent = await app.sender.send(sample_alert("Sample: <!channel> & more"), CHANNEL)
        slack.fault("chat.postMessage", error, times=2)
        refused = await app.sender.send(sample_alert(), CHANNEL)
        slack.fault("chat.update", error)
        assert isinstance(sent, Sent)
        assert sent == await app.sender.edit(sample_alert("Sample: changed"), CHANNEL, sent.receipt)
    assert isinstance(refused, Refused)
    (message,) = slack.posted
    assert [] == message["blocks"]
    assert "https://news.example.org/1" in message["text"]
    assert "<" not in message["text"]


async def test_limits_are_told(start: Start, desk: RecordingDesk) -> None:
    """The workspace's limit first, then the channel's one a second."""
    async with start(desk, serve=False) as app:
        quotas = app.sender.quotas(CHANNEL)
    assert [(4, 1.0), (1, 1.0)] == [(one.calls, one.seconds) for one in quotas]
    assert quotas[0].key == app.sender.quotas(address_of("T0TEAM", "C2"))[0].key
    assert quotas[1].key != app.sender.quotas(address_of("T0TEAM", "C2"))[1].key


async def test_a_second_message_within_a_second_is_refused_and_costs_nothing(
    slack: SlackApi, start: Start, desk: RecordingDesk
) -> None:
    """Slack's own window for a channel: the outcome says how long to wait; another channel is free."""
    moment = 100.0
    slack.limits, slack.time = True, lambda: moment
    slack.channel("C2")
    async with start(desk, serve=False) as app:
        assert isinstance(await app.sender.send(sample_alert(), CHANNEL), Sent)
        refused = await app.sender.send(sample_alert(), CHANNEL)
        assert isinstance(await app.sender.send(sample_alert(), address_of("T0TEAM", "C2")), Sent)
        moment += 1.0
        assert isinstance(await app.sender.send(sample_alert(), CHANNEL), Sent)
    assert TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=1)) == refused
    assert 3 == len(slack.posted)

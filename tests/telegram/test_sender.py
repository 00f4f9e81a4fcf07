"""Telegram's answers become outcomes."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import (
    Address,
    ChatKind,
    Digest,
    Gone,
    Moved,
    Outcome,
    Past,
    Platform,
    Refused,
    Scope,
    Sent,
    Settings,
    Story,
    Trouble,
    TryLater,
)
from tests.platforms.bot_api import BotApi
from tests.telegram.conftest import Start, sample_alert
from tests.telegram.desk import RecordingDesk

GROUP = Address(platform=Platform.TELEGRAM, chat="-1001", thread="7", kind=ChatKind.GROUP)
PERSON = Address(platform=Platform.TELEGRAM, chat="7")

MATRIX: list[tuple[int, str, dict[str, int], Outcome]] = [
    (403, "Forbidden: bot was blocked by the user", {}, Gone(why=Trouble.BLOCKED)),
    (403, "Forbidden: user is deactivated", {}, Gone(why=Trouble.DEACTIVATED)),
    (403, "Forbidden: bot was kicked from the supergroup chat", {}, Gone(why=Trouble.KICKED)),
    (403, "Forbidden: bot is not a member of the channel chat", {}, Gone(why=Trouble.KICKED)),
    (403, "Forbidden: the group chat was deleted", {}, Gone(why=Trouble.KICKED)),
    (403, "Forbidden: a wording of tomorrow", {}, TryLater(why=Trouble.PLATFORM_ERROR)),
    (
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": -1009},
        Moved(to=Address(platform=Platform.TELEGRAM, chat="-1009", thread="7", kind=ChatKind.GROUP)),
    ),
    (400, "Bad Request: chat not found", {}, TryLater(why=Trouble.CHAT_NOT_FOUND)),
    (400, "Bad Request: private chat not found", {}, TryLater(why=Trouble.CHAT_NOT_FOUND)),
    (400, "Bad Request: not enough rights to send text messages", {}, TryLater(why=Trouble.NO_RIGHTS)),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", {}, TryLater(why=Trouble.NO_RIGHTS)),
    (400, "Bad Request: TOPIC_CLOSED", {}, TryLater(why=Trouble.NO_RIGHTS)),
    (400, "Bad Request: a wording of tomorrow", {}, TryLater(why=Trouble.PLATFORM_ERROR)),
    (401, "Unauthorized", {}, TryLater(why=Trouble.TOKEN_REVOKED, scope=Scope.BOT)),
    (404, "Not Found", {}, TryLater(why=Trouble.TOKEN_REVOKED, scope=Scope.BOT)),
    (421, "Misdirected Request", {}, TryLater(why=Trouble.TOKEN_REVOKED, scope=Scope.BOT)),
    (409, "Conflict: terminated by other", {}, TryLater(why=Trouble.CONFLICT, scope=Scope.BOT)),
    (
        429,
        "Too Many Requests: retry after 7",
        {"retry_after": 7},
        TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=7)),
    ),
    (500, "Internal Server Error", {}, TryLater(why=Trouble.AMBIGUOUS)),
    (502, "Bad Gateway", {}, TryLater(why=Trouble.AMBIGUOUS)),
]


@pytest.mark.parametrize(("status", "said", "parameters", "outcome"), MATRIX)
async def test_every_answer_has_one_meaning(
    api: BotApi,
    start: Start,
    desk: RecordingDesk,
    status: int,
    said: str,
    parameters: dict[str, int],
    outcome: Outcome,
) -> None:
    """The error table of the platform page, answer by answer."""
    api.fault("sendMessage", status, said, **parameters)
    async with start(desk, serve=False) as app:
        assert outcome == await app.sender.send(sample_alert(), GROUP)


async def test_a_message_is_sent_and_edited(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """The receipt names the message; an edit without a change counts as done."""
    async with start(desk, serve=False) as app:
        sent = await app.sender.send(sample_alert(), PERSON)
        assert isinstance(sent, Sent)
        again = await app.sender.edit(sample_alert(), PERSON, sent.receipt)
        changed = await app.sender.edit(sample_alert("Sample: another"), PERSON, sent.receipt)
        missing = await app.sender.edit(sample_alert(), PERSON, "999")

    assert isinstance(again, Sent)
    assert isinstance(changed, Sent)
    assert sent.receipt == again.receipt == changed.receipt
    assert Refused(why=Trouble.NOT_EDITABLE) == missing
    assert ["Sample: another"] == [edit["text"].splitlines()[0] for edit in api.edits]
    assert api.sent[0]["link_preview_options"] == {"is_disabled": True}


async def test_several_reports_are_one_message(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """As many as fit; the others follow in the next."""
    alerts = tuple(
        replace(sample_alert(f"Sample {n}: " + "long headline " * 30), story=sample_story(f"s{n}", n))
        for n in range(12)
    )
    digest = Digest(alerts=alerts, settings=Settings(), late=frozenset({"s0"}))
    async with start(desk, serve=False) as app:
        fits = app.sender.fitting(digest)
        shown = replace(digest, alerts=alerts[:fits], more=12 - fits)
        sent = await app.sender.send_digest(shown, PERSON)

    assert isinstance(sent, Sent)
    assert 1 < fits < 12
    (message,) = api.sent
    assert message["text"].startswith(f"{fits} reports")
    assert "late" in message["text"]
    assert f"{12 - fits} more follow." in message["text"]


def sample_story(name: str, number: int) -> Story:
    (article,) = sample_alert(f"Sample {number}: " + "long headline " * 30).story.articles
    return Story(id=name, articles=(replace(article, id=name),))


async def test_a_development_answers_the_message_before(
    api: BotApi, start: Start, desk: RecordingDesk
) -> None:
    """As a reply to it; and all the same when that message was deleted."""
    async with start(desk, serve=False) as app:
        first = await app.sender.send(sample_alert(), PERSON)
        assert isinstance(first, Sent)
        for receipt in (first.receipt, "999"):
            past = Past(story=sample_alert().story, receipt=receipt)
            answered = await app.sender.send(replace(sample_alert("Sample: verdict"), past=past), PERSON)
            assert isinstance(answered, Sent)

    replies = [message["reply_parameters"] for message in api.sent[1:]]
    assert [int(first.receipt), 999] == [reply["message_id"] for reply in replies]
    assert all(reply["allow_sending_without_reply"] for reply in replies)


async def test_a_closed_way_and_a_lost_reply_differ(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """A reply lost after acceptance is ambiguous; a server that is not there is the network."""
    api.lose_reply("sendMessage")
    async with start(desk, serve=False) as app:
        assert TryLater(why=Trouble.AMBIGUOUS) == await app.sender.send(sample_alert(), PERSON)
        assert 1 == len(api.sent)
        await api.__aexit__()
        assert TryLater(why=Trouble.NETWORK) == await app.sender.send(sample_alert(), PERSON)


async def test_a_lost_topic_falls_back_to_the_chat(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """The message is sent once more without the thread."""
    api.fault("sendMessage", 400, "Bad Request: message thread not found")
    async with start(desk, serve=False) as app:
        assert isinstance(await app.sender.send(sample_alert(), GROUP), Sent)
    assert ["message_thread_id" in call for name, call in api.calls if name == "sendMessage"] == [True, False]


async def test_a_refused_shape_is_sent_plain_once(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """The second try has no entities; when it is refused too, the message is given up."""
    for _ in range(3):
        api.fault("sendMessage", 400, "Bad Request: can't parse entities: unexpected")
    async with start(desk, serve=False) as app:
        assert Refused(why=Trouble.MALFORMED) == await app.sender.send(sample_alert(), PERSON)
        api._faults.clear()
        api.fault("sendMessage", 400, "Bad Request: message is too long")
        assert isinstance(await app.sender.send(sample_alert(), PERSON), Sent)
    assert ["entities" in one for one in api.sent] == [False]
    assert "https://news.example.org/1" in api.sent[0]["text"]


async def test_the_token_is_in_no_log_and_no_error(
    api: BotApi, start: Start, desk: RecordingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    """Faults of every sort leave no trace of the token, at the most talkative level."""
    caplog.set_level(logging.DEBUG)
    async with start(desk, serve=False) as app:
        for status in (401, 404, 500, 302):
            api.fault("sendMessage", status, f"see /bot{api.token}/sendMessage")
            outcome = await app.sender.send(sample_alert(), PERSON)
            assert api.token not in repr(outcome)
        assert api.token not in repr(app.bot) + repr(app.application)
        await api.__aexit__()
        await app.sender.send(sample_alert(), PERSON)
    assert api.token not in "".join(record.getMessage() for record in caplog.records) + caplog.text


async def test_limits_are_told(start: Start, desk: RecordingDesk) -> None:
    """The bot's own limit first; groups have one more."""
    async with start(desk, serve=False) as app:
        assert [(30, 1.0), (1, 1.0)] == [(one.calls, one.seconds) for one in app.sender.quotas(PERSON)]
        assert (20, 60.0) == (app.sender.quotas(GROUP)[2].calls, app.sender.quotas(GROUP)[2].seconds)


async def test_the_local_server_keeps_the_limits(api: BotApi, start: Start, desk: RecordingDesk) -> None:
    """One a second in a chat and twenty a minute in a group, by windows that slide."""
    moment = 0.0
    api.limits, api.time = True, lambda: moment
    refused = TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=1))
    async with start(desk, serve=False) as app:
        assert isinstance(await app.sender.send(sample_alert(), PERSON), Sent)
        assert refused == await app.sender.send(sample_alert(), PERSON)
        for _ in range(20):
            moment += 1.0
            assert isinstance(await app.sender.send(sample_alert(), GROUP), Sent)
        moment += 1.0
        late = await app.sender.send(sample_alert(), GROUP)
        assert TryLater(why=Trouble.RATE_LIMITED, after=timedelta(seconds=60)) == late
        assert isinstance(await app.sender.send(sample_alert(), PERSON), Sent)

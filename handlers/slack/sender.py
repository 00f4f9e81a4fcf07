"""Alerts -> Slack, and Slack's answers -> `Outcome`.

The tables below are the one of platforms.md, section 2.2. An error that is in none of them is "later",
never "gone": nobody loses a subscription to a new name of an error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_sdk.errors import SlackClientError

from bot.delivery.sender import Quota
from bot.model import Address, Alert, Digest, Outcome, Platform, Refused, Scope, Sent, Trouble, TryLater
from handlers.slack.render import SlackText, card_message, plain_card, reply_messages
from handlers.slack.request import Declined, NeverConnected, PlatformTrouble, QuietClient, ReplyLost
from handlers.slack.request import TooManyRequests as Limited
from handlers.text.digest import digest_message, fitting
from handlers.text.message import Card

log = structlog.get_logger("xeberdar.slack")

#: Slack documents one message a second in a channel, and "several hundred messages per minute" for a whole
#: workspace without a figure (docs.slack.dev, rate limits). Four a second is 240 a minute: at the lower
#: end of "several hundred"; what is still too much is told by 429 and costs no attempt.
PER_SECOND = 4

#: The channel exists no more for us, or not yet: parked, and given up after a week.
NOT_FOUND = frozenset({"channel_not_found"})

#: What somebody in the workspace can put right: parked until then.
RIGHTS = frozenset(
    {
        *("not_in_channel", "is_archived", "restricted_action", "restricted_action_read_only_channel"),
        *("restricted_action_non_threadable_channel", "restricted_action_thread_only_channel"),
        *("restricted_action_thread_locked", "ekm_access_denied", "no_permission", "access_denied"),
        *("messages_tab_disabled", "cannot_dm_bot", "user_disabled", "is_inactive"),
    }
)

#: The token is no good: the bot stops, and nothing else happens until the operator has put it right.
TOKEN = frozenset(
    {
        *("token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"),
        *("missing_scope", "not_allowed_token_type", "app_access_restricted", "team_not_found"),
        *("team_access_not_granted", "enterprise_is_restricted", "two_factor_setup_required"),
    }
)

#: The workspace is busy with itself, and says so for all of it.
WORKSPACE = frozenset({"message_limit_exceeded", "team_added_to_org", "org_login_required", "accesslimited"})

#: Slack says that some of it may have happened, or cannot say.
UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})

#: The message is there no more, or is not ours to change any more.
FINAL = frozenset({"cant_update_message", "message_not_found", "edit_window_closed", "block_mismatch"})

#: What we built was not accepted: plain and short is tried once.
TOO_LONG = frozenset({"msg_blocks_too_long", "msg_too_long"})
MALFORMED = frozenset(
    {
        *("invalid_blocks", "invalid_blocks_format", "no_text", "invalid_arguments", "invalid_charset"),
        *("invalid_form_data", "invalid_json", "json_not_object", "markdown_text_conflict"),
    }
)
OUR_DEFECTS = frozenset({Trouble.TOO_LONG, Trouble.MALFORMED})

OUTCOMES: tuple[tuple[frozenset[str], Outcome], ...] = (
    (NOT_FOUND, TryLater(why=Trouble.CHAT_NOT_FOUND)),
    (RIGHTS, TryLater(why=Trouble.NO_RIGHTS)),
    (TOKEN, TryLater(why=Trouble.TOKEN_REVOKED, scope=Scope.BOT)),
    (WORKSPACE, TryLater(why=Trouble.PLATFORM_ERROR, scope=Scope.BOT)),
    (UNCLEAR, TryLater(why=Trouble.AMBIGUOUS)),
    (FINAL, Refused(why=Trouble.NOT_EDITABLE)),
    (TOO_LONG, Refused(why=Trouble.TOO_LONG)),
    (MALFORMED, Refused(why=Trouble.MALFORMED)),
)


class SlackSender:
    """Implements `bot.delivery.sender.Sender`. `card` words an alert; `per_second` is for the workspace."""

    def __init__(
        self, client: QuietClient, card: Callable[[Alert], Card], *, per_second: int = PER_SECOND
    ) -> None:
        self._client = client
        self._card = card
        self._per_second = per_second

    @property
    def platform(self) -> Platform:
        return Platform.SLACK

    def quotas(self, address: Address) -> tuple[Quota, ...]:
        """So many a second in the workspace, one a second in a channel."""
        return (
            Quota(key="slack", calls=self._per_second, seconds=1.0),
            Quota(key=f"slack:{address.chat}", calls=1, seconds=1.0),
        )

    async def send(self, alert: Alert, address: Address) -> Outcome:
        """Deliver as a new message. The receipt is its `ts`."""

        async def post(message: SlackText) -> str:
            answer = await self._client.chat_postMessage(
                channel=channel_of(address), **message.posted(), **_thread_of(alert)
            )
            return _receipt(answer.get("ts"))

        return await self._deliver(post, alert)

    def fitting(self, digest: Digest) -> int:
        """As many reports as one message of Slack holds."""
        return fitting(digest, lambda message: len(reply_messages(message)))

    async def send_digest(self, digest: Digest, address: Address) -> Outcome:
        """Deliver several reports as one message."""
        try:
            (message, *_) = reply_messages(digest_message(digest))
        except Exception:
            log.exception("slack.not_rendered", story=digest.alerts[0].story.id)
            return Refused(why=Trouble.MALFORMED)

        async def post(message: SlackText) -> str:
            answer = await self._client.chat_postMessage(channel=channel_of(address), **message.posted())
            return _receipt(answer.get("ts"))

        outcome = await _attempt(post, message)
        if isinstance(outcome, Refused) and outcome.why in OUR_DEFECTS:
            log.error("slack.message_refused", story=digest.alerts[0].story.id, why=outcome.why.value)
            outcome = await _attempt(post, SlackText(text=message.text))
        return outcome

    async def edit(self, alert: Alert, address: Address, receipt: str) -> Outcome:
        """Change a message of ours."""

        async def change(message: SlackText) -> str:
            await self._client.chat_update(channel=channel_of(address), ts=receipt, **message.changed())
            return receipt

        return await self._deliver(change, alert)

    async def _deliver(self, call: Callable[[SlackText], Awaitable[str]], alert: Alert) -> Outcome:
        """Try, and try once more without the blocks where they were the trouble."""
        try:
            card = self._card(alert)
            message = card_message(card)
        except Exception:
            log.exception("slack.not_rendered", story=alert.story.id)
            return Refused(why=Trouble.MALFORMED)
        outcome = await _attempt(call, message)
        if isinstance(outcome, Refused) and outcome.why in OUR_DEFECTS:
            log.error("slack.message_refused", story=alert.story.id, why=outcome.why.value)
            outcome = await _attempt(call, plain_card(card))
        return outcome


def _thread_of(alert: Alert) -> dict[str, Any]:
    """The thread of the message that told the report before; the channel sees the answer too."""
    receipt = alert.past.receipt if alert.past else None
    return {"thread_ts": receipt, "reply_broadcast": True} if receipt else {}


async def _attempt(call: Callable[[SlackText], Awaitable[str]], message: SlackText) -> Outcome:
    try:
        return Sent(receipt=await call(message))
    except SlackClientError as error:
        return outcome_of(error)
    except Exception as error:
        # Slack's answer, or the library's reading of it, is not what anybody expected.
        log.error("slack.unexpected", error=type(error).__name__)  # noqa: TRY400 - the text may name a chat
        return TryLater(why=Trouble.AMBIGUOUS)


def outcome_of(error: SlackClientError) -> Outcome:
    """What an error means for a delivery."""
    match error:
        case Limited(after=after):
            return TryLater(why=Trouble.RATE_LIMITED, after=after)
        case Declined(code=code):
            known = (outcome for codes, outcome in OUTCOMES if code in codes)
            return next(known, TryLater(why=Trouble.PLATFORM_ERROR))
        case NeverConnected():
            return TryLater(why=Trouble.NETWORK)
        case ReplyLost():
            return TryLater(why=Trouble.AMBIGUOUS)
        case PlatformTrouble(status=status) if status >= 500:
            return TryLater(why=Trouble.AMBIGUOUS)
        case _:
            return TryLater(why=Trouble.PLATFORM_ERROR)


def channel_of(address: Address) -> str:
    """Slack's own id in "TEAM:CHANNEL"."""
    return address.chat.rpartition(":")[2]


def _receipt(ts: object) -> str:
    """The message is posted; an answer that does not name it leaves nothing to edit."""
    if isinstance(ts, str) and ts:
        return ts
    raise ReplyLost("the answer names no message")

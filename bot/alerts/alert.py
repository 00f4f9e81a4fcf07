"""What one chat is told about one story, if anything. Pure.

Whether the story is new to the chat is decided by what the chat was told before, not by the order
in which the articles were found: one message per story, edited when the story grows.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.alerts.muting import muted_by
from bot.model import Alert, AlertKind, Chat, Skip, Story


def alert_for(
    chat: Chat, story: Story, kind: AlertKind, *, shown: Sequence[str] | None, editable: bool
) -> Alert | Skip:
    """A new message, an edit of the one there is, or the reason for silence.

    `shown` are the ids of the articles that the chat's message shows, None when it has none;
    `editable`: its receipt is still held. `kind` is what the delivery asked for: a correction always
    reaches the message that is there, an edit never becomes a message of its own, and a new alert
    becomes an edit when the chat was told.
    """
    if chat.silent_since is not None:
        return Skip.SILENT
    if not story.articles:
        return Skip.EXPIRED
    if shown is None:
        return _first_message(chat, story, kind)
    if not editable or not (kind is AlertKind.CORRECTION or grows(story, shown)):
        return Skip.ALREADY_TOLD
    edit = AlertKind.CORRECTION if kind is AlertKind.CORRECTION else AlertKind.EDIT
    return Alert(kind=edit, story=story, settings=chat.settings)


def grows(story: Story, shown: Sequence[str]) -> bool:
    """Whether the story has an article that the message does not show."""
    return any(article.id not in shown for article in story.articles)


def _first_message(chat: Chat, story: Story, kind: AlertKind) -> Alert | Skip:
    if kind is not AlertKind.NEW:
        return Skip.ALREADY_TOLD  # the message's receipt has run out: nothing is left to change
    if not chat.subscriptions:
        return Skip.UNSUBSCRIBED
    if muted_by(chat.settings, story) is not None:
        return Skip.MUTED
    return Alert(kind=AlertKind.NEW, story=story, settings=chat.settings)

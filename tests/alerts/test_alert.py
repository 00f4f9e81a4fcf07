"""What one chat is told about one story."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.alerts.alert import alert_for
from bot.model import (
    Address,
    Alert,
    AlertKind,
    Article,
    Chat,
    Language,
    Platform,
    Skip,
    Story,
    Subscription,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHAT = Chat(
    key="k",
    address=Address(platform=Platform.WEB, chat="1"),
    subscriptions=(Subscription(number=1, query="x"),),
)


def article(name: str) -> Article:
    return Article(
        id=name,
        source="s",
        outlet="S",
        url=None,
        title=name,
        text="",
        lang=Language.AZ,
        published=NOW,
        seen=NOW,
    )


STORY = Story(id="s", articles=(article("a"), article("b")))


@pytest.mark.parametrize(
    ("chat", "kind", "shown", "editable", "expected"),
    [
        (CHAT, AlertKind.NEW, None, False, AlertKind.NEW),
        (CHAT, AlertKind.NEW, ("a",), True, AlertKind.EDIT),
        (CHAT, AlertKind.EDIT, ("a",), True, AlertKind.EDIT),
        (CHAT, AlertKind.CORRECTION, ("a", "b"), True, AlertKind.CORRECTION),
        (CHAT, AlertKind.NEW, ("a", "b"), True, Skip.ALREADY_TOLD),
        (CHAT, AlertKind.NEW, ("a",), False, Skip.ALREADY_TOLD),
        (CHAT, AlertKind.EDIT, None, False, Skip.ALREADY_TOLD),
        (replace(CHAT, subscriptions=()), AlertKind.NEW, None, False, Skip.UNSUBSCRIBED),
        (replace(CHAT, subscriptions=()), AlertKind.EDIT, ("a",), True, AlertKind.EDIT),
        (replace(CHAT, silent_since=NOW), AlertKind.EDIT, ("a",), True, Skip.SILENT),
    ],
)
def test_one_message_per_story(
    chat: Chat, kind: AlertKind, shown: tuple[str, ...] | None, editable: bool, expected: AlertKind | Skip
) -> None:
    """What the chat was told decides: a new message, an edit that adds something, or silence and why."""
    what = alert_for(chat, STORY, kind, shown=shown, editable=editable)

    assert expected == (what.kind if isinstance(what, Alert) else what)


def test_an_empty_story_is_not_told() -> None:
    """A story that left the archive has nothing to say."""
    empty = Story(id="s", articles=())

    assert Skip.EXPIRED is alert_for(CHAT, empty, AlertKind.NEW, shown=None, editable=False)

"""What a mute keeps from a chat."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.alerts.muting import muted_by
from bot.model import Article, Language, Mute, Muted, Settings, Story, Topic

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def article(source: str, *topics: Topic) -> Article:
    return Article(
        id=source,
        source=source,
        outlet=source,
        url=None,
        title="Sample",
        text="",
        lang=Language.EN,
        topics=topics,
        published=NOW,
        seen=NOW,
    )


STORY = Story(id="7", articles=(article("one", Topic.ELECTIONS), article("two", Topic.RELIGION)))


@pytest.mark.parametrize(
    ("what", "value", "kept"),
    [
        (Muted.STORY, "7", True),
        (Muted.STORY, "8", False),
        (Muted.TOPIC, "religion", True),
        (Muted.TOPIC, "children", False),
        (Muted.SOURCE, "one", False),  # the other source tells it too
    ],
)
def test_a_mute_keeps_what_it_names(what: Muted, value: str, kept: bool) -> None:
    """A source that is not alone with a report does not keep it from anybody."""
    mute = Mute(what=what, value=value)

    assert (mute if kept else None) == muted_by(Settings(mutes=(mute,)), STORY)


def test_a_source_alone_with_a_report_is_muted() -> None:
    """Whatever its topic."""
    mute = Mute(what=Muted.SOURCE, value="one")
    alone = Story(id="7", articles=(article("one"), article("one")))

    assert mute == muted_by(Settings(mutes=(mute,)), alone)

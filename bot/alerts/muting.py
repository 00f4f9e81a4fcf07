"""What a chat has muted: a source, a topic, or one report. Pure."""

from __future__ import annotations

from bot.model import Mute, Muted, Settings, Story


def muted_by(settings: Settings, story: Story) -> Mute | None:
    """The mute that keeps a report from a chat; None when nothing does.

    A source is muted when nobody else tells the report; a topic, when any article of it is about it.
    """
    return next((mute for mute in settings.mutes if _keeps(mute, story)), None)


def _keeps(mute: Mute, story: Story) -> bool:
    match mute.what:
        case Muted.STORY:
            return story.id == mute.value
        case Muted.SOURCE:
            return all(article.source == mute.value for article in story.articles)
        case Muted.TOPIC:
            return any(topic.value == mute.value for article in story.articles for topic in article.topics)

"""The followed filters, compiled."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.watch import FollowedIndex


class Followed:
    """What chats follow, as the store would say it."""

    def __init__(self, **queries: str) -> None:
        self.queries = queries
        self.changes = 0
        self.read = 0

    async def version(self) -> int:
        return self.changes

    async def all(self) -> dict[str, str]:
        self.read += 1
        return self.queries

    def id_of(self, query: str) -> str:
        return query


async def test_filters_are_read_when_they_have_changed() -> None:
    """Two looks at the same version read once; a change is seen at the next look."""
    followed = Followed(a="torture")
    index = FollowedIndex(followed)

    await index.current()
    await index.current()
    before = followed.read
    followed.changes += 1
    await index.current()

    assert (1, 2) == (before, followed.read)


async def test_an_unreadable_filter_is_told_without_its_words() -> None:
    """Others go on; the log names the mistake and no keyword."""
    with capture_logs() as events:
        await FollowedIndex(Followed(a='"secretword', b="torture")).current()

    assert ["filter.unreadable"] == [event["event"] for event in events]
    assert "secretword" not in str(events)

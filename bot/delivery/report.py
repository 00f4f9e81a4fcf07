"""What delivery says about itself: counters without any chat. Events are logged where they happen."""

from __future__ import annotations

from typing import Protocol

from bot.model import Moved, Outcome, Platform, Sent, Skip


class Tally(Protocol):
    """Where deliveries are counted (`bot.metrics.Metrics` is one). No argument ever names a chat."""

    def outcome(self, platform: str, outcome: str) -> None:
        """One answer of a platform, or one delivery that came to nothing before it was sent."""
        ...

    def lag(self, platform: str, seconds: float) -> None:
        """One alert reached its chat `seconds` after it was queued."""
        ...


class Untallied:
    """Counts nothing."""

    def outcome(self, platform: str, outcome: str) -> None:
        """Nothing."""

    def lag(self, platform: str, seconds: float) -> None:
        """Nothing."""


def count(tally: Tally, platform: Platform, what: Outcome | Skip) -> None:
    """Count an answer under its trouble, and a skip under "skipped_" and its reason."""
    match what:
        case Sent():
            name = "sent"
        case Moved():
            name = "moved"
        case Skip():
            name = f"skipped_{what.value}"
        case _:
            name = what.why.value
    tally.outcome(platform.value, name)

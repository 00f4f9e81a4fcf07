"""What a scenario found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Step = Callable[[], None]
"""Is told when one more unit of a scenario's size is done."""


def unwatched() -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One line of the table."""

    scenario: str
    size: int  #: units that were done
    unit: str
    lost: int  #: messages that should have arrived and did not
    duplicates: int  #: messages beyond the first of a report for a chat
    bound: int  #: the most duplicates that are allowed
    wrong: tuple[str, ...] = ()  #: what else must not be, in words
    note: str = ""  #: what was measured besides
    control: bool = field(default=False)  #: the run that must lose something, or it would prove nothing

    @property
    def passed(self) -> bool:
        """Whether this is what is promised; for a control: whether the harness can see a loss."""
        if self.control:
            return self.lost > 0
        return not self.lost and self.duplicates <= self.bound and not self.wrong

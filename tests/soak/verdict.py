"""What a scenario found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

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
    lost: int  #: reports that chats should have been told and were not, over all chats
    duplicates: int  #: messages that told a chat of a report again
    bound: int  #: the most duplicates that are allowed
    wrong: tuple[str, ...] = ()  #: what else must not be, in words
    note: str = ""  #: what was measured besides
    control: bool = False  #: the run that must lose something, or it would prove nothing

    @property
    def passed(self) -> bool:
        """Whether this is what is promised; for a control: whether the harness can see a loss."""
        if self.control:
            return self.lost > 0
        return not self.lost and self.duplicates <= self.bound and not self.wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A verdict, and what it took."""

    verdict: Verdict
    asked: int  #: units that were to be done
    seconds: float

    def lines(self) -> Iterator[str]:
        """What does not fit into the table."""
        verdict = self.verdict
        if verdict.note:
            yield f"{verdict.scenario}: {verdict.note}"
        if not verdict.control:
            yield from (f"{verdict.scenario}: WRONG: {what}" for what in verdict.wrong)
        elif not verdict.lost:
            yield f"{verdict.scenario}: WRONG: nothing was lost, so the harness sees nothing"


def table(measured: Sequence[Measured]) -> Table:
    """All of them: what was done, what was lost, what came twice."""
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    drawn.add_column("scenario")
    for name in ("size", "lost", "duplicates", "bound", "seconds"):
        drawn.add_column(name, justify="right")
    drawn.add_column("")
    for each in measured:
        verdict = each.verdict
        size = f"{verdict.size:,} {verdict.unit}"
        if verdict.size < each.asked:
            size += f" of {each.asked:,}"
        lost, bound = f"{verdict.lost:,}", f"{verdict.bound:,}"
        if verdict.control:
            lost, bound = f"{lost} (must be)", "-"
        drawn.add_row(
            verdict.scenario,
            size,
            lost,
            f"{verdict.duplicates:,}",
            bound,
            f"{each.seconds:,.0f}",
            "passed" if verdict.passed else "FAILED",
        )
    return drawn

"""What an area found, and how it is put into words and tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.table import Table


class Against(Enum):
    """What the other figure of a row is."""

    PEER = "peer"  #: the same job, done by somebody else
    LIMIT = "limit"  #: what nobody who does the job can avoid


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Ours beside another's, both in seconds per unit."""

    what: str
    ours: float
    other: str
    theirs: float
    against: Against = Against.PEER

    @property
    def ratio(self) -> float:
        """How many times as fast as the other ours is; below 1: slower."""
        return self.theirs / self.ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One area's table. `title` states what the figures say; it is made from them."""

    title: str
    unit: str  #: of what the seconds are: "feed", "message"
    rows: tuple[Row, ...]
    note: str = ""  #: what else was measured, in a sentence


#: A difference this small is within what a busy machine does to one and the same program.
LEVEL = 1.1


def compared(ours: float, theirs: float) -> str:
    """`3.1 times faster than`, `1.5 times slower than`, or `level with`."""
    ratio = theirs / ours
    if ratio >= LEVEL:
        return f"{_short(ratio)} times faster than"
    if ratio <= 1 / LEVEL:
        return f"{_short(1 / ratio)} times slower than"
    return "level with"


def times(ours: float, theirs: float) -> str:
    """`1.8 times`: how much of the other's time ours takes."""
    return f"{_short(ours / theirs)} times"


def table(area: str, finding: Finding) -> Table:
    """The finding as a table."""
    drawn = Table(
        title=f"{area}: {finding.title}",
        caption=f"time for one {finding.unit}" + (f"; {finding.note}" if finding.note else ""),
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    for name, justify in _COLUMNS:
        drawn.add_column(name, justify=justify)
    before = ""
    for row in finding.rows:
        what, before = ("" if row.what == before else row.what), row.what
        drawn.add_row(what, duration(row.ours), _other(row), duration(row.theirs), _ratio(row))
    return drawn


_COLUMNS: tuple[tuple[str, Literal["left", "right"]], ...] = (
    ("what", "left"),
    ("ours", "right"),
    ("beside", "left"),
    ("theirs", "right"),
    ("ratio", "left"),
)


def duration(seconds: float) -> str:
    """Three digits with the unit that suits them."""
    value, unit = (seconds, "s") if seconds >= 1 else (seconds * 1e3, "ms")
    if value < 1:
        value, unit = seconds * 1e6, "µs"
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"


def _other(row: Row) -> str:
    return f"limit: {row.other}" if row.against is Against.LIMIT else row.other


def _ratio(row: Row) -> str:
    ratio = row.ratio
    if row.against is Against.LIMIT:
        return f"{_short(1 / ratio)}x the limit" if ratio <= 1 else f"{_short(ratio)}x to spare"
    if 1 / LEVEL < ratio < LEVEL:
        return "level"
    return f"{_short(ratio)}x faster" if ratio > 1 else f"{_short(1 / ratio)}x slower"


def _short(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 20 else f"{ratio:.1f}"

"""How fast: sliding windows anchored at the platform's reply. Pure: `now` is monotonic seconds.

A call counts against its windows from the moment it starts until `seconds` after its *reply*. The
platform saw it some time between the two, so no sliding window of the platform can hold more than
`calls`, whatever the network's jitter. The price is the round trip: the rate reached is
calls / (seconds + round trip), 96.6 % of 30/s at 35 ms.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.delivery.sender import Quota

SWEEP_AT = 1024  #: windows held before idle ones are looked for


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ticket:
    """One call on its way, to be given back with `Pacing.replied` exactly once."""

    quotas: tuple[Quota, ...]


@dataclass(slots=True)
class _Window:
    """The calls that still count: those without a reply, and when each of the others stops counting."""

    flying: int = 0
    frees: deque[float] = field(default_factory=deque)  # ascending

    def wait(self, quota: Quota, now: float) -> float:
        self.expire(now)
        excess = self.flying + len(self.frees) - quota.calls
        if excess < 0:
            return 0.0
        if excess < len(self.frees):
            return self.frees[excess] - now
        return quota.seconds  # all that would have to free are unanswered: not sooner than that

    def expire(self, now: float) -> None:
        while self.frees and self.frees[0] <= now:
            self.frees.popleft()


class Pacing:
    """The windows of one sender. Any number of quotas may hold up one message; gates stop it outright."""

    def __init__(self) -> None:
        self._windows: dict[str, _Window] = {}
        self._closed: dict[str, float] = {}  # gate -> until
        self._sweep_at = SWEEP_AT

    def wait(self, quotas: Iterable[Quota], now: float, *, gates: Sequence[str] = ()) -> float:
        """Seconds until a message might start: 0.0 when it may start now.

        A lower bound when calls are unanswered: ask again after waiting.
        """
        longest = 0.0
        for gate in gates:
            longest = max(longest, self._closed.get(gate, now) - now)
        for quota in quotas:
            window = self._windows.get(quota.key)
            if window is not None:
                longest = max(longest, window.wait(quota, now))
        return longest

    def started(self, quotas: Iterable[Quota], now: float) -> Ticket:
        """Count a message that starts now. Ask `wait` first, without letting anybody in between."""
        ticket = Ticket(quotas=tuple(quotas))
        if len(self._windows) + len(self._closed) >= self._sweep_at:
            self._sweep(now)
        for quota in ticket.quotas:
            self._windows.setdefault(quota.key, _Window()).flying += 1
        return ticket

    def replied(self, ticket: Ticket, now: float) -> None:
        """The platform answered, or never will: the slots free after their windows."""
        for quota in ticket.quotas:
            window = self._windows[quota.key]
            window.flying -= 1
            free = now + quota.seconds
            window.frees.append(max(free, window.frees[-1]) if window.frees else free)

    def pause(self, gate: str, until: float) -> None:
        """Close a gate. A later pause never shortens an earlier one."""
        self._closed[gate] = max(until, self._closed.get(gate, until))

    def __len__(self) -> int:
        """Windows and gates held in memory."""
        return len(self._windows) + len(self._closed)

    def _sweep(self, now: float) -> None:
        """Forget what holds nobody up. Doubling the threshold keeps the cost constant per message."""
        for window in self._windows.values():
            window.expire(now)
        self._windows = {key: held for key, held in self._windows.items() if held.flying or held.frees}
        self._closed = {gate: until for gate, until in self._closed.items() if until > now}
        self._sweep_at = max(SWEEP_AT, 2 * len(self))

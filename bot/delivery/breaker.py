"""When so many chats are "not found" that the bot is at fault: nobody is written off then. Pure.

A token or an environment that was mixed up makes every chat unknown to the bot at once. More than a
twentieth of five minutes' answers is no coincidence among chats that existed yesterday; the figures are
those of the platform's own advice to wait, and of no rule it has published.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime

from bot.delivery.retry import STOPPED, Decision, Later, Silence
from bot.model import Gone, Outcome, Trouble, TryLater

SHARE = 0.05  #: of the answers
SPAN = 300.0  #: seconds that are looked at
LEAST = 5  #: so many not found say something even where few chats are told


class Breaker:
    """The answers of the last five minutes. `now` is monotonic seconds, never going back.

    Once open it stays so until chats are found again: silence proves nothing.
    """

    def __init__(self) -> None:
        self._open = False
        self._answers: deque[tuple[float, bool]] = deque()  # (when, not found)
        self._lost = 0

    def answered(self, outcome: Outcome, now: float) -> None:
        """Count one answer of the platform about a chat; what says nothing about it is not counted."""
        lost = _is_lost(outcome)
        if isinstance(outcome, TryLater) and not lost:
            return
        self._answers.append((now, lost))
        self._lost += lost
        self._expire(now)

    def is_open(self, now: float) -> bool:
        """Whether a chat that is not found, or gone, must not be held to be so."""
        self._expire(now)
        many = self._lost > SHARE * len(self._answers)
        if not self._open:
            self._open = many and self._lost >= LEAST
        elif self._answers:
            self._open = many
        return self._open

    def spare(self, outcome: Outcome, decision: Decision, *, attempts: int, now: datetime) -> Decision:
        """While open: `decision`, but that a chat which seems gone is asked again in five minutes."""
        if _is_lost(outcome) and isinstance(decision, Later):
            return replace(decision, due=now + STOPPED, attempts=attempts)
        if isinstance(decision, Silence):
            return Later(due=now + STOPPED, attempts=attempts, why=decision.why)
        return decision

    def _expire(self, now: float) -> None:
        while self._answers and self._answers[0][0] <= now - SPAN:
            self._lost -= self._answers.popleft()[1]


def _is_lost(outcome: Outcome) -> bool:
    return isinstance(outcome, TryLater | Gone) and outcome.why is Trouble.CHAT_NOT_FOUND

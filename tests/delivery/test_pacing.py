"""Pacing against a limiter as strict as the platforms' own words, in virtual time."""

from __future__ import annotations

import heapq
from collections import deque
from random import Random

import pytest

from bot.delivery.pacing import SWEEP_AT, Pacing
from bot.delivery.sender import Quota

BOT = Quota(key="bot", calls=30, seconds=1.0)


class Strict:
    """A sliding-window limiter as the platform runs it: counts what it accepts by time of arrival."""

    def __init__(self) -> None:
        self.windows: dict[str, deque[float]] = {}

    def accepts(self, quotas: tuple[Quota, ...], at: float) -> bool:
        for quota in quotas:
            window = self.windows.setdefault(quota.key, deque())
            while window and window[0] <= at - quota.seconds:
                window.popleft()
            if len(window) >= quota.calls:
                return False
        for quota in quotas:
            self.windows[quota.key].append(at)
        return True


def simulate(messages: list[tuple[Quota, ...]], seconds: float, seed: int) -> tuple[int, int]:
    """Send for so long, with 5-30 ms each way; (accepted, refused)."""
    rng, pacing, strict = Random(seed), Pacing(), Strict()
    waiting, events, order, now, done, refused = deque(messages), [(0.0, 0, None)], 0, 0.0, 0, 0
    arrivals: list[tuple[float, tuple[Quota, ...]]] = []
    heap: list[tuple[float, int, object]] = list(events)
    while heap:
        now, _, ticket = heapq.heappop(heap)
        if now >= seconds:
            break
        if ticket is not None:
            pacing.replied(ticket, now)  # type: ignore[arg-type]
        soonest = float("inf")
        for _ in range(len(waiting)):
            quotas = waiting.popleft()
            wait = pacing.wait(quotas, now)
            if wait > 0:
                soonest = min(soonest, wait)
                waiting.append(quotas)
                if quotas[0].calls and pacing.wait(quotas[:1], now) > 0:
                    break  # the bot's own window is full: nobody else may go either
                continue
            order += 1
            arrive = now + rng.uniform(0.005, 0.03)
            arrivals.append((arrive, quotas))
            heapq.heappush(heap, (arrive + rng.uniform(0.005, 0.03), order, pacing.started(quotas, now)))
        if waiting and soonest < float("inf"):
            order += 1
            heapq.heappush(heap, (now + max(soonest, 1e-6), order, None))
    for arrive, quotas in sorted(arrivals, key=lambda one: one[0]):
        if arrive < seconds:
            done, refused = (done + 1, refused) if strict.accepts(quotas, arrive) else (done, refused + 1)
    return done, refused


def private(number: int) -> tuple[Quota, ...]:
    return BOT, Quota(key=f"chat:{number}", calls=1, seconds=1.0)


def group(number: int) -> tuple[Quota, ...]:
    return (
        BOT,
        Quota(key=f"chat:{number}", calls=1, seconds=1.0),
        Quota(key=f"group:{number}", calls=20, seconds=60.0),
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_backlog_uses_the_quota_without_a_refusal(seed: int) -> None:
    """96 % of 30/s for a minute over jittery connections, and the strict limiter never says no."""
    accepted, refused = simulate([private(number) for number in range(2000)], 60.0, seed)

    assert 0 == refused
    assert accepted >= 0.96 * 30 * 60


def test_chats_and_groups_keep_their_own_limits_beside_the_bots() -> None:
    """A mixed load, several messages for each group: no refusal, and the quota is still used."""
    load = [private(number) for number in range(1900)]
    for number in range(5):
        load[number * 7 : number * 7] = [group(-number - 1) for _ in range(4)]

    accepted, refused = simulate(load, 60.0, 5)

    assert 0 == refused
    assert accepted >= 0.96 * 30 * 60


def test_a_slot_frees_its_seconds_after_the_reply() -> None:
    """Not after the start: a slow reply moves the slot."""
    pacing, one = Pacing(), (Quota(key="k", calls=1, seconds=1.0),)
    ticket = pacing.started(one, 0.0)
    assert 1.0 == pacing.wait(one, 5.0)
    pacing.replied(ticket, 5.0)

    assert 0.5 == pacing.wait(one, 5.5)
    assert 0.0 == pacing.wait(one, 6.0)


def test_a_closed_gate_holds_up_its_own_only() -> None:
    """One chat's pause is not another's, and a later shorter pause does not shorten it."""
    pacing = Pacing()
    pacing.pause("chat:1", 30.0)
    pacing.pause("chat:1", 10.0)

    assert 20.0 == pacing.wait((), 10.0, gates=("bot", "chat:1"))
    assert 0.0 == pacing.wait((), 10.0, gates=("bot", "chat:2"))
    assert 0.0 == pacing.wait((), 30.0, gates=("chat:1",))


def test_idle_windows_are_forgotten() -> None:
    """A hundred thousand chats told once leave no more than the sweep's threshold behind."""
    pacing = Pacing()
    for number in range(100_000):
        now = number / 30
        quotas = private(number)
        pacing.replied(pacing.started(quotas, now), now)

    assert len(pacing) <= 2 * SWEEP_AT

"""Each scenario of `make soak`, small; and that each of them sees the defect that it is there for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from tests.soak.kills import kills
from tests.soak.mutants import ForgetsPauses
from tests.soak.outages import OUTAGES, outages
from tests.soak.power import EverySecond, power_cuts
from tests.soak.storms import small_storms, storm
from tests.soak.takeovers import takeovers
from tests.soak.verdict import Measured, Verdict, table

SEED = 20_261_124

pytestmark = pytest.mark.slow


def promised(verdict: Verdict) -> None:
    """Nothing is lost, no more comes twice than may, and nothing else is wrong."""
    assert (0, ()) == (verdict.lost, verdict.wrong), verdict
    assert verdict.duplicates <= verdict.bound, verdict
    assert verdict.passed


async def test_killed_workers_lose_nothing() -> None:
    """Ten SIGKILLs between a worker's start and its twelfth message."""
    verdict = await kills(SEED, 10)
    promised(verdict)
    assert 10 == verdict.size


async def test_the_other_process_takes_over() -> None:
    """The sending one of two processes stands still, and wakes when the other has sent everything."""
    verdict = await takeovers(SEED, 1, lanes=1)
    promised(verdict)
    assert 1 == verdict.size


async def test_power_cuts_lose_nothing_that_was_acknowledged() -> None:
    """The append-only file ends anywhere behind the last fsync."""
    promised(await power_cuts(SEED, 3))


async def test_the_power_cuts_are_real() -> None:
    """With an fsync a second the same cuts lose reports: the harness can see a loss."""
    verdict = await power_cuts(SEED, 3, server=EverySecond)
    assert verdict.lost > 0, verdict
    assert verdict.passed


async def test_a_storm_of_refusals_is_sat_out() -> None:
    """One request in twenty is refused for up to half a minute: nobody is asked before that."""
    verdict = await storm(SEED, 2000)
    promised(verdict)
    assert " 0 refused" not in verdict.note


async def test_small_storms_with_long_pauses() -> None:
    """Pauses of a chat or of the whole bot, up to an hour, and lost connections, in virtual time."""
    promised(await small_storms(SEED, 50))


async def test_sending_goes_on_after_every_kind_of_outage() -> None:
    """The store stops, pauses, is full, takes no writes, and is restarted."""
    verdict = await outages(SEED, len(OUTAGES))
    promised(verdict)
    assert 5 == verdict.size


async def test_acknowledging_before_sending_is_seen() -> None:
    """Whoever acknowledges what it takes loses what it holds when it is killed."""
    verdict = await kills(SEED, 2, lanes=1, life="tests.soak.mutants:acknowledge_first")
    assert verdict.lost > 0, verdict
    assert not verdict.passed


async def test_marking_as_seen_before_enqueueing_is_seen() -> None:
    """Whoever is killed between the two steps never tells the report."""
    verdict = await kills(SEED, 3, lanes=1, life="tests.soak.mutants:seen_first")
    assert verdict.lost > 0, verdict
    assert not verdict.passed


async def test_sending_without_a_lease_is_seen() -> None:
    """Whoever wakes up and sends on repeats more than a sender has on its way at once."""
    verdict = await takeovers(SEED, 1, lanes=1, life="tests.soak.mutants:no_lease")
    assert verdict.duplicates > verdict.bound, verdict
    assert not verdict.passed


async def test_asking_during_a_pause_is_seen() -> None:
    """Whoever holds back the refused message alone asks for its chat's next one too early."""
    verdict = await storm(SEED, 400, sending=ForgetsPauses)
    assert any("pause" in what for what in verdict.wrong), verdict
    assert not verdict.passed


FINE = Verdict(scenario="sample", size=3, unit="kills", lost=0, duplicates=2, bound=24, note="a sample")


@pytest.mark.parametrize(
    ("passed", "verdict"),
    [
        (True, FINE),
        (False, replace(FINE, lost=1)),
        (False, replace(FINE, duplicates=25)),
        (False, replace(FINE, wrong=("one kill repeated 9, more than 8",))),
        (False, replace(FINE, control=True)),
        (True, replace(FINE, control=True, lost=1)),
    ],
)
def test_the_table_says_who_failed(passed: bool, verdict: Verdict) -> None:
    """Loss, too many duplicates, anything else that is wrong; and a control that loses nothing."""
    assert passed == verdict.passed
    measured = Measured(verdict=verdict, asked=5, seconds=1.0)
    console = Console(width=110)
    with console.capture() as shown:
        console.print(table([measured]))
    assert passed == ("FAILED" not in shown.get())
    assert "3 kills of 5" in shown.get()
    reasons = [line for line in measured.lines() if "WRONG" in line]
    assert (not passed and (bool(verdict.wrong) or verdict.control)) == bool(reasons)

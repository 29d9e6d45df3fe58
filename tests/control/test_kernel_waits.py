"""Waits in the kernel that nobody watches: noticed at once, and the others go on."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from ipcsim.control.deciding import first
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.steps import Choice, State
from tests.control.test_program import at_random, following

PROGRAM = Path(__file__).parent / "programs" / "kernel_waits.py"
OUTSIDE_S = 6.0

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who sleeps")


def waits_first(state: State) -> Choice:
    """Who waits for the other goes first, as far as it can."""
    enabled = state.enabled()
    order = sorted(enabled, key=lambda c: ("waits" not in c.actor, c.actor != "main"))
    return Choice(order[0].actor)


@pytest.mark.parametrize("kind", ["pipe", "fifo", "socket", "program"])
def test_who_waits_in_the_kernel_is_not_waited_for(kind: str) -> None:
    outside: set[str] = set()
    waiting: set[str] = set()

    def decide(state: State) -> Choice:
        outside.update(state.outside)
        waiting.update(state.waiting)
        return waits_first(state)

    with ProgramExecutor(PROGRAM, parameters={"kind": kind}, outside_s=OUTSIDE_S) as executor:
        execution = executor.run(decide)
    assert execution.outcome.kind == "clean", execution.outcome
    assert execution.output == b"2\n"
    assert outside == waiting == {"main/waits"}
    assert execution.duration_s < OUTSIDE_S / 2


@pytest.mark.parametrize("kind", ["pipe", "socket", "program"])
def test_a_schedule_with_such_a_wait_is_the_same_again(kind: str) -> None:
    with ProgramExecutor(PROGRAM, parameters={"kind": kind}) as executor:
        for decide in (waits_first, at_random(1), at_random(2)):
            one = executor.run(decide)
            again = executor.run(following(one.choices()))
            assert again.choices() == one.choices()
            assert [s.operation.call for s in again.steps] == [s.operation.call for s in one.steps]
            assert again.output == one.output


def test_nobody_is_waited_for_again_and_again() -> None:
    """Main was outside control for a while, and waits now for who will never come back."""
    program = PROGRAM.with_name("named_pipe.py")
    with ProgramExecutor(program, outside_s=0.5) as executor:
        executor.until = time.monotonic() + 10
        execution = executor.run(first)
    assert execution.outcome.kind == "outside"
    assert execution.outcome.actors == ("main/Process-2",)


def test_whom_nobody_wakes_is_named_with_its_line() -> None:
    with ProgramExecutor(PROGRAM, parameters={"kind": "never"}, outside_s=0.5) as executor:
        execution = executor.run(waits_first)
    assert execution.outcome.kind == "outside"
    assert "main/waits left control: waits in something" in execution.outcome.sentence


def test_time_passes_in_waits_for_what_is_not_under_control() -> None:
    with ProgramExecutor(PROGRAM, parameters={"kind": "timed"}) as executor:
        for decide in (waits_first, at_random(1)):
            execution = executor.run(decide)
            assert execution.outcome.kind in ("clean", "lost_update"), execution.errors.decode()
            assert execution.output in (b"1\n", b"2\n")

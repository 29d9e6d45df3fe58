"""asyncio under control: timers on the virtual clock, executors' threads, streams."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ipcsim.control.program import ProgramExecutor
from ipcsim.operations import Op
from tests.control.test_leaves import account
from tests.control.test_program import at_random, following

PROGRAM = Path(__file__).parent / "programs" / "leaves_asyncio.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="templates fork")


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("kind", ["ticks", "threads"])
def test_event_loops_step_on_the_virtual_clock(kind: str, method: str) -> None:
    parameters = {"kind": kind}
    with ProgramExecutor(PROGRAM, parameters=parameters, start_method=method) as executor:
        for seed in range(2):
            execution = executor.run(at_random(seed))
            assert execution.outcome.kind in ("clean", "lost_update"), execution.outcome
            assert execution.duration_s < 5  # of 30 to 60 s
            again = executor.run(following(execution.choices()))
            assert account(again.steps) == account(execution.steps)
            assert again.output == execution.output
    assert Op.WAIT in {step.operation.op for step in execution.steps}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who sleeps")
def test_streams_between_processes_go_on_although_they_are_not_watched() -> None:
    with ProgramExecutor(PROGRAM, parameters={"kind": "streams"}) as executor:
        for seed in range(3):
            execution = executor.run(at_random(seed))
            assert execution.outcome.kind == "clean", execution.outcome
            assert execution.output == b"got it\n3\n"
            assert execution.duration_s < 1.9


def test_a_callback_from_a_thread_wakes_the_loop() -> None:
    with ProgramExecutor(PROGRAM, parameters={"kind": "threads"}) as executor:
        steps = executor.run(at_random(0)).steps
    loop = {s.operation.object for s in steps if s.operation.call == "wait for asyncio.loop"}
    woken = {s.operation.object for s in steps if s.operation.call == "asyncio.loop.send()"}
    assert loop
    assert loop <= woken

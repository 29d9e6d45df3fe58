"""Who is late because the machine is busy is waited for; who can't come isn't."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ipcsim.control.program import ProgramExecutor
from ipcsim.control.settling import BEGINS_S
from ipcsim.control.steps import Choice, State
from tests.control.test_program import first

PROGRAM = Path(__file__).parent / "programs" / "late.py"
BURNER = "import time\nwhile time.process_time() < 8: pass"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who is kept")


def test_a_new_interpreter_may_take_longer_to_begin_than_steps_may() -> None:
    with ProgramExecutor(PROGRAM, start_method="spawn", outside_s=0.5) as executor:
        execution = executor.run(first)
    assert execution.outcome.kind == "clean", execution.outcome
    assert execution.output == b"worked\n"


def test_who_died_before_it_began_is_not_waited_for() -> None:
    parameters = {"loads": False}
    with ProgramExecutor(PROGRAM, parameters=parameters, start_method="spawn") as executor:
        execution = executor.run(first)
    assert execution.outcome.kind == "diverged"
    assert "was started but never began" in execution.outcome.sentence
    assert execution.duration_s < BEGINS_S / 2


def test_time_in_which_others_have_the_processor_is_nobody_s_own() -> None:
    core = min(os.sched_getaffinity(0))
    outside: set[str] = set()

    def decide(state: State) -> Choice:
        outside.update(state.outside)
        return first(state)

    others = [subprocess.Popen([sys.executable, "-c", BURNER]) for _ in range(4)]
    try:
        for other in others:
            os.sched_setaffinity(other.pid, {core})
        with ProgramExecutor(PROGRAM, start_method="fork", outside_s=0.8, core=core) as executor:
            execution = executor.run(decide)
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert execution.duration_s > 0.8  # computing 0.4 s has taken longer than we wait for others
    assert not outside
    assert execution.output == b"worked\n"

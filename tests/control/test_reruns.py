"""Bodies that are run again without forking: the same outcomes, or a reason why not."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ipcsim.control.deciding import following
from ipcsim.control.executor import Decide
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.reruns import RerunExecutor
from ipcsim.control.steps import Choice, State
from ipcsim.operations import Op
from ipcsim.run.lessons import find_variant
from ipcsim.supervisor.sessions import remove_stale

PROGRAMS = Path(__file__).parent / "programs"
CHANGING = PROGRAMS / "changing.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="templates fork; issue 4")


def walking(seed: int) -> Decide:
    dice = random.Random(seed)

    def decide(state: State) -> Choice:
        candidate = dice.choice(state.enabled())
        return Choice(candidate.actor, dice.choice(candidate.choices))

    return decide


def lesson(name: str) -> tuple[Path, dict[str, Any]]:
    return find_variant(name).program, {"workers": 2, "rounds": 2}


def small(name: str) -> tuple[Path, dict[str, Any]]:
    found = find_variant(name)
    return found.program, found.lesson.explore


@pytest.mark.parametrize(
    ("program", "parameters"),
    [
        (PROGRAMS / "raw_counter.py", {"workers": 3}),
        (*lesson("lost_update/broken"),),
        (*lesson("lost_update/fixed"),),
        (find_variant("phases/broken").program, {"workers": 2}),
        (*small("cash_machines/broken"),),
        (*small("array_swaps/broken"),),
        (PROGRAMS / "sleeping.py", {}),
        (CHANGING, {"way": "error"}),
        (CHANGING, {"way": "output"}),
    ],
)
def test_an_execution_is_what_it_is_on_fresh_processes(
    program: Path, parameters: dict[str, Any]
) -> None:
    with (
        RerunExecutor(program, parameters=parameters) as quick,
        ProgramExecutor(program, parameters=parameters) as fresh,
    ):
        kinds = set()
        for seed in range(25):
            once = quick.run(walking(seed))
            again = fresh.run(following(once.steps, None))
            assert once.steps == again.steps
            assert (once.outcome, once.output) == (again.outcome, again.output)
            assert once.offered == again.offered
            assert once.exit_codes == again.exit_codes
            kinds.add(once.outcome.kind)
        assert (quick.reason, quick.reruns) == ("", 25)


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("globals", "changed its globals"),
        ("counter", "changed its globals"),
        ("function", "changed its globals"),
        ("descriptors", "changed its descriptors"),
        ("objects", "made shared objects"),
    ],
)
def test_who_changes_itself_is_forked_afresh(way: str, reason: str) -> None:
    with RerunExecutor(CHANGING, parameters={"way": way}) as executor:
        outputs = {executor.run(walking(seed)).output.splitlines()[-1] for seed in range(4)}
        assert outputs == {b"2 [0, 0]"}
        assert executor.reruns <= 1
        assert re.search(reason, executor.reason), executor.reason


def test_blocks_of_shared_memory_are_not_put_back() -> None:
    program = find_variant("shareable_list/broken").program
    with RerunExecutor(program, parameters={"workers": 2, "rounds": 1}) as executor:
        for seed in range(3):
            executor.run(walking(seed), 3000)
        assert executor.reason.endswith("it may share memory that can't be put back")
        assert executor.reruns == 1


def test_who_gets_stuck_is_started_anew() -> None:
    program = find_variant("lost_wakeup/broken").program
    with RerunExecutor(program, parameters={"workers": 2}) as executor:
        kinds = [executor.run(walking(seed)).outcome.kind for seed in range(20)]
    assert {"clean", "deadlock"} <= set(kinds)


def test_whoever_leaves_early_gets_what_there_was() -> None:
    with RerunExecutor(PROGRAMS / "raw_counter.py") as executor:

        def decide(state: State) -> Choice | None:
            if any(step.operation.op is Op.WRITE for step in state.steps):
                return None
            candidate = state.enabled()[0]
            return Choice(candidate.actor)

        execution = executor.run(decide)
        assert execution.steps[-1].operation.op is Op.WRITE
        assert len(execution.offered) == len(execution.steps) + 1
        assert executor.run(walking(0)).output in (b"1\n", b"2\n")
        assert executor.reruns == 2


def test_a_schedule_that_is_known_is_taken_turn_by_turn_without_asking() -> None:
    program = find_variant("two_locks/fixed").program
    with RerunExecutor(program) as executor:
        executor.run(walking(0))  # and see that they sleep
        found = [executor.run(walking(seed)) for seed in range(6)]
        assert executor.reruns == 7
        assert executor._team is not None
        moves = executor._team.moves
        assert moves is not None
        states = moves.states
        again = [executor.run(walking(seed)) for seed in range(6)]
        assert moves.states == states, "nothing new was seen"
    for once, other in zip(found, again, strict=True):
        assert once.steps == other.steps
        assert once.offered == other.offered
        assert (once.outcome, once.output) == (other.outcome, other.output)


def test_schedules_that_are_new_lead_through_states_that_are_known() -> None:
    with RerunExecutor(PROGRAMS / "raw_counter.py", parameters={"workers": 3}) as executor:
        ways = [executor.run(walking(seed)).choices() for seed in range(60)]
        assert executor._team is not None
        assert executor._team.moves is not None
        states = executor._team.moves.states
    prefixes = {tuple(way[:length]) for way in ways for length in range(len(way) + 1)}
    assert states < len(prefixes) / 2


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("counts", "does something else when it is run again"),
        ("dies", "does not come back"),
        ("stays", "does not come back"),
    ],
)
def test_who_is_another_when_run_again_is_forked_afresh(way: str, reason: str) -> None:
    program = PROGRAMS / "remembering.py"
    with RerunExecutor(program, parameters={"way": way}, outside_s=0.5) as executor:
        runs = [executor.run(walking(3))]
        runs += [executor.run(following(runs[0].steps, None)) for _ in range(4)]
        assert re.search(reason, executor.reason), executor.reason
        assert executor.reruns in (1, 2)
    assert {run.outcome.key for run in runs} == {runs[0].outcome.key}
    assert all(run.steps == runs[0].steps for run in runs)
    assert {run.output for run in runs} == {runs[0].output}


def test_nobody_is_left_where_the_controller_is_killed() -> None:
    program = """
import sys, time
from pathlib import Path
from ipcsim.control.reruns import RerunExecutor
from ipcsim.control.steps import Choice
executor = RerunExecutor(Path(sys.argv[1]))
executor.run(lambda state: Choice(state.enabled()[0].actor))
team = executor._team
print(*[actor.pid for actor in (*team.workers, team.main)], flush=True)
time.sleep(60)
"""
    command = [sys.executable, "-c", program, str(PROGRAMS / "raw_counter.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as controller:
        assert controller.stdout is not None
        pids = [int(pid) for pid in controller.stdout.readline().split()]
        controller.kill()
    assert len(pids) == 3
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(is_alive(pid) for pid in pids):
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in pids)


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="semaphores have no files; issue 4")
def test_names_of_its_semaphores_go_at_the_next_start() -> None:
    program = """
import time
from ipcsim.control.table import Table
from ipcsim.supervisor.sessions import new_folder
folder = new_folder("explore")
table = Table(folder, 2)
print(folder, *table.settings()["semaphores"], flush=True)
time.sleep(60)
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as explorer:
        assert explorer.stdout is not None
        folder, *names = explorer.stdout.readline().split()
        explorer.kill()
    left = [Path(folder), *(Path(f"/dev/shm/sem.{name[1:]}") for name in names)]
    assert len(left) == 4
    assert all(path.exists() for path in left)
    remove_stale()
    assert not any(path.exists() for path in left)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_who_is_outside_control_is_not_seated() -> None:
    with RerunExecutor(PROGRAMS / "server.py", outside_s=0.5) as executor:
        for seed in range(2):
            assert executor.run(walking(seed)).outcome.kind == "clean"
        assert executor.whole

"""Bodies that are forked afresh for each schedule: the same executions, or a reason why not."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from ipcsim.control.deaths import has_died
from ipcsim.control.deciding import first, following
from ipcsim.control.executor import Decide
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.reruns import RerunExecutor
from ipcsim.control.steps import Choice, State
from ipcsim.operations import Op
from ipcsim.run.lessons import find_variant

PROGRAMS = Path(__file__).parent / "programs"
CHANGING = PROGRAMS / "changing.py"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks without its library's help")


def walking(seed: int) -> Decide:
    dice = random.Random(seed)

    def decide(state: State) -> Choice:
        candidate = dice.choice(state.enabled())
        return Choice(candidate.actor, dice.choice(candidate.choices))

    return decide


def lesson(name: str) -> tuple[Path, dict[str, Any]]:
    return find_variant(name).program, {"workers": 2, "rounds": 2}


@pytest.mark.parametrize(
    ("program", "parameters"),
    [
        (PROGRAMS / "raw_counter.py", {"workers": 3}),
        (*lesson("lost_update/broken"),),
        (*lesson("lost_update/fixed"),),
        (find_variant("phases/broken").program, {"workers": 2}),
        (find_variant("shareable_list/broken").program, {"workers": 2, "rounds": 1}),
        *[
            (CHANGING, {"way": way})
            for way in (
                "error",
                "globals",
                "descriptors",
                "objects",
                "output",
                "thread",
                "parent",
                "stuck",
            )
        ],
    ],
)
def test_an_execution_is_what_it_is_on_fresh_processes(
    program: Path, parameters: dict[str, Any]
) -> None:
    with (
        RerunExecutor(program, again=False, parameters=parameters) as quick,
        ProgramExecutor(program, parameters=parameters) as fresh,
    ):
        for seed in range(14):
            once = quick.run(walking(seed % 7))
            again = fresh.run(following(once.steps, None))
            assert once.steps == again.steps
            assert (once.outcome, once.output) == (again.outcome, again.output)
            assert once.errors == again.errors
            assert once.offered == again.offered
            assert once.exit_codes == again.exit_codes
        assert (quick.whole, quick.forked) == ("", 14)


def test_who_changes_itself_is_forked_before_its_body() -> None:
    with RerunExecutor(CHANGING, parameters={"way": "globals"}) as executor:
        outputs = {executor.run(walking(seed)).output for seed in range(6)}
        assert outputs == {b"2 [0, 0]\n"}
        assert executor.reruns == 1
        assert re.search("changed its globals", executor.reason)
        assert (executor.whole, executor.forked) == ("", 5)


@pytest.mark.parametrize(
    ("way", "reason"),
    [("pipe", "more than use memory and locks"), ("mmap", "not everybody can be brought")],
)
def test_who_shares_more_is_forked_from_its_beginning(way: str, reason: str) -> None:
    with RerunExecutor(CHANGING, parameters={"way": way}) as executor:
        assert {executor.run(walking(seed)).output for seed in range(3)} == {b"2 [0, 0]\n"}
        assert executor.forked == 0
        assert re.search(reason, executor.whole), executor.whole


def test_who_is_killed_in_its_body_is_forked_again() -> None:
    with RerunExecutor(CHANGING, again=False, parameters={"way": "die"}) as executor:
        for seed in range(4):
            execution = executor.run(walking(seed))
            assert execution.outcome.kind == "killed"
            assert execution.output == b"2 [-9, 0]\n"


def test_whoever_leaves_early_gets_what_there_was() -> None:
    with RerunExecutor(PROGRAMS / "raw_counter.py", again=False) as executor:

        def decide(state: State) -> Choice | None:
            if any(step.operation.op is Op.WRITE for step in state.steps):
                return None
            return Choice(state.enabled()[0].actor)

        execution = executor.run(decide)
        assert execution.steps[-1].operation.op is Op.WRITE
        assert len(execution.offered) == len(execution.steps) + 1
        assert executor.run(walking(0)).output in (b"1\n", b"2\n")
        assert executor.forked == 2


def test_who_gets_stuck_is_forked_again_and_nobody_is_left() -> None:
    with RerunExecutor(CHANGING, again=False, parameters={"way": "stuck"}) as executor:
        kinds = [
            executor.run(decide).outcome.kind for decide in (first, walking(1), walking(2)) * 4
        ]
        assert set(kinds) == {"clean", "deadlock"}
        assert (executor.whole, executor.forked) == ("", 12)
        assert executor._team is not None
        pids = [worker.pid for worker in executor._team.workers]
    for pid in pids:
        assert has_died(pid, within_s=10)

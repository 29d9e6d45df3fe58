"""What is said of the shortest failure: the operations that matter, and only these."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ipcsim.cli import command
from ipcsim.explore.explain import Remark, explain
from ipcsim.explore.explorer import Exploration, explore, verdict
from ipcsim.explore.finished import finish
from ipcsim.explore.settings import Program, Settings
from ipcsim.run.spec import RunSpec

FAILING = Path(__file__).parent / "real" / "failing.py"


def explored(way: str) -> tuple[Exploration, list[Remark]]:
    program = Program(RunSpec(program=FAILING, parameters={"way": way}))
    state = explore(program.executor, Settings(jobs=1, schedules=40))
    found = finish(state, program.forked, program.fresh).minimised
    return state, explain(found.execution) if found is not None else []


def test_who_does_not_get_a_lock_is_told_who_has_it() -> None:
    _state, remarks = explored("try_lock")
    lock, trying = remarks
    assert lock.call.endswith(".acquire()")
    assert trying.call.endswith(".acquire(False)")
    assert trying.note == f"doesn't get it: {lock.actor} has it since step {lock.number}"


def test_who_looked_for_a_file_too_early_is_among_it() -> None:
    _state, remarks = explored("look_for")
    assert [remark.call for remark in remarks] == [
        "exists(lock)",
        "open(lock, 'w')",
        "open(lock, 'w')",
    ]
    assert remarks[1].note.startswith("changes what main/Process-1 has read")


def test_all_who_hold_units_of_a_semaphore_are_named() -> None:
    _state, remarks = explored("take_two")
    holding = {remark.actor for remark in remarks if remark.note == "and keeps it"}
    assert holding == {"main/Process-1", "main/Process-2"}


@pytest.mark.parametrize(
    ("way", "why"),
    [("overfill", "waits: tasks is full"), ("enter_twice", "waits for self.sem: nobody")],
)
def test_a_full_queue_is_told_from_a_semaphore_of_that_name(way: str, why: str) -> None:
    _state, remarks = explored(way)
    assert [r.actor for r in remarks if r.number is None] == ["main"]  # not the idle feeder
    assert remarks[-1].note.startswith(why)


def test_where_only_the_order_counts_it_is_told() -> None:
    _state, remarks = explored("walk")
    assert remarks
    assert {remark.actor for remark in remarks} >= {"main/Process-1", "main/Process-2"}


def test_chance_that_control_takes_out_is_told_and_views_take_all_away() -> None:
    state, _remarks = explored("lucky")
    assert "random numbers (line 47) were the same in every run" in verdict(state)
    assert ("memoryview()", 48) in [(one.what, one.line) for one in state.unseen]
    assert not state.exhausted


def test_the_plain_order_is_that_of_the_starts(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    call = ["explore", "--jobs", "1", "--set", "way=say", "--outcome", "stdout"]
    assert command([*call, "--report", str(report), str(FAILING)]) == 1
    outcomes = json.loads(report.read_text("utf-8"))["outcomes"]
    assert {o["key"]: o["fails"] for o in outcomes} == {
        r"clean b'one\ntwo\n'": False,
        r"clean b'two\none\n'": True,
    }


def test_another_output_is_not_said_to_have_ended_well(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = tmp_path / "other.schedule"
    call = ["explore", "--jobs", "1", "--set", "way=say", "--outcome", "stdout"]
    assert command([*call, "--save-schedule", str(kept), str(FAILING)]) == 1
    shortest = capsys.readouterr().out.partition("Shortest failure")[2]
    assert "another output: two" in shortest
    assert "ended well" not in shortest
    assert '"sentence": "another output: two' in kept.read_text("utf-8")
    assert command(["replay", str(kept)]) == 0
    longer = json.loads(kept.read_text("utf-8"))
    longer["choices"].append(["main", "begin", 0])
    kept.write_text(json.dumps(longer), "utf-8")
    assert command(["replay", str(kept)]) == 2
    assert "the program has ended before" in " ".join(capsys.readouterr().err.split())

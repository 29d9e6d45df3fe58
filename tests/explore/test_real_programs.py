"""Exploration of real processes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ipcsim import explore as package
from ipcsim.cli import command
from ipcsim.control.program import ProgramExecutor
from ipcsim.explore.explain import explain
from ipcsim.explore.explorer import Exploration, explore
from ipcsim.explore.finished import finish
from ipcsim.explore.settings import Program, Settings
from ipcsim.run.lessons import find_variant
from ipcsim.run.spec import RunSpec

REAL = Path(__file__).parent / "real"
SCHEMA = json.loads(Path(package.__file__).with_name("report.schema.json").read_text())


def program(name: str, **parameters: object) -> Program:
    return Program(RunSpec(program=REAL / f"{name}.py", parameters=parameters))


def lesson(name: str, **parameters: object) -> Program:
    found = find_variant(name)
    spec = RunSpec(program=found.program, parameters=parameters, lesson=name)
    return Program(spec, found.variant.expected())


def counts(state: Exploration) -> dict[str, int]:
    return {kind.outcome.kind: kind.count for kind in state.tally.sorted()}


@pytest.mark.parametrize(
    ("searched", "expected"),
    [
        (program("raw_value"), {"clean": 2, "lost_update": 2}),
        (program("raw_value", lock=True), {"clean": 2}),
        (program("raw_value", lock=True, workers=3), {"clean": 6}),
        (program("independent", workers=3), {"clean": 1}),
        (lesson("two_locks", rounds=1), {"clean": 4, "deadlock": 2}),
        (lesson("lost_update", rounds=1, workers=2), {"lost_update": 8, "clean": 4}),
    ],
)
def test_textbook_counts_on_real_processes(searched: Program, expected: dict[str, int]) -> None:
    state = explore(searched.executor, Settings(strategy="dpor", jobs=1))
    assert state.exhausted
    assert counts(state) == expected
    assert state.tally.schedules == sum(expected.values())


def test_several_jobs_find_the_same() -> None:
    searched = lesson("lost_update", rounds=1, workers=2)
    alone = explore(searched.executor, Settings(jobs=1))
    several = explore(searched.executor, Settings(jobs=2))
    assert alone.exhausted
    assert several.exhausted
    assert counts(alone) == counts(several)


def test_a_failure_is_confirmed_and_explained() -> None:
    searched = lesson("lost_update", rounds=1, workers=2)
    state = explore(searched.executor, Settings(strategy="dpor", jobs=1))
    finished = finish(state, searched.forked, searched.fresh)
    assert [kind.outcome.kind for kind in finished.confirmed] == ["lost_update"]
    assert finished.minimised is not None
    calls = [(remark.call, remark.line) for remark in explain(finished.minimised.execution)]
    assert calls == [("read counter", 9), ("write counter", 9), ("write counter", 9)]


def test_explore_and_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, report = tmp_path / "lost.schedule", tmp_path / "report.json"
    source = tmp_path / "raw_value.py"
    source.write_text((REAL / "raw_value.py").read_text())
    arguments = ["explore", "--jobs", "1", "--save-schedule", str(file), "--report", str(report)]
    assert command([*arguments, str(source)]) == 1
    content = json.loads(report.read_text())
    jsonschema.validate(content, SCHEMA)
    assert content["exhausted"]
    assert content["distinct"] == 4
    assert {o["outcome"]: o["count"] for o in content["outcomes"]} == {"clean": 2, "lost_update": 2}
    assert content["minimised"]["switches"] <= 6
    assert "all 4 distinct interleavings" in capsys.readouterr().out

    assert command(["replay", str(file)]) == 0
    assert "The same outcome" in capsys.readouterr().out

    source.write_text("# another version\n" + source.read_text())
    assert command(["replay", str(file)]) == 2
    assert "has changed" in capsys.readouterr().err
    assert command(["replay", "--anyway", str(file)]) == 0

    source.write_text(source.read_text().replace("if lock is None", "if lock is not None"))
    assert command(["replay", "--anyway", str(file)]) == 1
    assert "is to do" in capsys.readouterr().err


def test_nothing_fails(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    call = ["explore", "--jobs", "1", "--set", "lock=True", "--report", str(report)]
    assert command([*call, str(REAL / "raw_value.py")]) == 0
    content = json.loads(report.read_text())
    jsonschema.validate(content, SCHEMA)
    assert content["minimised"] is None


def test_chance_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["explore", "--jobs", "1", "--strategy", "dpor", str(REAL / "by_chance.py")]
    assert command(call) == 2
    said = " ".join(capsys.readouterr().out.split())
    assert "not the same twice" in said
    assert "line 8: if os.urandom(1)[0] < 128" in said


def test_what_never_ends_is_bounded() -> None:
    searched = program("never_ends")
    state = explore(searched.executor, Settings(steps=200, jobs=1, time_s=5, schedules=3))
    assert counts(state) == {"unfinished": 1}
    assert not state.exhausted
    arguments = ["explore", "--jobs", "1", "--steps", "200", "--time", "3"]
    assert command([*arguments, str(REAL / "never_ends.py")]) == 2


@pytest.mark.parametrize("name", ["forks_for_ever", "forks_wide"])
def test_what_forks_for_ever_is_bounded(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["explore", "--jobs", "1", "--time", "1"]
    assert command([*arguments, str(REAL / f"{name}.py")]) == 2
    assert "more than 64 processes and threads at once" in capsys.readouterr().out


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_does_not_end_in_time_is_ended(jobs: int) -> None:
    state = explore(program("endless").executor, Settings(steps=10**9, jobs=jobs, time_s=1))
    assert set(state.tally.unjudged) == {"a run was not through when the time was over"}
    assert state.elapsed_s < 20
    assert not state.exhausted


def test_output_that_differs() -> None:
    assert command(["explore", "--jobs", "1", str(REAL / "first_come.py")]) == 0
    arguments = ["explore", "--jobs", "1", "--outcome", "stdout", str(REAL / "first_come.py")]
    assert command(arguments) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--time", "0", "lesson:two_locks"],
        ["--jobs", "0", "lesson:two_locks"],
        ["--preemptions", "-1", "lesson:two_locks"],
        ["--save-schedule", "/no/such/folder/x", "lesson:two_locks"],
        ["--set", "nothing=1", "lesson:two_locks"],
        ["no_such_program.py"],
        [],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    assert command(["explore", *arguments]) == 2


def test_who_leaves_control_is_named() -> None:
    def impatient(_core: int | None) -> ProgramExecutor:
        return ProgramExecutor(REAL / "computes.py", outside_s=0.3)

    state = explore(impatient, Settings(strategy="dpor", jobs=1, schedules=1))
    assert "main/Process-1 left control" in state.tally.unjudged[0]
    assert state.tally.distinct == 0
    assert not state.exhausted

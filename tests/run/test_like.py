"""A schedule that shows a finding of a free run: found, confirmed, and followed to just before."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import jsonschema
import pytest

from ipcsim.analysis import findings
from ipcsim.cli import command
from ipcsim.control.schedule import Schedule, read_schedule
from ipcsim.explore.outcomes import switches
from ipcsim.explore.settings import Program, Settings
from ipcsim.run import report
from ipcsim.run.lessons import find_variant
from ipcsim.run.like import search
from ipcsim.run.like_terminal import FOUND, NOT_FOUND, search_in_terminal, told
from ipcsim.run.looking import Shown
from ipcsim.run.report import FORMAT
from ipcsim.run.session import Session
from ipcsim.run.sought import LikeError, Sought, request_of, sought
from ipcsim.run.spec import RunSpec
from ipcsim.run.watching import watched

SCHEMA = json.loads(Path(report.__file__).with_name("report.schema.json").read_text("utf-8"))
LOCKS = """
    import multiprocessing as mp, time

    def both(one, other):
        with one:
            time.sleep(0.01)
            with other:
                pass

    if __name__ == "__main__":
        a, b = mp.Lock(), mp.Lock()
        team = [mp.Process(target=both, args=pair) for pair in ((a, b), (b, a))]
        for one in team:
            one.start()
        for one in team:
            one.join()
"""
ADD = """
    import multiprocessing as mp

    def add(counter, lock):
        with lock:
            counter.value += 1

    if __name__ == "__main__":
        counter, lock = mp.Value("i", 0), mp.{lock}
        team = [mp.Process(target=add, args=(counter, lock)) for _ in range(2)]
        for one in team:
            one.start()
        for one in team:
            one.join()
"""
BROKEN, SOUND = "Semaphore(2)", "Lock()"


def program(text: str, folder: Path) -> Program:
    file = folder / "program.py"
    file.write_text(textwrap.dedent(text), "utf-8")
    return Program(RunSpec(program=file))


def like(one: Program, wanted: Sought, seconds: float = 30) -> Shown:
    return search(one, str(one.spec.program), wanted, Settings(time_s=seconds))


def test_a_lock_order_that_went_well_deadlocks(tmp_path: Path) -> None:
    wanted = Sought("lock_order", "", frozenset({"a", "b"}), frozenset({("program.py", 7)}))
    one = program(LOCKS, tmp_path)
    shown = like(one, wanted)
    assert shown.graver
    assert shown.sentence.startswith("Deadlock: ")
    schedule = shown.schedule
    assert schedule is not None
    assert schedule.outcome.startswith("deadlock")
    before, rest = schedule.turns[: schedule.moment], schedule.turns[schedule.moment :]
    assert before
    assert not [turn for turn in before if turn.line == 5], "somebody has a lock already"
    assert [turn.call for turn in rest if turn.line == 5] == ["a.acquire()", "b.acquire()"]


def test_a_lock_order_that_gives_up_in_time_is_shown_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcsim.run.looking._CONTENT_S", 1.0)
    text = LOCKS.replace("with other:", "if other.acquire(timeout=1):").replace(
        "                pass", "                other.release()"
    )
    wanted = Sought("lock_order", "", frozenset({"a", "b"}), frozenset({("program.py", 7)}))
    shown = like(program(text, tmp_path), wanted)
    assert shown.schedule is not None
    assert not shown.graver
    assert shown.sentence.startswith("Two orders: ")
    assert told(wanted, shown).endswith("What it warns of was not found.")


def race(lock: str, folder: Path) -> tuple[Program, Sought]:
    one = program(ADD.format(lock=lock), folder)
    return one, Sought("data_race", "", frozenset({"counter"}), frozenset({("program.py", 6)}))


def test_a_race_that_went_well_loses_an_update(tmp_path: Path) -> None:
    one, wanted = race(BROKEN, tmp_path)
    shown = like(one, wanted)
    assert shown.graver
    assert shown.schedule is not None
    with watched(one.spec, shown.schedule.choices()) as seen:
        kinds = {finding.kind for finding in findings(seen.trace)}
        assert "lost_update" in kinds
    calls = [turn.call for turn in shown.schedule.turns[shown.schedule.moment :]]
    assert sum("write counter" in call for call in calls) == 2, "both are still before their write"


def test_a_sound_program_does_not_show_it(tmp_path: Path) -> None:
    one, wanted = race(SOUND, tmp_path)
    shown = like(one, wanted)
    assert shown.schedule is None
    assert shown.exhausted
    assert told(wanted, shown).startswith("Not found: none of all interleavings shows it")


def test_what_is_measured_has_no_schedule(tmp_path: Path) -> None:
    shown = like(program(LOCKS, tmp_path), Sought("convoy", ""))
    assert shown.schedules == 0
    assert "under control nothing takes time" in told(Sought("convoy", ""), shown)


def test_in_a_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told_in, kept = tmp_path / "report.json", tmp_path / "kept.schedule"
    facts = {"kind": "lock_order", "sentence": "", "objects": ["a"], "locations": ["program.py:7"]}
    told_in.write_text(json.dumps({"format": FORMAT, "findings": [facts]}), "utf-8")
    one = program(LOCKS, tmp_path)
    settings = Settings(time_s=30, save=kept, report=tmp_path / "shown.json")
    assert (
        search_in_terminal(one, "program.py", request_of(f"{told_in}:1").findings()[0], settings)
        == FOUND
    )
    assert "Deadlock: " in capfd.readouterr().out
    schedule: Schedule = read_schedule(kept)
    assert schedule.moment > 0
    assert settings.report is not None
    shown = json.loads(settings.report.read_text("utf-8"))
    jsonschema.validate(shown, SCHEMA)
    (deadlock,) = [one for one in shown["findings"] if one["kind"] == "deadlock"]
    assert deadlock["schedule"] == kept.read_text("utf-8"), "the finding has its schedule"
    facts["kind"] = "convoy"
    told_in.write_text(json.dumps({"format": FORMAT, "findings": [facts]}), "utf-8")
    assert (
        search_in_terminal(one, "program.py", request_of(f"{told_in}:1").findings()[0], settings)
        == NOT_FOUND
    )


def test_every_finding_of_a_report(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file, filled = report_of("lost_update", tmp_path, workers=2), tmp_path / "filled.json"
    content = json.loads(file.read_text("utf-8"))
    (lost,) = content["findings"]
    content["findings"].append({**lost, "kind": "convoy", "sentence": "A convoy."})
    file.write_text(json.dumps(content), "utf-8")
    arguments = ["--time", "30", "--like", str(file), "lesson:lost_update"]
    assert command(["explore", "--report", str(filled), *arguments]) == FOUND, capfd.readouterr()
    said = capfd.readouterr().out
    assert "2. A convoy." in said
    assert "under control nothing takes" in said
    after = json.loads(filled.read_text("utf-8"))
    jsonschema.validate(after, SCHEMA)
    (shown, convoy) = after["findings"]
    kept = tmp_path / "kept.schedule"
    kept.write_text(shown.pop("schedule"), "utf-8")
    assert read_schedule(kept).turns
    lost.pop("schedule")
    assert shown == lost, "the rest is as it was"
    assert not convoy["schedule"]
    assert command(["explore", "--save-schedule", str(kept), *arguments]) == 2
    assert "name one finding" in capfd.readouterr().err


def test_what_names_no_finding(tmp_path: Path) -> None:
    empty = tmp_path / "report.json"
    empty.write_text(json.dumps({"format": FORMAT, "findings": []}), "utf-8")
    for text, reason in (
        (str(empty), "has no findings"),
        (f"{empty}:1", "has 0 findings"),
        (f"{Path(__file__)}:1", "is no report"),
    ):
        with pytest.raises(LikeError, match=reason):
            request_of(text)


def test_it_has_as_few_switches_as_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcsim.run.looking._SHORTER_S", 60.0)
    one, wanted = race(BROKEN, tmp_path)
    shown = like(one, wanted)
    assert shown.schedule is not None
    # Main; the first reads; the second does all; the first writes; main. And who starts whom.
    assert switches(shown.schedule.choices()) <= 5


def test_a_queue_whose_pipe_is_full_blocks_under_control_too(tmp_path: Path) -> None:
    one = Program(RunSpec(program=find_variant("simple_queue").program))
    line = ("broken.py", 28)
    shown = like(one, Sought("blocked", "", frozenset({"tasks"}), frozenset({line})))
    assert shown.schedule is not None, told(Sought("blocked", ""), shown)
    assert "the queue's pipe is full" in shown.sentence


def report_of(lesson: str, folder: Path, **parameters: object) -> Path:
    """A report of a free run."""
    found = find_variant(lesson)
    spec = RunSpec(program=found.program, parameters=dict(parameters), lesson=lesson)
    with Session(spec) as session:
        while session.running:
            session.poll()
            session.wait(0.05)
        session.poll()
        content = report.report(session.trace, findings(session.trace), session.ended)
    file = folder / "free.json"
    file.write_text(json.dumps(content), "utf-8")
    return file


def test_what_needs_many_tasks_is_looked_for_with_as_many(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file, kept = report_of("futures", tmp_path, workers=2), tmp_path / "kept.schedule"
    told_in = ["--like", f"{file}:1", "--save-schedule", str(kept), "lesson:futures"]
    assert command(["explore", "--time", "30", *told_in]) == FOUND, capfd.readouterr()
    assert "waits for each result" in capfd.readouterr().out
    assert read_schedule(kept).parameters == {"workers": "2"}


def test_who_works_longest_is_shown_by_no_schedule(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = report_of("straggler", tmp_path)
    arguments = ["--time", "30", "--like", f"{file}:1", "lesson:straggler"]
    assert command(["explore", *arguments]) == NOT_FOUND
    assert "under control nothing takes" in capfd.readouterr().out


def test_a_program_is_run_as_the_findings_run_was() -> None:
    facts = {"kind": "deadlock", "sentence": "", "objects": [], "locations": []}
    run = {"parameters": {"workers": 3, "count": 2}, "args": ["--fast"], "start_method": "spawn"}
    spec = RunSpec(program=Path("program.py"), parameters={"count": "5"})
    spec = sought(facts, run).alike(spec)
    assert spec.parameters == {"workers": "3", "count": "5"}, "what is asked for comes first"
    assert (spec.args, spec.start_method) == (["--fast"], "spawn")

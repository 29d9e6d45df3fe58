"""A schedule that shows a finding of a free run: found, confirmed, and followed to just before."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import jsonschema
import pytest

from ipcsim.control.schedule import Schedule, read_schedule
from ipcsim.explore.settings import Program, Settings
from ipcsim.run import report
from ipcsim.run.like import LikeError, Shown, Sought, search, sought_of
from ipcsim.run.like_terminal import FOUND, NOT_FOUND, search_in_terminal, told
from ipcsim.run.report import FORMAT
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
    monkeypatch.setattr("ipcsim.run.like._CONTENT_S", 1.0)
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
        kinds = {finding.kind for finding in findings_of(seen.trace)}
        assert "lost_update" in kinds
    calls = [turn.call for turn in shown.schedule.turns[shown.schedule.moment :]]
    assert sum("write counter" in call for call in calls) == 2, "both are still before their write"


def findings_of(trace: object) -> list[object]:
    from ipcsim.analysis import findings

    return findings(trace)  # type: ignore[arg-type, return-value]


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
    assert search_in_terminal(one, str(one.spec.program), f"{told_in}:1", settings) == FOUND
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
    assert search_in_terminal(one, "program.py", f"{told_in}:1", settings) == NOT_FOUND


def test_what_names_no_finding(tmp_path: Path) -> None:
    empty = tmp_path / "report.json"
    empty.write_text(json.dumps({"format": FORMAT, "findings": []}), "utf-8")
    for text, reason in (
        (str(empty), "REPORT:NUMBER"),
        (f"{empty}:1", "has 0 findings"),
        (f"{Path(__file__)}:1", "is no report"),
    ):
        with pytest.raises(LikeError, match=reason):
            sought_of(text)

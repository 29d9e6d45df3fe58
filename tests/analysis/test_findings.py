"""Each finding where it belongs, and none on healthy programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcsim.analysis import WRONG, Finding, findings
from ipcsim.trace.recording import read_recording
from ipcsim.trace.trace import Trace
from tests.trace.scenes import SCENES
from tests.trace.scenes.messages import bounded_queue
from tests.trace.scenes.sharing import lost_update, lost_update_repaired

HEALTHY = (
    "array",
    "bounded_queue",
    "lock_contention",
    "lost_update_repaired",
    "manager",
    "ping_pong",
    "pool",
    "semaphore",
    "twenty_queues",
    "workers_1",
)


def of(name: str, folder: Path) -> tuple[Trace, list[Finding]]:
    path = folder / f"{name}.ipcsim"
    SCENES[name](path)
    trace, _reader = read_recording(path)
    return trace, findings(trace)


@pytest.mark.parametrize("name", HEALTHY)
def test_no_false_alarm(name: str, tmp_path: Path) -> None:
    assert [one for one in of(name, tmp_path)[1] if one.severity == WRONG] == []


def test_lost_updates(tmp_path: Path) -> None:
    trace, found = of("lost_update", tmp_path)
    (finding,) = found
    assert finding.kind == "lost_update"
    assert finding.locations == ("lost_update.py:7",)
    assert "updates of counter were lost: first, Process-" in finding.sentence
    assert finding.objects == (0,)
    assert trace.begin <= finding.time <= trace.end
    kinds = [trace.event(row).kind.name for row in finding.events]
    assert kinds[:3] == ["READ", "WRITE", "WRITE"]


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 6), st.integers(5, 60))
def test_lost_updates_are_never_more_than_there_were(workers: int, rounds: int) -> None:
    from tempfile import TemporaryDirectory

    from ipcsim.trace.accesses import accesses

    with TemporaryDirectory() as folder:
        path = Path(folder) / "r.ipcsim"
        lost_update(path, workers, rounds)
        trace, _reader = read_recording(path)
        one = accesses(trace, 0)
        final = int(trace.series(0, "value").last)
        missing = workers * rounds - final
        lost = len(one.losing)
        assert lost <= missing
        assert (lost > 0) == (missing > 0) or missing < 3
        lost_update_repaired(path, workers, min(rounds, 20))
        repaired, _reader = read_recording(path)
        assert findings(repaired) == []


def test_deadlock_is_a_circle_among_the_living(tmp_path: Path) -> None:
    trace, found = of("deadlock", tmp_path)
    assert [finding.kind for finding in found] == ["deadlock", "blocked"]
    assert found[0].sentence == (
        "Deadlock: Ann waits in `knife.acquire()` (line 7) for Bob, who took it at line 5; "
        "Bob waits in `fork.acquire()` (line 7) for Ann, who took it at line 5."
    )
    waits = [(trace.actors[w.actor].process, *w.others) for w in found[0].waits]
    ann, bob = found[0].processes
    mains = [trace.processes[process].actors[0] for process in (ann, bob)]
    assert (ann, mains[1]) in waits
    assert (bob, mains[0]) in waits
    assert [trace.processes[process].name for process in found[0].processes] == ["Ann", "Bob"]
    assert [trace.objects[obj].name for _actor, obj in found[0].circle] == ["knife", "fork"]


def test_orphaned_lock(tmp_path: Path) -> None:
    _trace, found = of("orphaned_lock", tmp_path)
    sentences = {finding.kind: finding.sentence for finding in found}
    assert sentences["orphaned_lock"] == (
        "Process-1 was killed while it held door (taken at line 5). "
        "Process-2 waited for it in vain."
    )
    assert sentences["killed"] == "Process-1 was killed (SIGKILL)."
    assert "deadlock" not in sentences


def test_exception(tmp_path: Path) -> None:
    _trace, found = of("crash", tmp_path)
    (finding,) = found
    assert finding.kind == "exception"
    assert finding.sentence == "Process-1 ended by ZeroDivisionError: division by zero (line 5)."
    assert finding.locations == ("crash.py:5",)


def test_starved_consumers_are_blocked_but_not_deadlocked(tmp_path: Path) -> None:
    path = tmp_path / "hang.ipcsim"
    bounded_queue(path, producers=1, consumers=2, rounds=5, pills=False)
    found = findings(read_recording(path)[0])
    assert [finding.kind for finding in found] == ["blocked"] * 3
    assert sum("only producer has exited" in finding.sentence for finding in found) == 2


def test_a_process_that_can_not_end(tmp_path: Path) -> None:
    _trace, found = of("feeder_stuck", tmp_path)
    assert [finding.kind for finding in found] == ["deadlock", "cannot_end"]
    assert "Process-1 can't end: its feeder thread still has" in found[1].sentence
    assert "waits in `worker.join()` (line 13) for Process-1" in found[0].sentence
    assert {finding.pitfall for finding in found} == {"P1"}


def test_messages_never_received(tmp_path: Path) -> None:
    _trace, found = of("never_received", tmp_path)
    (finding,) = found
    assert finding.sentence == (
        "3 messages put into results were never received (the first: 5, by Process-1 at line 6)."
    )
    assert finding.locations == ("full_pipe.py:6",)


def test_missing_records_make_it_unknown(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    SCENES["lost_update"](path)
    trace, _reader = read_recording(path)
    trace.lose(0, 7, trace.end)
    kinds = {finding.kind for finding in findings(trace)}
    assert kinds == {"possible_lost_update", "incomplete"}


def test_the_run_so_far_has_findings_too(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    SCENES["deadlock"](path)
    data = path.read_bytes()
    half = tmp_path / "half.ipcsim"
    half.write_bytes(data[: data.index(b'"killed"')])
    found = findings(read_recording(half)[0])
    assert "deadlock" in {finding.kind for finding in found}

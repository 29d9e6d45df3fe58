"""What real programs, really run, are found to suffer from."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import WRONG, findings
from ipcsim.language import grouped
from ipcsim.resources import resource
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.trace.recording import read_recording
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World


def run(lesson: str, folder: Path, timeout: float = 20, method: str = "fork") -> Trace:
    """Run a lesson's program; the trace of its recording, which live showed too."""
    record = folder / "run.ipcsim"
    spec = RunSpec(
        program=resource("lessons") / f"{lesson}.py",
        timeout=timeout,
        record=record,
        start_method=method,
    )
    with Session(spec) as session:
        while session.running:
            session.wait(0.1)
            session.poll()
        live = session.trace
    trace, reader = read_recording(record)
    assert not reader.damage
    assert trace.event_count == live.event_count
    assert World(trace).at(trace.end).processes == World(live).at(trace.end).processes
    return trace


@pytest.mark.parametrize(
    ("lesson", "kind", "words"),
    [
        ("synchronisation/two_locks/broken", "deadlock", "savings.acquire()` (line "),
        ("synchronisation/orphaned_lock/broken", "orphaned_lock", "while it held lock"),
        ("synchronisation/lost_wakeup/broken", "blocked", "notify() was last called before"),
        ("pitfalls/join_before_get/broken", "cannot_end", "feeder thread is still writing"),
        ("pitfalls/killed_reader/broken", "orphaned_lock", "was terminated inside get() of tasks"),
        ("pitfalls/killed_holder/broken", "orphaned_lock", "worker-1 was killed while it held"),
        ("message_passing/both_send_first/broken", "deadlock", "link.send("),
    ],
)
def test_hangs_are_explained(lesson: str, kind: str, words: str, tmp_path: Path) -> None:
    found = findings(run(lesson, tmp_path, timeout=2))
    assert words in " ".join(f.sentence for f in found if f.kind == kind)
    assert any(f.kind in ("blocked", "cannot_end") for f in found)


def test_updates_that_are_missing_are_counted(tmp_path: Path) -> None:
    trace = run("shared_state/lost_update/broken", tmp_path)
    (finding,) = findings(trace)
    assert finding.kind == "lost_update"
    output = b"".join(piece.data for piece in trace.outputs).decode()
    result, _of, attempts = output.split()[:3]
    cell = World(trace).at(trace.end).cells[finding.objects[0]][0]
    assert (cell.label, cell.expected) == (result, int(attempts))
    assert cell.lost == int(attempts) - int(result)
    assert finding.sentence.startswith(f"{grouped(cell.lost)} updates of counter were lost: ")


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize(
    "lesson",
    [
        "shared_state/array_swaps/fixed",
        "synchronisation/if_or_while/fixed",
        "message_passing/poison_pills/fixed",
        "message_passing/ping_pong/basic",
        "synchronisation/order_of_results/map",
    ],
)
def test_nothing_is_found_in_healthy_programs(lesson: str, method: str, tmp_path: Path) -> None:
    trace = run(lesson, tmp_path, method=method)
    assert trace.ended is not None
    assert trace.ended.exit_code == 0
    assert [one for one in findings(trace) if one.severity == WRONG] == []

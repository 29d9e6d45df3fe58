"""What is said of a pool's tasks, of which imap() doesn't tell how many there are."""

from __future__ import annotations

from pathlib import Path

from ipcsim.events import Kind
from ipcsim.trace.world import World
from tests.analysis.running import run_text

PROGRAM = """
import multiprocessing as mp
def meet(_): together.wait()
if __name__ == "__main__":
    context = mp.get_context("fork")
    together = context.Barrier(2)
    with context.Pool(2) as pool:
        list(pool.imap_unordered(meet, range(2)))
    with context.Pool(2) as other:
        other.map(meet, range(2), chunksize=1)
        other.apply(abs, (1,))
"""


def test_tasks_of_imap_are_told_apart(tmp_path: Path) -> None:
    trace = run_text(PROGRAM, tmp_path)
    pool = next(o.object for o in trace.objects if o.name == "pool")
    rows = trace.select(trace.begin, trace.end + 1, kinds=[Kind.TASK_BEGIN])
    begun = [e for e in (trace.event(int(row)) for row in rows) if e.object == pool]
    moment = World(trace).at(begun[-1].time)
    assert sorted(label for _process, label in moment.services[pool].busy) == ["#0", "#1"]


def test_it_is_said_how_many_are_handed_in(tmp_path: Path) -> None:
    trace = run_text(PROGRAM, tmp_path)
    rows = trace.select(trace.begin, trace.end + 1, kinds=[Kind.SUBMIT])
    assert [trace.event(int(row)).sentence for row in rows] == [
        "MainProcess hands tasks, one by one, to pool.",
        "MainProcess hands 2 tasks to other.",
        "MainProcess hands 1 task to other.",
    ]

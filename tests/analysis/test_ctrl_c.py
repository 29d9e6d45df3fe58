"""Ctrl-C in a terminal, with a pool at work."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ipcsim.analysis import findings
from ipcsim.events import Kind
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.trace.trace import Trace

WORK = """
    import multiprocessing as mp, signal, time

    def task(n):
        time.sleep({long})
        return n

    if __name__ == "__main__":
        pool = mp.Pool(2{quiet})
        try:
            pool.map(task, range(6), chunksize=1)
        except KeyboardInterrupt:
            pool.{ends}()
            pool.join()
"""
QUIET = ", initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)"


@contextmanager
def interrupted(folder: Path, ends: str, quiet: str = "", long: float = 0.4) -> Iterator[Trace]:
    """A run that is interrupted while both workers are at a task."""
    program = folder / "program.py"
    text = textwrap.dedent(WORK).format(ends=ends, quiet=quiet, long=long)
    program.write_text(text, "utf-8")
    with Session(RunSpec(program=program, timeout=5)) as session:
        trace = session.trace
        while session.running and len(trace.store.of(-1, Kind.SLEEP)) < 2:
            session.wait(0.05)
            session.poll()
        session.send_input(b"\x03")
        while session.running:
            session.wait(0.1)
            session.poll()
        yield trace


def test_the_results_of_interrupted_tasks_never_come(tmp_path: Path) -> None:
    with interrupted(tmp_path, "close") as trace:
        named = {one.kind: one for one in findings(trace)}
        finding = named["interrupted_pool"]
        assert (finding.pitfall, finding.severity) == ("P10", "wrong")
        assert "2 results never come" in finding.sentence
        assert len(finding.processes) == 2
        assert named.keys() <= {"interrupted_pool", "blocked"}, "nothing is told twice"


@pytest.mark.parametrize("ends", ["terminate"])
def test_a_pool_that_is_terminated_ends(ends: str, tmp_path: Path) -> None:
    with interrupted(tmp_path, ends) as trace:
        found = findings(trace)
        assert {(one.kind, one.severity) for one in found} <= {("interrupted_pool", "notice")}
        assert trace.ended is not None
        assert not trace.ended.timed_out


def test_workers_that_ignore_it_are_sound(tmp_path: Path) -> None:
    with interrupted(tmp_path, "terminate", QUIET) as trace:
        assert findings(trace) == []

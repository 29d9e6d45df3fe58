"""Who waits for processes that still start is not blocked."""

from __future__ import annotations

from pathlib import Path

from ipcsim.analysis import findings
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec

SLOW_TO_START = """
import multiprocessing as mp
import time

if __name__ != "__main__":
    # What a child imports takes its time, and nothing of it is recorded.
    end = time.perf_counter() + 2.5
    while time.perf_counter() < end:
        pass

def work(start):
    start.wait()

if __name__ == "__main__":
    mp.set_start_method("spawn")
    start = mp.Barrier(2)
    child = mp.Process(target=work, args=(start,))
    child.start()
    start.wait()
    child.join()
"""


def test_main_waits_for_a_child_that_still_imports(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(SLOW_TO_START)
    said: set[str] = set()
    looks = 0
    with Session(RunSpec(program=program, timeout=40)) as session:
        while session.running:
            session.wait(0.1)
            session.poll()
            if session.running and session.trace.event_count:
                looks += 1
                said |= {
                    finding.sentence
                    for finding in findings(session.trace, so_far=True)
                    if finding.kind in ("blocked", "barrier_short")
                }
        assert session.ended is not None
        assert session.ended.exit_code == 0
    assert looks > 3
    assert not said, "the child was on its way"

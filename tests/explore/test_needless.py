"""Locks that are needed and locks that aren't, on real processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ipcsim.explore.explorer import explore
from ipcsim.explore.needless import barriers_of, needs
from ipcsim.explore.settings import Program, Settings
from ipcsim.run.spec import RunSpec

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="templates fork; issue 4")

PROGRAM = """
import multiprocessing as mp

def work(counter, own, lock, spare):
    with spare:
        own.value += 1
    with lock:
        counter.value += 1

def main():
    lock, spare = mp.Lock(), mp.Lock()
    counter = mp.RawValue("i", 0)
    cells = [mp.RawValue("i", 0) for _ in range(2)]
    team = [mp.Process(target=work, args=(counter, own, lock, spare)) for own in cells]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()

if __name__ == "__main__":
    main()
"""


def test_a_lock_that_protects_nothing_shared_is_not_needed(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    program, settings = Program(RunSpec(program=file)), Settings(jobs=1, time_s=30)
    found = {n.lock: n for n in needs(program, explore(program.executor, settings), settings)}
    assert {name: need.needed for name, need in found.items()} == {"spare": False, "lock": True}
    assert "lost update" in found["lock"].sentence
    assert "isn't needed" in found["spare"].sentence


def test_what_was_not_explored_to_the_end_is_not_known(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    program = Program(RunSpec(program=file))
    settings = Settings(jobs=1, schedules=1)
    found = list(needs(program, explore(program.executor, settings), settings))
    assert [need.needed for need in found] == [None, None]


MEETING = """
import multiprocessing as mp

def work(n, a, b, meet, spare, go):
    go.wait()
    a[n] = 1
    meet.wait()
    b[n] = a[1 - n]
    spare.wait()

def main():
    meet, spare, go = mp.Barrier(2), mp.Barrier(2), mp.Event()
    a, b = mp.RawArray("i", 2), mp.RawArray("i", 2)
    go.set()
    team = [mp.Process(target=work, args=(n, a, b, meet, spare, go)) for n in range(2)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    assert list(b) == [1, 1]

if __name__ == "__main__":
    mp.set_start_method("METHOD")
    main()
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_barrier_before_which_nothing_is_read_is_not_needed(method: str, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(MEETING.replace("METHOD", method))
    program, settings = Program(RunSpec(program=file)), Settings(jobs=1, time_s=60)
    with_all = explore(program.executor, settings)
    assert barriers_of(with_all) == ["meet", "spare"], "an event is none"
    found = {n.lock: n for n in needs(program, with_all, settings)}
    assert {name: need.needed for name, need in found.items()} == {"meet": True, "spare": False}
    assert "AssertionError" in found["meet"].sentence

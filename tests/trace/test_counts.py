"""The numbers of an object's summary, against programs that know them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ipcsim.trace.counts import counts
from ipcsim.trace.trace import Trace
from tests.analysis.running import run_text

ALONE = """
import multiprocessing, threading
def use(maker):
    lock = maker.Lock()
    lock.acquire()
    lock.acquire(False)
    lock.release()
    with lock: pass
    event = maker.Event()
    event.set()
    event.wait()
    event.clear()
    event.wait(0.01)
if __name__ == "__main__":
    manager = multiprocessing.Manager()
    use({maker})
    manager.shutdown()
"""
TAKEN = """
import multiprocessing, time
def work(lock, begun):
    begun.set()
    with lock: pass
if __name__ == "__main__":
    manager = multiprocessing.Manager()
    lock, begun = manager.Lock(), multiprocessing.Event()
    with lock:
        worker = multiprocessing.Process(target=work, args=(lock, begun))
        worker.start()
        begun.wait()
        time.sleep(0.5)
    worker.join()
"""
RAW = """
import multiprocessing
if __name__ == "__main__":
    free = multiprocessing.Value("i", 0, lock=False)
    free.value += 1
    unused = multiprocessing.Value("i", 0)
    used = multiprocessing.Value("i", 0)
    used.value += 1
"""


def counted(trace: Trace, name: str) -> dict[str, Any]:
    """Counts of the object of this name."""
    return counts(trace, next(o.object for o in trace.objects if o.name == name))


@pytest.mark.parametrize("maker", ["multiprocessing", "threading", "manager"])
def test_who_is_alone_contends_with_nobody(tmp_path: Path, maker: str) -> None:
    trace = run_text(ALONE.format(maker=maker), tmp_path)
    lock, event = counted(trace, "lock"), counted(trace, "event")
    assert (lock["acquires"], lock["releases"], lock["contended"]) == (2, 2, 0)
    assert (event["sets"], event["clears"]) == (1, 1)
    # A manager is asked whether the event is set: that is a wait, too.
    assert event["waits"] == (2 if maker == "manager" else 1)


def test_a_managers_lock_that_was_taken_is_contended(tmp_path: Path) -> None:
    lock = counted(run_text(TAKEN, tmp_path), "lock")
    assert (lock["acquires"], lock["contended"]) == (2, 1)


def test_of_memory_without_a_lock_nothing_is_counted(tmp_path: Path) -> None:
    trace = run_text(RAW, tmp_path)
    assert counted(trace, "free") == {}
    assert counted(trace, "unused") == {"reads": 0, "writes": 0, "lost_updates": 0}
    assert counted(trace, "used") == {"reads": 1, "writes": 1, "lost_updates": 0}

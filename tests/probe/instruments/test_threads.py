"""The program's threads and primitives are seen, the standard library's own are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import Watched, run

PROGRAM = """
import logging, threading, time
from concurrent.futures import ThreadPoolExecutor
lock, again = threading.Lock(), threading.RLock()
condition, event = threading.Condition(), threading.Event()
semaphore, barrier = threading.Semaphore(2), threading.Barrier(2)
seen = []

def other():
    with lock: seen.append(1)
    with again:
        with again: pass
    with condition:
        seen.append(2)
        condition.notify()
    event.wait()
    barrier.wait()

lock.acquire()
thread = threading.Thread(target=other, name="other")
thread.start()
while not thread.is_alive(): pass
time.sleep(0.1)
lock.release()
with condition:
    condition.wait_for(lambda: 2 in seen)
event.set()
barrier.wait()
thread.join()
with semaphore: semaphore.acquire()
print(semaphore.acquire(False))
logging.warning("uses locks of its own")
"""


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return run(PROGRAM, tmp_path_factory.mktemp("threads"))


def told(watched: Watched, kind: str) -> list[tuple[str, int, int]]:
    """Kind, thread and argument of the events of the one object of a kind."""
    key = watched.key(kind)
    told = [e for e in watched.events if e.object == key and e.kind != Kind.OUTPUT]
    return [(e.kind.name, e.thread, e.arg) for e in told]


def test_only_the_programs_are_seen(watched: Watched) -> None:
    kinds = [facts["kind"] for facts in watched.objects.values()]
    assert sorted(kinds) == sorted(
        f"threading.{name}"
        for name in ("Lock", "RLock", "Condition", "Event", "Semaphore", "Barrier")
    )


def test_lock_shows_who_waits_for_it(watched: Watched) -> None:
    assert told(watched, "threading.Lock") == [
        ("ACQUIRED", 0, 1),
        ("ACQUIRE_WAIT", 1, -1),
        ("RELEASE", 0, 0),
        ("ACQUIRED", 1, 1),
        ("RELEASE", 1, 0),
    ]


def test_depth_of_an_rlock(watched: Watched) -> None:
    depths = [(kind, depth) for kind, _, depth in told(watched, "threading.RLock")]
    assert depths == [("ACQUIRED", 1), ("ACQUIRED", 2), ("RELEASE", 1), ("RELEASE", 0)]


def test_condition_has_one_holder_at_a_time(watched: Watched) -> None:
    holder = None
    for kind, thread, _ in told(watched, "threading.Condition"):
        if kind in ("ACQUIRED", "WOKEN"):
            assert holder is None
            holder = thread
        elif kind in ("RELEASE", "WAIT"):
            assert holder == thread
            holder = None
    assert len(watched.of(Kind.NOTIFY)) == 1


def test_thread_begins_ends_and_is_joined(watched: Watched) -> None:
    kinds = (Kind.THREAD_START, Kind.THREAD_BEGIN, Kind.THREAD_END, Kind.THREAD_JOINED)
    told = [(event.kind, event.thread) for event in watched.of(*kinds)]
    assert told == [(kinds[0], 0), (kinds[1], 1), (kinds[2], 1), (kinds[3], 0)]
    assert watched.of(Kind.THREAD_JOINED)[0].arg == 1


def test_permits_are_counted(watched: Watched) -> None:
    kinds = [kind for kind, _, _ in told(watched, "threading.Semaphore")]
    assert kinds == ["ACQUIRED", "ACQUIRED", "RELEASE", "ACQUIRED"]
    assert watched.stdout == "True\n"


def test_copy_of_a_forked_child_is_another_object(tmp_path: Path) -> None:
    watched = run(
        "import os, threading\nlock = threading.Lock()\n"
        "if os.fork() == 0:\n    with lock: pass\n    os._exit(0)\nos.wait()\nwith lock: pass",
        tmp_path,
    )
    assert len(watched.objects) == 2
    keys = [event.object for event in watched.of(Kind.ACQUIRED)]
    assert len(keys) == len(set(keys)) == 2

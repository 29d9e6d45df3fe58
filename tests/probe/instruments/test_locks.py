"""Locks, conditions, events, barriers: recorded truly, and as they are without us."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import run, run_bare

METHODS = ("fork", "spawn", "forkserver")

EVERY_WAY = """
import multiprocessing as mp, sys, pickle

def refuse(release):
    try:
        release()
    except Exception as error:
        frames, tb = [], error.__traceback__
        while tb:
            frames.append(tb.tb_frame.f_code.co_name)
            tb = tb.tb_next
        shown = frames if sys.version_info >= (3, 11) else []
        print(type(error).__name__, error, shown)

class Mine(mp.synchronize.Lock if hasattr(mp, "synchronize") else object):
    pass

def main():
    from multiprocessing import synchronize
    lock, rlock, two, bounded = mp.Lock(), mp.RLock(), mp.Semaphore(2), mp.BoundedSemaphore(1)
    for one in (lock, rlock, two, bounded):
        print(type(one), type(one).__mro__, repr(one), isinstance(one, synchronize.SemLock))
        print(one.acquire(), one.acquire(False), one.acquire(True, 0.01), one.acquire(timeout=-1))
        print(one, one._semlock._get_value())
        while one._semlock._is_mine() and one._semlock._count():
            one.release()
        refuse(one.release)
        with one as entered:
            print(entered, one)
    refuse(lambda: lock.acquire("x", "y"))
    refuse(lambda: lock.acquire(1, "y"))
    refuse(lambda: pickle.dumps(lock))
    own = type("Own", (synchronize.Lock,), {})(ctx=mp.get_context())
    with own:
        print(own, vars(type(own)).get("acquire"))
    condition, event, barrier = mp.Condition(lock), mp.Event(), mp.Barrier(1)
    refuse(condition.wait)
    refuse(condition.notify)
    with condition:
        print(condition.wait(0.01), condition.wait_for(lambda: False, 0.01), condition)
        print(condition.wait_for(lambda: 5))
    print(event.is_set(), event.wait(0.01), event.set(), event.wait(), event.clear())
    print(barrier.wait(), barrier.n_waiting, barrier.abort(), barrier.broken)
    refuse(barrier.wait)

if __name__ == "__main__":
    main()
"""


def test_looks_and_fails_as_without_us(tmp_path: Path) -> None:
    bare, watched = run_bare(EVERY_WAY, tmp_path), run(EVERY_WAY, tmp_path)
    assert watched.stdout == bare.stdout
    assert (watched.code, watched.stderr) == (bare.code, bare.stderr) == (0, "")


HANDOVER = """
import multiprocessing as mp, sys

def work(lock, condition, event, barrier):
    with lock:
        pass
    with condition:
        condition.notify()
    event.wait()
    barrier.wait()

def main():
    lock, condition, event, barrier = mp.Lock(), mp.Condition(), mp.Event(), mp.Barrier(2)
    lock.acquire()
    with condition:
        child = mp.Process(target=work, args=(lock, condition, event, barrier))
        child.start()
        lock.release()
        condition.wait()
    event.set()
    barrier.wait()
    child.join()

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    main()
"""


@pytest.mark.parametrize("method", METHODS)
def test_two_processes_meet_in_the_same_objects(tmp_path: Path, method: str) -> None:
    watched = run(HANDOVER, tmp_path, method)
    assert watched.code == 0, watched.stderr
    kinds = {facts["kind"] for facts in watched.objects.values()}
    assert kinds == {"Lock", "RLock", "Condition", "Event", "Barrier"}

    lock = watched.of(Kind.ACQUIRED, Kind.RELEASE, key=watched.key("Lock"))
    assert [(e.kind, e.ring) for e in lock] == [
        (Kind.ACQUIRED, 0),
        (Kind.RELEASE, 0),
        (Kind.ACQUIRED, 1),
        (Kind.RELEASE, 1),
    ]
    waiting = watched.of(Kind.WAIT, Kind.NOTIFY, Kind.WOKEN, key=watched.key("Condition"))
    assert [(e.kind, e.ring, e.function) for e in waiting] == [
        (Kind.WAIT, 0, "main"),
        (Kind.NOTIFY, 1, "work"),
        (Kind.WOKEN, 0, "main"),
    ]
    assert waiting[-1].arg == 1
    event = watched.of(Kind.EVENT_SET, Kind.EVENT_PASSED, key=watched.key("Event"))
    assert [(e.kind, e.ring, e.arg) for e in event] == [
        (Kind.EVENT_SET, 0, 0),
        (Kind.EVENT_PASSED, 1, 1),
    ]
    barrier = watched.of(Kind.BARRIER_WAIT, Kind.BARRIER_PASSED, key=watched.key("Barrier"))
    assert [e.kind for e in barrier] == [Kind.BARRIER_WAIT] * 2 + [Kind.BARRIER_PASSED] * 2
    assert {e.ring for e in barrier} == {0, 1}
    assert sorted(e.arg for e in barrier[2:]) == [0, 1]


ASKS = """
import multiprocessing as mp, threading

def ask(event):
    for _ in range(3):
        event.is_set()
    event.set()
    for _ in range(2):
        event.is_set()
    event.clear()
    event.is_set()

if __name__ == "__main__":
    event = mp.Event()
    ask(event)
    child = mp.get_context("fork").Process(target=ask, args=(event,))
    child.start()
    child.join()
    ask(threading.Event())
"""


def test_what_an_event_answers_when_asked(tmp_path: Path) -> None:
    watched = run(ASKS, tmp_path)
    assert watched.code == 0, watched.stderr
    asked = [0, 1, 1, 0]
    """Three times no in one place is one answer."""
    of_both = watched.of(Kind.EVENT_ASKED, key=watched.key("Event"))
    for ring in (0, 1):
        assert [e.arg for e in of_both if e.ring == ring] == asked
    own = watched.of(Kind.EVENT_ASKED, key=watched.key("threading.Event"))
    assert [e.arg for e in own] == asked
    assert {e.function for e in own} == {"ask"}


def test_waits_and_failures_are_told_apart(tmp_path: Path) -> None:
    source = """
import multiprocessing as mp
lock = mp.Lock()
rlock = mp.RLock()
bounded = mp.BoundedSemaphore(1)
lock.acquire()
lock.acquire(False)
lock.acquire(timeout=0.02)
with rlock:
    with rlock:
        pass
try:
    bounded.release()
except ValueError:
    pass
try:
    rlock.release()
except AssertionError:
    pass
"""
    watched = run(source, tmp_path)
    assert watched.code == 0, watched.stderr
    lock = watched.of(*Kind, key=watched.key("Lock"))
    assert [(e.kind, e.line, e.arg) for e in lock] == [
        (Kind.ACQUIRED, 6, 1),
        (Kind.NOT_ACQUIRED, 7, 0),
        (Kind.ACQUIRE_WAIT, 8, 20_000_000),
        (Kind.NOT_ACQUIRED, 8, 0),
    ]
    assert lock[1].span > 0
    assert lock[3].time - lock[2].time >= 20_000_000
    rlock = watched.of(*Kind, key=watched.key("RLock"))
    assert [(e.kind, e.line, e.arg) for e in rlock] == [
        (Kind.ACQUIRED, 9, 1),
        (Kind.ACQUIRED, 10, 2),
        (Kind.RELEASE, 10, 1),
        (Kind.RELEASE, 9, 0),
        (Kind.RELEASE_REFUSED, 17, 0),
    ]
    bounded = watched.of(*Kind, key=watched.key("BoundedSemaphore"))
    assert [(e.kind, e.line) for e in bounded] == [(Kind.RELEASE_REFUSED, 13)]


MUTUAL_EXCLUSION = """
import multiprocessing as mp, sys

def work(lock, turns):
    for _ in range(turns):
        with lock:
            pass

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    lock = mp.Lock()
    team = [mp.Process(target=work, args=(lock, 2000)) for _ in range(3)]
    for process in team: process.start()
    for process in team: process.join()
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_no_two_hold_a_lock_at_once(tmp_path: Path, method: str) -> None:
    watched = run(MUTUAL_EXCLUSION, tmp_path, method)
    held = watched.of(Kind.ACQUIRED, Kind.RELEASE, key=watched.key("Lock"))
    assert len(held) == 3 * 2000 * 2
    holder = None
    for event in held:
        if event.kind == Kind.ACQUIRED:
            assert holder is None
            holder = event.ring
        else:
            assert holder == event.ring
            holder = None


def test_a_lock_belongs_to_the_thread_that_took_it(tmp_path: Path) -> None:
    source = """
import multiprocessing as mp, os, threading
lock = mp.Lock()
def work():
    for _ in range(3):
        with lock:
            pass
    if os.fork() == 0:
        for _ in range(3):
            with lock:
                pass
        os._exit(0)
    os.wait()
work()
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    watched = run(source, tmp_path)
    assert watched.code == 0, watched.stderr
    taken = watched.of(Kind.ACQUIRED, Kind.RELEASE, key=watched.key("Lock"))
    # Main, its child, the thread, and the thread's child, in which the thread is the main one.
    actors = [(e.ring, e.thread) for e in taken]
    assert actors == [(0, 0)] * 6 + [(1, 0)] * 6 + [(0, 1)] * 6 + [(2, 0)] * 6


def test_locks_of_the_library_are_quiet(tmp_path: Path) -> None:
    source = """
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
if __name__ == "__main__":
    with mp.Pool(2) as pool:
        print(pool.map(abs, [-1, -2]))
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(abs, [-1, -2])))
"""
    watched = run(source, tmp_path)
    assert watched.stdout == "[1, 2]\n[1, 2]\n"
    locks = ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Queue", "SimpleQueue")
    assert not [facts for facts in watched.objects.values() if facts["kind"] in locks]
    assert not watched.of(Kind.ACQUIRED, Kind.RELEASE, Kind.PUT, Kind.GET)


def test_what_the_program_deletes_is_gone(tmp_path: Path) -> None:
    source = """
import multiprocessing as mp, weakref
class Thing: pass
def main():
    thing = Thing()
    gone = weakref.ref(thing)
    made = mp.Lock(), mp.Queue(), mp.Condition(), mp.Event(), mp.Barrier(1)
    more = mp.Value("i"), mp.Array("i", 2), mp.RawValue("i"), mp.Pipe()
    del thing
    print(gone())
main()
"""
    watched = run(source, tmp_path)
    assert (watched.stdout, watched.stderr) == ("None\n", "")


def test_every_with_block_has_its_own_line_and_depth(tmp_path: Path) -> None:
    """However it comes to the lock: directly, through a Condition, or inside of itself."""
    source = """
import multiprocessing as mp
lock, condition = mp.RLock(), mp.Condition()
for _ in range(3):
    with lock:
        with lock: pass
        with lock: lock.acquire(); lock.release()
    with condition: pass
    with condition: condition.wait(0.001)
"""
    watched = run(source, tmp_path)
    assert watched.code == 0, watched.stderr
    own, inner = (key for key, facts in watched.objects.items() if facts["kind"] == "RLock")
    done = watched.of(Kind.ACQUIRED, Kind.RELEASE, key=own)
    lines = [(5, 1), (6, 2), (6, 1), (7, 2), (7, 3), (7, 2), (7, 1), (5, 0)]
    assert [(e.line, e.arg) for e in done] == lines * 3
    done = watched.of(Kind.ACQUIRED, Kind.RELEASE, key=inner)
    assert [e.line for e in done] == [8, 8, 9, 9] * 3

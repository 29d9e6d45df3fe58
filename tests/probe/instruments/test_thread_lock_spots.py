"""What is remembered of a thread's lock stands for no other thread, place, depth or process."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from ipcsim.events import Kind, ObjectKind
from tests.probe.watching import interpreters, run

PROGRAM = """
import contextlib, multiprocessing as mp, threading
lock, again = threading.Lock(), threading.RLock()
def work():
    for n in range(5):
        with lock: pass
        lock.acquire(); lock.release()
        lock.acquire(True, 5)
        lock.release()
        with contextlib.ExitStack() as stack:
            stack.enter_context(lock)
        with again:
            with again:
                again.acquire()
                again.release()
def one_by_one():
    for _ in range(6):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
one_by_one()
work()
def simply():
    with lock: pass
    with again: pass
simply()
def child():
    simply()
    work()
    one_by_one()
child = mp.get_context("fork").Process(target=child)
child.start()
child.join()
try: lock.release()
except RuntimeError: print("refused")
"""
LOCK_LINES = {
    (Kind.ACQUIRED, 1): [6, 7, 8, 11],
    (Kind.RELEASE, 0): [6, 7, 9, 10],
}
RLOCK_LINES = {
    (Kind.ACQUIRED, 1): [12],
    (Kind.ACQUIRED, 2): [13],
    (Kind.ACQUIRED, 3): [14],
    (Kind.RELEASE, 2): [15],
    (Kind.RELEASE, 1): [13],
    (Kind.RELEASE, 0): [12],
}
LINES = {ObjectKind.THREAD_LOCK: LOCK_LINES, ObjectKind.THREAD_RLOCK: RLOCK_LINES}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_every_record_is_of_its_own_thread_place_and_depth(version: str, tmp_path: Path) -> None:
    python = interpreters(version)
    if not python:
        pytest.skip(f"there is no Python {version}")
    watched = run(PROGRAM, tmp_path, python=python[0])
    assert (watched.code, watched.stdout) == (0, "refused\n"), watched.stderr
    for kind, lines in LINES.items():
        keys = {key for key, facts in watched.objects.items() if facts["kind"] == kind}
        found = [e for e in watched.of(Kind.ACQUIRED, Kind.RELEASE) if e.object in keys]
        counted = Counter((e.ring, e.thread, e.kind, e.arg, e.line) for e in found)
        actors = [(ring, thread) for ring in (0, 1) for thread in range(7)]
        expected = {
            (*actor, *what, line): 5 for actor in actors for what in lines for line in lines[what]
        }
        line = 24 if kind == ObjectKind.THREAD_LOCK else 25
        expected |= {
            (ring, 0, *what, line): 1
            for ring in (0, 1)
            for what in ((Kind.ACQUIRED, 1), (Kind.RELEASE, 0))
        }
        assert counted == expected, kind
        # What a fork copies is another lock.
        owners = {(e.object, e.ring) for e in found}
        assert len(owners) == len(keys) == 2, kind

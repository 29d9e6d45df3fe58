"""What is remembered of the last record never stands for another place or thread."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import Watched, interpreters, run

# Every operation is done by two threads, in two lines each, and from a file of the library's.
PROGRAM = """
import contextlib, multiprocessing as mp, threading
lock, queue, (a, b), value = mp.Lock(), mp.Queue(), mp.Pipe(), mp.Value("i", 0)
turn = threading.Lock()
def work():
    for n in range(20):
        with turn:
            lock.acquire(); lock.release()
            lock.acquire()
            lock.release()
            queue.put(b"m"); queue.get()
            queue.put(b"m")
            queue.get()
            a.send_bytes(b"m"); b.recv_bytes()
            a.send_bytes(b"m")
            b.recv_bytes()
            value.value = n; value.value
            value.value = n
            value.value
            with contextlib.ExitStack() as stack:
                stack.callback(b.recv_bytes)
                stack.callback(a.send_bytes, b"m")
            with contextlib.ExitStack() as stack:
                stack.callback(b.recv_bytes)
                stack.callback(a.send_bytes, b"m")
thread = threading.Thread(target=work)
thread.start()
work()
thread.join()
child = mp.get_context("fork").Process(target=work)
child.start()
child.join()
"""
LINES = {
    Kind.ACQUIRED: [8, 9],
    Kind.RELEASE: [8, 10],
    Kind.PUT: [11, 12],
    Kind.GET: [11, 13],
    Kind.SEND: [14, 15, 20, 23],
    Kind.SENT: [14, 15, 20, 23],
    Kind.RECV: [14, 16, 20, 23],
    Kind.WRITE: [17, 18],
    Kind.READ: [17, 19],
}


def counted(watched: Watched, kind: Kind) -> Counter[tuple[int, int, int]]:
    """How often it was done, by process, thread and line."""
    found = [e for e in watched.of(kind) if not e.object.startswith("local:")]
    return Counter((e.ring, e.thread, e.line) for e in found)


def test_every_record_has_the_place_and_thread_of_its_operation(tmp_path: Path) -> None:
    watched = run(PROGRAM, tmp_path)
    assert watched.code == 0, watched.stderr
    (other,) = {e.thread for e in watched.of(Kind.ACQUIRED) if e.ring == 0} - {0}
    for kind, lines in LINES.items():
        actors = [(0, 0), (0, other), (1, 0)]
        wanted = {(*actor, line): 20 for actor in actors for line in lines}
        assert dict(counted(watched, kind)) == wanted, kind


# Threads one after another, of which most have the identifier of one before.
AFTER_ANOTHER = """
import multiprocessing as mp, threading
lock, queue, (a, b), value = mp.Lock(), mp.Queue(), mp.Pipe(), mp.Value("i", 0)
event = mp.Event()
def work():
    for n in range(3):
        with lock: pass
        lock.acquire(); lock.release()
        queue.put(b"m"); queue.get()
        a.send_bytes(b"m"); b.recv_bytes()
        value.value = n; value.value
        event.is_set()
def one_by_one():
    identifiers = set()
    for _ in range(8):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        identifiers.add(thread.ident)
    print(len(identifiers) < 8)
one_by_one()
Forked = mp.get_context("fork").Process
child = Forked(target=one_by_one)
child.start()
child.join()
# A child of one that isn't the main thread has it as its only one.
def fork():
    work()
    child = Forked(target=work)
    child.start()
    child.join()
thread = threading.Thread(target=fork)
thread.start()
thread.join()
"""
TIMES = {
    Kind.ACQUIRED: 6,
    Kind.RELEASE: 6,
    Kind.PUT: 3,
    Kind.GET: 3,
    Kind.SEND: 3,
    Kind.RECV: 3,
    Kind.WRITE: 3,
    Kind.READ: 3,
    Kind.EVENT_ASKED: 1,
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_a_thread_with_the_identifier_of_one_that_has_ended_is_another(
    version: str, tmp_path: Path
) -> None:
    python = interpreters(version)
    if not python:
        pytest.skip(f"there is no Python {version}")
    watched = run(AFTER_ANOTHER, tmp_path, python=python[0])
    assert watched.code == 0, watched.stderr
    assert watched.stdout == "True\nTrue\n"
    for kind, times in TIMES.items():
        found = [e for e in watched.of(kind) if not e.object.startswith("local:")]
        for ring in (0, 1):
            counted = Counter(e.thread for e in found if e.ring == ring)
            threads = sorted(counted)[:8]
            assert 0 not in counted, (kind, ring)
            assert [counted[thread] for thread in threads] == [times] * 8, (kind, ring)
        assert {e.thread for e in found if e.ring == 2} == {0}, kind

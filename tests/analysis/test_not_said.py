"""Findings say what happened, not what looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings
from tests.analysis.running import run_text

BARRIER = """
import threading, time
def act(): raise ValueError
meet = threading.Barrier(2{action})
def come():
    try: meet.wait()
    except (threading.BrokenBarrierError, ValueError): pass
thread = threading.Thread(target=come, name="other")
thread.start()
while not meet.n_waiting: time.sleep(0.001)
{main}
thread.join()
"""
BOUNDED = """
import multiprocessing, threading
if __name__ == "__main__":
    manager = multiprocessing.Manager()
    places = {maker}.BoundedSemaphore(1)
    try: places.release()
    except ValueError: pass
    with places: pass
    manager.shutdown()
"""
ONE_WAY = """
import threading
from multiprocessing.connection import Client, Listener
listener = Listener(family="{family}")
def serve():
    with listener.accept() as connection: connection.recv()
thread = threading.Thread(target=serve)
thread.start()
with Client(listener.address) as connection: connection.send("hello")
thread.join()
listener.close()
"""
BROKEN = """
import multiprocessing
for duplex in (True, False):
    reader, writer = multiprocessing.Pipe(duplex)
    reader.close()
    try: writer.send("nobody is there")
    except BrokenPipeError: pass
    writer.close()
"""
TAKES_ALL = """
import queue, threading
class Many(queue.Queue):
    def get_all(self):
        with self.mutex:
            items = list(self.queue)
            self.queue.clear()
            self.not_full.notify_all()
        return items
items = Many()
other = threading.Thread(target=items.put, args=(0,)); other.start(); other.join()
for n in (1, 2): items.put(n)
items.get_all()
items.put(3)
"""
CLEARED = """
import queue, threading
items = queue.{kind}({bound})
other = threading.Thread(target=items.put, args=("a",)); other.start(); other.join()
for item in "bca": items.put(item)
items.get()
with items.mutex: items.queue.clear()
{then}
"""
REFUSED = """
import multiprocessing
queue = multiprocessing.SimpleQueue()
queue.close()
try: queue.put("nobody gets it")
except OSError: pass
"""
PAUSES = """
import threading
ready = threading.Condition()
done = False
with ready:
    {}
"""
NO_LINE = """
import multiprocessing
if __name__ == "__main__":
    def missing(): pass
    process = multiprocessing.Process(target={target})
    process.start()
    process.join()
"""


def sentences(folder: Path, text: str, kind: str) -> list[str]:
    """The sentences of the findings of one kind."""
    return [f.sentence for f in findings(run_text(text, folder)) if f.kind == kind]


def test_a_barrier_that_its_action_broke(tmp_path: Path) -> None:
    text = BARRIER.format(action=", act", main="come()")
    (sentence,) = sentences(tmp_path, text, "broken_barrier")
    assert sentence == (
        "meet broke: an error left the wait() of MainProcess (line 6), and MainProcess/other got "
        "BrokenBarrierError."
    )


def test_a_barrier_that_was_reset(tmp_path: Path) -> None:
    text = BARRIER.format(action="", main="meet.reset()")
    (sentence,) = sentences(tmp_path, text, "broken_barrier")
    assert sentence == (
        "MainProcess reset meet (line 11) while others waited there: MainProcess/other got "
        "BrokenBarrierError."
    )


def test_a_barrier_that_was_reset_before(tmp_path: Path) -> None:
    text = BARRIER.format(action=", timeout=0.05", main="").replace(
        "def come", "meet.reset()\ndef come"
    )
    (sentence,) = sentences(tmp_path, text, "broken_barrier")
    assert "not all had come in time" in sentence


@pytest.mark.parametrize("maker", ["threading", "multiprocessing", "manager"])
def test_a_refused_release_lets_nobody_in(tmp_path: Path, maker: str) -> None:
    found = sentences(tmp_path, BOUNDED.format(maker=maker), "over_release")
    assert found == ["MainProcess wanted to give back places (line 6) and was refused."]


@pytest.mark.parametrize("family", ["AF_UNIX", "AF_INET"])
def test_what_a_listener_received_is_not_missed(tmp_path: Path, family: str) -> None:
    assert sentences(tmp_path, ONE_WAY.format(family=family), "never_received") == []


def test_what_could_not_be_sent_is_not_missed(tmp_path: Path) -> None:
    assert sentences(tmp_path, BROKEN, "never_received") == []


def test_what_a_method_of_ones_own_took_is_not_missed(tmp_path: Path) -> None:
    (sentence,) = sentences(tmp_path, TAKES_ALL, "never_received")
    assert sentence.startswith("1 message put into items was never received (the first: 3,")


@pytest.mark.parametrize("kind", ["Queue", "LifoQueue", "PriorityQueue"])
@pytest.mark.parametrize(
    ("then", "left"), [("", []), ("items.put('b')", ["'b'"]), ("items.put('b'); items.get()", [])]
)
def test_what_was_cleared_is_not_missed(
    tmp_path: Path, kind: str, then: str, left: list[str]
) -> None:
    said = sentences(tmp_path, CLEARED.format(kind=kind, bound=4, then=then), "never_received")
    assert len(said) == len(left)
    for sentence, label in zip(said, left, strict=True):
        assert sentence.startswith("1 message")
        assert label in sentence


def test_what_a_closed_queue_refuses_is_not_missed(tmp_path: Path) -> None:
    assert not sentences(tmp_path, REFUSED, "never_received")


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        ("ready.wait(0.01)", 0),
        ("heard = ready.wait(timeout=0.01)", 0),
        ("if not done: ready.wait(0.01)", 1),
    ],
)
def test_who_pauses_at_a_condition_needs_no_loop(tmp_path: Path, waits: str, said: int) -> None:
    assert len(sentences(tmp_path, PAUSES.format(waits), "wait_without_while")) == said


@pytest.mark.parametrize("target", ['"no function"', "missing"])
def test_an_error_in_nothing_of_the_programs_has_no_line(tmp_path: Path, target: str) -> None:
    found = findings(run_text(NO_LINE.format(target=target), tmp_path, method="spawn"))
    (sentence,) = [f.sentence for f in found if f.kind == "exception"]
    assert sentence.startswith("Process-1 ended by ")
    assert "(line" not in sentence

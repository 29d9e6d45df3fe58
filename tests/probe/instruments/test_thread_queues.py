"""Thread queues: a GET names its PUT, in any order."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import interpreters, run

FILL = """
import queue, threading
class Newest(queue.Queue):
    def _init(self, n): self.items = []
    def _qsize(self): return len(self.items)
    def _put(self, item): self.items.append(item)
    def _get(self): return self.items.pop()
q = {kind}()
for n in (5, 1, 3, 1): q.put(n)
print([q.get() for _ in range(3)])
q.put(9)
print(q.get(), q.get())
"""


@pytest.mark.parametrize(
    ("kind", "takes"),
    [
        ("queue.Queue", [0, 1, 2, 3, 4]),
        ("queue.SimpleQueue", [0, 1, 2, 3, 4]),
        ("queue.LifoQueue", [3, 2, 1, 4, 0]),
        ("queue.PriorityQueue", [1, 3, 2, 0, 4]),
        ("Newest", [3, 2, 1, 4, 0]),
    ],
)
def test_get_names_its_put(tmp_path: Path, kind: str, takes: list[int]) -> None:
    watched = run(FILL.format(kind=kind), tmp_path)
    puts, gets = watched.of(Kind.PUT), watched.of(Kind.GET)
    printed = [int(word.strip("[],")) for word in watched.stdout.split()]
    assert [puts[event.arg].value for event in gets] == printed
    equal = {1: 3, 3: 1}  # two equal items are one object: which of them came first can't be seen
    assert all(e.arg in (t, equal.get(t)) for e, t in zip(gets, takes, strict=True))


def test_waits_and_refusals(tmp_path: Path) -> None:
    watched = run(
        "import queue, threading\n"
        "q = queue.Queue(1)\n"
        "for wrong in (q.get_nowait, lambda: q.get(timeout=0.01)):\n"
        "    try: wrong()\n"
        "    except queue.Empty: pass\n"
        "def put():\n"
        "    for n in range(3): q.put(n)\n"
        "thread = threading.Thread(target=put)\n"
        "thread.start()\n"
        "thread.join(0.1)\n"
        "try: q.put(9, False)\n"
        "except queue.Full: pass\n"
        "for n in range(3):\n"
        "    q.get()\n"
        "    q.task_done()\n"
        "q.join()\n",
        tmp_path,
    )
    counts = {kind: len(watched.of(kind)) for kind in (Kind.EMPTY, Kind.FULL, Kind.TASK_DONE)}
    assert counts == {Kind.EMPTY: 2, Kind.FULL: 1, Kind.TASK_DONE: 3}
    assert watched.of(Kind.PUT_WAIT)[0].thread == 1
    assert watched.of(Kind.GET_WAIT)[0].arg in range(1, 10_000_001)
    assert [event.arg for event in watched.of(Kind.GET)] == [0, 1, 2]
    assert len(watched.of(Kind.ALL_DONE)) == 1


def test_nobody_has_put_what_was_refused(tmp_path: Path) -> None:
    watched = run(
        "import queue\n"
        "class Numbers(queue.Queue):\n"
        "    def _put(self, item): super()._put(int(item))\n"
        "q = Numbers()\n"
        "try: q.put('one')\n"
        "except ValueError: pass\n"
        "q.put(2)\n"
        "print(q.get())\n",
        tmp_path,
    )
    assert watched.stdout == "2\n"
    assert [event.value for event in watched.of(Kind.PUT)] == [2]


def test_who_waits_for_an_item_to_look_at_is_seen(tmp_path: Path) -> None:
    watched = run(
        "import queue, threading\n"
        "q = queue.Queue()\n"
        "def look():\n"
        "    with q.not_empty:\n"
        "        while not q.qsize.__self__.queue: q.not_empty.wait()\n"
        "        print(q.queue[0])\n"
        "thread = threading.Thread(target=look)\n"
        "thread.start()\n"
        "while not q.not_empty._waiters: pass\n"
        "q.put(1)\n"
        "thread.join()\n",
        tmp_path,
    )
    assert watched.stdout == "1\n"
    assert [event.line for event in watched.of(Kind.GET_WAIT)] == [5]


@pytest.mark.skipif(not interpreters("3.13"), reason="needs 3.13, where queues are shut down")
def test_what_is_dropped_at_a_shutdown_has_left(tmp_path: Path) -> None:
    watched = run(
        "import queue\n"
        "q = queue.Queue()\n"
        "for n in range(3): q.put(n)\n"
        "q.get()\n"
        "q.shutdown(immediate=True)\n"
        "try: q.get()\n"
        "except queue.ShutDown: print('down')\n",
        tmp_path,
        python=interpreters("3.13")[0],
    )
    assert watched.stdout == "down\n"
    assert [event.arg for event in watched.of(Kind.GET)] == [0, 1, 2]
    assert [event.line for event in watched.of(Kind.GET)] == [4, 5, 5]
    assert len(watched.of(Kind.CLOSE)) == 1

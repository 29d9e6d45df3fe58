"""Thread queues: a GET names its PUT, in any order."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import run

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

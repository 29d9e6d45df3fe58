"""Queues: every message seen at the moments that count, and as they are without us."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import INTERPRETERS, run, run_bare

METHODS = ("fork", "spawn", "forkserver")

MANY = """
import multiprocessing as mp, sys

def put(queue, turns):
    for number in range(turns):
        queue.put(number)

def get(queue):
    while queue.get() is not None:
        pass

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    queue = getattr(mp, sys.argv[2])()
    senders = [mp.Process(target=put, args=(queue, 300)) for _ in range(2)]
    takers = [mp.Process(target=get, args=(queue,)) for _ in range(2)]
    for process in senders + takers: process.start()
    for process in senders: process.join()
    for _ in takers: queue.put(None)
    for process in takers: process.join()
"""


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["Queue", "JoinableQueue", "SimpleQueue"])
def test_the_nth_message_in_is_the_nth_out(tmp_path: Path, method: str, kind: str) -> None:
    watched = run(MANY, tmp_path, method, kind)
    assert watched.code == 0, watched.stderr
    queue = watched.key(kind)
    puts = watched.of(Kind.PUT, key=queue)
    feeds, gets = watched.of(Kind.FEED, key=queue), watched.of(Kind.GET, key=queue)
    assert len(puts) == len(feeds) == len(gets) == 602
    assert [e.arg for e in feeds] == [e.arg for e in gets]
    assert all(fed.time < got.time for fed, got in zip(feeds, gets, strict=True))
    assert Counter(e.value for e in puts if e.ring != 0) == Counter([*range(300)] * 2)
    for ring in {e.ring for e in puts}:
        mine = [e for e in puts if e.ring == ring]
        fed = [e for e in feeds if e.ring == ring]
        assert all(a.time < b.time for a, b in zip(mine, fed, strict=True))
        assert {e.function for e in mine} == {"put" if ring else "<module>"}


EVERY_WAY = """
import multiprocessing as mp, sys, queue, time
from multiprocessing.queues import Queue

class Mine(Queue):
    def put(self, item, *args):
        super().put(("mine", item), *args)

def refuse(call, *args):
    try:
        print(call(*args))
    except Exception as error:
        frames, tb = [], error.__traceback__
        while tb:
            frames.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
            tb = tb.tb_next
        print(type(error).__name__, error, frames if sys.version_info >= (3, 11) else "")

def work(q, mine, simple):
    simple.put(q.get())
    simple.put(mine.get())

def main():
    q, joinable, simple = mp.Queue(2), mp.JoinableQueue(), mp.SimpleQueue()
    mine = Mine(ctx=mp.get_context())
    print(type(q), type(simple), q.empty(), q.full(), q.qsize(), isinstance(mine, Queue))
    refuse(q.get, False)
    refuse(q.get, True, 0.01)
    refuse(q.get, True, -1)
    refuse(q.get_nowait)
    q.put(1); q.put("two")
    refuse(q.put, 3, False)
    refuse(q.put, 3, True, 0.01)
    refuse(q.put_nowait, 3)
    print(q.qsize(), q.full())
    mine.put(5)
    child = mp.Process(target=work, args=(q, mine, simple))
    child.start()
    print(simple.get(), simple.get(), q.get(timeout=10), simple.empty())
    child.join()
    joinable.put(1)
    print(joinable.get())
    joinable.task_done()
    joinable.join()
    refuse(joinable.task_done)
    q.close()
    refuse(q.put, 1)
    q.join_thread()
    simple.close()
    refuse(simple.put, 1)
    refuse(mp.Queue().join_thread)

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    main()
"""


@pytest.mark.parametrize("python", INTERPRETERS)
@pytest.mark.parametrize("method", METHODS)
def test_works_and_fails_as_without_us(tmp_path: Path, method: str, python: str) -> None:
    bare = run_bare(EVERY_WAY, tmp_path, method, python=python)
    watched = run(EVERY_WAY, tmp_path, method, python=python)
    plain = [text.replace(" at 0x", "\n0x").split("\n") for text in (bare.stdout, watched.stdout)]
    kept = [[line for line in lines if not line.startswith("0x")] for lines in plain]
    assert kept[0] == kept[1]
    assert (watched.code, watched.stderr) == (bare.code, bare.stderr) == (0, "")


def test_waiting_full_and_empty(tmp_path: Path) -> None:
    source = """
import multiprocessing as mp, queue
q = mp.Queue(1)
try: q.get_nowait()
except queue.Empty: pass
try: q.get(timeout=0.02)
except queue.Empty: pass
q.put(1)
try: q.put(2, timeout=0.02)
except queue.Full: pass
try: q.put_nowait(3)
except queue.Full: pass
q.get()
"""
    watched = run(source, tmp_path)
    assert watched.code == 0, watched.stderr
    key = watched.key("Queue")
    assert watched.objects[key]["bound"] == 1
    mine = [e for e in watched.of(*Kind, key=key) if e.thread == 0 and e.kind < Kind.CLOSE]
    assert [(e.kind, e.line) for e in mine] == [
        (Kind.EMPTY, 4),
        (Kind.GET_WAIT, 6),
        (Kind.EMPTY, 6),
        (Kind.PUT, 8),
        (Kind.PUT_WAIT, 9),
        (Kind.FULL, 9),
        (Kind.FULL, 11),
        (Kind.GET, 13),
    ]
    assert mine[0].span
    assert mine[2].time - mine[1].time > 19_000_000


def test_the_feeder_and_the_end_of_the_process(tmp_path: Path) -> None:
    source = """
import multiprocessing as mp
q = mp.Queue()
reader = mp.get_context("fork").Process(target=q.get)
reader.start()
q.put(lambda: 1)
q.put(b"x" * 200_000)
reader.join()
"""
    watched = run(source, tmp_path)
    assert watched.code == 0, watched.stderr
    assert "ipcsim" not in watched.stderr
    assert "PicklingError" in watched.stderr
    kinds = Kind.THREAD_BEGIN, Kind.FEED, Kind.THREAD_END
    feeder = [e for e in watched.of(*kinds) if e.thread == 1]
    assert [e.kind for e in feeder] == [
        Kind.THREAD_BEGIN,
        Kind.FEED,
        Kind.FEED,
        Kind.THREAD_END,
    ]
    unpicklable, sent = [e for e in feeder if e.kind == Kind.FEED]
    assert unpicklable.arg == -1
    assert sent.arg >> 32 > 200_000
    main = [e.kind for e in watched.of(Kind.FEEDER_WAIT, Kind.FEEDER_DONE)]
    assert main in ([], [Kind.FEEDER_WAIT, Kind.FEEDER_DONE])


def test_tasks(tmp_path: Path) -> None:
    source = """
import multiprocessing as mp
q = mp.JoinableQueue()
def work():
    q.get()
    q.task_done()
if __name__ == "__main__":
    q.put("job")
    child = mp.get_context("fork").Process(target=work)
    child.start()
    q.join()
    child.join()
    q.close()
    q.cancel_join_thread()
"""
    watched = run(source, tmp_path)
    assert watched.code == 0, watched.stderr
    kinds = [Kind.TASK_DONE, Kind.ALL_DONE, Kind.CLOSE, Kind.CANCEL_JOIN]
    assert [e.kind for e in watched.of(*kinds)] == kinds
    assert not watched.of(Kind.ACQUIRED, Kind.WAIT)


def test_who_waits_is_seen_also_when_others_have_taken_what_was_there(tmp_path: Path) -> None:
    """A reader that saw three items in the pipe finds none: one of them was all it got."""
    source = """
import multiprocessing as mp, os, time
mp.set_start_method("fork")
queue = mp.Queue()
def child():
    print(queue.get(), queue.get())
def late():
    time.sleep(0.2)
    for n in (4, 5): queue.put(n)
for n in (1, 2, 3): queue.put(n)
while queue._buffer: time.sleep(0.001)
time.sleep(0.1)
print(queue.get(), flush=True)
if METHOD == "fork":
    pid = os.fork()
    if not pid:
        child()
        os._exit(0)
    os.waitpid(pid, 0)
else:
    other = mp.Process(target=child)
    other.start()
    other.join()
feeder = mp.Process(target=late)
feeder.start()
print(queue.get(), queue.get(), flush=True)
feeder.join()
"""
    for method in ("fork", "Process"):
        watched = run(source.replace("METHOD", repr(method)), tmp_path)
        assert watched.code == 0, watched.stderr
        main = [e for e in watched.of(Kind.GET_WAIT, Kind.GET) if e.ring == 0]
        assert [e.kind for e in main][:3] == [Kind.GET, Kind.GET_WAIT, Kind.GET], method

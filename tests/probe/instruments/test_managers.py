"""Managers: a proxy's call is told by client and server, and what it means for what it is."""

from __future__ import annotations

import pytest

from ipcsim.events import Kind
from tests.probe.watching import Watched, run

METHODS = ("fork", "spawn", "forkserver")
PROGRAM = """
import multiprocessing as mp, queue, sys

def work(lock, tasks, value, shared):
    for n in range(20):
        with lock:
            value.value += 1
            shared["x"] += 1
        tasks.put((n,))

if __name__ == "__main__":
    ctx = mp.get_context(sys.argv[1])
    with ctx.Manager() as manager:
        lock, tasks, value = manager.Lock(), manager.Queue(5), manager.Value("i", 0)
        shared = manager.dict(x=0)
        team = [ctx.Process(target=work, args=(lock, tasks, value, shared)) for _ in range(2)]
        for child in team: child.start()
        for _ in range(40): tasks.get()
        for child in team: child.join()
        print(value.value, shared["x"])
        try: tasks.get_nowait()
        except queue.Empty: pass
"""


@pytest.fixture(scope="module", params=METHODS)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return run(PROGRAM, tmp_path_factory.mktemp("managers"), request.param)


def test_program_works(watched: Watched) -> None:
    assert watched.stdout == "40 40\n"


def test_only_the_managers_things_are_seen(watched: Watched) -> None:
    kinds = [facts["kind"] for facts in watched.objects.values()]
    assert sorted(kinds) == ["Lock", "Manager", "Proxy", "Queue", "Value"]
    assert watched.objects[watched.key("Queue")]["type"] == "Queue"


def test_every_call_is_answered_and_served(watched: Watched) -> None:
    calls = watched.of(Kind.CALL)
    assert len(calls) == len(watched.of(Kind.RESULT, Kind.CALL_FAILED))
    assert len(calls) == len(watched.of(Kind.SERVE)) == len(watched.of(Kind.SERVED))
    assert all(event.line for event in calls)
    assert len({event.ring for event in watched.of(Kind.SERVE)}) == 1


def test_lock_has_one_holder_at_a_time(watched: Watched) -> None:
    holder = None
    for event in watched.of(Kind.ACQUIRED, Kind.RELEASE, key=watched.key("Lock")):
        if event.kind == Kind.ACQUIRED:
            assert holder is None
            holder = event.ring
        else:
            assert holder == event.ring
            holder = None


def test_messages_of_the_queue_can_be_matched(watched: Watched) -> None:
    key = watched.key("Queue")
    fed, taken = watched.of(Kind.FEED, key=key), watched.of(Kind.GET, key=key)
    assert len(fed) == len(taken) == len(watched.of(Kind.PUT, key=key)) == 40
    assert len(watched.of(Kind.PUT_WAIT, key=key)) == 40
    assert all(put.time < got.time for put, got in zip(fed, taken, strict=True))
    assert len(watched.of(Kind.EMPTY, key=key)) == 1


@pytest.mark.parametrize("kind", ["Value", "Proxy"])
def test_an_update_is_a_read_and_a_write(watched: Watched, kind: str) -> None:
    key = watched.key(kind)
    accesses = watched.of(Kind.READ, Kind.WRITE, key=key)
    values = [(event.kind.name, event.value) for event in accesses]
    expected = [pair for n in range(40) for pair in (("READ", n), ("WRITE", n + 1))]
    assert values == [*expected, ("READ", 40)]

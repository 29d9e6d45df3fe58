"""What is told of real runs: when processes ended, what they were doing, what a manager holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ipcsim.events import Kind
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import State
from ipcsim.trace.kinds import MOVING, WAITING
from ipcsim.trace.moment import ProcessAt
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.run.watching import program, watch

PROGRAM = """
import multiprocessing as mp
import queue
import time
from concurrent.futures import ProcessPoolExecutor

count = 0


def work(hits, start, rows):
    global count
    start.wait()
    for _ in range(3):
        hits["page"] += 1
    rows.append(1)
    count += 1


def main():
    global count
    count = 100
    manager = mp.Manager()
    hits, start, rows = manager.dict(page=0), manager.Barrier(2), manager.list()
    team = [mp.Process(target=work, args=(hits, start, rows)) for _ in range(2)]
    for process in team:
        process.start()
    for process in team:
        process.join()
    hits["other"] = "x"
    letters, counted = queue.Queue(), queue.Queue()
    letters.put(1)
    counted.put(1)
    counted.get()
    counted.task_done()
    paced = queue.Queue()
    for number in range(16):
        paced.put(number)
        paced.get()
        time.sleep(0.02)
    with ProcessPoolExecutor(2) as pool:
        pool.submit(time.sleep, 0.3)
        pool.submit(time.sleep, 0).result()


if __name__ == "__main__":
    main()
"""


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    path = program(tmp_path_factory.mktemp("real"), PROGRAM)
    run = watch(path, start_method="fork", watch=["count"])
    assert run.ended.exit_code == 0, run.stdout
    return run.trace


def object_named(trace: Trace, name: str) -> int:
    return next(info.object for info in trace.objects if info.name == name)


def test_nobody_outlives_its_parent_s_join(trace: Trace) -> None:
    store = trace.store
    seen = 0
    for ordinal in store.of(-1, Kind.REAPED).tolist():
        pid = trace.raw.arg(int(store.where.view[ordinal])) >> 32
        process = trace.process_of_pid(pid)
        assert process is not None
        ended = trace.processes[process].ended
        assert ended is not None
        assert ended <= store.time(ordinal)
        seen += 1
    assert seen >= 5


def test_a_pool_s_worker_waits_for_its_first_task(trace: Trace) -> None:
    workers = [info for info in trace.processes if info.is_pool_worker]
    assert len(workers) == 2
    for info in workers:
        begun = trace.store.of_actor(info.actors[0])
        kinds = trace.store.kind.view[begun]
        target = trace.store.time(int(begun[np.flatnonzero(kinds == Kind.TARGET)[0]]))
        first = trace.store.time(int(begun[np.flatnonzero(kinds == Kind.TASK_BEGIN)[0]]))
        states, _holding = trace.lane(info.process).view(target + 1, first, 20)
        assert (states == WAITING).all()
        before, _holding = trace.lane(info.process).view(info.started, target, 20)
        assert (before == MOVING).any()


def test_what_a_manager_holds(trace: Trace) -> None:
    hits = object_named(trace, "hits")
    wrote = trace.store.of(hits, Kind.WRITE)
    world = World(trace)

    def contents(t: int) -> dict[str, str]:
        return dict(next(iter(world.at(t).services.values())).contents)

    first, last = (trace.store.time(int(wrote[n])) for n in (0, -1))
    assert contents(first)["hits"] == "{'page': 1}"
    held = contents(last)["hits"]
    assert held.startswith("{'page': ")
    assert held.endswith(", 'other': 'x'}")
    # append() changes a list in a way that isn't followed: then the last call is told.
    assert contents(trace.end)["rows"] == "append(1)"


def test_who_waits_in_a_call_of_a_manager_waits_once(trace: Trace) -> None:
    start = object_named(trace, "start")
    assert trace.series(start, "waiting").highest == 2


def test_only_reported_tasks_are_unfinished(trace: Trace) -> None:
    moment = World(trace).at(trace.end)
    assert moment.tubes[object_named(trace, "letters")].unfinished is None
    assert moment.tubes[object_named(trace, "counted")].unfinished == 0


def test_what_a_process_has_made_of_its_globals(trace: Trace) -> None:
    shown = {p.name: dict(p.watched) for p in World(trace).at(trace.end).processes}
    workers = [watched for name, watched in shown.items() if name.startswith("Process-")]
    assert [watched.get("count") for watched in workers] == ["101", "101"]
    assert shown["MainProcess"]["count"] == "100"


def test_a_rate_is_taken_over_some_messages(trace: Trace) -> None:
    paced = object_named(trace, "paced")
    taken = trace.store.of(paced, Kind.GET)
    first, last = (trace.store.time(int(taken[n])) for n in (0, -1))
    _times, rates, _same = trace.series(paced, "rate").view(first, last, 700)
    assert 1 < len(rates) < 8
    assert rates.min() > 0
    assert rates.max() <= 50


def test_a_pool_s_idle_worker_has_no_line(trace: Trace) -> None:
    worker = next(info for info in trace.processes if info.is_pool_worker)
    begun = trace.store.of_actor(worker.actors[0])
    (task, *_more) = begun[trace.store.kind.view[begun] == Kind.TASK_BEGIN].tolist()
    world = World(trace)

    def shown(t: int) -> ProcessAt:
        return next(p for p in world.at(t).processes if p.process == worker.process)

    idle, busy = shown(trace.store.time(task) - 1), shown(trace.store.time(task))
    assert (idle.state, busy.state) == (State.WAITING, State.RUNNING)
    assert idle.actors[0].place is None
    assert idle.actors[0].idle
    assert not busy.actors[0].idle


def test_when_nothing_happens_it_is_said_why(tmp_path: Path) -> None:
    """Not who waits for whom to end, though that began last."""
    stuck = """
        import multiprocessing as mp, time
        def book(lock):
            with lock:
                lock.acquire()
        if __name__ == "__main__":
            worker = mp.Process(target=book, args=(mp.Lock(),), name="clerk")
            worker.start()
            time.sleep(0.3)
            worker.join()
    """
    trace = watch(program(tmp_path, stuck), timeout=3.0).trace
    joining = int(trace.store.of(-1, Kind.JOIN_WAIT)[-1])
    said = World(trace).at(trace.store.time(joining) + 600_000_000).caption
    assert said.startswith("clerk waits")
    assert "held by this very thread" in said


def test_each_pool_has_its_own_workers(tmp_path: Path) -> None:
    two = """
import multiprocessing as mp

def main():
    with mp.Pool(3) as many, mp.Pool(2) as few:
        many.map(abs, range(6))
        few.map(abs, range(6))
        many.close(), few.close()
        many.join(), few.join()

if __name__ == "__main__":
    main()
"""
    trace = watch(program(tmp_path, two), start_method="fork").trace
    assert sum(info.is_pool_worker for info in trace.processes) == 5
    world = World(trace)
    services = world.at(trace.end).services
    members = [set(services[object_named(trace, name)].members) for name in ("many", "few")]
    assert [len(one) for one in members] == [3, 2]
    assert not members[0] & members[1]


def test_bare_memory_holds_nobody_knows_what(tmp_path: Path) -> None:
    path = program(
        tmp_path,
        """
        import multiprocessing as mp

        bare = mp.Value("i", 3, lock=False)
        pair = mp.RawArray("i", [1, 2])
        seen, taken = mp.Value("i", 4), mp.Value("i", 5)
        bare.value = pair[0] = taken.get_obj().value = 9
        taken.value
        """,
    )
    trace = watch(path).trace
    cells = World(trace).at(trace.end).cells
    told = {
        name: [(cell.label, cell.raw) for cell in cells[object_named(trace, name)]]
        for name in ("bare", "pair", "seen", "taken")
    }
    assert told == {
        "bare": [("?", True)],
        "pair": [("?", True), ("?", True)],
        "seen": [("4", False)],
        "taken": [("9", True)],
    }


HOLDS = """
import multiprocessing as mp, time

def hold(lock, held):
    with lock:
        held.set()
        time.sleep(60)

if __name__ == "__main__":
    lock, held = mp.Lock(), mp.Event()
    worker = mp.Process(target=hold, args=(lock, held))
    worker.start()
    held.wait()
    if {killed}:
        worker.kill()
        worker.join()
    time.sleep(60)
"""


@pytest.mark.parametrize("killed", [False, True])
def test_who_is_stopped_with_the_run_has_orphaned_nothing(tmp_path: Path, killed: bool) -> None:
    """Red is what is wrong with the program, not that a person has stopped it."""
    with Session(RunSpec(program(tmp_path, HOLDS.format(killed=killed)))) as session:
        while session.running and not len(session.trace.store.of(-1, Kind.SLEEP)) > killed:
            session.wait(0.05)
            session.poll()
        session.stop()
        while session.running:
            session.wait(0.05)
            session.poll()
        gate = World(session.trace).at(session.trace.end).gates[0]
    assert gate.holders
    assert gate.orphaned is killed

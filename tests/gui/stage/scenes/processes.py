"""Processes and threads: every state, many, long names."""

from __future__ import annotations

from ipcsim.events import ObjectKind as K
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import (
    CellAt,
    GateAt,
    Motion,
    Move,
    TubeAt,
)
from tests.gui.stage.scenes.builder import NOW, Made, S, Stage


def states() -> Made:
    """Every state of a process."""
    s = Stage()
    s.main("p.join()", joins=1)
    s.process(
        "worker-1",
        "x = c.value",
        State.RUNNING,
        threads=[("feeder", State.WAITING), ("time.sleep(1)", State.ASLEEP)],
    )
    s.process("worker-2", "", State.STARTING, since=NOW - 400_000_000, daemon=True)
    s.process("worker-3", "return", State.ENDING, detail="can't end: feeder has 1 item")
    s.process("worker-4", "", State.ENDED, exit_code=0)
    s.process("worker-5", "", State.CRASHED, detail="ValueError: empty (line 21)", exit_code=1)
    s.process("worker-6", "", State.TERMINATED, exit_code=-15)
    s.process("worker-7", "total += n", State.OUTSIDE, sentence="outside control: computes")
    s.moves = [Move(Motion.BOLT, NOW - 200_000_000, 0, None, "terminate()", other=6)]
    return s.done()


def crowd(producers_: int = 20, consumers: int = 44, rate: float = 9840.0) -> Made:
    """Many processes round one queue at a high rate."""
    s = Stage()
    s.main("p.join()", joins=1)
    tasks = s.object(K.QUEUE, "tasks", bound=8)
    putters, getters = [], []
    for number in range(producers_):
        waits = number % 10 in (0, 3, 5, 6, 8, 9, 4)
        process = s.process(
            f"producer-{number + 1}",
            "tasks.put(1203)",
            State.WAITING if waits else State.RUNNING,
            role="producer",
            waits_for=tasks if waits else None,
            sentence="queue full" if waits else "",
        )
        if waits:
            putters.append(process)
    for number in range(consumers):
        waits = number in (6, 19, 30, 41)
        process = s.process(
            f"consumer-{number + 1}",
            "work(item)",
            State.WAITING if waits else State.RUNNING,
            role="consumer",
            waits_for=tasks if waits else None,
        )
        if waits:
            getters.append(process)
    tokens = s.tokens(*((str(n), 1 + n % max(producers_, 1)) for n in range(8)))
    s.tubes[tasks] = TubeAt(
        tasks, 8, 8, tokens, putters=tuple(putters), getters=tuple(getters), rate=rate
    )
    first = len(s.processes) - consumers
    s.moves = [Move(Motion.GET, NOW - 40_000_000, first, tasks, "1", -1, other=1)]
    return s.done()


def tiles(workers: int = 16) -> Made:
    """A dozen workers at one value and one lock."""
    s = Stage()
    s.main(joins=3)
    counter = s.object(K.VALUE, "counter", type="i")
    lock = s.object(K.LOCK, "lock")
    line = []
    for number in range(workers):
        waits = number % 3 == 0
        process = s.process(
            f"worker-{number + 1}",
            "lock.acquire()" if waits else "counter.value += 1",
            State.WAITING if waits else State.RUNNING,
            role="add",
            waits_for=lock if waits else None,
        )
        if waits:
            line.append(process)
    s.cells[counter] = (CellAt(counter, None, "12899", 13061, 162),)
    s.gates[lock] = GateAt(lock, 1, ((2, NOW - S, 1),), tuple(line))
    return s.done()


def threads() -> Made:
    """One process with many threads and a queue between them."""
    s = Stage()
    q = s.object(K.THREAD_QUEUE, "q", bound=3)
    s.process(
        "MainProcess",
        "thread.join()",
        State.WAITING,
        role="main",
        threads=[
            ("q.put(4)", State.WAITING),
            ("q.get()", State.RUNNING),
            ("q.get()", State.RUNNING),
            ("time.sleep(1)", State.ASLEEP),
            ("work()", State.RUNNING),
            ("work()", State.RUNNING),
        ],
    )
    s.tubes[q] = TubeAt(
        q, 3, 3, s.tokens(("1", 0), ("2", 0), ("3", 0)), unfinished=4, putters=(1000,)
    )
    return s.done()


def long_names() -> Made:
    """Names and values beyond their place."""
    s = Stage()
    s.main("a_function_with_a_very_long_name(argument=12345)")
    q = s.object(K.QUEUE, "queue_with_a_remarkably_long_name", bound=8)
    s.process(
        "ForkServerPoolWorker-12:3",
        "queue_with_a_remarkably_long_name.put(item)",
        watched=[("very_long_variable", "'a long string value here'")],
    )
    s.process(
        "ForkServerPoolWorker-12:4",
        "queue_with_a_remarkably_long_name.get(timeout=2.5)",
        State.WAITING,
        sentence="queue_with_a_remarkably_long_name is empty, and its only producer has exited",
        waits_for=q,
        deadline=NOW + S // 2,
    )
    s.tubes[q] = TubeAt(q, 2, 8, s.tokens(("'a longer text o'", 1), ("list·128", 1)), getters=(2,))
    return s.done()


def huge(count: int = 300) -> Made:
    """More processes than tiles."""
    return crowd(count // 3, count - count // 3)

"""Queues and pipes, in the states they can be in."""

from __future__ import annotations

from ipcsim.events import ObjectKind as K
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import (
    Motion,
    Move,
    TubeAt,
)
from tests.gui.stage.scenes.builder import NOW, Made, S, Stage


def producers(bound: int | None = 6) -> Made:
    """Two producers, two consumers, a full queue."""
    s = Stage()
    s.main(joins=1)
    tasks = s.object(K.QUEUE, "tasks", bound=bound)
    s.process(
        "producer-1",
        "tasks.put(41)",
        State.WAITING,
        waits_for=tasks,
        sentence="the queue is full",
        deadline=NOW + S,
        role="produce",
    )
    s.process(
        "producer-2",
        "tasks.put(42)",
        State.WAITING,
        waits_for=tasks,
        sentence="the queue is full",
        role="produce",
    )
    s.process("consumer-3", "work(36)", role="consume")
    s.process("consumer-4", "tasks.get()", role="consume")
    labels = [("36", 1), ("37", 1), ("38", 2), ("39", 1), ("None", 2), ("41", 2)]
    depth = 6 if bound else 43
    s.tubes[tasks] = TubeAt(tasks, depth, bound, s.tokens(*labels), putters=(1, 2))
    s.moves = [
        Move(Motion.PUT, NOW - 150_000_000, 2, tasks, "41", 5),
        Move(Motion.GET, NOW - 120_000_000, 4, tasks, "35", -1, other=1),
    ]
    return s.done()


def queues() -> Made:
    """The kinds of queues: joinable, simple, last-in-first-out, by priority, closed."""
    s = Stage()
    s.main("jobs.join()", State.WAITING)
    jobs = s.object(K.JOINABLE_QUEUE, "jobs", bound=5)
    simple = s.object(K.SIMPLE_QUEUE, "simple")
    stack = s.object(K.THREAD_LIFO_QUEUE, "stack", bound=6)
    heap = s.object(K.THREAD_PRIORITY_QUEUE, "by_priority")
    s.process(
        "worker-1", "jobs.get()", State.WAITING, waits_for=jobs, sentence="the queue is empty"
    )
    s.process("worker-2", "simple.put('abcdef')")
    s.tubes[jobs] = TubeAt(
        jobs, 2, 5, s.tokens(("7", 0), ("8", 0)), unfinished=5, joiners=(0,), getters=(1,)
    )
    s.tubes[simple] = TubeAt(simple, 1, None, s.tokens(("'abcdef'", 2)))
    s.tubes[stack] = TubeAt(stack, 3, 6, s.tokens(("c", 2), ("b", 2), ("a", 1)))
    s.tubes[heap] = TubeAt(
        heap, 3, None, s.tokens(("(1, 'x')", 1), ("(2, 'y')", 2), ("(9, 3)", 1)), closed=True
    )
    return s.done()


def pipeline() -> Made:
    """Three stages and two queues between them."""
    s = Stage()
    s.main()
    raw = s.object(K.QUEUE, "raw", bound=4)
    clean = s.object(K.QUEUE, "clean")
    s.process("reader-1", "raw.put(12)", role="read")
    s.process("filter-2", "clean.put(5)", role="filter")
    s.process(
        "filter-3",
        "raw.get()",
        State.WAITING,
        waits_for=raw,
        sentence="raw is empty",
        role="filter",
    )
    s.process("writer-4", "clean.get()", role="write")
    s.tubes[raw] = TubeAt(raw, 2, 4, s.tokens(("11", 1), ("12", 1)), getters=(3,))
    s.tubes[clean] = TubeAt(clean, 3, None, s.tokens(("3", 2), ("4", 3), ("5", 2)))
    s.moves = [
        Move(Motion.GET, NOW - 200_000_000, 2, raw, "10", -1, other=1),
        Move(Motion.GET, NOW - 100_000_000, 4, clean, "2", -1, other=2),
    ]
    return s.done()


def pipes() -> Made:
    """A duplex pipe, both full, and a one-way one."""
    s = Stage()
    s.main()
    a = s.object(K.PIPE_END, "left, right", peer=1)
    b = s.object(K.PIPE_END, "left, right", peer=0)
    c = s.object(K.PIPE_END, "source, sink", peer=3)
    s.object(K.PIPE_END, "source, sink", peer=2)
    s.process(
        "ping-1",
        "left.send(bytes·70000)",
        State.WAITING,
        waits_for=a,
        sentence="the pipe is full",
        role="ping",
    )
    s.process(
        "pong-2",
        "right.send(bytes·70000)",
        State.WAITING,
        waits_for=b,
        sentence="the pipe is full",
        role="pong",
    )
    s.tubes[a] = TubeAt(
        a, 1, None, s.tokens(("bytes·70000", 1)), bytes=65536, putters=(1,), source=1, target=2
    )
    s.tubes[b] = TubeAt(
        b, 1, None, s.tokens(("bytes·70000", 2)), bytes=65536, putters=(2,), source=2, target=1
    )
    s.tubes[c] = TubeAt(c, 1, None, s.tokens(("'hello'", 1)), source=1, target=2)
    return s.done()


def many_queues(count: int = 20) -> Made:
    """A chain of queues and of the processes between them."""
    s = Stage()
    s.main()
    for number in range(count):
        s.object(K.QUEUE, f"queue_{number + 1}", bound=8)
    for number in range(6):
        s.process(f"worker-{number + 1}", f"queue_{number + 1}.put(3)", role="work")
    for number in range(count):
        sender = 1 + number % 3
        receiver = 4 + number % 3
        s.tubes[number] = TubeAt(
            number, number % 9, 8, s.tokens(*(("x", sender) for _ in range(number % 9)))
        )
        s.moves.append(Move(Motion.GET, NOW - 3 * S, receiver, number, "x"))
        s.moves.append(Move(Motion.PUT, NOW - 3 * S, sender, number, "x"))
    return s.done()


def chain(length: int = 8) -> Made:
    """A sieve: each process sends to the next."""
    s = Stage()
    s.main("first.put(2)", State.RUNNING)
    for number in range(length):
        tube = s.object(K.QUEUE, f"to_{number + 1}", bound=2)
        process = s.process(f"sieve-{number + 1}", f"to_{number + 1}.get()", role="sieve")
        s.tubes[tube] = TubeAt(tube, 1, 2, s.tokens((str(number * 2 + 3), number)))
        s.moves.append(Move(Motion.GET, NOW - 3 * S, process, tube, "x"))
    return s.done()


def ring(length: int = 4) -> Made:
    """Each process sends to the next, the last to the first."""
    s = Stage()
    s.main(joins=1)
    for number in range(length):
        s.object(K.QUEUE, f"to_{number + 1}")
    for number in range(length):
        s.process(f"node-{number + 1}", f"to_{number + 1}.get()", role="node")
        s.tubes[number] = TubeAt(number, 0, None, ())
        after = (number + 1) % length
        s.moves.append(Move(Motion.PUT, NOW - 3 * S, number + 1, after, "token"))
        s.moves.append(Move(Motion.GET, NOW - 3 * S, number + 1, number, "token"))
    return s.done()

"""Moments for the tests of the stage, built by hand: each mechanism in the states it can be in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ipcsim.events import ObjectKind as K
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import (
    ActorAt,
    CellAt,
    Chip,
    GateAt,
    MemoryAt,
    Moment,
    Motion,
    Move,
    ObjectInfo,
    Place,
    ProcessAt,
    ServiceAt,
    Token,
    TubeAt,
)

S = 1_000_000_000
NOW = 3_482_000_000


@dataclass
class Made:
    """A moment and the objects of its run."""

    moment: Moment
    objects: list[ObjectInfo]
    deadlock: tuple[tuple[int, int], ...] = ()


@dataclass
class Stage:
    """Builds a moment. Processes get the actor of their own number; threads follow from 1000."""

    t: int = NOW
    processes: list[ProcessAt] = field(default_factory=list)
    objects: list[ObjectInfo] = field(default_factory=list)
    tubes: dict[int, TubeAt] = field(default_factory=dict)
    gates: dict[int, GateAt] = field(default_factory=dict)
    cells: dict[int, tuple[CellAt, ...]] = field(default_factory=dict)
    memories: dict[int, MemoryAt] = field(default_factory=dict)
    services: dict[int, ServiceAt] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    deadlock: tuple[tuple[int, int], ...] = ()

    def process(
        self,
        name: str,
        operation: str = "",
        state: State = State.RUNNING,
        line: int = 7,
        sentence: str = "",
        role: str = "",
        parent: int | None = 0,
        since: int | None = None,
        waits_for: int | None = None,
        deadline: int | None = None,
        joins: int | None = None,
        detail: str = "",
        exit_code: int | None = None,
        chips: Sequence[tuple[int, str, bool]] = (),
        watched: Sequence[tuple[str, str]] = (),
        threads: Sequence[tuple[str, State]] = (),
        daemon: bool = False,
    ) -> int:
        number = len(self.processes)
        began = self.t - 2 * S if since is None else since
        place = Place("program.py", line)
        main = ActorAt(
            number,
            number,
            0,
            "MainThread",
            state,
            began,
            operation,
            place,
            waits_for,
            sentence,
            deadline,
            joins,
        )
        actors = [main]
        for index, (text, thread_state) in enumerate(threads):
            actors.append(
                ActorAt(
                    1000 + number * 20 + index,
                    number,
                    index + 1,
                    f"Thread-{index + 1}",
                    thread_state,
                    began,
                    text,
                    place,
                    None,
                    "",
                )
            )
        self.processes.append(
            ProcessAt(
                number,
                name,
                role or name.rstrip("0123456789").rstrip("-"),
                4000 + number,
                None if number == 0 else parent,
                daemon,
                number == 0,
                state,
                began,
                exit_code,
                detail,
                tuple(actors),
                tuple(Chip(o, None, label, stale) for o, label, stale in chips),
                tuple(watched),
            )
        )
        return number

    def main(
        self, operation: str = "worker.join()", state: State = State.WAITING, **more: object
    ) -> int:
        return self.process("MainProcess", operation, state, 19, role="main", **more)

    def object(self, kind: str, name: str, **more: Any) -> int:
        number = len(self.objects)
        self.objects.append(ObjectInfo(number, kind, name, 0, Place("program.py", 11), **more))
        return number

    def tokens(self, *labels_and_senders: tuple[str, int], first: int = 0) -> tuple[Token, ...]:
        return tuple(
            Token(first + i, label, sender) for i, (label, sender) in enumerate(labels_and_senders)
        )

    def done(self) -> Made:
        return Made(
            Moment(
                self.t,
                tuple(self.processes),
                self.tubes,
                self.gates,
                self.cells,
                self.memories,
                self.services,
                tuple(self.moves),
            ),
            self.objects,
            self.deadlock,
        )


def lost_update(workers: int = 4) -> Made:
    """Four workers at one value; two hold 41, one is writing 42."""
    s = Stage()
    s.main(joins=1)
    counter = s.object(K.VALUE, "counter", type="i")
    s.process("worker-1", "x = 41", chips=[(counter, "41", False)])
    s.process(
        "worker-2", "held", State.HELD, since=NOW - 300_000_000, chips=[(counter, "41", True)]
    )
    if workers > 2:
        s.process("worker-3", "counter.value += 1")
        s.process("worker-4", "counter.value += 1")
    s.cells[counter] = (CellAt(counter, None, "42", 44, 2, True, workers - 1),)
    s.moves = [
        Move(Motion.READ, NOW - 250_000_000, 1, counter, "41"),
        Move(Motion.READ, NOW - 150_000_000, 2, counter, "41"),
        Move(Motion.WRITE, NOW - 100_000_000, workers - 1, counter, "42"),
    ]
    return s.done()


def wrong_write() -> Made:
    """A write that throws away a value nobody had read, with the value's own lock in use."""
    s = Stage()
    s.main(joins=1)
    counter = s.object(K.VALUE, "counter", type="i")
    lock = s.object(K.RLOCK, "counter's lock", owner=counter)
    s.process("worker-1", "counter.value += 1", chips=[(counter, "41", True)])
    s.process(
        "worker-2",
        "counter.value += 1",
        State.WAITING,
        waits_for=lock,
        sentence="waits for counter's lock, held by worker-1",
    )
    s.cells[counter] = (CellAt(counter, None, "42", 43, 1, True, 1),)
    s.gates[lock] = GateAt(lock, 1, ((1, NOW - S, 1),), (2,))
    s.moves = [Move(Motion.WRITE, NOW - 80_000_000, 1, counter, "42", wrong=True, replaced="42")]
    return s.done()


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


def locks() -> Made:
    """Lock with a line, RLock held thrice, semaphore, one permit too many, an orphan."""
    s = Stage()
    s.main(joins=2)
    lock = s.object(K.LOCK, "print_lock")
    rlock = s.object(K.RLOCK, "rlock")
    semaphore = s.object(K.SEMAPHORE, "slots")
    over = s.object(K.SEMAPHORE, "permits")
    orphan = s.object(K.LOCK, "orphan")
    s.process(
        "worker-1",
        "print_lock.acquire()",
        State.WAITING,
        waits_for=lock,
        sentence="waits for print_lock, held by worker-2 for 4 ms",
    )
    s.process("worker-2", "print('hello')", watched=[("total", "17"), ("names", "list·3")])
    s.process(
        "worker-3",
        "print_lock.acquire()",
        State.WAITING,
        waits_for=lock,
        deadline=NOW + S,
        sentence="waits for print_lock, held by worker-2 for 4 ms",
    )
    s.process("worker-4", "time.sleep(2)", State.ASLEEP, deadline=NOW + 1_400_000_000)
    s.process("worker-5", "", State.KILLED, detail="killed (SIGKILL), line 14", exit_code=-9)
    s.gates[lock] = GateAt(lock, 1, ((2, NOW - 4_000_000 - S, 1),), (1, 3))
    s.gates[rlock] = GateAt(rlock, 1, ((1, NOW - S, 3),))
    s.gates[semaphore] = GateAt(semaphore, 3, ((1, NOW - S, 1), (4, NOW - S, 1)))
    s.gates[over] = GateAt(over, 2, ((2, NOW - S, 1),), extra=1)
    s.gates[orphan] = GateAt(orphan, 1, ((5, NOW - S, 1),), orphaned=True)
    return s.done()


def deadlock() -> Made:
    """Two locks in two orders."""
    s = Stage()
    s.main(joins=1)
    a, b = s.object(K.LOCK, "a"), s.object(K.LOCK, "b")
    other = s.object(K.QUEUE, "log")
    s.process(
        "worker-1",
        "b.acquire()",
        State.WAITING,
        9,
        waits_for=b,
        sentence="waits for b, held by worker-2",
    )
    s.process(
        "worker-2",
        "a.acquire()",
        State.WAITING,
        14,
        waits_for=a,
        sentence="waits for a, held by worker-1",
    )
    s.process("logger-3", "log.get()", role="logger")
    s.gates[a] = GateAt(a, 1, ((1, NOW - S, 1),), (2,))
    s.gates[b] = GateAt(b, 1, ((2, NOW - S, 1),), (1,))
    s.tubes[other] = TubeAt(other, 0, None, ())
    s.deadlock = ((1, b), (2, a))
    return s.done()


def condition(heard: bool = True) -> Made:
    """A condition: one holds it, one in line, two in the room."""
    s = Stage()
    s.main(joins=1)
    c = s.object(K.CONDITION, "not_empty")
    gone = s.object(K.CONDITION, "ready")
    for number in (1, 2):
        s.process(
            f"worker-{number}",
            "not_empty.wait()",
            State.WAITING,
            waits_for=c,
            sentence="waits to be notified",
        )
    s.process("worker-3", "items.append(7)")
    s.process(
        "worker-4",
        "not_empty.acquire()",
        State.WAITING,
        waits_for=c,
        sentence="waits for not_empty, held by worker-3",
    )
    s.gates[c] = GateAt(c, 1, ((3, NOW - S, 1),), (4,), (1, 2), last_notify=NOW - 100_000_000)
    s.gates[gone] = GateAt(gone, 1, last_notify=NOW - 60_000_000, heard=heard)
    return s.done()


def events() -> Made:
    """An event that isn't set, one that is, a barrier that fills and one that broke."""
    s = Stage()
    s.main("start.set()", State.RUNNING)
    start, go = s.object(K.EVENT, "start"), s.object(K.EVENT, "go")
    barrier, broken = s.object(K.BARRIER, "phase"), s.object(K.BARRIER, "other")
    for number in (1, 2, 3):
        s.process(
            f"worker-{number}",
            "start.wait()",
            State.WAITING,
            waits_for=start,
            sentence="start is not set",
        )
    s.process(
        "worker-4", "phase.wait()", State.WAITING, waits_for=barrier, sentence="1 of 4 is here"
    )
    s.gates[start] = GateAt(start, 0, line=(1, 2, 3), is_set=False)
    s.gates[go] = GateAt(go, 0, is_set=True)
    s.gates[barrier] = GateAt(barrier, 4, line=(4,), phase=7)
    s.gates[broken] = GateAt(broken, 4, broken=True)
    return s.done()


def arrays() -> Made:
    """An array, a shared list and blocks of memory."""
    s = Stage()
    s.main()
    array = s.object(K.ARRAY, "totals", type="i", size=6)
    listed = s.object(K.SHAREABLE_LIST, "names", size=3)
    block = s.object(K.SHARED_MEMORY, "block", size=4096)
    gone = s.object(K.SHARED_MEMORY, "old", size=1 << 21)
    s.process("worker-1", "totals[2] = 9", chips=[(array, "4", False), (array, "7", True)])
    s.process("worker-2", "block.buf[0] = 1")
    s.cells[array] = tuple(CellAt(array, i, str(v)) for i, v in enumerate((3, 1, 9, 1, 5, 12)))
    s.cells[listed] = tuple(CellAt(listed, i, v) for i, v in enumerate(("'ann'", "2.5", "None")))
    s.memories[block] = MemoryAt(block, "psm_1a2b", 4096, (1, 2))
    s.memories[gone] = MemoryAt(gone, "psm_77", 1 << 21, (), unlinked=True)
    return s.done()


def manager() -> Made:
    """A manager: its server is a process, an access is two trips."""
    s = Stage()
    s.main("worker.join()", joins=2)
    m = s.object(K.MANAGER, "manager")
    server = s.process("SyncManager-1", "serve d.get", role="manager")
    s.process("worker-2", "d['x'] += 1")
    s.process("worker-3", "d.get('x')", State.WAITING, sentence="waits for the manager's answer")
    s.services[m] = ServiceAt(
        m,
        (server,),
        contents=(("d", "{'x': 41}"), ("jobs", "list·3"), ("lock", "Lock")),
    )
    s.moves = [
        Move(Motion.CALL, NOW - 200_000_000, 2, m, "d['x']", other=server),
        Move(Motion.RESULT, NOW - 90_000_000, 3, m, "41", other=server),
    ]
    return s.done()


def pool(workers: int = 4) -> Made:
    """A pool with tasks before it, one worker dead and replaced."""
    s = Stage()
    s.main("pool.map(square, range(20))", sentence="waits for the results of pool.map")
    p = s.object(K.POOL, "pool")
    numbers = []
    for index in range(workers):
        state = State.WAITING if index == 2 else State.RUNNING
        numbers.append(
            s.process(
                f"SpawnPoolWorker-{index + 1}", f"square({index + 7})", state, role="pool worker"
            )
        )
    s.services[p] = ServiceAt(
        p,
        tuple(numbers),
        tuple(str(n) for n in range(10, 15)),
        9,
        tuple((n, str(n + 6)) for n in numbers),
        7,
    )
    return s.done()


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


ALL: dict[str, Callable[[], Made]] = {
    "lost_update": lost_update,
    "two_workers": lambda: lost_update(2),
    "wrong_write": wrong_write,
    "producers": producers,
    "unbounded": lambda: producers(None),
    "queues": queues,
    "pipeline": pipeline,
    "pipes": pipes,
    "locks": locks,
    "deadlock": deadlock,
    "condition": condition,
    "unheard": lambda: condition(False),
    "events": events,
    "arrays": arrays,
    "manager": manager,
    "pool": pool,
    "pool_24": lambda: pool(24),
    "states": states,
    "crowd": crowd,
    "tiles": tiles,
    "tiles_24": lambda: tiles(24),
    "tiles_200": lambda: tiles(200),
    "many_queues": many_queues,
    "chain": chain,
    "ring": ring,
    "threads": threads,
    "long_names": long_names,
    "huge": huge,
}


def later(made: Made, ns: int) -> Made:
    """The same a little later, nothing new having happened."""
    return replace(made, moment=replace(made.moment, t=made.moment.t + ns))

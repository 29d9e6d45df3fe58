"""What makes wait: locks, conditions, events, barriers."""

from __future__ import annotations

from ipcsim.events import ObjectKind as K
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import (
    GateAt,
    TubeAt,
)
from tests.gui.stage.scenes.builder import NOW, Made, S, Stage


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

"""Values, arrays, managers, pools."""

from __future__ import annotations

from ipcsim.events import ObjectKind as K
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import (
    CellAt,
    GateAt,
    MemoryAt,
    Motion,
    Move,
    ServiceAt,
)
from tests.gui.stage.scenes.builder import NOW, Made, S, Stage


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

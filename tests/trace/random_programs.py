"""Random programs for Hypothesis: processes that use a lock, a semaphore, a queue and a value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from tests.trace.primitives import Lock, Queue, Value
from tests.trace.simulated import MS, US, Actor, Simulation, Steps, join, start

SOURCE = """\
def main():
    lock = Lock()
    seats = Semaphore(2)
    tasks = Queue(3)
    counter = Value("i", 0)


def work():
    lock.acquire()
    seats.acquire()
    tasks.put(item)
    counter.value += 1
    worker.start()
    worker.join()
"""
ACTIONS = ("lock", "seats", "put", "count", "think")


@dataclass(frozen=True)
class Program:
    """What each process does, in order; a consumer takes all that is put."""

    workers: tuple[tuple[str, ...], ...]
    seed: int
    fork: bool
    step_ms: float


programs = st.builds(
    Program,
    st.lists(
        st.lists(st.sampled_from(ACTIONS), max_size=12).map(tuple), min_size=1, max_size=4
    ).map(tuple),
    st.integers(0, 10_000),
    st.booleans(),
    st.sampled_from((0.05, 0.5, 8.0)),
)


def record(program: Program, path: Path) -> None:
    """Write the recording of a program."""
    simulation = Simulation(path, "random.py", SOURCE, program.seed, program.fork)
    simulation.step = int(program.step_ms * MS)

    def main(me: Actor) -> Steps:
        lock = Lock(me, "Lock()", "sem:/a")
        seats = Lock(me, "Semaphore(2)", "sem:/b", 2)
        tasks = Queue(me, "Queue(3)", "queue:pipe:1", bound=3)
        counter = Value(me, 'Value("i", 0)', "arena:1:2:0")
        items = sum(actions.count("put") for actions in program.workers)

        def consume(worker: Actor) -> Steps:
            for _ in range(items):
                yield from tasks.get(worker, "worker.start()")
                yield simulation.jitter(60 * US)

        def work(actions: tuple[str, ...]) -> object:
            def body(worker: Actor) -> Steps:
                for n, action in enumerate(actions):
                    yield simulation.jitter(20 * US)
                    if action in ("lock", "seats"):
                        gate = lock if action == "lock" else seats
                        yield from gate.acquire(worker, f"{action}.acquire()")
                        yield simulation.jitter(40 * US)
                        gate.release(worker, f"{action}.acquire()")
                    elif action == "put":
                        yield from tasks.put(worker, n, "tasks.put(item)")
                    elif action == "count":
                        seen = yield from counter.read(worker, "counter.value += 1")
                        yield from counter.write(worker, seen + 1, "counter.value += 1")

            return body

        team = []
        for number, actions in enumerate(program.workers):
            body = work(actions)
            name = f"Process-{number + 1}"
            child = yield from start(me, name, "work", body, "worker.start()")  # type: ignore[arg-type]
            team.append(child)
        eater = yield from start(me, "Consumer", "consume", consume, "worker.start()")
        for child in [*team, eater]:
            yield from join(me, child, "worker.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()

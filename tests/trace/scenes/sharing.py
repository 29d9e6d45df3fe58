"""Scenes with shared values."""

from __future__ import annotations

from pathlib import Path

from tests.trace.primitives import Barrier, Lock, Value
from tests.trace.simulated import US, Actor, Simulation, Steps, join, start

COUNTER = """\
from multiprocessing import Barrier, Process, Value


def add(counter, rounds, start):
    start.wait()
    for _ in range(rounds):
        counter.value += 1


def main(workers: int = 4, rounds: int = 200):
    counter = Value("i", 0)
    start = Barrier(workers)
    team = [Process(target=add, args=(counter, rounds, start))
            for _ in range(workers)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print(counter.value, "of", workers * rounds)


if __name__ == "__main__":
    main()
"""


def lost_update(path: Path, workers: int = 4, rounds: int = 200, fork: bool = False) -> None:
    """Workers add to a counter without a lock."""
    _count(path, COUNTER, "lost_update.py", workers, rounds, False, fork)


def lost_update_repaired(path: Path, workers: int = 4, rounds: int = 100) -> None:
    """The same with the counter's lock."""
    source = COUNTER.replace(
        "        counter.value += 1",
        "        with counter.get_lock():\n            counter.value += 1",
    )
    _count(path, source, "lost_update_repaired.py", workers, rounds, True, False)


def _count(
    path: Path, source: str, program: str, workers: int, rounds: int, locked: bool, fork: bool
) -> None:
    simulation = Simulation(path, program, source, fork=fork)
    line, taking = "counter.value += 1", "counter.get_lock()"

    def main(me: Actor) -> Steps:
        counter = Value(me, 'Value("i", 0)', "arena:66:7001:0")
        guard = Lock(me, 'Value("i", 0)', "sem:/mp-counter", owner=counter.number(me.process))
        gate = Barrier(me, "Barrier(workers)", "sem:/mp-start", workers)

        def add(worker: Actor) -> Steps:
            yield from gate.wait(worker, "start.wait()")
            for _ in range(rounds):
                if locked:
                    yield from guard.acquire(worker, taking)
                seen = yield from counter.read(worker, line)
                yield simulation.jitter(800)
                yield from counter.write(worker, seen + 1, line)
                if locked:
                    guard.release(worker, taking)
                yield simulation.jitter(6 * US)

        team = []
        for number in range(workers):
            child = yield from start(me, f"Process-{number + 1}", "add", add, "worker.start()")
            team.append(child)
        for child in team:
            yield from join(me, child, "worker.join()")
        total = yield from counter.read(me, 'counter.value, "of"')
        simulation.recording.output(
            me.process.writer, f"{total} of {workers * rounds}\n", simulation.now
        )

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()


SWAPS = """\
from multiprocessing import Array, Process


def swap(numbers, rounds):
    for i in range(rounds):
        a, b = i % 8, (i + 3) % 8
        x = numbers[a]
        y = numbers[b]
        numbers[a] = y
        numbers[b] = x


def main(workers: int = 3, rounds: int = 60):
    numbers = Array("i", 8)
    for i in range(8):
        numbers[i] = i
    team = [Process(target=swap, args=(numbers, rounds))
            for _ in range(workers)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
"""


def array(path: Path, workers: int = 3, rounds: int = 60) -> None:
    """Workers swap elements of an array without a lock."""
    simulation = Simulation(path, "swaps.py", SWAPS)

    def main(me: Actor) -> Steps:
        numbers = Value(me, 'Array("i", 8)', "arena:66:7002:0", size=8)
        for i in range(8):
            yield from numbers.write(me, i, "numbers[i] = i", i)

        def swap(worker: Actor) -> Steps:
            for i in range(rounds):
                a, b = i % 8, (i + 3) % 8
                x = yield from numbers.read(worker, "x = numbers[a]", a)
                y = yield from numbers.read(worker, "y = numbers[b]", b)
                yield from numbers.write(worker, y, "numbers[a] = y", a)
                yield from numbers.write(worker, x, "numbers[b] = x", b)
                yield simulation.jitter(30 * US)

        team = []
        for number in range(workers):
            child = yield from start(me, f"Process-{number + 1}", "swap", swap, "worker.start()")
            team.append(child)
        for child in team:
            yield from join(me, child, "worker.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()

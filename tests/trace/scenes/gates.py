"""Scenes with locks, conditions, events and barriers, and with processes that die."""

from __future__ import annotations

from pathlib import Path

from ipcsim.supervisor.messages import State
from tests.trace.primitives import Barrier, Condition, Event, Lock, think
from tests.trace.simulated import MS, PARK, Actor, Simulation, Steps, crash, join, start

CONTENTION = """\
from multiprocessing import Lock, Process


def write(page, rounds):
    for _ in range(rounds):
        with page:
            print_slowly()
        think()


def main(workers: int = 5, rounds: int = 25):
    page = Lock()
    team = [Process(target=write, args=(page, rounds))
            for _ in range(workers)]
    for process in team:
        process.start()
    for process in team:
        process.join()


if __name__ == "__main__":
    main()
"""


def lock_contention(path: Path, workers: int = 5, rounds: int = 25, permits: int = 1) -> None:
    """Workers fight over one lock."""
    source, made = CONTENTION, "Lock()"
    if permits > 1:
        made = f"Semaphore({permits})"
        source = CONTENTION.replace("Lock()", made).replace("Lock", "Semaphore")
    simulation = Simulation(path, "page.py", source)

    def main(me: Actor) -> Steps:
        page = Lock(me, made, "sem:/mp-page", permits)

        def write(worker: Actor) -> Steps:
            for _ in range(rounds):
                yield from page.acquire(worker, "page:")
                yield from think(worker, 1)
                page.release(worker, "page:")
                yield from think(worker, 1.5)

        yield from _team(me, workers, "write", write)

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()


def semaphore(path: Path) -> None:
    """Workers share three permits."""
    lock_contention(path, workers=7, rounds=20, permits=3)


def _team(me: Actor, workers: int, target: str, body: object) -> Steps:
    team = []
    for number in range(workers):
        name = f"Process-{number + 1}"
        child = yield from start(me, name, target, body, "process.start()")  # type: ignore[arg-type]
        team.append(child)
    for child in team:
        yield from join(me, child, "process.join()")


TWO_LOCKS = """\
from multiprocessing import Lock, Process


def eat(left, right):
    with left:
        think()
        with right:
            swallow()


def main():
    fork = Lock()
    knife = Lock()
    ann = Process(target=eat, args=(fork, knife), name="Ann")
    bob = Process(target=eat, args=(knife, fork), name="Bob")
    ann.start()
    bob.start()
    ann.join()
    bob.join()


if __name__ == "__main__":
    main()
"""


def deadlock(path: Path) -> None:
    """Two locks taken in two orders; ended by a timeout."""
    simulation = Simulation(path, "two_locks.py", TWO_LOCKS)

    def main(me: Actor) -> Steps:
        fork = Lock(me, "fork = Lock()", "sem:/mp-fork")
        knife = Lock(me, "knife = Lock()", "sem:/mp-knife")

        def eat(left: Lock, right: Lock) -> object:
            def body(worker: Actor) -> Steps:
                yield from left.acquire(worker, "with left:")
                yield from think(worker, 4)
                yield from right.acquire(worker, "with right:")
                right.release(worker, "with right:")
                left.release(worker, "with left:")

            return body

        ann = yield from start(me, "Ann", "eat", eat(fork, knife), "ann.start()")  # type: ignore[arg-type]
        bob = yield from start(me, "Bob", "eat", eat(knife, fork), "bob.start()")  # type: ignore[arg-type]
        yield from join(me, ann, "ann.join()")
        yield from join(me, bob, "bob.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.now += 2_000 * MS
    simulation.finish(exit_code=124, timed_out=True)


SIGNALS = """\
from multiprocessing import Barrier, Condition, Event, Process


def wait(gun, ready, meeting, box):
    gun.wait()
    meeting.wait()
    with ready:
        ready.wait()


def main(workers: int = 4):
    gun = Event()
    ready = Condition()
    meeting = Barrier(workers)
    team = [Process(target=wait, args=(gun, ready, meeting))
            for _ in range(workers)]
    for process in team:
        process.start()
    gun.set()
    while waiting():
        with ready:
            ready.notify()
    with ready:
        ready.notify_all()
    for process in team:
        process.join()


if __name__ == "__main__":
    main()
"""


def signals(path: Path, workers: int = 4) -> None:
    """A starting gun, a barrier, then a condition."""
    simulation = Simulation(path, "signals.py", SIGNALS)

    def main(me: Actor) -> Steps:
        gun = Event(me, "gun = Event()", "sem:/mp-gun")
        ready = Condition(me, "ready = Condition()", "sem:/mp-ready")
        meeting = Barrier(me, "Barrier(workers)", "sem:/mp-meeting", workers)

        def wait(worker: Actor) -> Steps:
            yield from gun.wait(worker, "gun.wait()")
            yield from think(worker, 5)
            yield from meeting.wait(worker, "meeting.wait()")
            yield from ready.acquire(worker, "with ready:")
            yield from ready.wait(worker, "ready.wait()")
            ready.release(worker, "with ready:")

        team = []
        for number in range(workers):
            name = f"Process-{number + 1}"
            child = yield from start(me, name, "wait", wait, "process.start()")
            team.append(child)
        yield from think(me, 10)
        gun.set(me, "gun.set()")
        yield from think(me, 15)
        for turn in range(3):
            yield from ready.acquire(me, "with ready:")
            last = turn == 2
            ready.notify(me, "ready.notify_all()" if last else "ready.notify()", -1 if last else 1)
            ready.release(me, "with ready:")
            yield from think(me, 5)
        for child in team:
            yield from join(me, child, "process.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()


ORPHAN = """\
from multiprocessing import Lock, Process


def crash(door):
    door.acquire()
    work()
    door.release()


def enter(door):
    with door:
        work()


def main():
    door = Lock()
    first = Process(target=crash, args=(door,))
    second = Process(target=enter, args=(door,))
    first.start()
    second.start()
    first.kill()
    second.join()


if __name__ == "__main__":
    main()
"""


def orphaned_lock(path: Path) -> None:
    """A process is killed while it holds the lock that another waits for."""
    simulation = Simulation(path, "orphan.py", ORPHAN)

    def main(me: Actor) -> Steps:
        door = Lock(me, "door = Lock()", "sem:/mp-door")

        def hold(worker: Actor) -> Steps:
            yield from door.acquire(worker, "door.acquire()")
            yield PARK

        def enter(worker: Actor) -> Steps:
            yield from think(worker, 3)
            yield from door.acquire(worker, "with door:")

        first = yield from start(me, "Process-1", "crash", hold, "first.start()")
        second = yield from start(me, "Process-2", "enter", enter, "second.start()")
        yield from think(me, 20)
        simulation.over(first, State.KILLED, -9, "SIGKILL")
        yield from join(me, second, "second.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.now += 1_500 * MS
    simulation.finish(exit_code=124, timed_out=True)


CRASH = """\
from multiprocessing import Process


def divide(a, b):
    return a / b


def main():
    worker = Process(target=divide, args=(1, 0))
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
"""


def crashing(path: Path) -> None:
    """A process ends by an exception."""
    simulation = Simulation(path, "crash.py", CRASH)

    def main(me: Actor) -> Steps:
        def divide(worker: Actor) -> Steps:
            yield from think(worker, 2)
            yield from crash(worker, "ZeroDivisionError", "division by zero", "return a / b")

        worker = yield from start(me, "Process-1", "divide", divide, "worker.start()")
        yield from join(me, worker, "worker.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()

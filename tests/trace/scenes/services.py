"""Scenes with a pool and a manager."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from ipcsim.events import Kind
from tests.trace.primitives import Shared, think
from tests.trace.simulated import PARK, US, Actor, Simulation, Steps, join, start

POOL = """\
from multiprocessing import Pool


def square(number):
    return number * number


def main(workers: int = 4, tasks: int = 40):
    with Pool(workers) as pool:
        print(sum(pool.map(square, range(tasks))))


if __name__ == "__main__":
    main()
"""


class Pool(Shared):
    """Pool."""

    kind = "Pool"


def pool(path: Path, workers: int = 4, tasks: int = 40) -> None:
    """Four workers share forty tasks."""
    simulation = Simulation(path, "squares.py", POOL)

    def main(me: Actor) -> Steps:
        frame = Pool(me, "Pool(workers)", "local:4000:1", size=workers)
        todo = deque(range(tasks))
        idle: list[Actor] = []
        waiting: list[Actor] = []
        done = 0

        def work(worker: Actor) -> Steps:
            nonlocal done
            while True:
                if not todo:
                    idle.append(worker)
                    yield PARK
                    continue
                task = todo.popleft()
                if task < 0:
                    break
                frame.emit(worker, Kind.TASK_BEGIN, "", task << 32 | 1)
                yield from think(worker, 9 if task == 17 else 1.5)
                frame.emit(worker, Kind.TASK_END, "", task << 32 | 1)
                done += 1
                if done == tasks:
                    simulation.wake(waiting[0])

        team = []
        for number in range(workers):
            name = f"SpawnPoolWorker-{number + 1}"
            child = yield from start(me, name, "worker", work, "Pool(workers)")
            team.append(child)
        frame.emit(me, Kind.SUBMIT, "pool.map(square, range(tasks))", tasks << 32 | 1)
        for actor in idle:
            simulation.wake(actor)
        frame.emit(me, Kind.RESULT_WAIT, "pool.map(square, range(tasks))", 1)
        waiting.append(me)
        yield PARK
        frame.emit(me, Kind.RESULT_GOT, "pool.map(square, range(tasks))", 1)
        todo.extend([-1] * workers)
        for actor in idle:
            simulation.wake(actor)
        for child in team:
            yield from join(me, child, "Pool(workers)")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()


MANAGER = """\
from multiprocessing import Manager, Process


def count(totals, rounds):
    for _ in range(rounds):
        totals["x"] = totals["x"] + 1


def main(workers: int = 3, rounds: int = 20):
    with Manager() as manager:
        totals = manager.dict()
        totals["x"] = 0
        team = [Process(target=count, args=(totals, rounds))
                for _ in range(workers)]
        for process in team:
            process.start()
        for process in team:
            process.join()


if __name__ == "__main__":
    main()
"""


class Manager(Shared):
    """SyncManager."""

    kind = "Manager"


class Proxy(Shared):
    """A proxy and the object behind it."""

    kind = "Proxy"


def manager(path: Path, workers: int = 3, rounds: int = 20) -> None:
    """Processes add in a Manager's dict, two calls each time."""
    simulation = Simulation(path, "totals.py", MANAGER)

    def main(me: Actor) -> Steps:
        frame = Manager(me, "Manager()", "manager:/tmp/listener-1")
        totals = Proxy(
            me,
            "manager.dict()",
            "proxy:/tmp/listener-1:7f01",
            type="dict",
            owner=frame.number(me.process),
        )
        store = {"x": 0}
        stop: list[Actor] = []

        def serve(server: Actor) -> Steps:
            stop.append(server)
            yield PARK

        server = yield from start(me, "SyncManager-1", "_run_server", serve, "Manager()")
        handlers: dict[Actor, int] = {}

        def call(actor: Actor, words: str, method: str, at: str, value: int | None) -> Steps:
            writer, other = actor.process.writer, server.writer
            if actor not in handlers:
                handlers[actor] = server.thread(f"Thread-{len(handlers) + 1}")
            totals.emit(actor, Kind.CALL, at, writer.text(words))
            yield simulation.jitter(20 * US)
            number = totals.number(server)
            thread = handlers[actor]
            other.emit(Kind.SERVE, simulation.now, number, arg=other.text(method), thread=thread)
            if value is not None:
                store["x"] = value
            yield simulation.jitter(8 * US)
            other.emit(Kind.SERVED, simulation.now, number, thread=thread)
            yield simulation.jitter(20 * US)
            result = store["x"] if value is None else None
            totals.emit(actor, Kind.RESULT, at, writer.token(result))

        def count(worker: Actor) -> Steps:
            line = 'totals["x"] = totals["x"] + 1'
            for _ in range(rounds):
                yield from call(worker, "totals['x']", "__getitem__", line, None)
                value = store["x"]
                yield from think(worker, 0.1)
                words = f"totals['x'] = {value + 1}"
                yield from call(worker, words, "__setitem__", line, value + 1)
                yield from think(worker, 0.5)

        yield from call(me, "totals['x'] = 0", "__setitem__", 'totals["x"] = 0', 0)
        team = []
        for number in range(workers):
            name = f"Process-{number + 2}"
            child = yield from start(me, name, "count", count, "process.start()")
            team.append(child)
        for child in team:
            yield from join(me, child, "process.join()")
        simulation.wake(stop[0])
        yield from join(me, server, "Manager()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()

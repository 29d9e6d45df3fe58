"""Scenes with queues and pipes."""

from __future__ import annotations

from pathlib import Path

from tests.trace.primitives import Queue, pipe, think
from tests.trace.simulated import US, Actor, Process, Simulation, Steps, join, sleep, start

PRODUCERS = """\
from multiprocessing import Process, Queue
from time import sleep


def produce(tasks, rounds):
    for number in range(rounds):
        tasks.put(number)
        work(number)


def consume(tasks):
    while True:
        task = tasks.get()
        if task is None:
            break
        sleep(0.003)


def main(producers: int = 3, consumers: int = 2, rounds: int = 40):
    tasks = Queue(4)
    makers = [Process(target=produce, args=(tasks, rounds))
              for _ in range(producers)]
    eaters = [Process(target=consume, args=(tasks,))
              for _ in range(consumers)]
    for process in makers + eaters:
        process.start()
    for process in makers:
        process.join()
    for _ in eaters:
        tasks.put(None)
    for process in eaters:
        process.join()


if __name__ == "__main__":
    main()
"""


def bounded_queue(
    path: Path, producers: int = 3, consumers: int = 2, rounds: int = 40, pills: bool = True
) -> None:
    """Producers fill a queue with four slots; slow consumers empty it."""
    simulation = Simulation(path, "producers.py", PRODUCERS)

    def main(me: Actor) -> Steps:
        tasks = Queue(me, "Queue(4)", "queue:pipe:8001", bound=4)

        def produce(worker: Actor) -> Steps:
            for number in range(rounds):
                yield from tasks.put(worker, number, "tasks.put(number)")
                yield from think(worker, 1)

        def consume(worker: Actor) -> Steps:
            while True:
                task = yield from tasks.get(worker, "tasks.get()")
                if task is None:
                    break
                yield from sleep(worker, simulation.jitter(3_000 * US), "sleep(0.003)")

        makers: list[Process] = []
        eaters: list[Process] = []
        number = 0
        for count, body, name, group in (
            (producers, produce, "produce", makers),
            (consumers, consume, "consume", eaters),
        ):
            for _ in range(count):
                number += 1
                child = yield from start(me, f"Process-{number}", name, body, "process.start()")
                group.append(child)
        for child in makers:
            yield from join(me, child, "process.join()")
        if pills:
            for _ in eaters:
                yield from tasks.put(me, None, "tasks.put(None)")
        for child in eaters:
            yield from join(me, child, "process.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run(until=3_000 * 1_000 * US)
    simulation.finish(exit_code=0 if pills else 124, timed_out=not pills)


SPEED = """\
from multiprocessing import Process, Queue


def produce(numbers, rounds):
    for number in range(rounds):
        numbers.put(number)
    numbers.put(None)


def consume(numbers):
    while numbers.get() is not None:
        pass


def main(rounds: int = 20_000):
    numbers = Queue()
    first = Process(target=produce, args=(numbers, rounds))
    second = Process(target=consume, args=(numbers,))
    first.start()
    second.start()
    first.join()
    second.join()


if __name__ == "__main__":
    main()
"""


def queue_at_speed(path: Path, rounds: int = 20_000) -> None:
    """Two seconds of 10,000 messages a second."""
    simulation = Simulation(path, "speed.py", SPEED)

    def main(me: Actor) -> Steps:
        numbers = Queue(me, "Queue()", "queue:pipe:8002")

        def produce(worker: Actor) -> Steps:
            for number in range(rounds):
                yield from numbers.put(worker, number, "numbers.put(number)")
                yield simulation.jitter(92 * US)
            yield from numbers.put(worker, None, "numbers.put(None)")

        def consume(worker: Actor) -> Steps:
            while True:
                number = yield from numbers.get(worker, "numbers.get()")
                if number is None:
                    break
                yield simulation.jitter(85 * US)

        first = yield from start(me, "Process-1", "produce", produce, "first.start()")
        second = yield from start(me, "Process-2", "consume", consume, "second.start()")
        yield from join(me, first, "first.join()")
        yield from join(me, second, "second.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()


STAGES = """\
from multiprocessing import Process, Queue


def stage(source, sink):
    while True:
        item = source.get()
        sink.put(item)
        if item is None:
            break


def main(stages: int = 19, rounds: int = 30):
    queues = [Queue() for _ in range(stages + 1)]
    team = [Process(target=stage, args=pair)
            for pair in zip(queues, queues[1:])]
    for process in team:
        process.start()
    for number in range(rounds):
        queues[0].put(number)
    queues[0].put(None)
    while queues[-1].get() is not None:
        pass
    for process in team:
        process.join()


if __name__ == "__main__":
    main()
"""


def twenty_queues(path: Path, stages: int = 19, rounds: int = 30) -> None:
    """A pipeline: 19 processes hand items through 20 queues."""
    simulation = Simulation(path, "pipeline.py", STAGES)

    def main(me: Actor) -> Steps:
        queues = [
            Queue(me, "Queue() for _ in range(stages + 1)", f"queue:pipe:{8100 + n}")
            for n in range(stages + 1)
        ]

        def stage(source: Queue, sink: Queue) -> object:
            def body(worker: Actor) -> Steps:
                while True:
                    item = yield from source.get(worker, "source.get()")
                    yield from think(worker, 0.4)
                    yield from sink.put(worker, item, "sink.put(item)")
                    if item is None:
                        break

            return body

        team = []
        for n in range(stages):
            body = stage(queues[n], queues[n + 1])
            name = f"Process-{n + 1}"
            child = yield from start(me, name, "stage", body, "process.start()")  # type: ignore[arg-type]
            team.append(child)
        for number in range(rounds):
            yield from queues[0].put(me, number, "queues[0].put(number)")
        yield from queues[0].put(me, None, "queues[0].put(None)")
        while True:
            item = yield from queues[-1].get(me, "queues[-1].get()")
            if item is None:
                break
        for child in team:
            yield from join(me, child, "process.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()


PING_PONG = """\
from multiprocessing import Pipe, Process


def pong(there):
    while True:
        word = there.recv()
        if word == "stop":
            break
        there.send("pong")


def main(rounds: int = 60):
    here, there = Pipe()
    player = Process(target=pong, args=(there,))
    player.start()
    for _ in range(rounds):
        here.send("ping")
        here.recv()
    here.send("stop")
    player.join()


if __name__ == "__main__":
    main()
"""


def ping_pong(path: Path, rounds: int = 60) -> None:
    """Two processes at the ends of a duplex pipe."""
    simulation = Simulation(path, "ping_pong.py", PING_PONG)

    def main(me: Actor) -> Steps:
        here, there = pipe(me, "Pipe()", 1)

        def pong(worker: Actor) -> Steps:
            while True:
                word = yield from there.recv(worker, "there.recv()")
                if word == "stop":
                    break
                yield from think(worker, 0.3)
                yield from there.send(worker, "pong", 'there.send("pong")')

        player = yield from start(me, "Process-1", "pong", pong, "player.start()")
        for _ in range(rounds):
            yield from here.send(me, "ping", 'here.send("ping")')
            yield from here.recv(me, "here.recv()")
            yield from think(me, 0.3)
        yield from here.send(me, "stop", 'here.send("stop")')
        yield from join(me, player, "player.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()


FULL_PIPE = """\
from multiprocessing import Process, Queue


def produce(results):
    for number in range(2000):
        results.put("x" * 80)


def main():
    results = Queue()
    worker = Process(target=produce, args=(results,))
    worker.start()
    worker.join()
    while not results.empty():
        results.get()


if __name__ == "__main__":
    main()
"""


def feeder_stuck(path: Path) -> None:
    """join() before the queue is emptied: the worker can't end; stopped by a timeout."""
    simulation = Simulation(path, "full_pipe.py", FULL_PIPE)

    def main(me: Actor) -> Steps:
        results = Queue(me, "Queue()", "queue:pipe:8003", size=100)

        def produce(worker: Actor) -> Steps:
            for _ in range(2000):
                yield from results.put(worker, "x" * 80, 'results.put("x" * 80)')

        worker = yield from start(me, "Process-1", "produce", produce, "worker.start()")
        yield from join(me, worker, "worker.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.now += 1_000_000 * US
    simulation.finish(exit_code=124, timed_out=True)


def never_received(path: Path) -> None:
    """Three more items than the consumer takes."""
    simulation = Simulation(path, "full_pipe.py", FULL_PIPE)

    def main(me: Actor) -> Steps:
        results = Queue(me, "Queue()", "queue:pipe:8004")

        def produce(worker: Actor) -> Steps:
            for number in range(8):
                yield from results.put(worker, number, 'results.put("x" * 80)')

        worker = yield from start(me, "Process-1", "produce", produce, "worker.start()")
        yield from join(me, worker, "worker.join()")
        for _ in range(5):
            yield from results.get(me, "results.get()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()

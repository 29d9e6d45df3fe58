"""How fast control is: schedules a second on fresh processes and on bodies run again, and steps.

A schedule that is known (a prefix of a search, a replay) is handed to the actors, who hand on the
turn to one another; where a schedule is *new*, each step is decided when it is reached, by lot:
that of workers who only look, so that all schedules end alike, and that of workers who take a lock
and write.

    python -m tests.benchmarks.bench_control [--rounds N]

Everybody is pinned to one core. Medians of interleaved rounds; the references are bare loops that
pass permissions through pipes: one that forks by ``os.fork``, one by ``multiprocessing``, and a
ping-pong of two processes.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ipcsim.control.program import ProgramExecutor
from ipcsim.control.reruns import RerunExecutor
from ipcsim.control.steps import Choice, State

WORKERS, OPERATIONS, MANY = 3, 6, 1500
PROGRAM = """
import multiprocessing as mp

def add(counter, times):
    for _ in range(times):
        counter.value += 1

def look(counter, times):
    for _ in range(times):
        counter.value, counter.value

def take(counter, last, lock, number):
    with lock:
        counter.value += 1
    if last.value != number:
        last.value = number

def main(workers: int = 3, times: int = 3, adds: bool = True, takes: bool = False):
    counter, last, lock = mp.RawValue("i", 0), mp.RawValue("i", -1), mp.Lock()
    work = add if adds else look
    team = [
        mp.Process(target=take, args=(counter, last, lock, number)) if takes
        else mp.Process(target=work, args=(counter, times)) for number in range(workers)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()

if __name__ == "__main__":
    main()
"""


def by_turns(state: State) -> Choice:
    """Everybody in turn, as in the references."""
    enabled = state.enabled()
    candidate = enabled[len(state.steps) % len(enabled)]
    return Choice(candidate.actor, candidate.choices[0])


def by_lot() -> Callable[[State], Choice]:
    """Another schedule each time."""
    dice = random.Random(next(_numbers))

    def decide(state: State) -> Choice:
        candidate = dice.choice(state.enabled())
        return Choice(candidate.actor, candidate.choices[0])

    return decide


_numbers = itertools.count()


def bare_forks() -> None:
    """One schedule: three processes by ``os.fork``, six permissions each."""
    workers = []
    for _ in range(WORKERS):
        (asks, says), (hears, permits) = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            _ask(hears, says, OPERATIONS)
            os._exit(0)
        workers.append((pid, asks, says, hears, permits))
    _permit(workers, OPERATIONS)
    for pid, *ends in workers:
        os.waitpid(pid, 0)
        for end in ends:
            os.close(end)


def forks_of_multiprocessing() -> None:
    """One schedule: three processes by ``multiprocessing``, six permissions each."""
    context = multiprocessing.get_context("fork")
    workers = []
    team = []
    for _ in range(WORKERS):
        (asks, says), (hears, permits) = os.pipe(), os.pipe()
        worker = context.Process(target=_ask, args=(hears, says, OPERATIONS))
        worker.start()
        team.append(worker)
        workers.append((0, asks, says, hears, permits))
    _permit(workers, OPERATIONS)
    for worker in team:
        worker.join()
    for _, *ends in workers:
        for end in ends:
            os.close(end)


def ping_pong() -> None:
    """Two processes, ``MANY`` permissions each, through pipes."""
    workers = []
    for _ in range(2):
        (asks, says), (hears, permits) = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            _ask(hears, says, MANY)
            os._exit(0)
        workers.append((pid, asks, says, hears, permits))
    _permit(workers, MANY)
    for pid, *ends in workers:
        os.waitpid(pid, 0)
        for end in ends:
            os.close(end)


def _ask(hears: int, says: int, times: int) -> None:
    for _ in range(times):
        os.write(says, b"?")
        os.read(hears, 1)


def _permit(workers: list[tuple[int, int, int, int, int]], times: int) -> None:
    for _ in range(times):
        for _, asks, _, _, permits in workers:
            os.read(asks, 1)
            os.write(permits, b"!")


def a_second(what: Callable[[], object], times: int) -> float:
    """How often a second ``what`` can be done."""
    began = time.perf_counter()
    for _ in range(times):
        what()
    return times / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    os.sched_setaffinity(0, {0})
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "program.py")
        program.write_text(PROGRAM)
        many = {"workers": 2, "times": MANY // 2}
        with (
            ProgramExecutor(program, core=0) as whole,
            RerunExecutor(program, core=0, again=False) as fresh,
            RerunExecutor(program, core=0, again=False) as anew,
            RerunExecutor(program, core=0) as again,
            RerunExecutor(program, core=0, parameters={"adds": False}) as other,
            RerunExecutor(program, core=0, parameters={"takes": True}) as locking,
            RerunExecutor(program, core=0, again=False, parameters={"takes": True}) as forking,
            RerunExecutor(program, core=0, parameters=many) as long,
            RerunExecutor(program, core=0, parameters={**many, "adds": False}) as lots,
        ):
            measured: dict[str, Callable[[], float]] = {
                "bare os.fork, schedules/s": lambda: a_second(bare_forks, 30),
                "multiprocessing, schedules/s": lambda: a_second(forks_of_multiprocessing, 10),
                "all forked, schedules/s": lambda: a_second(lambda: whole.run(by_turns), 10),
                "fresh forks, schedules/s": lambda: a_second(lambda: fresh.run(by_turns), 10),
                "fresh, new schedules/s": lambda: a_second(lambda: anew.run(by_lot()), 30),
                "bodies again, schedules/s": lambda: a_second(lambda: again.run(by_turns), 50),
                "bodies, new schedules/s": lambda: a_second(lambda: other.run(by_lot()), 50),
                "locks, new schedules/s": lambda: a_second(lambda: locking.run(by_lot()), 50),
                "fresh, locks, new schedules/s": lambda: a_second(
                    lambda: forking.run(by_lot()), 30
                ),
                "bare ping-pong, steps/s": lambda: 2 * MANY * a_second(ping_pong, 1),
                "steps, steps/s": lambda: 2 * MANY * a_second(lambda: long.run(by_turns), 1),
                "new steps, steps/s": lambda: 2 * MANY * a_second(lambda: lots.run(by_lot()), 1),
            }
            found: dict[str, list[float]] = {name: [] for name in measured}
            for _ in range(rounds + 1):
                for name, measure in measured.items():
                    found[name].append(measure())
    # The first round prepares what is kept.
    medians = {name: statistics.median(values[1:]) for name, values in found.items()}
    for name, median in medians.items():
        print(f"{name:<32} {median:>10.0f}")
    for what, over, under in (
        ("fresh forks / bare os.fork", "fresh forks, schedules/s", "bare os.fork, schedules/s"),
        ("fresh, new / bare os.fork", "fresh, new schedules/s", "bare os.fork, schedules/s"),
        ("all forked / bare os.fork", "all forked, schedules/s", "bare os.fork, schedules/s"),
        ("bodies again / multiprocessing", "bodies again, schedules/s",
         "multiprocessing, schedules/s"),
        ("bodies, new / multiprocessing", "bodies, new schedules/s",
         "multiprocessing, schedules/s"),
        ("locks, new / multiprocessing", "locks, new schedules/s",
         "multiprocessing, schedules/s"),
        ("fresh, locks, new / bare os.fork", "fresh, locks, new schedules/s",
         "bare os.fork, schedules/s"),
        ("steps / bare ping-pong", "steps, steps/s", "bare ping-pong, steps/s"),
        ("new steps / bare ping-pong", "new steps, steps/s", "bare ping-pong, steps/s"),
    ):  # fmt: skip
        ratios = [a / b for a, b in zip(found[over][1:], found[under][1:], strict=True)]
        print(f"{what:<32} {statistics.median(ratios):>10.2f}")


if __name__ == "__main__":
    main()

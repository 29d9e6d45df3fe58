"""What a value would be had nothing been lost is told only where something can be lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ipcsim.events import Kind
from ipcsim.trace.accesses import accesses
from ipcsim.trace.recording import read_recording
from ipcsim.trace.trace import Trace
from tests.trace.primitives import Value
from tests.trace.scenes.sharing import lost_update, lost_update_repaired
from tests.trace.simulated import MS, US, Actor, Simulation, Steps, join, start

SOURCE = """\
def work(numbers, i):
    for _ in range(20):
        numbers[i] += 1
        numbers[0] = 7
    numbers[:] = [one + 1 for one in numbers]

def main():
    numbers = Array("i", 2)
    worker.start()
    worker.join()
"""

Work = Callable[[Value, int, Actor], Steps]


def told(trace: Trace) -> int:
    """How many values are expected of the first object."""
    return len(trace.series(0, "expected").view(trace.begin, trace.end, 500)[2])


def team(path: Path, work: Work) -> Trace:
    """Two workers with an array of two elements."""
    simulation = Simulation(path, "team.py", SOURCE)

    def main(me: Actor) -> Steps:
        numbers = Value(me, 'Array("i", 2)', "arena:66:7002:0", size=2)
        children = []
        for number in range(2):
            body = partial(work, numbers, number)
            child = yield from start(me, f"worker-{number}", "work", body, "worker.start()")
            children.append(child)
        for child in children:
            yield from join(me, child, "worker.join()")

    simulation.begin("MainProcess", "", main)
    simulation.run()
    simulation.finish()
    return read_recording(path)[0]


def each_its_own(numbers: Value, number: int, worker: Actor) -> Steps:
    for _round in range(20):
        seen = yield from numbers.read(worker, "numbers[i] += 1", number)
        yield from numbers.write(worker, seen + 1, "numbers[i] += 1", number)


def all_one(numbers: Value, number: int, worker: Actor) -> Steps:
    for _round in range(20):
        seen = yield from numbers.read(worker, "numbers[i] += 1", 1)
        yield from numbers.write(worker, seen + 1, "numbers[i] += 1", 1)


def blindly(numbers: Value, number: int, worker: Actor) -> Steps:
    for _round in range(20):
        yield from numbers.write(worker, 7, "numbers[0] = 7", 0)


@pytest.mark.parametrize(("work", "some"), [(each_its_own, 0), (blindly, 0), (all_one, 1)])
def test_only_what_several_update_can_be_lost(tmp_path: Path, work: Work, some: int) -> None:
    trace = team(tmp_path / "team.ipcsim", work)
    assert bool(told(trace)) is bool(some)
    assert len(trace.series(0, "value").view(trace.begin, trace.end, 500)[2])


@pytest.mark.parametrize(("apart", "pause", "lost"), [(2 * US, 30 * US, 2), (20 * US, 0, 0)])
def test_of_two_who_read_before_the_other_wrote_one_loses(
    apart: int, pause: int, lost: int, tmp_path: Path
) -> None:
    """Of slices no values are known; and of writes at the same time not which was the last."""

    def add_to_both(numbers: Value, number: int, worker: Actor) -> Steps:
        now = numbers.simulation.now
        yield 20 * MS - now % (20 * MS) + number * apart
        for kind in (Kind.READ_SLICE, Kind.WRITE_SLICE):
            began = numbers.simulation.now
            yield 10 * US
            numbers.emit(worker, kind, "numbers[:] = [one + 1 for one in numbers]", 2, began)
            yield pause

    found = accesses(team(tmp_path / "team.ipcsim", add_to_both), 0)
    assert (len(found.losing), len(found.doubtful)) == (lost, 0)


@pytest.mark.parametrize(("workers", "some"), [(1, 0), (2, 1)])
def test_one_writer_loses_nothing(tmp_path: Path, workers: int, some: int) -> None:
    path = tmp_path / "one.ipcsim"
    for scene in (lost_update, lost_update_repaired):
        scene(path, workers=workers)
        # A lock that lets nothing be lost is worth showing.
        assert bool(told(read_recording(path)[0])) is bool(some)

"""Lanes against the state that World.at tells."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from ipcsim.supervisor.messages import State
from ipcsim.trace.kinds import ASLEEP, MOVING, NONE, WAITING
from ipcsim.trace.lanes import _nested, _one_at_a_time, _tops
from ipcsim.trace.recording import RecordingReader, read_recording
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.trace.scenes import SCENES

_SHOWN = {
    State.STARTING: MOVING,
    State.RUNNING: MOVING,
    State.WAITING: WAITING,
    State.ASLEEP: ASLEEP,
    State.ENDING: MOVING,
    State.ENDED: NONE,
}


@pytest.mark.parametrize("name", ["bounded_queue", "lock_contention", "signals", "deadlock"])
def test_a_pixel_shows_what_lasted_longest(name: str, tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    SCENES[name](path)
    trace, _reader = read_recording(path)
    world = World(trace)
    pixels, fine = 40, 25
    edges = np.linspace(trace.begin, trace.end, pixels * fine + 1).astype(np.int64)
    moments = [world.at(int(t)) for t in (edges[:-1] + edges[1:]) // 2]
    agreeing = total = 0
    for info in trace.processes:
        states, _holding = trace.lane(info.process).view(trace.begin, trace.end, pixels)
        for pixel in range(pixels):
            seen = []
            for moment in moments[pixel * fine : (pixel + 1) * fine]:
                process = next((p for p in moment.processes if p.process == info.process), None)
                state = NONE if process is None else _SHOWN.get(process.state, NONE)
                seen.append(state)
            alive = [state for state in seen if state != NONE]
            if alive:
                counts = np.bincount(alive, minlength=5)
                total += 1
                agreeing += counts[states[pixel]] >= counts.max() - 2
    assert agreeing > 0.98 * total


def test_holding(tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    SCENES["deadlock"](path)
    trace, _reader = read_recording(path)
    names = [info.name for info in trace.objects]
    half = trace.begin + (trace.end - trace.begin) // 2
    held = [int(trace.lane(process).view(half, half + 1000, 1)[1][0]) for process in (0, 1, 2)]
    assert held == [-1, names.index("fork"), names.index("knife")]


def test_grown_in_portions_as_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    SCENES["lock_contention"](path)
    whole, _reader = read_recording(path)
    reader, trace = RecordingReader(path), Trace()
    for end in range(0, path.stat().st_size, 700):
        reader.feed(trace, end)
        for info in trace.processes:
            trace.lane(info.process).view(trace.begin, trace.end, 30)
    reader.feed(trace)
    for info in whole.processes:
        one = whole.lane(info.process).view(whole.begin, whole.end, 300)
        other = trace.lane(info.process).view(whole.begin, whole.end, 300)
        assert one[0].tolist() == other[0].tolist()
        assert one[1].tolist() == other[1].tolist()


def test_what_is_held_is_the_same_at_once_and_one_by_one() -> None:
    """Things are given back last first as a rule, and now and then otherwise."""
    chance, orderly, simple = random.Random(5), 0, 0
    for _ in range(2000):
        before = [chance.randrange(4) for _ in range(chance.randrange(3))]
        signs, things, held = [], [], list(before)
        for _ in range(chance.randrange(1, 14)):
            if held and chance.random() < 0.5:
                last = chance.random() < 0.97
                things.append(held.pop() if last else held.pop(chance.randrange(len(held))))
                signs.append(-1)
            else:
                held.append(chance.randrange(4))
                things.append(held[-1])
                signs.append(1)
        grips, objects = np.array(signs, np.int8), np.array(things, np.int32)
        one, other = list(before), list(before)
        at_once, singly = _nested(grips, objects, one), _tops(grips, objects, other)
        alone = list(before)
        single = _one_at_a_time(grips, objects, alone)
        if single is not None:
            simple += 1
            assert single.tolist() == singly.tolist()
            assert alone == other
        if at_once is None:
            assert one == before
        else:
            orderly += 1
            assert at_once.tolist() == singly.tolist()
            assert one == other
    assert 1000 < orderly < 2000
    assert simple > 50


def test_a_pool_s_worker_without_a_task_waits(tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    SCENES["pool"](path)
    trace, _reader = read_recording(path)
    last = trace.end - (trace.end - trace.begin) // 5
    waits = sorted(
        int((trace.lane(info.process).view(last, trace.end, 50)[0] == WAITING).sum())
        for info in trace.processes
        if not info.is_main
    )
    # One has the last task; the others' are over.
    assert len(waits) > 1
    assert min(waits[1:]) > 0

"""What moves: every single move where each is looked at, else the last few of each object."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ipcsim.events import Kind, ObjectKind
from ipcsim.trace.motions import MOST, MOST_OF_ONE, moves
from ipcsim.trace.recording import read_recording
from ipcsim.trace.trace import Trace
from tests.trace.writing import RecordingWriter

SOURCE = "busy.put(1)\nquiet.put(1)\n"
BEGIN = 5_000_000_000
STEP = 1_000
BUSY, QUIET = 600, 5


@pytest.fixture
def trace(tmp_path: Path) -> Trace:
    """Into one queue goes much; before most of that, a little into another."""
    writer = RecordingWriter(tmp_path / "flood.ipcsim", "p.py", SOURCE, BEGIN)
    main = writer.process("MainProcess", BEGIN)
    busy = main.object(ObjectKind.QUEUE, "fifo:1", BEGIN)
    quiet = main.object(ObjectKind.QUEUE, "fifo:2", BEGIN)
    for number, obj in enumerate([quiet] * QUIET + [busy] * BUSY):
        main.emit(Kind.PUT, BEGIN + number * STEP, obj, arg=number)
    writer.close(BEGIN + 1_000_000)
    return read_recording(tmp_path / "flood.ipcsim")[0]


def test_a_flood_at_one_object_leaves_room_for_the_others(trace: Trace) -> None:
    found = moves(trace, trace.end, 10**9, each=False)
    assert Counter(move.object for move in found) == {0: MOST_OF_ONE, 1: QUIET}
    assert [move.time for move in found] == sorted(move.time for move in found)
    assert found[-1].message == BUSY - 1


def test_where_each_is_looked_at_the_last_ones_are_told(trace: Trace) -> None:
    found = moves(trace, trace.end, 10**9, each=True)
    assert [move.message for move in found] == list(range(BUSY - MOST, BUSY))


def test_what_is_older_is_not_told(trace: Trace) -> None:
    last = BEGIN + (QUIET + BUSY - 1) * STEP
    assert len(moves(trace, last, 3 * STEP - 1, each=True)) == 3

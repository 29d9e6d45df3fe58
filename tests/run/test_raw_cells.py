"""What is done to raw values and arrays is known in Step: each access is a step there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.run.stepped import METHODS, go, polled, stepped

PROGRAM = Path(__file__).parents[1] / "control" / "programs" / "raw_cells.py"
ACCESSES = (Kind.READ, Kind.WRITE, Kind.READ_SLICE, Kind.WRITE_SLICE)


@pytest.mark.parametrize("method", METHODS)
def test_accesses_to_raw_cells_are_recorded_once(method: str) -> None:
    with stepped(PROGRAM, method) as stepping:
        while any(offer.enabled for offer in stepping.offers()):
            go(stepping, next(o.actor for o in stepping.offers() if o.enabled))
        trace, now = stepping.seat.session.trace, time.perf_counter_ns()
        polled(stepping, lambda: trace.cut > now or stepping.seat.session.ended is not None)
        rows = trace.select(trace.begin, trace.end + 1, kinds=list(ACCESSES))
        events = [trace.event(int(row)) for row in rows]
        by_worker = [e for e in events if e.process != 0]
        assert not len(trace.select(trace.begin, trace.end + 1, kinds=[Kind.RAW_ACCESS]))
    found = [(event.kind.name, event.label) for event in by_worker]
    assert [kind for kind, _label in found] == [
        *("WRITE", "READ", "WRITE", "WRITE_SLICE", "WRITE"),
        *("READ", "WRITE"),
    ]
    assert [label for kind, label in found if kind != "WRITE_SLICE"] == list("778901")

"""A recorded run steps as one that isn't, and its recording shows no more than has happened."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ipcsim.control.steps import Choice
from ipcsim.events import Kind
from ipcsim.operations import Op
from ipcsim.run.seat import Seat
from ipcsim.run.spec import RunSpec
from tests.control.test_leaves import ALONE, PROGRAMS, WITH_PROCESSES, account, executor_of
from tests.control.test_program import at_random

WAIT_S = 30.0
WAITS = (Kind.WAIT, Kind.EVENT_WAIT, Kind.BARRIER_WAIT)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs of fork and Unix")


@contextmanager
def seated(name: str) -> Iterator[Seat]:
    program, _, kind = name.partition(" ")
    parameters = {"kind": kind} if kind else {}
    seat = Seat(
        RunSpec(
            program=PROGRAMS / f"leaves_{program}.py", parameters=parameters, start_method="fork"
        )
    )
    try:
        seat.start()
        settle(seat)
        yield seat
    finally:
        seat.close()


def settle(seat: Seat) -> None:
    deadline = time.monotonic() + WAIT_S
    while not seat.look(wait=True):
        seat.session.poll()
        assert time.monotonic() < deadline
    seat.session.poll()


def recorded(seat: Seat, kind: Kind) -> int:
    """How many records of a kind there are, once all that were made until now have arrived."""
    now = time.perf_counter_ns()
    deadline = time.monotonic() + WAIT_S
    while seat.session.trace.cut <= now:
        seat.session.poll()
        assert time.monotonic() < deadline
    return len(seat.session.trace.select(0, now, kinds=[kind]))


@pytest.mark.parametrize("name", [*ALONE, *(set(WITH_PROCESSES) - {"manager"})])
def test_the_steps_are_the_same_recorded_or_not(name: str) -> None:
    with executor_of(name, "fork") as executor:
        execution = executor.run(at_random(7))
    assert execution.outcome.kind == "clean"
    with seated(name) as seat:
        for choice in execution.choices():
            step = seat.grant(choice)
            if step.operation.op is Op.END and step.actor == "main":
                break
            settle(seat)
        assert [a[:4] for a in account(seat.steps)] == [a[:4] for a in account(execution.steps)]


def test_what_waits_for_permission_is_not_recorded_as_done() -> None:
    kinds = {Op.RELEASE: Kind.RELEASE, Op.SEND: Kind.SEND, Op.CLOSE: Kind.CLOSE}
    seen = []
    with seated("once") as seat:
        while True:
            assert seat.state is not None
            (candidate,) = seat.state.candidates
            kind = kinds.get(candidate.operation.op)
            before = recorded(seat, kind) if kind is not None else 0
            seat.grant(Choice(candidate.actor))
            if candidate.operation.op is Op.END:
                break
            settle(seat)
            if kind is not None:
                assert recorded(seat, kind) == before + 1
                seen.append(candidate.operation.op)
    assert seen == [Op.SEND, Op.RELEASE, Op.RELEASE, Op.CLOSE, Op.RELEASE, Op.CLOSE]


def test_nobody_waits_before_the_call_has_begun() -> None:
    """``wait()`` of a condition, an event and a barrier begin with a step; until then one works."""
    grants: list[tuple[int, str]] = []
    with seated("sync") as seat:
        while True:
            assert seat.state is not None
            # The child whenever it can: it comes to each call first, and has to wait there.
            candidate = seat.state.enabled()[-1]
            if candidate.operation.op is Op.END and candidate.actor == "main":
                break
            line = candidate.operation.line
            grants.append((time.perf_counter_ns(), line.text if line else ""))
            seat.grant(Choice(candidate.actor))
            settle(seat)
        assert all(recorded(seat, kind) for kind in WAITS)
        trace = seat.session.trace
        for row in trace.select(0, trace.cut, kinds=WAITS):
            granted = [text for when, text in grants if when < trace.event(int(row)).time]
            assert granted[-1].endswith(".wait()")

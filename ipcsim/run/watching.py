"""Follows a schedule on real processes, recorded, with nobody at the seat."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ipcsim.control.steps import Choice, Step
from ipcsim.run.spec import RunSpec
from ipcsim.run.stepping import Stepping
from ipcsim.run.turns import Turn
from ipcsim.trace.trace import Trace

_BEAT_S: Final = 0.002
_BLOCKED_S: Final = 0.35
"""Who has waited for so long when it is ended is taken for blocked."""
_ENDS_S: Final = 5.0


@dataclass(frozen=True)
class Watched:
    """What was recorded, and which step was when."""

    trace: Trace
    steps: list[Step]
    turns: list[Turn]
    times: list[int]
    """When each step was permitted, ns."""
    over: bool
    """Nobody could go on at the end."""

    def turns_before(self, moment: int) -> int:
        """How many turns were over before the one in which a moment falls."""
        return turns_before(self.turns, self.times, moment)


def turns_before(turns: Sequence[Turn], times: Sequence[int], moment: int) -> int:
    """How many turns were over before the one in which a moment falls; the last, if none does.

    Args:
        turns: of an execution.
        times: when each of its steps was permitted, ns.
        moment: ns on the same clock.
    """
    step = bisect_right(times, moment) - 1
    return next((n for n, turn in enumerate(turns) if turn.end > step), max(len(turns) - 1, 0))


@contextmanager
def watched(spec: RunSpec, choices: Sequence[Choice], seconds: float = 20.0) -> Iterator[Watched]:
    """Follow a schedule to its end, then end the program.

    Args:
        spec: the program.
        choices: the schedule.
        seconds: how long it may take; then as far as it came.

    Raises:
        OSError, RuntimeError, ValueError: the program can't be started.
    """
    stepping = Stepping(spec)
    try:
        stepping.start(choices)
        stepping.run(lambda: not stepping.ahead)
        deadline = time.monotonic() + seconds
        while stepping.busy and time.monotonic() < deadline:
            _beat(stepping)
        steps, turns = list(stepping.seat.steps), list(stepping.turns)
        over = not any(offer.enabled for offer in stepping.offers())
        _end(stepping, blocked=over)
        yield Watched(stepping.seat.session.trace, steps, turns, stepping.seat.times, over)
    finally:
        stepping.close()


def _beat(stepping: Stepping) -> None:
    stepping.poll()
    stepping.seat.session.poll()
    if stepping.seat.state is not None:
        stepping.seat.session.wait(_BEAT_S)


def _end(stepping: Stepping, blocked: bool) -> None:
    """End the program, and read all that was recorded."""
    session = stepping.seat.session
    deadline = time.monotonic() + (_BLOCKED_S if blocked else 0.0)
    while session.running and time.monotonic() < deadline:
        session.poll()
        session.wait(_BEAT_S)
    session.stop()
    deadline = time.monotonic() + _ENDS_S
    while session.running and time.monotonic() < deadline:
        session.poll()
        session.wait(_BEAT_S)

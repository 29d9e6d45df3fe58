"""What kinds of events mean to the reader, as tables indexed by kind."""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import Kind, ObjectKind
from ipcsim.supervisor import states
from ipcsim.supervisor.messages import State

LAST_INTRODUCTION: Final = int(Kind.THREAD)

EARLY: Final = (
    Kind.RELEASE,
    Kind.PUT,
    Kind.FEED,
    Kind.SEND,
    Kind.NOTIFY,
    Kind.EVENT_SET,
    Kind.WAIT,
    Kind.START,
    Kind.TASK_DONE,
    Kind.SUBMIT,
    Kind.CALL,
)
"""Stamped before the real operation: at equal times they come before what they enable."""

AT_END: Final = (Kind.EMPTY, Kind.FULL, Kind.NOT_ACQUIRED, Kind.POLLED)
"""Intervals whose end counts: the operation was under way until then."""

WAITS: Final = (*map(Kind, sorted(states.WAITS)), Kind.SEND)
"""A thread whose last event is one of these waits."""

TIMED: Final = (
    Kind.PUT_WAIT,
    Kind.GET_WAIT,
    Kind.POLL_WAIT,
    Kind.ACQUIRE_WAIT,
    Kind.WAIT,
    Kind.EVENT_WAIT,
    Kind.BARRIER_WAIT,
)
"""Waits whose argument is a timeout in ns, -1 for none."""

STATE_OF: Final[dict[int, State]] = (
    dict.fromkeys(map(int, WAITS), State.WAITING)
    | {int(Kind.SLEEP): State.ASLEEP, int(Kind.HELD): State.HELD}
    | dict.fromkeys((int(Kind.RETURNED), int(Kind.ENDING)), State.ENDING)
    | {int(Kind.FEEDER_WAIT): State.ENDING, int(Kind.FEEDER_DONE): State.ENDING}
    | {int(Kind.EXIT): State.ENDED, int(Kind.THREAD_END): State.ENDED}
)
"""State of a thread after an event; RUNNING where nothing is said."""

NONE, MOVING, WAITING, ASLEEP, HELD = range(5)
"""What a lane shows."""


def _table(pairs: dict[int, int], default: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    table = np.full(256, default, np.uint8)
    for kind, value in pairs.items():
        table[kind] = value
    return table


PRIORITY: Final = _table(dict.fromkeys(map(int, EARLY), 0), 1)
"""0 for EARLY, else 1."""

ENDS_LATE: Final = _table(dict.fromkeys(map(int, AT_END), 1), 0)

OF_NO_OBJECT: Final = _table(
    dict.fromkeys(map(int, (Kind.WATCH, Kind.OUTPUT, Kind.OUTPUT_TEXT)), 1), 0
).astype(bool)
"""In these records the object's field says something else."""

LANE_OF: Final = _table(
    # A pool's worker that has done its task waits for the next one.
    # Who has done its work waits for its threads and feeders.
    dict.fromkeys(map(int, (*WAITS, Kind.TASK_END, Kind.RETURNED, Kind.ENDING)), WAITING)
    | {int(Kind.SLEEP): ASLEEP, int(Kind.HELD): HELD}
    | {int(Kind.EXIT): NONE, int(Kind.THREAD_END): NONE},
    MOVING,
)
"""What a lane shows after an event."""


ASIDE: Final = _table(
    dict.fromkeys(
        map(
            int,
            (
                Kind.LOST,
                Kind.WATCH,
                Kind.OUTPUT,
                Kind.OUTPUT_TEXT,
                Kind.NOTE,
                Kind.LET_GO,
                Kind.DUPLICATED,
                Kind.REAPED,
            ),
        ),
        1,
    ),
    0,
).astype(bool)
"""Events that don't end what the thread was doing."""


def waits_at(kind: str) -> tuple[Kind, ...]:
    """Kinds of waits that count at an object of an ``ObjectKind``.

    A queue's feeder that finds its pipe full does not count: the program itself goes on.
    """
    if kind == ObjectKind.PIPE_END:
        return WAITS
    return tuple(wait for wait in WAITS if wait not in (Kind.SEND_WAIT, Kind.SEND))


KNOWN: Final = _table(dict.fromkeys(map(int, Kind), 1), 0).astype(bool)
"""What a later version, or a program that has written over its ring, may have put there isn't."""

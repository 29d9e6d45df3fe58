"""What each kind of event does to the clocks, as tables."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from ipcsim.events import Kind


class Op(IntEnum):
    """What a point does to the clocks."""

    BORN = 0
    LEAVE = 1
    ADD = 2
    TAKE = 3
    PUT = 4
    GET = 5
    ARRIVE = 6
    PASS = 7
    START = 8
    STARTED = 9
    SEEN_END = 10
    THREAD_START = 11
    THREAD_SEEN_END = 12
    SEEN_ENDED = 13
    SEEN_ALL = 14
    NEW_ROUND = 15
    VISIT = 16


LOCK, NOTICE, DONE, FLAG, JOB, RESULT = range(6)
"""Roles of an object's keys."""
ROLES: Final = 8

SIMPLE: Final = {
    Kind.BARRIER_WAIT: Op.ARRIVE,
    Kind.BARRIER_PASSED: Op.PASS,
    Kind.BARRIER_BROKEN: Op.NEW_ROUND,
    Kind.BARRIER_RESET: Op.NEW_ROUND,
    Kind.START: Op.START,
    Kind.STARTED: Op.STARTED,
    Kind.FORK: Op.STARTED,
    Kind.JOINED: Op.SEEN_END,
    Kind.REAPED: Op.SEEN_END,
    Kind.THREAD_START: Op.THREAD_START,
    Kind.THREAD_JOINED: Op.THREAD_SEEN_END,
    Kind.EOF: Op.SEEN_ALL,
    Kind.POLLED: Op.SEEN_ENDED,
}
LIFE: Final = frozenset(
    {Op.BORN, Op.START, Op.STARTED, Op.SEEN_END, Op.THREAD_START, Op.THREAD_SEEN_END}
    | {Op.ARRIVE, Op.PASS, Op.NEW_ROUND}
)
"""The order that doesn't depend on who comes first: starts, ends, barriers."""

GATES: Final = (Kind.RELEASE, Kind.ACQUIRED, Kind.WAIT, Kind.WOKEN)
KEYED: Final = {
    Kind.NOTIFY: (Op.ADD, NOTICE),
    Kind.TASK_DONE: (Op.ADD, DONE),
    Kind.ALL_DONE: (Op.TAKE, DONE),
    Kind.EVENT_SET: (Op.ADD, FLAG),
    Kind.EVENT_PASSED: (Op.TAKE, FLAG),
    Kind.EVENT_ASKED: (Op.TAKE, FLAG),
}
JOBS: Final = {
    Kind.SUBMIT: (Op.ADD, JOB),
    Kind.TASK_BEGIN: (Op.TAKE, JOB),
    Kind.TASK_END: (Op.ADD, RESULT),
    Kind.RESULT_GOT: (Op.TAKE, RESULT),
    Kind.CALLBACK: (Op.TAKE, RESULT),
}
MESSAGES: Final = {Kind.PUT: Op.PUT, Kind.SEND: Op.PUT, Kind.GET: Op.GET, Kind.RECV: Op.GET}
JOB_KEYS: Final = 1 << 40

RELEVANT = np.zeros(256, bool)
RELEVANT[[*SIMPLE, *GATES, *KEYED, *JOBS, *MESSAGES]] = True
SIMPLE_OP = np.full(256, -1, np.int64)
for _kind, _op in SIMPLE.items():
    SIMPLE_OP[_kind] = _op
LIVES = np.zeros(256, bool)
LIVES[[kind for kind, op in SIMPLE.items() if op in LIFE]] = True
IS_GATE = np.zeros(256, bool)
IS_GATE[list(GATES)] = True
ANSWERS: Final = frozenset(map(int, (Kind.EVENT_PASSED, Kind.EVENT_ASKED)))
"""Their argument says whether the event was set."""

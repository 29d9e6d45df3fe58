"""Acquiring a watched lock of ``threading``, with the records of it."""

from __future__ import annotations

from threading import TIMEOUT_MAX
from time import perf_counter_ns

from ipcsim.events import Kind
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import place_above
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.recorder import emit, emit_span
from ipcsim.probe.type_words import Any, Final

_ACQUIRE_WAIT, _NOT_ACQUIRED = int(Kind.ACQUIRE_WAIT), int(Kind.NOT_ACQUIRED)
_NUMBERS = (int, float)
FOREVER: Final = -1
"""The timeout that is none. A small number: told by its identity."""


def acquire_recorded(
    thing: Any, acquire: Any, blocking: bool, timeout: float, frame: Any, depth: int = 1
) -> bool:
    """Acquire a ``thing`` by its real ``acquire``; only who doesn't get it at once is seen to wait.

    Args:
        frame: who calls.
        depth: how often its holder will hold it.
    """
    number = thing._ipcsim_local.number()
    place = place_above(frame)
    # Odd arguments are for the real lock to judge, with the first and only call.
    usual = blocking is True and type(timeout) in _NUMBERS
    usual = usual and (timeout == -1 or 0 <= timeout <= TIMEOUT_MAX)
    if usual and not under_control.asks and acquire(False):
        thing._ipcsim_taken.record(number, place, depth, frame)
        return True
    began = perf_counter_ns()
    if usual:
        emit(_ACQUIRE_WAIT, number, place, -1 if timeout == -1 else nanoseconds(timeout))
    if usual and timeout > 0:
        taken = bool(extended(timeout, lambda left: acquire(True, left)))
    else:
        taken = acquire(blocking, timeout)
    if taken:
        thing._ipcsim_taken.record(number, place, depth, frame)
    else:
        emit_span(_NOT_ACQUIRED, began, number, place, 0)
    return taken

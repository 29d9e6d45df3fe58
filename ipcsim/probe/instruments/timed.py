"""Timed waits: the time for which the window held the program doesn't count."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns

from ipcsim.probe.recorder import gate, held_ns
from ipcsim.probe.type_words import Any


def nanoseconds(timeout: float | None) -> int:
    """A timeout in seconds as the argument of a record: ns, -1 for none."""
    if timeout is None:
        return -1
    try:
        return max(0, min(int(timeout * 1e9), (1 << 62) - 1))
    except (OverflowError, ValueError, TypeError):
        return -1


def extended(timeout: float | None, wait: Callable[[float | None], Any]) -> Any:
    """Call ``wait(timeout)``; while its answer is false and the run was held meanwhile, go on.

    The time held during the wait is waited for once more, so that a timeout of 5 s is 5 s of the
    program's own time. Returns the last answer of `wait`.
    """
    # What isn't a number is for `wait` to judge.
    if not isinstance(timeout, (int, float)) or timeout <= 0:
        return wait(timeout)
    held = held_ns()
    answer = wait(timeout)
    while not answer:
        more, held = held_until_gate(held)
        if more <= 0:
            return answer
        answer = wait(more / 1e9)
    return answer


def held_until_gate(held: int) -> tuple[int, int]:
    """Pass the gate after a wait that began when ``held_ns`` was ``held``.

    Returns:
        For how long (ns) the run was held during the wait, and ``held_ns`` now. What the gate
        takes isn't part of the wait: a pause that outlasts it would be waited for twice.
    """
    came = perf_counter_ns()
    gate()
    now = held_ns()
    return now - held - (perf_counter_ns() - came), now

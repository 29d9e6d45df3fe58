"""Timed waits: the time for which the window held the program doesn't count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipcsim.probe.recorder import gate, held_ns


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
        gate()
        more = held_ns() - held
        if more <= 0:
            return answer
        held += more
        answer = wait(more / 1e9)
    return answer

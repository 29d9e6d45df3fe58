"""Whether a process of a watched program has ended, as far as the system tells."""

from __future__ import annotations

import os
import select
from typing import Final

DIES_S: Final = 0.5
"""A process that was sent a deadly signal is given so long to die of it."""


def wait_for_death(pid: int) -> None:
    """Wait a little until a process has ended: the end of its connection comes before that of its
    other pipes, and of its locks."""
    has_died(pid, DIES_S)


def has_died(pid: int, within_s: float = 0) -> bool:
    """Whether a process has ended, as far as the system tells, or does ``within_s`` seconds."""
    if not hasattr(os, "pidfd_open"):
        return False
    try:
        process = os.pidfd_open(pid)
    except OSError:
        return True  # it has even been reaped
    try:
        poll = select.poll()
        poll.register(process, select.POLLIN)
        return bool(poll.poll(within_s * 1000))
    finally:
        os.close(process)

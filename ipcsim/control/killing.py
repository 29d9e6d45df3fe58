"""Ends a process of a watched program at once."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


def kill(pid: int) -> None:
    """End a process at once, if it is there; 0 is one that never came to be."""
    if pid <= 0:
        return  # to the system 0 is the whole group of the caller, and -1 everybody
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)

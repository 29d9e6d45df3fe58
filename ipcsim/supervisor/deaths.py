"""Deaths, each confirmed by the system, and exit codes from whoever knows them."""

from __future__ import annotations

import os
import select
import time
from typing import Any, Final

from ipcsim.supervisor import family

_ASK_AGAIN_S: Final = 0.1


class Deaths:
    """Watches over processes by their pids."""

    def __init__(self, poller: Any) -> None:
        """``poller`` is the supervisor's ``select.poll``, which a death wakes; None without one."""
        self._poller = poller
        self._descriptors: dict[int, int] = {}
        self._others: set[int] = set()
        self._asked = 0.0
        self.codes: dict[int, int] = {}
        """Exit codes as far as they are known."""

    def watch(self, pid: int) -> None:
        """Watch over a process too."""
        if pid in self._descriptors or pid in self._others:
            return
        try:
            descriptor = os.pidfd_open(pid)
        except (AttributeError, OSError):
            # It has died already, or the system has nothing better than asking.
            self._others.add(pid)
            return
        self._descriptors[pid] = descriptor
        if self._poller is not None:
            self._poller.register(descriptor, select.POLLIN)

    def dead(self) -> list[int]:
        """The processes watched that have died since; they are watched no longer."""
        gone = []
        for pid, descriptor in list(self._descriptors.items()):
            if _is_readable(descriptor):
                code = family.zombie_exit_code(pid)
                if code is not None:
                    self.codes.setdefault(pid, code)
                gone.append(pid)
                if self._poller is not None:
                    self._poller.unregister(descriptor)
                os.close(self._descriptors.pop(pid))
        now = time.monotonic()
        if self._others and now - self._asked > _ASK_AGAIN_S:
            self._asked = now
            for pid in list(self._others):
                code = family.zombie_exit_code(pid)
                if code is not None or not family.exists(pid):
                    if code is not None:
                        self.codes.setdefault(pid, code)
                    self._others.discard(pid)
                    gone.append(pid)
        self.codes.update(family.reap())
        return gone

    def close(self) -> None:
        """Watch over nothing any more."""
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors.clear()


def _is_readable(descriptor: int) -> bool:
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(0))

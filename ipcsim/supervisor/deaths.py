"""Deaths, each confirmed by the system, and exit codes from whoever knows them."""

from __future__ import annotations

import os
import select
import time
from contextlib import suppress
from typing import Any, Final

from ipcsim.supervisor import family

_ASK_AGAIN_S: Final = 0.1


class Deaths:
    """Watches over processes by their pids."""

    def __init__(self, poller: Any) -> None:
        """``poller`` is the supervisor's ``select.poll``, which some deaths wake; None without."""
        self._waking = poller
        self._poller: Any = None if poller is None else select.poll()
        self._pids: dict[int, int] = {}
        """By the descriptor that tells of its death."""
        self._others: set[int] = set()
        self._gone: list[int] = []
        self._asked = 0.0
        self.codes: dict[int, int] = {}
        """Exit codes as far as they are known."""

    def watch(self, pid: int, waking: bool = False) -> None:
        """Watch over a process too; ``waking``: so that its death is seen at once.

        Others are seen in the next round, some milliseconds later: where they die by the hundred
        a round for each would take more from the program than the dying.
        """
        if pid in self._pids.values() or pid in self._others:
            return
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self._gone.append(pid)  # it has died already, and its parent knows
            return
        except (AttributeError, OSError):
            # The system has nothing better than asking.
            self._others.add(pid)
            return
        self._pids[descriptor] = pid
        self._poller.register(descriptor, select.POLLIN)
        if waking:
            self._waking.register(descriptor, select.POLLIN)

    def dead(self) -> list[int]:
        """The processes watched that have died since; they are watched no longer."""
        gone, self._gone = self._gone, []
        for descriptor, _ in self._poller.poll(0) if self._pids else ():
            pid = self._pids.pop(descriptor)
            code = family.zombie_exit_code(pid)
            if code is not None:
                self.codes.setdefault(pid, code)
            gone.append(pid)
            self._poller.unregister(descriptor)
            with suppress(KeyError):
                self._waking.unregister(descriptor)
            os.close(descriptor)
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
        for descriptor in self._pids:
            os.close(descriptor)
        self._pids.clear()

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
    """Watches over processes. One that comes later may have the pid of one that has ended."""

    def __init__(self, poller: Any) -> None:
        """``poller`` is the supervisor's ``select.poll``, which some deaths wake; None without."""
        self._waking = poller
        self._poller: Any = None if poller is None else select.poll()
        self._watched: dict[int, tuple[int, int]] = {}
        """Number and pid, by the descriptor that tells of its death."""
        self._others: dict[int, int] = {}
        """Pids by number, where the system has nothing better than asking."""
        self._gone: list[int] = []
        self._asked = 0.0
        self.codes: dict[int, int] = {}
        """Exit codes by pid, of the last that had it, as far as they are known."""

    def watch(self, pid: int, number: int, waking: bool = False) -> None:
        """Watch over a process too; ``waking``: so that its death is seen at once.

        Others are seen in the next round, some milliseconds later: where they die by the hundred
        a round for each would take more from the program than the dying.

        Args:
            number: what ``dead`` will call it.
        """
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self._gone.append(number)  # it has died already, and its parent knows
            return
        except (AttributeError, OSError):
            self._others[number] = pid
            return
        self._watched[descriptor] = number, pid
        self._poller.register(descriptor, select.POLLIN)
        if waking:
            self._waking.register(descriptor, select.POLLIN)

    def forget(self, pid: int) -> None:
        """Forget how the one ended that had this pid: there is another now."""
        self.codes.pop(pid, None)

    def dead(self) -> list[int]:
        """Numbers of those watched that have died since; they are watched no longer."""
        gone, self._gone = self._gone, []
        for descriptor, _ in self._poller.poll(0) if self._watched else ():
            number, pid = self._watched.pop(descriptor)
            code = family.zombie_exit_code(pid)
            if code is not None:
                self.codes.setdefault(pid, code)
            gone.append(number)
            self._poller.unregister(descriptor)
            with suppress(KeyError):
                self._waking.unregister(descriptor)
            os.close(descriptor)
        now = time.monotonic()
        if self._others and now - self._asked > _ASK_AGAIN_S:
            self._asked = now
            for number, pid in list(self._others.items()):
                code = family.zombie_exit_code(pid)
                if code is not None or not family.exists(pid):
                    if code is not None:
                        self.codes.setdefault(pid, code)
                    del self._others[number]
                    gone.append(number)
        self.codes.update(family.reap())
        return gone

    def close(self) -> None:
        """Watch over nothing any more."""
        for descriptor in self._watched:
            os.close(descriptor)
        self._watched.clear()

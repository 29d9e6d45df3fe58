"""How processes were sent away and what became of them, as other processes tell it: by pid.

A pid is given again once its process has been reaped, so that time tells whose it was.
"""

from __future__ import annotations

import math
from collections import defaultdict

from ipcsim.supervisor.watched import Watched


class Farewells:
    """What records say of the ends of other processes. All times are in ns."""

    def __init__(self) -> None:
        self._asked: defaultdict[int, list[int]] = defaultdict(list)
        self._reaped: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)

    def ask(self, pid: int, when: int) -> None:
        """Somebody has terminated or killed a process."""
        self._asked[pid].append(when)

    def reap(self, pid: int, when: int, code: int) -> None:
        """A parent has learnt the exit code of a process."""
        self._reaped[pid].append((when, code))

    def code(self, process: Watched) -> int | None:
        """The exit code of a process that has been reaped."""
        return min(self._since(process), default=(0, None))[1]

    def asked_for(self, process: Watched) -> bool:
        """Whether somebody else has ended a process."""
        if process.pid not in self._asked:
            return False
        reaped = self._reaped.get(process.pid, [])
        before = max((when for when, _ in reaped if when < process.began), default=-1)
        until = min((when for when, _ in self._since(process)), default=math.inf)
        return any(before < when <= until for when in self._asked[process.pid])

    def _since(self, process: Watched) -> list[tuple[int, int]]:
        reaped = self._reaped.get(process.pid, [])
        return [(when, code) for when, code in reaped if when >= process.began]

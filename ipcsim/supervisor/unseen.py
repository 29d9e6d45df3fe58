"""Processes that were started and ended before they had a ring: killed at once, most often.

Their parents' records tell of them. They are shown like all others, with nothing that they did.
"""

from __future__ import annotations

from dataclasses import dataclass

from ipcsim.events import Kind
from ipcsim.supervisor.introductions import Record
from ipcsim.supervisor.watched import Watched


@dataclass(frozen=True)
class UnseenHeader:
    """What a ring would have said of its process."""

    pid: int
    name: str
    parent: str
    clock: int


class Unseen:
    """Stands for the ring that a process never had."""

    next = 0

    def __init__(self, pid: int, called: str, parent: str, clock: int) -> None:
        """``called`` is the process's name, ``parent`` its parent's ring, ``clock`` ns."""
        self.called = called
        self.header = UnseenHeader(pid, f"unseen-{pid}-{clock}", parent, clock)

    def take(self) -> bytes:
        """No records."""
        return b""

    def pass_over(self) -> int:
        """No record is in the way."""
        return 0

    def lost(self) -> int:
        """No record was lost."""
        return 0

    def put_away(self) -> None:
        """There is nothing to put away."""


class Nursery:
    """Children that their parents have started, until they have ended."""

    def __init__(self) -> None:
        self._starting: dict[tuple[int, int], tuple[str, int]] = {}
        """Name of the child that a thread is starting, and since when, by process and thread."""
        self._started: dict[int, Unseen] = {}
        self._ended: list[tuple[Unseen, int]] = []

    def learn(self, parent: Watched, record: Record) -> None:
        """Take in a START, STARTED or REAPED of a parent's."""
        when, arg, _, _, kind, _, thread, _ = record
        who = parent.number, thread
        if kind == Kind.START:
            self._starting[who] = parent.introductions.text(arg), when
        elif kind == Kind.STARTED:
            # Without a START it is a helper of the library's.
            name, since = self._starting.pop(who, ("", 0))
            if name:
                self._started[arg] = Unseen(arg, name, parent.reader.header.name, since)
        elif child := self._started.pop(arg >> 32, None):
            self._ended.append((child, when))

    def ended(self) -> list[tuple[Unseen, int]]:
        """Those that have ended since, and when: who hasn't a ring now will never have one."""
        ended, self._ended = self._ended, []
        return ended

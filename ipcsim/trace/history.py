"""History: everything that a recording says, live or opened, in columns and tables.

How it grows is in :mod:`ipcsim.trace.growing`. Events are known by their *row*, a place in
the recording, and inside this package by their *ordinal*, their rank in time. Neither changes.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections import defaultdict
from os.path import basename, normpath
from typing import Any

import numpy as np

from ipcsim.supervisor.messages import Ended
from ipcsim.trace import intake
from ipcsim.trace.columns import Array, Column
from ipcsim.trace.introductions import Ring
from ipcsim.trace.moment import ObjectInfo, Place
from ipcsim.trace.naming import named_objects
from ipcsim.trace.objects import Objects
from ipcsim.trace.people import ActorInfo, ProcessInfo
from ipcsim.trace.raw import Raw
from ipcsim.trace.store import LIMIT, Batch, Store
from ipcsim.trace.written import Outputs


class History:
    """A run's history, growing or whole."""

    def __init__(self, limit: int = LIMIT) -> None:
        """
        Args:
            limit: how many events may be indexed in memory; more go to a temporary file.
        """
        self.head: dict[str, Any] = {}
        self.store = Store(limit)
        self.processes: list[ProcessInfo] = []
        self.actors: list[ActorInfo] = []
        self.sources: dict[str, str] = {}
        """Text by path: of the program's own files, and of installed packages' that it ran."""
        self.packages: set[str] = set()
        """Those of ``sources`` that aren't the program's own."""
        self.outputs = Outputs()
        self.ended: Ended | None = None
        self.cut = 0
        """Everything until here (ns) is known."""
        self._read_cut = 0
        """Everything until here (ns) has been read; of much the newest is not history yet."""
        self.lost = 0
        """How many records are missing."""
        self.cut_off = False
        """Whether the recording has been read to its end, and says nothing of the run's end."""
        self.attended = False
        """Whether somebody decides who goes on: that nobody moves means nothing then."""
        self.version = 0
        """Changes when the trace has grown."""
        self.raw: Raw
        self.registry = Objects()
        self.rings: dict[int, Ring] = {}
        self._orders: dict[int, intake.RingOrder] = {}
        self._process_of_ring: dict[int, int] = {}
        self._ring_of_process: list[int] = []
        self._held_back: list[tuple[int, Batch]] = []
        self._blocks = Column(np.int64)
        self._block_rings = Column(np.int64)
        self._element_rows = Column(np.uint32, self.store.room)
        self._elements = Column(np.int64, self.store.room)
        self._starts: dict[int, int] = {}
        self._starting: dict[int, int] = {}
        self._reaped: defaultdict[int, list[int]] = defaultdict(list)
        """By pid when its parent learned of its end."""
        self._named: tuple[int, int, list[ObjectInfo]] = (-1, -1, [])
        self._memory: dict[Any, Any] = {}
        self.deriving = threading.RLock()
        """Held while what is derived from the trace is brought forward: views and findings ask
        in threads of their own."""
        self._lines: dict[str, list[str]] = {}
        self._actor_process: Array = np.empty(0, np.int32)

    # --- facts

    @property
    def event_count(self) -> int:
        """How many events are in history."""
        return len(self.store)

    @property
    def known_count(self) -> int:
        """How many events have been read, those included that are not yet history."""
        return len(self.store) + self.store.pending

    @property
    def begin(self) -> int:
        """When the first event happened, or the run began; ns."""
        clock = self.head.get("clock")
        first = self.store.time(0) if len(self.store) else None
        if isinstance(clock, int) and (first is None or clock < first):
            return clock
        return first or 0

    @property
    def end(self) -> int:
        """When the last thing that is known happened; ns."""
        last = self.store.time(len(self.store) - 1) if len(self.store) else self.begin
        return max([last, self.cut, *(p.ended or 0 for p in self.processes)])

    @property
    def objects(self) -> list[ObjectInfo]:
        """The shared objects, by number."""
        now = (self.registry.version, len(self.sources))
        if self._named[:2] != now:
            self._named = (*now, named_objects(self.registry, self.sources))
        return self._named[2]

    def remembered(self, key: Any, make: Any) -> Any:
        """A structure derived from this trace, made once by ``make()`` and kept under ``key``."""
        found = self._memory.get(key)
        if found is None:
            found = self._memory[key] = make()
        return found

    def remember(self, key: Any, value: Any) -> None:
        """Keep a structure derived from this trace under ``key``, in place of the one before."""
        self._memory[key] = value

    def ring_of(self, process: int) -> Ring:
        """Meaning of the numbers in a process's records."""
        return self.rings[self._ring_of_process[process]]

    def process_of_pid(self, pid: int, t: int | None = None) -> int | None:
        """The process that had a pid (at time ``t``, ns), or None."""
        found = None
        for info in self.processes:
            if info.pid == pid and (found is None or t is None or info.started <= t):
                found = info.process
        return found

    def process_of_actors(self, actors: Array) -> Array:
        """The processes of threads."""
        if len(self._actor_process) < len(self.actors):
            self._actor_process = np.array([info.process for info in self.actors], np.int32)
        found: Array = self._actor_process[actors]
        return found

    # --- events by row

    def rows(self, ordinals: Array) -> Array:
        """Rows of events given by ordinal."""
        found: Array = self.store.where.view[ordinals]
        return found

    def rows_in_time(self) -> Array:
        """Rows of all events, in order of time."""
        return self.store.where.view

    def process_of_row(self, row: int) -> int:
        """The process that an event happened in."""
        block = int(self._blocks.view.searchsorted(row, "right")) - 1
        return self._process_of_ring[int(self._block_rings.view[block])]

    def actor_of_row(self, row: int) -> int:
        """The thread that an event happened in."""
        block = int(self._blocks.view.searchsorted(row, "right")) - 1
        ring = int(self._block_rings.view[block])
        thread = int(self.raw.bytes[row * 8 + 26]) | int(self.raw.bytes[row * 8 + 27]) << 8
        return int(self._orders[ring].actors[thread])

    def ordinal_of(self, row: int) -> int | None:
        """Rank in time of a row; None if it isn't in history."""
        mine = self.store.of_actor(self.actor_of_row(row))
        where = self.store.where.view
        # A thread's own rows rise with its ordinals; looking them all up would copy history.
        at = bisect_left(mine, row, key=where.__getitem__)
        return int(mine[at]) if at < len(mine) and int(where[mine[at]]) == row else None

    def place(self, row: int) -> Place | None:
        """Where in the program an event happened."""
        number = self.raw.place(row)
        return self.ring_of(self.process_of_row(row)).place(number) if number else None

    def elements(self, rows: Array) -> Array:
        """Which elements of an array events are about; -1 for the whole, or no array."""
        known = self._element_rows.view
        found = np.full(len(rows), -1, np.int64)
        if len(known):
            at = known.searchsorted(rows.astype(np.uint32))
            at[at == len(known)] = 0
            hit = known[at] == rows
            found[hit] = self._elements.view[at[hit]]
        return found

    def element(self, row: int) -> int:
        """Which element of an array an event is about; -1 for the whole, or no array."""
        return int(self.elements(np.array([row]))[0])

    def at_line(self, place: Place | None) -> str:
        """A place's line for a sentence: ``12``, in another file than the one that was run
        ``helper.py:12``; "?" if it isn't known."""
        if place is None:
            return "?"
        return (
            str(place.line) if self._was_run(place.file) else f"{basename(place.file)}:{place.line}"
        )

    def _was_run(self, path: str) -> bool:
        """Whether a file is the one that was run; of a module's run it is the first one seen."""
        said = self.head.get("program")
        if not said:
            return path == next(iter(self.sources), path)
        return (os.sep + path).endswith(os.sep + normpath(str(said)).lstrip("./\\"))

    def lines(self, path: str) -> list[str]:
        """Lines of a program file; none if its source isn't known."""
        found = self._lines.get(path)
        if found is None and path in self.sources:
            found = self._lines[path] = self.sources[path].splitlines()
        return found or []

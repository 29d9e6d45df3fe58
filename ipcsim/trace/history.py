"""History: everything that a recording says, live or opened, in columns and tables.

The reader applies blocks through the ``add_*`` methods. Events are known by their *row*, a place in
the recording, and inside this package by their *ordinal*, their rank in time. Neither changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ipcsim.events import RECORD_SIZE, Kind
from ipcsim.supervisor.messages import Ended, Output, State, Status
from ipcsim.trace import intake
from ipcsim.trace.columns import Array, Column
from ipcsim.trace.introductions import Ring
from ipcsim.trace.kinds import LAST_INTRODUCTION
from ipcsim.trace.moment import ObjectInfo, Place
from ipcsim.trace.naming import named_objects
from ipcsim.trace.objects import Objects
from ipcsim.trace.people import ActorInfo, ProcessInfo
from ipcsim.trace.raw import Raw
from ipcsim.trace.store import LIMIT, Batch, Store, rank

_LIFE = np.zeros(256, bool)
_LIFE[[Kind.START, Kind.STARTED, Kind.FORK, Kind.TARGET, Kind.EXIT, Kind.LOST]] = True


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
        """Text of each program file, by path."""
        self.outputs: list[Output] = []
        self.ended: Ended | None = None
        self.cut = 0
        """Everything until here (ns) is known."""
        self.lost = 0
        """How many records are missing."""
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
        self._element_rows = Column(np.uint32)
        self._elements = Column(np.int64)
        self._starts: dict[int, int] = {}
        self._starting: dict[int, int] = {}
        self._named: tuple[int, int, list[ObjectInfo]] = (-1, -1, [])
        self._memory: dict[Any, Any] = {}
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
        rows = self.store.where.view[mine]
        # A thread's own rows rise with its ordinals.
        at = rank(rows, row)
        return int(mine[at]) if at < len(rows) and int(rows[at]) == row else None

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

    def lines(self, path: str) -> list[str]:
        """Lines of a program file; none if its source isn't known."""
        found = self._lines.get(path)
        if found is None and path in self.sources:
            found = self._lines[path] = self.sources[path].splitlines()
        return found or []

    # --- growing: what the reader calls

    def read_from(self, raw: Raw) -> None:
        """Where records are found."""
        self.raw = raw
        self.store.room.folder = str(raw.path.parent)

    def add_source(self, path: str, text: str) -> None:
        """The source of a program file."""
        self.sources[path] = text
        self.version += 1

    def add_process(self, ring: int, pid: int, parent: int | None, time: int) -> None:
        """A process has appeared."""
        if ring in self.rings:
            return
        process = len(self.processes)
        above = self._process_of_ring.get(parent) if parent is not None else None
        started = self._starts.get(pid, time)
        info = ProcessInfo(process, pid, above, started, is_main=above is None and not process)
        info.seen = time
        self.processes.append(info)
        self._process_of_ring[ring] = process
        self._ring_of_process.append(ring)
        self.rings[ring] = Ring(ring, self._piece)
        self._orders[ring] = intake.RingOrder()
        self._actor(ring, 0)
        self.version += 1

    def add_events(self, ring: int, first: int, start: int, length: int) -> int:
        """Records of a ring; how many of them are events.

        Args:
            ring: the process's ring.
            first: index of the first record in its ring.
            start: where the records begin in the file, bytes.
            length: of the records, bytes.
        """
        count = length // RECORD_SIZE
        if not count:
            return 0
        if ring not in self.rings:
            self.add_process(ring, 0, None, self.cut)
        records = np.frombuffer(
            self.raw.bytes[start : start + count * RECORD_SIZE].data, intake.RECORDS
        )
        self._blocks.append(start // 8)
        self._block_rings.append(ring)
        kinds = records["kind"]
        threads = records["thread"]
        order = self._orders[ring]
        highest = int(threads.max())
        if highest >= len(order.actors) or (order.actors[threads] < 0).any():
            for thread in np.unique(threads).tolist():
                self._actor(ring, thread)
        chosen: Array | None = None
        events = intake.is_event(kinds)
        if not events.all():
            self._introduce(ring, records, kinds, first, start)
            chosen = np.flatnonzero(events)
        if order.indices or not events.all():
            positions, elements = intake.element_indices(order, kinds, threads, records["arg"])
            if positions:
                rows = start // 8 + np.array(positions, np.int64) * 4
                by_row = np.argsort(rows)
                self._element_rows.extend(rows[by_row].astype(np.uint32))
                self._elements.extend(np.array(elements, np.int64)[by_row])
        if _LIFE[kinds].any():
            self._live(ring, records, np.flatnonzero(_LIFE[kinds]).tolist(), start)
        if chosen is not None and not len(chosen):
            return 0
        batch = intake.batch(self.rings[ring], order, records, chosen, start, self.cut)
        unknown = batch.object == -2
        if unknown.any():
            # Inherited from a parent whose introductions come later in the file.
            self._held_back.append((ring, batch.take(np.flatnonzero(unknown))))
            batch = batch.take(np.flatnonzero(~unknown))
        self.store.add(batch)
        return len(kinds) if chosen is None else len(chosen)

    def cut_at(self, time: int) -> None:
        """All events until ``time`` have been read."""
        self.cut = max(self.cut, time)
        self.version += 1

    def settle(self, cut: int | None) -> None:
        """Make history of the events until ``cut``, or of all."""
        for ring, batch in self._held_back:
            numbers = np.array([self.raw.number(row) for row in batch.where.tolist()])
            batch.object = self.rings[ring].objects(numbers)
            batch.object[batch.object == -2] = -1
            self.store.add(batch)
        self._held_back.clear()
        if self.store.settle(cut):
            self.version += 1

    def lose(self, ring: int, count: int, time: int) -> None:
        """Records of a dead process could not be read."""
        self.lost += count
        self.version += 1

    def set_status(self, status: Status) -> None:
        """The supervisor says what state a process is in."""
        process = self._process_of_ring.get(status.ring)
        if process is None:
            self.add_process(status.ring, status.pid, status.parent, status.since)
            process = self._process_of_ring[status.ring]
        info = self.processes[process]
        if status.thread == 0:
            info.name = info.name or status.name
            info.state = status.state
            if status.state.over:
                info.ended, info.exit_code = status.since, status.exit_code
            info.detail = status.detail or info.detail
        self.version += 1

    def set_ended(self, ended: Ended, time: int) -> None:
        """The run is over."""
        self.ended = ended
        self.lost = max(self.lost, ended.lost)
        self.version += 1

    # --- introductions

    def _piece(self, where: int) -> bytes:
        return self.raw.piece(where)

    def _actor(self, ring: int, thread: int, name: str = "") -> int:
        table = self._orders[ring].actors
        if thread >= len(table):
            grown = np.full(max(thread + 1, 2 * len(table)), -1, np.int32)
            grown[: len(table)] = table
            self._orders[ring].actors = table = grown
        if table[thread] < 0:
            process = self._process_of_ring[ring]
            actor = table[thread] = len(self.actors)
            default = "MainThread" if not thread else f"Thread-{thread}"
            self.actors.append(ActorInfo(int(actor), process, thread, name or default))
            self.processes[process].actors.append(int(actor))
        elif name:
            self.actors[table[thread]].name = name
        return int(table[thread])

    def _introduce(self, ring: int, records: Array, kinds: Array, first: int, start: int) -> None:
        texts = np.flatnonzero(kinds == Kind.TEXT)
        meaning = self.rings[ring]
        if len(texts):
            pieces = records[texts]
            wheres = (start // 8 + texts * 4).astype(np.int64)
            meaning.texts.add(pieces["object"], pieces["place"], wheres)
        others = np.flatnonzero((kinds <= LAST_INTRODUCTION) & (kinds != Kind.TEXT))
        for at in others.tolist():
            record = records[at]
            kind, number, index = int(record["kind"]), int(record["object"]), first + at
            words, time = int(record["arg"]), int(record["time"])
            if kind == Kind.HELLO:
                self._hello(ring, meaning.facts(words), time)
            elif kind == Kind.PLACE:
                meaning.introduce_place(number, words, index)
            elif kind == Kind.OBJECT:
                facts = meaning.facts(words)
                place = meaning.place(int(record["place"]))
                obj = self.registry.introduce(
                    facts, self._process_of_ring[ring], place, time, meaning.object
                )
                meaning.introduce_object(number, obj, index)
            elif kind == Kind.THREAD:
                self._actor(ring, int(record["thread"]), meaning.text(words))

    def _hello(self, ring: int, facts: dict[str, Any], time: int) -> None:
        info = self.processes[self._process_of_ring[ring]]
        meaning = self.rings[ring]
        first = not meaning.hello
        meaning.hello = meaning.hello | facts
        if first:
            info.seen = time
            info.started = min(self._starts.get(info.pid, time), time)
        info.name = str(facts.get("name") or info.name)
        info.role = str(facts.get("role") or info.role)
        info.daemon = bool(facts.get("daemon", info.daemon))
        info.start_method = str(facts.get("start_method") or info.start_method)
        forked_at = facts.get("forked_at")
        if isinstance(forked_at, int) and info.parent is not None:
            meaning.parent = self.ring_of(info.parent)
            meaning.forked_at = forked_at

    def _live(self, ring: int, records: Array, positions: Iterable[int], start: int) -> None:
        process = self._process_of_ring[ring]
        for at in positions:
            record = records[at]
            kind, arg, time = int(record["kind"]), int(record["arg"]), int(record["time"])
            if kind == Kind.START:
                self._starting[ring << 16 | int(record["thread"])] = time
            elif kind in (Kind.STARTED, Kind.FORK):
                began = self._starting.pop(ring << 16 | int(record["thread"]), time)
                self._starts[arg] = began
                for info in reversed(self.processes):
                    if info.pid == arg:
                        info.started = min(info.started, began) if began else info.started
                        break
            elif kind == Kind.TARGET:
                self.processes[process].role = self.rings[ring].text(arg)
            elif kind == Kind.EXIT:
                info = self.processes[process]
                if info.ended is None:
                    info.exit_code = arg
                    info.ended, info.state = time, State.ENDED
            elif kind == Kind.LOST:
                self.lost += arg

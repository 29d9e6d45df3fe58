"""How history grows: what the reader of a recording calls, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ipcsim.events import RECORD_SIZE, Kind
from ipcsim.supervisor.messages import Ended, State, Status
from ipcsim.trace import intake
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.introductions import Ring
from ipcsim.trace.kinds import KNOWN, LAST_INTRODUCTION
from ipcsim.trace.people import ActorInfo, ProcessInfo
from ipcsim.trace.raw import Raw

_LIFE = np.zeros(256, bool)
_LIFE[[Kind.START, Kind.STARTED, Kind.FORK, Kind.TARGET, Kind.EXIT, Kind.LOST]] = True
_LIFE[Kind.REAPED] = True
_UNUSUAL = _LIFE | ~intake.is_event(np.arange(256))
"""Kinds that are more than a row of history."""


class Growing(History):
    """History with the ways to add to it."""

    def read_from(self, raw: Raw) -> None:
        """Where records are found."""
        self.raw = raw
        self.store.room.folder = str(raw.path.parent)

    def add_source(self, path: str, text: str, package: bool) -> None:
        """The source of a file of the program, or of a package that it uses."""
        self.sources[path] = text
        if package:
            self.packages.add(path)
        self.version += 1

    def add_process(
        self, ring: int, pid: int, parent: int | None, time: int, name: str = ""
    ) -> None:
        """A process has appeared; ``name``: of one that can't tell it itself."""
        if ring in self.rings:
            return
        process = len(self.processes)
        above = self._process_of_ring.get(parent) if parent is not None else None
        started = self._start_of(pid, time)
        info = ProcessInfo(process, pid, above, started, is_main=above is None and not process)
        info.seen = time
        info.name = name or info.name
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
            self.add_process(ring, 0, None, self._read_cut)
        records = np.frombuffer(
            self.raw.bytes[start : start + count * RECORD_SIZE].data, intake.RECORDS
        )
        self._blocks.append(start // 8)
        self._block_rings.append(ring)
        kinds = records["kind"]
        threads = records["thread"]
        order = self._orders[ring]
        highest = int(threads.max())
        if highest >= len(order.actors) or (order.actors[: highest + 1] < 0).any():
            for thread in np.unique(threads).tolist():
                self._actor(ring, thread)
        chosen: Array | None = None
        unusual = _UNUSUAL[kinds].any()
        if unusual:
            self.lost += int(np.count_nonzero(~KNOWN[kinds]))
            self._introduce(ring, records, kinds, first, start)
            chosen = np.flatnonzero(intake.is_event(kinds))
        if order.indices or unusual:
            positions, elements = intake.element_indices(order, kinds, threads, records["arg"])
            if positions:
                rows = start // 8 + np.array(positions, np.int64) * 4
                by_row = np.argsort(rows)
                self._element_rows.extend(rows[by_row].astype(np.uint32))
                self._elements.extend(np.array(elements, np.int64)[by_row])
        if unusual and _LIFE[kinds].any():
            self._live(ring, records, np.flatnonzero(_LIFE[kinds]).tolist(), start)
        if chosen is not None and not len(chosen):
            return 0
        batch = intake.batch(self.rings[ring], order, records, chosen, start, self._read_cut)
        unknown = batch.object == -2
        if unknown.any():
            # Inherited from a parent whose introductions come later in the file.
            self._held_back.append((ring, batch.take(np.flatnonzero(unknown))))
            batch = batch.take(np.flatnonzero(~unknown))
        self.store.add(batch)
        return len(kinds) if chosen is None else len(chosen)

    def cut_at(self, time: int) -> None:
        """All events until ``time`` have been read."""
        self._read_cut = max(self._read_cut, time)
        if not self.store.pending and not self._held_back:
            self._know_until(time)

    def settle(self, cut: int | None, most: int | None = None) -> bool:
        """Make history of the events until ``cut``, or of all.

        Of many only about ``most`` are taken. Returns whether there are more.
        """
        for ring, batch in self._held_back:
            numbers = np.array([self.raw.number(row) for row in batch.where.tolist()])
            batch.object = self.rings[ring].objects(intake.of_objects(numbers, batch.kind))
            batch.object[batch.object == -2] = -1
            self.store.add(batch, mixed=True)
        self._held_back.clear()
        before = len(self.store)
        until = self.store.settle(cut, most)
        self._know_until(self._read_cut if until is None else until)
        if len(self.store) != before:
            self.version += 1
        return until != cut

    def _know_until(self, time: int) -> None:
        if time > self.cut:
            self.cut = time
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
                self._not_after_reaping(info)
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
            info.started = min(self._start_of(info.pid, time), time)
        info.name = str(facts.get("name") or info.name)
        info.role = str(facts.get("role") or info.role)
        info.daemon = bool(facts.get("daemon", info.daemon))
        info.start_method = str(facts.get("start_method") or info.start_method)
        forked_at = facts.get("forked_at")
        if isinstance(forked_at, int) and info.parent is not None:
            meaning.parent = self.ring_of(info.parent)
            meaning.forked_at = forked_at

    def _start_of(self, pid: int, seen: int) -> int:
        """When the process was started that had a pid when it was ``seen``, as far as is known."""
        began = self._starts.get(pid, seen)
        # Another process may have had the pid before.
        return seen if any(began < reaped < seen for reaped in self._reaped[pid]) else began

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
            elif kind == Kind.REAPED:
                self._reaped[arg >> 32].append(time)
                for info in reversed(self.processes):
                    if info.pid == arg >> 32:
                        self._not_after_reaping(info)
                        break
            elif kind == Kind.LOST:
                self.lost += arg

    def _not_after_reaping(self, info: ProcessInfo) -> None:
        """The supervisor learns of an end some time after it; a parent that waits, sooner."""
        if info.ended is not None:
            # Another process may have had the pid before, or have it now.
            reaped = (time for time in self._reaped[info.pid] if time >= info.started)
            info.ended = min(info.ended, min(reaped, default=info.ended))

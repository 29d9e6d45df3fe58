"""The rings of a run: found, read into the recording, and understood as far as that is needed."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ipcsim.events import Kind
from ipcsim.probe import ring
from ipcsim.probe.ring import RingError
from ipcsim.supervisor.deaths import Deaths
from ipcsim.supervisor.drain import RingFile, RingReader
from ipcsim.supervisor.farewells import Farewells
from ipcsim.supervisor.messages import Output
from ipcsim.supervisor.printing import Printing
from ipcsim.supervisor.recording import RecordingWriter
from ipcsim.supervisor.sources import Sources
from ipcsim.supervisor.unseen import Nursery
from ipcsim.supervisor.watched import Reader, Watched

_UNREADY_NS: Final = 20_000_000_000
"""So long after it was begun a file of rings may still become ready."""


class Rings:
    """All processes that have a ring."""

    def __init__(
        self,
        directory: Path,
        deaths: Deaths,
        writer: RecordingWriter,
        printing: Printing,
        sources: Sources,
    ) -> None:
        self._directory = directory
        self._deaths = deaths
        self._writer = writer
        self._printing = printing
        self._sources = sources
        self._by_name: dict[str, Watched] = {}
        self._files: dict[str, RingFile] = {}
        self._listed = -1
        self._began: defaultdict[int, list[int]] = defaultdict(list)
        """When the processes with a pid began, ns."""
        self._nursery = Nursery()
        self.processes: list[Watched] = []
        """In the order of their appearance."""
        self.living: list[Watched] = []
        """Those whose end hasn't been told yet."""
        self.farewells = Farewells()
        self.temporary: set[str] = set()
        """Folders for temporary files that processes have made."""

    def discover(self) -> None:
        """Find new rings."""
        self._list()
        found: list[RingReader] = []
        for file in self._files.values():
            with suppress(RingError):
                found += file.new()
        # A parent's before its children's.
        for reader in sorted(found, key=lambda reader: reader.header.clock):
            process = self._appear(reader)
            self._deaths.watch(process.pid, process.number)
        for child, ended in self._nursery.ended():
            began = self._began[child.header.pid]
            if not any(child.header.clock <= when <= ended for when in began):
                self._appear(child, child.called)

    def _appear(self, reader: Reader, name: str = "") -> Watched:
        header = reader.header
        parent = self._by_name.get(header.parent)
        process = Watched(len(self.processes), reader, parent.number if parent else None, name)
        self.processes.append(process)
        self.living.append(process)
        self._by_name[header.name] = process
        if self._began[header.pid]:
            self._deaths.forget(header.pid)
        self._began[header.pid].append(header.clock)
        facts = {"ring": process.number, "pid": process.pid, "parent": process.parent}
        named = {"name": name} if name else {}
        self._writer.facts(b"RING", {**facts, **named}, process.number, header.clock)
        return process

    def drain(self, process: Watched) -> int:
        """Take in what a process has written since; how many records that was."""
        count = 0
        # At most once round the ring: the others want to be read too.
        for _ in range(2):
            first = process.reader.next
            data = process.reader.take()
            if not data:
                break
            self._writer.block(b"EVNT", data, process.number, first)
            for record in process.introductions.read(data):
                self._learn(process, record)
            process.states.update(data)
            count += len(data) // 32
        return count

    def put_away(self, process: Watched) -> None:
        """A dead process's ring has been read to its end."""
        unwritten = process.reader.lost() - process.lost
        if unwritten > 0:
            self._writer.block(b"LOSS", b"", process.number, unwritten, time.perf_counter_ns())
        process.over = True
        self.living.remove(process)
        process.reader.put_away()
        self._remove_files()

    def lost(self) -> int:
        """How many records could not be written, for want of room."""
        return sum(process.reader.lost() for process in self.processes)

    def _list(self) -> None:
        """Find new files of rings."""
        changed = os.stat(self._directory).st_mtime_ns
        if changed == self._listed:
            return
        # The directory's time moves in steps of some milliseconds: look again until it is older.
        self._listed = changed if time.time_ns() - changed > 50_000_000 else -1
        for name in os.listdir(self._directory):
            if ring.is_ring_name(name) and name not in self._files:
                try:
                    self._files[name] = RingFile(self._directory / name)
                except (OSError, ValueError):
                    # It is being made. One whose maker was killed before will never be ready.
                    if time.perf_counter_ns() - _age(name) < _UNREADY_NS:
                        self._listed = -1

    def _remove_files(self) -> None:
        """Remove the files in which nobody will have a ring any more."""
        for name, file in list(self._files.items()):
            maker = self._by_name.get(file.maker)
            if maker is not None and maker.over and not file.in_use():
                file.put_away()
                del self._files[name]

    def _learn(self, process: Watched, record: Any) -> None:
        when, arg, obj, _, kind, _, _, _ = record
        if kind == Kind.OUTPUT:
            self._printing.note(obj, when, process.number, arg)
        elif kind == Kind.OUTPUT_TEXT:
            if not self._printing.ours:
                data = process.introductions.text(arg).encode()
                self._printing.put_out(Output(process.number, obj, when, data))
        elif kind in (Kind.TERMINATE, Kind.KILL):
            if arg != process.pid:
                self.farewells.ask(arg, when)
        elif kind in (Kind.START, Kind.STARTED):
            self._nursery.learn(process, record)
        elif kind == Kind.REAPED:
            self._nursery.learn(process, record)
            code = arg & 0xFFFFFFFF
            self.farewells.reap(arg >> 32, when, code - (1 << 32) if code >> 31 else code)
        else:
            file = process.learn(record)
            if kind == Kind.HELLO:
                self._sources.library = str(process.facts.get("library") or self._sources.library)
                folder = process.facts.get("tempdir")
                if isinstance(folder, str):
                    self.temporary.add(folder)
            if file:
                self._sources.keep(file)


def _age(name: str) -> int:
    """When a file of rings was begun, ns."""
    try:
        return int(name.rpartition("-")[2], 16)
    except ValueError:
        return 0

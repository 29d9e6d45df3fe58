"""Writes valid recordings without running anything, for tests of what reads them.

A :class:`RecordingWriter` writes the blocks, a :class:`ProcessWriter` the records of one
process, with the introductions (texts, places, objects, threads) that a probe would have written.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ipcsim import events
from ipcsim.events import FIELD, RECORD, Kind
from ipcsim.supervisor.messages import Ended, State, Status
from ipcsim.supervisor.recording import BLOCK_HEADER, FILE_HEADER, NO_RING


class RecordingWriter:
    """One recording in the making; times are ns on the clock of the recorded machine."""

    def __init__(self, path: Path, program: str, source: str, begin: int, **head: Any) -> None:
        self.program = program
        self.source = source
        self.processes: list[ProcessWriter] = []
        self._begin = begin
        self._file = open(path, "wb")  # noqa: SIM115 - closed by close()
        self._file.write(FILE_HEADER)
        facts = {
            "program": program,
            "argv": [program],
            "python": "3.11.7",
            "start_method": "spawn",
            "parameters": {},
            "clock": begin,
            "wall": 1_790_000_000.0,
            "host": {"cores": 4, "system": "Linux"},
            "ipcsim": "0.1",
            "lesson": None,
        }
        self.json("HEAD", facts | head, time=begin)
        digest = hashlib.sha256(source.encode()).hexdigest()
        self.json("FILE", {"path": program, "sha256": digest, "text": source}, time=begin)

    def block(
        self, kind: str, payload: bytes, ring: int = NO_RING, first: int = 0, time: int = 0
    ) -> None:
        """Append one block."""
        self._file.write(
            BLOCK_HEADER.pack(kind.encode(), len(payload), zlib.crc32(payload), ring, first, time)
        )
        self._file.write(payload + bytes(-len(payload) % 8))

    def json(self, kind: str, value: Any, ring: int = NO_RING, time: int = 0) -> None:
        """Append one block of JSON."""
        self.block(kind, json.dumps(value).encode(), ring, 0, time)

    def process(
        self,
        name: str,
        time: int,
        parent: ProcessWriter | None = None,
        fork: bool = False,
        pid: int | None = None,
    ) -> ProcessWriter:
        """A new process appears: RING block, HELLO record, status "starting"."""
        ring = len(self.processes)
        process = ProcessWriter(self, ring, pid or 4000 + ring, name, parent)
        self.processes.append(process)
        parent_ring = None if parent is None else parent.ring
        self.json("RING", {"ring": ring, "pid": process.pid, "parent": parent_ring}, ring, time)
        hello: dict[str, Any] = {
            "pid": process.pid,
            "ppid": 1 if parent is None else parent.pid,
            "name": name,
            "start_method": "fork" if fork else "spawn",
            "python": "3.11.7",
        }
        if fork and parent is not None:
            hello |= {"parent_ring": parent.ring, "forked_at": parent.count}
            process.inherit(parent)
        process.emit(Kind.HELLO, time, arg=process.text(json.dumps(hello)))
        self.status(process, State.STARTING, time)
        return process

    def status(
        self,
        process: ProcessWriter,
        state: State,
        time: int,
        exit_code: int | None = None,
        detail: str = "",
    ) -> None:
        """A process has changed its state."""
        parent = None if process.parent is None else process.parent.ring
        message = Status(
            ring=process.ring,
            pid=process.pid,
            thread=0,
            name=process.name,
            state=state,
            since=time,
            parent=parent,
            exit_code=exit_code,
            detail=detail,
        )
        self.json("STAT", asdict(message), process.ring, time)

    def output(self, process: ProcessWriter | None, text: str, time: int, stream: int = 1) -> None:
        """Something has been printed."""
        ring = NO_RING if process is None else process.ring
        self.block("OUTP", text.encode(), ring, stream, time)

    def drain(self, cut: int, rings: list[int] | None = None) -> None:
        """Write what the processes have recorded, then the cut.

        Args:
            cut: every event up to this time has been emitted.
            rings: the order of draining; the processes' own by default.
        """
        for ring in range(len(self.processes)) if rings is None else rings:
            process = self.processes[ring]
            if process.pending:
                payload = bytes(process.pending)
                first = process.count - len(payload) // RECORD.size
                self.block("EVNT", payload, ring, first, cut)
                process.pending.clear()
        self.block("CUTT", b"", time=cut)

    def close(self, time: int, exit_code: int = 0, lost: int = 0, **ended: Any) -> None:
        """Write the end and close the file."""
        self.drain(time)
        facts = {"timed_out": False, "stopped": False} | ended
        end = Ended(exit_code=exit_code, duration_s=(time - self._begin) / 1e9, lost=lost, **facts)
        self.json("TAIL", asdict(end), time=time)
        self._file.close()

    def abandon(self) -> None:
        """Close the file without an end, as after a crash."""
        self._file.close()


class ProcessWriter:
    """The records of one process."""

    def __init__(
        self,
        recording: RecordingWriter,
        ring: int,
        pid: int,
        name: str,
        parent: ProcessWriter | None,
    ) -> None:
        self.recording = recording
        self.ring = ring
        self.pid = pid
        self.name = name
        self.parent = parent
        self.count = 0
        self.pending = bytearray()
        self._texts: dict[str, int] = {}
        self._places: dict[tuple[int, str], int] = {}
        self._objects: dict[str, int] = {}
        self._numbers = 0
        self._threads = {0}

    def inherit(self, parent: ProcessWriter) -> None:
        """Go on with the parent's numbers, as a forked child does."""
        self._texts = dict(parent._texts)
        self._places = dict(parent._places)
        self._objects = dict(parent._objects)
        self._numbers = parent._numbers

    def emit(
        self,
        kind: Kind,
        time: int,
        obj: int = 0,
        place: int = 0,
        arg: int = 0,
        thread: int = 0,
        span: int = 0,
    ) -> None:
        """Append one record."""
        self.pending += RECORD.pack(
            time, arg, obj, place, kind, span, thread, self.count & 0xFFFFFFFF
        )
        self.count += 1

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    def text(self, text: str) -> int:
        """Number of a text, introduced by its pieces at first use."""
        number = self._texts.get(text)
        if number is None:
            number = self._texts[text] = self._number()
            data = text.encode()
            for part in range(max(1, -(-len(data) // 16))):
                piece = data[part * 16 : part * 16 + 16].ljust(16, b"\0")
                time, arg = struct.unpack("<Qq", piece)
                self.emit(Kind.TEXT, time, number, part << 16 | len(data), arg)
        return number

    def place(self, snippet: str, time: int, function: str | None = None) -> int:
        """Number of the place where ``snippet`` stands in the program; 0 for an empty one."""
        if not snippet:
            return 0
        number = self._places.get((0, snippet))
        if number is None:
            line, column, owner = locate(self.recording.source, snippet)
            text = FIELD.join(
                map(
                    str,
                    (
                        self.recording.program,
                        line,
                        line,
                        column,
                        column + len(snippet),
                        function or owner,
                    ),
                )
            )
            words = self.text(text)
            number = self._places[(0, snippet)] = self._number()
            self.emit(Kind.PLACE, time, number, arg=words)
        return number

    def object(
        self, kind: str, key: str, time: int, place: int = 0, created: bool = False, **facts: Any
    ) -> int:
        """Number of an object, introduced at first use."""
        number = self._objects.get(key)
        if number is None:
            words = self.text(json.dumps({"kind": kind, "key": key, "created": created, **facts}))
            number = self._objects[key] = self._number()
            self.emit(Kind.OBJECT, time, number, place, words)
        return number

    def thread(self, number: int, name: str, time: int) -> int:
        """Introduce a thread once; its number."""
        if number not in self._threads:
            self._threads.add(number)
            self.emit(Kind.THREAD, time, arg=self.text(name), thread=number)
        return number

    def token(self, value: Any) -> int:
        """What a probe says of a value in 64 bits."""
        if type(value) is bool or value is None:
            return events.CONSTANTS.index(str(value)) << 3 | events.TOKEN_CONSTANT
        if type(value) is int and -(1 << 60) <= value < 1 << 60:
            return value << 3 | events.TOKEN_INT
        if type(value) is float:
            bits = int.from_bytes(struct.pack("<d", value), "little", signed=True)
            return bits & ~7 | events.TOKEN_FLOAT
        if type(value) is str:
            data = value.encode()
            if len(data) <= 7:
                word = int.from_bytes(data, "little") << 8 | len(data) << 3 | events.TOKEN_SHORT
                return _signed(word)
            return self.text(value[:16]) << 3 | events.TOKEN_TEXT
        size = len(value) if hasattr(value, "__len__") else events.SIZE_UNKNOWN
        word = size << 27 | self.text(type(value).__name__) << 3 | events.TOKEN_SIZED
        return _signed(word & (1 << 64) - 1)


def _signed(word: int) -> int:
    """The 64 bits of ``word`` as a number with a sign."""
    return int.from_bytes(word.to_bytes(8, "little"), "little", signed=True)


def locate(source: str, snippet: str) -> tuple[int, int, str]:
    """Line, column and function of the first occurrence of ``snippet`` in ``source``."""
    function = "<module>"
    for number, line in enumerate(source.splitlines(), 1):
        words = line.split()
        if words and words[0] == "def" and snippet not in line:
            function = words[1].partition("(")[0]
        elif words and not line.startswith(" ") and words[0] != "def":
            function = "<module>"
        if snippet in line:
            return number, line.index(snippet), function
    raise LookupError(f"{snippet!r} is not in the program")


def fingerprint(length: int, content: int) -> int:
    """A fingerprint of a message of ``length`` bytes."""
    word = min(length, (1 << 31) - 1) << 32 | zlib.crc32(str(content).encode())
    return _signed(word)

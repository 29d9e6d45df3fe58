"""Writes the recording: magic and version, then blocks. One file is both spool and recording.

========== =========================================================================================
block      payload and header fields
========== =========================================================================================
``HEAD``   JSON: program, arguments, clock and wall time at the start, host, ...
``RING``   JSON {ring, pid, parent}: a process has appeared; time = when. With ``name`` it ended
           before it could say anything
``EVNT``   records of 32 bytes of ring ``ring``; ``first`` = index of the first in its ring
``LOSS``   ``first`` records of ring ``ring`` were never written, or could not be read
``CUTT``   ``time``: every event until then is in the file before this block, except one whose
           process was interrupted between taking its time and writing it; ten times a second
           also while nothing happens, as long as the program lives and isn't held
``STAT``   JSON of a Status: a process began or ended
``OUTP``   bytes written by ring ``ring`` (NO_RING: not known); ``first`` = stream
``FILE``   JSON {path, sha256, text}: source of a file of the program; {package}: an installed one
``TAIL``   JSON of Ended
========== =========================================================================================

A header is type, length, CRC-32 of the payload, ring, first, time; payloads are padded with zeros
to a multiple of 8. A file without ``TAIL`` was cut off: what is whole is valid.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from ipcsim.events import RECORD_SIZE

RECORDING_MAGIC: Final = b"IPCSIM-RECORD\0"
RECORDING_VERSION: Final = 1
FILE_HEADER: Final = RECORDING_MAGIC + struct.pack("<H", RECORDING_VERSION)
BLOCK_HEADER: Final = struct.Struct("<4sIIIQQ")
NO_RING: Final = 0xFFFFFFFF
_json: Final = json.JSONEncoder(ensure_ascii=False).encode


class RecordingWriter:
    """Appends blocks; they reach the file together, at ``flush``."""

    def __init__(self, path: Path) -> None:
        """Create the file, readable by its owner only. Raises OSError."""
        self.path = path
        path.touch(0o600)
        path.chmod(0o600)
        self._file = path.open("wb", buffering=0)
        self._pieces: list[bytes] = [FILE_HEADER]
        self.end = 0
        """Bytes of the file that are whole blocks."""
        self.failure: OSError | None = None
        """Why nothing more can be written (no space is left, ...)."""
        self._unwritten = 0
        self.lost = 0
        """Records of events that couldn't be written."""

    def block(
        self, kind: bytes, payload: bytes, ring: int = 0, first: int = 0, time: int = 0
    ) -> None:
        """Append a block."""
        if kind == b"EVNT":
            self._unwritten += len(payload) // RECORD_SIZE
        self._pieces += (
            BLOCK_HEADER.pack(kind, len(payload), crc32(payload), ring, first, time),
            payload,
            bytes(-len(payload) % 8),
        )

    def facts(self, kind: bytes, facts: dict[str, Any], ring: int = 0, time: int = 0) -> None:
        """Append a block of JSON."""
        payload = _json(facts).encode("utf-8", "surrogatepass")
        self.block(kind, payload, ring, 0, time)

    def flush(self) -> bool:
        """Write what was appended; whether all is in the file."""
        if not self._pieces or self.failure is not None:
            self._pieces.clear()
            self._count_lost()
            return self.failure is None
        data = memoryview(b"".join(self._pieces))
        self._pieces.clear()
        try:
            written = 0
            while written < len(data):
                written += self._file.write(data[written:])
        except OSError as error:
            self.failure = error
            self._file.truncate(self.end)
            self._count_lost()
            return False
        self.end += len(data)
        self._unwritten = 0
        return True

    def _count_lost(self) -> None:
        self.lost += self._unwritten
        self._unwritten = 0

    def close(self) -> None:
        """Write what is left and close the file."""
        self.flush()
        self._file.close()

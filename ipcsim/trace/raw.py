"""The recording's bytes, mapped into memory: a record's fields by its place in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ipcsim.trace.columns import Array
from ipcsim.trace.mappings import mapped_bytes

UNIT = 8
_MODERATE = 1 << 28


class Raw:
    """A growing file of which the part that has been written is read.

    Records are addressed by ``where``: their offset in the file divided by 8.
    """

    def __init__(self, path: Path) -> None:
        """
        Raises:
            OSError: the file can't be read.
        """
        self.path = path
        self._file = open(path, "rb")  # noqa: SIM115 - closed by close()
        self.size = 0
        self.bytes: Array = np.empty(0, np.uint8)
        self._words: Array = np.empty(0, np.int64)
        self._halves: Array = np.empty(0, np.uint32)

    def start(self, length: int) -> bytes:
        """The first bytes of the file."""
        self._file.seek(0)
        return self._file.read(length)

    def grow(self, finished: bool = False) -> int:
        """Take in what has been appended; the size of the file in bytes.

        A ``finished`` file of moderate size is copied into memory: it may be overwritten by
        whoever owns it, and a mapping would then end this process by a bus error. A file that is
        still written to is the session's own.
        """
        size = self._file.seek(0, 2)
        if size > self.size:
            if finished and size <= _MODERATE:
                self._file.seek(0)
                data = self._file.read(size)
                size = len(data)
                self.bytes = np.frombuffer(data, np.uint8)
            else:
                self.bytes = mapped_bytes(self._file.fileno(), size)
            whole = self.bytes[: size // UNIT * UNIT]
            self._words, self._halves = whole.view(np.int64), whole.view(np.uint32)
            self.size = size
        return self.size

    def close(self) -> None:
        """Close the file; what is mapped stays readable while somebody holds it."""
        self._file.close()

    def times(self, wheres: Array) -> Array:
        """``time`` of records, ns."""
        found: Array = self._words[wheres]
        return found

    def args(self, wheres: Array) -> Array:
        """``arg`` of records."""
        found: Array = self._words[wheres.astype(np.int64) + 1]
        return found

    def places(self, wheres: Array) -> Array:
        """``place`` of records: numbers within their rings."""
        found: Array = self._halves[wheres.astype(np.int64) * 2 + 5]
        return found

    def spans(self, wheres: Array) -> Array:
        """``span`` of records."""
        found: Array = self.bytes[wheres.astype(np.int64) * UNIT + 25]
        return found

    def time(self, where: int) -> int:
        """``time`` of a record, ns."""
        return int(self._words[where])

    def arg(self, where: int) -> int:
        """``arg`` of a record."""
        return int(self._words[where + 1])

    def number(self, where: int) -> int:
        """``object`` of a record: a number within its ring."""
        return int(self._halves[2 * where + 4])

    def place(self, where: int) -> int:
        """``place`` of a record: a number within its ring."""
        return int(self._halves[2 * where + 5])

    def kind(self, where: int) -> int:
        """``kind`` of a record."""
        return int(self.bytes[where * UNIT + 24])

    def span(self, where: int) -> int:
        """``span`` of a record."""
        return int(self.bytes[where * UNIT + 25])

    def piece(self, where: int) -> bytes:
        """The 16 bytes of a piece of text."""
        return self.bytes[where * UNIT : where * UNIT + 16].tobytes()

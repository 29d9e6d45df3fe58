"""Growing arrays: history in columns.

A :class:`Column` grows like a list and is read as a NumPy array. Beyond its limit it moves into an
unlinked temporary file, mapped into memory, so that a long history costs disk and not swap. From
half its limit on it is copied there a piece with each growth: no frame waits for the whole.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

FIRST_CAPACITY = 16
_LONG = 1 << 16 if os.name == "posix" else 1 << 20
"""A longer column gets room for all it may become. What isn't touched costs nothing, except on
Windows; copying a long column, over and over and together with others like it, is felt."""
_WRITES = os.name == "posix"
"""Whether a file is written to, rather than to its mapping, where each page costs an exception of
the processor. Windows doesn't promise that a mapping shows what is written to its file."""
_LONGEST = 20_000_000


@dataclass(slots=True)
class Room:
    """How many elements of a column may lie in memory, and where the files are for longer ones."""

    limit: int
    folder: str | None = None
    """None: the system's folder for temporary files, which may itself be in memory."""
    columns: int = 0

    def next_limit(self) -> int:
        """The limit for one more column: they move one after the other, not all in one frame."""
        self.columns += 1
        return self.limit - self.columns % 16 * (self.limit // 64)


UNLIMITED = Room(1 << 62)


class Column:
    """An array of one type that grows at its end."""

    __slots__ = ("_copied", "_copies_from", "_data", "_file", "_in_file", "_limit", "_room", "size")

    def __init__(self, dtype: Any, room: Room = UNLIMITED) -> None:
        """
        Args:
            dtype: type of an element.
            room: when to move into a file.
        """
        self._data: Array = np.empty(FIRST_CAPACITY, dtype)
        self._room = room
        self._limit = room.next_limit()
        self._copies_from = self._limit // 2
        self._copied = 0
        """How many elements are in the file already."""
        self._file: IO[bytes] | None = None
        self._in_file = False
        """Whether the elements are those of the file."""
        self.size = 0

    def __len__(self) -> int:
        return self.size

    @property
    def view(self) -> Array:
        """The elements, without a copy; valid until the next change."""
        return self._data[: self.size]

    def extend(self, values: Array) -> None:
        """Append."""
        end = self.size + len(values)
        if end > len(self._data):
            self._grow(end)
        if not (self._in_file and _WRITES):
            self._data[self.size : end] = values
        elif not self._write(self.size, values):
            self.extend(values)
            return
        self.size = end
        if end > self._copies_from and not self._in_file:
            self._copy(2 * len(values))

    def append(self, value: int | float) -> None:
        """Append one element."""
        if self.size == len(self._data):
            self._grow(self.size + 1)
        self._data[self.size] = value
        self.size += 1

    def put(self, indices: Array, values: Array) -> None:
        """Let ``values`` take the place of elements that are there already."""
        if not len(indices):
            return
        self._data[indices] = values
        if not self._in_file:
            self._copied = min(self._copied, int(indices.min()))

    def replace_from(self, start: int, values: Array) -> None:
        """Let ``values`` take the place of everything from ``start`` on."""
        self.size = start
        self._copied = min(self._copied, start)
        self.extend(values)

    def _write(self, start: int, values: Array) -> bool:
        """Put elements into the file, from the ``start``-th on; whether there was room."""
        assert self._file is not None
        try:
            self._file.seek(start * self._data.itemsize)
            self._file.write(np.ascontiguousarray(values, self._data.dtype).data)
            self._file.flush()
        except OSError:
            self._stay()
            return False
        return True

    def _stay(self) -> None:
        """The disk is full: all is kept in memory."""
        if self._in_file:
            self._data = self.view.copy()
        self._file, self._in_file = None, False
        self._limit = self._copies_from = UNLIMITED.limit

    def _copy(self, most: int) -> None:
        """Copy the next elements to the file."""
        if self._file is None:
            self._file = _temporary_file(self._room.folder)
        end = min(self.size, self._copied + most)
        if end > self._copied and self._write(self._copied, self._data[self._copied : end]):
            self._copied = end

    def _grow(self, needed: int) -> None:
        dtype = self._data.dtype
        if needed > self._limit and not self._in_file:
            self._copy(self.size)
            self._in_file = self._file is not None
        if self._in_file:
            assert self._file is not None
            # Mapped anew the file is the same: nothing is copied.
            self._data = _mapped(self._file, 2 * needed, dtype)
        else:
            capacity = max(needed, len(self._data) + (len(self._data) >> 1), FIRST_CAPACITY)
            most = max(capacity, min(self._limit, _LONGEST))
            grown = _empty(most, dtype) if needed > _LONG else None
            if grown is None:
                grown = np.empty(capacity, dtype)
            grown[: self.size] = self._data[: self.size]
            self._data = grown


def stable_order(numbers: Array) -> Array:
    """What sorts whole numbers, those that are alike in their order; there must be some."""
    # NumPy sorts 16-bit numbers by radix: several times faster than wider ones.
    lowest = numbers.min()
    if numbers.max() - lowest < 1 << 16:
        numbers = (numbers - lowest).astype(np.uint16)
    return numbers.argsort(kind="stable")


def _empty(capacity: int, dtype: Any) -> Array | None:
    try:
        if os.name != "posix":
            return np.empty(capacity, dtype)
        # NumPy would ask for huge pages: two megabytes to be cleared at once, in the middle of a
        # frame, for each of dozens of columns that may never need them.
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        return np.frombuffer(mmap.mmap(-1, capacity * dtype.itemsize, flags=flags), dtype)
    except (MemoryError, OSError):
        # Where even untouched memory is counted (ulimit -v, no overcommitment).
        return None


def _temporary_file(folder: str | None) -> IO[bytes]:
    try:
        return tempfile.TemporaryFile(prefix="ipcsim-", dir=folder)
    except OSError:
        # The recording lies where nothing can be written.
        return tempfile.TemporaryFile(prefix="ipcsim-")


def _mapped(file: IO[bytes], capacity: int, dtype: Any) -> Array:
    file.truncate(capacity * dtype.itemsize)
    return np.frombuffer(mmap.mmap(file.fileno(), capacity * dtype.itemsize), dtype)

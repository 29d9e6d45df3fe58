"""Growing arrays: history in columns.

A :class:`Column` grows like a list and is read as a NumPy array. Beyond its limit it moves into an
unlinked temporary file, mapped into memory, so that a long history costs disk and not swap.
"""

from __future__ import annotations

import mmap
import tempfile
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

FIRST_CAPACITY = 16


class Column:
    """An array of one type that grows at its end."""

    __slots__ = ("_data", "_limit", "size")

    def __init__(self, dtype: Any, limit: int = 1 << 62, capacity: int = FIRST_CAPACITY) -> None:
        """
        Args:
            dtype: type of an element.
            limit: how many elements may lie in memory.
            capacity: room to begin with.
        """
        self._data: Array = np.empty(capacity, dtype)
        self._limit = limit
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
        self._data[self.size : end] = values
        self.size = end

    def append(self, value: int | float) -> None:
        """Append one element."""
        if self.size == len(self._data):
            self._grow(self.size + 1)
        self._data[self.size] = value
        self.size += 1

    def replace_from(self, start: int, values: Array) -> None:
        """Let ``values`` take the place of everything from ``start`` on."""
        self.size = start
        self.extend(values)

    def _grow(self, needed: int) -> None:
        capacity = max(needed, len(self._data) + (len(self._data) >> 1), FIRST_CAPACITY)
        dtype = self._data.dtype
        if capacity <= self._limit:
            grown: Array = np.empty(capacity, dtype)
        else:
            with tempfile.TemporaryFile(prefix="ipcsim-") as file:
                file.truncate(capacity * dtype.itemsize)
                grown = np.frombuffer(mmap.mmap(file.fileno(), 0), dtype)
        grown[: self.size] = self._data[: self.size]
        self._data = grown

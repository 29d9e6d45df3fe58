"""What the program has written, where it lies in the recording: a gigabyte of it is not kept.

Nor is an object kept for each piece. Half a million of them, as a gigabyte has, are gone through by
each full collection of garbage: a third of a second in the middle of a frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, overload

import numpy as np

from ipcsim.supervisor.messages import Output
from ipcsim.trace.columns import Column
from ipcsim.trace.raw import Raw

_NOBODY: Final = -1
"""In place of a ring, where the writer isn't known."""


class Written(Output):
    """An Output whose data is read from the recording each time that it is asked for."""

    __slots__ = ("_at", "_length", "_raw")
    _raw: Raw
    _at: int
    _length: int

    def __init__(
        self, ring: int | None, stream: int, time: int, raw: Raw, at: int, length: int
    ) -> None:
        """``at`` and ``length``: of the data in the file, bytes."""
        # Its base is frozen.
        for name, value in (
            ("ring", ring),
            ("stream", stream),
            ("time", time),
            ("_raw", raw),
            ("_at", at),
            ("_length", length),
        ):
            object.__setattr__(self, name, value)

    @property
    def data(self) -> bytes:
        """What was written."""
        found: bytes = self._raw.bytes[self._at : self._at + self._length].tobytes()
        return found

    @property
    def size(self) -> int:
        """How many bytes were written; nothing is read for it."""
        return self._length


class Outputs(Sequence[Output]):
    """The pieces that the program has written, in the order in which they have come."""

    def __init__(self) -> None:
        self._raw: Raw | None = None
        self._ring = Column(np.int64)
        self._stream = Column(np.uint8)
        self._time = Column(np.int64)
        self._at = Column(np.int64)
        self._length = Column(np.int64)

    def __len__(self) -> int:
        # The column that gets a piece last: findings are looked for in another thread.
        return len(self._length)

    @overload
    def __getitem__(self, index: int) -> Output: ...

    @overload
    def __getitem__(self, index: slice) -> list[Output]: ...

    def __getitem__(self, index: int | slice) -> Output | list[Output]:
        numbers = range(len(self))[index]
        return self._pieces([numbers])[0] if isinstance(numbers, int) else self._pieces(numbers)

    def size_of_first(self, count: int) -> int:
        """How many bytes the first ``count`` pieces have."""
        return int(self._length.view[:count].sum())

    def add(
        self, ring: int | None, stream: int, time: int, raw: Raw, at: int, length: int
    ) -> Written:
        """Add a piece, described as in :class:`Written`; always of the same recording."""
        self._raw = raw
        self._ring.append(_NOBODY if ring is None else ring)
        self._stream.append(stream)
        self._time.append(time)
        self._at.append(at)
        self._length.append(length)
        return Written(ring, stream, time, raw, at, length)

    def _pieces(self, numbers: Sequence[int]) -> list[Output]:
        if self._raw is None:
            return []
        columns = self._ring, self._stream, self._time, self._at, self._length
        rows = np.asarray(numbers, np.int64)
        facts = zip(*(column.view[rows].tolist() for column in columns), strict=True)
        return [
            Written(None if ring == _NOBODY else ring, stream, time, self._raw, at, length)
            for ring, stream, time, at, length in facts
        ]

"""What the program has written, where it lies in the recording: a gigabyte of it is not kept."""

from __future__ import annotations

from ipcsim.supervisor.messages import Output
from ipcsim.trace.raw import Raw


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

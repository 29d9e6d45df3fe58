"""The place and the thread at which something was done last, most often in a loop.

What the next record from there has in common with the last one is kept as bytes. Writing it is
three comparisons and one packing, all in the function that the program has called::

    known, mine = spot.common, spot.mine
    if frame.f_code is spot.code and frame.f_lasti == spot.lasti and mine():
        now = perf_counter_ns()
        for offset in writer._slots:
            pack(writer._map, offset, now, arg, known, writer._lap)
            return
    spot.record(number, place_of(frame), arg, frame)

Another thread may come in between at any call: what is packed is read first, ``mine`` next. To call
``spot.mine()`` in place, as if it were a method, would look up the class each time in 3.11.
"""

from __future__ import annotations

import struct
from types import CodeType, FrameType

from ipcsim.events import MESSAGE_BYTES
from ipcsim.probe import recorder, writer
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.type_words import Final
from ipcsim.probe.whose import Marks, everywhere, nobody

pack = writer.packer("Qq12sI")
"""A record: time, arg, ``Spot.common``, lap."""
pack_mark = writer.packer("QII12sI")
"""The same with a message's fingerprint: time, Adler-32, length, ``Spot.common``, lap."""
HEAD: Final = slice(MESSAGE_BYTES)
MOST: Final = 0x7FFFFFFF
"""The greatest length in a fingerprint."""
_common = struct.Struct("<III").pack


def common_of(kind: int, number: int, place: int) -> bytes:
    """What the records of the calling thread have in common."""
    return _common(number, place, recorder.thread_number() << 16 | kind)


class Spot:
    """Where an operation of one kind was last done to an object in this process."""

    __slots__ = ("_marks", "code", "common", "kind", "lasti", "mine", "other", "other_kind")

    def __init__(self, kind: int, other_kind: int = 0, marks: Marks = everywhere) -> None:
        """``other_kind``: of a record that goes with it, before or after."""
        self.kind, self.other_kind, self._marks = kind, other_kind, marks
        self.code: CodeType | None = None
        self.lasti = -1
        self.mine = nobody
        self.common = self.other = b""
        """Object, place, kind and thread of its record."""

    def record(self, number: int, place: int, arg: int, frame: FrameType) -> None:
        """Record an operation by ``frame``, and remember where it was."""
        recorder.emit(self.kind, number, place, arg)
        # A place of the library's stands for whatever place of the program it is called from.
        fixed = number and place and not is_library(frame.f_code.co_filename)
        # Under control a record may have to wait for the permission to do what it says.
        if fixed and not under_control.asks:
            self.mine = nobody  # until all of it is the calling thread's
            self.common = common_of(self.kind, number, place)
            self.other = common_of(self.other_kind, number, place)
            self.code, self.lasti = frame.f_code, frame.f_lasti
            self.mine = self._marks.mine()


NOWHERE: Final = Spot(0)
"""Stands for the spot of an object that nothing was done to."""

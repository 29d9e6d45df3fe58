"""Accesses of the program to RawValue, RawArray and ``lock=False``, where control sees them.

In a free run the program has the memory itself, and they are not known.
"""

from __future__ import annotations

from time import perf_counter_ns
from types import FrameType

from ipcsim.events import Kind
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.shared_arrays import record_item
from ipcsim.probe.instruments.shared_cells import introduce
from ipcsim.probe.recorder import emit, token
from ipcsim.probe.type_words import Any, Final

_MADE: Final = "<string>"
"""Where the library's code for a field of a Value is from."""


def record(raw: Any, writes: bool, part: Any, value: Any, frame: FrameType) -> None:
    """An access has happened; ``part`` of it: an index, a slice, or the name of an attribute."""
    filename = frame.f_code.co_filename
    if is_library(filename) or filename == _MADE:
        return  # on behalf of a Value, which records it itself
    if not raw._ipcsim_number:
        raw._ipcsim_number = introduce(raw, False, 0)
    number, place = raw._ipcsim_number, place_of(frame)
    kind = int(Kind.WRITE if writes else Kind.READ)
    if not isinstance(part, str):
        slices = Kind.WRITE_SLICE if writes else Kind.READ_SLICE
        record_item(number, len(raw), kind, slices, perf_counter_ns(), place, part, value)
        return
    if hasattr(raw, "_fields_"):
        emit(Kind.INDEX, number, place, [field[0] for field in raw._fields_].index(part))
    emit(kind, number, place, token(value))

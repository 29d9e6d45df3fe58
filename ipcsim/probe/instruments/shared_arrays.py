"""Elements and slices of an Array of multiprocessing."""

from __future__ import annotations

import operator
from functools import wraps
from time import perf_counter_ns

from ipcsim.events import Kind
from ipcsim.probe import gate as _gate
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import frame_above
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.lock_records import acquire_inside, release_inside
from ipcsim.probe.instruments.shared_cells import FAILED, number_of
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate, token
from ipcsim.probe.type_words import Any, Final

_READ: Final = int(Kind.READ)
_WRITE: Final = int(Kind.WRITE)
_INDEX: Final = int(Kind.INDEX)


def instrument(cls: Any) -> None:
    """Replace the methods of SynchronizedArray that are to be seen."""
    real_get, real_set = cls.__getitem__, cls.__setitem__

    def __getitem__(self: Any, i: Any) -> Any:
        try:
            if _gate._flags[0]:
                gate()
            frame = frame_above(1)
            place = place_of(frame)
            waited = acquire_inside(self, frame)
            try:
                began = perf_counter_ns()
                try:
                    found = self._obj[i]
                except Exception:
                    if under_control.asks:
                        raise  # to do it once more would be more steps
                    found = FAILED
                else:
                    record_item(
                        self._ipcsim_number or number_of(self),
                        len(self._obj),
                        _READ,
                        Kind.READ_SLICE,
                        began,
                        place,
                        i,
                        found,
                    )
            finally:
                release_inside(self, frame, waited)
            # CPython's own code is to raise its error, with its own traceback.
            return real_get(self, i) if found is FAILED else found
        except BaseException as error:
            drop_frame(error)
            raise

    def __setitem__(self: Any, i: Any, value: Any) -> None:
        try:
            if _gate._flags[0]:
                gate()
            frame = frame_above(1)
            place = place_of(frame)
            waited = acquire_inside(self, frame)
            try:
                began = perf_counter_ns()
                try:
                    self._obj[i] = value
                except Exception:
                    if under_control.asks:
                        raise
                    done = False
                else:
                    done = True
                    record_item(
                        self._ipcsim_number or number_of(self),
                        len(self._obj),
                        _WRITE,
                        Kind.WRITE_SLICE,
                        began,
                        place,
                        i,
                        value,
                    )
            finally:
                release_inside(self, frame, waited)
            if not done:
                real_set(self, i, value)
        except BaseException as error:
            drop_frame(error)
            raise

    for method in (__getitem__, __setitem__):
        setattr(cls, method.__name__, wraps(getattr(cls, method.__name__))(method))


def record_item(
    number: int, length: int, kind: int, slices: Kind, began: int, place: int, i: Any, value: Any
) -> None:
    """Record that an element, or a slice, of an array of so many was read or written."""
    if isinstance(i, slice):
        chosen = range(*i.indices(length))
        if abs(chosen.step) > 1:
            emit(_INDEX, number, place, abs(chosen.step))
        ends = sorted((chosen[0], chosen[-1])) if chosen else (0, -1)
        emit_span(slices, began, number, place, ends[0] << 32 | ends[1] + 1)
    else:
        index = operator.index(i)
        emit(_INDEX, number, place, index if index >= 0 else index + length)
        emit_span(kind, began, number, place, token(value))

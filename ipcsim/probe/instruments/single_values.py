"""``Value.value``: the one access that programs make in a loop."""

from __future__ import annotations

import sys
from time import perf_counter_ns
from typing import Any, Final

from ipcsim.events import TOKEN_INT, Kind
from ipcsim.probe import gate as _gate
from ipcsim.probe.instruments.leaves import known_places, place_of
from ipcsim.probe.instruments.lock_records import acquire_inside, release_inside
from ipcsim.probe.instruments.shared_cells import FAILED, number_of
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit_span, gate, token

_READ: Final = int(Kind.READ)
_WRITE: Final = int(Kind.WRITE)
_getframe = sys._getframe


def value_property(real: Any) -> property:
    """The property ``value`` in place of CPython's, ``real``."""

    def getvalue(self: Any) -> Any:
        try:
            if _gate._flags[0]:
                gate()
            frame = _getframe(1)
            leaf = self._ipcsim_leaf
            waited = leaf is None or not leaf.take(False)
            if waited:
                waited = acquire_inside(self, frame)
            try:
                began = perf_counter_ns()
                value = self._obj.value
                # A C int; what is in 32 bits needs no look at its size.
                emit_span(
                    _READ,
                    began,
                    self._ipcsim_number or number_of(self),
                    known_places.get((id(frame.f_code), frame.f_lasti)) or place_of(frame),
                    value << 3 | TOKEN_INT
                    if type(value) is int and -0x80000000 <= value < 0x80000000
                    else token(value),
                )
            finally:
                if leaf is None or waited:
                    release_inside(self, frame, waited)
                else:
                    leaf.give()
            return value
        except BaseException as error:
            drop_frame(error)
            raise

    def setvalue(self: Any, value: Any) -> None:
        try:
            if _gate._flags[0]:
                gate()
            frame = _getframe(1)
            leaf = self._ipcsim_leaf
            waited = leaf is None or not leaf.take(False)
            if waited:
                waited = acquire_inside(self, frame)
            done: object = FAILED
            try:
                began = perf_counter_ns()
                try:
                    self._obj.value = value
                except Exception:
                    done = FAILED
                else:
                    done = None
                    emit_span(
                        _WRITE,
                        began,
                        self._ipcsim_number or number_of(self),
                        known_places.get((id(frame.f_code), frame.f_lasti)) or place_of(frame),
                        value << 3 | TOKEN_INT
                        if type(value) is int and -0x80000000 <= value < 0x80000000
                        else token(value),
                    )
            finally:
                if leaf is None or waited:
                    release_inside(self, frame, waited)
                else:
                    leaf.give()
            if done is FAILED:
                # CPython's own code is to raise its error, with its own traceback.
                real.fset(self, value)
        except BaseException as error:
            drop_frame(error)
            raise

    return property(getvalue, setvalue)

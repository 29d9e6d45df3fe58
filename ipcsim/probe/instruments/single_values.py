"""``Value.value``: the one access that programs make in a loop.

The value's lock is held between the stamps of an access and the access itself, so an exact stamp
is in the order in which the accesses happened; a second one for an interval would tell nothing
more.
"""

from __future__ import annotations

import sys
from time import perf_counter_ns
from types import FrameType

from ipcsim.events import TOKEN_INT
from ipcsim.probe import gate as _gate
from ipcsim.probe import writer
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import NOBODY
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.lock_records import acquire_waiting, attempt_again, give_back
from ipcsim.probe.instruments.shared_cells import number_of
from ipcsim.probe.instruments.spots import Spot, pack
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import gate, token
from ipcsim.probe.type_words import Any

_getframe = sys._getframe


def value_property(real: Any) -> property:
    """The property ``value`` in place of CPython's, ``real``."""

    # All that can be is done before the lock is held: nobody waits for it longer.

    def getvalue(self: Any) -> Any:
        try:
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            leaf = self._ipcsim_leaf
            if leaf is None:
                return _read_with_other_lock(self, frame)
            last, attempt, give = self._ipcsim_read, leaf.attempt, leaf.give
            common, mine = last.common, last.mine
            known = (
                common
                if frame.f_code is last.code and frame.f_lasti == last.lasti and mine()
                else None
            )
            free = attempt(False) or attempt_again(leaf)
            waited = not free and acquire_waiting(leaf, frame)
            try:
                value = self._obj.value
                # A C int; one of 32 bits needs no look at its size.
                if type(value) is int and -0x80000000 <= value < 0x80000000:
                    label = value << 3 | TOKEN_INT
                else:
                    label = token(value)
                if known is last.common:
                    now = perf_counter_ns()
                    for offset in writer._slots:
                        pack(writer._map, offset, now, label, known, writer._lap)
                        return value
                _record(self, last, frame, label)
                return value
            finally:
                if waited:
                    give_back(leaf, frame)
                else:
                    give()
        except BaseException as error:
            drop_frame(error)
            raise

    def setvalue(self: Any, value: Any) -> None:
        try:
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            leaf = self._ipcsim_leaf
            if leaf is None:
                _write_with_other_lock(self, value, frame, real)
                return
            last, attempt, give = self._ipcsim_write, leaf.attempt, leaf.give
            common, mine = last.common, last.mine
            known = (
                common
                if frame.f_code is last.code and frame.f_lasti == last.lasti and mine()
                else None
            )
            free = attempt(False) or attempt_again(leaf)
            waited = not free and acquire_waiting(leaf, frame)
            try:
                try:
                    self._obj.value = value
                except Exception:
                    if under_control.asks:
                        raise  # to do it once more would be more steps
                else:
                    if type(value) is int and -0x80000000 <= value < 0x80000000:
                        label = value << 3 | TOKEN_INT
                    else:
                        label = token(value)
                    if known is last.common:
                        now = perf_counter_ns()
                        for offset in writer._slots:
                            pack(writer._map, offset, now, label, known, writer._lap)
                            return
                    _record(self, last, frame, label)
                    return
            finally:
                if waited:
                    give_back(leaf, frame)
                else:
                    give()
            # CPython's own code is to raise its error, with its own traceback.
            real.fset(self, value)
        except BaseException as error:
            drop_frame(error)
            raise

    return property(getvalue, setvalue)


def _record(self: Any, spot: Spot, frame: FrameType, label: int) -> None:
    spot.record(self._ipcsim_number or number_of(self), place_of(frame), label, frame)


def _read_with_other_lock(self: Any, frame: FrameType) -> Any:
    """With a lock that isn't one of multiprocessing's."""
    self.acquire()
    try:
        value = self._obj.value
        _record(self, self._ipcsim_read, frame, token(value))
        return value
    finally:
        self.release()


def _write_with_other_lock(self: Any, value: Any, frame: FrameType, real: Any) -> None:
    self.acquire()
    try:
        try:
            self._obj.value = value
        except Exception:
            if under_control.asks:
                raise
            done = False
        else:
            done = True
            _record(self, self._ipcsim_write, frame, token(value))
    finally:
        self.release()
    if not done:
        real.fset(self, value)

"""``Value.value``: the one access that programs make in a loop.

The value's lock is held between the stamps of an access and the access itself, so an exact stamp
is in the order in which the accesses happened; a second one for an interval would tell nothing
more. As for locks, what a record has in common with the last one from the same place and thread is
kept as bytes.
"""

from __future__ import annotations

import os
import struct
import sys
import weakref
from _thread import get_ident
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import Any

from ipcsim.events import TOKEN_INT
from ipcsim.probe import gate as _gate
from ipcsim.probe import recorder, writer
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.lock_records import acquire_waiting, give
from ipcsim.probe.instruments.shared_cells import number_of
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, gate, token

_getframe = sys._getframe
_pack = struct.Struct("<Qq12sI").pack_into
_common = struct.Struct("<III").pack
_accesses: weakref.WeakSet[Access] = weakref.WeakSet()


class Access:
    """The last read, or the last write, of a value in this process."""

    __slots__ = ("__weakref__", "code", "common", "kind", "lasti", "thread")

    def __init__(self, kind: int) -> None:
        self.kind = kind
        self.code: CodeType | None = None
        self.lasti = -1
        self.thread = 0
        self.common = b""
        """Object, place, kind and thread of its record."""
        _accesses.add(self)

    def record(self, value: Any, frame: FrameType, label: int) -> None:
        """Record an access from another place or thread than the last one, and remember it."""
        number, place = value._ipcsim_number or number_of(value), place_of(frame)
        emit(self.kind, number, place, label)
        if number and place:
            word = recorder.thread_number() << 16 | self.kind
            self.common = _common(number, place, word)
            self.code, self.lasti, self.thread = frame.f_code, frame.f_lasti, get_ident()


def _before_fork() -> None:
    if recorder.thread_number():
        # In the child this thread is number 0.
        for access in list(_accesses):
            access.code = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork)


def value_property(real: Any) -> property:
    """The property ``value`` in place of CPython's, ``real``."""

    def getvalue(self: Any) -> Any:
        try:
            if _gate._flags[0]:
                gate()
            frame = _getframe(1)
            leaf = self._ipcsim_leaf
            if leaf is None:
                return _read_with_other_lock(self, frame)
            waited = not leaf.attempt(False) and acquire_waiting(leaf, frame)
            try:
                value = self._obj.value
                # A C int; one of 32 bits needs no look at its size.
                if type(value) is int and -0x80000000 <= value < 0x80000000:
                    label = value << 3 | TOKEN_INT
                else:
                    label = token(value)
                last = self._ipcsim_read
                if (
                    frame.f_code is last.code
                    and frame.f_lasti == last.lasti
                    and get_ident() == last.thread
                ):
                    now = perf_counter_ns()
                    for seq, offset in writer._slots:
                        _pack(writer._map, offset, now, label, last.common, seq)
                        return value
                last.record(self, frame, label)
                return value
            finally:
                if waited:
                    give(leaf, frame)
                else:
                    leaf.give()
        except BaseException as error:
            drop_frame(error)
            raise

    def setvalue(self: Any, value: Any) -> None:
        try:
            if _gate._flags[0]:
                gate()
            frame = _getframe(1)
            leaf = self._ipcsim_leaf
            if leaf is None:
                _write_with_other_lock(self, value, frame, real)
                return
            waited = not leaf.attempt(False) and acquire_waiting(leaf, frame)
            try:
                done = _write(self, value, frame)
            finally:
                if waited:
                    give(leaf, frame)
                else:
                    leaf.give()
            if not done:
                # CPython's own code is to raise its error, with its own traceback.
                real.fset(self, value)
        except BaseException as error:
            drop_frame(error)
            raise

    return property(getvalue, setvalue)


def _write(self: Any, value: Any, frame: FrameType) -> bool:
    try:
        self._obj.value = value
    except Exception:
        if under_control.asks:
            raise  # to do it once more would be more steps
        return False
    if type(value) is int and -0x80000000 <= value < 0x80000000:
        label = value << 3 | TOKEN_INT
    else:
        label = token(value)
    last = self._ipcsim_write
    if frame.f_code is last.code and frame.f_lasti == last.lasti and get_ident() == last.thread:
        now = perf_counter_ns()
        for seq, offset in writer._slots:
            _pack(writer._map, offset, now, label, last.common, seq)
            return True
    last.record(self, frame, label)
    return True


def _read_with_other_lock(self: Any, frame: FrameType) -> Any:
    """With a lock that isn't one of multiprocessing's."""
    self.acquire()
    try:
        value = self._obj.value
        self._ipcsim_read.record(self, frame, token(value))
        return value
    finally:
        self.release()


def _write_with_other_lock(self: Any, value: Any, frame: FrameType, real: Any) -> None:
    self.acquire()
    try:
        done = _write(self, value, frame)
    finally:
        self.release()
    if not done:
        real.fset(self, value)

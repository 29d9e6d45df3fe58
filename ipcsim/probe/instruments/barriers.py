"""Event and Barrier of multiprocessing: what the program does with them.

CPython's own code runs below, on conditions and semaphores of its own that are not recorded.
EVENT_CLEAR is an interval.
"""

from __future__ import annotations

from threading import BrokenBarrierError
from time import perf_counter_ns

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import recorder
from ipcsim.probe.instruments.callers import creator, frame_above, is_library, place_above
from ipcsim.probe.instruments.conditions import INTERNAL, make_condition_internal
from ipcsim.probe.instruments.event_answers import asked
from ipcsim.probe.instruments.leaves import key_of
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.instruments.semlocks import make_internal
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.recorder import emit, emit_span, gate
from ipcsim.probe.type_words import Any


def instrument(synchronize: Any) -> None:
    """Replace the methods of Event and Barrier that are to be seen."""
    _instrument_event(synchronize.Event)
    _instrument_barrier(synchronize.Barrier)


def _event_number(event: Any) -> int:
    """Object number of an Event, introduced now if it came from elsewhere; 0: not recorded.

    Its Condition keeps it, since an Event's own ``__dict__`` is what is pickled.
    """
    condition = event._cond
    number: int = getattr(condition, "_ipcsim_event", 0)
    if number == 0:
        make_condition_internal(condition)
        make_internal(event._flag)
        key = key_of(event._flag._semlock)
        number = recorder.new_object(ObjectKind.EVENT, key, False, 0)
        condition._ipcsim_event = number
    return max(number, 0)


def _instrument_event(cls: Any) -> None:
    real_init, real_is_set = cls.__init__, cls.is_set
    real_set, real_clear, real_wait = cls.set, cls.clear, cls.wait

    def __init__(self: Any, *, ctx: Any) -> None:
        real_init(self, ctx=ctx)
        frame = creator(self, frame_above(1))
        if frame is not None and is_library(frame.f_code.co_filename):
            self._cond._ipcsim_event = INTERNAL
            return
        key = key_of(self._flag._semlock)
        number = recorder.new_object(ObjectKind.EVENT, key, True, place_above(frame))
        self._cond._ipcsim_event = number

    def is_set(self: Any) -> Any:
        number = _event_number(self)
        if not number:
            return real_is_set(self)
        gate()
        answer = real_is_set(self)
        asked(self._cond, number, frame_above(1), answer)
        return answer

    def set(self: Any) -> None:
        number = _event_number(self)
        if number:
            gate()
            emit(Kind.EVENT_SET, number, place_above(frame_above(1)), 0)
        real_set(self)

    def clear(self: Any) -> None:
        number = _event_number(self)
        if not number:
            real_clear(self)
            return
        gate()
        began = perf_counter_ns()
        real_clear(self)
        emit_span(Kind.EVENT_CLEAR, began, number, place_above(frame_above(1)), 0)

    def wait(self: Any, timeout: float | None = None) -> Any:
        number = _event_number(self)
        if not number:
            return real_wait(self, timeout)
        gate()
        place = place_above(frame_above(1))
        if self._flag._semlock._is_zero():
            emit(Kind.EVENT_WAIT, number, place, nanoseconds(timeout))
        passed = False
        try:
            passed = real_wait(self, timeout)
        finally:
            emit(Kind.EVENT_PASSED, number, place, int(passed))
        return passed

    replace(cls, __init__, is_set, set, clear, wait)


def _barrier_number(barrier: Any) -> int:
    number: int = barrier._ipcsim_number
    if number == 0:
        key = key_of(barrier._cond._wait_semaphore._semlock)
        number = barrier._ipcsim_number = recorder.new_object(
            ObjectKind.BARRIER, key, False, 0, parties=barrier._parties
        )
    return max(number, 0)


def _instrument_barrier(cls: Any) -> None:
    real_init, real_setstate = cls.__init__, cls.__setstate__
    real_wait, real_reset, real_abort = cls.wait, cls.reset, cls.abort

    def __init__(self: Any, parties: int, *args: Any, ctx: Any, **kwargs: Any) -> None:
        real_init(self, parties, *args, ctx=ctx, **kwargs)
        frame = creator(self, frame_above(1))
        if frame is not None and is_library(frame.f_code.co_filename):
            self._ipcsim_number = INTERNAL
            return
        key = key_of(self._cond._wait_semaphore._semlock)
        self._ipcsim_number = recorder.new_object(
            ObjectKind.BARRIER, key, True, place_above(frame), parties=parties
        )

    def __setstate__(self: Any, state: Any) -> None:
        real_setstate(self, state)
        make_condition_internal(self._cond)

    def wait(self: Any, timeout: float | None = None) -> Any:
        number = _barrier_number(self)
        if not number:
            return real_wait(self, timeout)
        gate()
        place = place_above(frame_above(1))
        limit = self._timeout if timeout is None else timeout
        emit(Kind.BARRIER_WAIT, number, place, nanoseconds(limit))
        try:
            index = real_wait(self, timeout)
        except BrokenBarrierError:
            emit(Kind.BARRIER_BROKEN, number, place, 0)
            raise
        except BaseException:
            if self.broken:  # by its action
                emit(Kind.BARRIER_BROKEN, number, place, 1)
            raise
        emit(Kind.BARRIER_PASSED, number, place, index)
        return index

    def reset(self: Any) -> None:
        number = _barrier_number(self)
        if number:
            gate()
            emit(Kind.BARRIER_RESET, number, place_above(frame_above(1)), 0)
        real_reset(self)

    def abort(self: Any) -> None:
        number = _barrier_number(self)
        if number:
            gate()
            emit(Kind.BARRIER_ABORT, number, place_above(frame_above(1)), 0)
        real_abort(self)

    cls._ipcsim_number = 0
    replace(cls, __init__, __setstate__, wait, reset, abort)

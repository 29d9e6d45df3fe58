"""``threading``'s locks, semaphores, conditions, events and barriers, where the program makes them.

The classes stay what they are. An object that the program makes gets, at the end of its
``__init__``, a class derived from its own and with the same name, which records. What the standard
library makes for itself stays as it is, at no cost.
"""

from __future__ import annotations

import threading
from functools import wraps
from time import perf_counter_ns
from typing import Any

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments import raw_locks, under_control
from ipcsim.probe.instruments.callers import creator, frame_above, is_library, place_above
from ipcsim.probe.instruments.event_answers import asked
from ipcsim.probe.instruments.local_objects import introduce, number_of
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, fresh_text, gate, held_ns

_ACQUIRE_WAIT, _ACQUIRED = int(Kind.ACQUIRE_WAIT), int(Kind.ACQUIRED)
_NOT_ACQUIRED, _RELEASE = int(Kind.NOT_ACQUIRED), int(Kind.RELEASE)
_RELEASE_REFUSED = int(Kind.RELEASE_REFUSED)
_WAIT, _WOKEN, _NOTIFY = int(Kind.WAIT), int(Kind.WOKEN), int(Kind.NOTIFY)
_EVENT_WAIT, _EVENT_PASSED = int(Kind.EVENT_WAIT), int(Kind.EVENT_PASSED)
_EVENT_SET, _EVENT_CLEAR = int(Kind.EVENT_SET), int(Kind.EVENT_CLEAR)
_BARRIER_WAIT, _BARRIER_PASSED = int(Kind.BARRIER_WAIT), int(Kind.BARRIER_PASSED)
_BARRIER_BROKEN, _BARRIER_RESET = int(Kind.BARRIER_BROKEN), int(Kind.BARRIER_RESET)
_BARRIER_ABORT, _NOTE = int(Kind.BARRIER_ABORT), int(Kind.NOTE)

_watched: dict[type, type] = {}


def install() -> None:
    """Watch the primitives that the program makes from now on."""
    raw_locks.install()
    _instrument(threading.Semaphore, ObjectKind.THREAD_SEMAPHORE, _SEMAPHORE, "_value")
    _instrument(
        threading.BoundedSemaphore, ObjectKind.THREAD_BOUNDED_SEMAPHORE, _SEMAPHORE, "_value"
    )
    _instrument(threading.Event, ObjectKind.THREAD_EVENT, _EVENT)
    _instrument(threading.Barrier, ObjectKind.THREAD_BARRIER, _BARRIER, "_parties")
    _instrument_condition(threading.Condition)


def _instrument(kind: Any, name: str, operations: dict[str, Any], fact: str = "") -> None:
    """Objects of a class become watched at the end of ``__init__``, if the program makes them."""
    real_init = kind.__init__

    @wraps(real_init)
    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        try:
            real_init(self, *arguments, **named)
        except BaseException as error:
            drop_frame(error)
            raise
        frame = frame_above(1)
        # BoundedSemaphore's __init__ calls Semaphore's: the outermost watches.
        if not is_library(frame.f_code.co_filename):
            facts = {_FACTS[fact]: getattr(self, fact)} if fact else {}
            become_watched(self, operations)
            introduce(self, name, frame, **facts)

    kind.__init__ = __init__


_FACTS = {"_value": "bound", "_parties": "parties"}


def become_watched(thing: Any, operations: dict[str, Any]) -> None:
    """Give an object a class derived from its own and named like it, whose `operations` record."""
    kind = type(thing)
    watched = _watched.get(kind)
    if watched is None:
        names = {n: getattr(kind, n) for n in ("__module__", "__qualname__", "__doc__")}
        body = {n: make(getattr(kind, n)) for n, make in operations.items()}
        watched = type(kind.__name__, (kind,), {**names, **body, "__slots__": ()})
        _watched[kind] = watched
    thing.__class__ = watched


def _simple(kind: int, argument: int = 0) -> Any:
    """An operation that happens at once: recorded before it."""

    def make(real: Any) -> Any:
        @wraps(real)
        def operation(self: Any, *arguments: Any, **named: Any) -> Any:
            try:
                gate()
                emit(kind, number_of(self), place_above(frame_above(1)), argument)
                return real(self, *arguments, **named)
            except BaseException as error:
                drop_frame(error)
                raise

        return operation

    return make


def _release(real: Any) -> Any:
    @wraps(real)
    def release(self: Any, n: int = 1) -> None:
        try:
            gate()
            number, place = number_of(self), place_above(frame_above(1))
            for _ in range(n if type(n) is int else 0):
                emit(_RELEASE, number, place, 0)
            real(self, n)
        except BaseException as error:
            if isinstance(error, ValueError):
                emit(_RELEASE_REFUSED, number, place, 0)
            drop_frame(error)
            raise

    return release


def _acquire(real: Any) -> Any:
    @wraps(real)
    def acquire(self: Any, blocking: bool = True, timeout: float | None = None) -> Any:
        try:
            gate()
            number, place = number_of(self), place_above(frame_above(1))
            began = perf_counter_ns()
            if not blocking or under_control.asks or not real(self, False):
                if blocking:
                    emit(_ACQUIRE_WAIT, number, place, nanoseconds(timeout))
                    taken = extended(timeout, lambda left: real(self, True, left))
                else:
                    taken = real(self, blocking, timeout)
            else:
                taken = True
            if taken:
                emit(_ACQUIRED, number, place, 1)
            else:
                emit_span(_NOT_ACQUIRED, began, number, place, 0)
            return taken
        except BaseException as error:
            drop_frame(error)
            raise

    return acquire


def _event_wait(real: Any) -> Any:
    @wraps(real)
    def wait(self: Any, timeout: float | None = None) -> Any:
        try:
            gate()
            number, place = number_of(self), place_above(frame_above(1))
            emit(_EVENT_WAIT, number, place, nanoseconds(timeout))
            passed = extended(timeout, lambda left: real(self, left))
        except BaseException as error:
            drop_frame(error)
            raise
        emit(_EVENT_PASSED, number, place, int(passed))
        return passed

    return wait


def _event_asked(real: Any) -> Any:
    @wraps(real)
    def is_set(self: Any) -> Any:
        try:
            gate()
            answer = real(self)
            asked(self, number_of(self), frame_above(1), answer)
        except BaseException as error:
            drop_frame(error)
            raise
        return answer

    return is_set


def _barrier_wait(real: Any) -> Any:
    @wraps(real)
    def wait(self: Any, timeout: float | None = None) -> Any:
        try:
            gate()
            number, place = number_of(self), place_above(frame_above(1))
            held = held_ns()
            limit = self._timeout if timeout is None else timeout
            emit(_BARRIER_WAIT, number, place, nanoseconds(limit))
            index = real(self, timeout)
        except BaseException as error:
            if isinstance(error, threading.BrokenBarrierError):
                emit(_BARRIER_BROKEN, number, place, 0)
                if limit is not None and held_ns() > held:
                    # A barrier that has timed out is broken for everybody: too late to go on.
                    emit(_NOTE, number, place, fresh_text("time held counted in Barrier.wait"))
            drop_frame(error)
            raise
        emit(_BARRIER_PASSED, number, place, index)
        return index

    return wait


def _standing_for(condition: Any) -> Any:
    """What keeps the number of a condition: its own lock, or itself beside a lock of another."""
    lock = condition._lock
    return lock if getattr(lock, "_ipcsim_of_condition", False) else condition


def _condition_wait(real: Any) -> Any:
    @wraps(real)
    def wait(self: Any, timeout: float | None = None) -> Any:
        try:
            gate()
            number, place = number_of(_standing_for(self)), place_above(frame_above(1))
            if self._is_owned():
                emit(_WAIT, number, place, nanoseconds(timeout))
            woken = extended(timeout, lambda left: real(self, left))
        except BaseException as error:
            drop_frame(error)
            raise
        emit(_WOKEN, number, place, int(woken))
        return woken

    return wait


def _wait_for(real: Any) -> Any:
    @wraps(real)
    def wait_for(self: Any, predicate: Any, timeout: float | None = None) -> Any:
        try:
            return extended(timeout, lambda left: real(self, predicate, left))
        except BaseException as error:
            drop_frame(error)
            raise

    return wait_for


def _notify(real: Any) -> Any:
    @wraps(real)
    def notify(self: Any, n: int = 1) -> None:
        try:
            gate()
            caller = frame_above(1)
            everyone = caller.f_code is _notify_all_code
            if self._is_owned():
                count = -1 if everyone else n
                emit(_NOTIFY, number_of(_standing_for(self)), place_above(caller), count)
            real(self, n)
        except BaseException as error:
            drop_frame(error)
            raise

    return notify


_notify_all_code = threading.Condition.notify_all.__code__
_CONDITION = {"wait": _condition_wait, "wait_for": _wait_for, "notify": _notify}
_EVENT = {
    "wait": _event_wait,
    "is_set": _event_asked,
    "set": _simple(_EVENT_SET),
    "clear": _simple(_EVENT_CLEAR),
}
_BARRIER = {
    "wait": _barrier_wait,
    "reset": _simple(_BARRIER_RESET),
    "abort": _simple(_BARRIER_ABORT),
}
_SEMAPHORE = {"acquire": _acquire, "release": _release, "__enter__": _acquire}


def _instrument_condition(kind: Any) -> None:
    """A condition without a lock of the program's gets one that records in the condition's name."""
    real_init = kind.__init__

    @wraps(real_init)
    def __init__(self: Any, lock: Any = None) -> None:
        frame = frame_above(1)
        program = not is_library(frame.f_code.co_filename)
        own = raw_locks.RLock() if program and lock is None else lock
        try:
            real_init(self, own)
        except BaseException as error:
            drop_frame(error)
            raise
        if program:
            become_watched(self, _CONDITION)
            if lock is None:
                own._ipcsim_of_condition = True
                introduce(own, ObjectKind.THREAD_CONDITION, creator(self, frame))
            else:
                of = getattr(lock, "_ipcsim_object", 0)
                introduce(self, ObjectKind.THREAD_CONDITION, frame, lock=of)

    kind.__init__ = __init__

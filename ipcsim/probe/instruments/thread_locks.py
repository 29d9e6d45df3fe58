"""``threading``'s locks, semaphores, events and barriers, where the program makes them.

The classes stay what they are, and so do their objects: methods are replaced in the classes, and
record only for what the program has made. That is told by the condition that every such object has
inside (``_ipcsim_inside``), or is (``_ipcsim_local``): programs copy, pickle and print what is
theirs. What the standard library makes for itself costs a call more.
"""

from __future__ import annotations

import threading
from functools import wraps
from time import perf_counter_ns

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments import raw_locks, raw_rlocks, thread_conditions, under_control
from ipcsim.probe.instruments.callers import frame_above, is_library, place_above
from ipcsim.probe.instruments.event_answers import asked
from ipcsim.probe.instruments.local_objects import Local
from ipcsim.probe.instruments.replacing import in_place
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, fresh_text, gate, held_ns
from ipcsim.probe.type_words import Any

_ACQUIRE_WAIT, _ACQUIRED = int(Kind.ACQUIRE_WAIT), int(Kind.ACQUIRED)
_NOT_ACQUIRED, _RELEASE = int(Kind.NOT_ACQUIRED), int(Kind.RELEASE)
_RELEASE_REFUSED = int(Kind.RELEASE_REFUSED)
_EVENT_WAIT, _EVENT_PASSED = int(Kind.EVENT_WAIT), int(Kind.EVENT_PASSED)
_EVENT_SET, _EVENT_CLEAR = int(Kind.EVENT_SET), int(Kind.EVENT_CLEAR)
_BARRIER_WAIT, _BARRIER_PASSED = int(Kind.BARRIER_WAIT), int(Kind.BARRIER_PASSED)
_BARRIER_BROKEN, _BARRIER_RESET = int(Kind.BARRIER_BROKEN), int(Kind.BARRIER_RESET)
_BARRIER_ABORT, _NOTE = int(Kind.BARRIER_ABORT), int(Kind.NOTE)


def install() -> None:
    """Watch the primitives that the program makes from now on."""
    raw_locks.install()
    raw_rlocks.install()
    thread_conditions.install()
    _instrument(threading.Semaphore, ObjectKind.THREAD_SEMAPHORE, _SEMAPHORE, "_value")
    threading.Semaphore.__enter__ = threading.Semaphore.acquire  # type: ignore[method-assign]
    _instrument(threading.BoundedSemaphore, ObjectKind.THREAD_BOUNDED_SEMAPHORE, _BOUNDED, "_value")
    _instrument(threading.Event, ObjectKind.THREAD_EVENT, _EVENT)
    _instrument(threading.Barrier, ObjectKind.THREAD_BARRIER, _BARRIER, "_parties")


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
            self._cond._ipcsim_inside = Local(self, name, frame, **facts)

    kind.__init__ = __init__
    in_place(kind, operations)


_FACTS = {"_value": "bound", "_parties": "parties"}


def _inside(thing: Any) -> Local | None:
    # A subclass may have another condition, as multiprocessing's barrier has, or forget to make it.
    local = getattr(getattr(thing, "_cond", None), "_ipcsim_inside", None)
    return local if isinstance(local, Local) else None


def _simple(kind: int) -> Any:
    """An operation that happens at once: recorded before it."""

    def make(real: Any) -> Any:
        def operation(self: Any, *arguments: Any, **named: Any) -> Any:
            try:
                local = _inside(self)
                if local is not None:
                    gate()
                    emit(kind, local.number(), place_above(frame_above(1)), 0)
                return real(self, *arguments, **named)
            except BaseException as error:
                drop_frame(error)
                raise

        return operation

    return make


def _release(real: Any) -> Any:
    def release(self: Any, n: int = 1) -> None:
        local = _inside(self)
        try:
            if local is not None:
                gate()
                number, place = local.number(), place_above(frame_above(1))
                # What will be refused is not recorded as a release.
                bound = getattr(self, "_initial_value", None)
                if type(n) is int and (bound is None or self._value + n <= bound):
                    for _ in range(n):
                        emit(_RELEASE, number, place, 0)
            real(self, n)
        except BaseException as error:
            if local is not None and isinstance(error, ValueError):
                emit(_RELEASE_REFUSED, number, place, 0)
            drop_frame(error)
            raise

    return release


def _acquire(real: Any) -> Any:
    def acquire(self: Any, blocking: bool = True, timeout: float | None = None) -> Any:
        try:
            local = _inside(self)
            if local is None:
                return real(self, blocking, timeout)
            gate()
            number, place = local.number(), place_above(frame_above(1))
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
    def wait(self: Any, timeout: float | None = None) -> Any:
        try:
            local = _inside(self)
            if local is None:
                return real(self, timeout)
            gate()
            number, place = local.number(), place_above(frame_above(1))
            if under_control.asks or not self._flag:
                emit(_EVENT_WAIT, number, place, nanoseconds(timeout))
            passed = extended(timeout, lambda left: real(self, left))
        except BaseException as error:
            drop_frame(error)
            raise
        emit(_EVENT_PASSED, number, place, int(passed))
        return passed

    return wait


def _event_asked(real: Any) -> Any:
    def is_set(self: Any) -> Any:
        try:
            local = _inside(self)
            if local is None:
                return real(self)
            gate()
            answer = real(self)
            asked(local, local.number(), frame_above(1), answer)
        except BaseException as error:
            drop_frame(error)
            raise
        return answer

    return is_set


def _barrier_wait(real: Any) -> Any:
    def wait(self: Any, timeout: float | None = None) -> Any:
        local = _inside(self)
        try:
            if local is None:
                return real(self, timeout)
            gate()
            number, place = local.number(), place_above(frame_above(1))
            held = held_ns()
            limit = self._timeout if timeout is None else timeout
            emit(_BARRIER_WAIT, number, place, nanoseconds(limit))
            index = real(self, timeout)
        except BaseException as error:
            refused = isinstance(error, threading.BrokenBarrierError)
            if local is not None and (refused or self.broken):
                emit(_BARRIER_BROKEN, number, place, int(not refused))
                if limit is not None and held_ns() > held:
                    # A barrier that has timed out is broken for everybody: too late to go on.
                    emit(_NOTE, number, place, fresh_text("time held counted in Barrier.wait"))
            drop_frame(error)
            raise
        emit(_BARRIER_PASSED, number, place, index)
        return index

    return wait


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
_BOUNDED = {"release": _release}
_SEMAPHORE = {"acquire": _acquire, **_BOUNDED}

"""``threading.Lock`` and ``threading.RLock``, where the program makes them.

``_thread.lock`` can't be subclassed: the program's locks are objects that hold one. Up to 3.12
``threading.Lock`` is a function, from 3.13 on their class.
"""

from __future__ import annotations

import _thread
import threading
from threading import TIMEOUT_MAX
from time import perf_counter_ns
from typing import Any

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.alike import Alike, in_place_of
from ipcsim.probe.instruments.callers import NOBODY, frame_above, is_library, place_above
from ipcsim.probe.instruments.local_objects import Local
from ipcsim.probe.instruments.standing_in import like
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.recorder import emit, emit_span, gate

_ACQUIRE_WAIT, _ACQUIRED = int(Kind.ACQUIRE_WAIT), int(Kind.ACQUIRED)
_NOT_ACQUIRED, _RELEASE = int(Kind.NOT_ACQUIRED), int(Kind.RELEASE)
_RELEASE_REFUSED = int(Kind.RELEASE_REFUSED)

_module: Any = threading
# Under control it is another than _thread's.
_allocate: Any = _module._allocate_lock
_RealLock: Any = type(_allocate())
_NAME = f"{_RealLock.__module__}.{_RealLock.__name__}"
_RealRLock: Any = type(threading.RLock())
_function: Any = getattr(threading.RLock, "__code__", None)
_make_rlock: Any = _module._CRLock
# A forked child makes one before anything else, and pays for every page that it touches.
_after_fork = getattr(getattr(threading, "_after_fork", None), "__code__", None)
_NUMBERS = (int, float)


def install() -> None:
    """The program's locks are watched from now on, the standard library's are the real thing."""
    if isinstance(threading.Lock, type):
        # Pickles of the class look for it where it says that it is.
        _module.Lock = vars(_thread)["lock"] = Lock
    else:
        _module.Lock = _lock_function()
    # ``threading.RLock`` is a function that stays: this is what it calls.
    _module._CRLock = RLock


def _lock_function() -> Any:
    def allocate_lock() -> Any:
        frame = frame_above(1)
        return _allocate() if is_library(frame.f_code.co_filename) else _made(frame)

    stands = like(_allocate, allocate_lock)
    # Pickles name it so: managers register it, and a child is to find its own.
    stands.__qualname__, stands.__module__ = "Lock", "threading"
    return stands


def _made(frame: Any) -> Lock:
    lock: Lock = object.__new__(Lock)
    Lock.__init__(lock, frame)
    return lock


class Lock(metaclass=Alike):
    """A lock of the program's: a real one, recorded."""

    __slots__ = ("__weakref__", "_ipcsim_local", "_real")
    _ipcsim_real = _thread.LockType
    __class__ = property(lambda _: _thread.LockType)

    def __init_subclass__(cls) -> None:
        raise TypeError(f"type '{_NAME}' is not an acceptable base type")

    def __init__(self, frame: Any = None) -> None:
        self._real = _allocate()
        self._ipcsim_local = Local(self, ObjectKind.THREAD_LOCK, frame or frame_above(1))

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        try:
            return _acquire(self, self._real.acquire, blocking, timeout, frame_above(1))
        except BaseException as error:
            drop_frame(error)
            raise

    def __enter__(self) -> bool:
        try:
            return _acquire(self, self._real.acquire, True, -1, frame_above(1))
        except BaseException as error:
            drop_frame(error)
            raise

    def release(self) -> None:
        gate()
        real = self._real
        number = self._ipcsim_local.number()
        place = place_above(frame_above(1))
        try:
            emit(_RELEASE if real.locked() else _RELEASE_REFUSED, number, place, 0)
            real.release()
        except BaseException as error:
            drop_frame(error)
            raise

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        gate()
        real = self._real
        number = self._ipcsim_local.number()
        place = place_above(frame_above(1))
        try:
            emit(_RELEASE if real.locked() else _RELEASE_REFUSED, number, place, 0)
            real.release()
        except BaseException as error:
            drop_frame(error)
            raise

    def locked(self) -> bool:
        return bool(self._real.locked())

    def _is_owned(self) -> bool:
        # A condition asks it; without it, it would try to acquire, as if the program did.
        return bool(self._real.locked())

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()

    def __repr__(self) -> str:
        return in_place_of(self, self._real)

    def __dir__(self) -> list[str]:
        return dir(_thread.LockType)

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.lock' object")

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked


def _refuse(_kind: type) -> Any:
    raise TypeError(f"cannot create '{_NAME}' instances")


def _new(kind: type) -> Any:
    library = is_library(frame_above(1).f_code.co_filename)
    return _allocate() if library else object.__new__(kind)


Lock.__new__ = _new if isinstance(threading.Lock, type) else _refuse  # type: ignore[assignment]
Lock.__name__ = Lock.__qualname__ = "lock"
Lock.__module__, Lock.__doc__ = "_thread", _RealLock.__doc__


class RLock(_RealRLock, metaclass=Alike):  # type: ignore[misc]
    """A re-entrant lock of the program's, or a condition's own, which stands for the condition."""

    __slots__ = ("_ipcsim_depth", "_ipcsim_local", "_ipcsim_of_condition")
    _ipcsim_depth: int
    _ipcsim_real = _thread.RLock

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        frame: Any = frame_above(1)
        if frame.f_code is _function:
            frame = frame.f_back or NOBODY
        if frame.f_code is _after_fork:
            return _make_rlock(*arguments, **named)
        file = frame.f_code.co_filename
        of_probe = is_ours(file)
        if cls is RLock and not of_probe and is_library(file):
            return _make_rlock(*arguments, **named)
        lock = super().__new__(cls, *arguments, **named)
        lock._ipcsim_depth = 0
        lock._ipcsim_of_condition = of_probe
        if not of_probe:
            lock._ipcsim_local = Local(lock, ObjectKind.THREAD_RLOCK, frame)
        return lock

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        try:
            return self._ipcsim_acquire(blocking, timeout, frame_above(1))
        except BaseException as error:
            drop_frame(error)
            raise

    def __enter__(self) -> bool:
        try:
            return self._ipcsim_acquire(True, -1, frame_above(1))
        except BaseException as error:
            drop_frame(error)
            raise

    def _ipcsim_acquire(self, blocking: bool, timeout: float, frame: Any) -> bool:
        again = self._is_owned()
        depth = self._ipcsim_depth + 1 if again else 1
        taken = _acquire(self, super().acquire, blocking, timeout, frame, depth)
        if taken:
            self._ipcsim_depth = depth
        return taken

    def release(self) -> None:
        try:
            self._ipcsim_give_back(frame_above(1))
            super().release()
        except BaseException as error:
            drop_frame(error)
            raise

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        try:
            self._ipcsim_give_back(frame_above(1))
            super().release()
        except BaseException as error:
            drop_frame(error)
            raise

    def _ipcsim_give_back(self, frame: Any) -> None:
        gate()
        number = self._ipcsim_local.number()
        if self._is_owned():
            self._ipcsim_depth -= 1
            emit(_RELEASE, number, place_above(frame), self._ipcsim_depth)
        else:
            emit(_RELEASE_REFUSED, number, place_above(frame), 0)

    # A condition waits with these. WAIT and WOKEN of its own tell as much of its own lock.

    def _release_save(self) -> Any:
        depth, self._ipcsim_depth = self._ipcsim_depth, 0
        if not self._ipcsim_of_condition:
            emit(_RELEASE, self._ipcsim_local.number(), place_above(frame_above(1)), 0)
        return depth, super()._release_save()

    def _acquire_restore(self, state: Any) -> None:
        depth, real = state
        super()._acquire_restore(real)
        self._ipcsim_depth = depth
        if not self._ipcsim_of_condition:
            emit(_ACQUIRED, self._ipcsim_local.number(), place_above(frame_above(1)), depth)

    def __repr__(self) -> str:
        return str(super().__repr__()).replace(
            " RLock object", f" {_RealRLock.__module__}.RLock object"
        )

    def __dir__(self) -> list[str]:
        return dir(_thread.RLock) if type(self) is RLock else list(super().__dir__())

    def _at_fork_reinit(self) -> None:
        self._ipcsim_depth = 0
        super()._at_fork_reinit()

    def __reduce__(self) -> Any:
        if type(self) is RLock:
            raise TypeError("cannot pickle '_thread.RLock' object")
        return super().__reduce__()


RLock.__name__, RLock.__qualname__ = _RealRLock.__name__, _RealRLock.__qualname__
RLock.__module__, RLock.__doc__ = _RealRLock.__module__, _RealRLock.__doc__


def _acquire(
    thing: Any, acquire: Any, blocking: bool, timeout: float, frame: Any, depth: int = 1
) -> bool:
    """Try at once; only who doesn't get it waits, and is seen to wait."""
    gate()
    number = thing._ipcsim_local.number()
    place = place_above(frame)
    # Odd arguments are for the real lock to judge, with the first and only call.
    usual = blocking is True and type(timeout) in _NUMBERS
    usual = usual and (timeout == -1 or 0 <= timeout <= TIMEOUT_MAX)
    if usual and not under_control.asks and acquire(False):
        emit(_ACQUIRED, number, place, depth)
        return True
    began = perf_counter_ns()
    if usual:
        emit(_ACQUIRE_WAIT, number, place, -1 if timeout == -1 else nanoseconds(timeout))
    if usual and timeout > 0:
        taken = bool(extended(timeout, lambda left: acquire(True, left)))
    else:
        taken = acquire(blocking, timeout)
    if taken:
        emit(_ACQUIRED, number, place, depth)
    else:
        emit_span(_NOT_ACQUIRED, began, number, place, 0)
    return taken

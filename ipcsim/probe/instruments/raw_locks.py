"""``threading.Lock``, where the program makes it.

``_thread.lock`` can't be subclassed: the program's locks are objects that hold one. Up to 3.12
``threading.Lock`` is a function, from 3.13 on their class.
"""

from __future__ import annotations

import _thread
import sys
import threading
from time import perf_counter_ns

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import gate as _gate
from ipcsim.probe import writer
from ipcsim.probe.instruments.alike import Alike, in_place_of
from ipcsim.probe.instruments.callers import NOBODY, frame_above, is_library, place_above
from ipcsim.probe.instruments.local_objects import Local, own
from ipcsim.probe.instruments.spots import Spot, pack
from ipcsim.probe.instruments.standing_in import like
from ipcsim.probe.instruments.thread_lock_records import FOREVER, acquire_recorded
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, gate
from ipcsim.probe.type_words import Any

_ACQUIRED, _RELEASE = int(Kind.ACQUIRED), int(Kind.RELEASE)
_RELEASE_REFUSED = int(Kind.RELEASE_REFUSED)

_module: Any = threading
# Under control it is another than _thread's.
_allocate: Any = _module._allocate_lock
_RealLock: Any = type(_allocate())
_NAME = f"{_RealLock.__module__}.{_RealLock.__name__}"
_getframe = sys._getframe


def install() -> None:
    """The program's locks are watched from now on, the standard library's are the real thing."""
    if isinstance(threading.Lock, type):
        # Pickles of the class look for it where it says that it is.
        _module.Lock = vars(_thread)["lock"] = Lock
    else:
        _module.Lock = _lock_function()


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

    __slots__ = (
        "__weakref__",
        "_ipcsim_given",
        "_ipcsim_local",
        "_ipcsim_take",
        "_ipcsim_taken",
        "_real",
    )
    _ipcsim_real = _thread.LockType
    __class__ = property(lambda _: _thread.LockType)

    def __init_subclass__(cls) -> None:
        raise TypeError(f"type '{_NAME}' is not an acceptable base type")

    def __init__(self, frame: Any = None) -> None:
        self._real = _allocate()
        self._ipcsim_take = self._real.acquire
        self._ipcsim_local = Local(self, ObjectKind.THREAD_LOCK, frame or frame_above(1))
        self._ipcsim_taken, self._ipcsim_given = Spot(_ACQUIRED, 0, own), Spot(_RELEASE, 0, own)

    # What programs call in loops is written out in each, as ``spots`` has it.

    def acquire(self, blocking: bool = True, timeout: float = FOREVER) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            spot, acquire = self._ipcsim_taken, self._ipcsim_take
            known, mine = spot.common, spot.mine
            if (
                frame.f_code is spot.code
                and frame.f_lasti == spot.lasti
                and mine()
                and blocking is True
                and timeout is FOREVER
                and acquire(False)
            ):
                now = perf_counter_ns()
                for offset in writer._slots:
                    pack(writer._map, offset, now, 1, known, writer._lap)
                    return True
                spot.record(self._ipcsim_local.number(), place_above(frame), 1, frame)
                return True
            return acquire_recorded(self, acquire, blocking, timeout, frame)
        except BaseException as error:
            drop_frame(error)
            raise

    def __enter__(self) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            spot, acquire = self._ipcsim_taken, self._ipcsim_take
            known, mine = spot.common, spot.mine
            if (
                frame.f_code is spot.code
                and frame.f_lasti == spot.lasti
                and mine()
                and acquire(False)
            ):
                now = perf_counter_ns()
                for offset in writer._slots:
                    pack(writer._map, offset, now, 1, known, writer._lap)
                    return True
                spot.record(self._ipcsim_local.number(), place_above(frame), 1, frame)
                return True
            return acquire_recorded(self, acquire, True, FOREVER, frame)
        except BaseException as error:
            drop_frame(error)
            raise

    def release(self) -> None:
        try:
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            real, spot = self._real, self._ipcsim_given
            known, mine = spot.common, spot.mine
            if (
                frame.f_code is spot.code
                and frame.f_lasti == spot.lasti
                and mine()
                and real.locked()
            ):
                now = perf_counter_ns()
                for offset in writer._slots:
                    pack(writer._map, offset, now, 0, known, writer._lap)
                    real.release()
                    return
            self._ipcsim_give_back(frame)
        except BaseException as error:
            drop_frame(error)
            raise

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        try:
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            real, spot = self._real, self._ipcsim_given
            known, mine = spot.common, spot.mine
            if (
                frame.f_code is spot.code
                and frame.f_lasti == spot.lasti
                and mine()
                and real.locked()
            ):
                now = perf_counter_ns()
                for offset in writer._slots:
                    pack(writer._map, offset, now, 0, known, writer._lap)
                    real.release()
                    return
            self._ipcsim_give_back(frame)
        except BaseException as error:
            drop_frame(error)
            raise

    def _ipcsim_give_back(self, frame: Any) -> None:
        number, place = self._ipcsim_local.number(), place_above(frame)
        if self._real.locked():
            self._ipcsim_given.record(number, place, 0, frame)
        else:
            emit(_RELEASE_REFUSED, number, place, 0)
        self._real.release()

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

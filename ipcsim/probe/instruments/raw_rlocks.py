"""``threading.RLock``, where the program makes it: of a class derived from the real one."""

from __future__ import annotations

import _thread
import threading
from time import perf_counter_ns

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import gate as _gate
from ipcsim.probe import writer
from ipcsim.probe.instruments.alike import Alike
from ipcsim.probe.instruments.callers import NOBODY, frame_above, is_library, place_above
from ipcsim.probe.instruments.local_objects import Local, own
from ipcsim.probe.instruments.spots import Spot, pack
from ipcsim.probe.instruments.thread_lock_records import FOREVER, acquire_recorded
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.recorder import emit, gate
from ipcsim.probe.type_words import Any

_ACQUIRED, _RELEASE = int(Kind.ACQUIRED), int(Kind.RELEASE)
_RELEASE_REFUSED = int(Kind.RELEASE_REFUSED)

_module: Any = threading
_RealRLock: Any = type(threading.RLock())
_function: Any = getattr(threading.RLock, "__code__", None)
_make_rlock: Any = _module._CRLock
# A forked child makes one before anything else, and pays for every page that it touches.
_after_fork = getattr(getattr(threading, "_after_fork", None), "__code__", None)
_take, _give = _RealRLock.acquire, _RealRLock.release


def install() -> None:
    """``threading.RLock`` is a function that stays: this is what it calls."""
    _module._CRLock = RLock


class RLock(_RealRLock, metaclass=Alike):  # type: ignore[misc]
    """A re-entrant lock of the program's, or a condition's own, which stands for the condition."""

    __slots__ = (
        "_ipcsim_depth",
        "_ipcsim_given",
        "_ipcsim_local",
        "_ipcsim_of_condition",
        "_ipcsim_taken",
    )
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
        lock._ipcsim_taken, lock._ipcsim_given = Spot(_ACQUIRED, 0, own), Spot(_RELEASE, 0, own)
        lock._ipcsim_of_condition = of_probe
        if not of_probe:
            lock._ipcsim_local = Local(lock, ObjectKind.THREAD_RLOCK, frame)
        return lock

    def acquire(self, blocking: bool = True, timeout: float = FOREVER) -> bool:
        try:
            return self._ipcsim_acquire(blocking, timeout, frame_above(1))
        except BaseException as error:
            drop_frame(error)
            raise

    def __enter__(self) -> bool:
        try:
            return self._ipcsim_acquire(True, FOREVER, frame_above(1))
        except BaseException as error:
            drop_frame(error)
            raise

    def _ipcsim_acquire(self, blocking: bool, timeout: float, frame: Any) -> bool:
        if _gate._flags[0]:
            gate()
        depth = self._ipcsim_depth + 1 if self._is_owned() else 1
        spot = self._ipcsim_taken
        known, mine = spot.common, spot.mine
        if (
            frame.f_code is spot.code
            and frame.f_lasti == spot.lasti
            and mine()
            and blocking is True
            and timeout is FOREVER
            and _take(self, False)
        ):
            self._ipcsim_depth = depth
            now = perf_counter_ns()
            for offset in writer._slots:
                pack(writer._map, offset, now, depth, known, writer._lap)
                return True
            spot.record(self._ipcsim_local.number(), place_above(frame), depth, frame)
            return True
        taken = acquire_recorded(self, super().acquire, blocking, timeout, frame, depth)
        if taken:
            self._ipcsim_depth = depth
        return taken

    def release(self) -> None:
        try:
            self._ipcsim_give_back(frame_above(1))
            _give(self)
        except BaseException as error:
            drop_frame(error)
            raise

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        try:
            self._ipcsim_give_back(frame_above(1))
            _give(self)
        except BaseException as error:
            drop_frame(error)
            raise

    def _ipcsim_give_back(self, frame: Any) -> None:
        if _gate._flags[0]:
            gate()
        if not self._is_owned():
            emit(_RELEASE_REFUSED, self._ipcsim_local.number(), place_above(frame), 0)
            return
        self._ipcsim_depth -= 1
        spot = self._ipcsim_given
        known, mine = spot.common, spot.mine
        if frame.f_code is spot.code and frame.f_lasti == spot.lasti and mine():
            now = perf_counter_ns()
            for offset in writer._slots:
                pack(writer._map, offset, now, self._ipcsim_depth, known, writer._lap)
                return
        number = self._ipcsim_local.number()
        spot.record(number, place_above(frame), self._ipcsim_depth, frame)

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

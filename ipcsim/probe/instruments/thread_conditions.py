"""``threading.Condition``, where the program makes it, as ``thread_locks`` says.

A condition records as what it belongs to: one of the program's own as a condition, one inside a
thread queue as that queue (``_ipcsim_waits`` is then another kind than WAIT).
"""

from __future__ import annotations

import threading
from functools import wraps

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments import raw_rlocks
from ipcsim.probe.instruments.callers import frame_above, is_library, place_above
from ipcsim.probe.instruments.local_objects import Local
from ipcsim.probe.instruments.replacing import in_place
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, gate
from ipcsim.probe.type_words import Any

_WAIT, _WOKEN, _NOTIFY = int(Kind.WAIT), int(Kind.WOKEN), int(Kind.NOTIFY)
_notify_all_code = threading.Condition.notify_all.__code__
_real_notify: Any = threading.Condition.notify


def install() -> None:
    """A condition without a lock of the program's gets one that records in the condition's name."""
    kind: Any = threading.Condition
    real_init = kind.__init__

    @wraps(real_init)
    def __init__(self: Any, lock: Any = None) -> None:
        frame = frame_above(1)
        program = not is_library(frame.f_code.co_filename)
        own = raw_rlocks.RLock() if program and lock is None else lock
        try:
            real_init(self, own)
        except BaseException as error:
            drop_frame(error)
            raise
        if not program:
            return
        facts = {}
        if lock is not None:
            of = getattr(lock, "_ipcsim_local", None)
            facts["lock"] = of.number() if of else 0
        self._ipcsim_local = local = Local(self, ObjectKind.THREAD_CONDITION, frame, **facts)
        if lock is None:
            own._ipcsim_local = local

    kind.__init__ = __init__
    kind._ipcsim_local = kind._ipcsim_inside = None
    kind._ipcsim_waits = _WAIT
    in_place(kind, {"wait": _wait, "wait_for": _wait_for, "notify": _notify})


def _wait(real: Any) -> Any:
    def wait(self: Any, timeout: float | None = None) -> Any:
        try:
            local = self._ipcsim_local
            if local is None:
                return real(self, timeout)
            kind = self._ipcsim_waits
            if kind == _WAIT:  # a queue has passed its gate, and holds its mutex
                gate()
            number, place = local.number(), place_above(frame_above(1))
            if _owns(self):
                emit(kind, number, place, nanoseconds(timeout))
            woken = extended(timeout, lambda left: real(self, left))
        except BaseException as error:
            drop_frame(error)
            raise
        if kind == _WAIT:
            emit(_WOKEN, number, place, int(woken))
        return woken

    return wait


def _owns(condition: Any) -> bool:
    # A lock that can't tell would be acquired for that; one of the program's own kind would notice.
    # Who answers is told without the condition's dictionary, which would make it slower for good.
    owned = condition._is_owned
    return getattr(owned, "__self__", None) is condition or bool(owned())


def _wait_for(real: Any) -> Any:
    def wait_for(self: Any, predicate: Any, timeout: float | None = None) -> Any:
        try:
            if self._ipcsim_local is None:
                return real(self, predicate, timeout)
            return extended(timeout, lambda left: real(self, predicate, left))
        except BaseException as error:
            drop_frame(error)
            raise

    return wait_for


def _notify(real: Any) -> Any:
    def notify(self: Any, n: int = 1) -> None:
        try:
            local = self._ipcsim_local
            if local is not None:
                caller = frame_above(1)
                if self._ipcsim_waits != _WAIT:
                    local.notified(caller)
                elif _owns(self):
                    gate()
                    count = -1 if caller.f_code is _notify_all_code else n
                    emit(_NOTIFY, local.number(), place_above(caller), count)
            real(self, n)
        except BaseException as error:
            drop_frame(error)
            raise

    return notify


class PlainCondition(threading.Condition):
    """What a condition was before it was replaced in place: for those that a call more slows.

    It belongs to a queue of multiprocessing, and each put passes it. What it does at once is done
    without calls that change nothing, which makes up for some of what recording a put costs.
    """

    __slots__ = ()
    _lock: Any
    _waiters: Any
    wait, wait_for = threading.Condition.wait, threading.Condition.wait_for

    def __exit__(
        self, kind: Any = None, value: Any = None, trace: Any = None, /, *more: Any
    ) -> None:
        self._lock.__exit__(kind, value, trace)

    def notify(self, n: int = 1) -> None:
        # Where nobody waits nothing happens to who holds the lock.
        if self._waiters or not self._lock.locked():
            _real_notify(self, n)

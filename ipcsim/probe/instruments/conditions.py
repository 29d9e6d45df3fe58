"""Condition of multiprocessing: what the program does with it.

CPython's own code runs below, on semaphores of its own that are not recorded. In the records

- a Condition that made its own lock is the ``owner`` of that RLock's OBJECT; for one that was given
  a lock, or that was received from another process, the OBJECT's fact ``lock`` is the number of the
  lock. ``acquire``, ``release`` and ``with`` of a Condition are records of that lock.
- WAIT gives up the lock, whatever its depth, and WOKEN has it again as deep as before; there is no
  RELEASE or ACQUIRED of the lock between. A thread that was woken and must wait for the lock
  records ACQUIRE_WAIT on the lock; WOKEN ends that wait too.
"""

from __future__ import annotations

import sys

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import recorder
from ipcsim.probe.instruments.callers import creator, frame_above, is_library, place_above
from ipcsim.probe.instruments.leaves import Leaf, key_of
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.instruments.semlocks import leaf_of, make_internal, watch
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.recorder import emit, gate
from ipcsim.probe.type_words import Any, Final

INTERNAL: Final = -1
"""Number of an object that belongs to something of the library; 0 is one not introduced yet."""


def make_condition_internal(condition: Any) -> None:
    """``condition`` belongs to something of the library: nothing of it is recorded."""
    condition._ipcsim_number = INTERNAL
    for lock in (condition._lock, *_semaphores(condition)):
        make_internal(lock)
    condition.acquire, condition.release = condition._lock.acquire, condition._lock.release


def _semaphores(condition: Any) -> tuple[Any, Any, Any]:
    return condition._sleeping_count, condition._woken_count, condition._wait_semaphore


def _number(condition: Any) -> int:
    """Object number of a Condition, introduced now if it came from elsewhere; 0: not recorded."""
    number: int = condition._ipcsim_number
    leaf = leaf_of(condition._lock)
    if leaf is None:
        return 0
    if number == 0:
        key = key_of(condition._wait_semaphore._semlock)
        number = condition._ipcsim_number = recorder.new_object(
            ObjectKind.CONDITION, key, False, 0, lock=leaf.introduce()
        )
    return max(number, 0)


def instrument(synchronize: Any) -> None:
    """Replace the methods of ``multiprocessing.synchronize.Condition`` that are to be seen."""
    cls = synchronize.Condition
    real_init, real_setstate = cls.__init__, cls.__setstate__
    real_wait, real_notify = cls.wait, cls.notify

    def __init__(self: Any, lock: Any = None, *, ctx: Any) -> None:
        real_init(self, lock, ctx=ctx)
        frame = creator(self, frame_above(1))
        if frame is not None and is_library(frame.f_code.co_filename):
            self._ipcsim_number = INTERNAL
            return
        key, place = key_of(self._wait_semaphore._semlock), place_above(frame)
        leaf = leaf_of(self._lock)
        if leaf is not None:
            self._ipcsim_number = recorder.new_object(
                ObjectKind.CONDITION, key, True, place, lock=leaf.introduce()
            )
        elif hasattr(self._lock, "_semlock"):
            self._ipcsim_number = recorder.new_object(ObjectKind.CONDITION, key, True, place)
            watch(self._lock).introduce(True, place, owner=self._ipcsim_number)
            self._make_methods()

    def __setstate__(self: Any, state: Any) -> None:
        real_setstate(self, state)
        for semaphore in _semaphores(self):
            make_internal(semaphore)

    def wait(self: Any, timeout: float | None = None) -> Any:
        number, leaf = _number(self), leaf_of(self._lock)
        if leaf is None or not number:
            # An Event's or Barrier's: what it does is recorded there, the time held is not.
            return extended(timeout, lambda left: real_wait(self, left))
        if not leaf.semlock._is_mine():
            return real_wait(self, timeout)
        gate()
        place, memory = place_above(frame_above(1)), leaf.memory()
        inside = _Inside(self, leaf, place)
        emit(Kind.WAIT, number, place, nanoseconds(timeout))
        woken = False
        try:
            woken = extended(timeout, lambda left: real_wait(inside, left))
        finally:
            leaf.recall(memory)
            emit(Kind.WOKEN, number, place, int(woken))
        return woken

    def notify(self: Any, n: int = 1) -> None:
        number = _number(self)
        if number and self._lock._semlock._is_mine():
            gate()
            emit(Kind.NOTIFY, number, place_above(frame_above(1)), n if n < sys.maxsize else -1)
        real_notify(self, n)

    cls._ipcsim_number = 0
    replace(cls, __init__, __setstate__, wait, notify)


class _Inside:
    """What CPython's ``Condition.wait`` sees as its ``self``: the lock's leaf for its lock."""

    def __init__(self, condition: Any, leaf: Leaf, place: int) -> None:
        self._lock = _LockInside(leaf, place)
        self._sleeping_count, self._woken_count, self._wait_semaphore = _semaphores(condition)


class _LockInside:
    def __init__(self, leaf: Leaf, place: int) -> None:
        self._leaf = leaf
        self._place = place
        self._semlock = leaf.semlock
        self.release = leaf.give

    def acquire(self) -> bool:
        leaf = self._leaf
        if leaf.attempt(False):
            return True
        emit(Kind.ACQUIRE_WAIT, leaf.introduce(), self._place, -1)
        return leaf.take()

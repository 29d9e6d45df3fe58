"""Lock, RLock, Semaphore and BoundedSemaphore: what every one of them does, recorded.

CPython's classes stay: a few of their methods are replaced in place, so type, repr, pickle, base
classes and the program's own subclasses are what they are without us. A lock that is watched has a
:class:`~ipcsim.probe.instruments.leaves.Leaf` and, in place of the C functions ``acquire`` and
``release`` that CPython puts into each instance, functions that record around them. A lock that
the library made for itself (a queue's, an Event's) has no leaf and keeps the C functions: nothing
of it is recorded.

A RELEASE that is followed by RELEASE_REFUSED in the same thread has not happened.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from time import perf_counter_ns

from ipcsim.events import ObjectKind
from ipcsim.probe import gate as _gate
from ipcsim.probe import writer
from ipcsim.probe.instruments.callers import NOBODY, creator, frame_above, is_library, place_above
from ipcsim.probe.instruments.leaves import Leaf
from ipcsim.probe.instruments.lock_records import (
    acquire_waiting,
    acquire_with,
    attempt_again,
    give_back,
    pack,
    record_acquired,
    record_refused,
    wait_as_before,
)
from ipcsim.probe.instruments.spots import pack as pack_at_spot
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import gate
from ipcsim.probe.texts import Fact
from ipcsim.probe.type_words import Any, Final

_MODULE: Final = "multiprocessing.synchronize"

_getframe = sys._getframe


def leaf_of(lock: Any) -> Leaf | None:
    """The leaf of a watched lock, None for an internal one and for locks of other kinds."""
    return getattr(lock, "_ipcsim_leaf", None)


def watch(lock: Any, **facts: Fact) -> Leaf:
    """Record what happens to ``lock`` from now on. Its OBJECT is not recorded by this."""
    leaf = Leaf(lock._semlock, kind_of(lock), facts)
    lock._ipcsim_leaf = leaf
    lock.acquire, lock.release = _acquire_of(leaf), _release_of(leaf)
    return leaf


def make_internal(lock: Any) -> None:
    """``lock`` belongs to something of the library: it is as without us, nothing is recorded."""
    if leaf_of(lock) is not None:
        lock._ipcsim_leaf = None
        lock.acquire, lock.release = lock._semlock.acquire, lock._semlock.release


def kind_of(lock: Any) -> str:
    """The ``ObjectKind`` of a lock, also for subclasses."""
    for cls in type(lock).__mro__:
        if cls.__module__ == _MODULE:
            return cls.__name__
    return ObjectKind.SEMAPHORE


def instrument(synchronize: Any) -> None:
    """Replace the methods of ``multiprocessing.synchronize.SemLock`` that are to be seen."""
    semlock_class = synchronize.SemLock
    real_init, real_setstate = semlock_class.__init__, semlock_class.__setstate__

    def __init__(self: Any, kind: int, value: int, maxvalue: int, *, ctx: Any) -> None:
        try:
            real_init(self, kind, value, maxvalue, ctx=ctx)
            frame = creator(self, frame_above(1))
            if frame is None or not is_library(frame.f_code.co_filename):
                facts = {} if maxvalue == 1 and value == 1 else {"bound": value}
                watch(self, **facts).introduce(True, place_above(frame))
        except BaseException as error:
            drop_frame(error)
            raise

    def __setstate__(self: Any, state: Any) -> None:
        try:
            real_setstate(self, state)
            watch(self)
        except BaseException as error:
            drop_frame(error)
            raise

    # The two that a ``with`` in a loop calls. Calls of gate() and emit() would cost as much as the
    # bare methods: their first lines are written out here. What is called is a local variable: to
    # call what is in a slot, as if it were a method, 3.11 looks up the class each time.

    def __enter__(self: Any) -> Any:
        try:
            leaf = self._ipcsim_leaf
            if leaf is None:
                return self._semlock.__enter__()
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            # All that can be is done before the lock is held: nobody waits for it longer.
            # In this order: another thread may come in between at any call.
            known, mine, attempt = leaf.taken, leaf.mine, leaf.attempt
            if (
                frame.f_code is leaf.code
                and frame.f_lasti == leaf.lasti
                and mine()
                and (leaf.depth is None or not leaf.depth())
            ):
                if attempt(False) or wait_as_before(leaf, known, frame):
                    if known is leaf.taken:
                        now = perf_counter_ns()
                        for offset in writer._slots:
                            pack(writer._map, offset, now, known, writer._lap)
                            return True
                    return record_acquired(leaf, frame)
            elif attempt(False) or attempt_again(leaf):
                return record_acquired(leaf, frame)
            return acquire_waiting(leaf, frame)
        except BaseException as error:
            drop_frame(error)
            raise

    # Takes what the real one takes; a tuple for the three that a ``with`` gives would cost a tenth.
    def __exit__(
        self: Any, kind: Any = None, value: Any = None, trace: Any = None, /, *more: Any
    ) -> Any:
        try:
            leaf = self._ipcsim_leaf
            if leaf is None:
                if more:
                    return self._semlock.__exit__(kind, value, trace, *more)
                return self._semlock.__exit__(kind, value, trace)
            if _gate._flags[0]:
                gate()
            if leaf.remembered:
                give = leaf.give
                now = perf_counter_ns()
                for offset in writer._slots:
                    pack(writer._map, offset, now, leaf.given, writer._lap)
                    return give()
            return give_back(leaf, frame_above(1))
        except BaseException as error:
            record_refused(leaf, error)
            drop_frame(error)
            raise

    semlock_class._ipcsim_leaf = None
    for method in (__init__, __setstate__, __enter__, __exit__):
        real = getattr(semlock_class, method.__name__)
        setattr(semlock_class, method.__name__, wraps(real)(method))


def _acquire_of(leaf: Leaf) -> Callable[..., bool]:
    """The function ``acquire`` of a watched lock."""

    def acquire(block: Any = True, timeout: Any = None) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            if block is not True or timeout is not None:
                return acquire_with(leaf, block, timeout, frame)
            # In this order: another thread may come in between at any call.
            known, mine, attempt = leaf.taken, leaf.mine, leaf.attempt
            if (
                frame.f_code is leaf.code
                and frame.f_lasti == leaf.lasti
                and mine()
                and (leaf.depth is None or not leaf.depth())
            ):
                if attempt(False) or wait_as_before(leaf, known, frame):
                    if known is leaf.taken:
                        now = perf_counter_ns()
                        for offset in writer._slots:
                            pack(writer._map, offset, now, known, writer._lap)
                            return True
                    return record_acquired(leaf, frame)
            elif attempt(False) or attempt_again(leaf):
                return record_acquired(leaf, frame)
            return acquire_waiting(leaf, frame)
        except BaseException as error:
            drop_frame(error)
            raise

    return acquire


def _release_of(leaf: Leaf) -> Callable[[], None]:
    """The function ``release`` of a watched lock."""
    last = leaf.released
    # One that would be refused is not recorded as a release.
    refuses, most = leaf.kind != ObjectKind.SEMAPHORE, leaf.semlock.maxvalue
    count, give = leaf.semlock._get_value, leaf.give

    def release() -> None:
        try:
            if _gate._flags[0]:
                gate()
            try:
                frame = _getframe(1)
            except ValueError:
                frame = NOBODY
            known, mine = last.common, last.mine
            if (
                frame.f_code is last.code
                and frame.f_lasti == last.lasti
                and mine()
                and (not refuses or count() < most)
            ):
                now = perf_counter_ns()
                for offset in writer._slots:
                    pack_at_spot(writer._map, offset, now, 0, known, writer._lap)
                    return give()
            return give_back(leaf, frame)
        except BaseException as error:
            record_refused(leaf, error)
            drop_frame(error)
            raise

    return release

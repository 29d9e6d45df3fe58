"""Lock, RLock, Semaphore and BoundedSemaphore: what every one of them does, recorded.

CPython's classes stay: a few of their methods are replaced in place, so type, repr, pickle, base
classes and the program's own subclasses are what they are without us. A lock that is watched has a
:class:`Leaf` and, in place of the C functions ``acquire`` and ``release`` that CPython puts into
each instance, functions that record around them. A lock that the library made for itself (a
queue's, an Event's) has no leaf and keeps the C functions: nothing of it is recorded.

``Leaf.take`` and ``Leaf.give`` are the leaf operations: every acquire and release of a watched
lock goes through them and through nothing else.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable
from time import perf_counter_ns
from types import FrameType
from typing import Any, Final

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import gate as _gate
from ipcsim.probe import recorder
from ipcsim.probe.instruments.callers import is_library, place_above
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.recorder import emit, emit_span, gate
from ipcsim.probe.texts import Fact

_ACQUIRE_WAIT: Final = int(Kind.ACQUIRE_WAIT)
_ACQUIRED: Final = int(Kind.ACQUIRED)
_NOT_ACQUIRED: Final = int(Kind.NOT_ACQUIRED)
_RELEASE: Final = int(Kind.RELEASE)
_RELEASE_REFUSED: Final = int(Kind.RELEASE_REFUSED)

_getframe = sys._getframe
_nameless = itertools.count(1)
_places: dict[tuple[int, int], int] = {}
"""Places in the program's own code, as ``recorder.place`` numbers them."""


class Leaf:
    """A watched semaphore: its C functions, and what it is called in the records."""

    __slots__ = ("at", "depth", "facts", "give", "key", "kind", "number", "semlock", "take")

    def __init__(self, semlock: Any, kind: str, **facts: Fact) -> None:
        self.semlock = semlock
        self.kind = kind
        self.facts = facts
        self.key = key_of(semlock)
        self.number = 0
        """Object number; 0 until it is introduced, which a received lock is at its first use."""
        self.take: Callable[..., bool] = semlock.acquire
        self.give: Callable[[], None] = semlock.release
        self.depth: Callable[[], int] | None = semlock._count if kind == ObjectKind.RLOCK else None
        """How often its holder holds an RLock; None for the others."""
        self.at = 0
        """Where the holder of a Lock entered its ``with`` block: the place of its release too."""

    def introduce(self, created: bool = False, place: int = 0, **facts: Fact) -> int:
        """Record its OBJECT and give its number."""
        if not self.number:
            told = {**self.facts, **facts}
            self.number = recorder.new_object(self.kind, self.key, created, place, **told)
        return self.number


def key_of(semlock: Any) -> str:
    """The key of a semaphore: its name; under fork it has none and one is made up."""
    name = semlock.name
    return f"sem:{name}" if name else f"sem:{os.getpid()}:{next(_nameless)}"


def creator(made: object, frame: FrameType | None) -> FrameType | None:
    """The frame whose code wanted ``made``: not its own constructors, not a context's factories."""
    while frame is not None and (
        is_ours(frame.f_code.co_filename)
        or frame.f_globals.get("__name__") == "multiprocessing.context"
        or frame.f_locals.get("self") is made
    ):
        frame = frame.f_back
    return frame


def leaf_of(lock: Any) -> Leaf | None:
    """The leaf of a watched lock, None for an internal one and for locks of other kinds."""
    return getattr(lock, "_ipcsim_leaf", None)


def watch(lock: Any, **facts: Fact) -> Leaf:
    """Record what happens to ``lock`` from now on. Its OBJECT is not recorded by this."""
    leaf = Leaf(lock._semlock, kind_of(lock), **facts)
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
    names = {cls.__name__ for cls in type(lock).__mro__ if cls.__module__ == _synchronize}
    for kind in (
        ObjectKind.LOCK,
        ObjectKind.RLOCK,
        ObjectKind.BOUNDED_SEMAPHORE,
        ObjectKind.SEMAPHORE,
    ):
        if kind in names:
            return kind
    return ObjectKind.SEMAPHORE


_synchronize: Final = "multiprocessing.synchronize"


def place_of(frame: FrameType) -> int:
    """Number of the place of the program that called; quick when ``frame`` is the program's."""
    if is_library(frame.f_code.co_filename):
        return place_above(frame.f_back)
    number = recorder.place(frame)
    if number:
        _places[id(frame.f_code), frame.f_lasti] = number
    return number


def instrument(synchronize: Any) -> None:
    """Replace the methods of ``multiprocessing.synchronize.SemLock`` that are to be seen."""
    semlock_class = synchronize.SemLock
    real_init, real_setstate = semlock_class.__init__, semlock_class.__setstate__

    def __init__(self: Any, kind: int, value: int, maxvalue: int, *, ctx: Any) -> None:
        try:
            real_init(self, kind, value, maxvalue, ctx=ctx)
            frame = creator(self, _getframe(1))
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

    def __enter__(self: Any) -> Any:
        try:
            leaf = self._ipcsim_leaf
            if leaf is None:
                return self._semlock.__enter__()
            # Not gate(): its call would cost as much as the two calls of the bare method.
            if _gate._flags[0]:
                gate()
            if leaf.take(False):
                frame = _getframe(1)
                leaf.at = place = _places.get((id(frame.f_code), frame.f_lasti)) or place_of(frame)
                depth = leaf.depth
                emit(
                    _ACQUIRED,
                    leaf.number or leaf.introduce(),
                    place,
                    1 if depth is None else depth(),
                )
                return True
            return _wait(leaf, True, None, _getframe(1))
        except BaseException as error:
            drop_frame(error)
            raise

    def __exit__(self: Any, *args: Any) -> Any:
        try:
            leaf = self._ipcsim_leaf
            if leaf is None:
                return self._semlock.__exit__(*args)
            if _gate._flags[0]:
                gate()
            if leaf.kind == "Lock":
                emit(_RELEASE, leaf.number, leaf.at, 0)
                return leaf.give()
            return _give(leaf, _getframe(1))
        except BaseException as error:
            _refused(leaf, error)
            drop_frame(error)
            raise

    semlock_class._ipcsim_leaf = None
    for method in (__init__, __setstate__, __enter__, __exit__):
        method.__qualname__ = f"SemLock.{method.__name__}"
        method.__module__ = _synchronize
        setattr(semlock_class, method.__name__, method)


def _acquire_of(leaf: Leaf) -> Callable[..., bool]:
    """The function ``acquire`` of a watched lock."""

    def acquire(block: Any = True, timeout: Any = None) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            if block is not True or timeout is not None or not leaf.take(False):
                return _wait(leaf, block, timeout, _getframe(1))
            frame = _getframe(1)
            leaf.at = place = _places.get((id(frame.f_code), frame.f_lasti)) or place_of(frame)
            depth = leaf.depth
            emit(
                _ACQUIRED,
                leaf.number or leaf.introduce(),
                place,
                1 if depth is None else depth(),
            )
            return True
        except BaseException as error:
            drop_frame(error)
            raise

    return acquire


def _release_of(leaf: Leaf) -> Callable[[], None]:
    """The function ``release`` of a watched lock."""

    def release() -> None:
        try:
            if _gate._flags[0]:
                gate()
            return _give(leaf, _getframe(1))
        except BaseException as error:
            _refused(leaf, error)
            drop_frame(error)
            raise

    return release


def _wait(leaf: Leaf, block: Any, timeout: Any, frame: FrameType) -> bool:
    """Acquire what isn't free at once, or with arguments of the program's own."""
    began = perf_counter_ns()
    leaf.at = place = _places.get((id(frame.f_code), frame.f_lasti)) or place_of(frame)
    number = leaf.number or leaf.introduce()
    ordinary = type(block) in (bool, int) and (timeout is None or type(timeout) in (int, float))
    taken = leaf.take(False, timeout) if ordinary else leaf.take(block, timeout)
    if not taken and block and ordinary:
        limit = nanoseconds(timeout)
        if limit:
            emit(_ACQUIRE_WAIT, number, place, limit)
            waits = perf_counter_ns()
        try:
            taken = extended(timeout, lambda left: leaf.take(True, left))
        except BaseException:
            if limit:
                emit(_NOT_ACQUIRED, number, place, 0)
            raise
        if limit and not taken:
            # It failed between the end of the timeout and now.
            began = min(waits + limit, perf_counter_ns())
    if taken:
        emit(_ACQUIRED, number, place, 1 if leaf.depth is None else leaf.depth())
    else:
        emit_span(_NOT_ACQUIRED, began, number, place, 0)
    return taken


def _give(leaf: Leaf, frame: FrameType) -> None:
    """Record the release and do it; one that will be refused is not recorded as a release."""
    place = _places.get((id(frame.f_code), frame.f_lasti)) or place_of(frame)
    number = leaf.number or leaf.introduce()
    semlock = leaf.semlock
    if leaf.depth is not None:
        if semlock._is_mine():
            emit(_RELEASE, number, place, leaf.depth() - 1)
    elif leaf.kind == "Semaphore" or semlock._get_value() < semlock.maxvalue:
        emit(_RELEASE, number, place, 0)
    leaf.at = place
    leaf.give()


def _refused(leaf: Leaf | None, error: BaseException) -> None:
    if leaf is not None and isinstance(error, (AssertionError, ValueError)):
        emit(_RELEASE_REFUSED, leaf.number, leaf.at, 0)

"""Acquiring and releasing a watched lock, with the records of it."""

from __future__ import annotations

import os
from _thread import _count
from collections.abc import Callable
from itertools import repeat
from time import perf_counter_ns
from types import FrameType

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import writer
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import frame_above, place_above
from ipcsim.probe.instruments.leaves import Leaf, place_of
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.recorder import emit, emit_span
from ipcsim.probe.type_words import Any, Final

_ACQUIRE_WAIT: Final = int(Kind.ACQUIRE_WAIT)
_ACQUIRED: Final = int(Kind.ACQUIRED)
_NOT_ACQUIRED: Final = int(Kind.NOT_ACQUIRED)
_RELEASE: Final = int(Kind.RELEASE)
_RELEASE_REFUSED: Final = int(Kind.RELEASE_REFUSED)

_TRIES_AT_ONCE: Final = 10
"""Before a thread is recorded as waiting: a fifth of a microsecond. By more than that its holder's
records lengthen the time for which a lock is held, so such a wait isn't the program's own."""
_TRIES: Final = 50
"""Before a thread sleeps: a microsecond. Most locks are given back sooner; to sleep and to be woken
costs both sides several, and would happen more often than without us, since what is recorded
lengthens the time for which a lock is held."""
_YIELDS: Final = 10
"""How often a thread then lets other processes run, and tries again, before it sleeps. While
others try without a pause, who holds the lock was measured to take up to twice as long."""
_yield: Final[Callable[[], None] | None] = getattr(os, "sched_yield", None)

pack = writer.packer("Q20sI")
"""A record whose middle is known: time, middle (``Leaf.taken``, ``Leaf.given``), lap."""


def acquire_inside(holder: Any, frame: FrameType) -> bool:
    """Acquire ``holder._lock`` for an access to a value; whether that was recorded: it waited."""
    leaf: Leaf | None = holder._ipcsim_leaf
    if leaf is None:
        holder.acquire()
        return False
    return not (leaf.attempt(False) or attempt_again(leaf)) and acquire_waiting(leaf, frame)


def release_inside(holder: Any, frame: FrameType, recorded: bool) -> None:
    """Release what ``acquire_inside`` acquired."""
    leaf: Leaf | None = holder._ipcsim_leaf
    if leaf is None:
        holder.release()
    elif recorded:
        give_back(leaf, frame)
    else:
        leaf.give()


def record_acquired(leaf: Leaf, frame: FrameType) -> bool:
    """Record that it has been acquired just now."""
    known, mine = leaf.taken, leaf.mine
    if (
        frame.f_code is leaf.code
        and frame.f_lasti == leaf.lasti
        and mine()
        and (leaf.depth is None or leaf.depth() == 1)
    ):
        now = perf_counter_ns()
        for offset in writer._slots:
            pack(writer._map, offset, now, known, writer._lap)
            return True
    number = leaf.number or leaf.introduce()
    place = place_of(frame)
    depth = 1 if leaf.depth is None else leaf.depth()
    emit(_ACQUIRED, number, place, depth)
    if depth == 1:
        leaf.remember(frame, place)
    elif depth == 2:
        leaf.outer, leaf.remembered = leaf.remembered, False
    return True


def attempt_again(leaf: Leaf) -> bool:
    """Try for a moment to acquire what was not free at a first try."""
    return any(map(leaf.attempt, repeat(False, _TRIES_AT_ONCE)))


def acquire_waiting(leaf: Leaf, frame: FrameType) -> bool:
    """Acquire what was not free for a moment."""
    place = place_of(frame)
    number = leaf.number or leaf.introduce()
    emit(_ACQUIRE_WAIT, number, place, -1)
    _wait(leaf, number, frame)
    return record_acquired(leaf, frame)


def wait_as_before(leaf: Leaf, known: bytes, frame: FrameType) -> bool:
    """Acquire what was not free at a first try, where it was acquired last, as ``known`` says.

    False: nothing was done. That it is acquired is to be recorded.
    """
    if attempt_again(leaf):
        return True
    if known is leaf.taken:
        now = perf_counter_ns()
        for offset in writer._slots:
            pack(writer._map, offset, now, leaf.awaited, writer._lap)
            break
        else:
            return False
        _wait(leaf, leaf.number, frame)
        return True
    return False


def _wait(leaf: Leaf, number: int, frame: FrameType) -> None:
    try:
        if under_control.asks or not (
            any(map(leaf.take, repeat(False, _TRIES))) or _take_yielding(leaf)
        ):
            leaf.take()
    except BaseException:
        emit(_NOT_ACQUIRED, number, place_of(frame), 0)
        raise


def _take_yielding(leaf: Leaf) -> bool:
    # Before 3.12 the process's other threads couldn't run meanwhile.
    return (
        _yield is not None
        and not _count()
        and any(leaf.take(False) for _ in range(_YIELDS) if not _yield())
    )


def acquire_with(leaf: Leaf, block: Any, timeout: Any, frame: FrameType) -> bool:
    """Acquire with arguments of the program's own."""
    began = perf_counter_ns()
    place = place_of(frame)
    number = leaf.number or leaf.introduce()
    # The C function checks its arguments also if it needn't wait; odd ones are left to it.
    ordinary = type(block) in (bool, int) and (timeout is None or type(timeout) in (int, float))
    if ordinary:
        waits = under_control.asks and block and nanoseconds(timeout)
        taken = not waits and leaf.take(False, timeout)
    else:
        taken = leaf.take(block, timeout)
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
        return record_acquired(leaf, frame)
    emit_span(_NOT_ACQUIRED, began, number, place, 0)
    return taken


def give_back(leaf: Leaf, frame: FrameType) -> None:
    """Record the release and do it; one that will be refused is not recorded as a release."""
    place = place_of(frame)
    number = leaf.number or leaf.introduce()
    semlock = leaf.semlock
    if leaf.depth is not None:
        if semlock._is_mine():
            left = leaf.depth() - 1
            emit(_RELEASE, number, place, left)
            if left == 1:
                leaf.remembered = leaf.outer
    elif leaf.kind == ObjectKind.SEMAPHORE or semlock._get_value() < semlock.maxvalue:
        leaf.released.record(number, place, 0, frame)
    leaf.give()


def record_refused(leaf: Leaf | None, error: BaseException) -> None:
    if leaf is not None and isinstance(error, (AssertionError, ValueError)):
        emit(_RELEASE_REFUSED, leaf.number, place_above(frame_above(2)), 0)

"""Locks, semaphores, conditions, events and barriers at a moment: who holds, who waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from ipcsim.events import Kind, ObjectKind
from ipcsim.trace.columns import Array
from ipcsim.trace.moment import GateAt
from ipcsim.trace.objects import BARRIERS, CONDITIONS, FLAGS, SEMAPHORES
from ipcsim.trace.queries import cut_short
from ipcsim.trace.standing import Standing

_RECURSIVE: Final = CONDITIONS | {ObjectKind.RLOCK, ObjectKind.THREAD_RLOCK}
_WINDOW = 1024
Holder = tuple[int, int, int]
"""(actor, since, recursion depth)"""


def gate_at(now: Standing, obj: int) -> GateAt:
    """The gate ``obj`` at the moment ``now``."""
    facts = now.trace.registry.all[obj]
    if facts.kind in FLAGS:
        return _flag(now, obj)
    if facts.kind in BARRIERS:
        return _barrier(now, obj)
    holders = holders_of(now, obj)
    line = now.waiters(obj, Kind.ACQUIRE_WAIT)
    orphaned = _orphaned(now, holders)
    if facts.kind in CONDITIONS:
        return _condition(now, obj, holders, line, orphaned)
    if facts.kind in SEMAPHORES:
        seats = permits(now, obj)
        used = _used(now, obj)
        return GateAt(obj, seats, holders, line, extra=max(0, -used), orphaned=orphaned)
    return GateAt(obj, 1, holders, line, orphaned=orphaned)


def _orphaned(now: Standing, holders: Iterable[Holder]) -> bool:
    """Whether a holder is dead; who was ended with the whole run is nobody's fault."""
    processes = {now.process(actor) for actor, _, _ in holders}
    dead = (now.trace.processes[process] for process in processes if now.over[process])
    return any(not cut_short(now.trace, info) for info in dead)


def permits(now: Standing, obj: int) -> int:
    """How many permits a semaphore begins with."""
    facts = now.trace.registry.all[obj]
    for name in ("value", "bound", "initial"):
        found = facts.number(name)
        if found is not None:
            return found
    return 1


def holders_of(now: Standing, obj: int) -> tuple[Holder, ...]:
    """Who holds a lock or permits of a semaphore."""
    kind = now.trace.registry.all[obj].kind
    if kind in SEMAPHORES:
        return _permit_holders(now, obj)
    return _lock_holder(now, obj, kind in _RECURSIVE)


def _lock_holder(now: Standing, obj: int, recursive: bool) -> tuple[Holder, ...]:
    """Who took it last, unless it was given back since. Waiting at a condition gives it back."""
    taken, given = _last(now, obj, Kind.ACQUIRED), _last(now, obj, Kind.RELEASE)
    for condition in (obj, *now.trace.registry.conditions_on(obj)):
        taken = max(taken, _last(now, condition, Kind.WOKEN))
        given = max(given, _last(now, condition, Kind.WAIT))
    if taken[0] < 0:
        return ()
    store, raw = now.store, now.trace.raw
    ordinal, depth = taken[0], 1
    if given > taken:
        ordinal = given[0]
        depth = raw.arg(int(store.where.view[ordinal])) if given[1] == Kind.RELEASE else 0
        if not recursive or depth <= 0:
            return ()
    elif recursive and taken[1] == Kind.ACQUIRED:
        depth = raw.arg(int(store.where.view[ordinal]))
    if depth > 1 or given > taken:
        ordinal = _outermost(now, obj, taken[0])
    return ((int(store.actor.view[taken[0]]), store.time(ordinal), depth),)


def _outermost(now: Standing, obj: int, ordinal: int) -> int:
    """The ACQUIRED by which a recursive lock was taken before it was taken again."""
    store = now.store
    acquired = store.of(obj, Kind.ACQUIRED)
    for one in acquired[: _below(acquired, ordinal + 1)][::-1][:_WINDOW].tolist():
        if now.trace.raw.arg(int(store.where.view[one])) <= 1:
            return int(one)
    return ordinal


def _used(now: Standing, obj: int) -> int:
    taken, given = now.store.of(obj, Kind.ACQUIRED), now.store.of(obj, Kind.RELEASE)
    return now.until(taken) - now.until(given)


def _permit_holders(now: Standing, obj: int) -> tuple[Holder, ...]:
    """Threads that have taken more permits than they have given back, as far as can be told.

    A permit may be given back by another thread than took it; then the one that has held longest
    is taken to be free.
    """
    used = _used(now, obj)
    if used <= 0:
        return ()
    taken, given = now.store.of(obj, Kind.ACQUIRED), now.store.of(obj, Kind.RELEASE)
    n, m = now.until(taken), now.until(given)
    actors = now.store.actor.view
    window = _WINDOW
    while True:
        start = int(taken[max(0, n - window)])
        mine, back = taken[max(0, n - window) : n], given[:m]
        back = back[back.searchsorted(np.uint32(start)) :]
        held: list[tuple[int, int]] = []
        ordinals = np.concatenate([mine, back])
        signs = np.concatenate([np.ones(len(mine), np.int8), -np.ones(len(back), np.int8)])
        order = np.argsort(ordinals, kind="stable")
        whole = ordinals[order]
        for ordinal, sign, actor in zip(
            whole.tolist(), signs[order].tolist(), actors[whole].tolist(), strict=True
        ):
            if sign > 0:
                held.append((actor, ordinal))
                continue
            own = next((h for h in held if h[0] == actor), None)
            if own is not None:
                held.remove(own)
            elif held and len(mine) == n:
                held.pop(0)
        if len(held) >= used or len(mine) == n or window > 16 * _WINDOW:
            held = held[-used:]
            return tuple((actor, now.store.time(at), 1) for actor, at in held)
        window *= 4


def _condition(
    now: Standing,
    obj: int,
    holders: tuple[Holder, ...],
    line: tuple[int, ...],
    orphaned: bool,
) -> GateAt:
    calls = now.store.of(obj, Kind.NOTIFY)
    n = now.until(calls)
    last, heard = None, True
    if n:
        at = int(calls[n - 1])
        last = now.store.time(at)
        waits, woken = now.store.of(obj, Kind.WAIT), now.store.of(obj, Kind.WOKEN)
        heard = _below(waits, at) > _below(woken, at)
    lock = now.trace.registry.all[obj].lock
    seats = 1
    if lock is not None and lock != obj:
        own = now.trace.registry.all[lock].owner == obj
        holders, line = holders_of(now, lock), now.waiters(lock, Kind.ACQUIRE_WAIT)
        orphaned = _orphaned(now, holders)
        if not own:
            seats, holders, line, orphaned = 0, (), (), False
    return GateAt(
        obj,
        seats,
        holders,
        line,
        room=now.waiters(obj, Kind.WAIT),
        orphaned=orphaned,
        last_notify=last,
        heard=heard,
    )


def _below(ordinals: Array, ordinal: int) -> int:
    return int(ordinals.searchsorted(np.uint32(ordinal)))


def _last(now: Standing, obj: int, *kinds: int) -> tuple[int, int]:
    """Ordinal and kind of the last event of some kinds; (-1, 0) for none."""
    best = (-1, 0)
    for kind in kinds:
        found = now.store.of(obj, kind)
        n = now.until(found)
        if n:
            best = max(best, (int(found[n - 1]), kind))
    return best


def _flag(now: Standing, obj: int) -> GateAt:
    _, kind = _last(now, obj, Kind.EVENT_SET, Kind.EVENT_CLEAR)
    line = now.waiters(obj, Kind.EVENT_WAIT)
    return GateAt(obj, 0, line=line, is_set=kind == Kind.EVENT_SET)


def _barrier(now: Standing, obj: int) -> GateAt:
    parties = now.trace.registry.all[obj].number("parties") or 1
    _, kind = _last(now, obj, Kind.BARRIER_BROKEN, Kind.BARRIER_ABORT, Kind.BARRIER_RESET)
    passed = now.until(now.store.of(obj, Kind.BARRIER_PASSED))
    arrived = now.until(now.store.of(obj, Kind.BARRIER_WAIT))
    line = now.waiters(obj, Kind.BARRIER_WAIT)
    broken = kind in (Kind.BARRIER_BROKEN, Kind.BARRIER_ABORT)
    # The last to arrive opens it; the others need a moment to notice.
    leaving = 0 if broken else -passed % parties
    phase = -(-passed // parties)
    if not leaving and not broken and parties and len(line) >= parties and arrived >= parties:
        leaving, phase = parties, phase + 1
    return GateAt(obj, parties, line=line[leaving:], phase=phase, broken=broken)

"""What a process did over time, as a row of pixels: moving, waiting, asleep, held; what it held.

A pixel shows the state that took most of its time. Sums of time are kept at every fourth change, so
that a view costs the same whatever the length of history.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.columns import Array, Column
from ipcsim.trace.history import History
from ipcsim.trace.kinds import ASIDE, ASLEEP, HELD, LANE_OF, MOVING, NONE, WAITING

_EVERY: Final = 4
_DEEPEST: Final = 16
"""Who holds more things at once is looked at one grip after the other."""
_TIMED: Final = (WAITING, ASLEEP, HELD)
_TAKES: Final = (Kind.ACQUIRED, Kind.WOKEN)
_GIVES: Final = (Kind.RELEASE, Kind.WAIT)
_GRIPS = np.zeros(256, np.int8)
_GRIPS[list(_TAKES)], _GRIPS[list(_GIVES)] = 1, -1


class Lane:
    """One process's lane, by its main thread; it grows with the trace."""

    def __init__(self, trace: History, process: int) -> None:
        self.trace = trace
        self.process = process
        self._seen = 0
        self._filled = MOVING
        self._last_kind = 0
        room = trace.store.room
        self._times = Column(np.int64, room)
        self._states = Column(np.uint8, room)
        self._sums = {state: Column(np.int64, room) for state in _TIMED}
        """By state: time spent in it until every _EVERY-th change."""
        self._total = dict.fromkeys(_TIMED, 0)
        self._grip_times = Column(np.int64, room)
        self._grips = Column(np.int32, room)
        """The object held last of those still held, from the time beside it on; -1 for none."""
        self._stack: list[int] = []

    def view(self, t0: int, t1: int, pixels: int) -> tuple[Array, Array]:
        """States (uint8) and objects held (int32, -1 for none) of each pixel between two times."""
        self.bring_forward()
        pixels = max(1, pixels)
        edges = np.linspace(t0, t1, pixels + 1).astype(np.int64)
        info = self.trace.processes[self.process]
        end = info.ended if info.ended is not None else max(self.trace.end, info.started)
        inside = np.clip(edges, info.started, end)
        alive = np.diff(inside)
        states = np.full(pixels, NONE, np.uint8)
        states[alive > 0] = MOVING
        most = alive.copy()
        shares = []
        for state in _TIMED:
            if self._total[state] or (len(self._states) and self._states.view[-1] == state):
                spent = np.diff(self._spent(state, inside))
                shares.append((state, spent))
                most -= spent
        for state, spent in shares:
            better = (spent > most) & (alive > 0)
            states[better] = state
            most = np.maximum(most, spent)
        middles = (edges[:-1] + edges[1:]) // 2
        holding = np.full(pixels, -1, np.int32)
        if len(self._grips):
            at = self._grip_times.view.searchsorted(middles, "right") - 1
            known = (at >= 0) & (middles < end)
            holding[known] = self._grips.view[at[known]]
        return states, holding

    def _spent(self, state: int, edges: Array) -> Array:
        """Time spent in a state until each edge."""
        times, states = self._times.view, self._states.view
        at = times.searchsorted(edges, "right") - 1
        block = np.maximum(at, 0) // _EVERY
        spent: Array = self._sums[state].view[block].copy()
        for step in range(_EVERY):
            j = block * _EVERY + step
            inside = j <= at
            j = np.minimum(j, len(times) - 1)
            following = np.where(j < at, times[np.minimum(j + 1, len(times) - 1)], edges)
            spent += np.where(inside & (states[j] == state), following - times[j], 0)
        return spent

    def bring_forward(self) -> None:
        """Take in what has happened since the last time."""
        store = self.trace.store
        mine = store.of_actor(self.trace.processes[self.process].actors[0])
        fresh = mine[self._seen :]
        if not len(fresh):
            return
        self._seen = len(mine)
        kinds = store.kind.view[fresh]
        times = store.times(fresh)
        self._change(times, self._judge(kinds))
        self._hold(times, kinds, store.object.view[fresh])

    def _judge(self, kinds: Array) -> Array:
        states = LANE_OF[kinds]
        if self.trace.processes[self.process].is_pool_worker:
            # It has begun to wait for its first task.
            states[kinds == Kind.TARGET] = WAITING
        before = np.concatenate([[self._last_kind], kinds[:-1]])
        states[(kinds == Kind.SEND) & (before != Kind.SEND_WAIT)] = MOVING
        aside = ASIDE[kinds] | (kinds == Kind.HELD)
        if aside.any():
            source = np.maximum.accumulate(np.where(aside, -1, np.arange(len(kinds))))
            filled = np.where(source < 0, self._filled, states[source])
            self._filled = int(filled[-1])
            states = np.where(aside & (kinds != Kind.HELD), filled, states).astype(np.uint8)
        else:
            self._filled = int(states[-1])
        self._last_kind = int(kinds[-1])
        return states

    def _change(self, times: Array, states: Array) -> None:
        last = int(self._states.view[-1]) if len(self._states) else -1
        changed = np.concatenate([[states[0] != last], states[1:] != states[:-1]])
        times, states = times[changed], states[changed]
        if not len(times):
            return
        first = len(self._times)
        carried = self._times.view[-1:].copy(), self._states.view[-1:].copy()
        self._times.extend(times)
        self._states.extend(states)
        whole_times = np.concatenate([carried[0], times])
        whole_states = np.concatenate([carried[1], states])
        lengths = np.diff(whole_times)
        marks = np.arange(first, len(self._times))
        chosen = marks % _EVERY == 0
        for state in _TIMED:
            spent = np.where(whole_states[:-1] == state, lengths, 0)
            sums = self._total[state] + np.cumsum(spent)
            if first == 0:
                sums = np.concatenate([[0], sums])
            self._total[state] = int(sums[-1])
            self._sums[state].extend(sums[chosen])

    def _hold(self, times: Array, kinds: Array, objects: Array) -> None:
        grips = _GRIPS[kinds]
        at = np.flatnonzero(grips)
        if not len(at):
            return
        self._grip_times.extend(times[at])
        signs, held = grips[at], objects[at]
        now = _one_at_a_time(signs, held, self._stack)
        if now is None:
            now = _nested(signs, held, self._stack)
        if now is None:
            now = _tops(signs, held, self._stack)
        self._grips.extend(now)


def _one_at_a_time(signs: Array, held: Array, stack: list[int]) -> Array | None:
    """As ``_nested``, where never more than one thing is held, as nearly always."""
    if len(stack) > 1:
        return None
    first = len(stack)
    taken, given = held[first::2], held[1 - first :: 2]
    if (signs[first::2] < 0).any() or (signs[1 - first :: 2] > 0).any():
        return None
    owners = taken if not stack else np.concatenate([[stack[0]], taken])
    if (owners[: len(given)] != given).any():
        return None
    stack[:] = [int(held[-1])] if signs[-1] > 0 else []
    return np.where(signs > 0, held, -1)


def _nested(signs: Array, held: Array, stack: list[int]) -> Array | None:
    """What is held last after each grip, where what was taken last is given back first.

    ``stack``, what is held, is brought forward. None where that order is broken.
    """
    depths = np.cumsum(signs, dtype=np.int64) + len(stack)
    lowest, highest = int(depths.min()), max(int(depths.max()), len(stack))
    if lowest < 0 or highest > _DEEPEST:
        return None
    now = np.full(len(signs), -1, np.int32)
    before = depths - signs
    places = np.arange(len(signs))
    following = stack[: int(depths[-1])]
    for depth in range(max(1, lowest), highest + 1):
        taken = np.where((signs > 0) & (depths == depth), places, -1)
        last = np.maximum.accumulate(taken)
        carried = stack[depth - 1] if depth <= len(stack) else -1
        tops = np.where(last >= 0, held[last], carried)
        given = (signs < 0) & (before == depth)
        if (held[given] != tops[given]).any():
            return None
        here = depths == depth
        now[here] = tops[here]
        if depth <= int(depths[-1]):
            following[depth - 1 : depth] = [int(tops[-1])]
    stack[:] = following
    return now


def _tops(signs: Array, held: Array, stack: list[int]) -> Array:
    """What is held last after each grip, in whatever order things are given back."""
    now = np.empty(len(signs), np.int32)
    for n, (grip, obj) in enumerate(zip(signs.tolist(), held.tolist(), strict=True)):
        if grip > 0:
            stack.append(obj)
        elif obj in stack:
            stack.reverse()
            stack.remove(obj)
            stack.reverse()
        now[n] = stack[-1] if stack else -1
    return now


def lane(trace: History, process: int) -> Lane:
    """A process's lane, made once."""
    found: Lane = trace.remembered(("lane", process), lambda: Lane(trace, process))
    return found

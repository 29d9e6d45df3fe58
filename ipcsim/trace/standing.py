"""Where every thread stands at a moment: its last event, and so what it waits for.

A thread waits for one thing at a time, so all lines of waiters follow from the threads' last
events; nothing is folded over history.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ipcsim.events import Kind
from ipcsim.supervisor.messages import State
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.kinds import ASIDE, STATE_OF
from ipcsim.trace.moment import Place
from ipcsim.trace.store import rank

_PORTION = 1 << 12
_OUTSIDE = (Kind.RETURNED, Kind.ENDING, Kind.FEEDER_WAIT, Kind.EXIT)
_MOST_ENDS = 256
_LOOK_BACK = 8
"""So many events earlier than its last a thread's place is looked for."""


class Standing:
    """All threads at time ``t``."""

    def __init__(self, trace: History, t: int) -> None:
        self.trace = trace
        self.t = t
        self.store = trace.store
        self.k = self.store.count_until(t)
        """How many events have happened."""
        self.last = self._last_events()
        """Per thread: ordinal of its last event that says what it does; -1 for none."""
        known = np.maximum(self.last, 0)
        if len(self.store):
            self.rows: Array = self.store.where.view[known]
            kinds = np.where(self.last < 0, 0, self.store.kind.view[known])
            objects = np.where(self.last < 0, -1, self.store.object.view[known])
            times = self.store.key.view[known] >> 1
            args = trace.raw.args(self.rows)
        else:
            self.rows = kinds = objects = times = args = np.zeros(len(self.last), np.int64)
        self.kinds: list[int] = kinds.tolist()
        self.objects: list[int] = objects.tolist()
        self.times: list[int] = times.tolist()
        self.args: list[int] = args.tolist()
        self.over: list[bool] = [
            info.ended is not None and info.ended <= t for info in trace.processes
        ]
        """Per process: whether it has ended."""
        self.waiting: dict[tuple[int, int], list[int]] = defaultdict(list)
        """(object, kind of event) -> threads that wait there, longest first."""
        self.states: list[State] = []
        """Per thread."""
        self._judge()

    def _last_events(self) -> Array:
        store, k = self.store, self.k
        whole = k == len(store)
        last = np.full(len(self.trace.actors), -1, np.int64)
        for actor in range(min(len(last), len(store.by_actor))):
            mine = store.by_actor[actor].view
            count = len(mine) if whole else rank(mine, k)
            if not count:
                continue
            at = int(mine[count - 1])
            last[actor] = self._telling(actor, mine, count) if ASIDE[store.kind.view[at]] else at
        return last

    def _telling(self, actor: int, mine: Array, count: int) -> int:
        """The last of a thread's first ``count`` events that isn't an aside; else its first.

        A thread may do nothing but print, a million times: what was found is kept.
        """
        store = self.store
        first, end = store.asides.get(actor, (0, 0))
        if not first < count <= end:
            high = count
            while high > 0:
                if high == end:
                    high = first
                    break
                low = max(0, high - _PORTION, end if end < high else 0)
                telling = np.flatnonzero(~ASIDE[store.kind.view[mine[low:high]]])
                if len(telling):
                    high = low + int(telling[-1]) + 1
                    break
                high = low
            first = high
            store.asides[actor] = first, count
        return int(mine[max(0, first - 1)])

    def _judge(self) -> None:
        waiters: list[tuple[int, int]] = []
        for actor, kind in enumerate(self.kinds):
            info = self.trace.actors[actor]
            if self.over[info.process]:
                state = self.trace.processes[info.process].state
                self.states.append(state if state.over else State.ENDED)
                continue
            state = STATE_OF.get(kind, State.RUNNING)
            if kind == Kind.SEND and not self._may_block(actor):
                state = State.RUNNING
            if self.last[actor] < 0:
                is_main = self.trace.processes[info.process].is_main
                state = State.RUNNING if is_main and not info.thread else State.STARTING
            self.states.append(state)
            if state in (State.WAITING, State.ENDING):
                waiters.append((int(self.last[actor]), actor))
        for _, actor in sorted(waiters):
            self.waiting[self.objects[actor], self.kinds[actor]].append(actor)

    def _may_block(self, actor: int) -> bool:
        """Whether the send that a thread is in was announced as one that may block."""
        mine = self.store.of_actor(actor)
        at = rank(mine, int(self.last[actor]))
        return at > 0 and int(self.store.kind.view[int(mine[at - 1])]) == Kind.SEND_WAIT

    def waiters(self, obj: int, *kinds: int) -> tuple[int, ...]:
        """Threads that wait at an object in events of some kinds, longest first."""
        if len(kinds) == 1:
            return tuple(self.waiting.get((obj, kinds[0]), ()))
        found = [actor for kind in kinds for actor in self.waiting.get((obj, kind), ())]
        return tuple(sorted(found, key=lambda actor: int(self.last[actor])))

    def process(self, actor: int) -> int:
        """The process of a thread."""
        return self.trace.actors[actor].process

    def is_idle(self, actor: int) -> bool:
        """Whether it is the main thread of a pool's worker that has no task."""
        info = self.trace.actors[actor]
        if info.thread or self.kinds[actor] not in (Kind.TARGET, Kind.TASK_END):
            return False
        return not self.over[info.process] and self.trace.processes[info.process].is_pool_worker

    def place(self, actor: int) -> Place | None:
        """Where a thread is: the place of its last event that has one."""
        if self.last[actor] < 0:
            return None
        store, trace = self.store, self.trace
        mine = store.of_actor(actor)
        at = rank(mine, int(self.last[actor])) + 1
        for ordinal in mine[max(0, at - _LOOK_BACK) : at][::-1].tolist():
            # Who has left its target stands, in a forked process, where its parent forked it.
            if store.kind.view[ordinal] in _OUTSIDE:
                continue
            place = trace.place(int(store.where.view[ordinal]))
            if place is not None:
                return place
        return None

    def waits_on(self, actor: int) -> tuple[int, ...]:
        """The ends that a thread waits for in connection.wait: each is announced, one by one."""
        if self.last[actor] < 0 or self.kinds[actor] != Kind.POLL_WAIT:
            return ()
        mine = self.store.of_actor(actor)
        at = rank(mine, int(self.last[actor])) + 1
        ends: list[int] = []
        for ordinal in mine[max(0, at - _MOST_ENDS) : at][::-1].tolist():
            if self.store.kind.view[ordinal] != Kind.POLL_WAIT:
                break
            ends.append(int(self.store.object.view[ordinal]))
        return tuple(reversed(ends))

    def until(self, ordinals: Array) -> int:
        """How many of some rising ordinals have happened."""
        return len(ordinals) if self.k == len(self.store) else rank(ordinals, self.k)

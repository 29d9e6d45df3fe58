"""What happened before what: vector clocks over everything by which processes wait for another.

:class:`Order` walks over history once, portion by portion, and shows each *visited* event (an
access to shared data) together with what its thread knows at that moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Final

import numpy as np

from ipcsim.trace.clocks import Clock, Clocks, Snapshot
from ipcsim.trace.columns import Array
from ipcsim.trace.edge_kinds import LIFE, Op
from ipcsim.trace.edges import Edges
from ipcsim.trace.history import History

PORTION: Final = 1 << 17
Visit = Callable[[int, int, Clock, int], None]
"""(ordinal, thread, its clock, number given with the ordinal)."""
Visited = Callable[[int, int], tuple[Array, Array]]
"""The visited ordinals from the first to before the end, and a number for each."""
_COMMON: Final = tuple(map(int, (Op.VISIT, Op.LEAVE, Op.TAKE, Op.ADD, Op.PUT, Op.GET)))


class Order:
    """The clocks of a run, brought forward as it grows."""

    def __init__(
        self,
        trace: History,
        visited: Visited | None = None,
        visit: Visit | None = None,
        life_only: bool = False,
    ) -> None:
        """
        Args:
            trace: the run.
            visited: finds the ordinals to visit.
            visit: is called for each, in order of time.
            life_only: only starts, ends and barriers order; all clocks are kept.
        """
        self.trace = trace
        self.clocks = Clocks(keep=life_only)
        self._edges = Edges(trace, life_only)
        self._life_only = life_only
        self._visited, self._visit = visited, visit
        self._done = 0
        self._starting: dict[int, Snapshot] = {}
        """By process: what its thread knew that called start() last."""
        self._started: dict[int, Snapshot] = {}
        """By pid: what its maker knew."""
        self._thread_starting: dict[int, Snapshot] = {}
        self._arrived: dict[int, int] = defaultdict(int)
        self._round: dict[tuple[int, int], int] = {}
        self._senders: dict[int, set[int]] = defaultdict(set)

    @property
    def done(self) -> int:
        """How many events have been taken in."""
        return self._done

    def advance(self, most: int | None = None) -> bool:
        """Take in what has happened since the last time; whether that was all.

        Args:
            most: at most about so many events, so that a caller can stop in between.
        """
        end = len(self.trace.store)
        last = end if most is None else min(end, self._done + most)
        self.clocks.widen(len(self.trace.actors))
        while self._done < last:
            stop = min(last, self._done + PORTION)
            self._take(self._done, stop)
            self._done = stop
        return self._done == end

    def _take(self, first: int, end: int) -> None:
        points = self._edges.between(first, end)
        if self._visited is not None:
            ordinals, numbers = self._visited(first, end)
            if len(ordinals):
                points = self._with_visits(points, ordinals, numbers)
        clocks, visit = self.clocks, self._visit
        visited, left, taken, added, put, got = _COMMON
        leave, add, take = clocks.leave, clocks.add, clocks.take
        for ordinal, op, actor, key, number in zip(*[c.tolist() for c in points], strict=True):
            if op == visited:
                if visit is not None:
                    visit(ordinal, actor, clocks.now[actor], number)
            elif op == left:
                leave(key, actor, ordinal)
            elif op == taken:
                take(key, actor, ordinal)
            elif op == added:
                add(key, actor, ordinal)
            elif op == put:
                leave((key, number), actor, ordinal)
                self._senders[key].add(actor)
            elif op == got:
                if number < 0 or not clocks.fetch((key, number), actor, ordinal):
                    clocks.learn_from(actor, self._senders[key], ordinal)
            else:
                self._rare(op, ordinal, actor, key, number)

    def _with_visits(
        self, points: tuple[Array, ...], ordinals: Array, numbers: Array
    ) -> tuple[Array, Array, Array, Array, Array]:
        actors = self.trace.store.actor.view[ordinals].astype(np.int64)
        ops = np.full(len(ordinals), int(Op.VISIT))
        keys = np.zeros(len(ordinals), np.int64)
        columns = [
            np.concatenate(pair)
            for pair in zip(points, (ordinals, ops, actors, keys, numbers), strict=True)
        ]
        order = np.argsort(columns[0], kind="stable")
        return tuple(column[order] for column in columns)  # type: ignore[return-value]

    def _rare(self, op: int, ordinal: int, actor: int, key: int, number: int) -> None:
        clocks, trace = self.clocks, self.trace
        if self._life_only and op not in LIFE:
            return
        if op == Op.BORN:
            self._born(actor, ordinal)
        elif op in (Op.ARRIVE, Op.PASS, Op.NEW_ROUND):
            self._at_barrier(op, ordinal, actor, key)
        elif op == Op.START:
            self._starting[trace.actors[actor].process] = (clocks.now[actor], actor, ordinal)
        elif op == Op.STARTED:
            process = trace.actors[actor].process
            said = self._starting.pop(process, (clocks.now[actor], actor, ordinal))
            self._started[number] = said
        elif op == Op.SEEN_END and number > 0:
            self._started.pop(number, None)  # the next one may have its pid
            ended = trace.process_of_pid(number, trace.store.time(ordinal))
            if ended is not None:
                clocks.learn_from(actor, trace.processes[ended].actors, ordinal)
        elif op == Op.THREAD_START:
            process = trace.actors[actor].process
            self._thread_starting[process] = (clocks.now[actor], actor, ordinal)
        elif op == Op.THREAD_SEEN_END and number > 0:
            mine = trace.processes[trace.actors[actor].process].actors
            clocks.learn_from(actor, [a for a in mine if trace.actors[a].thread == number], ordinal)
        elif op == Op.SEEN_ALL:
            clocks.learn_from(actor, range(len(trace.actors)), ordinal)
        elif op == Op.SEEN_ENDED and number > 0 and key < 0:
            now = trace.store.time(ordinal)
            for info in trace.processes:
                if info.ended is not None and info.ended <= now:
                    clocks.learn_from(actor, info.actors, ordinal)

    def _born(self, actor: int, ordinal: int) -> None:
        trace, clocks = self.trace, self.clocks
        info = trace.actors[actor]
        process = trace.processes[info.process]
        if info.thread:
            said = self._thread_starting.get(info.process)
            if said is None:
                clocks.learn_from(actor, process.actors[:1], ordinal)
            else:
                clocks.learn(actor, said, ordinal)
            return
        said = self._started.get(process.pid)
        if said is None and process.parent is not None:
            said = self._starting.get(process.parent)
            if said is None:
                clocks.learn_from(actor, trace.processes[process.parent].actors, ordinal)
        if said is not None:
            clocks.learn(actor, said, ordinal)

    def _at_barrier(self, op: int, ordinal: int, actor: int, obj: int) -> None:
        parties = self.trace.registry.all[obj].number("parties") if obj >= 0 else None
        parties = max(1, parties or 1)
        if op == Op.ARRIVE:
            turn = self._round[actor, obj] = self._arrived[obj] // parties
            self._arrived[obj] += 1
            if turn > 1:
                self.clocks.forget(("barrier", obj, turn - 2))
            self.clocks.add(("barrier", obj, turn), actor, ordinal)
        elif op == Op.PASS:
            self.clocks.take(("barrier", obj, self._round.get((actor, obj), 0)), actor, ordinal)
        else:
            self._arrived[obj] += -self._arrived[obj] % parties


def life_order(trace: History) -> Order:
    """The order by starts, ends and barriers alone, made once; brought up to date."""
    found: Order = trace.remembered("life order", lambda: Order(trace, life_only=True))
    found.advance()
    return found

"""All schedules with few preemptions first (CHESS; Musuvathi and Qadeer, PLDI 2007).

A *preemption* takes the turn from an actor that could go on; switching away from one that waits,
sleeps or has ended is free. Most flaws need one or two. Schedules are tried by their number of
preemptions. A preemption is worth trying only before an operation on something that others touch
too; two prefixes that are one trace, with the same actor at its turn, are gone on from once.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence

from ipcsim.control.steps import Candidate, Choice, Operation, Step
from ipcsim.explore.causality import Causality
from ipcsim.explore.plan import Plan, Run
from ipcsim.operations import Op

_Item = tuple[int, int, Sequence[Choice], int, Choice]
"""Preemptions, number, a run's choices, how many of them to follow, and the choice after them."""


class Preemptions:
    """Exhaustive within a bound.

    Args:
        bound: of preemptions; None for none.
        early: timed waits may give up before their time.
    """

    def __init__(self, bound: int | None, early: bool = False) -> None:
        self._bound, self._early = bound, early
        self._todo: list[_Item] = []
        self._numbers = itertools.count()
        self._under_way: dict[int, tuple[int, int]] = {}
        self._began = False
        self._tried: set[tuple[int, Choice, int]] = set()
        self._users: dict[str, tuple[set[str], bool]] = {}
        self._waiting: dict[str, list[_Item]] = {}
        self.cut_short = False
        self.cut_rounds = False

    @property
    def complete(self) -> int:
        """All schedules with so few preemptions were made; -1: not even those without any."""
        least = [item[0] for item in self._todo[:1]] + [u for u, _ in self._under_way.values()]
        if not self._began or self.cut_short:
            return -1
        if least:
            return min(least) - 1
        return 1_000_000 if self._bound is None else self._bound

    @property
    def exhausted(self) -> bool:
        """Whether all schedules within the bound were made."""
        return self._began and not self._todo and not self._under_way and not self.cut_short

    def next(self, number: int) -> Plan | None:
        """The next run, with as few preemptions as possible."""
        if not self._began:
            self._began = True
            self._under_way[number] = (0, 0)
            return Plan(number, early=self._early)
        if not self._todo:
            return None
        used, _, choices, length, choice = heapq.heappop(self._todo)
        self._under_way[number] = (used, length + 1)
        return Plan(number, [*choices[:length], choice], self._early)

    def learn(self, run: Run) -> None:
        """Find where else the turn could have gone to."""
        used, since = self._under_way.pop(run.plan.number)
        self.cut_short = self.cut_short or run.cut
        self.cut_rounds = self.cut_rounds or bool(run.plan.waiting)
        if run.plan.refused_at is not None:
            return
        steps, offered = run.execution.steps, run.execution.offered
        for step in steps[since:]:
            self._note_use(step)
        hashes = list(_prefixes(run.causality))
        choices = run.execution.choices()
        for index in range(since, len(steps)):
            last = steps[index - 1].actor if index else ""
            held = next((c for c in offered[index] if c.actor == last and c.enabled), None)
            waiting = run.plan.waiting.get(index, ())
            for candidate in offered[index]:
                if not candidate.enabled or candidate.actor in waiting:
                    continue
                costs = used + int(_preempts(held, candidate))
                if self._bound is not None and costs > self._bound:
                    continue
                for what in candidate.choices:
                    choice = Choice(candidate.actor, what)
                    if choice == choices[index] or not self._is_new(hashes[index], choice, costs):
                        continue
                    item = (costs, next(self._numbers), choices, index, choice)
                    self._put(item, held.operation if held and costs > used else None)

    def _is_new(self, prefix: int, choice: Choice, costs: int) -> bool:
        if any((prefix, choice, fewer) in self._tried for fewer in range(costs + 1)):
            return False
        self._tried.add((prefix, choice, costs))
        return True

    def _put(self, item: _Item, preempted: Operation | None) -> None:
        if preempted is None or not preempted.touches:
            if preempted is None:
                heapq.heappush(self._todo, item)
            return
        names = [touch.object for touch in preempted.touches]
        if any(self._contested(name) for name in names):
            heapq.heappush(self._todo, item)
        else:
            for name in names:
                self._waiting.setdefault(name, []).append(item)

    def _contested(self, name: str) -> bool:
        actors, written = self._users.get(name, (set(), False))
        return written and len(actors) > 1

    def _note_use(self, step: Step) -> None:
        for touch in step.operation.touches:
            actors, written = self._users.get(touch.object, (set(), False))
            self._users[touch.object] = (actors | {step.actor}, written or touch.writes)
            if self._contested(touch.object):
                for item in self._waiting.pop(touch.object, ()):
                    heapq.heappush(self._todo, item)


def _preempts(held: Candidate | None, by: Candidate) -> bool:
    return held is not None and held.actor != by.actor and held.operation.op is not Op.SLEEP


def _prefixes(causality: Causality) -> Iterator[int]:
    """For each step, a number that says which trace the steps before it are."""
    total = 0
    for mark in causality.marks():
        yield total
        total = (total + hash(mark)) & 0xFFFFFFFFFFFFFFFF

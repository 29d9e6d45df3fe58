"""The default strategy: exhaustive where that is possible, and the short failures first.

A short exhaustive search comes first: many programs are through with it. Then a few random walks,
for failures that many schedules have; then, in turns with the exhaustive search, all schedules with
no, one, two preemptions, which is where most others are; then the exhaustive search again, for as
long as it may. What is left of the budget goes to random walks again, so that an estimate of how
often it fails can be given.
"""

from __future__ import annotations

from collections.abc import Callable

from ipcsim.explore.dpor import Dpor
from ipcsim.explore.plan import Plan, Run
from ipcsim.explore.preemptions import Preemptions
from ipcsim.explore.random_walk import RandomWalk
from ipcsim.explore.strategy import Strategy

_FIRST_RUNS = 60
_FIRST_WALKS = 60
_FIRST_UNTIL = 0.1
_WALKS_UNTIL = 0.2
_BOUNDED_UNTIL = 0.6
_EXHAUSTIVE_UNTIL = 0.85


class Staged:
    """The strategies one after the other.

    Args:
        spent: how much of the budget is spent, 0 to 1.
        bound: of preemptions.
    """

    def __init__(self, spent: Callable[[], float], seed: int, bound: int, early: bool) -> None:
        self.dpor = Dpor(early)
        self.bounded = Preemptions(bound, early)
        self._walk = RandomWalk(seed, early)
        self._spent = spent
        self._owners: dict[int, Strategy] = {}
        self._made = 0
        self._blind = False
        """Somebody was outside control, or used what isn't seen: nobody can say "all"."""

    @property
    def exhausted(self) -> bool:
        """Whether the exhaustive search is through."""
        return self.dpor.exhausted and not self._blind

    def next(self, number: int) -> Plan | None:
        """The next run, of the strategy whose turn it is."""
        if self.exhausted:
            return None
        plan = self._first_of(self._turn(), number)
        if plan is None and self.dpor.through and not self.exhausted:
            # It can't say "all"; the budget is for the others then.
            plan = self._first_of([self.bounded, self._walk], number)
        return plan

    def _first_of(self, strategies: list[Strategy], number: int) -> Plan | None:
        for strategy in strategies:
            plan = strategy.next(number)
            if plan is not None:
                self._owners[number] = strategy
                self._made += 1
                return plan
        return None

    def _turn(self) -> list[Strategy]:
        spent = self._spent()
        if self._made < _FIRST_RUNS and spent < _FIRST_UNTIL:
            return [self.dpor]
        if self._made < _FIRST_RUNS + _FIRST_WALKS and spent < _WALKS_UNTIL:
            return [self._walk]
        if spent < _BOUNDED_UNTIL:
            both: list[Strategy] = [self.bounded, self.dpor]
            return both if self._made % 2 else both[::-1]
        return [self.dpor] if spent < _EXHAUSTIVE_UNTIL else [self._walk]

    def learn(self, run: Run) -> None:
        """Hand on what came of a plan to whose plan it was."""
        self._blind = self._blind or bool(run.unseen or run.plan.outside)
        self._owners.pop(run.plan.number).learn(run)

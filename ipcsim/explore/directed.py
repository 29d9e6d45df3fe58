"""Searches for a finding: whoever comes to its lines waits there until others have come, too.

After Sen, "Race directed random testing of concurrent programs" (PLDI 2008), and Joshi, Park, Sen,
Naik, "A randomized dynamic program analysis technique for detecting real deadlocks" (PLDI 2009): a
thread is postponed before the operations in question; when nobody else can go on, one of those who
were postponed does, by lot. Every other run is one of the default search, for findings whose lines
tell too little.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ipcsim.control.steps import Candidate, Choice, State
from ipcsim.explore.plan import Plan, Run
from ipcsim.explore.staged import Staged
from ipcsim.explore.wanted import CROSSED, Crossing, Wanted

_ALWAYS: Final = 4
"""So many runs postpone every time, the others by lot."""
_OFTEN: Final = 0.5


@dataclass
class PostponingPlan(Plan):
    """Everybody goes on until they come to the lines that are wanted."""

    wanted: Wanted = field(default_factory=lambda: Wanted(""))
    seed: str = ""
    always: bool = True
    _lots: random.Random = field(default_factory=random.Random, init=False)
    _decided: dict[str, tuple[int, bool]] = field(default_factory=dict, init=False)
    """By actor: before which of its steps, and whether it is postponed there."""
    _made: dict[str, int] = field(default_factory=dict, init=False)
    _count: int = field(default=0, init=False)
    _crossing: Crossing | None = field(default=None, init=False)

    def free(self, state: State) -> Choice | None:
        """Whoever isn't postponed, the last one first; else one by lot."""
        if self._crossing is None:
            self._lots.seed(self.seed)
            self._crossing = Crossing(self.wanted)
        for step in state.steps[self._count :]:
            self._made[step.actor] = self._made.get(step.actor, 0) + 1
            if self._crossing.take(step) and self.wanted.kind in CROSSED:
                return None  # what it was wanted for has happened
        self._count = len(state.steps)
        fair = self.fair(state)
        going = [candidate for candidate in fair if not self._postponed(candidate)]
        if going:
            return self.go_on(state, going)
        chosen = self._lots.choice(fair)
        return Choice(chosen.actor, self._lots.choice(chosen.choices))

    def _postponed(self, candidate: Candidate) -> bool:
        if not self.wanted.is_at(candidate.operation):
            return False
        made = self._made.get(candidate.actor, 0)
        known = self._decided.get(candidate.actor)
        if known is None or known[0] != made:
            known = made, self.always or self._lots.random() < _OFTEN
            self._decided[candidate.actor] = known
        return known[1]


class Directed:
    """The program's own order first; then postponing runs and the default search, in turns."""

    def __init__(
        self, wanted: Wanted, spent: Callable[[], float], seed: int, bound: int, early: bool
    ) -> None:
        self._wanted, self._seed, self._early = wanted, seed, early
        self._staged = Staged(spent, seed, bound, early)
        self._own: set[int] = set()

    @property
    def exhausted(self) -> bool:
        """Whether all interleavings were run."""
        return self._staged.exhausted

    def next(self, number: int) -> Plan | None:
        """The next run."""
        if self.exhausted:
            return None
        if number == 0 or (number % 2 and self._wanted.lines):
            self._own.add(number)
            if number == 0:
                return Plan(number, early=self._early)
            seed = f"directed {self._seed} {number}"
            always = number <= 2 * _ALWAYS
            return PostponingPlan(
                number, early=self._early, wanted=self._wanted, seed=seed, always=always
            )
        return self._staged.next(number)

    def learn(self, run: Run) -> None:
        """Hand on what the default search has to learn."""
        if run.plan.number not in self._own:
            self._staged.learn(run)

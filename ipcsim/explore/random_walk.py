"""At every step, one of those that can go on, by lot: a sample of the schedules."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from ipcsim.control.steps import Choice, State
from ipcsim.explore.plan import Plan, Run


@dataclass
class RandomPlan(Plan):
    """Draws from the enabled with equal chances."""

    seed: str = ""
    _lots: random.Random = field(default_factory=random.Random, init=False)

    def free(self, state: State) -> Choice | None:
        """Draw."""
        if not state.steps:
            self._lots.seed(self.seed)
        candidate = self._lots.choice(self.fair(state))
        return Choice(candidate.actor, self._lots.choice(candidate.choices))


class RandomWalk:
    """Independent random walks; the same for the same seed."""

    exhausted = False

    def __init__(self, seed: int, early: bool = False) -> None:
        self._seed = seed
        self._early = early

    def next(self, number: int) -> Plan | None:
        """Another walk."""
        return RandomPlan(number, early=self._early, seed=f"{self._seed} {number}")

    def learn(self, run: Run) -> None:
        """Walks are independent: there is nothing to learn."""

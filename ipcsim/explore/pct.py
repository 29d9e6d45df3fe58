"""Probabilistic concurrency testing: few, well-placed changes of priority, by lot.

After Burckhardt, Kothari, Musuvathi, Nagarakatte: "A randomized scheduler with probabilistic
guarantees of finding bugs" (ASPLOS 2010). Every actor has a random priority; the highest one that
can go on does, but at d-1 random steps the one that is running falls below all others. A flaw that
needs d ordered events (its *depth*) shows in each run with a probability of at least
1/(n*k^(d-1)), for n actors and k steps.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from ipcsim.control.steps import Choice, State
from ipcsim.explore.plan import Plan, Run


@dataclass
class PctPlan(Plan):
    """One run by priorities."""

    seed: str = ""
    depth: int = 3
    steps: int = 100
    """How many steps the program is expected to take at most."""
    _lots: random.Random = field(default_factory=random.Random, init=False)
    _priorities: dict[str, float] = field(default_factory=dict, init=False)
    _changes: list[int] = field(default_factory=list, init=False)

    def free(self, state: State) -> Choice | None:
        """The highest priority goes on."""
        if not state.steps:
            self._lots.seed(self.seed)
            self._changes = [self._lots.randrange(1, self.steps + 1) for _ in range(self.depth - 1)]
        for candidate in state.candidates:
            if candidate.actor not in self._priorities:
                self._priorities[candidate.actor] = self.depth + self._lots.random()
        fair = self.fair(state)
        chosen = max(fair, key=lambda c: self._priorities[c.actor])
        if len(state.steps) in self._changes:
            self._priorities[chosen.actor] = float(self._changes.index(len(state.steps)))
            chosen = max(fair, key=lambda c: self._priorities[c.actor])
        elif chosen.actor in self.waiting.get(len(state.steps), ()):
            self._priorities[chosen.actor] = min(self._priorities.values()) - 1
        return Choice(chosen.actor, self._lots.choice(chosen.choices))


class Pct:
    """Runs by random priorities; the same for the same seed.

    Args:
        depth: of the flaws that are to be found; 1 is an order of actors, 2 one bad switch.
    """

    exhausted = False

    def __init__(self, seed: int, depth: int = 3, early: bool = False) -> None:
        self._seed, self._depth, self._early = seed, depth, early
        self.actors = 1
        self.steps = 1

    @property
    def guarantee(self) -> float:
        """The least probability with which a run shows a flaw of the depth."""
        return 1 / (self.actors * float(self.steps) ** (self._depth - 1))

    def next(self, number: int) -> Plan | None:
        """Another run."""
        # The first run measures how long the program is; changes of the others fall within it.
        if self.steps == 1 and number > 0:
            return None
        seed = f"pct {self._seed} {number}"
        depth = self._depth if self.steps > 1 else 1
        return PctPlan(number, early=self._early, seed=seed, depth=depth, steps=self.steps)

    def learn(self, run: Run) -> None:
        """Learn from the first run how many actors and steps there are."""
        if self.steps == 1:
            self.steps = max(2, len(run.execution.steps))
            self.actors = len({step.actor for step in run.execution.steps})

"""Ways to decide in executions that nobody else decides in, or not to their end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from ipcsim.control.executor import Decide
from ipcsim.control.steps import Choice, State, Step

MOST_ACTORS: Final = 64
"""So many processes and threads at once are enough; a run with more is ended."""


def first(state: State) -> Choice:
    """For whoever appeared first."""
    candidate = state.enabled()[0]
    return Choice(candidate.actor, candidate.choices[0])


def following(made: Sequence[Step | Choice], then: Decide | None) -> Decide:
    """Makes the same choices, then decides as ``then`` does, or for whoever appeared first.

    Where one can't be made it is ``then``'s turn.
    """

    def decide(state: State) -> Choice | None:
        index = len(state.steps)
        if index < len(made):
            choice = Choice(made[index].actor, made[index].what)
            offered = (c for c in state.candidates if c.actor == choice.actor)
            if then is None or any(choice.what in c.choices for c in offered):
                return choice
        return first(state) if then is None else then(state)

    return decide


def walk(seed: int) -> Decide:
    """A random walk; 0 always takes whoever appeared first. It ends where too many go."""
    dice = random.Random(seed)

    def decide(state: State) -> Choice | None:
        if len(state.candidates) > MOST_ACTORS:
            return None
        candidate = dice.choice(state.enabled()) if seed else state.enabled()[0]
        return Choice(candidate.actor, candidate.choices[0])

    return decide

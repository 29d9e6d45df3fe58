"""Who decided on what was guessed wrong decides again: no interleaving is taken for seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipcsim.control.deciding import following
from ipcsim.control.executor import Decide
from ipcsim.control.steps import Candidate, Choice, Execution, State
from ipcsim.explore.dpor import Dpor
from ipcsim.explore.random_walk import RandomWalk
from ipcsim.explore.strategy import Strategy
from tests.explore import programs
from tests.explore.model import Model
from tests.explore.searching import search


class Mistaken(Model):
    """Every third run is decided on a guess in which nobody but one can go on."""

    def __init__(self, model: Model) -> None:
        super().__init__(model._bodies, model._locks, output=model._output)
        self._asked = 0

    def run(self, decide: Decide, limit: int = 10_000) -> Execution:
        self._asked += 1
        if self._asked % 3:
            return super().run(decide, limit)
        made: list[Choice] = []

        def guessing(state: State) -> Choice | None:
            only = state.enabled()[-1].actor
            choice = decide(replace(state, candidates=tuple(of(c, only) for c in state.candidates)))
            if choice is not None:
                made.append(choice)
            return choice

        super().run(guessing, limit)
        execution = super().run(following(made, decide), limit)
        return replace(execution, mistaken=True)


def of(candidate: Candidate, only: str) -> Candidate:
    """As if nobody but one could go on."""
    return candidate if candidate.actor == only else replace(candidate, enabled=False, choices=())


@pytest.mark.parametrize("strategy", [Dpor, lambda: RandomWalk(7)])
def test_a_search_finds_what_it_finds_without_mistakes(strategy: type[Strategy]) -> None:
    honest = search(strategy(), programs.increments(3), most=200)
    mistaken = search(strategy(), Mistaken(programs.increments(3)), most=200)
    assert mistaken.traces == honest.traces
    assert mistaken.runs == honest.runs

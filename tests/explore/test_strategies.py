"""Bounded and random strategies: what they find, and that they are repeatable."""

from __future__ import annotations

import pytest

from ipcsim.control.steps import Choice, Execution
from ipcsim.explore.pct import Pct
from ipcsim.explore.plan import Plan, Run
from ipcsim.explore.preemptions import Preemptions
from ipcsim.explore.random_walk import RandomWalk
from ipcsim.operations import Op
from tests.explore import programs
from tests.explore.brute_force import brute_force, executions
from tests.explore.model import Model
from tests.explore.searching import search


def preemptions(execution: Execution) -> int:
    count = 0
    for before, step in zip(execution.steps, execution.steps[1:], strict=False):
        left = next((c for c in execution.offered[step.index] if c.actor == before.actor), None)
        if before.actor != step.actor and left is not None and left.enabled:
            count += left.operation.op is not Op.SLEEP
    return count


@pytest.mark.parametrize("bound", [0, 1, 2])
@pytest.mark.parametrize("seed", range(40))
def test_all_outcomes_within_the_bound(seed: int, bound: int) -> None:
    program = programs.random_program(seed)
    strategy = Preemptions(bound, program.early)
    found = set(search(strategy, program).traces.values())
    assert strategy.exhausted
    assert strategy.complete == bound
    expected = {
        e.outcome.key + "|" + e.output.decode()
        for e, _ in executions(program)
        if preemptions(e) <= bound
    }
    assert expected <= found


@pytest.mark.parametrize("seed", range(30))
def test_without_a_bound_it_is_exhaustive(seed: int) -> None:
    program = programs.random_program(seed)
    strategy = Preemptions(None, program.early)
    assert set(search(strategy, program).traces.values()) == set(
        brute_force(program).traces.values()
    )


@pytest.mark.parametrize("make", [RandomWalk, Pct])
def test_the_same_seed_makes_the_same_walks(make: type[RandomWalk] | type[Pct]) -> None:
    def choices(seed: int) -> list[list[Choice]]:
        strategy, found = make(seed), []
        program = programs.increments(3)
        for number in range(20):
            plan = strategy.next(number)
            assert isinstance(plan, Plan)
            execution = program.run(plan.decide)
            found.append(execution.choices())
            strategy.learn(Run(plan, execution, ()))
        return found

    assert choices(1) == choices(1)
    assert choices(1) != choices(2)


def test_pct_keeps_its_guarantee() -> None:
    program: Model = programs.two_locks()
    strategy, deadlocks = Pct(7, depth=2), 0
    for number in range(600):
        plan = strategy.next(number)
        assert plan is not None
        execution = program.run(plan.decide)
        deadlocks += execution.outcome.kind == "deadlock"
        strategy.learn(Run(plan, execution, ()))
    assert deadlocks / 600 >= strategy.guarantee

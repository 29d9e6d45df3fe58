"""The explorer on the model: what it counts, how it says how far it went, and what it refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from ipcsim.control.executor import Decide
from ipcsim.control.steps import Execution
from ipcsim.explore.explorer import Exploration, explore, verdict
from ipcsim.explore.minimise import minimise
from ipcsim.explore.outcomes import switches, wilson
from ipcsim.explore.settings import Settings
from tests.explore import programs
from tests.explore.brute_force import brute_force
from tests.explore.model import Body, Model, together


def explored(program: Model, **settings: object) -> Exploration:
    chosen = {"jobs": 1, "time_s": 20.0, "steps": 400, **settings}
    return explore(lambda _core: program, Settings(**chosen))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(40))
def test_the_default_counts_what_brute_force_counts(seed: int) -> None:
    program = programs.random_program(seed)
    state = explored(program, early=program.early)
    assert state.exhausted
    expected = Counter(key.partition("|")[0] for key in brute_force(program).traces.values())
    assert {kind.key: kind.count for kind in state.tally.sorted()} == expected
    count = sum(expected.values())
    every = f"all {count} distinct interleavings" if count > 1 else "the one interleaving there is"
    assert verdict(state).startswith(every)


def test_where_not_all_can_be_said_the_budget_is_used() -> None:
    state = explored(programs.unseen_waits(31), schedules=120)
    assert not state.exhausted
    assert state.tally.schedules == 120
    assert state.tally.samples > 0


def test_a_budget_that_is_too_small_is_said() -> None:
    state = explored(programs.increments(3, rounds=2), schedules=100)
    assert not state.exhausted
    assert state.tally.schedules == 100 + 1 or state.tally.schedules == 100
    assert "of unknown many" in verdict(state)
    assert state.tally.samples > 0


def test_outputs_can_be_told_apart() -> None:
    state = explored(programs.increments(2), outputs=True)
    assert sorted((kind.count, kind.fails) for kind in state.tally.sorted()) == [
        (2, False),
        (2, True),
    ]


def test_the_first_failure_can_be_enough() -> None:
    state = explored(programs.philosophers(4), first=True)
    assert state.tally.failures()
    assert not state.exhausted


@pytest.mark.parametrize("strategy", ["preemptions", "pct", "random"])
def test_every_strategy_finds_the_deadlock(strategy: str) -> None:
    state = explored(programs.two_locks(), strategy=strategy, schedules=300, depth=2)
    assert [kind.outcome.kind for kind in state.tally.failures()] == ["deadlock"]
    assert state.exhausted is (strategy == "preemptions")


def test_a_bound_is_stated() -> None:
    state = explored(programs.two_locks(), strategy="preemptions", preemptions=1)
    assert not state.exhausted
    assert "at most 1 preemptions" in verdict(state)


class Fickle(Model):
    """Another program every second time."""

    def run(self, decide: Decide, limit: int = 10_000) -> Execution:
        self.runs += 1
        program = programs.two_locks() if self.runs % 2 else programs.independent(2)
        return program.run(decide, limit)


def test_a_program_that_is_not_the_same_twice_gets_no_verdict() -> None:
    state = explored(Fickle({}))
    assert "not the same twice" in state.trouble
    assert not state.exhausted
    assert verdict(state) == state.trouble


def spinning() -> Model:
    def waits() -> Body:
        while (yield ("read", "flag")) == 0:
            pass
        yield ("write", "seen", 1)

    def sets() -> Body:
        yield ("write", "other", 1)
        yield ("write", "flag", 1)

    return together({"waits": waits, "sets": sets})


def test_busy_waiting_comes_to_an_end_and_is_said() -> None:
    state = explored(spinning(), strategy="dpor")
    assert state.exhausted
    assert state.cut_rounds
    assert "busy waiting" in verdict(state)
    assert {kind.outcome.kind for kind in state.tally.sorted()} == {"clean"}
    assert state.tally.schedules < 20


def test_a_livelock_is_found_within_the_bound() -> None:
    def waits() -> Body:
        while (yield ("read", "flag")) == 0:
            pass

    state = explored(together({"waits": waits}), strategy="dpor", steps=50)
    assert [kind.outcome.kind for kind in state.tally.failures()] == ["livelock"]
    assert not state.exhausted


def walks(program: Model) -> Iterator[Execution]:
    state = explored(program, strategy="random", schedules=200)
    yield from (kind.shortest for kind in state.tally.failures())


@pytest.mark.parametrize(
    ("program", "most"),
    [
        (programs.two_locks(), 4),
        (programs.philosophers(3), 6),
        (programs.increments(2, rounds=3), 99),
    ],
)
def test_the_shortest_failure(program: Model, most: int) -> None:
    for execution in walks(program):
        key = execution.outcome.key

        def fails_alike(other: Execution, key: str = key) -> bool:
            return other.outcome.key == key

        found = minimise(program, execution, fails_alike)
        assert found.execution.outcome.key == key
        assert found.switches <= min(most, switches(execution.choices()))


def test_the_interval_holds_what_it_should() -> None:
    low, high = wilson(7, 20)
    assert (round(low, 3), round(high, 3)) == (0.181, 0.567)
    assert wilson(0, 50)[0] < 1e-9
    assert wilson(0, 0) == (0, 1)

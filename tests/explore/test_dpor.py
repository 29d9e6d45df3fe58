"""The reduction against brute force: the same interleavings, each of them once."""

from __future__ import annotations

import pytest

from ipcsim.explore.dpor import Dpor
from tests.explore import programs
from tests.explore.brute_force import brute_force
from tests.explore.model import Model
from tests.explore.searching import search


@pytest.mark.parametrize(
    ("program", "traces"),
    [
        (programs.increments(2), 4),
        (programs.increments(2, lock=True), 2),
        (programs.increments(3, lock=True), 6),
        (programs.independent(2), 1),
        (programs.independent(5), 1),
        (programs.two_locks(), 3),
        (programs.philosophers(3), 7),
        (programs.writer_and_readers(3), 8),
        (programs.last_zero(2), 5),
        (programs.vain_attempts(4), 1),
    ],
)
def test_textbook_counts(program: Model, traces: int) -> None:
    strategy = Dpor()
    found = search(strategy, program)
    assert strategy.exhausted
    assert len(found.traces) == traces
    assert found.runs == traces


def test_outcomes_of_the_lost_update() -> None:
    found = search(Dpor(), programs.increments(2))
    assert sorted(found.traces.values()) == ["clean|1", "clean|1", "clean|2", "clean|2"]


def test_who_waited_when_the_clock_moved_on_could_have_gone_on_before() -> None:
    found = search(Dpor(), programs.timed_locks())
    assert found.traces == brute_force(programs.timed_locks()).traces
    assert len(found.traces) == 3


@pytest.mark.parametrize("seed", range(80))
def test_random_programs(seed: int) -> None:
    program = programs.random_program(seed)
    every = brute_force(program)
    strategy = Dpor(program.early)
    found = search(strategy, program)
    assert strategy.exhausted
    assert found.traces == every.traces


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("at_once", [2, 4, 9])
@pytest.mark.parametrize(
    "program",
    [programs.increments(3), programs.last_zero(4), programs.philosophers(4)]
    + [programs.random_program(number) for number in (7, 33, 48)],
)
def test_several_runs_under_way_miss_nothing(program: Model, at_once: int, seed: int) -> None:
    one_by_one = search(Dpor(program.early), program)
    strategy = Dpor(program.early)
    found = search(strategy, program, at_once=at_once, seed=seed)
    assert strategy.exhausted
    assert found.traces == one_by_one.traces


@pytest.mark.parametrize("seed", [9, 31])
@pytest.mark.parametrize("at_once", [1, 4])
def test_what_could_not_go_on_takes_nothing_away(seed: int, at_once: int) -> None:
    """Somebody waits for what isn't seen: planned runs go on otherwise. What they do instead is not
    planted once more; but "all" can't be said."""
    program = programs.unseen_waits(seed)
    strategy = Dpor()
    found = search(strategy, program, at_once=at_once)
    assert strategy.refused
    assert found.runs == len(found.traces) + strategy.refused
    assert found.traces == brute_force(program).traces
    assert not strategy.exhausted


@pytest.mark.parametrize("at_once", [1, 4])
def test_who_merely_waits_takes_no_all_away_and_nothing_is_missed(at_once: int) -> None:
    """Somebody touches what others do, once he needn't wait for what isn't seen any more."""
    blocked = 0
    for seed in range(60):
        program = programs.unseen_waits(seed, touches=True)
        strategy = Dpor()
        found = search(strategy, program, at_once=at_once, seed=seed)
        if strategy.exhausted:
            assert found.traces == brute_force(program).traces
            blocked += strategy.refused > 0
    assert blocked > 5

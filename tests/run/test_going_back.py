"""Going back in a stepped program: the same state comes back, or the difference is named."""

from __future__ import annotations

from pathlib import Path

from ipcsim.run.policies import RandomWalk
from tests.run.stepped import (
    ONE,
    TWO,
    calls,
    go,
    lesson,
    polled,
    stepped,
    to_the_race,
)

CHANCE = """
import multiprocessing as mp
import os

if __name__ == "__main__":
    counter = mp.RawValue("q", 0)
    counter.value = int.from_bytes(os.urandom(6), "big")
    counter.value = 1
"""


def test_what_was_undone_lies_ahead_and_the_same_state_comes_back() -> None:
    with stepped(lesson("two_locks"), "fork", rounds="1") as stepping:
        stepping.policy = RandomWalk(3)
        stepping.run(lambda: len(stepping.turns) >= 8)
        polled(stepping)
        steps = [(step.operation, step.result) for step in stepping.seat.steps]
        offers = stepping.offers()
        first = stepping.seat
        stepping.back(3)
        polled(stepping)
        assert stepping.seat is not first
        assert stepping.ahead
        stepping.run(lambda: not stepping.ahead)
        polled(stepping)
        assert [(step.operation, step.result) for step in stepping.seat.steps] == steps
        assert [(o.actor, o.call, o.enabled, o.reason) for o in stepping.offers()] == [
            (o.actor, o.call, o.enabled, o.reason) for o in offers
        ]
        assert stepping.difference == ""


def test_back_twice_at_once_goes_back_two() -> None:
    with stepped(lesson("two_locks"), "fork", rounds="1") as stepping:
        stepping.run(lambda: len(stepping.turns) >= 6)
        polled(stepping)
        made = calls(stepping)
        stepping.back(stepping.position - 1)
        stepping.back(stepping.position - 1)
        polled(stepping)
        assert calls(stepping) == made[:4]


def test_a_program_that_is_not_the_same_twice_is_named(tmp_path: Path) -> None:
    program = tmp_path / "chance.py"
    program.write_text(CHANCE)
    with stepped(program) as stepping:
        stepping.run(lambda: False)
        polled(stepping)
        stepping.back(len(stepping.turns) - 1)
        polled(stepping)
        assert "write counter" in stepping.difference


def test_any_branch_that_was_tried_is_come_back_to() -> None:
    with stepped(lesson("lost_update"), "fork", workers="2", rounds="1") as stepping:
        to_the_race(stepping)
        before = len(stepping.turns)
        go(stepping, ONE, ONE, TWO)
        first, made = stepping.at, calls(stepping)
        stepping.back(before)
        polled(stepping)
        go(stepping, TWO, TWO)
        assert len(list(stepping.tried.leaves())) == 2
        stepping.go_to(first)
        polled(stepping)
        assert calls(stepping) == made
        assert stepping.at is first
        stepping.go_to(first.path()[1])
        polled(stepping)
        assert calls(stepping) == made[:2]


def test_one_may_think_for_long_before_going_back() -> None:
    with stepped(lesson("two_locks"), "fork", rounds="1") as stepping:
        go(stepping, "main", "main")
        polled(stepping, lambda: stepping._spare is not None)
        assert stepping._spare is not None
        stepping._spare._since -= 3600
        stepping.back(1)
        polled(stepping)
        assert stepping.difference == ""
        assert len(stepping.turns) == 1

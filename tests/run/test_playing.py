"""Playing a schedule step by step on real processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.control.schedule import read_schedule
from ipcsim.control.steps import Choice
from ipcsim.run.lesson import expected_of, losing_of
from ipcsim.run.lessons import find_variant
from ipcsim.run.spec import RunSpec
from ipcsim.run.stepping import Stepping
from tests.run.stepped import (
    ONE,
    TWO,
    go,
    lesson,
    polled,
    stepped,
    to_the_race,
)


def losing(tmp_path: Path) -> list[Choice]:
    """A schedule by which an update is lost, as the explorer keeps them: leaf operations."""
    with stepped(lesson("lost_update"), "fork", workers="2", rounds="1") as stepping:
        to_the_race(stepping)
        go(stepping, ONE, TWO, ONE, TWO)
        stepping.run(lambda: False)
        polled(stepping)
        return stepping.schedule()


def test_a_schedule_is_played_and_handed_over(tmp_path: Path) -> None:
    schedule = losing(tmp_path)
    spec = RunSpec(
        program=lesson("lost_update"),
        parameters={"workers": "2", "rounds": "1"},
        start_method="fork",
    )
    stepping = Stepping(spec)
    try:
        stepping.start(schedule)
        polled(stepping)
        stepping.run(lambda: len(stepping.turns) >= 3)
        polled(stepping)
        assert len(stepping.turns) == 3
        stepping.run(lambda: not stepping.ahead)
        polled(stepping)
        assert stepping.schedule() == schedule
        found = stepping.outcome()
        assert found is not None
        assert found.kind == "lost_update"

        stepping.back([turn.call for turn in stepping.turns].index("read counter"))
        polled(stepping)
        able = [offer.actor for offer in stepping.offers() if offer.enabled]
        other = next(actor for actor in able if actor != stepping.ahead[0].actor)
        go(stepping, other)
        assert not stepping.ahead
    finally:
        stepping.close()


def test_the_repaired_program_can_not_follow_the_losing_schedule(tmp_path: Path) -> None:
    schedule = losing(tmp_path)
    spec = RunSpec(
        program=lesson("lost_update/fixed"),
        parameters={"workers": "2", "rounds": "1"},
        start_method="fork",
    )
    stepping = Stepping(spec)
    try:
        stepping.start(schedule)
        polled(stepping)
        stepping.run(lambda: not stepping.ahead)
        polled(stepping)
        assert stepping.ahead
        assert "held by worker-" in stepping.notice
    finally:
        stepping.close()


@pytest.mark.parametrize("name", ["two_locks", "lost_wakeup", "seat_booking", "join_before_get"])
def test_a_lessons_losing_schedule_loses_step_by_step(name: str) -> None:
    found = find_variant(f"{name}/broken")
    file = losing_of(found.lesson)
    assert file is not None
    schedule = read_schedule(file)
    spec = RunSpec(program=found.program, parameters=schedule.parameters, start_method="fork")
    stepping = Stepping(spec, expected_of(found))
    try:
        stepping.start(schedule.choices())
        polled(stepping)
        stepping.run(lambda: not stepping.ahead)
        polled(stepping, lambda: not stepping.busy and stepping.outcome() is not None)
        outcome = stepping.outcome()
        assert outcome is not None
        assert outcome.key == schedule.outcome
        assert stepping.schedule() == schedule.choices()
    finally:
        stepping.close()

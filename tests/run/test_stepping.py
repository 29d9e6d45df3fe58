"""Stepping real processes by hand: forwards, back, along a schedule, into every bad end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import ipcsim
from ipcsim.control.schedule import read_schedule
from ipcsim.control.steps import KILL, TIMEOUT, Choice
from ipcsim.run.lesson import expected_of, losing_of
from ipcsim.run.lessons import find_variant
from ipcsim.run.policies import RandomWalk
from ipcsim.run.spec import RunSpec
from ipcsim.run.stepping import Stepping
from ipcsim.supervisor import sessions

WAIT_S = 30.0
ONE, TWO = "main/worker-1", "main/worker-2"
METHODS = ["fork", "spawn"]

DEADLINE = """
import multiprocessing as mp

def main():
    lock = mp.Lock()
    lock.acquire()
    print("had it" if lock.acquire(timeout=5) else "gave up")

if __name__ == "__main__":
    main()
"""
ENDLESS = """
import multiprocessing as mp

def compute():
    while True:
        pass

if __name__ == "__main__":
    one = mp.Process(target=compute, name="worker-1")
    one.start()
    one.join()
"""
CHANCE = """
import multiprocessing as mp
import os

if __name__ == "__main__":
    counter = mp.RawValue("q", 0)
    counter.value = int.from_bytes(os.urandom(6), "big")
    counter.value = 1
"""


def polled(stepping: Stepping, until: Callable[[], bool] | None = None) -> None:
    """Poll as a window does, until everything asked for is done."""
    deadline = time.monotonic() + WAIT_S
    while stepping.busy if until is None else not until():
        assert time.monotonic() < deadline, (stepping.turns, stepping.offers())
        stepping.seat.session.poll()
        began = time.monotonic()
        stepping.poll()
        assert time.monotonic() - began < 1.0, "a poll that blocks is a window that hangs"


@contextmanager
def stepped(program: Path, method: str = "fork", **parameters: str) -> Iterator[Stepping]:
    """A stepped program, everybody waiting."""
    stepping = Stepping(RunSpec(program=program, parameters=parameters, start_method=method))
    try:
        stepping.start()
        polled(stepping)
        yield stepping
    finally:
        pids = [actor.pid for actor in stepping.seat.controller.actors.values() if actor.pid]
        stepping.close()
        assert not [pid for pid in pids if _exists(pid)]
        assert not Path(stepping.seat.hub.address).exists()


def lesson(name: str) -> Path:
    return find_variant(name).program


def go(stepping: Stepping, *actors: str) -> None:
    for actor in actors:
        stepping.step(actor)
        polled(stepping)


def bring(stepping: Stepping, **wanted: str) -> None:
    """Step until each worker is before a call, and no further."""
    at = {f"main/{name.replace('_', '-')}": call for name, call in wanted.items()}
    for _step in range(100):
        offers = {offer.actor: offer for offer in stepping.offers()}
        there = {
            actor for actor, call in at.items() if actor in offers and offers[actor].call == call
        }
        if there == set(at):
            return
        able = [o.actor for o in offers.values() if o.enabled and o.actor not in there]
        go(stepping, able[0])
    raise AssertionError(stepping.offers())


def to_the_race(stepping: Stepping) -> None:
    """Both workers are before their read."""
    bring(stepping, worker_1="read counter", worker_2="read counter")


def calls(stepping: Stepping) -> list[tuple[str, str]]:
    return [(turn.actor, turn.call) for turn in stepping.turns]


@pytest.mark.parametrize("method", METHODS)
def test_an_update_is_lost_by_hand_and_saved_by_going_back(method: str) -> None:
    with stepped(lesson("lost_update"), method, workers="2", rounds="1") as stepping:
        to_the_race(stepping)
        before = len(stepping.turns)
        go(stepping, ONE, TWO, ONE, TWO)
        assert [call for _actor, call in calls(stepping)[before:]] == [
            "read counter",
            "read counter",
            "write counter",
            "write counter",
        ]
        stepping.run(lambda: False)
        polled(stepping)
        found = stepping.outcome()
        assert found is not None
        assert found.kind == "lost_update"

        stepping.back(before)
        polled(stepping)
        assert stepping.difference == ""
        assert len(stepping.turns) == before
        go(stepping, ONE, ONE, TWO, TWO)
        assert not stepping.ahead
        stepping.run(lambda: False)
        polled(stepping)
        found = stepping.outcome()
        assert found is not None
        assert found.kind == "clean"
        assert {leaf.fails for leaf in stepping.tried.leaves()} == {True, False}


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


def test_two_locks_deadlock_and_the_reasons_say_who_holds_what() -> None:
    with stepped(lesson("two_locks"), "fork", rounds="1") as stepping:
        bring(stepping, worker_1="giro.acquire()", worker_2="savings.acquire()")
        go(stepping, ONE, TWO)
        for one in (ONE, TWO):
            stepping.run_until_blocked(one)
            polled(stepping)
        found = stepping.outcome()
        assert found is not None
        assert found.kind == "deadlock"
        reasons = [o.reason for o in stepping.offers() if o.actor != "main"]
        assert all("held by worker-" in reason and "since line 10" in reason for reason in reasons)


def test_leaf_by_leaf_every_operation_is_a_step() -> None:
    with stepped(lesson("lost_update"), "fork", workers="2", rounds="1") as stepping:
        to_the_race(stepping)
        stepping.public = False
        before = len(stepping.seat.steps)
        go(stepping, ONE, ONE, ONE)
        assert len(stepping.seat.steps) == before + 3
        ops = [step.operation.op.name for step in stepping.seat.steps[before:]]
        assert ops[1:] == ["READ", "RELEASE"]


def test_a_timed_wait_gives_up_when_the_person_says_so(tmp_path: Path) -> None:
    program = tmp_path / "deadline.py"
    program.write_text(DEADLINE)
    with stepped(program) as stepping:
        while not any(offer.times_out for offer in stepping.offers()):
            assert len(stepping.turns) < 5
            go(stepping, "main")
        stepping.step("main", TIMEOUT)
        stepping.run(lambda: False)
        polled(stepping)
        polled(stepping, lambda: stepping.seat.session.ended is not None)
        assert b"gave up" in b"".join(out.data for out in stepping.seat.session.trace.outputs)


def test_who_computes_is_outside_control_and_can_be_killed(tmp_path: Path) -> None:
    program = tmp_path / "endless.py"
    program.write_text(ENDLESS)
    with stepped(program) as stepping:
        go(stepping, "main")
        assert [one.actor for one in stepping.seat.outsiders()] == [ONE]
        assert stepping.outcome() is None
        stepping.step(ONE, KILL)
        polled(stepping)
        assert not stepping.seat.outsiders()
        go(stepping, "main")
        assert stepping.turns[-2].what == KILL
        choices = stepping.schedule()
        stepping.back(0)
        polled(stepping)
        assert [*stepping.schedule(), *stepping.ahead] == choices


def test_a_program_that_is_not_the_same_twice_is_named(tmp_path: Path) -> None:
    program = tmp_path / "chance.py"
    program.write_text(CHANCE)
    with stepped(program) as stepping:
        stepping.run(lambda: False)
        polled(stepping)
        stepping.back(len(stepping.turns) - 1)
        polled(stepping)
        assert "write counter" in stepping.difference


def test_a_program_that_cannot_start_ends_at_once(tmp_path: Path) -> None:
    program = tmp_path / "wrong.py"
    program.write_text("def main(:\n")
    with stepped(program) as stepping:
        polled(stepping, lambda: stepping.seat.session.ended is not None)
        polled(stepping, lambda: not stepping.busy and not stepping.offers())


def test_let_go_the_program_ends_by_itself() -> None:
    with stepped(lesson("lost_update"), "fork", workers="2", rounds="3") as stepping:
        to_the_race(stepping)
        stepping.release()
        polled(stepping, lambda: stepping.seat.session.ended is not None)
        ended = stepping.seat.session.ended
        assert ended is not None
        assert ended.exit_code == 0


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


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


KILLED = """
import sys, time
from pathlib import Path
from ipcsim.run.spec import RunSpec
from ipcsim.run.stepping import Stepping

if __name__ == "__main__":
    stepping = Stepping(RunSpec(program=Path(sys.argv[1])))
    stepping.start()
    while stepping.busy:
        stepping.seat.session.poll()
        stepping.poll()
    stepping.step("main")
    while stepping.busy:
        stepping.seat.session.poll()
        stepping.poll()
    pids = [actor.pid for actor in stepping.seat.controller.actors.values()]
    print(stepping.seat.hub.address, *pids, flush=True)
    time.sleep(60)
"""


def test_killed_it_leaves_nothing_behind(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    with subprocess.Popen(
        [sys.executable, str(script), str(lesson("two_locks"))],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(ipcsim.__file__).parents[1])},
    ) as process:
        assert process.stdout is not None
        address, *pids = process.stdout.readline().decode().split()
        assert len(pids) >= 2
        process.kill()
    deadline = time.monotonic() + WAIT_S
    while any(_exists(int(pid)) for pid in pids):
        assert time.monotonic() < deadline
    sessions.remove_stale()
    assert not Path(address).parent.exists()


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

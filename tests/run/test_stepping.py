"""Stepping real processes by hand: forwards, into every bad end."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.control.steps import KILL, TIMEOUT
from tests.run.stepped import (
    METHODS,
    ONE,
    TWO,
    bring,
    calls,
    go,
    lesson,
    polled,
    stepped,
    to_the_race,
)

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
TARGET = """
import multiprocessing as mp
import threading

def main():
    tasks, lock = mp.Queue(), mp.Lock()
    sender = mp.Process(target=tasks.put, args=(41,), name="worker-1")
    taker = threading.Thread(target=lock.acquire, name="taker")
    sender.start()
    taker.start()
    print(tasks.get())
    sender.join()
    taker.join()

if __name__ == "__main__":
    main()
"""


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


def test_what_the_library_waits_for_inside_a_call_is_said_as_what_it_means() -> None:
    wanted = {"waits until another wakes it", "waits for something to do", "waits for the answer"}
    reasons: set[str] = set()
    with stepped(lesson("manager_dict"), "fork", rounds="1") as stepping:
        while not wanted <= reasons:
            offers = stepping.offers()
            reasons |= {offer.reason for offer in offers}
            able = [offer.actor for offer in offers if offer.enabled]
            go(stepping, able[len(stepping.turns) % len(able)])
        names = [reason for reason in reasons if "manager." in reason or "conn." in reason]
        assert not names
        stepping.public = False
        assert any("manager.popen.code" in offer.reason for offer in stepping.offers())


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


@pytest.mark.parametrize("method", METHODS)
def test_who_runs_a_method_of_the_librarys_makes_a_call_of_the_program(
    tmp_path: Path, method: str
) -> None:
    program = tmp_path / "target.py"
    program.write_text(TARGET)
    with stepped(program, method) as stepping:
        go(stepping, "main", "main")
        offers = {offer.actor: offer for offer in stepping.offers()}
        assert offers[ONE].call == "tasks.put()"
        assert offers["main:taker"].call == "lock.acquire()"
        assert not offers[ONE].helper
        assert not offers["main:taker"].helper
        go(stepping, ONE, "main:taker", "main")
        # The whole call is one turn, the feeder and the way out included.
        made = [call for call in calls(stepping) if call[0] != "main"]
        assert made == [(ONE, "tasks.put()"), ("main:taker", "lock.acquire()")]
        assert stepping.offer(ONE) is None


def test_opened_up_start_and_join_read_as_calls() -> None:
    with stepped(lesson("lost_update"), workers="1", rounds="0") as stepping:
        stepping.public = False
        opened = stepping.offer("main")
        assert opened is not None
        assert opened.call == "worker-1.start()"
        go(stepping, "main")
        opened = stepping.offer("main")
        assert opened is not None
        assert opened.call == "worker-1.join()"

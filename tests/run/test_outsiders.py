"""Who is outside control: found at its line, waited for, killed; nothing means anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.control import settling
from ipcsim.control.steps import KILL
from ipcsim.run.interpreters import find_interpreters
from ipcsim.run.spec import RunSpec
from ipcsim.run.stepping import Stepping
from tests.run.stepped import METHODS, ONE, TWO, go, polled, stepped

OUTSIDE = """
import multiprocessing as mp
import os
import signal
import socket
import sys

def compute(handler):
    if handler:
        signal.signal(signal.SIGURG, lambda *_: print("interrupted", flush=True))
    total = 0
    while True:
        total += 1

def wait(reader):
    os.read(reader, 1)
    print("read", flush=True)

def both(handler: int = 0):
    reader, writer = os.pipe()
    team = [
        mp.Process(target=compute, args=(handler,), name="worker-1"),
        mp.Process(target=wait, args=(reader,), name="worker-2"),
    ]
    for one in team:
        one.start()
    os.write(writer, b"x") if handler else None
    for one in team:
        one.join()

def main(handler: int = 0):
    both(handler)

if __name__ == "__main__":
    main()
"""
LONG = """
import multiprocessing as mp
import time

def compute(counter):
    counter.value += 1
    began = time.process_time()
    while time.process_time() - began < 2.5:
        pass
    counter.value += 1

def main():
    counter = mp.RawValue("i", 0)
    one = mp.Process(target=compute, args=(counter,), name="worker-1")
    one.start()
    one.join()

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    program = tmp_path / "außen.py"
    program.write_text(OUTSIDE, "utf-8")
    return program


def line_of(program: Path, text: str) -> int:
    lines = program.read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


def lines(stepping: Stepping) -> dict[str, tuple[int, bool]]:
    return {
        one.actor: (one.line.number, one.waits)
        for one in stepping.outsiders
        if one.exact and one.line is not None
    }


@pytest.mark.parametrize("method", METHODS)
def test_who_is_outside_control_is_found_at_its_line(outside: Path, method: str) -> None:
    with stepped(outside, method) as stepping:
        go(stepping, "main", "main")
        computes, waits = line_of(outside, "total += 1"), line_of(outside, "os.read")
        wanted = {ONE: ({computes, computes - 1}, False), TWO: ({waits}, True)}

        def found() -> bool:
            now = lines(stepping)
            return now.keys() == wanted.keys() and all(
                now[actor][0] in places and now[actor][1] == waiting
                for actor, (places, waiting) in wanted.items()
            )

        polled(stepping, found)
        for actor in (ONE, TWO):
            stepping.step(actor, KILL)
            polled(stepping)
        assert not stepping.outsiders


def test_who_was_killed_is_waited_for_however_long_it_takes_to_die(
    outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stepped(outside) as stepping:
        go(stepping, "main")
        polled(stepping, lambda: bool(stepping.outsiders))
        monkeypatch.setattr(settling, "DIES_S", 0.0)
        stepping.step(ONE, KILL)
        polled(stepping)
        assert not stepping.outsiders


@pytest.mark.parametrize("version", [(3, 10), (3, 12), (3, 13)])
def test_every_python_says_where_it_is(outside: Path, version: tuple[int, int]) -> None:
    python = next((i.path for i in find_interpreters() if i.version[:2] == version), None)
    if python is None:
        pytest.skip(f"no Python {version} at hand")
    stepping = Stepping(RunSpec(program=outside, start_method="fork", python=python))
    try:
        stepping.start()
        polled(stepping)
        go(stepping, "main", "main")
        polled(stepping, lambda: lines(stepping).keys() == {ONE, TWO})
    finally:
        stepping.close()


def test_a_programs_own_handler_of_the_signal_is_left_alone(outside: Path) -> None:
    with stepped(outside, "fork", handler="1") as stepping:
        go(stepping, "main")
        polled(stepping, lambda: bool(stepping.outsiders))
        known = stepping.seat._lookout._known[ONE]
        for _time in range(2):
            asked, known.asked = known.asked, 0.0
            polled(stepping, lambda asked=asked: known.asked > asked)  # type: ignore[misc]
        assert not stepping.outsiders[0].exact
        output = b"".join(one.data for one in stepping.seat.session.trace.outputs)
        assert b"interrupted" not in output


def test_a_long_computation_is_waited_for_and_done_again_on_the_way_back(tmp_path: Path) -> None:
    program = tmp_path / "long.py"
    program.write_text(LONG)
    with stepped(program) as stepping:
        go(stepping, "main", ONE, ONE)
        assert stepping.seat.is_outside(ONE)
        stepping.wait_for(ONE)
        polled(stepping, lambda: stepping.awaited == (ONE,))
        polled(stepping)
        assert stepping.awaited == ()
        go(stepping, ONE)
        made = [turn.call for turn in stepping.turns]
        assert made[-1] == "read counter"
        stepping.back(len(made) - 1)
        polled(stepping)
        stepping.run(lambda: not stepping.ahead)
        polled(stepping)
        assert stepping.difference == ""
        assert [turn.call for turn in stepping.turns] == made


def test_waiting_ends_with_the_next_command(outside: Path) -> None:
    with stepped(outside) as stepping:
        go(stepping, "main", "main")
        stepping.run(lambda: False)
        polled(stepping, lambda: set(stepping.awaited) == {ONE, TWO})
        stepping.step(ONE, KILL)
        polled(stepping)
        assert [turn.what for turn in stepping.turns][-1] == KILL

"""How a stepped program ends: by itself, let go, or because it can't begin or is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import ipcsim
from ipcsim.supervisor import sessions
from tests.run.stepped import (
    WAIT_S,
    is_there,
    lesson,
    polled,
    stepped,
    to_the_race,
)


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
    while any(is_there(int(pid)) for pid in pids):
        assert time.monotonic() < deadline
    sessions.remove_stale()
    assert not Path(address).parent.exists()

"""SIGKILL of watched processes at random moments."""

from __future__ import annotations

import mmap
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ipcsim.events import Kind
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import State, Status
from tests.soak.marks import Mark, marked
from tests.soak.verdict import Verdict

PROGRAM: Final = Path(__file__).parent / "programs" / "victims.py"
_ROW: Final = 5
_COUNTED = (Kind.PUT, Kind.GET, Kind.RELEASE, Kind.READ)
_WORKERS: Final = 4
_KILLS_A_PROGRAM: Final = 25
_PATIENCE_S: Final = 60.0


def soak_kills(count: int, seed: int = 0) -> Verdict:
    """Kill ``count`` workers in many programs, half of them under fork, half under spawn."""
    verdict = Verdict()
    choice = random.Random(seed)
    killed = programs = counted = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, marked(Path(folder)) as mark:
        while killed < count:
            kills = min(count - killed, _KILLS_A_PROGRAM)
            method = ("fork", "spawn")[programs % 2]
            victims = Victims(Path(folder) / f"table{programs}", kills, method, verdict)
            counted += victims.run(choice)
            programs += 1
            killed += kills
            _demand_nothing_left(mark, verdict)
    verdict.figures["killed"] = f"{killed} in {programs} programs"
    verdict.figures["operations counted by the killed"] = f"{counted:,}"
    verdict.figures["seconds"] = f"{time.monotonic() - began:.0f}"
    return verdict


def _demand_nothing_left(mark: Mark, verdict: Verdict) -> None:
    left = mark.wait_until_clean(os.getpid(), 10)[1]
    verdict.demand(not left, f"left: {', '.join(left)}")
    mark.sweep()


class Victims:
    """One program whose workers are killed."""

    def __init__(self, path: Path, kills: int, method: str, verdict: Verdict) -> None:
        rows = 1 + _WORKERS + kills
        path.write_bytes(bytes(rows * _ROW * 8))
        self._path, self._kills, self._method, self._verdict = path, kills, method, verdict
        with path.open("r+b") as file:
            self._table = memoryview(mmap.mmap(file.fileno(), 0)).cast("Q")
        self._states: dict[int, Status] = {}
        """The last of each process, by pid."""
        self._killed: list[int] = []
        self._output: list[str] = []

    def run(self, choice: random.Random) -> int:
        """Kill, let end, compare; how many operations the killed had counted."""
        spec = RunSpec(
            program=PROGRAM,
            args=[str(self._path), str(_WORKERS)],
            start_method=self._method,
            nice=5,
        )
        with Session(spec) as session:
            for _ in range(self._kills):
                if not self._kill_one(session, choice):
                    return 0
            if not self._others_go_on(session):
                return 0
            self._table[0] = 1
            if not self._until(session, lambda: session.ended is not None, "the end"):
                return 0
            return self._compare(session)

    def _kill_one(self, session: Session, choice: random.Random) -> bool:
        if not self._until(session, lambda: bool(self._alive()), "a worker"):
            return False
        until = time.monotonic() + choice.random() * 0.1
        while time.monotonic() < until:
            self._poll(session)
        if not self._until(session, lambda: bool(self._alive()), "a worker"):
            return False
        victim = choice.choice(self._alive())
        os.kill(victim, signal.SIGKILL)
        self._killed.append(victim)
        return True

    def _alive(self) -> list[int]:
        """Workers that are watched, whether they have begun to work or not."""
        return [
            pid
            for pid, status in self._states.items()
            if status.ring and not status.state.over and pid not in self._killed
        ]

    def _others_go_on(self, session: Session) -> bool:
        """Every worker is replaced, and all that live do more than they had done."""
        rows = range(_ROW, len(self._table), _ROW)
        before = {row: self._table[row + 1] for row in rows}

        def busy() -> int:
            table = self._table
            alive = [row for row in rows if table[row] and table[row] not in self._killed]
            return sum(table[row + 1] > before[row] for row in alive)

        return self._until(session, lambda: busy() == _WORKERS, "every worker to do something")

    def _row_of(self, pid: int) -> int:
        return next(
            (at // _ROW for at in range(_ROW, len(self._table), _ROW) if self._table[at] == pid), 0
        )

    def _compare(self, session: Session) -> int:
        demand, trace = self._verdict.demand, session.trace
        assert session.ended is not None
        demand(session.ended.exit_code == 0, f"the program ended with {session.ended.exit_code}")
        demand(session.ended.lost == 0, f"{session.ended.lost} records were lost")
        demand(trace.lost == 0, f"{trace.lost} records are missing in the trace")
        numbers = {process.pid: process.process for process in trace.processes}
        counted = 0
        for pid in self._killed:
            last = self._states[pid]
            demand(
                last.state is State.KILLED and last.exit_code == -signal.SIGKILL,
                f"killed process {pid} is said to be {last.state.value}, {last.exit_code}",
            )
            row = self._row_of(pid)
            for place, kind in enumerate(_COUNTED, 1) if row else ():
                did = self._table[row * _ROW + place]
                rows = trace.select(
                    trace.begin, trace.end + 1, process=numbers[pid], kinds=[kind], limit=None
                )
                counted += did
                # It may have been killed between the operation and its own count of it.
                demand(
                    did <= len(rows) <= did + 1,
                    f"process {pid} did {did} {kind.name}, {len(rows)} are recorded",
                )
        return counted

    def _poll(self, session: Session) -> None:
        for message in session.poll():
            if isinstance(message, Status) and message.thread == 0:
                self._states[message.pid] = message
        session.wait(0.005)

    def _until(self, session: Session, holds: Callable[[], bool], what: str) -> bool:
        deadline = time.monotonic() + _PATIENCE_S
        while not holds():
            self._poll(session)
            if time.monotonic() > deadline or (session.ended is not None and not holds()):
                states = ", ".join(
                    f"{status.name} {status.state.value} in {Kind(status.kind or Kind.NOTE).name}"
                    for status in self._states.values()
                    if not status.state.over
                )
                self._verdict.demand(
                    False, f"waited in vain for {what} ({self._method}); there were {states}"
                )
                return False
        return True

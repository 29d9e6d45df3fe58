"""Several executors at work, each in a process of its own; or one, in this process."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import sys
from collections import deque
from multiprocessing import connection
from typing import Final, Protocol

from ipcsim.control.executor import ControlError, Executor
from ipcsim.explore.packing import Packer, Unpacker
from ipcsim.explore.plan import Plan, Run, carry_out
from ipcsim.explore.settings import Make, cores
from ipcsim.supervisor.elsewhere import OwnProcess

Result = Run | ControlError
_CLOSES_S: Final = 2.0
_ENDS_S: Final = 10.0


class Crew(Protocol):
    """Carries out plans."""

    def free(self) -> int:
        """How many more plans it can begin at once."""

    def begin(self, plan: Plan) -> None:
        """Have a plan carried out."""

    def wait(self, timeout: float) -> list[Result]:
        """What has been carried out since; waits for it, at most so many seconds."""

    def close(self) -> None:
        """End all processes of it."""


class Alone:
    """One executor in this process."""

    def __init__(self, make: Make, limit: int, until: float) -> None:
        self._make, self._limit, self._until = make, limit, until
        self._executor: Executor | None = None
        self._todo: deque[Plan] = deque()
        self._places = set(cores())

    def free(self) -> int:
        """One at a time."""
        return 1 - len(self._todo)

    def begin(self, plan: Plan) -> None:
        """It is carried out in :meth:`wait`."""
        self._todo.append(plan)

    def wait(self, timeout: float) -> list[Result]:
        """Carries out what was begun."""
        if self._executor is None:
            # Permissions are handed over two to three times faster on one core.
            core = min(self._places)
            _stay_on({core})
            self._executor = self._make(core)
            self._executor.until = self._until
        done: list[Result] = []
        while self._todo:
            done.append(_carried_out(self._executor, self._todo.popleft(), self._limit))
        return done

    def close(self) -> None:
        """End the program's processes."""
        if self._executor is not None:
            _stay_on(self._places)
            self._executor.close()


class Several:
    """An executor on each of several cores.

    A worker that is busy has one more plan waiting, so that it never waits for the tree.
    """

    _AHEAD = 2

    def __init__(self, make: Make, limit: int, jobs: int, until: float) -> None:
        context = multiprocessing.get_context("spawn")
        places = cores()
        self._lines: dict[connection.Connection, int] = {}
        self._unpackers: dict[connection.Connection, Unpacker] = {}
        self._processes = []
        for number in range(jobs):
            ours, theirs = context.Pipe()
            core = places[number % len(places)]
            process = OwnProcess(
                target=_work, args=(theirs, make, limit, core, until), name=f"explorer-{number + 1}"
            )
            process.start()
            theirs.close()
            self._processes.append(process)
            self._lines[ours] = 0
            self._unpackers[ours] = Unpacker()

    def free(self) -> int:
        """Room for plans, the ones waiting included."""
        return len(self._lines) * self._AHEAD - sum(self._lines.values())

    def begin(self, plan: Plan) -> None:
        """Give it to the one with the least to do."""
        line = min(self._lines, key=lambda one: self._lines[one])
        self._lines[line] += 1
        line.send(plan)

    def wait(self, timeout: float) -> list[Result]:
        """What they have sent."""
        done: list[Result] = []
        busy = [line for line, waiting in self._lines.items() if waiting]
        for line in connection.wait(busy, timeout):
            assert isinstance(line, connection.Connection)
            try:
                result = line.recv()
            except EOFError:
                raise ControlError("a process that explored has died") from None
            self._lines[line] -= 1
            if not isinstance(result, ControlError):
                result = self._unpackers[line].unpack(result)
            done.append(result)
        return done

    def close(self) -> None:
        """Tell them to end, and wait for it."""
        for line in self._lines:
            line.close()
        for process in self._processes:
            process.join(_CLOSES_S)
            if process.is_alive():
                process.terminate()  # amid a run, which it ends then
                process.join(_ENDS_S)
            if process.is_alive():
                process.kill()
                process.join()


def crew(make: Make, limit: int, jobs: int, until: float = math.inf) -> Several | Alone:
    """A crew of so many, whose runs end when it is ``until``, of ``time.monotonic``."""
    return Several(make, limit, jobs, until) if jobs > 1 else Alone(make, limit, until)


def _stay_on(places: set[int]) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, places)


def _carried_out(executor: Executor, plan: Plan, limit: int) -> Result:
    try:
        return carry_out(executor, plan, limit)
    except ControlError as error:
        return error


def _work(line: connection.Connection, make: Make, limit: int, core: int, until: float) -> None:
    """The life of a process that explores: it ends when its line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    _stay_on({core})
    try:
        executor = make(core)
        executor.until = until
    except ControlError as error:
        line.send(error)
        return
    packer = Packer()
    with executor:
        while True:
            try:
                plan = line.recv()
            except (EOFError, OSError):
                return
            result = _carried_out(executor, plan, limit)
            with contextlib.suppress(OSError):
                line.send(result if isinstance(result, ControlError) else packer.pack(result))

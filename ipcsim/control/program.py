"""Runs a program under control on real processes, from its start each time."""

from __future__ import annotations

import linecache
import math
import os
import shutil
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

import ipcsim
from ipcsim.control.actors import Phase
from ipcsim.control.controller import Controller
from ipcsim.control.deaths import wait_for_death
from ipcsim.control.executor import ControlError, Decide, OutOfTime
from ipcsim.control.expectations import Expected
from ipcsim.control.hub import Hub
from ipcsim.control.journal import Journal
from ipcsim.control.judging import outcome
from ipcsim.control.killing import kill
from ipcsim.control.originals import Originals
from ipcsim.control.sources import Interpreters, Template
from ipcsim.control.steps import Candidate, Execution, Outcome, State
from ipcsim.language import _
from ipcsim.probe import launch_settings
from ipcsim.supervisor import sessions

_Own = TypeVar("_Own", bound="ProgramExecutor")
_LAUNCHER: Final = Path(ipcsim.__file__).parent / "probe" / "launch.py"


class ProgramExecutor:
    """Implements :class:`~ipcsim.control.executor.Executor` for a program's file.

    ``parameters`` are other defaults of its ``main``; ``hash_seed`` its PYTHONHASHSEED;
    ``outputs``: what it writes is shared, so its order matters. ``core``: the program's processes
    stay on this processor core, which makes handing permissions over two to three times faster
    where the controller stays there too. ``expected`` judges what an execution has printed that
    ended well otherwise. ``early`` and ``ignored`` are the controller's.
    Without a ``template`` each execution is a new interpreter.
    """

    def __init__(
        self,
        program: Path | None,
        *,
        module: str | None = None,
        args: tuple[str, ...] = (),
        parameters: dict[str, Any] | None = None,
        start_method: str | None = None,
        python: str | None = None,
        hash_seed: int = 0,
        outputs: bool = False,
        outside_s: float = 2.0,
        core: int | None = None,
        expected: Expected | None = None,
        early: bool = False,
        ignored: frozenset[str] = frozenset(),
        template: bool = hasattr(os, "fork"),
    ) -> None:
        self.until = math.inf
        linecache.checkcache()  # the program may have been edited since its last exploration
        self._expected, self._outside_s = expected, outside_s
        self._settings: dict[str, Any] = {
            "outside_s": outside_s,
            "outputs": outputs,
            "early": early,
            "ignored": ignored,
        }
        self._folder = sessions.new_folder("explore")
        self._originals = Originals(self._folder, alone=True, journal=Journal(self._folder))
        self._settings["files"] = self._originals
        self._hub = Hub(self._folder)
        settings = {
            "program": str(program) if program is not None else None,
            "module": module,
            "args": list(args),
            "parameters": parameters or {},
            "start_method": start_method,
            "watch": [],
            "nice": 0,
            "control": {
                "address": self._hub.address,
                "secret": self._hub.secret,
                "template": template,
                "recorded": False,
                "ignoring": bool(ignored),
            },
        }
        launch_settings.write(self._folder, settings)
        command = [python or sys.executable, str(_LAUNCHER), str(self._folder)]
        # What a killed execution leaves behind goes with our folder.
        env = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "TMPDIR": str(self._folder)}
        if not template:
            self._source: Template | Interpreters = Interpreters(command, env)
            return
        try:
            self._source = Template(self._hub, self._folder, command, env)
        except ControlError:
            self._hub.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        if core is not None and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self._source.pid, {core})

    def run(self, decide: Decide, limit: int = 10_000) -> Execution:
        """See :meth:`ipcsim.control.executor.Executor.run`."""
        began = time.perf_counter()
        output, errors = self._folder / "out", self._folder / "err"
        controller = Controller(self._hub, **self._settings)
        controller.objects.folder_of_all(str(self._folder))
        pid = self._source.start(output, errors)
        try:
            offered, found = self._drive(controller, decide, limit)
        finally:
            self._end(controller, pid)
        printed = output.read_bytes()
        if self._expected is not None and not found.fails:
            found = self._expected.judge(printed) or found
        execution = Execution(
            controller.steps,
            offered,
            found,
            printed,
            errors.read_bytes(),
            {
                actor.name: actor.exit_code
                for actor in controller.actors.values()
                if actor.is_main and actor.exit_code is not None
            },
            time.perf_counter() - began,
            tuple(controller.unseen),
        )
        output.unlink()
        errors.unlink()
        return execution

    def _drive(
        self, controller: Controller, decide: Decide, limit: int
    ) -> tuple[list[tuple[Candidate, ...]], Outcome]:
        """Step by step to the end: what was offered before each step, and the outcome."""
        offered: list[tuple[Candidate, ...]] = []
        stuck: tuple[Candidate, ...] = ()
        limited = False
        while True:
            controller.settle()
            state = controller.state()
            if time.monotonic() > self.until:
                late = _("a run was not through when the time was over")
                raise OutOfTime(_left(controller, state).sentence if state.outside else late)
            offered.append(state.candidates)
            if not state.enabled():
                if state.outside and self._comes_back(controller, state.outside):
                    offered.pop()
                    continue
                if state.outside and not controller.over:
                    return offered, _left(controller, state)
                stuck = () if controller.over else state.candidates
                break
            if len(controller.steps) >= limit:
                limited = True
                break
            choice = decide(state)
            if choice is None:
                break
            if choice.actor in state.outside:
                # It will ask again, as it did when this schedule was made.
                if not self._comes_back(controller, (choice.actor,), asks=True):
                    return offered, _left(controller, state)
                controller.settle()
                offered[-1] = controller.state().candidates
            controller.grant(choice)
        if controller.trouble:
            return offered, Outcome("diverged", controller.trouble[0], True, "trouble")
        return offered, outcome(controller, stuck, limited)

    def close(self) -> None:
        """End the template and every process of it, and remove the files."""
        self._hub.close()
        self._source.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self: _Own) -> _Own:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _comes_back(
        self, controller: Controller, names: tuple[str, ...], asks: bool = False
    ) -> bool:
        """Wait for one of these, who are outside control; whether one isn't any more, or ``asks``
        again."""
        began, actors = time.monotonic(), [controller.actors[name] for name in names]
        while (left := began + self._outside_s + controller.kept_s(names) - time.monotonic()) > 0:
            controller.pump(left)
            if any(
                a.phase is Phase.ASKING if asks else a.phase is not Phase.OUTSIDE for a in actors
            ):
                return True
        return False

    def _end(self, controller: Controller, pid: int) -> None:
        """No process outlives its execution."""
        pids = {actor.pid for actor in controller.actors.values() if actor.pid} | {pid}
        for actor in controller.actors.values():
            if actor.phase is Phase.ENDED:
                pids.discard(actor.pid if actor.pid != pid else 0)
        for one in pids:
            if controller.finished and one == pid:
                continue
            kill(one)
            if self._originals.used:
                wait_for_death(one)  # it still holds locks of files
        for actor in controller.actors.values():
            if actor.peer is not None:
                self._hub.drop(actor.peer)
        self._source.ended(pid)
        self._hub.inbox.clear()
        self._originals.put_back()


def _left(controller: Controller, state: State) -> Outcome:
    """Nothing is known of an execution that somebody has left for good."""
    parts = []
    for name in state.outside:
        operation = controller.actors[name].operation
        line = operation.line if operation is not None else None
        where = f" after line {line.number}" if line is not None else ""
        does = "waits" if name in state.waiting else "computes, or waits"
        parts.append(f"{name} left control{where}: {does} in something that isn't seen")
    key = f"outside {', '.join(state.outside)}"
    return Outcome("outside", "; ".join(parts), False, key, state.outside)

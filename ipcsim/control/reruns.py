"""Runs the bodies of a program's workers again and again, without forking for each schedule.

For programs that are shown to be resettable: main makes what is shared, forks its workers and joins
them; the workers use cells and locks of multiprocessing and nothing else; and after every schedule
all they can have changed is put back or found unchanged (``probe/control/reruns.py``). What main
does after its joins depends only on the shared memory and exit codes that it finds then. So it is
run for real, on freshly forked processes and by the same schedule, once for each such state: every
outcome that is reported has been seen on fresh processes.

Any difference sends the program back to fresh forks for good; ``reason`` says which.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ipcsim.control.bodies import BodiesController
from ipcsim.control.executor import Decide
from ipcsim.control.gathering import UNJOINED, Gathering, unsuitable
from ipcsim.control.judging import outcome
from ipcsim.control.killing import kill
from ipcsim.control.known import Ending, Known
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.rerun import Patient, Rerun, first
from ipcsim.control.sources import Interpreters
from ipcsim.control.steps import Choice, Execution, Operation, Outcome, State, Step
from ipcsim.control.table import Table
from ipcsim.control.team import Astray, Team
from ipcsim.operations import Op

_TRIES: Final = 8
"""A program that gets stuck often is tried so many times to see how it ends otherwise."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What main makes of a state."""

    execution: Execution
    bodies: int
    """How many steps of the execution come before what main does after the bodies."""


class RerunExecutor(ProgramExecutor):
    """As :class:`ProgramExecutor`, many times as fast for programs that can be reset."""

    def __init__(self, program: Path | None, **settings: Any) -> None:
        super().__init__(program, **settings)
        self.reason = ""
        """Why every execution is forked afresh; empty as long as bodies are run again."""
        self.reruns = 0
        """Executions for which nothing was forked."""
        self._team: Team | None = None
        self._suitable = False
        self._joins: list[Operation] = []
        self._workers = 0
        self._changed = ""
        folder = Path(self._folder.name)
        self._files = (folder / "again-out", folder / "again-err")
        self._seen: dict[tuple[object, ...], _Seen] = {}
        if isinstance(self._source, Interpreters):
            self.reason = "nothing can be forked"

    def run(self, decide: Decide, limit: int = 10_000) -> Execution:
        """See :meth:`ipcsim.control.executor.Executor.run`."""
        if not self.reason and self._team is None:
            self._team = self._gather(limit)
        team = self._team
        if team is None:
            return super().run(decide, limit)
        began = time.perf_counter()
        patient = Patient(decide)
        rerun = Rerun(self._hub, team, self._settings, patient, limit)
        try:
            last = rerun.drive()
            if last.ending is not None:
                rerun.finish(last.ending)
            elif (other := self._end_bodies(team, rerun, last, patient, limit)) is not None:
                return other
        except Astray as astray:
            # Whatever it is: on fresh processes it is seen as it is.
            self.reason = str(astray)
            self._disband(team)
            return super().run(following(rerun.made(), decide), limit)
        assert last.ending is not None
        self.reruns += 1
        self._see_changes(team)
        return _whole(team, rerun, last.ending, patient.left_at, time.perf_counter() - began)

    def close(self) -> None:
        """See :meth:`ProgramExecutor.close`."""
        if self._team is not None:
            self._disband(self._team)
        super().close()

    def _end_bodies(
        self, team: Team, rerun: Rerun, last: Known, patient: Patient, limit: int
    ) -> Execution | None:
        """Learn how an execution ends that isn't known.

        Returns:
            The execution, where nobody can be brought before its body again.
        """
        controller = rerun.controller()
        found = outcome(controller, () if last.goes_on else last.candidates, last.goes_on)
        if controller.trouble:
            raise Astray(controller.trouble[0])
        if not controller.unharmed:
            self._disband(team)
            stuck = found.kind == "deadlock" and patient.left_at is None
            seen = self._seen.get(("stuck", found.key)) if stuck else None
            if seen is not None:
                offered = [*team.offered, *rerun.offered]
                return replace(seen.execution, steps=rerun.steps, offered=offered)
            fresh = super().run(following(rerun.made(), patient.decide), limit)
            if stuck and fresh.outcome.kind == found.kind:
                self._seen["stuck", found.key] = _Seen(fresh, len(rerun.steps))
            return fresh
        rows = controller.run_again()
        self._changed = controller.changed
        last.ending = self._ending(controller, found, rows, limit)
        return None

    def _ending(
        self, controller: BodiesController, found: Outcome, rows: bytes, limit: int
    ) -> Ending:
        """What main makes of it, seen on fresh processes."""
        ends = [(a.name, a.exit_code, str(a.raised)) for a in controller.actors.values()]
        state = (controller.shared, found.key, *ends)
        seen = self._seen.get(state)
        if seen is None:
            made = list(controller.steps)
            seen = _Seen(super().run(following(made, None), limit), len(made))
            self._seen[state] = seen
        execution = seen.execution
        if found.fails and found.key == execution.outcome.key:
            execution = replace(execution, outcome=found)  # in this execution's own words
        tail = controller.tail(execution.steps, seen.bodies)
        return Ending(execution, tail, execution.offered[seen.bodies :], rows)

    def _see_changes(self, team: Team) -> None:
        """Whether the bodies can be run once more; else never again."""
        if any(os.stat(file).st_size for file in self._files):
            self._changed = "its workers write output"
        if self._changed:
            self.reason = self._changed
            self._disband(team)

    def _gather(self, limit: int) -> Team | None:
        """Start the program and bring all its workers before their bodies."""
        if not self._suits(limit):
            return None
        table = Table(Path(self._folder.name), self._workers)
        pid = self._source.start(*self._files, again=table.settings())
        gathering = Gathering(self._hub, table, **self._settings)
        team, here = gathering.gather(pid, self._joins)
        if here:
            return team
        self.reason = "not everybody can be brought before its body"
        self._disband(team)
        return None

    def _suits(self, limit: int) -> bool:
        """Whether the program looks as if it could be reset; else ``reason`` says why not."""
        if not self._suitable:
            for seed in range(_TRIES):
                steps = super().run(_walk(seed), limit).steps
                self.reason = unsuitable(steps)
                self._joins = [
                    step.operation
                    for step in steps
                    if step.actor == "main" and step.operation.op is Op.JOIN
                ]
                self._workers = sum(step.operation.op is Op.START for step in steps)
                if not self.reason or self.reason != UNJOINED:
                    break
            self._suitable = not self.reason
        return self._suitable

    def _disband(self, team: Team) -> None:
        self._team, self._changed = None, ""
        for actor in (*team.workers, team.main):
            kill(actor.pid)
            if actor.peer is not None:
                self._hub.drop(actor.peer)
        team.table.close()
        self._source.ended(team.main.pid)
        self._hub.inbox.clear()


def _whole(
    team: Team, rerun: Rerun, ending: Ending, end: int | None, duration_s: float
) -> Execution:
    """The execution with its beginning and its ending; until ``end`` where it was left there."""
    seen = ending.execution
    steps, offered = rerun.steps, [*team.offered, *rerun.offered]
    if end is None:
        steps = steps + ending.tail
        offered[-1:] = ending.offered
    return Execution(
        steps[:end],
        offered[: None if end is None else end + 1],
        seen.outcome,
        seen.output,
        seen.errors,
        seen.exit_codes,
        duration_s,
    )


def following(made: Sequence[Step | Choice], then: Decide | None) -> Decide:
    """Makes the same choices, then decides as ``then`` does, or for whoever appeared first.

    Where one can't be made it is ``then``'s turn.
    """

    def decide(state: State) -> Choice | None:
        index = len(state.steps)
        if index < len(made):
            choice = Choice(made[index].actor, made[index].what)
            offered = (c for c in state.candidates if c.actor == choice.actor)
            if then is None or any(choice.what in c.choices for c in offered):
                return choice
        return first(state) if then is None else then(state)

    return decide


def _walk(seed: int) -> Decide:
    dice = random.Random(seed)

    def decide(state: State) -> Choice:
        candidate = dice.choice(state.enabled()) if seed else state.enabled()[0]
        return Choice(candidate.actor, candidate.choices[0])

    return decide

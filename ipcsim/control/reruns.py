"""Runs only the bodies of a program's workers for each schedule, without forking or in fresh forks.

For programs whose main makes what is shared, forks its workers and joins them, while these use
cells and locks of multiprocessing and nothing else. Where it is shown, after every schedule, that
all they can have changed is put back or unchanged, the same processes run their bodies again
(``probe/control/reruns.py``). Any difference in a process of its own sends the program to bodies
that are forked for each schedule by processes that stay before them (``probe/control/bodies.py``);
``reason`` says which. What can't be done so either is forked whole, from its template: ``whole``
says why.

What main does after its joins depends only on the shared memory and exit codes that it finds then.
So it is run for real, on freshly forked processes and by the same schedule, once for each such
state: every outcome that is reported has been seen on fresh processes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ipcsim.control.bodies import BodiesController
from ipcsim.control.deciding import Patient, following, walk
from ipcsim.control.executor import Decide
from ipcsim.control.gathering import UNJOINED, Gathering, unsuitable
from ipcsim.control.judging import outcome
from ipcsim.control.killing import kill
from ipcsim.control.known import Ending, Known
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.rerun import Rerun
from ipcsim.control.sources import Interpreters
from ipcsim.control.steps import Execution, Operation, Outcome
from ipcsim.control.table import Table
from ipcsim.control.team import Astray, Departed, Team
from ipcsim.control.writings import NOTHING, Writings, put_together
from ipcsim.operations import Op

_TRIES: Final = 8
"""A program that gets stuck often is tried so many times to see how it ends otherwise."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What main makes of a state."""

    execution: Execution
    bodies: int
    """How many steps of the execution come before what main does after the bodies."""
    said: tuple[bytes, bytes]
    """What main writes then."""


class RerunExecutor(ProgramExecutor):
    """As :class:`ProgramExecutor`, many times as fast for programs of which it is enough to run
    the bodies.

    ``again``: whether they may be run again in the same processes.
    """

    def __init__(self, program: Path | None, *, again: bool = True, **settings: Any) -> None:
        super().__init__(program, **settings)
        self.reason = "" if again else "not asked for"
        """Why bodies are forked for each execution; empty as long as they are run again."""
        self.whole = ""
        """Why everything is forked; empty as long as bodies are enough."""
        self.reruns = 0
        """Executions for which nothing was forked."""
        self.forked = 0
        """Executions for which only bodies were forked."""
        self._team: Team | None = None
        self._suitable = False
        self._guesses = True
        self._joins: list[Operation] = []
        self._workers = 0
        self._changed = ""
        self._writings = Writings(self._folder)
        self._seen: dict[tuple[object, ...], _Seen] = {}
        if isinstance(self._source, Interpreters):
            self.reason = self.whole = "nothing can be forked"

    def run(self, decide: Decide, limit: int = 10_000) -> Execution:
        """See :meth:`ipcsim.control.executor.Executor.run`."""
        if not self.whole and self._team is None:
            self._team = self._gather(limit)
        team = self._team
        if team is None:
            return super().run(decide, limit)
        began = time.perf_counter()
        patient = Patient(decide)
        rerun = Rerun(self._hub, team, self._settings, patient, limit)
        forked = bool(self.reason)
        try:
            last = rerun.drive()
            if last.ending is not None:
                rerun.finish(last.ending)
                said = self._written()
            else:
                other, said = self._end_bodies(team, rerun, last, patient, limit)
                if other is not None:
                    return other
        except Astray as astray:
            # Whatever it is: on fresh processes it is seen as it is.
            mistaken = team.guesses and isinstance(astray, Departed)
            if mistaken:
                self._guesses = False  # perhaps they only share more than is seen
            else:
                self._give_up(str(astray))
            self._disband(team)
            execution = super().run(following(rerun.made(), decide), limit)
            return replace(execution, mistaken=mistaken)
        assert last.ending is not None
        self.reruns += not forked
        self.forked += forked
        if self._changed:
            self._give_up(self._changed)
            self._disband(team)
        execution = put_together(team, rerun, last.ending, patient.left_at, said, self._expected)
        return replace(execution, duration_s=time.perf_counter() - began)

    def close(self) -> None:
        """See :meth:`ProgramExecutor.close`."""
        if self._team is not None:
            self._disband(self._team)
        super().close()

    def _end_bodies(
        self, team: Team, rerun: Rerun, last: Known, patient: Patient, limit: int
    ) -> tuple[Execution | None, tuple[bytes, bytes]]:
        """Learn how an execution ends that isn't known, and what the bodies have written.

        Returns:
            The execution, where it isn't known how others end that come there.
        """
        controller = rerun.controller()
        found = outcome(controller, () if last.goes_on else last.candidates, last.goes_on)
        if controller.trouble:
            raise Astray(controller.trouble[0])
        ended = controller.unharmed
        stuck = found.kind == "deadlock" and patient.left_at is None
        if ended or self.reason:
            rows = controller.run_again()
            self._changed = controller.changed
            said = self._written()
            if ended or stuck:
                last.ending = self._ending(controller, found, rows, said, limit)
                return None, said
        else:
            controller.catch_up()
            self._disband(team)
            seen = self._seen.get((False, found.key)) if stuck else None
            if seen is not None:
                offered = [*team.offered, *rerun.offered]
                return replace(seen.execution, steps=rerun.steps, offered=offered), NOTHING
        fresh = super().run(following(rerun.made(), patient.decide), limit)
        if stuck and fresh.outcome.kind == found.kind:
            self._seen[False, found.key] = _Seen(fresh, len(rerun.steps), NOTHING)
        return fresh, NOTHING

    def _ending(
        self,
        controller: BodiesController,
        found: Outcome,
        rows: bytes,
        said: tuple[bytes, bytes],
        limit: int,
    ) -> Ending:
        """What main makes of it, seen on fresh processes."""
        ends = [(a.name, a.exit_code, str(a.raised)) for a in controller.actors.values()]
        stuck = not controller.unharmed
        how = bool(self.reason)
        state = (how, found.key) if stuck else (how, controller.shared, found.key, *ends)
        seen = self._seen.get(state)
        if seen is None:
            made = list(controller.steps)
            fresh = super().run(following(made, None), limit)
            seen = _Seen(fresh, len(made), self._rest(fresh, said))
            self._seen[state] = seen
        execution = seen.execution
        if found.fails and found.key == execution.outcome.key:
            execution = replace(execution, outcome=found)  # in this execution's own words
        if stuck:
            return Ending(execution, [], execution.offered[-1:], rows, seen.said)
        tail = controller.tail(execution.steps, seen.bodies)
        return Ending(execution, tail, execution.offered[seen.bodies :], rows, seen.said)

    def _rest(self, fresh: Execution, said: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        """What main writes after its workers' bodies, who wrote what was said."""
        output, errors = said
        if not (fresh.output.startswith(output) and fresh.errors.startswith(errors)):
            raise Astray("its workers don't write the same twice")
        return fresh.output[len(output) :], fresh.errors[len(errors) :]

    def _written(self) -> tuple[bytes, bytes]:
        """What main and the bodies have written; the bodies' part is forgotten with this."""
        if self._writings.errors() and not self.reason:
            self._changed = "its workers write errors"
        return self._writings.take()

    def _give_up(self, reason: str) -> None:
        """Bodies can't be run so for good; empty: they can, after all."""
        self._guesses = True
        if self.reason:
            self.whole = reason
        else:
            self.reason = reason

    def _gather(self, limit: int) -> Team | None:
        """Start the program and bring all its workers before their bodies."""
        if not self._suits(limit):
            return None
        table = Table(self._folder, self._workers)
        again = {"forked": bool(self.reason), **table.settings()}
        pid = self._source.start(*self._writings.renew(), again=again)
        gathering = Gathering(self._hub, table, **self._settings)
        team, here = gathering.gather(pid, self._joins)
        self._writings.begin()
        team.guesses = self._guesses
        if here:
            return team
        self._give_up("not everybody can be brought before its body")
        self._disband(team)
        return None

    def _suits(self, limit: int) -> bool:
        """Whether it looks as if bodies were enough; else ``whole`` says why not."""
        if not self._suitable:
            for seed in range(_TRIES):
                steps = super().run(walk(seed), limit).steps
                self.whole = unsuitable(steps)
                self._joins = [
                    step.operation
                    for step in steps
                    if step.actor == "main" and step.operation.op is Op.JOIN
                ]
                self._workers = sum(step.operation.op is Op.START for step in steps)
                if self.whole != UNJOINED:
                    break
            self._suitable = not self.whole
            self.reason = self.reason or self.whole
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

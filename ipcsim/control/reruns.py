"""Runs only the bodies of a program's workers for each schedule, without forking or in fresh forks.

For programs whose main makes what is shared, forks its workers and joins them, while the workers use
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

_NOTHING: Final = b"", b""
_CLEAN: Final = Outcome("clean", "ended well", False, "clean")
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
        self._joins: list[Operation] = []
        self._workers = 0
        self._changed = ""
        self._before = b"", b""
        """What main had written when its workers were before their bodies."""
        folder = Path(self._folder.name)
        self._files = (folder / "again-out", folder / "again-err")
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
            self._give_up(str(astray))
            self._disband(team)
            return super().run(following(rerun.made(), decide), limit)
        assert last.ending is not None
        self.reruns += not forked
        self.forked += forked
        if self._changed:
            self._give_up(self._changed)
            self._disband(team)
        duration_s = time.perf_counter() - began
        return self._whole(team, rerun, last.ending, patient.left_at, said, duration_s)

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
            self._disband(team)
            seen = self._seen.get(("stuck", found.key)) if stuck else None
            if seen is not None:
                offered = [*team.offered, *rerun.offered]
                return replace(seen.execution, steps=rerun.steps, offered=offered), _NOTHING
        fresh = super().run(following(rerun.made(), patient.decide), limit)
        if stuck and fresh.outcome.kind == found.kind:
            self._seen["stuck", found.key] = _Seen(fresh, len(rerun.steps), _NOTHING)
        return fresh, _NOTHING

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
        state = ("stuck", found.key) if stuck else (controller.shared, found.key, *ends)
        seen = self._seen.get((bool(self.reason), *state))
        if seen is None:
            made = list(controller.steps)
            fresh = super().run(following(made, None), limit)
            seen = _Seen(fresh, len(made), self._rest(fresh, said))
            self._seen[bool(self.reason), *state] = seen
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
        if not self.reason and not errors:
            errors = fresh.errors  # of what fails in a body that is run again nothing is written
        if not (fresh.output.startswith(output) and fresh.errors.startswith(errors)):
            raise Astray("its workers don't write the same twice")
        return fresh.output[len(output) :], fresh.errors[len(errors) :]

    def _whole(
        self,
        team: Team,
        rerun: Rerun,
        ending: Ending,
        end: int | None,
        said: tuple[bytes, bytes],
        duration_s: float,
    ) -> Execution:
        """The execution with its beginning and its ending; until ``end`` where it was left there."""
        seen = ending.execution
        steps, offered = rerun.steps, [*team.offered, *rerun.offered]
        if end is None:
            steps = steps + ending.tail
            offered[-1:] = ending.offered
        output = said[0] + ending.said[0]
        found = seen.outcome
        if self._expected is not None and found.kind in ("clean", "wrong_result"):
            found = self._expected.judge(output) or _CLEAN
        return Execution(
            steps[:end],
            offered[: None if end is None else end + 1],
            found,
            output,
            said[1] + ending.said[1] if self.reason else seen.errors,
            seen.exit_codes,
            duration_s,
        )

    def _written(self) -> tuple[bytes, bytes]:
        """What main and the bodies have written; the bodies' part is forgotten with this."""
        found = []
        for file, before in zip(self._files, self._before, strict=True):
            now = before
            if os.stat(file).st_size != len(before):
                now = file.read_bytes()
                os.truncate(file, len(before))
            found.append(now)
        output, errors = found
        if errors != self._before[1] and not self.reason:
            self._changed = "its workers write errors"
        return output, errors

    def _give_up(self, reason: str) -> None:
        """Bodies can't be run so for good; empty: they can, after all."""
        if self.reason:
            self.whole = reason
        else:
            self.reason = reason

    def _gather(self, limit: int) -> Team | None:
        """Start the program and bring all its workers before their bodies."""
        if not self._suits(limit):
            return None
        table = Table(Path(self._folder.name), self._workers)
        again = {"forked": bool(self.reason), **table.settings()}
        pid = self._source.start(*self._files, again=again)
        gathering = Gathering(self._hub, table, **self._settings)
        team, here = gathering.gather(pid, self._joins)
        output, errors = self._files
        self._before = output.read_bytes(), errors.read_bytes()
        if here:
            return team
        self._give_up("not everybody can be brought before its body")
        self._disband(team)
        return None

    def _suits(self, limit: int) -> bool:
        """Whether it looks as if bodies were enough; else ``whole`` says why not."""
        if not self._suitable:
            for seed in range(_TRIES):
                steps = super().run(_walk(seed), limit).steps
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

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

import random
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ipcsim.control.bodies import BodiesController, Team
from ipcsim.control.controller import Controller
from ipcsim.control.executor import Decide
from ipcsim.control.killing import kill
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.sources import Interpreters
from ipcsim.control.steps import Candidate, Choice, Execution, Operation, Outcome, State, Step
from ipcsim.operations import Op

_MAY: Final = {
    Op.BEGIN,
    Op.END,
    Op.ACQUIRE,
    Op.TRY_ACQUIRE,
    Op.RELEASE,
    Op.COUNT,
    Op.READ,
    Op.WRITE,
    Op.SLEEP,
}
"""What a body may do that is to be run again."""
_UNJOINED: Final = "main does not join all its workers"
_TRIES: Final = 8
"""A program that gets stuck often is tried so many times to see how it ends otherwise."""


@dataclass(frozen=True, slots=True)
class _Ending:
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
        folder = Path(self._folder.name)
        self._files = (folder / "again-out", folder / "again-err")
        self._endings: dict[tuple[object, ...], _Ending] = {}
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
        controller = BodiesController(self._hub, team, **self._settings)
        patient = _Patient(decide)
        offered, found = self._drive(controller, patient, limit)
        team.see(offered[0])
        steps = controller.steps
        bodies = (s for s in steps[len(team.steps) :] if s.actor != "main")
        strange = next((s for s in bodies if s.operation.op not in _MAY), None)
        if strange is not None:
            self.reason = f"{strange.actor} does more: {strange.operation.call}"
        if strange is not None or not controller.unharmed:
            self._disband(team)
            stuck = found.kind == "deadlock" and patient.left_at is None and strange is None
            seen = self._endings.get(("stuck", found.key)) if stuck else None
            if seen is not None:
                return replace(seen.execution, steps=steps, offered=[*team.offered, *offered])
            fresh = super().run(following(steps[: patient.left_at], decide), limit)
            if stuck and fresh.outcome.kind == found.kind:
                self._endings["stuck", found.key] = _Ending(fresh, len(steps))
            return fresh
        controller.run_again(team)
        self.reruns += 1
        if any(file.stat().st_size for file in self._files):
            controller.changed = "its workers write output"
        known = self._ending(controller, found, limit)
        ending = known.execution
        if controller.changed:
            self.reason = controller.changed
            self._disband(team)
        end = patient.left_at
        offered = [*team.offered, *offered]
        if end is None:
            offered[-1:] = ending.offered[known.bodies :]
            steps.extend(controller.tail(ending.steps, known.bodies))
        return Execution(
            steps[:end],
            offered[: None if end is None else end + 1],
            # The same outcome, in this execution's own words.
            found if found.fails and found.key == ending.outcome.key else ending.outcome,
            ending.output,
            ending.errors,
            ending.exit_codes,
            time.perf_counter() - began,
        )

    def close(self) -> None:
        """See :meth:`ProgramExecutor.close`."""
        if self._team is not None:
            self._disband(self._team)
        super().close()

    def _ending(self, controller: BodiesController, found: Outcome, limit: int) -> _Ending:
        """What main makes of it, seen on fresh processes."""
        ends = [(a.name, a.exit_code, str(a.raised)) for a in controller.actors.values()]
        state = (controller.shared, found.key, *ends)
        known = self._endings.get(state)
        if known is None:
            bodies = list(controller.steps)
            known = _Ending(super().run(following(bodies, None), limit), len(bodies))
            self._endings[state] = known
        return known

    def _gather(self, limit: int) -> Team | None:
        """Start the program and bring all its workers before their bodies."""
        if not self._suits(limit):
            return None
        controller = Controller(self._hub, **self._settings)
        pid = self._source.start(*self._files, again=True)
        offered: list[tuple[Candidate, ...]] = []
        while True:
            controller.settle()
            state = controller.state()
            begun = {step.actor for step in controller.steps if step.operation.op is Op.BEGIN}
            going = [
                c
                for c in state.enabled()
                if (c.operation.op is Op.BEGIN and c.actor not in begun)
                or (c.actor == "main" and c.operation.op is not Op.JOIN)
            ]
            if not going:
                break
            offered.append(state.candidates)
            controller.grant(Choice(going[0].actor))
        workers = [a for a in controller.actors.values() if a.name != "main"]
        main = controller.actors["main"]
        main.pid = main.pid or pid
        team = Team(
            controller.steps,
            offered,
            main,
            workers,
            controller.objects,
            controller.clock_ns,
            controller._operations,
            self._joins,
        )
        waiting = [a.operation is not None and a.operation.op is Op.BEGIN for a in workers]
        if not all(waiting) or any(not a.is_main for a in workers):
            self.reason = "not everybody can be brought before its body"
            self._disband(team)
            return None
        return team

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
                if not self.reason or self.reason != _UNJOINED:
                    break
            self._suitable = not self.reason
        return self._suitable

    def _disband(self, team: Team) -> None:
        self._team = None
        for actor in (*team.workers, team.main):
            kill(actor.pid)
            if actor.peer is not None:
                self._hub.drop(actor.peer)
        self._source.ended(team.main.pid)
        self._hub.inbox.clear()


class _Patient:
    """Decides as somebody else does; where that one has seen enough, it brings all to the end."""

    def __init__(self, decide: Decide) -> None:
        self._decide = decide
        self.left_at: int | None = None
        """How many steps there were when the other one left."""

    def __call__(self, state: State) -> Choice | None:
        if self.left_at is None:
            choice = self._decide(state)
            if choice is not None:
                return choice
            self.left_at = len(state.steps)
        return _first(state)


def following(steps: list[Step], then: Decide | None) -> Decide:
    """Repeats ``steps``, then decides as ``then`` does, or for whoever appeared first."""

    def decide(state: State) -> Choice | None:
        index = len(state.steps)
        if index < len(steps):
            return Choice(steps[index].actor, steps[index].what)
        return _first(state) if then is None else then(state)

    return decide


def _walk(seed: int) -> Decide:
    dice = random.Random(seed)

    def decide(state: State) -> Choice:
        candidate = dice.choice(state.enabled()) if seed else state.enabled()[0]
        return Choice(candidate.actor, candidate.choices[0])

    return decide


def _first(state: State) -> Choice:
    candidate = state.enabled()[0]
    return Choice(candidate.actor, candidate.choices[0])


def unsuitable(steps: list[Step]) -> str:
    """Why a program whose execution was this can't be run by its bodies; ``""`` if it can."""
    started, joined, phase = set(), set(), 0
    for step in steps:
        op = step.operation.op
        if step.actor != "main":
            if op not in _MAY:
                return f"{step.actor} does more than use memory and locks: {step.operation.call}"
        elif op is Op.START:
            if phase > 1:
                return "main starts workers after it has joined one"
            phase = 1
            started.add(step.operation.object)
        elif op is Op.JOIN and step.operation.arg < 0:
            phase = 2
            joined.add(step.operation.object)
        elif phase == 1 or (phase == 2 and joined != started):
            return f"main does something while its workers run: {step.operation.call}"
    return "" if started and joined == started else _UNJOINED

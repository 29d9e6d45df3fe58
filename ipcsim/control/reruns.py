"""Runs only the bodies of a program's workers for each schedule, without forking or in fresh forks.

For programs whose main makes what is shared, forks its workers and joins them, while these use
cells and locks of multiprocessing and nothing else. Where it is shown, after every schedule, that
all they can have changed is put back or unchanged, the same processes run their bodies again
(``probe/control/reruns.py``). Any difference in a process of its own sends the program to bodies
that are forked for each schedule by processes that stay before them (``probe/control/bodies.py``);
``reason`` says which. What can't be done so either is forked whole, from its template: ``whole``
says why.

What main makes of it in the end is seen on fresh processes (``endings.py``).
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ipcsim.control.astray import Astray, Departed
from ipcsim.control.deciding import MOST_ACTORS, following, walk
from ipcsim.control.endings import Seen, end_of, put_together, rest
from ipcsim.control.executor import Decide
from ipcsim.control.gathering import UNJOINED, Gathering, unsuitable
from ipcsim.control.killing import kill
from ipcsim.control.known import Known
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.rerun import Rerun
from ipcsim.control.seated import Seated
from ipcsim.control.sources import Interpreters
from ipcsim.control.steps import Execution, Operation
from ipcsim.control.table import Table
from ipcsim.control.team import Team
from ipcsim.control.writings import NOTHING, Said, Writings
from ipcsim.operations import Op

_TRIES: Final = 8
"""A program that gets stuck often is tried so many times to see how it ends otherwise."""


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
        self._seated: Seated | None = None
        self._suitable = False
        self._guesses = True
        self._joins: list[Operation] = []
        self._workers = 0
        self._writings = Writings(self._folder)
        self._seen: dict[tuple[object, ...], Seen] = {}
        if isinstance(self._source, Interpreters):
            self.reason = self.whole = "nothing can be forked"

    def run(self, decide: Decide, limit: int = 10_000) -> Execution:
        """See :meth:`ipcsim.control.executor.Executor.run`."""
        if not self.whole and self._team is None:
            self._team = self._gather(limit)
        team = self._team
        if team is None:
            return super().run(decide, limit)
        assert self._seated is not None
        began = time.perf_counter()
        rerun = Rerun(self._seated, team, self._settings, decide, limit)
        try:
            last = rerun.drive()
            execution = self._conclude(team, rerun, last, decide, limit)
        except Astray as astray:
            # Whatever it is: on fresh processes it is seen as it is.
            mistaken = team.guesses and isinstance(astray, Departed)
            if mistaken:
                self._guesses = False  # perhaps they only share more than is seen
            else:
                self._give_up(str(astray))
            self._disband(team)
            execution = super().run(following(rerun.made(), decide), limit)
            execution.mistaken = mistaken
            return execution
        if self._seated is not None and self._seated.changed:
            self._give_up(self._seated.changed)
            self._disband(team)
        execution.duration_s = time.perf_counter() - began
        return execution

    def close(self) -> None:
        """See :meth:`ProgramExecutor.close`."""
        if self._team is not None:
            self._disband(self._team)
        self._writings.close()
        super().close()

    def _conclude(
        self, team: Team, rerun: Rerun, last: Known, decide: Decide, limit: int
    ) -> Execution:
        """Have an execution happen that has been decided, to the end of the bodies and on."""
        ending = end_of(team, last, rerun.steps)
        found = ending.judgement.on(rerun.steps[len(team.steps) :])
        unharmed = not last.candidates
        stuck = found.kind == "deadlock" and rerun.left_at is None
        if unharmed or self.reason:
            how = bool(self.reason)
            closing = rerun.finish(last)
            said = self._written()
            if unharmed or stuck:
                state = (how, found.key, *(() if stuck else (closing.shared, ending.ends)))
                seen = self._seen.get(state)
                if seen is None:
                    fresh = super().run(following(list(rerun.steps), None), limit)
                    bodies = len(fresh.steps) if stuck else len(rerun.steps)
                    seen = self._seen[state] = Seen(fresh, bodies, rest(fresh, said))
                self.reruns += not how
                self.forked += how
                return put_together(team, rerun, seen, found, said, self._expected)
        else:
            rerun.catch_up()
            self._disband(team)
            seen = self._seen.get((False, found.key)) if stuck else None
            if seen is not None:
                offered = [*team.offered, *rerun.offered]
                return replace(seen.execution, steps=rerun.steps, offered=offered)
        fresh = super().run(following(rerun.made(), decide), limit)
        if stuck and fresh.outcome.kind == found.kind:
            self._seen[False, found.key] = Seen(fresh, len(fresh.steps), NOTHING)
        return fresh

    def _written(self) -> Said:
        """What main and the bodies have written; the bodies' part is forgotten with this."""
        assert self._seated is not None
        said = self._writings.take()
        if self._writings.added(said[1]) and not self.reason:
            self._seated.changed = "its workers write errors"
        return said

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
            self._seated = Seated(self._hub, team, **self._settings)
            return team
        self._give_up("not everybody can be brought before its body")
        if gathering.left_control:
            self.reason = self.whole = "somebody is outside control at times"
        self._disband(team)
        return None

    def _suits(self, limit: int) -> bool:
        """Whether it looks as if bodies were enough; else ``whole`` says why not."""
        if not self._suitable:
            for seed in range(_TRIES):
                execution = super().run(walk(seed), limit)
                steps = execution.steps
                self.whole = unsuitable(steps)
                if len(execution.offered[-1]) > MOST_ACTORS:
                    self.whole = "too many are there at once"
                elif execution.unseen:
                    self.whole = "something is shared that isn't seen"
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
        self._team = self._seated = None
        for actor in (*team.workers, team.main):
            kill(actor.pid)
            if actor.peer is not None:
                self._hub.drop(actor.peer)
        team.table.close()
        self._source.ended(team.main.pid)
        self._hub.inbox.clear()

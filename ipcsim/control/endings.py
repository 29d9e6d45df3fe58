"""How executions end whose bodies were run again: what main makes of it.

What main does after its joins depends only on the shared memory and exit codes that it finds then.
So it is run for real, on freshly forked processes and by the same schedule, once for each such
state: every outcome that is reported has been seen on fresh processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ipcsim.control.actors import Actor
from ipcsim.control.astray import Astray
from ipcsim.control.expectations import Expected
from ipcsim.control.judging import CLEAN, judge
from ipcsim.control.known import Ending, Known
from ipcsim.control.objects import Objects
from ipcsim.control.rerun import Rerun
from ipcsim.control.steps import Execution, Outcome, Step
from ipcsim.control.team import Team
from ipcsim.control.writings import Said


@dataclass(slots=True)
class Ended:
    """Bodies that have come to their end, or as far as they were to go."""

    actors: dict[str, Actor]
    steps: list[Step]
    objects: Objects


def end_of(team: Team, last: Known, steps: list[Step]) -> Ending:
    """How an execution ends in this state, after these steps."""
    ending = last.ending
    if ending is not None:
        return ending
    actors = {}
    for actor, point in zip((team.main, *team.workers), last.points, strict=True):
        name, phase = actor.name, point.phase
        made = Actor(name, phase, process=actor.process, exit_code=point.exit_code)
        made.raised = point.raised
        actors[name] = made
    ended = Ended(actors, steps, last.contents.objects)
    goes_on = bool(last.enabled)
    judgement = judge(ended, () if goes_on else last.candidates, goes_on)
    ends = tuple((a.name, a.exit_code, str(a.raised)) for a in actors.values())
    ending = Ending(judgement, ends)
    if not goes_on:  # else it was only left there
        last.ending = ending
    return ending


@dataclass(slots=True)
class Seen:
    """What main makes of a state."""

    execution: Execution
    """Seen on fresh processes."""
    bodies: int
    """How many steps of it come before what main does after the bodies."""
    said: Said
    """What main writes then."""
    _tails: dict[tuple[int, ...], list[Step]] = field(default_factory=dict)

    def tail(self, here: int, let: Mapping[str, int]) -> list[Step]:
        """What main does after bodies of ``here`` steps; ``let``: what let others go on last."""
        steps = self.execution.steps[self.bodies :]
        lets = [let.get(step.operation.object, -1) if step.after else -1 for step in steps]
        found = here, *lets
        known = self._tails.get(found)
        if known is None:
            ahead = here - self.bodies
            known = self._tails[found] = [
                replace(step, index=step.index + ahead, after=self._after(step, ahead, by))
                for step, by in zip(steps, lets, strict=True)
            ]
        return known

    def _after(self, step: Step, ahead: int, let: int) -> tuple[int, ...]:
        after = tuple([index + ahead for index in step.after if index >= self.bodies])
        if len(after) < len(step.after):
            return (let,) if let >= 0 else ()
        return after


def rest(fresh: Execution, said: Said) -> Said:
    """What main writes after its workers' bodies, who wrote what was said.

    Raises:
        Astray: these have written something else in a fresh execution.
    """
    output, errors = said
    if not (fresh.output.startswith(output) and fresh.errors.startswith(errors)):
        raise Astray("its workers don't write the same twice")
    return fresh.output[len(output) :], fresh.errors[len(errors) :]


def put_together(
    team: Team,
    rerun: Rerun,
    seen: Seen,
    found: Outcome,
    said: Said,
    expected: Expected | None,
) -> Execution:
    """An execution with its beginning and its ending; as far as whoever decided wanted it.

    ``found``: its outcome in its own words; ``said``: what was written before the ending;
    ``expected``: what all of it should be.
    """
    execution, end = seen.execution, rerun.left_at
    steps, offered = rerun.steps, [*team.offered, *rerun.offered]
    if end is None:
        steps = steps + seen.tail(len(steps), rerun.let)
        offered[-1:] = execution.offered[seen.bodies :]
    else:
        steps, offered = steps[:end], offered[: end + 1]
    output = said[0] + seen.said[0]
    if not (found.fails and found.key == execution.outcome.key):
        found = execution.outcome
    if expected is not None and found.kind in ("clean", "wrong_result"):
        found = expected.judge(output) or CLEAN
    return Execution(
        steps,
        offered,
        found,
        output,
        said[1] + seen.said[1],
        execution.exit_codes,
    )

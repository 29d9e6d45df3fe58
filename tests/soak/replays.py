"""Schedules of every lesson, recorded in a random walk and replayed: all must end alike."""

from __future__ import annotations

import random
import time
from typing import Any, Final

from ipcsim.control.executor import Decide
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.steps import Choice, Execution, State, Step
from ipcsim.run.lesson import Lesson, Variant
from ipcsim.run.lessons import load_lessons
from ipcsim.run.programs import read_parameters
from tests.soak.verdict import Verdict

_LIMIT: Final = 1200
"""Steps: where a walk is cut off, its replay ends too."""
_AT_A_TIME: Final = 2
"""Schedules recorded in one template, and replayed in a second one."""


def soak_replays(count: int, seed: int = 0, only: str = "") -> Verdict:
    """Record and replay ``count`` schedules, in turn of all lessons' variants."""
    verdict = Verdict()
    cases = [
        (lesson, variant)
        for lesson in load_lessons()
        for variant in lesson.variants
        if only in f"{lesson.name}/{variant.name}"
    ]
    done, steps, began = 0, 0, time.monotonic()
    kinds: dict[str, int] = {}
    while done < count:
        for lesson, variant in cases:
            if done >= count:
                break
            parameters = small(lesson, variant)
            seeds = [seed + done + n for n in range(_AT_A_TIME)]
            first = [_run(variant, parameters, walking(s)) for s in seeds]
            second = [_run(variant, parameters, following(e.choices())) for e in first]
            for once, again in zip(first, second, strict=True):
                done += 1
                steps += len(once.steps)
                kinds[once.outcome.kind] = kinds.get(once.outcome.kind, 0) + 1
                where = f"{lesson.name}/{variant.name} (seed {seed})"
                verdict.demand(
                    told(once) == told(again),
                    f"{where}: {difference(once, again)}",
                )
    verdict.figures["schedules recorded and replayed"] = str(done)
    verdict.figures["lessons' variants"] = str(len(cases))
    verdict.figures["steps"] = str(steps)
    verdict.figures["outcomes"] = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
    verdict.figures["seconds"] = f"{time.monotonic() - began:.0f}"
    return verdict


def small(lesson: Lesson, variant: Variant) -> dict[str, Any]:
    """Parameters with which a variant takes hundreds of steps, not tens of thousands."""
    return {
        p.name: min(p.default, 3 if p.name in lesson.counts else 2 if p.default > 20 else 5)
        for p in read_parameters(variant.program)
        if type(p.default) is int
    }


def walking(seed: int) -> Decide:
    """A random walk."""
    dice = random.Random(seed)

    def decide(state: State) -> Choice:
        candidate = dice.choice(state.enabled())
        return Choice(candidate.actor, dice.choice(candidate.choices))

    return decide


def following(choices: list[Choice]) -> Decide:
    """A schedule; it ends the execution where it ends or can't be followed."""
    rest = iter(choices)

    def decide(state: State) -> Choice | None:
        choice = next(rest, None)
        possible = {(c.actor, what) for c in state.enabled() for what in c.choices}
        return choice if choice in possible else None

    return decide


def told(execution: Execution) -> tuple[object, ...]:
    """What must be the same in a repetition."""
    return (
        [
            (s.actor, s.operation.call, s.operation.object, s.what, s.result)
            for s in execution.steps
        ],
        execution.outcome.kind,
        execution.outcome.key,
        execution.exit_codes,
    )


def _told(step: Step) -> tuple[object, ...]:
    return step.actor, step.operation.call, step.operation.object, step.what, step.result


def difference(once: Execution, again: Execution) -> str:
    """Where two executions part, for a person."""
    for one, other in zip(once.steps, again.steps, strict=False):
        if _told(one) != _told(other):
            return f"step {one.index}: {_told(one)} became {_told(other)}"
    lengths = f"{len(once.steps)} and {len(again.steps)} steps"
    return f"{lengths}, {once.outcome.sentence!r} became {again.outcome.sentence!r}"


def _run(variant: Variant, parameters: dict[str, Any], decide: Decide) -> Execution:
    with ProgramExecutor(
        variant.program, parameters=parameters, expected=variant.expected()
    ) as executor:
        return executor.run(decide, _LIMIT)

"""Why a schedule fails: the few operations that matter, out of all its steps.

Those matter that conflict, over a switch, with what another actor does: without the switch they
would have come in another order. To these come what the stuck wait for, and the last that the
failed did to what is shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ipcsim.control.steps import Candidate, Execution, Step
from ipcsim.language import _
from ipcsim.operations import Op

_LIFE = (Op.BEGIN, Op.END, Op.START, Op.JOIN)
_NAMES = "name:"
"""What is touched by who makes, removes or looks for a file."""


@dataclass(frozen=True)
class Remark:
    """A step that matters, or an operation that never came to pass."""

    number: int | None
    """Of the step, counted from 1; None if it never happened."""
    actor: str
    call: str
    line: int
    source: str
    note: str
    """What it has to do with the others; one clause, may be empty."""


def explain(execution: Execution) -> list[Remark]:
    """The operations that matter, in the order in which they happened."""
    steps = execution.steps
    # Where the last candidates are recorded, they are those that never came to pass.
    stuck = execution.offered[-1] if len(execution.offered) > len(steps) else ()
    stuck = tuple(c for c in stuck if not c.enabled)
    notes: dict[int, str] = {}
    conflicts = [
        (first, second)
        for first, second in _conflicts(steps)
        if not _in_order_anyway(steps, first, second) and not _failed(steps[first])
    ]
    crossing = [pair for pair in conflicts if _crosses_switch(steps, *pair)]
    if not crossing and not stuck:
        # It fails by who came first alone: the last that it had to do with others.
        last = {steps[second].actor: (first, second) for first, second in conflicts}
        crossing = [last[name] for name in execution.outcome.actors or last if name in last]
    for first, second in crossing:
        notes.setdefault(first, "")
        notes[second] = _note(steps[first], steps[second])
    for candidate in stuck:
        for index in _holders(steps, candidate, {c.actor for c in stuck}):
            notes[index] = notes.get(index) or _("and keeps it")
    wanted = _wanted(steps, stuck, execution)
    if wanted:
        notes = {i: note for i, note in notes.items() if wanted & _objects(steps[i])} or notes
    found = [_remark(steps[index], notes[index]) for index in sorted(notes)]
    return found + [_waits(candidate) for candidate in stuck if not _waits_for_work(candidate)]


def _objects(step: Step) -> set[str]:
    return {touch.object for touch in step.operation.touches}


def _conflicts(steps: list[Step]) -> Iterable[tuple[int, int]]:
    """Pairs of neighbours in the order of conflicts, by different actors."""
    last: dict[str, list[int]] = {}
    for step in steps:
        if step.operation.op in _LIFE:
            continue
        for touch in step.operation.touches:
            earlier = last.setdefault(touch.object, [])
            for index in reversed(earlier):
                other = next(t for t in steps[index].operation.touches if t.object == touch.object)
                if touch.writes or other.writes:
                    if steps[index].actor != step.actor:
                        yield index, step.index
                    if other.writes:
                        break
            earlier.append(step.index)


def _failed(step: Step) -> bool:
    """Whether it tried to get a lock and didn't: nobody comes after that."""
    return step.operation.op is Op.TRY_ACQUIRE and step.result != 1


def _in_order_anyway(steps: list[Step], first: int, second: int) -> bool:
    """Whether one started the other only after what it did, or waited for its end before."""
    one, other = steps[first].actor, steps[second].actor
    return any(
        (step.operation.op, step.actor, step.operation.object)
        in ((Op.START, one, other), (Op.JOIN, other, one))
        for step in steps[first:second]
    )


def _crosses_switch(steps: list[Step], first: int, second: int) -> bool:
    """Whether one of them was in the midst of it: the first's actor goes on with the same thing
    afterwards, or the second's had begun before."""
    shared = _objects(steps[first]) & _objects(steps[second])
    later = (step for step in steps[second:] if step.actor == steps[first].actor)
    earlier = (step for step in steps[:first] if step.actor == steps[second].actor)
    return any(shared & _objects(step) for step in (*later, *earlier))


def _wanted(steps: list[Step], stuck: tuple[Candidate, ...], execution: Execution) -> set[str]:
    """The objects that the outcome is about; empty if that isn't known."""
    if stuck:
        return {t.object for c in stuck for t in c.operation.touches}
    if execution.outcome.kind == "lost_update":
        pairs = [
            (steps[first], steps[second])
            for first, second in _conflicts(steps)
            if steps[second].operation.op is Op.WRITE and _crosses_switch(steps, first, second)
        ]
        return {name for pair in pairs for name in _objects(pair[0]) & _objects(pair[1])}
    return {
        touch.object
        for step in steps
        for touch in step.operation.touches
        if step.operation.op is Op.WRITE or (touch.writes and touch.object.startswith(_NAMES))
    }


def _holders(steps: list[Step], candidate: Candidate, stuck: set[str]) -> list[int]:
    """The last ACQUIRE after which nobody released what a stuck actor wants, and that of each who
    is ``stuck`` as well: a semaphore may be held by several."""
    if candidate.operation.op is not Op.ACQUIRE:
        return []
    taken: list[int] = []
    for step in steps:
        if step.operation.object != candidate.operation.object:
            continue
        if step.operation.op is Op.RELEASE:
            taken = taken[:-1]
        elif step.operation.op is Op.ACQUIRE or step.result == 1:
            taken.append(step.index)
    last = {steps[index].actor: index for index in taken}
    return [*{*taken[-1:], *(index for actor, index in last.items() if actor in stuck)}]


def _note(first: Step, second: Step) -> str:
    names = {"actor": first.actor, "number": first.index + 1}
    one, other = first.operation.op, second.operation.op
    if _failed(second) and one in (Op.ACQUIRE, Op.TRY_ACQUIRE):
        return _("doesn't get it: {actor} has it since step {number}").format(**names)
    if (one is Op.READ and other is Op.WRITE) or one is Op.STAT:
        return _("changes what {actor} has read in step {number}").format(**names)
    if one is Op.WRITE and other is Op.WRITE:
        return _("overwrites what {actor} wrote in step {number}").format(**names)
    if one is Op.WRITE and other is Op.READ:
        return _("reads what {actor} wrote in step {number}").format(**names)
    if one is Op.SEND and other is Op.SEND:
        return _("comes after the message of {actor} in step {number}").format(**names)
    if one is Op.RECEIVE and other is Op.RECEIVE:
        return _("gets what is left after {actor} in step {number}").format(**names)
    return _("after {actor} in step {number}").format(**names)


def _remark(step: Step, note: str) -> Remark:
    line = step.operation.line
    call = step.operation.call
    return Remark(
        step.index + 1,
        step.actor,
        call,
        line.number if line else 0,
        line.text if line else "",
        note,
    )


def _waits_for_work(candidate: Candidate) -> bool:
    """Whether it is a helper thread of the library that has nothing to do."""
    operation = candidate.operation
    return ":" in candidate.actor and operation.line is None and operation.op is Op.ACQUIRE


def _waits(candidate: Candidate) -> Remark:
    line = candidate.operation.line
    return Remark(
        None,
        candidate.actor,
        candidate.operation.call,
        line.number if line else 0,
        line.text if line else "",
        candidate.reason,
    )

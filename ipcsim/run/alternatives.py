"""Choices that aren't about who goes next.

Whom a notify wakes, who gets what is released, and whose message arrives first: all of them come
down to which leaf is permitted next, and are recorded so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ipcsim.control.controller import Controller
from ipcsim.control.steps import Candidate, Line, State
from ipcsim.operations import Op
from ipcsim.run.turns import Alternative, Effect

_RELEASES: Final = {"release", "__exit__"}
_WAITS: Final = {"wait", "wait_for"}
_GETS: Final = {"get", "get_nowait"}


def alternatives(
    controller: Controller, state: State, candidate: Candidate, names: Mapping[str, str]
) -> tuple[Effect | None, tuple[Alternative, ...]]:
    """What a turn of ``candidate``'s actor does to one of several, and to whom it may.

    Nothing where there are less than two, or where CPython's own code has decided already.
    """
    operation = candidate.operation
    effect: Effect | None = None
    found: list[str] = []
    if operation.line is None or operation.goes_on:
        pass
    elif operation.inside == "notify":
        effect, found = Effect.WAKES, _sleepers(controller, state, candidate)
    elif operation.op is Op.RELEASE and operation.inside in _RELEASES:
        effect, found = Effect.HANDS, _waiters(state, candidate)
    elif operation.inside in _GETS:
        effect, found = Effect.TAKES, _feeders(controller, state, candidate)
    if len(found) < 2:
        return None, ()
    actors = controller.actors
    return effect, tuple(
        Alternative(name, actors[name].process, names.get(actors[name].process, name))
        for name in found
    )


def one_object(controller: Controller, first: Candidate, second: Candidate) -> bool:
    """Whether both are at parts of one object of the program's, as its line that made it tells."""
    here = controller.objects.get(first.operation.object).line
    return here is not None and here == controller.objects.get(second.operation.object).line


def _sleepers(controller: Controller, state: State, candidate: Candidate) -> list[str]:
    """Who waits in a condition; a thread's condition wakes in the order of coming."""
    part = "wait_semaphore"
    return [
        other.actor
        for other in state.candidates
        if other.operation.inside in _WAITS
        and other.operation.op is Op.ACQUIRE
        and part in controller.objects.get(other.operation.object).name
        and one_object(controller, candidate, other)
    ]


def _waiters(state: State, candidate: Candidate) -> list[str]:
    key = candidate.operation.object
    return [
        other.actor
        for other in state.candidates
        if other.operation.op is Op.ACQUIRE
        and other.operation.object == key
        and other.actor != candidate.actor
        and not other.enabled
    ]


def _feeders(controller: Controller, state: State, candidate: Candidate) -> list[str]:
    """Threads that have messages for a queue which has none on the way."""
    line = controller.objects.get(candidate.operation.object).line
    working = [
        other.actor
        for other in state.candidates
        if other.enabled
        and other.actor.rpartition(":")[2].startswith("feeder")
        # In a new interpreter it isn't known of what a thread's own locks are parts.
        and controller.objects.get(other.operation.object).line in (None, line)
    ]
    if line is None or len(working) < 2:
        return []
    shared = controller.objects.by_key.values()
    under_way = any(one.sent for one in shared if one.line == line)
    return [] if under_way else _with_messages(controller, working, line)


def _with_messages(controller: Controller, feeders: Iterable[str], line: Line) -> list[str]:
    """Those whose process has put more than they have sent."""
    left = {controller.actors[name].process: 0 for name in feeders}
    for step in controller.steps:
        operation, process = step.operation, controller.actors[step.actor].process
        if process not in left or controller.objects.get(operation.object).line != line:
            continue
        if operation.op is Op.SEND:
            left[process] -= 1
        elif operation.inside.startswith("put") and not operation.goes_on:
            left[process] += 1
    return [name for name in feeders if left[controller.actors[name].process] > 0]

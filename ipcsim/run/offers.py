"""Who could make the next turn: candidates of the scheduler, as a person is to see them."""

from __future__ import annotations

from typing import Final

from ipcsim.control.controller import Controller
from ipcsim.control.enabling import TIMED
from ipcsim.control.steps import Candidate, State
from ipcsim.operations import Op
from ipcsim.run.step_words import literal_call, short_names, with_short_names
from ipcsim.run.turns import Offer

_HELPED: Final = {Op.RECEIVE, Op.POLL, Op.WAIT, Op.JOIN}
"""What a thread of the library's own may bring about."""
_LOCKS: Final = {Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE}


def is_helper(candidate: Candidate) -> bool:
    """Whether it is a thread of the library's own, at work for others."""
    operation = candidate.operation
    threads = ":" in candidate.actor.rsplit("/", 1)[-1]
    return threads and operation.line is None and operation.op is not Op.BEGIN


def helpers(state: State | None) -> list[Candidate]:
    """Threads of the library's own that are at an operation."""
    return [] if state is None else [c for c in state.candidates if is_helper(c)]


def after_helpers(candidate: Candidate) -> bool:
    """Whether a helper's work may let it go on."""
    return not candidate.enabled and candidate.operation.op in _HELPED


def helping(controller: Controller, state: State, candidate: Candidate) -> list[Candidate]:
    """Who may go on within a turn of ``candidate``'s actor, so that it can end its call."""
    found = []
    for other in state.candidates:
        if other.actor == candidate.actor or not other.enabled or "" not in other.choices:
            continue
        works_for = is_helper(other) and after_helpers(candidate)
        if works_for or (_amid(candidate) and _amid(other) and _one(controller, candidate, other)):
            found.append(other)
    return found


def _amid(candidate: Candidate) -> bool:
    operation = candidate.operation
    return operation.goes_on and operation.op in _LOCKS


def _one(controller: Controller, first: Candidate, second: Candidate) -> bool:
    """Whether both are at parts of one object of the program's, as its line that made it tells."""
    here = controller.objects.get(first.operation.object).line
    return here is not None and here == controller.objects.get(second.operation.object).line


def offers(controller: Controller, state: State, public: bool) -> list[Offer]:
    """Everybody at an operation, in the order in which they appeared."""
    names = short_names(controller.actors)
    helping = public and any(c.enabled for c in helpers(state))
    found = []
    for candidate in state.candidates:
        operation, actor = candidate.operation, controller.actors[candidate.actor]
        helper = is_helper(candidate)
        enabled = candidate.enabled or (helping and not helper and after_helpers(candidate))
        timed = operation.op in TIMED and operation.op is not Op.SLEEP and operation.arg > 0
        found.append(
            Offer(
                candidate.actor,
                names[candidate.actor],
                actor.pid,
                literal_call(operation, controller.objects, whole=public),
                operation.line,
                operation,
                enabled,
                "" if enabled else with_short_names(candidate.reason, names),
                timed,
                helper,
                operation.goes_on,
            )
        )
    return found

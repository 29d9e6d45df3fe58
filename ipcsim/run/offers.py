"""Who could make the next turn: candidates of the scheduler, as a person is to see them."""

from __future__ import annotations

from typing import Final

from ipcsim.control.controller import Controller
from ipcsim.control.enabling import TIMED
from ipcsim.control.steps import Candidate, State
from ipcsim.language import _
from ipcsim.operations import Op
from ipcsim.run.alternatives import alternatives, one_object
from ipcsim.run.reasons import plain_reason
from ipcsim.run.step_words import literal_call, short_names, with_short_names
from ipcsim.run.turns import Offer

_EDGES: Final = {Op.BEGIN, Op.END}
_BY_CHANNEL: Final = {Op.RECEIVE, Op.POLL, Op.WAIT, Op.SEND, Op.ACCEPT, Op.CONNECT}
"""What somebody at the other end may bring about."""
_LOCKS: Final = {Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE}


def is_helper(candidate: Candidate) -> bool:
    """Whether it is in the library's own code, at work for others or on its way out: a queue's
    feeder, a manager's server, a pool's worker without a task, an exit function."""
    operation = candidate.operation
    return not operation.of_program and operation.op not in _EDGES


def helpers(state: State | None) -> list[Candidate]:
    """Who is in the library's own code."""
    return [] if state is None else [c for c in state.candidates if is_helper(c)]


def may_be_helped(controller: Controller, state: State, candidate: Candidate) -> bool:
    """Whether a helper's work may let it go on."""
    operation = candidate.operation
    if candidate.enabled:
        return False
    if operation.op in _BY_CHANNEL or operation.line is None:
        return True
    working = {one.actor for one in helpers(state)}
    if operation.op is Op.JOIN:
        return operation.object in working
    if operation.op is Op.ACQUIRE:
        holder = controller.objects.get(operation.object).holder
        return holder in working or holder in ("", candidate.actor)
    return False


def helping(controller: Controller, state: State, candidate: Candidate) -> list[Candidate]:
    """Who may go on within a turn of ``candidate``'s actor, so that it can end its call."""
    helped = may_be_helped(controller, state, candidate)
    found = []
    for other in state.candidates:
        if other.actor == candidate.actor or not other.enabled or "" not in other.choices:
            continue
        together = _amid(candidate) and _amid(other) and one_object(controller, candidate, other)
        if together or (helped and (is_helper(other) or other.operation.op in _EDGES)):
            found.append(other)
    return found


def _amid(candidate: Candidate) -> bool:
    operation = candidate.operation
    return operation.goes_on and operation.op in _LOCKS


def _has_run(state: State, candidate: Candidate) -> bool:
    """Whether it has been in the program's own code before."""
    return any(step.actor == candidate.actor and step.operation.of_program for step in state.steps)


def offers(controller: Controller, state: State, public: bool) -> list[Offer]:
    """Everybody at an operation, in the order in which they appeared."""
    names = short_names(controller.actors)
    helped = public and any(
        one.enabled and (is_helper(one) or one.operation.op in _EDGES) for one in state.candidates
    )
    found = []
    for candidate in state.candidates:
        operation, actor = candidate.operation, controller.actors[candidate.actor]
        helper = is_helper(candidate)
        call = literal_call(operation, controller.objects, whole=public)
        if public and helper and actor.is_main:
            call = _("ends") if _has_run(state, candidate) else _("works for the others")
        enabled = candidate.enabled
        if helped and not helper and not enabled:
            enabled = may_be_helped(controller, state, candidate)
        timed = operation.op in TIMED and operation.op is not Op.SLEEP and operation.arg > 0
        reason = "" if enabled else candidate.reason
        if public and reason:
            reason = plain_reason(candidate, controller.objects, helper)
        effect, others = (
            alternatives(controller, state, candidate, names) if enabled and public else (None, ())
        )
        found.append(
            Offer(
                candidate.actor,
                names[candidate.actor],
                actor.pid,
                call,
                operation.line,
                operation,
                enabled,
                with_short_names(reason, names),
                timed,
                helper,
                operation.goes_on,
                effect,
                others,
            )
        )
    return found

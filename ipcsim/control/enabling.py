"""Who can go on, and what a step changes in the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcsim.control import locks
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.looking import only_look
from ipcsim.control.steps import TIMEOUT, Candidate, Operation, Step
from ipcsim.language import _
from ipcsim.operations import Op

if TYPE_CHECKING:
    from ipcsim.control.asked import Asked, Asker
    from ipcsim.control.conversation import Conversation
    from ipcsim.control.hub import Request

DATABASE: Final = frozenset({Op.QUERY, Op.CHANGE, Op.EXECUTE})
"""What is done to a database, which says itself whether it is locked."""
_WAITS: Final = {Op.ACQUIRE, Op.RECEIVE, Op.POLL, Op.JOIN, Op.SLEEP, Op.WAIT, Op.ACCEPT}
TIMED: Final = _WAITS | DATABASE
"""Operations whose argument is a timeout, or for SLEEP a time."""
_GIVES_UP: Final = TIMED - {Op.SLEEP}
_BY_OBJECT: Final = {Op.SEND, Op.RECEIVE, Op.WAIT, Op.ACCEPT, Op.CONNECT}
MAY_WAIT: Final = _BY_OBJECT | DATABASE | {Op.ACQUIRE, Op.JOIN, Op.POLL, Op.SLEEP}
"""Whoever is at another operation can go on."""
_TRIED: Final = {Op.POLL, Op.RECEIVE, Op.WAIT}
"""With a timeout of 0 they don't wait."""


def candidate(talk: Asked, actor: Asker) -> Candidate:
    """Whether an asking actor can go on, and if not the reason, one sentence."""
    operation, before = actor.operation, actor.candidate
    assert operation is not None
    reason = _obstacle(talk, actor) if operation.op in MAY_WAIT else ""
    if before is not None and before.operation is operation and before.reason == reason:
        return before
    choices = () if reason else ("",)
    if talk.early and operation.op in _GIVES_UP and operation.arg > 0:
        choices = (*choices, TIMEOUT)
    found = Candidate(actor.name, operation, bool(choices), reason, choices)
    actor.candidate = found
    return found


def _obstacle(talk: Asked, actor: Asker) -> str:
    request, operation = actor.request, actor.operation
    assert request is not None
    assert operation is not None
    op = operation.op
    if op is Op.ACQUIRE:
        return locks.obstacle(talk, actor.name, operation.object)
    if op is Op.JOIN:
        target = talk.actors.get(operation.object)
        if target is None or target.phase is Phase.ENDED:
            return ""
        return _("waits for {name} to end").format(name=target.name)
    if op in _BY_OBJECT or op is Op.POLL:
        if request.ready or (op in _TRIED and request.arg == 0) or _ended(talk, operation):
            return ""
        title = ", ".join(talk.objects.title(k) for k in operation.object.split("\0"))
        if op is Op.SEND:
            return _("waits: {name} is full").format(name=title)
        return _("waits: {name} is empty").format(name=title)
    if op in DATABASE and not request.ready:
        title = talk.objects.title(operation.object)
        return _("waits: {name} is locked").format(name=title)
    if op is Op.SLEEP and _sleeps_on(talk, actor):
        return _("sleeps, and nothing has happened since it last did")
    return ""


def _ended(talk: Asked, operation: Operation) -> bool:
    """Whether it waits for one that has ended, or for a process that is told by its sentinel."""
    return operation.op in (Op.POLL, Op.WAIT) and any(
        name in talk.actors and talk.actors[name].phase is Phase.ENDED
        for name in operation.object.split("\0")
    )


def fails(talk: Conversation, request: Request, operation: Operation) -> bool:
    """Whether what is permitted now finds nothing: it is answered as a timeout."""
    if operation.op not in _TRIED or request.arg != 0:
        return False
    return not request.ready if operation.op is Op.RECEIVE else _alive(talk, operation)


def _alive(talk: Conversation, operation: Operation) -> bool:
    """Whether it asks after actors, and none of them has ended."""
    names = operation.object.split("\0")
    return names[0] in talk.actors and not _ended(talk, operation)


def _sleeps_on(talk: Asked, actor: Asker) -> bool:
    """Whether it has only looked since its last sleep, and nobody else has made a step: it would
    see the same again."""
    since: list[Step] = []
    for step in reversed(talk.steps):
        if step.actor != actor.name:
            return False
        if step.operation.op is Op.SLEEP:
            return only_look(since)
        since.append(step)
    return False


def causes(talk: Conversation, actor: Actor) -> tuple[int, ...]:
    """Earlier steps without which the step that ``actor`` asks for could not happen."""
    operation = actor.operation
    assert operation is not None
    found = -1
    if operation.op is Op.BEGIN:
        found = actor.started_by
    elif operation.op is Op.JOIN:
        target = talk.actors.get(operation.object)
        found = target.ended_by if target is not None else -1
    elif operation.op is Op.ACQUIRE:
        shared = talk.objects.get(operation.object)
        found = shared.released if locks.was_let(shared, operation.object, talk.ignored) else -1
    elif operation.op is Op.RECEIVE:
        shared = talk.objects.get(operation.object)
        if _is_rest(operation):
            found = shared.last_sent
        else:
            found = shared.sent[0] if shared.sent else shared.closed
    elif operation.op is Op.SEND and _is_rest(operation):
        found = talk.objects.get(operation.object).last_received  # it made room
    elif operation.op is Op.ACCEPT:
        waiting = talk.objects.get(operation.object).connected
        found = waiting[0] if waiting else -1
    elif operation.op in DATABASE and operation.arg >= 0:
        found = actor.woken_by
    return (found,) if found >= 0 else ()


def _is_rest(operation: Operation) -> bool:
    """Whether a SEND or RECEIVE goes on with a message that didn't fit into the channel."""
    return operation.arg < (0 if operation.op is Op.SEND else -1)


def clock_after(clock_ns: int, actor: Asker, what: str) -> int:
    """The virtual clock when what ``actor`` asks for, or its timeout, has happened, ns."""
    operation = actor.operation
    assert operation is not None
    if what == TIMEOUT:
        return max(clock_ns, actor.since_ns + operation.arg)
    if operation.op is Op.SLEEP:
        return max(clock_ns, actor.since_ns + max(operation.arg, 0))
    return clock_ns


def perform(talk: Conversation, step: Step) -> None:
    """Change the model by a step that is about to happen."""
    operation = step.operation
    op = operation.op
    if op in locks.OPERATIONS:
        locks.perform(talk.objects.get(operation.object), step)
    elif op is Op.SIGNAL:
        target = talk.actors.get(operation.object)
        if target is not None and target.phase is not Phase.ENDED:
            target.dying = True  # or it handles the signal, and asks again
    elif op is Op.SEND:
        shared = talk.objects.get(operation.object)
        shared.last_sent = step.index
        if not _is_rest(operation):
            shared.sent.append(step.index)
    elif op is Op.RECEIVE and step.what != TIMEOUT:
        shared = talk.objects.get(operation.object)
        shared.last_received = step.index
        if shared.sent and not _is_rest(operation):
            shared.sent.popleft()
    elif op is Op.CLOSE:
        for key in operation.object.split("\0"):
            talk.objects.get(key).closed = step.index
    elif op is Op.CONNECT and step.what != TIMEOUT:
        talk.objects.get(operation.object).connected.append(step.index)
    elif op is Op.ACCEPT and step.what != TIMEOUT:
        waiting = talk.objects.get(operation.object).connected
        if waiting:
            waiting.popleft()


def learn(talk: Conversation, step: Step) -> None:
    """Change the model by what is said to have come of a step."""
    op = step.operation.op
    if op in locks.OPERATIONS:
        trouble = locks.learn(talk.objects.get(step.operation.object), step)
        talk.trouble += [trouble] if trouble else []
    elif op is Op.SEND and step.result < 0:
        sent = talk.objects.get(step.operation.object).sent
        if sent and sent[-1] == step.index:
            sent.pop()  # nobody is there to receive it

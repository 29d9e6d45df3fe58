"""Who can go on, and what a step changes in the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcsim.control.actors import Actor, Phase
from ipcsim.control.file_keys import is_lock, owner_of
from ipcsim.control.looking import only_look
from ipcsim.control.objects import Grant, Shared
from ipcsim.control.steps import TIMEOUT, Candidate, Operation, Step
from ipcsim.language import _
from ipcsim.operations import Op

if TYPE_CHECKING:
    from ipcsim.control.conversation import Conversation
    from ipcsim.control.hub import Request

DATABASE: Final = frozenset({Op.QUERY, Op.CHANGE, Op.EXECUTE})
"""What is done to a database, which says itself whether it is locked."""
_WAITS: Final = {Op.ACQUIRE, Op.RECEIVE, Op.POLL, Op.JOIN, Op.SLEEP, Op.WAIT, Op.ACCEPT}
TIMED: Final = _WAITS | DATABASE
"""Operations whose argument is a timeout, or for SLEEP a time."""
_GIVES_UP: Final = TIMED - {Op.SLEEP}
_BY_OBJECT: Final = {Op.SEND, Op.RECEIVE, Op.WAIT, Op.ACCEPT, Op.CONNECT}
_MAY_WAIT: Final = _BY_OBJECT | DATABASE | {Op.ACQUIRE, Op.JOIN, Op.POLL, Op.SLEEP}
_TRIED: Final = {Op.POLL, Op.RECEIVE, Op.WAIT}
"""With a timeout of 0 they don't wait."""


def candidate(talk: Conversation, actor: Actor) -> Candidate:
    """Whether an asking actor can go on, and if not the reason, one sentence."""
    operation, before = actor.operation, actor.candidate
    assert operation is not None
    reason = _obstacle(talk, actor) if operation.op in _MAY_WAIT else ""
    if before is not None and before.operation is operation and before.reason == reason:
        return before
    choices = () if reason else ("",)
    if talk.early and operation.op in _GIVES_UP and operation.arg > 0:
        choices = (*choices, TIMEOUT)
    found = Candidate(actor.name, operation, bool(choices), reason, choices)
    actor.candidate = found
    return found


def _obstacle(talk: Conversation, actor: Actor) -> str:
    request, operation = actor.request, actor.operation
    assert request is not None
    assert operation is not None
    op = operation.op
    if op is Op.ACQUIRE:
        return _held(talk, actor, operation.object)
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


def _held(talk: Conversation, actor: Actor, key: str) -> str:
    """Why a lock can't be had; empty if it can."""
    shared = talk.objects.get(key)
    if is_lock(key):
        return _locked(shared, key)
    if shared.value > 0 or shared.name in talk.ignored:
        return ""
    if shared.holder == actor.name:
        return _("waits for {lock}, which it holds itself").format(lock=shared.name)
    if not shared.holder:
        return _unheld(shared.name)
    if talk.actors[shared.holder].phase is Phase.ENDED:
        return _("waits for {lock}, held by {name}, which has ended").format(
            lock=shared.name, name=shared.holder
        )
    if shared.held_since is None:
        return _("waits for {lock}, held by {name}").format(lock=shared.name, name=shared.holder)
    return _("waits for {lock}, held by {name} since line {line}").format(
        lock=shared.name, name=shared.holder, line=shared.held_since.number
    )


def _locked(shared: Shared, key: str) -> str:
    """Why a file's lock can't be had; empty if it can."""
    owner, may_share = owner_of(key)
    for other, grant in shared.grants.items():
        if other == owner or (may_share and grant.shared):
            continue
        if grant.line is None:
            return _("waits for the lock of {file}, held by {name}").format(
                file=shared.name, name=grant.actor
            )
        return _("waits for the lock of {file}, held by {name} since line {line}").format(
            file=shared.name, name=grant.actor, line=grant.line.number
        )
    return ""


def _unheld(name: str) -> str:
    """What it means that a semaphore of the library's own can't be had."""
    base, _dot, part = name.rpartition(".")
    if part == "wait_semaphore":
        whole = base.removesuffix(".cond")
        return _("waits to be woken: nobody has notified {name}").format(name=whole)
    if part == "woken_count":
        whole = base.removesuffix(".cond")
        return _("waits until those whom it has woken by {name} are awake").format(name=whole)
    if part == "sem":
        return _("waits: {name} is full").format(name=base)
    return _("waits for {lock}: nobody has released it").format(lock=name)


def _ended(talk: Conversation, operation: Operation) -> bool:
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


def _sleeps_on(talk: Conversation, actor: Actor) -> bool:
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
        # Where a semaphore has more to give, its last release is not what lets this one go on.
        lets = shared.value == 1 and shared.name not in talk.ignored
        lets = lets or (is_lock(operation.object) and not shared.grants)
        found = shared.released if lets else -1
    elif operation.op is Op.RECEIVE:
        sent = talk.objects.get(operation.object).sent
        found = sent[0] if sent else -1
    elif operation.op in DATABASE and operation.arg >= 0:
        found = actor.woken_by
    return (found,) if found >= 0 else ()


def perform(talk: Conversation, actor: Actor, step: Step) -> None:
    """Change the model by a step that is about to happen."""
    operation = step.operation
    op = operation.op
    if op is Op.SLEEP:
        talk.clock_ns = max(talk.clock_ns, actor.since_ns + max(operation.arg, 0))
    elif op is Op.ACQUIRE and step.what != TIMEOUT:
        _take(talk, actor, step)
    elif op is Op.RELEASE and is_lock(operation.object):
        shared = talk.objects.get(operation.object)
        shared.grants.pop(owner_of(operation.object)[0], None)
        shared.released = step.index
    elif op is Op.RELEASE:
        shared = talk.objects.get(operation.object)
        shared.value += 1
        shared.holder, shared.held_since, shared.released = "", None, step.index
    elif op is Op.SIGNAL:
        target = talk.actors.get(operation.object)
        if target is not None and target.phase is not Phase.ENDED:
            target.dying = True  # or it handles the signal, and asks again
    elif op is Op.SEND:
        if operation.arg >= 0:  # below: the rest of a message that didn't fit
            talk.objects.get(operation.object).sent.append(step.index)
    elif op is Op.RECEIVE and operation.arg >= -1 and step.what != TIMEOUT:
        sent = talk.objects.get(operation.object).sent
        if sent:
            sent.popleft()


def learn(talk: Conversation, actor: Actor, step: Step) -> None:
    """Change the model by what an actor says has come of its step."""
    op = step.operation.op
    if op is not Op.TRY_ACQUIRE and is_lock(step.operation.object):
        return  # locks that others hold whom we don't know are waited for
    if op is Op.SEND and step.result < 0:
        sent = talk.objects.get(step.operation.object).sent
        if sent and sent[-1] == step.index:
            sent.pop()  # nobody is there to receive it
    elif op is Op.TRY_ACQUIRE and step.result == 1:
        _take(talk, actor, step)
    elif op is Op.RELEASE and step.result == 0:
        talk.objects.get(step.operation.object).value -= 1  # it was refused
    elif op is Op.ACQUIRE and step.what != TIMEOUT and step.result == 0:
        talk.trouble.append(
            f"the model says that {step.operation.object} is free, the real lock isn't"
        )


def _take(talk: Conversation, actor: Actor, step: Step) -> None:
    shared = talk.objects.get(step.operation.object)
    if is_lock(step.operation.object):
        owner, may_share = owner_of(step.operation.object)
        shared.grants[owner] = Grant(may_share, actor.name, step.operation.line)
        return
    shared.value -= 1
    if shared.owned:
        shared.holder, shared.held_since = actor.name, step.operation.line

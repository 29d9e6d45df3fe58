"""Locks and semaphores: why one can't be had, and what becomes of it by a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcsim.control.actors import Phase
from ipcsim.control.file_keys import is_lock, owner_of
from ipcsim.control.shared import Grant, Shared
from ipcsim.control.steps import TIMEOUT, Step
from ipcsim.language import _
from ipcsim.operations import Op

if TYPE_CHECKING:
    from ipcsim.control.asked import Asked

OPERATIONS: Final = frozenset({Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE})


def obstacle(talk: Asked, name: str, key: str) -> str:
    """Why the actor of this name can't have a lock; empty if it can."""
    shared = talk.objects.get(key)
    if is_lock(key):
        return _locked(shared, key)
    if shared.value > 0 or shared.name in talk.ignored:
        return ""
    if shared.part == "sem":  # whoever has put what is in the queue
        return _("waits: {name} is full").format(name=_whole(shared))
    if shared.holder == name:
        return _("waits for {lock}, which it holds itself").format(lock=shared.name)
    if not shared.holder:
        return _unheld(shared)
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


def _unheld(shared: Shared) -> str:
    """What it means that a semaphore that nobody holds can't be had."""
    if shared.part == "wait_semaphore":
        return _("waits to be woken by {name}").format(name=_whole(shared))
    if shared.part == "woken_count":
        return _("waits until those whom it has woken by {name} are awake").format(
            name=_whole(shared)
        )
    return _("waits for {lock}: nobody has released it").format(lock=shared.name)


def _whole(shared: Shared) -> str:
    """The object that this one is a part of, as the program calls it."""
    return shared.name.rpartition(".")[0].removesuffix(".cond")


def was_let(shared: Shared, key: str, ignored: frozenset[str]) -> bool:
    """Whether a lock's last release is what lets somebody have it."""
    if is_lock(key) and not shared.grants:
        return True
    # Where a semaphore has more to give, its last release isn't.
    return shared.value == 1 and shared.name not in ignored


def perform(shared: Shared, step: Step) -> None:
    """A step is about to happen to a lock."""
    op, key = step.operation.op, step.operation.object
    if op is Op.ACQUIRE and step.what != TIMEOUT:
        _take(shared, step)
    elif op is Op.RELEASE:
        shared.released = step.index
        if is_lock(key):
            shared.grants.pop(owner_of(key)[0], None)
        else:
            shared.value += 1
            shared.holder, shared.held_since = "", None


def learn(shared: Shared, step: Step) -> str:
    """A step has happened to a lock; what contradicts the model, one sentence, mostly empty."""
    op, key = step.operation.op, step.operation.object
    if op is Op.TRY_ACQUIRE:
        if step.result == 1:
            _take(shared, step)
    elif is_lock(key):
        pass  # those that others hold whom we don't know are waited for
    elif op is Op.RELEASE and step.result == 0:
        shared.value -= 1  # it was refused
    elif op is Op.ACQUIRE and step.what != TIMEOUT and step.result == 0:
        return f"the model says that {key} is free, the real lock isn't"
    return ""


def _take(shared: Shared, step: Step) -> None:
    if is_lock(step.operation.object):
        owner, may_share = owner_of(step.operation.object)
        shared.grants[owner] = Grant(may_share, step.actor, step.operation.line)
        return
    shared.value -= 1
    if shared.owned:
        shared.holder, shared.held_since = step.actor, step.operation.line

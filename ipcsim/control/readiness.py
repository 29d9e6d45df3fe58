"""When real objects are to be asked again whether they are ready: somebody has done something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcsim.control import enabling
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.file_keys import is_writer
from ipcsim.control.steps import Operation, Step
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer

if TYPE_CHECKING:
    from ipcsim.control.conversation import Conversation

CHANGES: Final = {Op.SEND, Op.RECEIVE, Op.CLOSE, Op.END, Op.ACCEPT, Op.CONNECT, Op.SIGNAL}
"""What may change the readiness of a channel."""
IN_CHANNELS: Final = {Op.SEND, Op.RECEIVE, Op.CLOSE, Op.ACCEPT, Op.CONNECT}
"""What changes only the channels that it is about."""
_REAL: Final = {
    *{Op.SEND, Op.RECEIVE, Op.POLL, Op.WAIT, Op.ACCEPT, Op.CONNECT},
    *enabling.DATABASE,
}
"""Where the real object decides."""


def mark_stale(
    talk: Conversation,
    by: Actor,
    changed: str = "",
    only: bool = False,
    done: Step | None = None,
) -> None:
    """Have the real objects of actors looked at again: of all who wait, or ``only`` of those
    who ask for what has ``changed`` or for something that nothing is known of; ``done``: to a
    database."""
    keys = set(changed.split("\0"))
    for actor in talk.actors.values():
        request, operation = actor.request, actor.operation
        if actor is by or actor.phase is not Phase.ASKING or request is None:
            continue
        if operation is None or request.op not in _REAL:
            continue
        if request.op in enabling.DATABASE and (
            request.ready or (done is not None and not _lets(done.operation, operation))
        ):
            continue
        asked = operation.object.split("\0")
        if not keys.isdisjoint(asked) or (
            not request.ready and (not only or not all(_is_known(talk, one) for one in asked))
        ):
            actor.stale, actor.woken_by = True, -1 if done is None else done.index


def _lets(done: Operation, waiting: Operation) -> bool:
    """Whether what was done to a database may let go on what was refused: who wants to write waits
    only for who writes."""
    return waiting.op is not Op.CHANGE or any(is_writer(touch.object) for touch in done.touches)


def _is_known(talk: Conversation, key: str) -> bool:
    shared = talk.objects.by_key.get(key)
    return key in talk.actors or (shared is not None and bool(shared.kind))


def look_again(talk: Conversation) -> bool:
    """Have the real objects asked once more whose readiness may have changed."""
    found = False
    for actor in talk.actors.values():
        if actor.stale and actor.phase is Phase.ASKING and actor.request is not None:
            assert actor.peer is not None
            talk.hub.answer(actor.peer, actor.request.number, Answer.LOOK, talk.clock_ns)
            actor.phase, actor.request = Phase.RUNNING, None
            found = True
    return found

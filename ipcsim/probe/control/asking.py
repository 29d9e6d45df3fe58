"""An actor asks for permission and waits for it.

It asks the controller, by its own connection, before each leaf operation.

Standard library only, and nothing of it that is instrumented.
"""

from __future__ import annotations

import os
import sys
from _thread import get_native_id
from collections.abc import Callable

from ipcsim.operations import Op
from ipcsim.probe.control import naming
from ipcsim.probe.control.actors import Actor, become, current, here, tell
from ipcsim.probe.control.calls import made_at, place_of
from ipcsim.probe.control.protocol import ANSWER, REQUEST, Answer
from ipcsim.probe.type_words import Any, Final

_pack, _unpack, _ANSWER_SIZE = REQUEST.pack, ANSWER.unpack, ANSWER.size
_GO: Final = Answer.GO
_BEGIN: Final = int(Op.BEGIN)
_END: Final = int(Op.END)

_unseen: set[tuple[str, object, object]] = set()
"""What has been said to be unseen, with its place."""
_go = os._exit
"""Before it is made to ask, too."""
reruns = ""
"""How the bodies of the processes that are started are run more than once: ``again`` in the same
processes, or ``forked`` before each; mostly not."""
at_begin: list[Callable[[], None]] = []
"""Called when a process begins."""
at_end: list[Callable[[], None]] = []
"""Called when a process is about to end, still under control."""
_actors: list[Actor] = []
several = False
"""Whether this process has, or has had, more threads than its main one under control."""
clock_ns = 0
"""The virtual clock, as the controller told it last."""


def border(op: Op, arg: int = 0) -> Answer:
    """Ask for a BEGIN or END of a body that is run more than once."""
    actor = getattr(here, "actor", None)
    return Answer.GO if actor is None else _ask(actor, int(op), b"", arg, None, b"")


def begin_process(name: str) -> None:
    """The calling thread is the main thread of a process: it begins."""
    naming.begin_process(name)
    for function in at_begin:
        function()
    begin(name, pid=os.getpid())


def begin(name: str, **facts: Any) -> None:
    """The calling thread becomes actor ``name`` and waits until it may run its first code."""
    actor = become(name, process=naming.process_name(), tid=get_native_id(), **facts)
    _actors.append(actor)
    _ask(actor, _BEGIN, b"", -1, None, b"")


def end(code: int | None = None) -> None:
    """The calling actor is through; ``code`` is its process's exit code if it is the main one."""
    actor = getattr(here, "actor", None)
    if actor is None:
        return
    actor.passing = 0
    if code is not None:
        for function in at_end:
            function()
    _ask(actor, _END, b"", 0 if code is None else code, None, b"")
    here.actor = None
    if code is None:
        # A process's connection is closed by its end, which the controller waits for.
        _actors.remove(actor)
        actor.wire.close()


def forget() -> None:
    """In a forked child: the connections, and the other threads, are the parent's."""
    global several
    here.actor, several = None, False
    while _actors:
        _actors.pop().wire.close()


def ask(op: Op | int, key: bytes, arg: int = -1) -> Answer:
    """Wait for permission to perform ``op`` on the object ``key``.

    Answers GO or TIMEOUT, or SKIP for a lock that is ignored; GO too where the calling thread
    isn't under control.
    """
    actor: Actor | None = getattr(here, "actor", None)
    if actor is None or actor.passing:
        return _GO
    if actor.turns is not None:
        return actor.turns.ask_from(op, key, arg, sys._getframe(1))
    place = place_of(sys._getframe(1))
    while True:
        answer = _ask(actor, int(op), key, arg, None, place)
        if answer != Answer.LOOK:
            return answer


def ask_until(op: Op | int, key: bytes, ready: Callable[[], bool], arg: int = -1) -> Answer:
    """As ``ask``, where the real object decides: it is asked whenever the controller wants to know.

    Answers GO or TIMEOUT.
    """
    actor = current()
    if actor is None:
        return Answer.GO
    place = place_of(sys._getframe(1))
    while True:
        answer = _ask(actor, int(op), key, arg, ready, place)
        if answer != Answer.LOOK:
            return answer


def unseen(call: str) -> None:
    """What comes of a call of the program isn't seen."""
    where = made_at(sys._getframe(2))
    known = call, where["path"], where["line"]
    if known not in _unseen:
        _unseen.add(known)
        tell(unseen="call", what=call, **where)


def result(value: int) -> None:
    """The result of the operation just performed, for the controller."""
    actor = current()
    if actor is not None:
        actor.result = value


class passing:
    """``with passing():`` the calling thread passes freely."""

    def __enter__(self) -> None:
        self._actor = getattr(here, "actor", None)
        if self._actor is not None:
            self._actor.passing += 1

    def __exit__(self, *_: object) -> None:
        if self._actor is not None:
            self._actor.passing -= 1


class interrupted:
    """``with interrupted():`` a signal's handler runs, perhaps while its actor waits for an answer.

    What the handler does are steps; then the actor asks again for what it was interrupted in.
    """

    def __enter__(self) -> None:
        actor: Actor | None = getattr(here, "actor", None)
        self._actor = None if actor is None or actor.request is None else actor
        if self._actor is not None:
            self._request = self._actor.request
            self._actor.request, self._actor.passing = None, self._actor.passing - 1

    def __exit__(self, kind: object, *_: object) -> None:
        actor = self._actor
        if actor is not None:
            actor.request, actor.passing = self._request, actor.passing + 1
            if kind is None:
                _say(actor)


def _ask(
    actor: Actor, op: int, key: bytes, arg: int, ready: Callable[[], bool] | None, place: bytes
) -> Answer:
    global clock_ns
    if actor.turns is not None:
        return actor.turns.ask(op, key, arg, place)
    actor.passing += 1
    actor.request = (op, ready, key, arg, place)
    try:
        _say(actor)
        answered, answer, clock = _unpack(actor.wire.receive(_ANSWER_SIZE))
        while answered != actor.number:
            # The answer to a request that a signal's handler has come between: out of date.
            answered, answer, clock = _unpack(actor.wire.receive(_ANSWER_SIZE))
    finally:
        actor.request = None
        actor.passing -= 1
    if clock > clock_ns:
        clock_ns = clock
    if answer != Answer.LOOK:
        actor.result = 0
    if actor.deferred and answer != Answer.LOOK:
        permitted(actor)
    if answer == _GO:
        return _GO
    if answer == Answer.FREE:
        here.actor = None
        return _GO
    if answer == Answer.QUIT:
        _go(70)
    return Answer(answer)


def permitted(actor: Actor) -> None:
    """Make the records that have waited for permission; replaced where there is a recording."""
    actor.deferred.clear()


def _say(actor: Actor) -> None:
    """Send what the actor asks for; only the newest request is answered."""
    assert actor.request is not None
    op, ready, key, arg, place = actor.request
    is_ready = True if ready is None else ready()
    actor.number += 1
    head = _pack(op, is_ready, len(key), len(place), actor.number, arg, actor.result, clock_ns)
    if actor.facts:
        told, actor.facts = actor.facts, []
        head = b"".join((*told, head))
    actor.wire.send(head + key + place)

"""An actor asks for permission and waits for it.

Every thread that the program itself makes, directly or not, is an actor: it gets a connection to
the controller when it begins and asks there before each leaf operation. A thread without an actor
(before it begins, after it has ended, while the library starts a thread) passes freely.

Standard library only, and nothing of it that is instrumented.
"""

from __future__ import annotations

import json
import os
import sys
from _thread import _local, get_native_id
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ipcsim.operations import Op
from ipcsim.probe.control.calls import made_at, place_of
from ipcsim.probe.control.protocol import ANSWER, FACT, REQUEST, Answer
from ipcsim.probe.control.wire import Wire

if TYPE_CHECKING:
    from ipcsim.probe.control.handing import Turns

_pack, _unpack, _ANSWER_SIZE = REQUEST.pack, ANSWER.unpack, ANSWER.size
_GO: Final = Answer.GO
_BEGIN: Final = int(Op.BEGIN)
_END: Final = int(Op.END)

_go = os._exit
"""Before it is made to ask, too."""
_address = ""
_secret = ""
_ignoring = False
_process = ""
"""Name of the actor that is this process's main thread."""
_used: dict[str, int] = {}
reruns = ""
"""How the bodies of the processes that are started are run more than once: ``again`` in the same
processes, or ``forked`` before each; mostly not."""
at_begin: list[Callable[[], None]] = []
"""Called when a process begins."""
at_end: list[Callable[[], None]] = []
"""Called when a process is about to end, still under control."""
_actors: list[Actor] = []
_untold: list[dict[str, Any]] = []
_here = _local()
clock_ns = 0
"""The virtual clock, as the controller told it last."""


class Actor:
    """A thread under control: its name and its connection."""

    __slots__ = (
        "deferred",
        "facts",
        "name",
        "number",
        "passing",
        "request",
        "result",
        "turns",
        "wire",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        again = {"actor": name, "secret": _secret, "again": True}
        self.wire = Wire(_address, _fact(again))
        self.number = 0
        """Of its last request."""
        self.result = 0
        """Of its last operation, told with the next request."""
        self.facts: list[bytes] = []
        self.deferred: list[tuple[int, int, int, int]] = []
        """Records of what it has asked permission for."""
        self.passing = 0
        """Above 0 it passes freely: a leaf is being performed whose own parts are no leaves, or it
        waits for an answer, so that what runs is a finalizer."""
        self.request: tuple[int, Callable[[], bool] | None, bytes, int, bytes] | None = None
        """What it waits for permission for: op, what says whether it is ready, key, arg, place."""
        self.turns: Turns | None = None
        """Where it hands on the turn to others, without asking the controller each time."""


def set_up(address: str, secret: str, ignoring: bool = False) -> None:
    """Control this process from ``address`` (path of a socket, or ``host:port``).

    ``ignoring``: something that orders the actors is left open.
    """
    global _address, _secret, _ignoring
    _address, _secret, _ignoring = address, secret, ignoring


def controlled() -> bool:
    """Whether this process is, or will be, under control."""
    return bool(_address)


def settings() -> dict[str, Any]:
    """What a child needs to come under control."""
    return {"address": _address, "secret": _secret, "ignoring": _ignoring}


def current() -> Actor | None:
    """The actor that the calling thread is; None if it passes freely."""
    actor: Actor | None = getattr(_here, "actor", None)
    return None if actor is None or actor.passing else actor


def process_name() -> str:
    """Name of the actor that is this process's main thread."""
    return _process


def child_name(name: str, separator: str) -> str:
    """A name for an actor that the calling actor is about to make, its own in every run.

    ``separator`` is ``/`` for a process, ``:`` for a thread.
    """
    parent = getattr(_here, "actor", None)
    base = f"{parent.name if parent is not None else _process}{separator}{name}"
    _used[base] = _used.get(base, 0) + 1
    return base if _used[base] == 1 else f"{base}#{_used[base]}"


def next_key() -> str:
    """A key for an object that the calling actor makes, the same in every run."""
    parent = getattr(_here, "actor", None)
    maker = parent.name if parent is not None else _process
    number = _used[maker] = _used.get(maker, 0) + 1
    return f"{maker}#{number}"


def new_object(kind: str, **facts: Any) -> bytes:
    """Introduce an object that the calling actor makes; its key, the same in every run."""
    key = next_key()
    tell(object=key, kind=kind, **made_at(sys._getframe(2)), **facts)
    return key.encode()


def used_names() -> dict[str, int]:
    """How many names of each base have been given."""
    return dict(_used)


def use_names(used: dict[str, int]) -> None:
    """Go on as if these names had been given."""
    _used.clear()
    _used.update(used)


def border(op: Op, arg: int = 0) -> Answer:
    """Ask for a BEGIN or END of a body that is run more than once."""
    actor = getattr(_here, "actor", None)
    return Answer.GO if actor is None else _ask(actor, int(op), b"", arg, None, b"")


def expect_process(name: str) -> None:
    """This new interpreter will begin as the process ``name``; what it makes before is its own."""
    global _process
    _process = name


def begin_process(name: str, **facts: Any) -> None:
    """The calling thread is the main thread of a process: it begins."""
    global _process
    if name != _process:
        _process = name
        _used.clear()
    for function in at_begin:
        function()
    begin(name, pid=os.getpid(), **facts)


def begin(name: str, **facts: Any) -> None:
    """The calling thread becomes actor ``name`` and waits until it may run its first code."""
    actor = Actor(name)
    _here.actor = actor
    _actors.append(actor)
    tell(actor=name, secret=_secret, process=_process, tid=get_native_id(), **facts)
    for fact in _untold:
        tell(**fact)
    _untold.clear()
    _ask(actor, _BEGIN, b"", -1, None, b"")


def end(code: int | None = None) -> None:
    """The calling actor is through; ``code`` is its process's exit code if it is the main one."""
    actor = getattr(_here, "actor", None)
    if actor is None:
        return
    actor.passing = 0
    if code is not None:
        for function in at_end:
            function()
    _ask(actor, _END, b"", 0 if code is None else code, None, b"")
    _here.actor = None
    if code is None:
        # A process's connection is closed by its end, which the controller waits for.
        _actors.remove(actor)
        actor.wire.close()


def forget() -> None:
    """In a forked child: the connections are the parent's."""
    _here.actor = None
    while _actors:
        _actors.pop().wire.close()


def tell(**fact: Any) -> None:
    """Say something with the next request; nobody answers it.

    What a thread without an actor says is told when the next actor of this process begins.
    """
    actor = getattr(_here, "actor", None)
    if actor is None:
        _untold.append(fact)
    else:
        actor.facts.append(_fact(fact))


def _fact(fact: dict[str, Any]) -> bytes:
    """A fact as a message. Facts are short: names, places, the beginning of an error's text."""
    text = json.dumps(fact, separators=(",", ":")).encode()
    return REQUEST.pack(FACT, 0, 0, len(text), 0, 0, 0, 0) + text


def ask(op: Op | int, key: bytes, arg: int = -1) -> Answer:
    """Wait for permission to perform ``op`` on the object ``key``.

    Answers GO or TIMEOUT, or SKIP for a lock that is ignored; GO too where the calling thread
    isn't under control.
    """
    actor: Actor | None = getattr(_here, "actor", None)
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


def result(value: int) -> None:
    """The result of the operation just performed, for the controller."""
    actor = current()
    if actor is not None:
        actor.result = value


class passing:
    """``with passing():`` the calling thread passes freely."""

    def __enter__(self) -> None:
        self._actor = getattr(_here, "actor", None)
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
        actor: Actor | None = getattr(_here, "actor", None)
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
        _here.actor = None
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

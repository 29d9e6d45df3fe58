"""An actor asks for permission and waits for it.

Every thread that the program itself makes, directly or not, is an actor: it gets a connection to
the controller when it begins and asks there before each leaf operation. A thread without an actor
(before it begins, after it has ended, while the library starts a thread) passes freely.

Standard library only, and nothing of it that is instrumented.
"""

from __future__ import annotations

import _socket
import json
import os
import sys
from _thread import _local
from collections.abc import Callable
from itertools import islice
from types import CodeType, FrameType
from typing import Any, Final

from ipcsim.operations import Op
from ipcsim.probe.control.protocol import ANSWER, FACT, REQUEST, Answer
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.tracebacks import is_ours

_HIGH: Final = 500
"""Our descriptors are far above the program's, so that its own keep their numbers."""
_MOST_FRAMES: Final = 8
"""So many frames of the library's, from the inside, tell how it has made an object."""
_pack, _unpack, _ANSWER_SIZE = REQUEST.pack, ANSWER.unpack, ANSWER.size
_GO: Final = Answer.GO
_BEGIN: Final = int(Op.BEGIN)
_END: Final = int(Op.END)

_go = os._exit
"""Before it is made to ask, too."""
_address = ""
_secret = ""
_process = ""
"""Name of the actor that is this process's main thread."""
_used: dict[str, int] = {}
reruns = False
"""Whether the bodies of the processes that are started are run more than once."""
at_begin: list[Callable[[], None]] = []
"""Called when a process begins."""
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
        "inode",
        "name",
        "number",
        "passing",
        "request",
        "result",
        "socket",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.socket, self.inode = _connect()
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


def set_up(address: str, secret: str) -> None:
    """Control this process from ``address`` (path of a socket, or ``host:port``)."""
    global _address, _secret
    _address, _secret = address, secret


def controlled() -> bool:
    """Whether this process is, or will be, under control."""
    return bool(_address)


def settings() -> dict[str, str]:
    """What a child needs to come under control."""
    return {"address": _address, "secret": _secret}


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


def made_at(frame: FrameType | None) -> dict[str, Any]:
    """Facts on where an object is made: the program's line, and the library's from the inside."""
    path, line, called, *_ = place_of(frame, mark=False).decode().split("\0")
    made: list[tuple[str, int]] = []
    while frame is not None and (is_library(frame.f_code.co_filename) or _is_made_up(frame)):
        if not is_ours(frame.f_code.co_filename):
            made.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    where = {"path": path, "line": int(line), "called": called, "made": made[:_MOST_FRAMES]}
    if frame is not None and sys.version_info >= (3, 11):
        # Two calls on one line are told apart by their columns.
        positions = islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
        _, _, where["column"], where["end_column"] = next(positions, (None,) * 4)
    return where


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
    tell(actor=name, secret=_secret, process=_process, **facts)
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
    _ask(actor, _END, b"", 0 if code is None else code, None, b"")
    _here.actor = None
    if code is None:
        # A process's connection is closed by its end, which the controller waits for.
        _actors.remove(actor)
        _close(actor)


def forget() -> None:
    """In a forked child: the connections are the parent's."""
    _here.actor = None
    while _actors:
        _close(_actors.pop())


def tell(**fact: Any) -> None:
    """Say something with the next request; nobody answers it.

    What a thread without an actor says is told when the next actor of this process begins.
    """
    actor = getattr(_here, "actor", None)
    if actor is None:
        _untold.append(fact)
    else:
        text = json.dumps(fact, separators=(",", ":")).encode()
        for start in range(0, len(text), 60_000):
            part = text[start : start + 60_000]
            more = start + 60_000 < len(text)
            actor.facts.append(REQUEST.pack(FACT, more, 0, len(part), 0, 0, 0, 0) + part)


def ask(op: Op | int, key: bytes, arg: int = -1) -> Answer:
    """Wait for permission to perform ``op`` on the object ``key``.

    Answers GO or TIMEOUT, or SKIP for a lock that is ignored; GO too where the calling thread
    isn't under control.
    """
    actor = current()
    if actor is None:
        return Answer.GO
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
    actor.passing += 1
    actor.request = (op, ready, key, arg, place)
    try:
        _say(actor)
        answered, answer, clock = _unpack(_receive(actor))
        while answered != actor.number:
            # The answer to a request that a signal's handler has come between: out of date.
            answered, answer, clock = _unpack(_receive(actor))
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
    _send(actor, head + key + place)


def _send(actor: Actor, data: bytes) -> None:
    _check(actor)
    try:
        actor.socket.sendall(data)
    except OSError:
        _go(70)  # the controller is gone: the run is over


def _receive(actor: Actor) -> bytes:
    data = b""
    while True:
        try:
            part = actor.socket.recv(_ANSWER_SIZE - len(data))
        except OSError:
            part = b""
        if not part:
            _go(70)
        data += part
        if len(data) == _ANSWER_SIZE:
            return data


def _check(actor: Actor) -> None:
    """A program may close every descriptor it finds, and open its own under the same number."""
    if _ours(actor):
        return
    actor.socket.detach()
    actor.socket, actor.inode = _connect()
    again = json.dumps({"actor": actor.name, "secret": _secret, "again": True}).encode()
    actor.socket.sendall(REQUEST.pack(FACT, 0, 0, len(again), 0, 0, 0, 0) + again)


def _ours(actor: Actor) -> bool:
    if os.name != "posix":
        return True
    try:
        return os.fstat(actor.socket.fileno()).st_ino == actor.inode
    except OSError:
        return False


def _close(actor: Actor) -> None:
    if _ours(actor):
        actor.socket.close()
    else:
        actor.socket.detach()


def _connect() -> tuple[_socket.socket, int]:
    if _address.startswith("/"):
        made = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        made.connect(_address)
    else:
        host, port = _address.rsplit(":", 1)
        made = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        made.connect((host, int(port)))
        made.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    if os.name != "posix":
        return made, 0
    made = _moved_up(made)
    return made, os.fstat(made.fileno()).st_ino


def _moved_up(made: _socket.socket) -> _socket.socket:
    import fcntl

    try:
        high = fcntl.fcntl(made.fileno(), fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except OSError:
        return made  # so many aren't allowed here
    family, kind = made.family, made.type
    made.close()
    return _socket.socket(family, kind, 0, high)


def _is_made_up(frame: FrameType) -> bool:
    """Code without a file that the library has made (a Value's properties), or ``-c``'s own."""
    return frame.f_code.co_filename == "<string>" and (
        frame.f_back is None or frame.f_globals.get("__name__") != "__main__"
    )


_places: dict[tuple[int, int, str, str], bytes] = {}
_codes: list[CodeType] = []
"""Kept, so that no other gets the identity of one whose place is known."""


_SAME: Final = "same"
roots: set[CodeType] = set()
"""Functions that a process begins in: what is below them on the stack is its parent's."""


def place_of(frame: FrameType | None, mark: bool = True) -> bytes:
    """``path NUL line NUL call NUL same``.

    The program's own line, the library's function it called, and whether that is the very call
    that the last request came from. For that the frame of a call is marked, by an attribute that
    nothing but a debugger that steps through the library looks at.
    """
    called = ours = ""
    outermost = None
    while frame is not None:
        code = frame.f_code
        if not (is_library(code.co_filename) or _is_made_up(frame)):
            called, same = called or ours, _mark(outermost, mark)
            known = (id(code), frame.f_lasti, called, same)
            place = _places.get(known)
            if place is None:
                place = f"{code.co_filename}\0{frame.f_lineno}\0{called}\0{same}".encode()
                _places[known] = place
                _codes.append(code)
            return place
        if is_ours(code.co_filename):
            if mark and code in roots:
                break
            ours = code.co_name
        else:
            called = code.co_name
        outermost = frame
        frame = frame.f_back
    return f"\0{0}\0{called}\0".encode()


def _mark(frame: FrameType | None, mark: bool) -> str:
    """Whether a library function's frame has been here before; it has from now on."""
    if frame is None:
        return ""
    if not frame.f_trace_lines:
        return _SAME
    if mark:
        frame.f_trace_lines = False
    return ""

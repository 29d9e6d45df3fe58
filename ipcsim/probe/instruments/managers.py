"""``multiprocessing.Manager`` and own managers: the server, its proxies, each call.

A proxy's call is recorded where it is made (CALL, RESULT, CALL_FAILED) and where it is served
(SERVE, SERVED); ``proxy_meanings`` says what it means for a lock, a queue, a value. The connections
underneath and the counting of references stay quiet.
"""

from __future__ import annotations

from types import FrameType

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments.callers import frame_above, is_library, place_above
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.labels import call_text
from ipcsim.probe.instruments.proxy_meanings import KINDS, Call, meaning_of
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, fresh_text, gate, new_object, text, token
from ipcsim.probe.type_words import Any

_CALL, _RESULT, _CALL_FAILED = int(Kind.CALL), int(Kind.RESULT), int(Kind.CALL_FAILED)
_SERVE, _SERVED = int(Kind.SERVE), int(Kind.SERVED)
# The parameter by which a shared object is bounded, in the call that makes it.
_BOUNDS = {
    "Queue": ("maxsize", "bound"),
    "JoinableQueue": ("maxsize", "bound"),
    "Semaphore": ("value", "bound"),
    "BoundedSemaphore": ("value", "bound"),
    "Barrier": ("parties", "parties"),
}


def install() -> None:
    """Watch managers from now on, in this process and in their servers."""
    when_imported("multiprocessing.managers", _instrument)


def _instrument(module: Any) -> None:
    _instrument_manager(module.BaseManager)
    _instrument_proxy(module.BaseProxy)
    _instrument_server(module.Server)


def _instrument_manager(manager: Any) -> None:
    real_start, real_connect = manager.start, manager.connect

    def start(self: Any, *arguments: Any, **named: Any) -> None:
        real_start(self, *arguments, **named)
        _introduce_manager(self, True, frame_above(1), pid=self._process.pid)

    def connect(self: Any) -> None:
        real_connect(self)
        _introduce_manager(self, False, frame_above(1))

    replace(manager, start, connect)


def _introduce_manager(manager: Any, created: bool, frame: FrameType, **facts: int) -> None:
    address = str(manager._address)
    place = place_above(frame)
    name = type(manager).__name__
    key = f"manager:{address}"
    new_object(ObjectKind.MANAGER, key, created, place, address=address, type=name, **facts)


def _key(address: Any, identity: str) -> str:
    return f"proxy:{address}:{identity}"


def _instrument_proxy(proxy: Any) -> None:
    real_init, real_call = proxy.__init__, proxy._callmethod

    def __init__(self: Any, token: Any, *arguments: Any, **named: Any) -> None:
        real_init(self, token, *arguments, **named)
        makes, place = _making(frame_above(1))
        self._ipcsim_object = new_object(
            KINDS.get(token.typeid, ObjectKind.PROXY),
            _key(token.address, token.id),
            makes is not None,
            place,
            type=token.typeid,
            manager=f"manager:{token.address}",
            **_bound(token.typeid, makes),
        )

    def _callmethod(self: Any, methodname: str, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006
        frame = frame_above(1)
        try:
            gate()
            place = _place_of_call(frame)
            number = self._ipcsim_object
            call = Call(number, place, methodname, args, kwds)
            meaning = meaning_of(self._token.typeid, methodname)
            emit(_CALL, number, place, fresh_text(call_text(methodname, args, kwds)))
            if meaning is not None:
                meaning.begin(call)
            result = real_call(self, methodname, args, kwds)
            if meaning is not None:
                meaning.end(call, result)
            emit(_RESULT, number, place, token(result))
        except BaseException as error:
            name = type(error).__name__
            if meaning is not None:
                meaning.failed(call, name)
            emit(_CALL_FAILED, number, place, text(name))
            drop_frame(error)
            raise
        return result

    proxy._ipcsim_object = 0
    replace(proxy, __init__)
    _callmethod.__doc__ = real_call.__doc__
    _callmethod.__qualname__, _callmethod.__module__ = real_call.__qualname__, real_call.__module__
    proxy._callmethod = _callmethod


def _place_of_call(frame: FrameType) -> int:
    """The place above a proxy's method, which managers.py makes by ``exec`` (file ``<string>``)."""
    above: FrameType | None = frame
    while above is not None and "_callmethod" in above.f_code.co_names:
        above = above.f_back
    return place_above(above)


def _making(frame: FrameType | None) -> tuple[FrameType | None, int]:
    """The frame of ``manager.Queue(...)`` and the like that makes a proxy, if one does."""
    makes = None
    while frame is not None and is_library(frame.f_code.co_filename):
        if frame.f_code.co_name == "temp":
            makes = frame
        frame = frame.f_back
    return makes, place_above(frame)


def _bound(typeid: str, makes: FrameType | None) -> dict[str, int]:
    if makes is None or typeid not in _BOUNDS:
        return {}
    parameter, fact = _BOUNDS[typeid]
    given = makes.f_locals
    default = 0 if parameter == "maxsize" else 1
    bound = given["args"][0] if given.get("args") else given.get("kwds", {}).get(parameter, default)
    return {fact: bound} if type(bound) is int else {}


def _instrument_server(server: Any) -> None:
    real_create, real_serve = server.create, server.serve_client

    def create(self: Any, c: Any, typeid: str, /, *args: Any, **kwds: Any) -> Any:
        made = real_create(self, c, typeid, *args, **kwds)
        kind = KINDS.get(typeid, ObjectKind.PROXY)
        numbers = self.__dict__.setdefault("_ipcsim_objects", {})
        numbers[made[0]] = new_object(kind, _key(self.address, made[0]), False, 0, type=typeid)
        return made

    def serve_client(self: Any, conn: Any) -> None:
        numbers = self.__dict__.setdefault("_ipcsim_objects", {})
        real_serve(self, _Served(conn, numbers))

    replace(server, create, serve_client)


class _Served:
    """A client's connection in its server: says when a call begins to be served, and its end."""

    def __init__(self, connection: Any, numbers: dict[str, int]) -> None:
        self._connection, self._numbers = connection, numbers
        self._number = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def recv(self) -> Any:
        """The next request."""
        try:
            request = self._connection.recv()
        except BaseException as error:
            drop_frame(error)
            raise
        if type(request) is tuple and len(request) == 4 and type(request[1]) is str:
            self._number = self._numbers.get(request[0], 0)
            emit(_SERVE, self._number, 0, text(request[1]))
        return request

    def send(self, message: Any) -> None:
        """The answer."""
        emit(_SERVED, self._number, 0, 0)
        try:
            self._connection.send(message)
        except BaseException as error:
            drop_frame(error)
            raise

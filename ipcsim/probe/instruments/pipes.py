"""Connections: ``Pipe()``, ``Client()``, ``Listener.accept()`` and ``connection.wait``.

A connection records around the one place where CPython writes or reads a message (``_send_bytes``
and ``_recv_bytes``). ``send``, ``recv``, ``send_bytes``, ... above it are CPython's own, so
pickling, errors and limits are. The program's connections keep their class; those of queues, pools
and managers get a subclass of the same name, which is what the class was, at no cost.
"""

from __future__ import annotations

import sys
import weakref
from functools import wraps
from time import perf_counter_ns
from types import FrameType

from ipcsim.events import Kind
from ipcsim.probe.instruments.callers import called_by_program, frame_above, is_library, place_above
from ipcsim.probe.instruments.connection_ends import (
    arrived,
    internal,
    key_of,
    make_internal,
    number_of,
    plain_class,
    say_arrived,
    watch,
)
from ipcsim.probe.instruments.connection_leaves import record
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate
from ipcsim.probe.type_words import Any

__all__ = ["install", "make_internal", "say_arrived"]

_POLLED, _POLL_WAIT = int(Kind.POLLED), int(Kind.POLL_WAIT)


def install() -> None:
    """Watch connections from now on, in this process and the ones it forks."""
    when_imported("multiprocessing.connection", _instrument)


def _instrument(connection: Any) -> None:
    plain_class[connection.Connection] = record(connection.Connection)
    if hasattr(connection, "PipeConnection"):
        plain_class[connection.PipeConnection] = record(connection.PipeConnection)
    _instrument_makers(connection)
    _instrument_pickling(connection)
    _instrument_wait(connection)


def _instrument_makers(connection: Any) -> None:
    """``Pipe``, ``Client`` and ``Listener.accept`` give the program watched ends."""
    real_pipe, real_client = connection.Pipe, connection.Client
    real_accept = connection.Listener.accept

    @wraps(real_pipe)
    def Pipe(duplex: bool = True) -> Any:
        try:
            ends = real_pipe(duplex)
        except BaseException as error:
            drop_frame(error)
            raise
        frame: FrameType | None = frame_above(1)
        if frame is not None and frame.f_code.co_filename == _context_file():
            frame = frame.f_back  # multiprocessing.Pipe() and ctx.Pipe()
        if frame is not None and not is_library(frame.f_code.co_filename):
            keys = [key_of(end)[0] for end in ends]
            for end, peer in zip(ends, reversed(keys), strict=True):
                watch(end, frame, peer=peer)
            return ends
        return tuple(map(internal, ends))

    @wraps(real_client)
    def Client(address: Any, family: str | None = None, authkey: bytes | None = None) -> Any:
        try:
            end = real_client(address, family, authkey)
        except BaseException as error:
            drop_frame(error)
            raise
        if called_by_program():
            _watch_socket(end, address, False)
        return end

    @wraps(real_accept)
    def accept(self: Any) -> Any:
        try:
            end = real_accept(self)
        except BaseException as error:
            drop_frame(error)
            raise
        if called_by_program():
            _watch_socket(end, self.address, True)
        return end

    connection.Pipe, connection.Client = Pipe, Client
    connection.Listener.accept = accept


def _watch_socket(end: Any, address: Any, accepted: bool) -> None:
    # Loaded where it is needed: every child that is spawned would pay for it.
    from ipcsim.probe.instruments.socket_links import link_of

    watch(end, frame_above(2), address=str(address), link=link_of(end, accepted))


def _instrument_pickling(connection: Any) -> None:
    """Ends that arrive are the program's, or else the library's own, as they were where they came
    from: those are pickled with numbers for truth values, which anybody can read.
    """
    for name, kind in (("connection", "Connection"), ("pipe_connection", "PipeConnection")):
        if hasattr(connection, kind):
            _rebuilding(connection, f"rebuild_{name}")
            plain = plain_class[getattr(connection, kind)]
            connection.reduction.register(plain, _reducing(connection, f"reduce_{name}"))


def _rebuilding(connection: Any, name: str) -> None:
    real_rebuild = getattr(connection, name)

    @wraps(real_rebuild)
    def rebuild(handle: Any, readable: Any, writable: Any) -> Any:
        try:
            end = real_rebuild(handle, bool(readable), bool(writable))
        except BaseException as error:
            drop_frame(error)
            raise
        if type(readable) is int:
            return internal(end)
        end._ipcsim_object = 0
        arrived.append(weakref.ref(end))
        return end

    setattr(connection, name, rebuild)


def _reducing(connection: Any, name: str) -> Any:
    real_reduce = getattr(connection, name)

    @wraps(real_reduce)
    def reduce(end: Any) -> Any:
        try:
            rebuild, (handle, readable, writable) = real_reduce(end)
        except BaseException as error:
            drop_frame(error)
            raise
        return rebuild, (handle, int(readable), int(writable))

    return reduce


def _context_file() -> Any:
    return sys.modules["multiprocessing.context"].BaseContext.Pipe.__code__.co_filename


def _instrument_wait(connection: Any) -> None:
    real_wait = connection.wait

    @wraps(real_wait)
    def wait(object_list: Any, timeout: float | None = None) -> Any:
        try:
            if not called_by_program():
                return real_wait(object_list, timeout)
            gate()
            frame = frame_above(1)
            place = place_above(frame)
            objects = list(object_list)
            ends = [o for o in objects if type(o) in plain_class and o._ipcsim_object >= 0]
            # Of anything else (sentinels, sockets) it is only said that the process waits.
            numbers = [number_of(end, frame) for end in ends] or [0]
            began = perf_counter_ns()
            if timeout is None or timeout > 0:
                for number in numbers:
                    emit(_POLL_WAIT, number, place, nanoseconds(timeout))
            ready = extended(timeout, lambda left: real_wait(objects, left))
        except BaseException as error:
            drop_frame(error)
            raise
        found = [sum(end is one for one in ready) for end in ends] or [len(ready)]
        for number, count in zip(numbers, found, strict=True):
            emit_span(_POLLED, began, number, place, count)
        return ready

    connection.wait = wait

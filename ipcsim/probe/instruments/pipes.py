"""Connections: ``Pipe()``, ``Client()``, ``Listener.accept()`` and ``connection.wait``.

A connection that the program made becomes an instance of a subclass of the same name, which
records around the one place where CPython writes or reads a message (``_send_bytes`` and
``_recv_bytes``). ``send``, ``recv``, ``send_bytes``, ... above it are CPython's own, so pickling,
errors and limits are. Connections of queues, pools and managers stay what they are.

Of a one-way pipe both ends have the same inode; their keys differ by a final ``:r`` or ``:w``.
"""

from __future__ import annotations

import os
import select
import stat
import sys
import weakref
from binascii import crc32
from functools import wraps
from time import perf_counter_ns
from types import FrameType
from typing import Any

from ipcsim.events import FINGERPRINT_BYTES, Kind, ObjectKind
from ipcsim.probe.instruments.callers import (
    called_by_program,
    is_library,
    place_above,
)
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, fingerprint, gate, new_object, token
from ipcsim.probe.recorder import place as place_at

try:
    from fcntl import ioctl
    from termios import FIONREAD
except ImportError:  # Windows
    ioctl = None  # type: ignore[assignment]

_BROKEN_PIPE = int(Kind.BROKEN_PIPE)
_CLOSE = int(Kind.CLOSE)
_DUPLICATED = int(Kind.DUPLICATED)
_EOF = int(Kind.EOF)
_POLLED = int(Kind.POLLED)
_POLL_WAIT = int(Kind.POLL_WAIT)
_RECV = int(Kind.RECV)
_RECV_WAIT = int(Kind.RECV_WAIT)
_SEND = int(Kind.SEND)
_SEND_WAIT = int(Kind.SEND_WAIT)
_SENT = int(Kind.SENT)

# An end that has room at all takes this many bytes at once without blocking, in messages that are
# counted as so many bytes more: a pipe has a free page, a socket three quarters of its buffer.
_ROOM = 4096
_OVERHEAD = 128
_NO_BYTES = bytes(4)
_getframe = sys._getframe
_places: dict[tuple[int, int], int] = {}
_labels_of_bytes: dict[int, int] = {}
# The files of the standard library that use connections for purposes of their own.
_INTERNAL = (
    "queues.py",
    "managers.py",
    "pool.py",
    "connection.py",
    "resource_sharer.py",
    "heap.py",
    "forkserver.py",
)

_watched_class: dict[type, type] = {}
_ends: weakref.WeakSet[Any] = weakref.WeakSet()
_arrived: list[weakref.ref[Any]] = []
_internal_files: dict[str, bool] = {}


def install() -> None:
    """Watch connections from now on, in this process and the ones it forks."""
    when_imported("multiprocessing.connection", _instrument)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_say_inherited)


def make_internal(connection: Any) -> None:
    """Make a connection that arrived as a part of something else (a queue) the real thing."""
    if type(connection) in _watched_class.values():
        connection.__class__ = type(connection).__mro__[1]
        _ends.discard(connection)


def say_arrived(programs: bool = True) -> None:
    """Introduce the ends that were unpickled and not claimed by a queue since the last call.

    Not the `programs`: if one of them is used by the program after all, it is introduced then.
    """
    while _arrived:
        end: Any = _arrived.pop()()
        if programs and type(end) in _watched_class.values() and not end._ipcsim_object:
            end._ipcsim_object = _introduce(end, False, None)


def _say_inherited() -> None:
    _arrived.clear()
    for end in list(_ends):
        if end._ipcsim_object and end._handle is not None:
            emit(_DUPLICATED, end._ipcsim_object, 0, 0)


def _instrument(connection: Any) -> None:
    _watched_class[connection.Connection] = _watched(connection.Connection)
    if hasattr(connection, "PipeConnection"):
        _watched_class[connection.PipeConnection] = _watched(connection.PipeConnection)
    _instrument_makers(connection)
    _instrument_wait(connection)


def _key(connection: Any) -> tuple[str, bool]:
    """The key of an end, and whether it is one of a pair of sockets or named pipes (two-way)."""
    if sys.platform == "win32":
        return f"pipe:{os.getpid()}:{connection._handle}", connection.readable
    status = os.fstat(connection._handle)
    if stat.S_ISFIFO(status.st_mode):
        return f"pipe:{status.st_ino}:{'r' if connection._readable else 'w'}", False
    return f"pipe:{status.st_ino}", True


def _introduce(
    connection: Any, created: bool, frame: FrameType | None, **facts: str | bool | None
) -> int:
    """Record the OBJECT of an end, and that it is held here if it came from elsewhere."""
    key, two_way = _key(connection)
    place = place_at(frame) if frame is not None else 0
    if not two_way:
        facts.setdefault("peer", key[:-1] + ("w" if connection._readable else "r"))
    number = new_object(
        ObjectKind.PIPE_END,
        key,
        created,
        place,
        readable=connection._readable,
        writable=connection._writable,
        duplex=two_way,
        **facts,
    )
    _ends.add(connection)
    if not created:
        emit(_DUPLICATED, number, place, 0)
    return number


def _watch(connection: Any, frame: FrameType | None, **facts: str | bool | None) -> None:
    """Turn a fresh connection of the program's into a watched one."""
    watched = _watched_class.get(type(connection))
    if watched is not None:
        connection.__class__ = watched
        connection._ipcsim_object = _introduce(connection, True, frame, **facts)


def _is_internal(filename: str) -> bool:
    answer = _internal_files.get(filename)
    if answer is None:
        answer = is_library(filename) and os.path.basename(filename) in _INTERNAL
        _internal_files[filename] = answer
    return answer


def _number(connection: Any, frame: FrameType | None) -> int:
    """The object number of an end; one that was unpickled is introduced at its first use."""
    number: int = connection._ipcsim_object
    if not number:
        number = connection._ipcsim_object = _introduce(connection, False, frame)
    return number


def _place_of(connection: Any, frame: FrameType) -> int:
    """Number of the place that uses an end; -1: the library does, for a purpose of its own."""
    if _is_internal(frame.f_code.co_filename):
        make_internal(connection)
        return -1
    place = place_above(frame)
    if place and not is_library(frame.f_code.co_filename):
        # The recorder keeps the code object of every place, so its address stays its own.
        _places[id(frame.f_code), frame.f_lasti] = place
    return place


def _has_bytes(connection: Any) -> bool:
    if ioctl is None:
        return False
    count = bytearray(4)
    try:
        ioctl(connection._handle, FIONREAD, count)
    except OSError:
        return False
    return count != _NO_BYTES


def _has_room(connection: Any, size: int) -> bool:
    """Whether a message of `size` bytes is sure not to block.

    An end that has room has it for some messages more, so it isn't asked each time.
    """
    if size > _ROOM or sys.platform == "win32":
        return size <= _ROOM
    try:
        poll = connection._ipcsim_poll
    except AttributeError:
        poll = connection._ipcsim_poll = select.poll()
        poll.register(connection._handle, select.POLLOUT)
    try:
        room = bool(poll.poll(0))
    except RuntimeError:  # another thread asks at this moment
        room = False
    connection._ipcsim_room = _ROOM - size - _OVERHEAD if room else 0
    return room


def _mark(data: memoryview) -> int:
    """``recorder.fingerprint`` of what is known to be a memoryview of bytes."""
    size = len(data)
    if size > FINGERPRINT_BYTES:
        return min(size, 0x7FFFFFFF) << 32 | crc32(data[:FINGERPRINT_BYTES])
    return size << 32 | crc32(data)


def _label(value: Any) -> int:
    if type(value) is not bytes:
        return token(value)
    size = len(value)
    label = _labels_of_bytes.get(size)
    if label is None:
        label = token(value)
        if 16 < size < 100_000:  # shown by type and size alone
            _labels_of_bytes[size] = label
    return label


def _watched(real: Any) -> type:
    """The class of the program's own connections: `real` with its leaves recorded."""
    real_send, real_receive = real._send_bytes, real._recv_bytes
    real_poll, real_close = real._poll, real._close
    send_code, close_code = real.send.__code__, real.close.__code__

    # Each of these is called by a public method of connection.py: two frames up is its caller.

    def _send_bytes(self: Any, buf: Any) -> Any:
        method = _getframe(1)
        frame: Any = method.f_back
        place = _places.get((id(frame.f_code), frame.f_lasti), 0)
        try:
            if not place and (place := _place_of(self, frame)) < 0:
                return real_send(self, buf)
            gate()
            number = self._ipcsim_object or _number(self, frame)
            size = len(buf)
            if method.f_code is send_code:
                label = _label(method.f_locals["obj"])
            else:
                label = _label(bytes(buf))
            self._ipcsim_room -= size + _OVERHEAD
            if self._ipcsim_room < 0 and not _has_room(self, size):
                emit(_SEND_WAIT, number, place, fingerprint(buf))
            emit(_SEND, number, place, label)
            real_send(self, buf)
        except BaseException as error:
            if isinstance(error, (BrokenPipeError, ConnectionResetError)):
                emit(_BROKEN_PIPE, number, place, 0)
            drop_frame(error)
            raise
        # The fingerprint is made while the message is on its way.
        emit(_SENT, number, place, _mark(memoryview(buf)))
        return None

    def _recv_bytes(self: Any, maxsize: int | None = None) -> Any:
        frame = _getframe(2)
        place = _places.get((id(frame.f_code), frame.f_lasti), 0)
        try:
            if not place and (place := _place_of(self, frame)) < 0:
                return real_receive(self, maxsize)
            gate()
            number = self._ipcsim_object or _number(self, frame)
            if not _has_bytes(self):
                emit(_RECV_WAIT, number, place, -1)
            buf = real_receive(self, maxsize)
        except BaseException as error:
            if isinstance(error, (EOFError, ConnectionResetError)):
                emit(_EOF, number, place, 0)
            drop_frame(error)
            raise
        if buf is not None:
            emit(_RECV, number, place, _mark(buf.getbuffer()))
        return buf

    def _poll(self: Any, timeout: float | None) -> Any:
        frame = _getframe(2)
        try:
            if (place := _place_of(self, frame)) < 0:
                return real_poll(self, timeout)
            gate()
            number = self._ipcsim_object or _number(self, frame)
            began = perf_counter_ns()
            if timeout is None or timeout > 0:
                emit(_POLL_WAIT, number, place, nanoseconds(timeout))
            ready = extended(timeout, lambda left: real_poll(self, left))
        except BaseException as error:
            drop_frame(error)
            raise
        emit_span(_POLLED, began, number, place, int(ready))
        return ready

    def _close(self: Any) -> None:
        try:
            if self._ipcsim_object:
                # Not of close() itself but of the last reference: no place.
                closes = sys._getframe(1).f_code is close_code
                place = place_above(sys._getframe(2)) if closes else 0
                emit(_CLOSE, self._ipcsim_object, place, 0)
            real_close(self)
        except BaseException as error:
            drop_frame(error)
            raise

    leaves = {f.__name__: f for f in (_send_bytes, _recv_bytes, _poll, _close)}
    names = {n: getattr(real, n) for n in ("__module__", "__qualname__", "__doc__")}
    return type(real.__name__, (real,), {**names, **leaves, "_ipcsim_object": 0, "_ipcsim_room": 0})


def _instrument_makers(connection: Any) -> None:
    """``Pipe``, ``Client``, ``Listener.accept`` and unpickling give the program watched ends."""
    real_pipe, real_client = connection.Pipe, connection.Client
    real_accept, real_rebuild = connection.Listener.accept, connection.rebuild_connection

    @wraps(real_pipe)
    def Pipe(duplex: bool = True) -> Any:
        try:
            ends = real_pipe(duplex)
        except BaseException as error:
            drop_frame(error)
            raise
        frame: FrameType | None = sys._getframe(1)
        if frame is not None and frame.f_code.co_filename == _context_file():
            frame = frame.f_back  # multiprocessing.Pipe() and ctx.Pipe()
        if frame is not None and not is_library(frame.f_code.co_filename):
            keys = [_key(end)[0] for end in ends]
            for end, peer in zip(ends, reversed(keys), strict=True):
                _watch(end, frame, peer=peer)
        return ends

    @wraps(real_client)
    def Client(address: Any, family: str | None = None, authkey: bytes | None = None) -> Any:
        try:
            end = real_client(address, family, authkey)
        except BaseException as error:
            drop_frame(error)
            raise
        if called_by_program():
            _watch(end, sys._getframe(1), address=str(address))
        return end

    @wraps(real_accept)
    def accept(self: Any) -> Any:
        try:
            end = real_accept(self)
        except BaseException as error:
            drop_frame(error)
            raise
        if called_by_program():
            _watch(end, sys._getframe(1), address=str(self.address))
        return end

    @wraps(real_rebuild)
    def rebuild_connection(*arguments: Any) -> Any:
        try:
            end = real_rebuild(*arguments)
        except BaseException as error:
            drop_frame(error)
            raise
        end.__class__ = _watched_class.get(type(end), type(end))
        _arrived.append(weakref.ref(end))
        return end

    connection.Pipe, connection.Client = Pipe, Client
    connection.Listener.accept = accept
    connection.rebuild_connection = rebuild_connection
    for real, watched in _watched_class.items():
        pickled = connection.reduce_connection
        if real.__name__ == "PipeConnection":
            pickled = connection.reduce_pipe_connection
        connection.reduction.register(watched, pickled)


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
            frame = sys._getframe(1)
            place = place_above(frame)
            objects = list(object_list)
            ends = [o for o in objects if type(o) in _watched_class.values()]
            # Of anything else (sentinels, sockets) it is only said that the process waits.
            numbers = [_number(end, frame) for end in ends] or [0]
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

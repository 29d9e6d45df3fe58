"""Connections: one message is one step, and the real pipe decides who can go on.

A channel is one direction of a pipe. Who makes a pipe introduces its channels, and tells by which
inodes other processes know them. Nothing blocks in the kernel: a message that doesn't fit is
written in pieces, each a step of its own (SEND with a negative argument, the bytes to come), and
read so (RECEIVE with an argument below -1).
"""

from __future__ import annotations

import io
import os
import select
import stat
import sys
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from ipcsim.operations import Op
from ipcsim.probe.control.asking import ask, ask_until, current, new_object, passing, result
from ipcsim.probe.control.processes import actor_of_sentinel, has_died
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame

_WINDOWS: Final = sys.platform == "win32"
_SURE: Final = 4096
"""An end that has room takes so many bytes at once without blocking."""
_CONFIRMS_S: Final = 2.0
_END: Final = -1
"""Result of a SEND or RECEIVE that fails, as when nobody is left at the other end."""


def install() -> None:
    """Make connections ask from now on."""
    when_imported("multiprocessing.connection", _instrument)
    if not _WINDOWS:
        when_imported("multiprocessing.reduction", _instrument_handles)


def introduce(end: Any, read: bytes, write: bytes) -> None:
    """``end`` reads from the channel of this key, and writes to that one."""
    end._ipcsim_channels = read, write


def readable(end: Any) -> bool:
    """Whether reading from an end, a socket or a descriptor wouldn't block now."""
    return _polled(end, "POLLIN")


def _writable(end: Any) -> bool:
    return _WINDOWS or _polled(end, "POLLOUT")


def _polled(end: Any, event: str) -> bool:
    if _WINDOWS:
        return bool(_real_wait[0]([end], 0))
    try:
        poll = select.poll()
        poll.register(end, getattr(select, event))
    except (OSError, ValueError):
        return True  # it is closed: let the operation itself say so
    return bool(poll.poll(0))


_real_wait: list[Any] = []


def channels(end: Any) -> tuple[bytes, bytes]:
    """Keys of the channels that an end reads from and writes to."""
    known: tuple[bytes, bytes] | None = getattr(end, "_ipcsim_channels", None)
    if known is None:
        known = end._ipcsim_channels = _keys_of(end._handle)
    return known


def _keys_of(handle: int) -> tuple[bytes, bytes]:
    if _WINDOWS:
        key = b"handle:%d:%d" % (os.getpid(), handle)
        return key, key
    status = os.fstat(handle)
    if stat.S_ISFIFO(status.st_mode):
        key = b"pipe:%d" % status.st_ino
        return key, key
    return b"socket:%d:r" % status.st_ino, b"socket:%d:w" % status.st_ino


def _instrument(connection: Any) -> None:
    _real_wait.append(connection.wait)
    _instrument_pipe(connection)
    _instrument_wait(connection)
    for name in ("Connection", "PipeConnection"):
        kind = getattr(connection, name, None)
        if kind is not None:
            _instrument_messages(kind)
            _instrument_close(kind)
            if name == "Connection" and not _WINDOWS:
                kind._send, kind._recv = _in_pieces(kind._send), _from_pieces(kind._recv)


def _instrument_pipe(connection: Any) -> None:
    real = connection.Pipe

    @wraps(real)
    def Pipe(duplex: bool = True) -> Any:
        try:
            one, other = real(duplex)
        except BaseException as error:
            drop_frame(error)
            raise
        (one_reads, one_writes), (other_reads, other_writes) = channels(one), channels(other)
        if one_reads == one_writes and not _WINDOWS:
            key = new_object("channel", alias=one_reads.decode())
            introduce(one, key, key)
            introduce(other, key, key)
            return one, other
        names = [key.decode() for key in (one_reads, other_writes, other_reads, one_writes)]
        there = new_object("channel", alias=names[:2])
        back = new_object("channel", alias=names[2:]) if duplex else there
        introduce(one, there, back)
        introduce(other, back, there)
        return one, other

    connection.Pipe = Pipe


def _instrument_messages(kind: Any) -> None:
    real_send, real_receive, real_poll = kind._send_bytes, kind._recv_bytes, kind._poll

    def _send_bytes(self: Any, buf: Any) -> None:
        try:
            if current() is not None:
                ask_until(Op.SEND, channels(self)[1], partial(_writable, self), len(buf))
            real_send(self, buf)
            result(len(buf))
        except BaseException as error:
            drop_frame(error)
            raise

    def _recv_bytes(self: Any, maxsize: int | None = None) -> Any:
        try:
            if current() is None:
                return real_receive(self, maxsize)
            ask_until(Op.RECEIVE, channels(self)[0], partial(readable, self))
            result(_END)
            data = real_receive(self, maxsize)
            result(0 if data is None else len(data.getbuffer()))
            return data
        except BaseException as error:
            drop_frame(error)
            raise

    def _poll(self: Any, timeout: float | None) -> bool:
        try:
            if current() is None:
                return bool(real_poll(self, timeout))
            look = partial(readable, self)
            limit = nanoseconds(timeout)
            found = ask_until(Op.POLL, channels(self)[0], look, limit) == Answer.GO and look()
            result(found)
            return found
        except BaseException as error:
            drop_frame(error)
            raise

    kind._send_bytes, kind._recv_bytes, kind._poll = _send_bytes, _recv_bytes, _poll


def _instrument_close(kind: Any) -> None:
    real = kind._close

    # What is needed is bound: as the interpreter ends, the module's names may be gone.
    def _close(self: Any, _current: Any = current, _real: Any = real) -> None:
        if _current() is not None:
            try:
                keys = dict.fromkeys(channels(self))
            except OSError:
                keys = {}  # closed behind its back: closing it says so
            if keys:
                ask(Op.CLOSE, b"\0".join(keys))
        try:
            _real(self)
        except BaseException as error:
            drop_frame(error)
            raise

    kind._close = _close


def _in_pieces(real: Any) -> Any:
    """``Connection._send``: what has been permitted is written as far as there is room."""

    def _send(self: Any, buf: Any, write: Any = os.write) -> None:
        if current() is None:
            real(self, buf, write)
            return
        left = memoryview(buf)
        while True:
            result(_END)
            written = _write_some(self, left, write)
            result(written)
            left = left[written:]
            if not len(left):
                return
            ask_until(Op.SEND, channels(self)[1], partial(_writable, self), -len(left))

    return _send


def _write_some(end: Any, data: memoryview, write: Callable[..., int]) -> int:
    handle = end._handle
    if len(data) <= _SURE:
        return write(handle, data) if _writable(end) else 0
    if not os.get_blocking(handle):
        return write(handle, data)
    os.set_blocking(handle, False)
    try:
        return write(handle, data)
    except BlockingIOError:
        return 0
    finally:
        os.set_blocking(handle, True)


def _from_pieces(real: Any) -> Any:
    """``Connection._recv``: waits in the controller for what is still missing."""

    def _recv(self: Any, size: int, read: Any = os.read) -> Any:
        if current() is None:
            return real(self, size, read)
        buffer = io.BytesIO()
        left = size
        look = partial(readable, self)
        while left > 0:
            if not look():
                result(size - left)
                ask_until(Op.RECEIVE, channels(self)[0], look, -1 - left)
                result(_END)
            chunk = read(self._handle, left)
            if not chunk:
                raise EOFError if left == size else OSError("got end of file during message")
            buffer.write(chunk)
            left -= len(chunk)
        return buffer

    return _recv


def _instrument_wait(connection: Any) -> None:
    real = connection.wait

    @wraps(real)
    def wait(object_list: Any, timeout: float | None = None) -> Any:
        try:
            if current() is None:
                return real(object_list, timeout)
            objects = list(object_list)

            def look() -> Any:
                with passing():
                    return real(objects, 0)

            keys = dict.fromkeys(_key_of(thing) for thing in objects)
            limit = nanoseconds(timeout)
            answer = ask_until(Op.WAIT, b"\0".join(keys), lambda: bool(look()), limit)
            found: Any = []
            if answer == Answer.GO:
                with passing():
                    # An actor that has ended for the controller may have a moment to go.
                    for thing in objects:
                        if type(thing) is int and has_died(thing):
                            real([thing], _CONFIRMS_S)
                    found = real(objects, _CONFIRMS_S)
            # Which of them are ready, as bits.
            result(sum(1 << i for i, thing in enumerate(objects[:62]) if thing in found))
            return found
        except BaseException as error:
            drop_frame(error)
            raise

    connection.wait = wait


def _key_of(thing: Any) -> bytes:
    """What is waited for: a channel, or an actor whose end a sentinel tells."""
    if hasattr(thing, "_handle"):
        return channels(thing)[0]
    fileno = getattr(thing, "fileno", None)
    handle = fileno() if fileno is not None else int(thing)
    name = actor_of_sentinel(handle)
    return name.encode() if name else _keys_of(handle)[0]


def _instrument_handles(reduction: Any) -> None:
    """Descriptors travel in messages of the socket's own."""
    real_send, real_receive = reduction.send_handle, reduction.recv_handle

    @wraps(real_send)
    def send_handle(conn: Any, handle: int, destination_pid: int) -> None:
        try:
            if current() is not None:
                ask_until(Op.SEND, channels(conn)[1], partial(_writable, conn), 1)
                result(_END)
            real_send(conn, handle, destination_pid)
            result(1)
        except BaseException as error:
            drop_frame(error)
            raise

    @wraps(real_receive)
    def recv_handle(conn: Any) -> int:
        try:
            if current() is not None:
                ask_until(Op.RECEIVE, channels(conn)[0], partial(readable, conn))
                result(_END)
            handle = int(real_receive(conn))
            result(1)
            return handle
        except BaseException as error:
            drop_frame(error)
            raise

    reduction.send_handle, reduction.recv_handle = send_handle, recv_handle

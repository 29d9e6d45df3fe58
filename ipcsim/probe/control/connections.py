"""Connections: one message is one step, and the real pipe decides who can go on.

Nothing blocks in the kernel: a message that doesn't fit is written in pieces, each a step of its
own (SEND with a negative argument, the bytes to come), and read so (RECEIVE with an argument below
-1).
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from functools import partial, wraps

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, ask_until, result
from ipcsim.probe.control.channels import channels, introduce, readable, writable
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final

_WINDOWS: Final = sys.platform == "win32"
_SURE: Final = 4096
"""An end that has room takes so many bytes at once without blocking."""
FAILED: Final = -1
"""Result of a SEND or RECEIVE that fails, as when nobody is left at the other end."""


def install() -> None:
    """Make connections ask from now on."""
    when_imported("multiprocessing.connection", _instrument)


def _instrument(connection: Any) -> None:
    _instrument_pipe(connection)
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
                ask_until(Op.SEND, channels(self)[1], partial(writable, self), len(buf))
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
            result(FAILED)
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
            result(FAILED)
            written = _write_some(self, left, write)
            result(written)
            left = left[written:]
            if not len(left):
                return
            ask_until(Op.SEND, channels(self)[1], partial(writable, self), -len(left))

    return _send


def _write_some(end: Any, data: memoryview, write: Callable[..., int]) -> int:
    handle = end._handle
    if len(data) <= _SURE:
        return write(handle, data) if writable(end) else 0
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
                result(FAILED)
            chunk = read(self._handle, left)
            if not chunk:
                raise EOFError if left == size else OSError("got end of file during message")
            buffer.write(chunk)
            left -= len(chunk)
        return buffer

    return _recv

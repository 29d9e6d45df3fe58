"""A connection's leaves: the one place where CPython writes a message, and where it reads one."""

from __future__ import annotations

import select
import sys
from functools import wraps
from time import perf_counter_ns
from types import FrameType
from zlib import adler32

from ipcsim.events import MESSAGE_BYTES, Kind
from ipcsim.probe import gate as _gate
from ipcsim.probe import writer
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import NOBODY, frame_above, is_library, place_above
from ipcsim.probe.instruments.connection_bytes import NOTHING, reading, writing
from ipcsim.probe.instruments.connection_ends import is_internal, make_internal, number_of
from ipcsim.probe.instruments.connection_waits import comes_soon, prepare
from ipcsim.probe.instruments.spots import HEAD, MOST, NOWHERE, Spot, pack, pack_mark
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate, token
from ipcsim.probe.type_words import Any

_BROKEN_PIPE, _CLOSE, _EOF = int(Kind.BROKEN_PIPE), int(Kind.CLOSE), int(Kind.EOF)
_POLLED, _POLL_WAIT = int(Kind.POLLED), int(Kind.POLL_WAIT)
_RECV, _RECV_WAIT = int(Kind.RECV), int(Kind.RECV_WAIT)
_SEND, _SEND_WAIT, _SENT = int(Kind.SEND), int(Kind.SEND_WAIT), int(Kind.SENT)


# An end that has room at all takes this many bytes at once without blocking, in messages that are
# counted as so many bytes more: a pipe has a free page, a socket three quarters of its buffer.
_ROOM = 4096
_OVERHEAD = 128
_getframe = sys._getframe
_places: dict[tuple[int, int], int] = {}
_labels_of_bytes: dict[int, int] = {}


def _place_of(connection: Any, frame: FrameType) -> int:
    """Number of the place that uses an end; -1: the library does, for a purpose of its own."""
    number = connection._ipcsim_object
    if number <= 0 and is_internal(frame.f_code.co_filename):
        # Keys are exchanged before it is known whose connection it is going to be.
        if frame.f_globals.get("__name__") != "multiprocessing.connection":
            make_internal(connection)
        return -1
    if number < 0:
        return -1
    place = place_above(frame)
    if place and not is_library(frame.f_code.co_filename):
        # The recorder keeps the code object of every place, so its address stays its own.
        _places[id(frame.f_code), frame.f_lasti] = place
    return place


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


def _mark(data: Any, size: int) -> int:
    """Fingerprint of a message."""
    return min(size, MOST) << 32 | adler32(data if size <= MESSAGE_BYTES else data[HEAD])


def record(kind: Any) -> type:
    """Record the leaves of a class of connections; returns its like that doesn't, for internals."""
    real_send, real_receive = kind._send_bytes, kind._recv_bytes
    real_poll, real_close = kind._poll, kind._close
    write, read = writing(kind), reading(kind)
    send_code, close_code = kind.send.__code__, kind.close.__code__
    late, asks = sys.is_finalizing, under_control.asks

    # Each of these is called by a public method of connection.py: two frames up is its caller.

    def _send_bytes(self: Any, buf: Any) -> Any:
        method = _getframe(1)
        frame: Any = method.f_back or NOBODY
        number, place, known = self._ipcsim_object, 0, None
        try:
            spot = self._ipcsim_sends
            common, other, mine = spot.common, spot.other, spot.mine
            if frame.f_code is spot.code and frame.f_lasti == spot.lasti and mine():
                known, sent = common, other
            else:
                place = _places.get((id(frame.f_code), frame.f_lasti), 0) if number >= 0 else 0
                if not place and (place := _place_of(self, frame)) < 0:
                    return real_send(self, buf)
                if spot is NOWHERE:
                    spot = self._ipcsim_sends = Spot(_SEND, _SENT)
                number = number or number_of(self, frame)
            if _gate._flags[0]:
                gate()
            size = len(buf)
            if method.f_code is send_code:
                label = _label(method.f_locals["obj"])
            else:
                label = _labels_of_bytes.get(size) or _label(bytes(buf))
            room = self._ipcsim_room = self._ipcsim_room - size - _OVERHEAD
            send = write
            if room < 0 and not _has_room(self, size):
                send = real_send
                emit(_SEND_WAIT, number, place or _place_of(self, frame), _mark(buf, size))
            if known is not None:
                now = perf_counter_ns()
                for offset in writer._slots:
                    pack(writer._map, offset, now, label, known, writer._lap)
                    break
                else:
                    spot.record(number, place := _place_of(self, frame), label, frame)
                    known = None
            else:
                spot.record(number, place, label, frame)
            send(self, buf)
        except BaseException as error:
            if place >= 0 and isinstance(error, (BrokenPipeError, ConnectionResetError)):
                emit(_BROKEN_PIPE, number, place or _place_of(self, frame), 0)
            drop_frame(error)
            raise
        # The fingerprint is made while the message is on its way.
        check = adler32(buf if size <= MESSAGE_BYTES else buf[HEAD])
        if size > MOST:
            size = MOST
        if known is not None:
            now = perf_counter_ns()
            for offset in writer._slots:
                pack_mark(writer._map, offset, now, check, size, sent, writer._lap)
                return None
        emit(_SENT, number, place or _place_of(self, frame), size << 32 | check)
        return None

    def _recv_bytes(self: Any, maxsize: int | None = None) -> Any:
        try:
            frame: Any = _getframe(2)
        except ValueError:
            frame = NOBODY
        number, place, known = self._ipcsim_object, 0, None
        try:
            spot = self._ipcsim_receives
            common, other, mine = spot.common, spot.other, spot.mine
            if frame.f_code is spot.code and frame.f_lasti == spot.lasti and mine():
                known, waits = common, other
            else:
                place = _places.get((id(frame.f_code), frame.f_lasti), 0) if number >= 0 else 0
                if not place and (place := _place_of(self, frame)) < 0:
                    return real_receive(self, maxsize)
                if spot is NOWHERE:
                    spot = self._ipcsim_receives = Spot(_RECV, _RECV_WAIT)
                number = number or number_of(self, frame)
            if _gate._flags[0]:
                gate()
            buf = read(self, maxsize)
            if buf is NOTHING:
                if known is not None:
                    now = perf_counter_ns()
                    for offset in writer._slots:
                        pack(writer._map, offset, now, -1, waits, writer._lap)
                        break
                    else:
                        emit(_RECV_WAIT, number, _place_of(self, frame), -1)
                else:
                    emit(_RECV_WAIT, number, place, -1)
                buf = NOTHING if asks or not comes_soon(self) else read(self, maxsize, True)
                if buf is NOTHING:
                    buf = real_receive(self, maxsize)
        except BaseException as error:
            if place >= 0 and isinstance(error, (EOFError, ConnectionResetError)):
                emit(_EOF, number, place or _place_of(self, frame), 0)
            drop_frame(error)
            raise
        if buf is None:
            return None
        head: Any = buf.getbuffer()
        size = len(head)
        check = adler32(head if size <= MESSAGE_BYTES else head[HEAD])
        del head  # the program may write to what it gets
        if size > MOST:
            size = MOST
        if known is not None:
            now = perf_counter_ns()
            for offset in writer._slots:
                pack_mark(writer._map, offset, now, check, size, known, writer._lap)
                return buf
        spot.record(number, place or _place_of(self, frame), size << 32 | check, frame)
        return buf

    def _poll(self: Any, timeout: float | None) -> Any:
        frame = frame_above(2)
        try:
            if (place := _place_of(self, frame)) < 0:
                return real_poll(self, timeout)
            gate()
            number = self._ipcsim_object or number_of(self, frame)
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
            # Late, when Python cleans up, what recording needs may be gone.
            if self._ipcsim_object > 0 and not late():
                # Not of close() itself but of the last reference: no place.
                closes = frame_above(1).f_code is close_code
                place = place_above(frame_above(2)) if closes else 0
                emit(_CLOSE, self._ipcsim_object, place, 0)
            real_close(self)
        except BaseException as error:
            drop_frame(error)
            raise

    def __getstate__(self: Any) -> dict[str, Any]:
        return {name: of for name, of in vars(self).items() if not name.startswith("_ipcsim")}

    def __reduce_ex__(self: Any, protocol: int) -> Any:
        # For a pickler that doesn't know this class: it may have a reducer for the other one, to
        # which `max` leads it, and which it finds in its memo where this object was asked for.
        self._ipcsim_object, self.__class__ = -1, kind
        return max, ((self,),)

    names = {n: getattr(kind, n) for n in ("__module__", "__qualname__", "__doc__")}
    leaves = {f.__name__: f for f in (real_send, real_receive, real_poll, real_close)}
    plain = type(kind.__name__, (kind,), {**names, **leaves, "__reduce_ex__": __reduce_ex__})
    prepare(kind)
    kind._ipcsim_object, kind._ipcsim_room = -1, 0
    kind._ipcsim_sends = kind._ipcsim_receives = NOWHERE
    kind.__getstate__ = __getstate__
    methods: tuple[Any, ...] = (_send_bytes, _recv_bytes, _poll, _close)
    for method in methods:
        setattr(kind, method.__name__, wraps(leaves[method.__name__])(method))
    return plain

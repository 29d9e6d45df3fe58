"""The leaves of a multiprocessing queue: where CPython's put and feeder do what counts.

``put`` acquires a semaphore and appends to a buffer, the feeder's thread takes the write lock and
writes bytes to a pipe, ``get`` takes the read lock and reads them (``queue_readers``). These are
replaced, in each queue of the program's, by functions that record; all the code between them is
CPython's.
"""

from __future__ import annotations

import select
import sys
from collections import deque
from collections.abc import Callable
from time import perf_counter_ns
from zlib import adler32

from ipcsim.events import MESSAGE_BYTES, TOKEN_INT, TOKEN_SIZED, Kind
from ipcsim.probe import gate as _gate
from ipcsim.probe import whose, writer
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import NOBODY, frame_above
from ipcsim.probe.instruments.connection_ends import unchecked
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.spots import HEAD, MOST, Spot, common_of, pack, pack_mark
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate, token
from ipcsim.probe.type_words import Any, Final

_PUT: Final = int(Kind.PUT)
_FEED: Final = int(Kind.FEED)
_GET: Final = int(Kind.GET)
_getframe = sys._getframe
_append = deque.append


class Watch:
    """What is known of a queue of the program's in this process."""

    __slots__ = ("began", "failed", "got", "held", "introduce", "number", "put", "waiting")

    def __init__(self, introduce: Callable[[], int]) -> None:
        self.introduce = introduce
        self.put, self.got = Spot(_PUT), Spot(_GET)
        self.number = 0
        """Object number; 0 until it is introduced, which a received queue is at its first use."""
        self.failed = False
        """The feeder's last write has failed. The error itself isn't kept: it would keep alive the
        frames of its traceback and what they hold."""
        # Of the thread that has the read lock:
        self.waiting = False
        """Its GET_WAIT is recorded."""
        self.began = 0
        self.held = 0
        """``held_ns`` when its timed get began."""


_bytes_tokens: dict[int, int] = {}
"""Tokens of bytes that are shown by their length alone."""


def _bytes_token(item: bytes) -> int:
    number = token(item)
    if number & 7 == TOKEN_SIZED and len(_bytes_tokens) < 1000:
        _bytes_tokens[len(item)] = number
    return number


class Buffer(deque[Any]):
    """A queue's buffer. What is appended to it is put."""

    def __init__(self, watch: Watch, sentinel: object) -> None:
        super().__init__()
        self.watch, self.spot = watch, watch.put
        self.sentinel = sentinel

    def append(self, item: Any) -> None:
        """Record the PUT, now that the item really enters the queue."""
        if item is not self.sentinel:
            try:
                frame = _getframe(2)
            except ValueError:
                frame = NOBODY
            kind = type(item)
            if kind is bytes:
                label = _bytes_tokens.get(len(item)) or _bytes_token(item)
            elif kind is int and -0x80000000 <= item < 0x80000000:
                label = item << 3 | TOKEN_INT
            else:
                label = token(item)
            spot = self.spot
            known, mine = spot.common, spot.mine
            if frame.f_code is spot.code and frame.f_lasti == spot.lasti and mine():
                now = perf_counter_ns()
                for offset in writer._slots:
                    pack(writer._map, offset, now, label, known, writer._lap)
                    break
                else:
                    spot.record(self.watch.number, place_of(frame), label, frame)
            else:
                watch = self.watch
                spot.record(watch.number or watch.introduce(), place_of(frame), label, frame)
        _append(self, item)


def acquire_slot(watch: Watch, real: Callable[..., bool], bounded: bool) -> Callable[..., bool]:
    """``_sem.acquire`` of a queue: put() waits for a free slot."""

    def acquire(block: Any = True, timeout: Any = None) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            if not bounded:
                return real(block, timeout)
            began = perf_counter_ns()
            limit = nanoseconds(timeout)
            if not (under_control.asks and block and limit) and real(False, timeout):
                return True
            number, place = watch.number or watch.introduce(), place_of(frame_above(2))
            if block and limit:
                emit(Kind.PUT_WAIT, number, place, limit)
                waits = perf_counter_ns()
                try:
                    if extended(timeout, lambda left: real(True, left)):
                        return True
                except BaseException:
                    emit(Kind.FULL, number, place, 0)
                    raise
                began = min(waits + limit, perf_counter_ns())
            emit_span(Kind.FULL, began, number, place, 0)
            return False
        except BaseException as error:
            drop_frame(error)
            raise

    return acquire


def send_bytes(watch: Watch, real: Callable[[Any], None], end: Any) -> Callable[[Any], None]:
    """``_send_bytes`` of a queue: the feeder writes to the pipe, under the write lock."""
    # Whether the pipe has room for a little; large messages may block all the same.
    room: Any = None
    if hasattr(select, "poll") and not end.closed:
        room = select.poll()
        room.register(end.fileno(), select.POLLOUT)

    # A pipe that says that it has room takes this many bytes: until then it needn't be asked again.
    free = 0

    # What a pickler has made needs no look by the connection, which makes up for some of what
    # recording costs.
    write = None if under_control.asks else unchecked(real, "_send_bytes")

    # What the FEEDs of the last thread that has written here have in common: the feeder's.
    is_mine, common = whose.nobody, b""
    asks = under_control.asks

    def send(data: Any) -> None:
        nonlocal free, is_mine, common
        try:
            known = length = len(data)
            if length <= MESSAGE_BYTES:
                check = adler32(data)
            else:
                check, known = adler32(data[HEAD]), min(length, MOST)
            if not is_mine():
                common = common_of(_FEED, watch.number or watch.introduce(), 0)
                is_mine = whose.everywhere.mine()
            now = perf_counter_ns()
            for offset in () if asks else writer._slots:
                pack_mark(writer._map, offset, now, check, known, common, writer._lap)
                break
            else:
                emit(_FEED, watch.number, 0, known << 32 | check)
            # Under control nothing is known beforehand: whether there is room decides each step.
            free = -1 if asks else free - length - 4
            if free < 0 and (room is None or room.poll(0)):
                free = select.PIPE_BUF if room is not None else 1 << 62
            if free >= 0:
                # Not ``end``: where leaves ask, no more than without us keeps a connection alive.
                if write is not None and type(data) is memoryview and write.__self__._handle:
                    try:
                        write(data)
                        return
                    except BrokenPipeError:
                        pass  # and again, for a traceback with all of CPython's frames
                real(data)
            else:
                emit(Kind.SEND_WAIT, watch.number, 0, known << 32 | check)
                real(data)
                emit(Kind.SENT, watch.number, 0, known << 32 | check)
        except BaseException as error:
            watch.failed = True
            drop_frame(error)
            raise

    return send


def pass_gate_and(take: Callable[..., bool]) -> Callable[..., bool]:
    """``_wlock.acquire`` of a queue: the feeder is held here, with an item in its hands."""

    def acquire(block: Any = True, timeout: Any = None) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            return take(block, timeout)
        except BaseException as error:
            drop_frame(error)
            raise

    return acquire

"""The leaves of a multiprocessing queue: where CPython's put, get and feeder do what counts.

``put`` acquires a semaphore and appends to a buffer, the feeder's thread takes the write lock and
writes bytes to a pipe, ``get`` takes the read lock and reads them. These are replaced, in each
queue of the program's, by functions that record; all the code between them is CPython's.
"""

from __future__ import annotations

import select
import sys
from binascii import crc32
from collections import deque
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any, Final

from ipcsim.events import FINGERPRINT_BYTES, Kind
from ipcsim.probe import gate as _gate
from ipcsim.probe import recorder
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate, token

try:
    from fcntl import ioctl
    from termios import FIONREAD
except ImportError:  # Windows
    ioctl = None  # type: ignore[assignment]

_PUT: Final = int(Kind.PUT)
_FEED: Final = int(Kind.FEED)
_GET: Final = int(Kind.GET)
_GET_WAIT: Final = int(Kind.GET_WAIT)
_NO_BYTES: Final = bytes(4)
_getframe = sys._getframe


def fingerprint(data: Any) -> int:
    """``recorder.fingerprint`` of bytes, or of a memoryview of bytes, which needn't be cast."""
    length = len(data)
    if length > FINGERPRINT_BYTES:
        return min(length, 0x7FFFFFFF) << 32 | crc32(data[:FINGERPRINT_BYTES])
    return length << 32 | crc32(data)


class Watch:
    """What is known of a queue of the program's in this process."""

    __slots__ = ("began", "failed", "held", "introduce", "number", "waiting")

    def __init__(self, introduce: Callable[[], int]) -> None:
        self.introduce = introduce
        self.number = 0
        """Object number; 0 until it is introduced, which a received queue is at its first use."""
        self.failed: BaseException | None = None
        """The error by which the feeder's last write failed."""
        # Of the thread that has the read lock:
        self.waiting = False
        """Its GET_WAIT is recorded."""
        self.began = 0
        self.held = 0
        """``held_ns`` when its timed get began."""


class Buffer(deque[Any]):
    """A queue's buffer. What is appended to it is put."""

    def __init__(self, watch: Watch, sentinel: object) -> None:
        super().__init__()
        self.watch = watch
        self.sentinel = sentinel

    def append(self, item: Any) -> None:
        """Record the PUT, now that the item really enters the queue."""
        if item is not self.sentinel:
            watch = self.watch
            number = watch.number or watch.introduce()
            emit(_PUT, number, place_of(_getframe(2)), token(item))
        deque.append(self, item)


def acquire_slot(watch: Watch, real: Callable[..., bool], bounded: bool) -> Callable[..., bool]:
    """``_sem.acquire`` of a queue: put() waits for a free slot."""

    def acquire(block: Any = True, timeout: Any = None) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            if not bounded:
                return real(block, timeout)
            began = perf_counter_ns()
            if real(False, timeout):
                return True
            number, place = watch.number or watch.introduce(), place_of(_getframe(2))
            limit = nanoseconds(timeout)
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


def send_bytes(watch: Watch, real: Callable[[Any], None], writer: Any) -> Callable[[Any], None]:
    """``_send_bytes`` of a queue: the feeder writes to the pipe, under the write lock."""
    # Whether the pipe has room for a little; large messages may block all the same.
    room: Any = None
    if hasattr(select, "poll") and not writer.closed:
        room = select.poll()
        room.register(writer.fileno(), select.POLLOUT)

    # A pipe that says that it has room takes this many bytes: until then it needn't be asked again.
    free = 0

    def send(data: Any) -> None:
        nonlocal free
        try:
            number = watch.number or watch.introduce()
            mark = fingerprint(data)
            emit(_FEED, number, 0, mark)
            free -= len(data) + 4
            if free < 0 and (room is None or room.poll(0)):
                free = select.PIPE_BUF if room is not None else 1 << 62
            if free >= 0:
                real(data)
            else:
                emit(Kind.SEND_WAIT, number, 0, mark)
                real(data)
                emit(Kind.SENT, number, 0, mark)
        except BaseException as error:
            watch.failed = error
            drop_frame(error)
            raise

    return send


def pass_gate_and(take: Callable[..., bool]) -> Callable[..., bool]:
    """``_wlock.acquire`` of a queue: the feeder is held here, with an item in its hands."""

    def acquire(*args: Any, **kwargs: Any) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            return take(*args, **kwargs)
        except BaseException as error:
            drop_frame(error)
            raise

    return acquire


class ReadLock:
    """The C semaphore of a queue's read lock: get() begins by acquiring it."""

    __slots__ = ("__enter__", "__exit__", "acquire", "semlock")

    def __init__(self, watch: Watch, semlock: Any) -> None:
        self.semlock = semlock
        self.__exit__ = semlock.__exit__
        self.__enter__, self.acquire = _enter_and_acquire(watch, semlock)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.semlock, name)


def _enter_and_acquire(
    watch: Watch, semlock: Any
) -> tuple[Callable[[], bool], Callable[..., bool]]:
    take: Callable[..., bool] = semlock.acquire

    def __enter__() -> bool:
        try:
            if _gate._flags[0]:
                gate()
            waiting = not take(False)
            if waiting:
                # place: this function, SemLock.__enter__, Queue.get
                place = place_of(_getframe(3))
                number = watch.number or watch.introduce()
                emit(_GET_WAIT, number, place, -1)
                try:
                    take()
                except BaseException:
                    emit(Kind.EMPTY, number, place, 0)
                    raise
            watch.waiting = waiting
            return True
        except BaseException as error:
            drop_frame(error)
            raise

    def acquire(block: Any = True, timeout: Any = None) -> bool:
        try:
            if _gate._flags[0]:
                gate()
            began, held, waiting = perf_counter_ns(), recorder.held_ns(), False
            taken = take(False, timeout)
            if not taken:
                number, place = watch.number or watch.introduce(), place_of(_getframe(2))
                limit = nanoseconds(timeout)
                tried = began
                if block and limit:
                    waiting = True
                    emit(_GET_WAIT, number, place, limit)
                    try:
                        taken = extended(timeout, lambda left: take(True, left))
                    except BaseException:
                        emit(Kind.EMPTY, number, place, 0)
                        raise
                    tried = min(began + limit, perf_counter_ns())
                if not taken:
                    emit_span(Kind.EMPTY, tried, number, place, 0)
                    return False
            watch.began, watch.held, watch.waiting = began, held, waiting
            return taken
        except BaseException as error:
            drop_frame(error)
            raise

    return __enter__, acquire


def poll(watch: Watch, real: Callable[..., bool], reader: Any, lock: Any) -> Callable[..., bool]:
    """``_poll`` of a queue: a get() that may fail looks whether there is something to read."""

    def poll_queue(timeout: float | None = 0.0) -> bool:
        try:
            if not lock._is_mine():
                return real(timeout)  # empty() asks
            began, blocks = watch.began, timeout is None or timeout > 0
            if has_bytes(reader) or (not blocks and real(timeout)):
                watch.waiting = True  # there is no need for receive() to look again
                return True
            number, place = watch.number or watch.introduce(), place_of(_getframe(2))
            if blocks:
                if not watch.waiting:
                    emit(_GET_WAIT, number, place, nanoseconds(timeout))
                    watch.waiting = True
                waits = perf_counter_ns()
                if timeout is not None:
                    timeout += (recorder.held_ns() - watch.held) / 1e9
                try:
                    if extended(timeout, real):
                        return True
                except BaseException:
                    emit(Kind.EMPTY, number, place, 0)
                    raise
                began = min(waits + nanoseconds(timeout), perf_counter_ns())
            emit_span(Kind.EMPTY, began, number, place, 0)
            return False
        except BaseException as error:
            drop_frame(error)
            raise

    return poll_queue


def has_bytes(reader: Any) -> bool:
    """Whether there certainly is something to read now."""
    if ioctl is None:
        return False
    try:
        # Without a buffer of ours the kernel's answer is returned as bytes.
        return ioctl(reader._handle, FIONREAD, _NO_BYTES) != _NO_BYTES
    except (OSError, TypeError):
        return False  # closed: reading will say so


def recv_bytes(watch: Watch, real: Callable[[], bytes], reader: Any) -> Callable[[], bytes]:
    """``_recv_bytes`` of a queue: get() reads from the pipe, under the read lock."""

    def receive() -> bytes:
        try:
            place = place_of(_getframe(2))
            number = watch.number or watch.introduce()
            if not watch.waiting and not has_bytes(reader):
                emit(_GET_WAIT, number, place, -1)
            try:
                data = real()
            except BaseException:
                emit(Kind.EMPTY, number, place, 0)
                raise
        except BaseException as error:
            drop_frame(error)
            raise
        emit(_GET, number, place, fingerprint(data))
        return data

    return receive

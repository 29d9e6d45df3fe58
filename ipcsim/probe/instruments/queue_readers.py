"""The leaves of a multiprocessing queue: where CPython's get does what counts."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable
from time import perf_counter_ns
from zlib import adler32

from ipcsim.events import MESSAGE_BYTES, Kind
from ipcsim.probe import gate as _gate
from ipcsim.probe import recorder, ring, writer
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import NOBODY, frame_above
from ipcsim.probe.instruments.connection_ends import unchecked
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.queue_leaves import Watch
from ipcsim.probe.instruments.spots import HEAD, MOST, pack_mark
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate
from ipcsim.probe.type_words import Any, Final

try:
    from fcntl import ioctl
    from termios import FIONREAD
except ImportError:  # Windows
    ioctl = None  # type: ignore[assignment]

_GET_WAIT: Final = int(Kind.GET_WAIT)
_NO_BYTES: Final = bytes(4)
_OVERHEAD: Final = 4
"""Bytes in the pipe before a message; more before a very long one."""
_numbers = itertools.count(1)
_getframe = sys._getframe


class ReadLock:
    """The C semaphore of a queue's read lock: get() begins by acquiring it."""

    __slots__ = ("__enter__", "__exit__", "_after_fork", "acquire", "semlock")

    def __init__(self, watch: Watch, semlock: Any) -> None:
        self.semlock = semlock
        self.__exit__ = semlock.__exit__
        # Every forked child calls it: a miss would cost it a tenth of a millisecond.
        self._after_fork = semlock._after_fork
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
            waiting = under_control.asks or not take(False)
            if waiting:
                # place: this function, SemLock.__enter__, Queue.get
                place = place_of(frame_above(3))
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
            limit = nanoseconds(timeout)
            taken = not (under_control.asks and block and limit) and take(False, timeout)
            if not taken:
                number, place = watch.number or watch.introduce(), place_of(frame_above(2))
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
            known = not under_control.asks and waiting_bytes(reader) > 0
            if known or (not blocks and real(timeout)):
                watch.waiting = True  # there is no need for receive() to look again
                return True
            number, place = watch.number or watch.introduce(), place_of(frame_above(2))
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


def waiting_bytes(reader: Any) -> int:
    """How many bytes there certainly are to read now."""
    if ioctl is None:
        return 0
    try:
        # Without a buffer of ours the kernel's answer is returned as bytes.
        return int.from_bytes(ioctl(reader._handle, FIONREAD, _NO_BYTES), sys.byteorder)
    except (OSError, TypeError):
        return 0  # closed: reading will say so


def recv_bytes(watch: Watch, real: Callable[[], bytes], reader: Any) -> Callable[[], bytes]:
    """``_recv_bytes`` of a queue: get() reads from the pipe, under the read lock."""

    # A pipe that has so many bytes needn't be asked again, as long as nobody else takes from it:
    # each reader leaves its mark, under the read lock.
    left, mark, at = 0, 0, 0
    # What the last message took of them: where there is as much, most likely a whole one is there.
    last = 0
    mapped: Any = False
    marks: Any = None
    # Where there certainly is something, it needn't be looked at whether there may be.
    read = None if under_control.asks else unchecked(real, "_recv_bytes")

    def look() -> int:
        """How many bytes there certainly are."""
        nonlocal mark, at, mapped, marks
        count = waiting_bytes(reader)
        if count and writer._map is not None:
            if mapped is not writer._map:  # for the first time in this process
                mark, mapped = os.getpid() << 32 | next(_numbers), writer._map
                marks = memoryview(writer._page).cast("Q")
                inode = os.fstat(reader.fileno()).st_ino
                at = (ring.PAGE_READERS >> 3) + inode % ring.READERS
            marks[at] = mark
        return count

    def receive() -> bytes:
        nonlocal left, last
        try:
            try:
                frame = _getframe(2)
            except ValueError:
                frame = NOBODY
            spot = watch.got
            common, mine = spot.common, spot.mine
            known = (
                common
                if frame.f_code is spot.code and frame.f_lasti == spot.lasti and mine()
                else None
            )
            if watch.waiting:
                left = 0
            elif left <= 0 or mapped is not writer._map or marks[at] != mark:
                left = look()
                if not left:
                    emit(_GET_WAIT, watch.number or watch.introduce(), place_of(frame), -1)
            try:
                data: bytes
                if left and left >= last and read is not None and reader._handle is not None:
                    data = read().getvalue()
                else:
                    data = real()
            except BaseException:
                left = 0
                emit(Kind.EMPTY, watch.number or watch.introduce(), place_of(frame), 0)
                raise
        except BaseException as error:
            drop_frame(error)
            raise
        size = len(data)
        last = size + _OVERHEAD
        left -= last
        if size <= MESSAGE_BYTES:
            check = adler32(data)
        else:
            check, size = adler32(data[HEAD]), min(size, MOST)
        if known is spot.common:
            now = perf_counter_ns()
            for offset in writer._slots:
                pack_mark(writer._map, offset, now, check, size, known, writer._lap)
                return data
        whole = size << 32 | check
        spot.record(watch.number or watch.introduce(), place_of(frame), whole, frame)
        return data

    return receive

"""The leaves of a multiprocessing queue: where CPython's get does what counts."""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any, Final
from zlib import crc32

from ipcsim.events import FINGERPRINT_BYTES, Kind
from ipcsim.probe import gate as _gate
from ipcsim.probe import recorder, writer
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.queue_leaves import Watch
from ipcsim.probe.instruments.spots import HEAD, MOST, pack_mark
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate

try:
    from fcntl import ioctl
    from termios import FIONREAD
except ImportError:  # Windows
    ioctl = None  # type: ignore[assignment]

_GET_WAIT: Final = int(Kind.GET_WAIT)
_NO_BYTES: Final = bytes(4)
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
            limit = nanoseconds(timeout)
            taken = not (under_control.asks and block and limit) and take(False, timeout)
            if not taken:
                number, place = watch.number or watch.introduce(), place_of(_getframe(2))
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
            known = not under_control.asks and has_bytes(reader)
            if known or (not blocks and real(timeout)):
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
            frame = _getframe(2)
            spot = watch.got
            known = (
                spot.common
                if frame.f_code is spot.code
                and frame.f_lasti == spot.lasti
                and get_ident() == spot.thread
                else None
            )
            if not watch.waiting and not has_bytes(reader):
                emit(_GET_WAIT, watch.number or watch.introduce(), place_of(frame), -1)
            try:
                data = real()
            except BaseException:
                emit(Kind.EMPTY, watch.number or watch.introduce(), place_of(frame), 0)
                raise
        except BaseException as error:
            drop_frame(error)
            raise
        size = len(data)
        crc = crc32(data if size <= FINGERPRINT_BYTES else data[HEAD])
        if size > MOST:
            size = MOST
        if known is spot.common:
            now = perf_counter_ns()
            for offset in writer._slots:
                pack_mark(writer._map, offset, now, crc, size, known, writer._lap)
                return data
        mark = size << 32 | crc
        spot.record(watch.number or watch.introduce(), place_of(frame), mark, frame)
        return data

    return receive

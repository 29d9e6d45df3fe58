"""``threading.Thread``: start, run and join."""

from __future__ import annotations

import sys
import threading
from functools import wraps
from operator import methodcaller

from ipcsim.events import Kind
from ipcsim.probe.instruments.callers import frame_above, is_library, place_above
from ipcsim.probe.instruments.timed import extended
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, gate, thread_number
from ipcsim.probe.type_words import Any
from ipcsim.probe.writer import has_number

_START, _BEGIN, _END = int(Kind.THREAD_START), int(Kind.THREAD_BEGIN), int(Kind.THREAD_END)
_JOIN_WAIT, _JOINED = int(Kind.THREAD_JOIN_WAIT), int(Kind.THREAD_JOINED)
# Library code whose threads run the program's functions.
_RUN_FOR_PROGRAM = ("multiprocessing/dummy/__init__.py", "concurrent/futures/thread.py")

_Thread: Any = threading.Thread
_module: Any = threading


def install() -> None:
    """Watch the program's threads from now on."""
    _instrument_start()
    _instrument_life()
    _instrument_join()


def _instrument_start() -> None:
    real_start = _Thread.start

    @wraps(real_start)
    def start(self: Any) -> None:
        try:
            name = frame_above(1).f_code.co_filename
            if is_library(name) and not name.replace("\\", "/").endswith(_RUN_FOR_PROGRAM):
                real_start(self)
                return
            gate()
            # Not by a way on which the program may stand: __setattr__.
            self.__dict__["_ipcsim_thread"] = 0
            emit(_START, 0, place_above(frame_above(1)), 0)
            real_start(self)
        except BaseException as error:
            drop_frame(error)
            raise

    _Thread.start = start


def _instrument_life() -> None:
    """A thread's first and last step of its own: no frame of ours is below the program's code."""
    real_set_ident = _Thread._set_ident

    @wraps(real_set_ident)
    def _set_ident(self: Any) -> None:
        real_set_ident(self)
        if "_ipcsim_thread" in self.__dict__ and not self._ipcsim_thread:
            # The recorder asks for the thread's name, and nobody else is to see it there yet.
            with _module._active_limbo_lock:
                _module._active[self._ident] = self
                emit(_BEGIN, 0, 0, int(self._daemonic))
                self.__dict__["_ipcsim_thread"] = thread_number()
                del _module._active[self._ident]

    _Thread._set_ident = _set_ident
    if sys.version_info >= (3, 11):
        real_delete = _Thread._delete

        @wraps(real_delete)
        def _delete(self: Any) -> None:
            _say_ended()
            real_delete(self)

        _Thread._delete = _delete
    else:
        _instrument_end_before_3_11()


def _instrument_end_before_3_11() -> None:
    """3.10 ends a thread without a call that could be ours: the thread makes two calls instead."""
    real_start = _module._start_new_thread
    call = methodcaller("__call__")

    def start_new_thread(function: Any, arguments: tuple[Any, ...]) -> Any:
        # Written in C: no frame of ours is below the program's.
        return real_start(any, (map(call, (function, _say_ended)),))

    _module._start_new_thread = start_new_thread


def _say_ended() -> None:
    """Of a thread of the library's, too, that has done something that was recorded."""
    if has_number():
        emit(_END, 0, 0, 0)


def _instrument_join() -> None:
    real_join = _Thread.join

    @wraps(real_join)
    def join(self: Any, timeout: float | None = None) -> None:
        try:
            frame = frame_above(1)
            if is_library(frame.f_code.co_filename) or "_ipcsim_thread" not in self.__dict__:
                real_join(self, timeout)
                return
            gate()
            place = place_above(frame)
            number = self._ipcsim_thread
            emit(_JOIN_WAIT, 0, place, number)

            def wait(left: float | None) -> bool:
                real_join(self, left)
                return not self.is_alive()

            done = extended(timeout, wait)
            emit(_JOINED, 0, place, number if done else -number)
        except BaseException as error:
            drop_frame(error)
            raise

    _Thread.join = join

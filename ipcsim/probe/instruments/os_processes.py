"""The operating system's own ways to make, signal and end processes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType, FunctionType

from ipcsim.events import Kind
from ipcsim.probe.instruments.callers import called_by_program, frame_above, is_library, place_above
from ipcsim.probe.instruments.life import say_exit
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.tracebacks import change, drop_frame
from ipcsim.probe.recorder import emit, gate
from ipcsim.probe.type_words import Any, Final

_FORK, _STARTED = int(Kind.FORK), int(Kind.STARTED)
_TERMINATE, _KILL = int(Kind.TERMINATE), int(Kind.KILL)
_warns: Final = sys.version_info >= (3, 12)
"""Whether a fork beside other threads is warned of."""
_call: Final = (lambda fork: fork()).__code__
FORK_FRAME: Final = "<fork>"
"""Name of a frame of ours that has its caller's file, line and globals."""


def instrument_os() -> None:
    """Watch ``os.fork``, ``os._exit`` and ``os.kill`` from now on."""
    real_exit, real_kill = os._exit, os.kill

    def _exit(status: int) -> None:
        if isinstance(status, int):
            say_exit(status)
        try:
            real_exit(status)
        except BaseException as error:
            drop_frame(error)
            raise

    def kill(pid: int, signal_number: int, /) -> None:
        try:
            kind = _TERMINATE if signal_number == signal.SIGTERM else 0
            if signal_number == getattr(signal, "SIGKILL", None):
                kind = _KILL
            if kind and type(pid) is int and pid > 0 and called_by_program():
                gate()
                emit(kind, 0, place_above(frame_above(1)), pid)
            real_kill(pid, signal_number)
        except BaseException as error:
            drop_frame(error)
            raise

    stand_in(os, _exit)
    stand_in(os, kill)
    if hasattr(os, "fork"):
        _instrument_fork(os.fork)


def _instrument_fork(real_fork: Any) -> None:
    def fork() -> int:
        try:
            gate()
            pid: int = _fork_at(frame_above(1), real_fork) if _warns else real_fork()
        except BaseException as error:
            drop_frame(error)
            raise
        frame = frame_above(1)
        if pid and not is_library(frame.f_code.co_filename):
            emit(_FORK, 0, place_above(frame), pid)
        elif pid and frame.f_globals.get("__name__") == "multiprocessing.popen_fork":
            emit(_STARTED, 0, place_above(frame), pid)
        return pid

    stand_in(os, fork)


def _fork_at(frame: FrameType, real_fork: Callable[[], int]) -> int:
    """Fork at the line of ``frame``: warnings are of where a function in C was called."""
    code = _call.replace(
        co_filename=frame.f_code.co_filename, co_firstlineno=frame.f_lineno, co_name=FORK_FRAME
    )
    try:
        return int(FunctionType(code, frame.f_globals)(real_fork))
    except BaseException as error:
        drop_frame(error)
        first = error.__traceback__
        if first is not None and first.tb_frame.f_code is code:
            change(error, "__traceback__", first.tb_next)
        raise

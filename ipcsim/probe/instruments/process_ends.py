"""How a child's target is left, and the process after it: what CPython calls at the end."""

from __future__ import annotations

import functools
import sys
from types import FrameType

from ipcsim.events import Kind
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.life import (
    before_target,
    life,
    say_exit,
    say_left,
    say_raised,
    set_exit_code,
)
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit
from ipcsim.probe.type_words import Any

_ENDING, _TERMINATE = int(Kind.ENDING), int(Kind.TERMINATE)


def instrument_exit(util: Any) -> None:
    """CPython hands its exit function the functions it calls as defaults: ours take their place.

    The function itself stays the one that is registered with atexit.
    """
    exit_function = util._exit_function
    defaults = dict(
        zip(exit_function.__code__.co_varnames, exit_function.__defaults__, strict=False)
    )
    real_info, real_finalizers = defaults["info"], defaults["_run_finalizers"]

    def info(message: str, *arguments: Any) -> None:
        if message == "process shutting down":
            caller = sys._getframe(1).f_back
            # A program's own call, in a signal's handler for one, leaves no target: what is being
            # handled there has been caught.
            if caller is None or is_library(caller.f_code.co_filename):
                say_left(sys.exc_info()[1])
            _say_not_begun()
            emit(_ENDING, 0, 0, 0)
        elif message == "calling terminate() for daemon %s":
            emit(_TERMINATE, 0, 0, sys._getframe(1).f_locals["p"].pid)
        real_info(message, *arguments)

    def run_finalizers(minpriority: float | None = None) -> None:
        real_finalizers(minpriority)
        now = life()
        # The main process has exit functions of the program's still to come, and says it itself.
        if minpriority is None and now.exit_code is not None and now.is_child:
            say_exit(now.exit_code)

    defaults["info"], defaults["_run_finalizers"] = info, run_finalizers
    exit_function.__defaults__ = tuple(defaults.values())
    _instrument_last_step(util)


def _say_not_begun() -> None:
    """A spawned child may fail before its target: as it imports the main module or unpickles."""
    error = getattr(sys, "last_value", None)
    if life().awaited and error is not None:
        say_raised(error)


def watch_for_failure() -> None:
    """In a new child, before what is unpickled and the main module: say so if one of them fails.

    A child of the fork server is not told by ``last_value``: there CPython calls the hook itself.
    """
    life().awaited = True
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "_serve_one":
        frame = frame.f_back
    served = frame is not None
    if not served and sys.version_info >= (3, 11):
        return
    real = sys.excepthook

    def excepthook(kind: Any, error: BaseException, _traceback: Any) -> None:
        if served and life().awaited:
            say_raised(error)
        drop_frame(error)  # which 3.10 has put back
        real(kind, error, error.__traceback__)

    sys.excepthook = excepthook
    _hooks[:] = excepthook, real


def begin_target() -> None:
    """Nothing has failed: the target is about to begin."""
    now = life()
    now.in_target = now.is_child = True
    now.awaited = False
    if _hooks and sys.excepthook is _hooks[0]:
        sys.excepthook = _hooks[1]
    _hooks.clear()
    for say in before_target:
        say()


_hooks: list[Any] = []
"""Our ``sys.excepthook`` and the one in its place."""


def _instrument_last_step(util: Any) -> None:
    real_flush = util._flush_std_streams

    @functools.wraps(real_flush)
    def _flush_std_streams() -> None:
        real_flush()
        frame = sys._getframe(1)
        process = sys.modules["multiprocessing.process"]
        if frame.f_code is process.BaseProcess._bootstrap.__code__:
            code = frame.f_locals.get("exitcode")
            if isinstance(code, int):
                set_exit_code(code)
                if sys.version_info < (3, 13):  # later, exit functions run after this
                    say_exit(code)

    util._flush_std_streams = _flush_std_streams


def instrument_report(traceback: Any) -> None:
    """From 3.13 on a child reports its exception before its exit functions run."""
    real_print = traceback.print_exc

    @functools.wraps(real_print)
    def print_exc(*arguments: Any, **named: Any) -> None:
        if life().in_target:
            caller = sys._getframe(1).f_code
            if caller is sys.modules["multiprocessing.process"].BaseProcess._bootstrap.__code__:
                say_left(sys.exc_info()[1])
        real_print(*arguments, **named)

    traceback.print_exc = print_exc


def instrument_shutdown() -> None:
    """3.13 and newer: the first thing after the target, whether it returned or exited."""
    import threading

    real_shutdown = threading._shutdown  # type: ignore[attr-defined]

    def _shutdown() -> None:
        threading._shutdown = real_shutdown  # type: ignore[attr-defined]
        code = sys._getframe(1).f_locals.get("exitcode")
        say_left(SystemExit(code) if code else None)
        real_shutdown()

    threading._shutdown = _shutdown  # type: ignore[attr-defined]

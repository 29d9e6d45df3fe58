"""``multiprocessing.Process`` and the operating system's ways to make, signal and end processes.

While the program's own code runs in a child, no frame of ours is on its stack: what CPython calls
between the steps of ``BaseProcess._bootstrap`` is instrumented, not the steps.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import types
from typing import Any

from ipcsim.events import Kind
from ipcsim.probe.instruments.callers import called_by_program, is_library, place_above
from ipcsim.probe.instruments.exceptions import described
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.pipes import say_arrived
from ipcsim.probe.instruments.timed import extended
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, gate, hello, text

_START, _STARTED, _TARGET = int(Kind.START), int(Kind.STARTED), int(Kind.TARGET)
_RETURNED, _RAISED = int(Kind.RETURNED), int(Kind.RAISED)
_ENDING, _EXIT, _FORK = int(Kind.ENDING), int(Kind.EXIT), int(Kind.FORK)
_JOIN_WAIT, _JOINED = int(Kind.JOIN_WAIT), int(Kind.JOINED)
_TERMINATE, _KILL = int(Kind.TERMINATE), int(Kind.KILL)


class _Life:
    """How far this process has come."""

    pid = 0
    is_child = False
    in_target = False
    exit_code: int | None = None
    ended = False


def install() -> None:
    """Watch processes from now on, in this process and its children."""
    when_imported("multiprocessing.process", _instrument_process)
    when_imported("multiprocessing.context", _instrument_context)
    when_imported("multiprocessing.util", _instrument_exit)
    if sys.version_info >= (3, 13):
        when_imported("traceback", _instrument_report)
    _instrument_os()


def role_of(process: Any) -> str:
    """Qualified name of what a process object will run: its target, or its own ``run``."""
    kind = type(process)
    module = sys.modules["multiprocessing.process"]
    if kind.run is not module.BaseProcess.run:
        return f"{kind.__qualname__}.run"
    return name_of(getattr(process, "_target", None))


def name_of(target: Any) -> str:
    """Qualified name of a callable, without calling any method of it."""
    while type(target) is functools.partial:
        target = target.func
    if isinstance(target, types.MethodType):
        target = target.__func__
    if isinstance(target, (types.FunctionType, types.BuiltinFunctionType, type)):
        return target.__qualname__
    return "" if target is None else type(target).__qualname__


def set_exit_code(code: int) -> None:
    """The exit code that this process will have; a child's is recorded after its exit functions."""
    _life().exit_code = code


def say_raised(error: BaseException) -> None:
    """Record that an exception leaves the target or the main module."""
    emit(_RAISED, 0, 0, described(error))


def say_exit(code: int) -> None:
    """Record the end of this process, once."""
    life = _life()
    if not life.ended:
        life.ended = True
        emit(_EXIT, 0, 0, code)


def _life() -> type[_Life]:
    if _Life.pid != os.getpid():
        _Life.pid, _Life.in_target, _Life.exit_code, _Life.ended = os.getpid(), False, None, False
        _Life.is_child = False
    return _Life


def _instrument_process(process: Any) -> None:
    base = process.BaseProcess
    _instrument_start(process)
    _instrument_join(base)
    _instrument_signals(base)
    _instrument_begin(base)


def _instrument_begin(kind: Any) -> None:
    """The last step before the target: each start method's class of processes has its own."""
    real_after_fork = kind._after_fork

    @functools.wraps(real_after_fork)
    def _after_fork() -> None:
        real_after_fork()
        _life().in_target = _life().is_child = True
        process = sys.modules["multiprocessing.process"].current_process()
        _introduce(process)
        # What arrived with a manager's server or a pool's worker is the library's own.
        say_arrived(not _module_of(process).startswith(("multiprocessing.", "concurrent.")))
        if sys.version_info >= (3, 13):
            _instrument_shutdown()

    kind._after_fork = staticmethod(_after_fork)


def _instrument_context(context: Any) -> None:
    for name in ("SpawnProcess", "ForkServerProcess"):
        kind = getattr(context, name, None)
        if kind is not None and "_after_fork" in vars(kind):
            _instrument_begin(kind)


def _module_of(process: Any) -> str:
    target = getattr(process, "_target", None)
    if isinstance(target, types.MethodType):
        target = target.__func__
    return str(target.__module__) if isinstance(target, types.FunctionType) else ""


def _introduce(process: Any) -> None:
    role = role_of(process)
    hello(name=process.name, role=role, daemon=process.daemon, start_method=_method_of(process))
    emit(_TARGET, 0, 0, text(role))


def _method_of(process: Any) -> str:
    method = type(process)._start_method
    if method is None:
        method = sys.modules["multiprocessing.context"]._default_context.get_start_method()
    return str(method)


def _instrument_start(process: Any) -> None:
    """A forked child has its parent's stack: so that no frame of ours is on it, ``start`` stays.

    START is recorded by the first function that it calls, STARTED by what makes the process.
    """
    real_cleanup, start_code = process._cleanup, process.BaseProcess.start.__code__

    def _cleanup() -> None:
        frame = sys._getframe(1)
        if frame.f_code is start_code:
            gate()
            emit(_START, 0, place_above(frame), 0)
        real_cleanup()

    process._cleanup = _cleanup
    when_imported("multiprocessing.util", _instrument_spawn)
    when_imported("multiprocessing.forkserver", _instrument_fork_server)


def _instrument_spawn(util: Any) -> None:
    real_spawn = util.spawnv_passfds

    @functools.wraps(real_spawn)
    def spawnv_passfds(path: Any, args: Any, passfds: Any) -> int:
        pid: int = real_spawn(path, args, passfds)
        frame = sys._getframe(1)
        if frame.f_code.co_name == "_launch":
            emit(_STARTED, 0, place_above(frame), pid)
        return pid

    util.spawnv_passfds = spawnv_passfds


def _instrument_fork_server(forkserver: Any) -> None:
    real_read = forkserver.read_signed

    @functools.wraps(real_read)
    def read_signed(fd: int) -> int:
        try:
            number: int = real_read(fd)
        except BaseException as error:
            drop_frame(error)
            raise
        frame = sys._getframe(1)
        if frame.f_code.co_name == "_launch":
            emit(_STARTED, 0, place_above(frame), number)
        return number

    forkserver.read_signed = read_signed


def _instrument_join(base: Any) -> None:
    real_join = base.join

    @functools.wraps(real_join)
    def join(self: Any, timeout: float | None = None) -> None:
        try:
            popen = self._popen
            if popen is None or is_library(sys._getframe(1).f_code.co_filename):
                real_join(self, timeout)
                return
            gate()
            place = place_above(sys._getframe(1))
            emit(_JOIN_WAIT, 0, place, popen.pid)

            def wait(left: float | None) -> bool:
                real_join(self, left)
                return popen.returncode is not None

            done = extended(timeout, wait) or timeout is None
            emit(_JOINED, 0, place, popen.pid if done else -popen.pid)
        except BaseException as error:
            drop_frame(error)
            raise

    base.join = join


def _instrument_signals(base: Any) -> None:
    for name, kind in (("terminate", _TERMINATE), ("kill", _KILL)):
        setattr(base, name, _signalling(getattr(base, name), kind))


def _signalling(real: Any, kind: int) -> Any:
    @functools.wraps(real)
    def signalling(self: Any) -> None:
        try:
            if self._popen is not None:
                gate()
                emit(kind, 0, place_above(sys._getframe(1)), self._popen.pid)
            real(self)
        except BaseException as error:
            drop_frame(error)
            raise

    return signalling


def _instrument_exit(util: Any) -> None:
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
            _say_left(sys.exc_info()[1])
            emit(_ENDING, 0, 0, 0)
        real_info(message, *arguments)

    def run_finalizers(minpriority: float | None = None) -> None:
        real_finalizers(minpriority)
        life = _life()
        # The main process has exit functions of the program's still to come, and says it itself.
        if minpriority is None and life.exit_code is not None and life.is_child:
            say_exit(life.exit_code)

    defaults["info"], defaults["_run_finalizers"] = info, run_finalizers
    exit_function.__defaults__ = tuple(defaults.values())
    _instrument_last_step(util)


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


def _say_left(error: BaseException | None) -> None:
    """Record how the target was left, once."""
    life = _life()
    if not life.in_target:
        return
    life.in_target = False
    if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
        emit(_RETURNED, 0, 0, 0)
    else:
        say_raised(error)


def _instrument_report(traceback: Any) -> None:
    """From 3.13 on a child reports its exception before its exit functions run."""
    real_print = traceback.print_exc

    @functools.wraps(real_print)
    def print_exc(*arguments: Any, **named: Any) -> None:
        if _Life.in_target and _life().in_target:
            caller = sys._getframe(1).f_code
            if caller is sys.modules["multiprocessing.process"].BaseProcess._bootstrap.__code__:
                _say_left(sys.exc_info()[1])
        real_print(*arguments, **named)

    traceback.print_exc = print_exc


def _instrument_shutdown() -> None:
    """3.13 and newer: the first thing after the target, whether it returned or exited."""
    import threading

    real_shutdown = threading._shutdown  # type: ignore[attr-defined]

    def _shutdown() -> None:
        threading._shutdown = real_shutdown  # type: ignore[attr-defined]
        code = sys._getframe(1).f_locals.get("exitcode")
        _say_left(SystemExit(code) if code else None)
        real_shutdown()

    threading._shutdown = _shutdown  # type: ignore[attr-defined]


def _instrument_os() -> None:
    real_exit, real_kill = os._exit, os.kill

    @functools.wraps(real_exit)
    def _exit(status: int) -> None:
        if isinstance(status, int):
            say_exit(status)
        try:
            real_exit(status)
        except BaseException as error:
            drop_frame(error)
            raise

    @functools.wraps(real_kill)
    def kill(pid: int, signal_number: int, /) -> None:
        try:
            kind = _TERMINATE if signal_number == signal.SIGTERM else 0
            if signal_number == getattr(signal, "SIGKILL", None):
                kind = _KILL
            if kind and type(pid) is int and pid > 0 and called_by_program():
                gate()
                emit(kind, 0, place_above(sys._getframe(1)), pid)
            real_kill(pid, signal_number)
        except BaseException as error:
            drop_frame(error)
            raise

    _replace_in_os(_exit=_exit, kill=kill)
    if hasattr(os, "fork"):
        _instrument_fork(os.fork)


def _replace_in_os(**functions: Any) -> None:
    """Pickles name these functions by the module that they come from: both are to have ours."""
    for module in (os, sys.modules[os._exit.__module__]):
        for name, function in functions.items():
            setattr(module, name, function)


def _instrument_fork(real_fork: Any) -> None:
    @functools.wraps(real_fork)
    def fork() -> int:
        try:
            gate()
            pid: int = real_fork()
        except BaseException as error:
            drop_frame(error)
            raise
        frame = sys._getframe(1)
        if pid and not is_library(frame.f_code.co_filename):
            emit(_FORK, 0, place_above(frame), pid)
        elif pid and frame.f_globals.get("__name__") == "multiprocessing.popen_fork":
            emit(_STARTED, 0, place_above(frame), pid)
        return pid

    _replace_in_os(fork=fork)

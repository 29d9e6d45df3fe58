"""``multiprocessing.Process`` and the operating system's ways to make, signal and end processes.

While the program's own code runs in a child, no frame of ours is on its stack: what CPython calls
between the steps of ``BaseProcess._bootstrap`` is instrumented, not the steps.
"""

from __future__ import annotations

import functools
import sys
import types

from ipcsim.events import Kind
from ipcsim.probe import writer
from ipcsim.probe.forks import facts_of_child
from ipcsim.probe.instruments.callers import frame_above, is_library, place_above
from ipcsim.probe.instruments.connection_ends import say_arrived
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.life import say_exit, say_raised, set_exit_code
from ipcsim.probe.instruments.os_processes import FORK_FRAME, instrument_os
from ipcsim.probe.instruments.process_ends import (
    begin_target,
    instrument_exit,
    instrument_report,
    instrument_shutdown,
)
from ipcsim.probe.instruments.timed import extended
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.recorder import emit, fresh_text, gate, hello, text
from ipcsim.probe.texts import Fact
from ipcsim.probe.type_words import Any

__all__ = ["install", "name_of", "role_of", "say_exit", "say_raised", "set_exit_code"]

_START, _STARTED, _TARGET = int(Kind.START), int(Kind.STARTED), int(Kind.TARGET)
_JOIN_WAIT, _JOINED = int(Kind.JOIN_WAIT), int(Kind.JOINED)
_TERMINATE, _KILL = int(Kind.TERMINATE), int(Kind.KILL)


def install() -> None:
    """Watch processes from now on, in this process and its children."""
    when_imported("multiprocessing.process", _instrument_process)
    when_imported("multiprocessing.context", _instrument_context)
    when_imported("multiprocessing.util", instrument_exit)
    if sys.version_info >= (3, 13):
        when_imported("traceback", instrument_report)
    instrument_os()
    facts_of_child[0] = _facts_of_child


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
        # What a forked child runs its parent has told.
        if not writer.own.role:
            begin_target()
            process = sys.modules["multiprocessing.process"].current_process()
            _introduce(process)
            # What arrived with a manager's server or a pool's worker is the library's own.
            say_arrived(not _module_of(process).startswith(("multiprocessing.", "concurrent.")))
        if sys.version_info >= (3, 13):
            instrument_shutdown()

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
    facts = _facts_of(process)
    hello(**facts, start_method=_method_of(process))
    emit(_TARGET, 0, 0, text(str(facts["role"])))


def _facts_of(process: Any) -> dict[str, Fact]:
    # Not by the properties, which a program may have given a meaning of its own.
    facts: dict[str, Fact] = {"name": process._name, "role": role_of(process)}
    if process._config.get("daemon"):
        facts["daemon"] = True
    return facts


def _facts_of_child() -> dict[str, Fact]:
    """What is known of the child that this thread is about to fork."""
    frame: Any = sys._getframe(1)
    while frame is not None and (
        is_ours(frame.f_code.co_filename) or frame.f_code.co_name == FORK_FRAME
    ):
        frame = frame.f_back
    if frame is not None and frame.f_globals.get("__name__") == "multiprocessing.popen_fork":
        process = frame.f_locals.get("process_obj")
        if process is not None:
            return _facts_of(process)
    return {}


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
            # Not by the property, which a program may have given a meaning of its own.
            name = str(frame.f_locals["self"]._name)
            emit(_START, 0, place_above(frame), fresh_text(name))
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
            if popen is None or is_library(frame_above(1).f_code.co_filename):
                real_join(self, timeout)
                return
            gate()
            place = place_above(frame_above(1))
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
                emit(kind, 0, place_above(frame_above(1)), self._popen.pid)
            real(self)
        except BaseException as error:
            drop_frame(error)
            raise

    return signalling

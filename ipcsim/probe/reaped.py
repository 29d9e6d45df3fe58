"""Exit codes as parents learn them: a child that was killed can't tell its own."""

from __future__ import annotations

import os
from functools import wraps

from ipcsim.events import Kind
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit
from ipcsim.probe.type_words import Any

_REAPED = int(Kind.REAPED)
_installed: list[bool] = []


def install() -> None:
    """Record the exit code of every child when its parent learns it."""
    if not _installed:
        _installed.append(True)
        # Through os.waitpid goes multiprocessing itself, but for children of the fork server.
        for name in ("waitpid", "wait"):
            if hasattr(os, name):
                stand_in(os, _noting(getattr(os, name)))
        when_imported("multiprocessing.popen_forkserver", _instrument)


def _say(pid: int, code: int) -> None:
    emit(_REAPED, 0, 0, pid << 32 | code & 0xFFFFFFFF)


def _noting(real: Any) -> Any:
    @wraps(real)
    def noting(*arguments: Any) -> tuple[int, int]:
        try:
            pid, status = real(*arguments)
        except BaseException as error:
            drop_frame(error)
            raise
        if pid and (os.WIFEXITED(status) or os.WIFSIGNALED(status)):
            _say(pid, os.waitstatus_to_exitcode(status))
        return pid, status

    return noting


def _instrument(module: Any) -> None:
    real = module.Popen.poll

    @wraps(real)
    def poll(self: Any, *arguments: Any, **named: Any) -> int | None:
        known = self.returncode is not None
        try:
            code: int | None = real(self, *arguments, **named)
        except BaseException as error:
            drop_frame(error)
            raise
        if code is not None and not known:
            _say(self.pid, code)
        return code

    module.Popen.poll = poll

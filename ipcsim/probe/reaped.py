"""Exit codes as parents learn them: a child that was killed can't tell its own."""

from __future__ import annotations

from functools import wraps
from typing import Any

from ipcsim.events import Kind
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit

_REAPED = int(Kind.REAPED)
_installed: list[bool] = []


def install() -> None:
    """Record the exit code of every child of multiprocessing's when its parent learns it."""
    if not _installed:
        _installed.append(True)
        when_imported("multiprocessing.popen_fork", _instrument)
        when_imported("multiprocessing.popen_forkserver", _instrument)


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
            emit(_REAPED, 0, 0, self.pid << 32 | code & 0xFFFFFFFF)
        return code

    module.Popen.poll = poll

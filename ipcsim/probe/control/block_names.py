"""Making, attaching and unlinking a block of shared memory are steps.

Where the system removes a block with its last user there is nothing to unlink, and no step.
"""

from __future__ import annotations

import os
from types import SimpleNamespace

from ipcsim.operations import SAID, Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, result
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any


def install() -> None:
    """Ask from now on."""
    when_imported("multiprocessing.shared_memory", _instrument)


def _instrument(module: Any) -> None:
    posix = getattr(module, "_posixshmem", None)
    if posix is not None:
        module._posixshmem = _asking(posix)
        module._make_filename = _naming(module._make_filename)


def _asking(posix: Any) -> SimpleNamespace:
    def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
        try:
            made = bool(flags & os.O_CREAT)
            ask(Op.NAME if made else Op.OPEN, _key(path, "SharedMemory({})"), 0)
            result(-1)
            descriptor = int(posix.shm_open(path, flags, mode=mode))
            result(0)
            return descriptor
        except BaseException as error:
            drop_frame(error)
            raise

    def shm_unlink(path: str) -> None:
        try:
            ask(Op.NAME, _key(path, "{}.unlink()"), 0)
            result(-1)
            posix.shm_unlink(path)
            result(0)
        except BaseException as error:
            drop_frame(error)
            raise

    return SimpleNamespace(shm_open=shm_open, shm_unlink=shm_unlink)


def _key(path: str, said: str) -> bytes:
    return f"shm:{path}{SAID}{said}".encode()


def _naming(real: Any) -> Any:
    """A name that is made up is another one in each run: it is called by who made it."""

    def _make_filename() -> str:
        name = str(real())
        if current() is not None:
            new_object("block", alias=f"shm:{name}")
        return name

    return _make_filename

"""``fcntl.flock`` and ``lockf``: the model decides who has the lock, the real one confirms.

A lock of ``flock`` belongs to the open file, which forked children share; one of ``lockf`` to the
process. Closing the descriptor, of ``lockf`` any of the file's, gives it back.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from ipcsim.operations import SAID, Op
from ipcsim.probe.control import asking, naming
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, result
from ipcsim.probe.control.file_paths import for_program, opened, owner_of, path_of_descriptor
from ipcsim.probe.control.file_records import recorded
from ipcsim.probe.control.files import at_close
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.standing_in import like
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final


class _Held(NamedTuple):
    fd: int
    path: str
    key: bytes
    """By which it is given back."""
    unlock: Callable[[], Any]


_held: dict[tuple[str, str], _Held] = {}
"""By the lock and its owner."""
_shared: set[str] = set()
"""Open files that other processes have, too."""
_AGAIN: Final = (errno.EACCES, errno.EAGAIN)
_SHARED: Final = " shared"


def install() -> None:
    """Make file locks ask from now on."""
    when_imported("fcntl", _instrument)
    at_close.append(_closing)
    asking.at_end.append(_ending)
    if hasattr(os, "register_at_fork"):
        # A child shares open files, and their locks; who has taken one gives it back.
        os.register_at_fork(before=_forking, after_in_child=_held.clear)


def _instrument(fcntl: Any) -> None:
    fcntl.flock = _locking(fcntl, fcntl.flock, "flock")
    fcntl.lockf = _locking(fcntl, fcntl.lockf, "lockf")


def _locking(fcntl: Any, real: Any, name: str) -> Any:
    def lock(fd: Any, operation: Any, *arguments: Any) -> Any:
        try:
            number = fd if isinstance(fd, int) else fd.fileno()
            path = None
            if for_program(sys._getframe(1)) and type(operation) is int:
                path = path_of_descriptor(number)
            if path is None:
                return real(fd, operation, *arguments)
            owner = owner_of(number) if name == "flock" else naming.process_name()
            part = "".join(f" {one}" for one in arguments)
            lock = f"{name}:{path}{part}"
            return _lock(fcntl, real, lock, path, owner, fd, operation, *arguments)
        except BaseException as error:
            drop_frame(error)
            raise

    return like(real, lock)


def _lock(
    fcntl: Any,
    real: Any,
    lock: str,
    path: str,
    owner: str,
    fd: Any,
    operation: int,
    *arguments: Any,
) -> Any:
    kind = lock.partition(":")[0]
    number = fd if isinstance(fd, int) else fd.fileno()
    held = lock, owner
    if operation & fcntl.LOCK_UN:
        if held in _held or kind == "flock":
            known = _held.pop(held, None)
            key = _key(lock, owner) if known is None else known.key
            _give_back(key, f"{kind}({{}}, LOCK_UN)")
        return real(fd, operation, *arguments)
    shared = bool(operation & fcntl.LOCK_SH)
    key = _key(lock, owner, _SHARED if shared else "")
    waits = not operation & fcntl.LOCK_NB
    mode = "LOCK_SH" if shared else "LOCK_EX"
    said = f"{kind}({{}}, {mode}{'' if waits else ' | LOCK_NB'})"
    _ask(Op.ACQUIRE if waits else Op.TRY_ACQUIRE, key, said)
    with recorded(_said(key, said)):
        try:
            answer = real(fd, operation | fcntl.LOCK_NB, *arguments)
        except OSError as error:
            result(0)
            if not waits or error.errno not in _AGAIN:
                raise
            # Somebody has it whom we don't know.
            answer = real(fd, operation, *arguments)
    result(1)
    _held[held] = _Held(number, path, key, lambda: real(number, fcntl.LOCK_UN, *arguments))
    return answer


def _ask(op: Op, key: bytes, said: str) -> None:
    ask(op, _said(key, said))


def _give_back(key: bytes, said: str) -> None:
    _ask(Op.RELEASE, key, said)
    with recorded(_said(key, said)):
        result(1)


def _said(key: bytes, said: str) -> bytes:
    return key + (SAID + said).encode()


def _key(lock: str, owner: str, shared: str = "") -> bytes:
    return os.fsencode(f"{lock}[{owner}{shared}]")


def _closing(fd: int) -> None:
    """A descriptor is about to be closed."""
    if current() is None or not _held:
        return
    path = path_of_descriptor(fd)
    for name, held in list(_held.items()):
        of_process = name[0].startswith("lockf:")
        if held.fd == fd or (of_process and held.path == path):
            del _held[name]
            _give_back(held.key, "close {}")
            if of_process:
                # Now, not only when it is closed: to give back the next is a step of its own.
                _really(held.unlock)


def _ending() -> None:
    """The process ends, and with it what it holds.

    Its end is a step of its own, so others may have the locks before: they are really given back
    now, but for those of open files that go on to be others'.
    """
    for (_lock, owner), held in list(_held.items()):
        _give_back(held.key, "end of {}")
        if owner not in _shared:
            _really(held.unlock)
    _held.clear()


def _really(unlock: Callable[[], Any]) -> None:
    # The descriptor may have been closed by what isn't seen.
    with suppress(OSError, ValueError):
        unlock()


def _forking() -> None:
    _shared.update(owner for _path, owner in opened.values())

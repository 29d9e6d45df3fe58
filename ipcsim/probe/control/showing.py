"""Says where the main thread is, when somebody outside asks: also in a long computation, or a wait.

Nothing runs in this process for that. A signal that nobody uses and that is ignored by itself,
SIGURG, is handled by ``faulthandler``: in C, without the interpreter's lock, restarting system
calls. It writes the stack to a file of this process's in the folder where somebody wants to know;
who asks (``run/outsiders.py``) first makes sure that the file is still open under the number that
it had. Where there is no such folder nothing is done.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from ipcsim.probe.control import actors, asking
from ipcsim.probe.instruments.callers import LIBRARY

FOLDER = "where"
"""Beside the controller's socket, made by who wants to know."""
_HIGH = 500
"""Our descriptors are far above the program's, so that its own keep their numbers."""
_open = -1
_inode = 0


def install() -> None:
    """Be ready to say it whenever a process begins."""
    if hasattr(signal, "SIGURG"):
        asking.at_begin.append(_be_ready)


def leave(number: int) -> None:
    """The program handles signal ``number`` itself: it is not sent by us any more."""
    if number == getattr(signal, "SIGURG", 0):
        _close()


def _be_ready() -> None:
    global _open, _inode
    folder = os.path.join(os.path.dirname(actors.settings()["address"]), FOLDER)
    if not os.path.isdir(folder):
        return
    import faulthandler
    import fcntl

    _close()  # of the process that this one was forked from
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
    low = os.open(os.path.join(folder, str(os.getpid())), flags, 0o600)
    try:
        _open = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except OSError:
        return  # so many aren't allowed here
    finally:
        os.close(low)
    _inode = os.fstat(_open).st_ino
    roots = "\0".join(LIBRARY)
    os.write(_open, f"{_open}\0{roots}\n".encode())
    faulthandler.register(signal.SIGURG, file=_open, all_threads=False, chain=False)


def _close() -> None:
    """Close the file, unless its number is somebody else's by now."""
    global _open
    number, _open = _open, -1
    with suppress(OSError):
        if number >= 0 and os.fstat(number).st_ino == _inode:
            os.close(number)

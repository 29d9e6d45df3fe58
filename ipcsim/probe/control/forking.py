"""A fork that leaves out what would change nothing.

``os.fork`` has the library's functions called in the child: they make locks and threads' books
anew and seed ``random``. In a process of one thread, where nobody else can hold a lock, and whose
``random`` control seeds itself, they change nothing and take longer than the fork: each page that
a child writes to is copied for it.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable

from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.tracebacks import is_ours
from ipcsim.probe.recorder import recording
from ipcsim.probe.type_words import Any, Final

_real: Callable[[], int] = getattr(os, "fork", lambda: -1)
leave = os._exit
wait: Callable[[int, int], tuple[int, int]] = getattr(os, "waitpid", lambda *_: (0, 0))
"""Both before they are made to ask."""
_quick: Callable[[], int] | None = None
_prctl: Callable[[int, int], int] | None = None
_PDEATHSIG: Final = 1
_ours: list[Callable[[], object]] = []
"""What control itself has to do in children."""
_foreign: list[str] = []
"""Who else wants to be called when something forks."""


def install() -> None:
    """Notice whoever registers functions for forks from now on."""
    if not hasattr(os, "fork"):
        return
    real = os.register_at_fork

    def register_at_fork(**functions: Any) -> None:
        caller = sys._getframe(1).f_code.co_filename
        if is_ours(caller):
            if "after_in_child" in functions:
                _ours.append(functions["after_in_child"])
        elif not is_library(caller):
            _foreign.append(caller)
        real(**functions)

    stand_in(os, register_at_fork)


def prepare() -> None:
    """Get ready to fork quickly, where that can be done: it costs a module."""
    global _quick, _prctl
    if sys.platform != "linux" or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return
    # What a site starts before us.
    _foreign.extend(name for name, module in list(sys.modules.items()) if _may_register(module))
    try:
        from ctypes import PyDLL

        library = PyDLL(None)
        _quick, _prctl = library.fork, library.prctl
    except (ImportError, AttributeError, OSError):
        _quick = None


def can_be_quick() -> bool:
    """Whether nobody would notice that nobody was called."""
    return (
        _quick is not None
        and not _foreign
        and not recording()
        and _thread._count() == 0
        and threading.main_thread() is threading.current_thread()
        and not _handles_signals()
    )


def fork() -> int:
    """As ``os.fork``."""
    if not can_be_quick():
        return _real()
    pid = fork_quickly()
    if pid == 0:
        for function in _ours:
            function()
    return pid


def fork_quickly() -> int:
    """As ``os.fork``, where that :func:`can_be_quick`; nobody at all is called in the child."""
    assert _quick is not None
    sys.audit("os.fork")
    pid = _quick()
    if pid < 0:
        return _real()  # which says why it can't
    return pid


def die_with_parent() -> None:
    """This child that was forked quickly is killed when its parent dies."""
    assert _prctl is not None
    _prctl(_PDEATHSIG, signal.SIGKILL)


def _handles_signals() -> bool:
    """Whether a signal that arrived just before a fork would be handled in the child, too."""
    return signal.getsignal(signal.SIGCHLD) not in (signal.SIG_DFL, signal.SIG_IGN, None)


def _may_register(module: Any) -> bool:
    path = getattr(module, "__file__", None)
    if not path or is_library(path) or module.__name__.partition(".")[0] == "ipcsim":
        return False
    try:
        with open(path, "rb") as file:
            return not path.endswith(".py") or b"register_at_fork" in file.read()
    except OSError:
        return True

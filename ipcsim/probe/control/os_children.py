"""``os.wait``, ``os.waitpid`` and ``os.kill`` for processes that are actors, whoever calls them."""

from __future__ import annotations

import os

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, ask_until, passing, result
from ipcsim.probe.control.processes import children
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any


def install() -> None:
    """Make waiting for children, and signals to processes, steps."""
    stand_in(os, _killing(os.kill))
    if hasattr(os, "waitid"):
        _instrument_waiting()


def _killing(real: Any) -> Any:
    def kill(pid: int, number: int, /) -> None:
        try:
            if number and pid > 0 and pid != os.getpid():
                ask(Op.SIGNAL, children.get(pid, f"pid:{pid}").encode(), int(number))
            real(pid, number)
        except BaseException as error:
            drop_frame(error)
            raise

    return kill


def _instrument_waiting() -> None:
    real = os.waitpid

    def waitpid(pid: int, options: int, /) -> tuple[int, int]:
        try:
            if current() is None or not children or (pid > 0 and pid not in children):
                return real(pid, options)
            if not _permitted(pid, options):
                return 0, 0
            with passing():
                # Who has ended for the controller may have a moment to go.
                ended, status = real(pid, options & ~os.WNOHANG)
            children.pop(ended, None)
            result(ended > 0)
            return ended, status
        except BaseException as error:
            drop_frame(error)
            raise

    def wait() -> tuple[int, int]:
        try:
            return waitpid(-1, 0)
        except BaseException as error:
            drop_frame(error)
            raise

    stand_in(os, waitpid)
    stand_in(os, wait)


def _permitted(pid: int, options: int) -> bool:
    """Ask to wait for a child, or for any; False: none has ended, and the caller doesn't wait."""
    names = [children[pid]] if pid > 0 else list(children.values())
    keys = "\0".join(names).encode()
    if options & os.WNOHANG:
        return ask(Op.POLL, keys, 0) == Answer.GO
    if pid > 0:
        return ask(Op.JOIN, keys) == Answer.GO
    return ask_until(Op.WAIT, keys, _any_ended) == Answer.GO


def _any_ended() -> Any:
    return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

"""Waits for what isn't under control: another program, a socket. They take real time.

On the virtual clock, where time passes only by decision, a program that is waited for would have no
time to run. When a wait's time has passed, it has on the virtual clock as well.
"""

from __future__ import annotations

import select as system
import sys
from functools import wraps

from ipcsim.probe.control import asking
from ipcsim.probe.control.asking import passing
from ipcsim.probe.control.file_paths import for_program
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any


def install() -> None:
    """Make them wait in real time from now on."""
    when_imported("subprocess", _instrument_programs)
    when_imported("selectors", _instrument_selectors)
    stand_in(system, _following(system.select, 3))


def _instrument_programs(subprocess: Any) -> None:
    for name in ("wait", "communicate"):
        setattr(subprocess.Popen, name, _in_real_time(getattr(subprocess.Popen, name)))


def _instrument_selectors(selectors: Any) -> None:
    for name in ("SelectSelector", "PollSelector", "EpollSelector", "KqueueSelector"):
        kind = getattr(selectors, name, None)
        if kind is not None and "select" in vars(kind):
            kind.select = _following(kind.select, 1)


def _in_real_time(real: Any) -> Any:
    @wraps(real)
    def waits(*arguments: Any, **named: Any) -> Any:
        try:
            with passing():
                return real(*arguments, **named)
        except BaseException as error:
            drop_frame(error)
            raise

    return waits


def _following(real: Any, position: int) -> Any:
    """``real``, whose argument at ``position`` is a timeout; the virtual clock follows."""

    @wraps(real)
    def select(*arguments: Any, **named: Any) -> Any:
        try:
            found = real(*arguments, **named)
            timeout = arguments[position] if len(arguments) > position else named.get("timeout")
            if timeout and not any(_several(found)) and for_program(sys._getframe(1)):
                asking.clock_ns += max(nanoseconds(timeout), 0)
            return found
        except BaseException as error:
            drop_frame(error)
            raise

    return select


def _several(found: Any) -> Any:
    return found if isinstance(found, (list, tuple)) else [found]

"""How far this process has come: what it says of its own end, once."""

from __future__ import annotations

import os
from collections.abc import Callable

from ipcsim.events import Kind
from ipcsim.probe import writer
from ipcsim.probe.instruments.exceptions import described
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, look_at_globals, recording

_RETURNED, _RAISED, _EXIT = int(Kind.RETURNED), int(Kind.RAISED), int(Kind.EXIT)


before_target: list[Callable[[], None]] = []
"""Called before the target of a child that wasn't forked, to say what has arrived with it."""
before_exit: list[Callable[[], None]] = []
"""Called as this process ends: what has something to record yet."""


class Life:
    """How far this process has come."""

    pid = 0
    is_child = False
    awaited = False
    """Its target is still to come, after what is unpickled and the main module."""
    in_target = False
    exit_code: int | None = None
    ended = False


def set_exit_code(code: int) -> None:
    """The exit code that this process will have; a child's is recorded after its exit functions."""
    life().exit_code = code


def say_raised(error: BaseException) -> None:
    """Record that an exception leaves the target or the main module."""
    emit(_RAISED, 0, 0, described(error))


def say_returned() -> None:
    """Record that the target or the main module is through: threads and feeders may not be."""
    emit(_RETURNED, 0, 0, 0)


def say_exit(code: int) -> None:
    """Record the end of this process, once."""
    now = life()
    if not now.ended:
        now.ended = True
        for look in before_exit:
            look()
        emit(_EXIT, 0, 0, code)


def life() -> type[Life]:
    """The life of this very process; a forked child begins its own."""
    if Life.pid != os.getpid():
        Life.pid, Life.exit_code, Life.ended, Life.awaited = os.getpid(), None, False, False
        # A forked child whose parent knew its target begins with that.
        Life.in_target = Life.is_child = bool(writer.own.role)
    return Life


def say_left(error: BaseException | None) -> None:
    """Record how the target was left, once."""
    if error is not None:
        drop_frame(error)
    now = life()
    if not now.in_target:
        return
    now.in_target = False
    if recording():
        # What it has made of its globals, which nobody else will ever see.
        look_at_globals()
    if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
        say_returned()
    else:
        say_raised(error)

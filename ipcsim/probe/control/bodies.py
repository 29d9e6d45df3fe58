"""A process that is forked again for each schedule, just before its body.

It stays where it is, once it has come there: the body is run by a child of its own, which takes its
place at the table of turns, goes on to the end of the process for real and is gone. So a schedule
costs a fork and the body, and nothing that a body does to its own process is there for the next
one. What the processes share is put back by one of them when the bodies of all are gone.
"""

from __future__ import annotations

import _thread
import os
import sys
from collections.abc import Callable

from ipcsim.operations import Op
from ipcsim.probe.control import actors, asking, forking, handing, shared_state
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final


def forked(
    real_run: Callable[[], None], say_raised: Callable[[BaseException], None]
) -> Callable[[], None]:
    """The ``run`` of a process, each time in a fresh fork."""

    def run() -> None:
        _stay()
        try:
            real_run()
        except BaseException as error:
            say_raised(error)
            drop_frame(error)
            raise
        if _has_nothing_to_end():
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            os._exit(0)

    return run


def _has_nothing_to_end() -> bool:
    """Whether the library would find nothing to do at the end of this process.

    What it does to find that out takes as long as a body.
    """
    return (
        _thread._count() == 0
        and not _util._finalizer_registry
        and not _process._children
        and _util._logger is None
        and not _ends_by_functions
    )


_util: Any = sys.modules["multiprocessing.util"]
_process: Any = sys.modules["multiprocessing.process"]
_popen: Any = sys.modules.get("multiprocessing.popen_fork")
_ends_by_functions: Final = hasattr(_process, "atexit") or hasattr(_popen, "atexit")
"""From some version on the children of multiprocessing have exit functions, too."""


def prepare(table: dict[str, Any]) -> None:
    """Bodies of this program's processes will be forked again and again; they hand on the turn at
    a ``table``: its ``path``, and names of ``semaphores``."""
    shared_state.watch_blocks()
    handing.open_table(**table)


def _stay() -> None:
    """Fork whenever the controller wants; returns in the children, or where that can't be done."""
    if _maps() or not forking.can_be_quick():
        return  # and go on as ever
    handing.take_place()
    actor = actors.current()
    turns = actor.turns if actor is not None else None
    if turns is None:
        return
    before, me, clock_ns = shared_state.SharedState(), os.getpid(), asking.clock_ns
    # All that can be done before: what a child writes to is copied for it.
    stand_in(os, _telling(os.getppid()))
    asking.at_end.append(_looking(before))
    while True:
        asking.border(Op.BEGIN)
        pid = forking.fork_quickly()
        if pid == 0:
            forking.die_with_parent()
            turns.stand_in_for(me)
            return
        forking.wait(pid, 0)
        asking.clock_ns = clock_ns
        if turns.answer() == Answer.RESET:
            asking.result(before.digest())
            before.put_back()


def _telling(pid: int) -> Callable[[], int]:
    def getppid() -> int:
        return pid

    return getppid


def _looking(before: shared_state.SharedState) -> Callable[[], None]:
    def look() -> None:
        missed = before.missed()
        if missed:
            actors.tell(changed=missed)

    return look


def _maps() -> bool:
    """Whether a module of the program's own names ``mmap``: what is mapped isn't put back."""
    return any(
        hasattr(module, "mmap")
        for module in list(sys.modules.values())
        if getattr(module, "__file__", None) and not is_library(str(module.__file__))
    )

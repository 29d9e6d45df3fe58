"""Each write to stdout is a step, so that the order of lines is a matter of schedule.

The step is where the bytes leave the process, below the stream's buffers. There the buffer's lock
is held, and another thread that prints would wait for it where nobody sees it. So in a process with
several threads the step is before the stream is touched: a thread that may print has the buffers to
itself until its line is out.
"""

from __future__ import annotations

import io
import sys
from _thread import _local

from ipcsim.operations import Op
from ipcsim.probe.control import asking
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any

_permitted = _local()
"""``request``: the number of the calling thread's last request, if it was for what it writes next.
"""
_waiting = False
"""Whether text is in the stream's buffers."""


def install() -> None:
    """Ask before each write from now on.

    A line is written when it ends, as on a terminal. A pipe or PYTHONUNBUFFERED would have it
    otherwise, and a schedule made under the one be another under the other.
    """
    stream = sys.stdout
    if type(stream) is io.TextIOWrapper:
        stream.reconfigure(line_buffering=True, write_through=False)
        _instrument(stream)
    under_control.before_output = _ask


def _instrument(stream: Any) -> None:
    """Its own methods, that ``print`` finds too: the type stays what it is."""
    real_write, real_flush = stream.write, stream.flush

    def write(text: str, /) -> int:
        global _waiting
        try:
            if asking.several and text:
                _permit()
            _waiting = _waiting or bool(text)
            return int(real_write(text))
        except BaseException as error:
            drop_frame(error)
            raise

    def flush() -> None:
        try:
            if asking.several and _waiting:
                _permit()
            real_flush()
        except BaseException as error:
            drop_frame(error)
            raise

    stream.write, stream.flush = write, flush


def _permit() -> None:
    """Ask, unless the calling thread has, and has done nothing since."""
    actor = current()
    if actor is not None and not _may_write(actor.number):
        ask(Op.OUTPUT, b"", 1)
        _permitted.request = actor.number


def _may_write(request: int) -> bool:
    return bool(getattr(_permitted, "request", -1) == request)


def _ask(descriptor: int) -> None:
    global _waiting
    if descriptor != 1:
        return
    _waiting = False
    actor = current()
    if actor is not None and _may_write(actor.number):
        _permitted.request = -1
    else:
        ask(Op.OUTPUT, b"", descriptor)

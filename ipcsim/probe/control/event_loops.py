"""``asyncio``: an event loop's wait is a step, on the virtual clock, and so is waking it.

A loop that also waits for sockets waits in the kernel as ever, since those at the other end may be
anybody; when its time has passed there, it has on the virtual clock as well.
"""

from __future__ import annotations

from functools import partial

from ipcsim.operations import Op
from ipcsim.probe.control import asking
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, ask_until, result
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any


def install() -> None:
    """Make the event loops that are made from now on ask."""
    when_imported("asyncio.selector_events", _instrument)


def _instrument(selector_events: Any) -> None:
    loop_class = selector_events.BaseSelectorEventLoop
    real_pipe, real_wake = loop_class._make_self_pipe, loop_class._write_to_self

    def _make_self_pipe(self: Any) -> None:
        try:
            real_pipe(self)
        except BaseException as error:
            drop_frame(error)
            raise
        if current() is not None:
            self._ipcsim_key = new_object("channel", name="asyncio")
            self._selector.select = partial(_select, self, self._selector.select)

    def _write_to_self(self: Any) -> None:
        key = getattr(self, "_ipcsim_key", b"")
        if key and current() is not None:
            ask(Op.SEND, key, -1)
        real_wake(self)

    loop_class._make_self_pipe, loop_class._write_to_self = _make_self_pipe, _write_to_self


def _select(loop: Any, real: Any, timeout: float | None = None) -> Any:
    """The selector's ``select``, as the loop calls it."""
    if current() is None or (timeout is not None and timeout <= 0):
        return real(timeout)
    limit = nanoseconds(timeout)
    if len(loop._selector.get_map()) > 1:
        found = real(timeout)
        if not found:
            asking.clock_ns += max(limit, 0)
        return found
    answer = ask_until(Op.WAIT, loop._ipcsim_key, lambda: bool(real(0)), limit)
    found = real(0) if answer == Answer.GO else []
    result(bool(found))
    return found

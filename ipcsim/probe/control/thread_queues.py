"""``queue.SimpleQueue``, which is written in C: a channel of one process.

``queue.Queue`` and its kin are Python code over a lock and follow by themselves.
"""

from __future__ import annotations

import sys

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, ask_until, result
from ipcsim.probe.control.local_keys import LocalKey, creator_of
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.type_words import Any, Final

_CONFIRMS_S: Final = 2.0
"""The controller says that it has an item: if none comes for so long, they disagree."""


def install() -> None:
    """Simple queues that are made from now on ask."""
    when_imported("queue", _replace)


def _replace(module: Any) -> None:
    module.SimpleQueue = _simple_queue(module.SimpleQueue, module.Empty)


def _simple_queue(real: Any, empty_error: type[BaseException]) -> Any:
    class SimpleQueue(real):  # type: ignore[misc]
        __doc__ = real.__doc__

        def __new__(cls, *arguments: Any, **named: Any) -> Any:
            self = real.__new__(cls, *arguments, **named)
            self._ipcsim_key = LocalKey("channel", creator_of(sys._getframe(1)))
            return self

        def _ipcsim_filled(self) -> bool:
            return not real.empty(self)

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            if current() is not None:
                ask(Op.SEND, self._ipcsim_key.told(0), 0)
            real.put(self, item, block, timeout)

        def put_nowait(self, item: Any) -> None:
            self.put(item, False)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            try:
                odd = block and timeout is not None and timeout < 0
                if current() is None or odd:
                    return real.get(self, block, timeout)
                limit = nanoseconds(timeout) if block else 0
                key = self._ipcsim_key.told(0)
                answer = ask_until(Op.RECEIVE, key, self._ipcsim_filled, limit)
                if answer == Answer.TIMEOUT:
                    raise empty_error
                item = real.get(self, True, _CONFIRMS_S)
                result(1)
                return item
            except BaseException as error:
                drop_frame(error)
                raise

        def get_nowait(self) -> Any:
            try:
                return self.get(False)
            except BaseException as error:
                drop_frame(error)
                raise

        def empty(self) -> bool:
            asked = _look(self, sys._getframe(1))
            found = bool(real.empty(self))
            if asked:
                result(not found)
            return found

        def qsize(self) -> int:
            _look(self, sys._getframe(1))
            return int(real.qsize(self))

    SimpleQueue.__module__, SimpleQueue.__qualname__ = real.__module__, real.__qualname__
    return SimpleQueue


def _look(queue: Any, caller: Any) -> bool:
    """A look at a queue is a step, except for an instrument's; whether it was one."""
    if current() is None or is_ours(caller.f_code.co_filename):
        return False
    ask_until(Op.POLL, queue._ipcsim_key.told(0), queue._ipcsim_filled, 0)
    return True

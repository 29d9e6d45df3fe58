"""``queue.SimpleQueue``, written in C: the program gets a subclass, the library the real one."""

from __future__ import annotations

from _thread import RLock
from contextlib import nullcontext
from time import perf_counter_ns

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.callers import frame_above, is_library, place_above
from ipcsim.probe.instruments.local_objects import Local
from ipcsim.probe.instruments.puts import Puts
from ipcsim.probe.instruments.timed import held_until_gate, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate, held_ns, token
from ipcsim.probe.type_words import Any

_PUT, _GET = int(Kind.PUT), int(Kind.GET)
_GET_WAIT, _EMPTY = int(Kind.GET_WAIT), int(Kind.EMPTY)


def simple_queue(real: Any, empty: type[BaseException]) -> Any:
    """``SimpleQueue`` is written in C: the program gets a subclass, the library the real one."""

    class SimpleQueue(real):  # type: ignore[misc]
        __doc__ = real.__doc__
        __slots__ = ("_ipcsim_local", "_ipcsim_order", "_ipcsim_puts")

        def __new__(cls, *arguments: Any, **named: Any) -> Any:
            frame = frame_above(1)
            if is_library(frame.f_code.co_filename):
                return real(*arguments, **named)
            self = real.__new__(cls, *arguments, **named)
            self._ipcsim_puts = Puts()
            # Not between processes, and only so that the order of the records is the real one.
            self._ipcsim_order = nullcontext() if under_control.asks else RLock()
            self._ipcsim_local = Local(self, ObjectKind.THREAD_SIMPLE_QUEUE, frame, bound=0)
            return self

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            try:
                gate()
                place, label = place_above(frame_above(1)), token(item)
                with self._ipcsim_order:
                    self._ipcsim_puts.put(item)
                    emit(_PUT, self._ipcsim_local.number(), place, label)
                    super().put(item, block, timeout)
            except BaseException as error:
                drop_frame(error)
                raise

        def put_nowait(self, item: Any) -> None:
            try:
                self.put(item)
            except BaseException as error:
                drop_frame(error)
                raise

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            gate()
            began = perf_counter_ns()
            number, place = self._ipcsim_local.number(), place_above(frame_above(1))
            try:
                if block and self.empty():
                    emit(_GET_WAIT, number, place, nanoseconds(timeout))
                item = self._ipcsim_get(block, timeout)
            except BaseException as error:
                if isinstance(error, empty):
                    emit_span(_EMPTY, began, number, place, 0)
                drop_frame(error)
                raise
            emit(_GET, number, place, self._ipcsim_puts.get(item))
            return item

        def _ipcsim_get(self, block: bool, timeout: float | None) -> Any:
            """A timed wait that begins anew with the time held, as long as there was any."""
            if not block or timeout is None:
                return super().get(block, timeout)
            held = held_ns()
            while True:
                try:
                    return super().get(block, timeout)
                except empty:
                    more, held = held_until_gate(held)
                    if more <= 0:
                        raise
                    timeout = more / 1e9

        def get_nowait(self) -> Any:
            try:
                return self.get(False)
            except BaseException as error:
                drop_frame(error)
                raise

        def __reduce__(self) -> Any:
            if type(self) is SimpleQueue:
                raise TypeError("cannot pickle '_queue.SimpleQueue' object")
            return super().__reduce__()

    SimpleQueue.__module__, SimpleQueue.__qualname__ = real.__module__, real.__qualname__
    return SimpleQueue

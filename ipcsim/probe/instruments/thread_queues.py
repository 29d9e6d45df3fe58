"""``queue.Queue``, ``LifoQueue``, ``PriorityQueue`` and ``SimpleQueue`` that the program makes.

Which PUT a GET takes is known by the item's identity, so it is right for any order, that of the
program's own subclasses too. An item that comes out as another object than went in has no PUT: -1.
"""

from __future__ import annotations

import threading
from functools import wraps
from time import perf_counter_ns
from typing import Any

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments.callers import frame_above, is_library, place_above
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.local_objects import introduce, number_of
from ipcsim.probe.instruments.puts import Puts
from ipcsim.probe.instruments.simple_thread_queues import simple_queue
from ipcsim.probe.instruments.thread_locks import become_watched
from ipcsim.probe.instruments.timed import extended, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate, token

_PUT_WAIT, _PUT, _FULL = int(Kind.PUT_WAIT), int(Kind.PUT), int(Kind.FULL)
_GET_WAIT, _GET, _EMPTY = int(Kind.GET_WAIT), int(Kind.GET), int(Kind.EMPTY)
_TASK_DONE, _CLOSE = int(Kind.TASK_DONE), int(Kind.CLOSE)
_ALL_DONE_WAIT, _ALL_DONE = int(Kind.ALL_DONE_WAIT), int(Kind.ALL_DONE)

_Condition: Any = threading.Condition


def install() -> None:
    """Watch the thread queues that the program makes from now on."""
    when_imported("queue", _instrument)


def _instrument(module: Any) -> None:
    operations = {
        "put": _raising(module.Full, _FULL),
        "get": _raising(module.Empty, _EMPTY),
        "_put": _enters,
        "_get": _leaves,
        "task_done": _task_done,
        "join": _join,
    }
    if hasattr(module.Queue, "shutdown"):
        operations["shutdown"] = _shutdown
    real_init = module.Queue.__init__

    @wraps(real_init)
    def __init__(self: Any, maxsize: int = 0) -> None:
        try:
            real_init(self, maxsize)
        except BaseException as error:
            drop_frame(error)
            raise
        frame = frame_above(1)
        if not is_library(frame.f_code.co_filename):
            become_watched(self, operations)
            self._ipcsim_puts = Puts()
            for condition, kind in (
                (self.not_full, _PUT_WAIT),
                (self.not_empty, _GET_WAIT),
                (self.all_tasks_done, 0),
            ):
                condition.__class__ = _Waiting
                condition._ipcsim_waits = kind
            introduce(self, _kind_of(module, self), frame, bound=maxsize)

    module.Queue.__init__ = __init__
    module.SimpleQueue = simple_queue(module.SimpleQueue, module.Empty)


def _kind_of(module: Any, queue: Any) -> str:
    if isinstance(queue, module.LifoQueue):
        return ObjectKind.THREAD_LIFO_QUEUE
    if isinstance(queue, module.PriorityQueue):
        return ObjectKind.THREAD_PRIORITY_QUEUE
    return ObjectKind.THREAD_QUEUE


class _Waiting(_Condition):  # type: ignore[misc]
    """A watched queue's own condition: who waits in it waits for a slot or for an item."""

    _ipcsim_waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        """As the real one; the queue is found in the frame of its method that calls."""
        try:
            caller = frame_above(1)
            if self._ipcsim_waits:
                number = number_of(caller.f_locals["self"])
                emit(self._ipcsim_waits, number, place_above(caller), nanoseconds(timeout))
            return bool(extended(timeout, super().wait))
        except BaseException as error:
            drop_frame(error)
            raise


_Waiting.__name__, _Waiting.__qualname__ = _Condition.__name__, _Condition.__qualname__
_Waiting.__module__ = _Condition.__module__


def _raising(failure: type[BaseException], kind: int) -> Any:
    def make(real: Any) -> Any:
        @wraps(real)
        def operation(self: Any, *arguments: Any, **named: Any) -> Any:
            gate()
            began = perf_counter_ns()
            try:
                return real(self, *arguments, **named)
            except BaseException as error:
                if isinstance(error, failure):
                    emit_span(kind, began, number_of(self), place_above(frame_above(1)), 0)
                drop_frame(error)
                raise

        return operation

    return make


def _enters(real: Any) -> Any:
    @wraps(real)
    def _put(self: Any, item: Any) -> None:
        try:
            self._ipcsim_puts.put(item)
            emit(_PUT, number_of(self), place_above(frame_above(1)), token(item))
            real(self, item)
        except BaseException as error:
            drop_frame(error)
            raise

    return _put


def _leaves(real: Any) -> Any:
    @wraps(real)
    def _get(self: Any) -> Any:
        try:
            item = real(self)
        except BaseException as error:
            drop_frame(error)
            raise
        index = self._ipcsim_puts.get(item)
        emit(_GET, number_of(self), place_above(frame_above(1)), index)
        return item

    return _get


def _task_done(real: Any) -> Any:
    @wraps(real)
    def task_done(self: Any) -> None:
        try:
            gate()
            if self.unfinished_tasks > 0:
                emit(_TASK_DONE, number_of(self), place_above(frame_above(1)), 0)
            real(self)
        except BaseException as error:
            drop_frame(error)
            raise

    return task_done


def _join(real: Any) -> Any:
    @wraps(real)
    def join(self: Any) -> None:
        try:
            gate()
            number, place = number_of(self), place_above(frame_above(1))
            emit(_ALL_DONE_WAIT, number, place, 0)
            real(self)
            emit(_ALL_DONE, number, place, 0)
        except BaseException as error:
            drop_frame(error)
            raise

    return join


def _shutdown(real: Any) -> Any:
    @wraps(real)
    def shutdown(self: Any, immediate: bool = False) -> None:
        try:
            gate()
            emit(_CLOSE, number_of(self), place_above(frame_above(1)), 0)
            real(self, immediate)
        except BaseException as error:
            drop_frame(error)
            raise

    return shutdown

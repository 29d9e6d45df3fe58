"""``queue.Queue``, ``LifoQueue``, ``PriorityQueue`` and ``SimpleQueue`` that the program makes.

Classes and objects stay what they are, as in ``thread_locks``. ``put`` and ``get`` notify a
condition of every item that has entered or left, the mutex held: that is when it is recorded,
whatever a program's own ``_put`` and ``_get`` do. Which PUT a GET takes is known by the item's
identity, so it is right for any order. An item that comes out as another object than went in has
no PUT: -1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import wraps
from time import perf_counter_ns
from types import CodeType, FrameType
from weakref import WeakSet, ref

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments import life
from ipcsim.probe.instruments.callers import frame_above, is_library, place_above
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.local_objects import Local
from ipcsim.probe.instruments.puts import Puts
from ipcsim.probe.instruments.replacing import in_place
from ipcsim.probe.instruments.simple_thread_queues import simple_queue
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, emit_span, gate, token
from ipcsim.probe.type_words import Any

_PUT_WAIT, _PUT, _FULL = int(Kind.PUT_WAIT), int(Kind.PUT), int(Kind.FULL)
_GET_WAIT, _GET, _EMPTY = int(Kind.GET_WAIT), int(Kind.GET), int(Kind.EMPTY)
_TASK_DONE, _CLOSE = int(Kind.TASK_DONE), int(Kind.CLOSE)
_ALL_DONE_WAIT, _ALL_DONE = int(Kind.ALL_DONE_WAIT), int(Kind.ALL_DONE)


def install() -> None:
    """Watch the thread queues that the program makes from now on."""
    when_imported("queue", _instrument)


class _LocalQueue(Local):
    """What is known of a queue; kept by the conditions inside, which it notifies of every item."""

    def __init__(self, queue: Any, kind: str, frame: FrameType | None) -> None:
        super().__init__(queue, kind, frame, bound=queue.maxsize)
        self._puts = Puts()
        self._queue = ref(queue)
        _queues.add(self)

    def notified(self, frame: FrameType) -> None:
        """Record what the method of the queue that runs in ``frame`` has done, its mutex held."""
        _TELLS.get(frame.f_code, _LocalQueue._changed)(self, frame)

    def _entered(self, frame: FrameType) -> None:
        names = frame.f_locals
        item = names["item"]
        self._puts.put(item)
        self._settle(names["self"], 0)
        emit(_PUT, self.number(), place_above(frame), token(item))

    def _left(self, frame: FrameType) -> None:
        names = frame.f_locals
        index = self._puts.get(names["item"])
        self._settle(names["self"], 0)
        emit(_GET, self.number(), place_above(frame), index)

    def _changed(self, frame: FrameType) -> None:
        """Something else notifies: a shutdown, a subclass's method. It may have taken items."""
        self._settle(self._queue(), place_above(frame))

    def _settle(self, queue: Any, place: int) -> None:
        """Record what has left otherwise: programs also write ``with q.mutex: q.queue.clear()``."""
        items: Any = getattr(queue, "queue", None)
        if type(items) in _CONTAINERS and len(items) < len(self._puts):
            for index in self._puts.gone(items):
                emit(_GET, self.number(), place, index)

    def end(self) -> None:
        """The process ends: record what has left since the queue was used last."""
        queue = self._queue()
        if queue is not None and queue.mutex.acquire(False):
            try:
                self._settle(queue, 0)
            finally:
                queue.mutex.release()


def _local_of(queue: Any) -> _LocalQueue | None:
    # A subclass may have made conditions of its own, or forgotten to make any.
    local = getattr(getattr(queue, "not_empty", None), "_ipcsim_local", None)
    return local if isinstance(local, _LocalQueue) else None


_CONTAINERS = (deque, list, set, dict)
_queues: WeakSet[_LocalQueue] = WeakSet()
_TELLS: dict[CodeType, Callable[[_LocalQueue, FrameType], None]] = {}


def _instrument(module: Any) -> None:
    queue = module.Queue
    _TELLS[queue.put.__code__] = _LocalQueue._entered
    _TELLS[queue.get.__code__] = _LocalQueue._left
    real_init = queue.__init__

    @wraps(real_init)
    def __init__(self: Any, maxsize: int = 0) -> None:
        try:
            real_init(self, maxsize)
        except BaseException as error:
            drop_frame(error)
            raise
        frame = frame_above(1)
        if not is_library(frame.f_code.co_filename):
            local = _LocalQueue(self, _kind_of(module, self), frame)
            for condition, kind in ((self.not_full, _PUT_WAIT), (self.not_empty, _GET_WAIT)):
                condition._ipcsim_local, condition._ipcsim_waits = local, kind

    queue.__init__ = __init__
    operations = {
        "put": _raising(module.Full, _FULL),
        "get": _raising(module.Empty, _EMPTY),
        "task_done": _task_done,
        "join": _join,
    }
    if hasattr(queue, "shutdown"):
        operations["shutdown"] = _shutdown
    in_place(queue, operations)
    module.SimpleQueue = simple_queue(module.SimpleQueue, module.Empty)


def _end() -> None:
    for local in list(_queues):
        local.end()


life.before_exit.append(_end)


def _kind_of(module: Any, queue: Any) -> str:
    if isinstance(queue, module.LifoQueue):
        return ObjectKind.THREAD_LIFO_QUEUE
    if isinstance(queue, module.PriorityQueue):
        return ObjectKind.THREAD_PRIORITY_QUEUE
    return ObjectKind.THREAD_QUEUE


def _raising(failure: type[BaseException], kind: int) -> Any:
    def make(real: Any) -> Any:
        def operation(self: Any, *arguments: Any, **named: Any) -> Any:
            local = _local_of(self)
            if local is not None:
                gate()
            began = perf_counter_ns()
            try:
                return real(self, *arguments, **named)
            except BaseException as error:
                if local is not None and isinstance(error, failure):
                    emit_span(kind, began, local.number(), place_above(frame_above(1)), 0)
                drop_frame(error)
                raise

        return operation

    return make


def _task_done(real: Any) -> Any:
    def task_done(self: Any) -> None:
        try:
            local = _local_of(self)
            if local is not None:
                gate()
                if self.unfinished_tasks > 0:
                    emit(_TASK_DONE, local.number(), place_above(frame_above(1)), 0)
            real(self)
        except BaseException as error:
            drop_frame(error)
            raise

    return task_done


def _join(real: Any) -> Any:
    def join(self: Any) -> None:
        try:
            local = _local_of(self)
            if local is None:
                real(self)
                return
            gate()
            number, place = local.number(), place_above(frame_above(1))
            emit(_ALL_DONE_WAIT, number, place, 0)
            real(self)
            emit(_ALL_DONE, number, place, 0)
        except BaseException as error:
            drop_frame(error)
            raise

    return join


def _shutdown(real: Any) -> Any:
    def shutdown(self: Any, immediate: bool = False) -> None:
        try:
            local = _local_of(self)
            if local is not None:
                gate()
                emit(_CLOSE, local.number(), place_above(frame_above(1)), 0)
            real(self, immediate)
        except BaseException as error:
            drop_frame(error)
            raise

    return shutdown
